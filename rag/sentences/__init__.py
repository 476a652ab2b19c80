"""Which sentences of the passages answer, and what stands around them."""
