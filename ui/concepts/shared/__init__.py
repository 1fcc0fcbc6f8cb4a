"""Parts of several pages: loss surface, isoFLOP tables, approaches, numbers, training."""
