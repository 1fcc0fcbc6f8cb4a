"""Page architecture: designs of language models at equal compute."""
