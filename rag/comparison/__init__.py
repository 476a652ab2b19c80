"""What each report says to a question, how they define a term, and where two of them differ."""
