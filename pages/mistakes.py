"""Placeholder."""

import ui

ui.page(title="Spot the mistake", claim="Being written.")
