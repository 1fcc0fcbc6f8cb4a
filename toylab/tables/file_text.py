"""Text of a file: its bytes unzipped and decoded; what is too large or no text is refused."""

import zlib

LARGEST = 5_000_000  # bytes; a run is a line of about 100
GZIP = b"\x1f\x8b"
FORMATS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
}


def refuse_size(size: int) -> None:
    """Refuse what is larger than any table of finished runs."""
    if size > LARGEST:
        raise ValueError(
            f"the file has {size / 1e6:.1f} MB and the limit is {LARGEST / 1e6:.0f} MB: "
            "keep one line per finished run"
        )


def read_text(data: bytes) -> str:
    """The text of a file, unzipped and decoded.

    Raises:
        ValueError: if it is too large, or no text; it says what it is.
    """
    refuse_size(len(data))
    return decode(unzip(data))


def unzip(data: bytes) -> bytes:
    """The bytes of a gzipped file, or those that are not gzipped."""
    if not data.startswith(GZIP):
        return data
    try:
        plain = zlib.decompressobj(wbits=31).decompress(data, LARGEST + 1)
    except zlib.error as error:
        raise ValueError("the gzipped file is broken: compress it again") from error
    refuse_size(len(plain))
    return plain


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or a Western European code page."""
    for magic, name in FORMATS.items():
        if data.startswith(magic):
            raise ValueError(f"the file is {name}, not a CSV: open it and save it as CSV")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return refuse_other_text(text)
    raise ValueError("the file is binary, not text: save the table as CSV")


def refuse_other_text(text: str) -> str:
    """The text, unless it is empty or a web page."""
    start = text.lstrip()[:1]
    if not start:
        raise ValueError("the file is empty: it needs a header such as params,tokens,loss")
    if start == "<":
        raise ValueError(
            "the file is a web page (HTML or XML), not a CSV: save the table itself as CSV"
        )
    return text
