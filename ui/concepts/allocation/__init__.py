"""Page allocation: best split of a budget."""
