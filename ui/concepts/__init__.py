"""One folder a page: view (controls, tables), text (sentences), charts, and live where it trains."""
