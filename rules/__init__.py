"""The pages of law: every question Hedui may ask, its parameters, and the engine that asks and polices them."""
