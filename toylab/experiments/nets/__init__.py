"""Networks and their training: the only modules with torch at the top."""
