"""Experiments that train: `<name>.py` is one run, `<name>_study.py` says which runs make a study."""
