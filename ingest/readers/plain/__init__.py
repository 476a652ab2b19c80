"""Plain text, Markdown and reStructuredText, JSON lines, and the briefs of the reading list."""
