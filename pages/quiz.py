"""Placeholder."""

import ui

ui.page(title="What have you learnt?", claim="Being written.")
