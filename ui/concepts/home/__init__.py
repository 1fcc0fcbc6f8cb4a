"""Page home: first page."""
