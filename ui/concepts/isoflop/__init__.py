"""Page isoflop: isoFLOP valley."""
