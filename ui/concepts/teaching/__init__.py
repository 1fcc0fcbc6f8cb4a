"""Page teaching: teach with it."""
