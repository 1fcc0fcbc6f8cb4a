"""Worked exercises, each with its common mistake and what that costs."""
