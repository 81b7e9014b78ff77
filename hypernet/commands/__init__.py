"""The command line, one file a subcommand; what they do lies in the stations above."""
