"""One folder a page: view (controls, tables), text (sentences), charts, live where it trains."""
