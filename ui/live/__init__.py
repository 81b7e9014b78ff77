"""Pictures that move in the browser: components whose JavaScript runs without a server."""
