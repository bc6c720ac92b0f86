"""What happens to people: work, pensions, vehicles, businesses, deaths and moves, and what they declared of it."""
