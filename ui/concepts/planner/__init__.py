"""Page that counts a model, pays for its training, and sizes one that serves."""
