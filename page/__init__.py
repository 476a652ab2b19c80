"""The page in the browser: ask the reports, see the sources, look after the library."""
