"""Pictures of every page: `make look` photographs the workbench in a real Chromium, in both languages."""
