"""Publishing: a run becomes an immutable folder, passes its gate, and is switched to; then it ages and is forgotten."""
