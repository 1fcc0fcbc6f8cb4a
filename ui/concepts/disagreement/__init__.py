"""Page disagreement: from Kaplan's exponent to Chinchilla's."""
