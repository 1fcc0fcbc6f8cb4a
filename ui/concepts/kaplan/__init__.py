"""Page kaplan: Kaplan's power laws."""
