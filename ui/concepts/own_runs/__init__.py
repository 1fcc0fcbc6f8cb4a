"""Page own_runs: what the reader's own table says."""
