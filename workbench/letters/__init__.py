"""Letters on paper: what each says of a case, whether every character has a shape, and the PDF/A of it."""
