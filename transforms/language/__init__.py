"""The one language: ids, names, days, months, amounts, codes, texts. Columns in, columns out; no clock, no paths."""
