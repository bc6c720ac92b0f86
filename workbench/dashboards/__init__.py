"""The dashboards: each answers a few questions by panels of figures, told as a table and drawn from that table."""
