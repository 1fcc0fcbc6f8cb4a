"""Page parametric: parametric fit."""
