"""Table in Markdown within other text, such as a README: the lines that it stands on."""

import io
import re
from itertools import pairwise, takewhile

RULE = re.compile(r"\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?)?")  # below the header


def only_table(text: str) -> tuple[int, str]:
    """The number of lines before the table, and the text up to its end; all where there is none.

    Raises:
        ValueError: if there are several tables; it says where.
    """
    rows = io.StringIO(text, newline="").readlines()
    starts = [
        number
        for number, (header, rule) in enumerate(pairwise(rows))
        if "|" in header and RULE.fullmatch(rule.strip())
    ]
    if not starts:
        return 0, text
    if len(starts) > 1:
        told = ", ".join(str(start + 1) for start in starts)
        raise ValueError(
            f"the file has {len(starts)} tables, which begin on lines {told}: keep one of them"
        )
    table = takewhile(lambda row: "|" in row, rows[starts[0] :])
    return starts[0], "".join([*rows[: starts[0]], *table])
