"""Page recipes: how real models were trained."""
