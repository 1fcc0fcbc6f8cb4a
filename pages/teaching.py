"""Placeholder."""

import ui

ui.page(title="Teach with it", claim="Being written.")
