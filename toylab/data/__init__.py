"""Tables of runs that come with the engine: recorded by it, or published."""
