"""Benchmarks: the engine's speed against a plain way of doing the same work."""
