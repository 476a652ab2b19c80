"""Documents, and what makes parts of them."""
