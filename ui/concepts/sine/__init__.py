"""Page sine: data and width sweeps on sin(x)."""
