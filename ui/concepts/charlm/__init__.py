"""Page charlm: a scaling study of language models, live."""
