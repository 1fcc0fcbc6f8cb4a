"""Workings with one wrong line, and what believing it costs."""
