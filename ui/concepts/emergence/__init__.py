"""Page emergence: whether abilities come suddenly, and what makes them look so."""
