"""What a report is called, who wrote it and when, as its first pages say."""
