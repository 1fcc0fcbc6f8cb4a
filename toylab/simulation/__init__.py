"""Simulated studies: what runs under a known law would have measured."""
