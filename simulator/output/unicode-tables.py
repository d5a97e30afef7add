#!/usr/bin/env python3
"""unicode-tables.py - prints unicode-tables.h: what Python knows of characters, for unicode.c.

To be run by the Python of the AWS CLI that is reproduced (2.36.7: Python 3.14, Unicode 16), for its
unicodedata decides how wide a table is, what repr() escapes and how keys are upper-cased.
"""

import sys
import unicodedata

VERSION = "16.0.0"
EVERY = range(sys.maxunicode + 1)


def ranges(holds):
    """[first, last] of each run of code points for which holds() is true."""
    found = []
    for c in EVERY:
        if holds(chr(c)):
            if found and found[-1][1] == c - 1:
                found[-1][1] = c
            else:
                found.append([c, c])
    return found


def simple_upper():
    """[first, last, step, delta] of the runs of letters that become one other letter."""
    runs = []
    for c in EVERY:
        upper = chr(c).upper()
        if len(upper) > 1 or upper == chr(c):
            continue
        delta = ord(upper) - c
        run = runs[-1] if runs else None
        if run and run[3] == delta and run[0] == run[1] and c - run[1] <= 2:
            run[1:3] = [c, c - run[0]]
        elif run and run[3] == delta and c - run[1] == run[2]:
            run[1] = c
        else:
            runs.append([c, c, 1, delta])
    return runs


def special_upper():
    """[letter, first, second, third] of the letters that become several."""
    found = []
    for c in EVERY:
        upper = [ord(u) for u in chr(c).upper()]
        if len(upper) > 1:
            found.append([c] + upper + [0] * (3 - len(upper)))
    return found


def show(comment, kind, name, rows, per_line):
    print(f"\n/* {comment} */\nstatic const struct {kind} {name}[] = {{")
    cells = ["{" + ", ".join(f"0x{v:04x}" if v >= 0 else str(v) for v in row) + "}," for row in rows]
    for i in range(0, len(cells), per_line):
        print("\t" + " ".join(cells[i : i + per_line]))
    print("};")


def main():
    if unicodedata.unidata_version != VERSION:
        sys.exit(f"this Python has Unicode {unicodedata.unidata_version}, not {VERSION}")
    print(f"/* unicode-tables.h - Unicode {VERSION} in tables; made by unicode-tables.py. */")
    print("#ifndef OUTPUT_UNICODE_TABLES_H\n#define OUTPUT_UNICODE_TABLES_H")
    print("\n#include <stdint.h>\n\n/* clang-format off */")
    print("\nstruct code_range {\n\tuint32_t first, last;\n};")
    print("\nstruct upper_range {\n\tuint32_t first, last, step;\n\tint32_t delta;\n};")
    print("\nstruct upper_special {\n\tuint32_t letter, first, second, third; /* 0: no more */\n};")
    show("East Asian width W, F or A", "code_range", "wide_ranges",
         ranges(lambda c: unicodedata.east_asian_width(c) in "WFA"), 5)
    show("not str.isprintable()", "code_range", "unprintable_ranges",
         ranges(lambda c: not c.isprintable()), 5)
    show("str.upper() is one letter", "upper_range", "upper_ranges", simple_upper(), 2)
    show("str.upper() is several letters", "upper_special", "upper_specials", special_upper(), 2)
    print("\n#endif")


if __name__ == "__main__":
    main()
