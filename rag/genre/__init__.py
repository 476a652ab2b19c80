"""What kind of report a report is: survey, evaluation, review, guidance, and so on."""
