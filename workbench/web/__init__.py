"""The pages: each file reads what its page shows and hands it to one template."""
