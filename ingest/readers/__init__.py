"""A reader for each format: bytes in, the text of a report with its headings and pages out.

`registry` has the table of endings; each reader is imported when its first file comes."""
