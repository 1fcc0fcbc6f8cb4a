"""Experiments that train: `<name>.py` is a run, `<name>_study.py` its studies."""
