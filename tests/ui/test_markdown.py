"""A reader's own words are shown as they are written."""

from ui.markdown import safe


def test_signs_that_markdown_reads_are_shown_and_others_left():
    assert safe("a*b [c] $D$ _e_") == r"a\*b \[c\] \$D\$ \_e\_"
    plain = "size=70M, val_loss \N{EN DASH} 2"
    assert safe(plain) == plain
