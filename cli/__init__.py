"""The `coproduction` command: what it takes and prints, one file a subcommand."""
