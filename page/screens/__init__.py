"""What one sees: a module a screen, and the parts that screens share."""
