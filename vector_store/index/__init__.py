"""The nearest vectors, by FAISS."""
