"""Texts become vectors: the embedding model of sentence-transformers, run by OpenVINO where that is quicker."""
