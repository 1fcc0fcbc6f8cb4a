"""Live runs: a job queue over worker processes."""
