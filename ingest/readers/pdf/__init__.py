"""PDFs and scans: letters become lines, columns, paragraphs and pages, as they are printed."""
