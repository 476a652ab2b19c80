"""The library: what is added is read, split and stored; what is stored is listed, corrected, removed and put back."""
