"""The warehouse: everything one run may know, joined as of a day, in one DuckDB file that lives a night."""
