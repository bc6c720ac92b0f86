from world.lives.lives import Lives
def town_lives(seed: int) -> Lives:
    raise NotImplementedError
