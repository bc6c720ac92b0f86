"""The review workbench: where people read what a night found and conclude. It never decides by itself."""
