"""Page glossary: words and sources."""
