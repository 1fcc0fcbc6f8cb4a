"""The command line, one module for each concept; `parser` is what they share."""
