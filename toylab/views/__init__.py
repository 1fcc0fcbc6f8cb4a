"""What a theory page asks and shows: its controls as a dataclass, and the tables and words
that answer them. The science is in the module of the same name one level up."""
