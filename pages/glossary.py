"""Placeholder."""

import ui

ui.page(title="Words and sources", claim="Being written.")
