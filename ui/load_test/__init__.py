"""Load test: a client that speaks to a server as a browser's tab does; no page uses it."""
