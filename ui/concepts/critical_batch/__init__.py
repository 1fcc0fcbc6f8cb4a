"""Page critical_batch: critical batch size."""
