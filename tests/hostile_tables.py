"""Tables that mean harm or come out of broken programs, each with what becomes of it."""

from __future__ import annotations

CALC = "=cmd|' /C calc'!A0"

#: Each is refused, in a sentence that holds these words.
REFUSED: dict[str, tuple[bytes | str, str]] = {
    "nothing": (b"", "is empty"),
    "blanks": (b" \t \r\n \n", "is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "is empty"),
    "100 000 empty lines": (b"\n" * 100_000, "is empty"),
    "rows of delimiters": (b",,,\n" * 60_000, "is empty"),
    "only a header": (b"x,y\n", "has a header but no rows"),
    "40 MB": (b"1,2\n" * 10_000_000, "has 40000000 bytes or more"),
    "40 MB pasted": ("1,2\n" * 10_000_000, "has 40000000 bytes or more"),
    "one byte too many": (b"1,2\n" * 64_000 + b"1", "has 256001 bytes or more"),
    "few characters of many bytes": ("é" * 130_000, "has 260000 bytes or more"),
    "a line of 256 kB": (b"a" * 256_000, "row 1 is not CSV: field larger than field limit"),
    "a huge quoted cell": (b'x,y\n"' + b"a" * 200_000 + b'",1', "row 2 is not CSV: field larger"),
    "a wide line": (b"1," * 39_000, "has 39001 columns; at most 20"),
    "20 001 columns": (b"," * 20_000 + b"x\n1", "has 20001 columns; at most 20"),
    "21 columns": (b"1," * 20 + b"1", "has 21 columns; at most 20"),
    "many rows": (b"x,y\n" + b"1,2\n" * 2001, "has more than 2000 rows"),
    "many rows without a header": (b"1,2\n" * 2001, "has more than 2000 rows"),
    "very many rows": (b"1,2\n" * 60_000, "has more than 2000 rows"),
    "a quotation mark that opens": (
        b'x,y\n1,"2\n3,4\n',
        "row 2 is not CSV: unexpected end of data",
    ),
    "text after a quotation mark": (b'x,y\n"1"2,3\n', "row 2 is not CSV: ',' expected after '\"'"),
    "quotation marks only": (b'"' * 255_999, "row 1 is not CSV"),
    "NUL": (b"x,y\n1,\0\n", "has a NUL character"),
    "UTF-16": ("x,y\n1,2\n".encode("utf-16"), "is not UTF-8 text from place 1"),
    "UTF-16 without a mark": ("x,y\n1,2\n".encode("utf-16-le"), "has a NUL character"),
    "UTF-32": ("x,y\n1,2\n".encode("utf-32-be"), "has a NUL character"),
    "Latin-1": ("größe,y\n1,2\n".encode("latin-1"), "is not UTF-8 text from place 3"),
    "a surrogate in bytes": (b"x,y\n1,\xed\xa0\x80\n", "is not UTF-8 text from place 7"),
    "a surrogate in a text": ("x,y\n1,\ud800\n", "is not UTF-8 text from place 7"),
    "an overlong NUL": (b"x,y\n1,\xc0\x80\n", "is not UTF-8 text from place 7"),
    "a short row": (b"x,y\n1,2\n3\n", r"as long as row 1 (2 cells): row 3 has 1"),
    "a long row": (b"\nx,y\n1,2,3\n", r"as long as row 2 (2 cells): row 3 has 3"),
    "ragged rows": (b"x,y\n" + b"1\n" * 1900, "row 6 has 1 and 1895 more"),
    "a row of 39 000 cells": (b"x,y\n" + b"1," * 39_000, "row 2 has 39001"),
    "a decimal comma among commas": (b"x,y\n1,5,2,5\n", "row 2 has 4"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is not UTF-8 text from place 1"),
    "a ZIP file": (b"PK\x03\x04\x14\0\6\0", "has a NUL character"),
    "a pickle": (b"\x80\x04\x95cposix\nsystem\n", "is not UTF-8 text from place 1"),
}

#: Each is a table; its first column is refused as numbers, in a sentence that holds these words.
NO_NUMBERS: dict[str, tuple[bytes | str, str]] = {
    "too large for a float": ("x,y\n1e400,1\n", "row 2 has '1e400', which is beyond 1e+100"),
    "too large to square": ("x,y\n-1e101,1\n", "row 2 has '-1e101', which is beyond 1e+100"),
    "300 digits": ("x,y\n" + "9" * 300 + ",1\n", "row 2 has '9999999999999999999…', which is"),
    "NaN": ("x,y\nNaN,1\nnan,2\n", "row 2 has 'NaN', row 3 has 'nan'"),
    "NaN in the first row": ("nan,1\n2,3\n", "row 1 has 'nan'"),
    "inf": ("x,y\ninf,1\n-Infinity,2\n", "row 2 has 'inf', row 3 has '-Infinity'"),
    "hexadecimal": ("x,y\n0x1F,1\n0x1p3,2\n", "row 2 has '0x1F', row 3 has '0x1p3'"),
    "underscores": ("x,y\n1_000,1\n", "row 2 has '1_000'"),
    "Arabic-Indic digits": ("x,y\n٣,1\n", "row 2 has '٣'"),
    "Devanagari and wide digits": ("x,y\n१,1\n１,2\n", "row 2 has '१', row 3 has '１'"),
    "complex": ("x,y\n1j,1\n", "row 2 has '1j'"),
    "a thousands separator": ('x,y\n"1,000.5",1\n', "row 2 has '1,000.5'"),
    "a formula": (f"x,y\n{CALC},1\n", "row 2 has '=cmd|' /C calc'!A0'"),
    "a sum": ("x,y\n@SUM(1+1),1\n+1+1,2\n", "row 2 has '@SUM(1+1)', row 3 has '+1+1'"),
    "code": ("x,y\n__import__('os'),1\n", "row 2 has '__import__('os')'"),
    "an empty cell": ("x,y\n,1\n1,2\n", "row 2 is empty"),
    "an empty cell in the first row": (",1\n2,3\n", "row 1 is empty"),
    "signs alone": ("x,y\n-,1\n.,2\ne5,3\n", "row 2 has '-', row 3 has '.', row 4 has 'e5'"),
    "words": ("x,y\n" + "no,1\n" * 1000, "row 6 has 'no' and 995 more"),
    "an overriding mark": ("x,y\n\u202e1,1\n", "row 2 has '1'"),
    "a line in a cell": ('x,y\n"a\nb",1\n', "row 2 has 'a b'"),
    "130 000 digits and a letter": ("x,y\n" + "1" * 130_000 + "x,1\n", "row 2 has '1111"),
}

#: Headers, and what the first column is called.
HEADERS: dict[str, tuple[str, str]] = {
    "a command": (f"{CALC},y\n1,2\n", CALC),
    "a sum": ("@SUM(1+1),y\n1,2\n", "@SUM(1+1)"),
    "plus": ("+x,y\n1,2\n", "+x"),
    "minus": ("-x,y\n1,2\n", "-x"),
    "HTML": ("<script>alert(1)</script>,y\n1,2\n", "<script>alert(1)</script>"),
    "Markdown": ("[x](javascript:alert),y\n1,2\n", "[x](javascript:alert)"),
    "LaTeX": (r"$\input{/etc/passwd}$" + ",y\n1,2\n", r"$\input{/etc/passwd}$"),
    "empty": (",y\n1,2\n", "column 1"),
    "invisible": ("\u200b\u202e,y\n1,2\n", "column 1"),
    "control characters": ("x\x1b[31m\x07,y\n1,2\n", "x[31m"),
    "lines": ('"x\r\n1",y\n1,2\n', "x 1"),
    "blanks": ("  x \u00a0 1 ,y\n1,2\n", "x 1"),
    "long": ("x" * 1000 + ",y\n1,2\n", "x" * 39 + "…"),
    "a byte order mark": ("\ufeffx,y\n1,2\n", "x"),
    "a quotation mark inside": ('5" pipe,y\n1,2\n', '5" pipe'),
}
