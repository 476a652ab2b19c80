"""A second reading of the printed page, against which quotations are checked."""
