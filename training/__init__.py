"""How the reader's weights are made: questions with judged passages in, a cross-encoder out. See README.md."""
