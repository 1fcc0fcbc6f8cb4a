"""Page repetition: text that is read again, noisy text, other text."""
