/* script.h - session files: what an MTA says and what it must hear
 * A file is a list of cases. A line that begins at the margin with `case NAME` begins one; the indented lines
 * below it are its steps: a word and the rest of the line. `settings NAME=VALUE...` at the margin says with
 * which options tamisd has to run for this file. `#` begins a comment where a line begins. doc: tests/README
 *
 * Escapes in a step: \r \n \t \s (blank) \0 \\ \xNN; \# the counter of `repeat`, \+ the counter + 1;
 * \{N}c the byte c N times. */
#ifndef TESTS_MILTER_SCRIPT_H
#define TESTS_MILTER_SCRIPT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct script_line {
    unsigned number;
    struct slice word, rest; /* rest as written */
    struct script_line *next;
};

struct script_case {
    struct slice name;
    unsigned number;
    struct script_line *first, **tail;
    struct script_case *next;
};

struct script {
    const char *path;
    struct slice settings; /* all of them, apart by line ends */
    struct script_case *first, **tail;
};

/* Reads a file whole; text and structs live in the arena. */
int script_read(struct script *s, const char *path, struct arena *a, struct err *e) MUST_CHECK;
/* Takes the first word off *rest (white space before it is dropped); false at the end. */
bool script_word(struct slice *rest, struct slice *word);
/* Undoes the escapes. -1: one that is none. */
int script_unescape(struct slice s, uint64_t counter, struct arena *a, struct slice *out,
                    struct err *e) MUST_CHECK;
/* `*` stands for any bytes; all of text must match */
bool script_match(struct slice pattern, struct slice text);

#endif
