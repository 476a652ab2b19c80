"""The database: sources, passages and their vectors are the truth from which all else is made anew."""
