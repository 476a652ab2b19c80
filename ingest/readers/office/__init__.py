"""Word, PowerPoint, spreadsheets, OpenDocument and RTF."""
