"""What several pages show: loss surface, isoFLOP tables, approaches, numbers."""
