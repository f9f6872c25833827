#!/usr/bin/env python3
"""Writes html-entity-table.h: the named character references of the HTML standard, sorted by bytes.
Run when the standard's list changes: python3 message/html-entity.py > message/html-entity-table.h"""
import html.entities

rows = sorted((name.encode(), text) for name, text in html.entities.html5.items())
print("/* html-entity-table.h - written by html-entity.py, do not edit")
print(" * The named character references of the HTML standard (13.5): name without &, code points. Sorted by")
print(" * bytes. Names without a semicolon are those that the standard allows so. */")
print("/* clang-format off */")
for name, text in rows:
    points = [hex(ord(c)) for c in text] + ["0"]
    print('{ "%s", %d, %s, %s },' % (name.decode(), len(name), points[0], points[1]))
