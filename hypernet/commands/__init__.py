"""The command line, one file a subcommand; what they do lies in the stations above.

Each file holds HELP, `declare`, which adds its arguments to a parser, and `run`, which gets what
was read. `arguments` holds the types that they share.
"""
