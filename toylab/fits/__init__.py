"""Fits of runs to laws, with intervals and diagnostics."""
