"""Page quiz: quiz."""
