"""Which passages come first: words, vectors, the words' own vectors, and the reader that reads passage and question."""
