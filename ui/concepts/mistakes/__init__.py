"""Page mistakes: spot the mistake."""
