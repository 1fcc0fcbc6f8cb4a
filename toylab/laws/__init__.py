"""Published scaling laws: constants with their sources, equations, and what follows from them."""
