"""Facts that follow from lives: what each office's register says in each month, before any dirt."""
