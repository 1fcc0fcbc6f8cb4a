"""Tables of runs from anybody's file: reader, columns, units."""
