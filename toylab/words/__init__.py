"""Findings in words, one module a page: what its numbers say at the settings as they stand."""
