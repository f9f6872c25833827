/* conf.h - options: one table row each, and what is made from the rows
 * The mechanism knows no option. Each folder has its own struct of values and its own table of rows (for
 * example message/limits.h); a program composes them as sections of one struct. Parser, `tamis config`, the
 * text handed to a role and tamis.conf(5) all come from the rows.
 *
 * The file reads like Postfix's main.cf: `name = value`; a line that begins with white space continues the
 * one before; `#` begins a comment where a line begins (white space before it or not); the last setting of a
 * name wins; no quoting. No control characters in values but tabs.
 *
 * Ownership: values that are text live in the arena given to conf_load; a loaded struct is immutable.
 * Fails: every problem of a file is reported (file, line, what is wrong, what to write), then the load fails
 * as a whole with ERR_CONFIG and *target is untouched. Limits: 1 MiB a file, 64 KiB a value; past 100
 * problems the rest is only counted. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdio.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum conf_type {
    CONF_BOOL,   /* bool; yes|no (on|off, true|false, 1|0 are read, too) */
    CONF_UINT,   /* unsigned; min..max */
    CONF_SIZE,   /* size_t, bytes; suffix k, m, g (1024) */
    CONF_TIME,   /* unsigned, milliseconds; suffix ms, s, m, h, d; without: seconds */
    CONF_NUMBER, /* double; min..max, may be negative */
    CONF_ENUM,   /* int, the index in names[] */
    CONF_STRING, /* const char *, never NULL */
    CONF_PATH,   /* const char *, empty or absolute; a relative one is made absolute by the file's folder
                    (by the working directory for --set) */
    CONF_LIST,   /* struct conf_list: words apart by commas or white space */
    CONF_PATHS,  /* struct conf_list of paths, as CONF_PATH */
};

struct conf_list {
    const char *const *v;
    size_t n;
};

enum {
    CONF_RESTART = 1, /* a change takes effect with a restart, not with a reload */
    CONF_SECRET = 2,  /* shown as "(set)" by dumps for people */
};

struct conf_option {
    const char *name;
    enum conf_type type;
    size_t at;                /* offsetof in the section's struct */
    const char *def;          /* as it would be written in the file */
    double min, max;          /* of numbers (SIZE: bytes, TIME: ms); both 0: none; max < min: no upper one */
    const char *const *names; /* ENUM: NULL-terminated */
    unsigned flags;
    const char *help; /* sentences; becomes the man page's paragraph */
};

struct conf_section {
    const char *title; /* heading in the man page and in the dump */
    const struct conf_option *rows;
    size_t n;
    size_t at;      /* offsetof of the section's struct in the composed struct */
    unsigned roles; /* bit mask: which processes get this section; a program's own meaning */
};

struct conf_schema {
    const struct conf_section *sections;
    size_t n;
    size_t size; /* of the composed struct */
};

/* line 0: the file as a whole. For a setting of the command line file is "--set" and line its ordinal. text
 * is clean for a log (bytes from the file are quoted). */
typedef void conf_report_fn(void *ctx, const char *file, unsigned line, const char *text);

struct conf_source {
    const char *path;       /* file, or NULL for none */
    struct slice text;      /* used when path is NULL and text.p is set: a file's content */
    const char *const *set; /* "NAME=VALUE" each, applied after the file */
    size_t n_set;
    conf_report_fn *report; /* gets every problem; may be NULL */
    void *report_ctx;
};

/* Fills target (schema->size bytes) with defaults, then the file, then the settings. An unknown name is a
 * problem, with the nearest known name as a suggestion. 0, or -1 with the first problem (and how many more)
 * in *e. */
int conf_load(const struct conf_schema *schema, const struct conf_source *source, struct arena *a,
              void *target, struct err *e) MUST_CHECK;

/* All defaults, which cannot fail (bug() if a row's default is not valid). */
void conf_defaults(const struct conf_schema *schema, struct arena *a, void *target);

enum conf_dump_which { CONF_DUMP_ALL, CONF_DUMP_SET, CONF_DUMP_DEFAULTS };
/* `name = value` lines in table order. CONF_DUMP_SET: only what differs from its default. */
void conf_dump(const struct conf_schema *schema, const void *target, enum conf_dump_which which,
               struct buf *out);
/* The same for a role (sections whose roles has a bit of `roles`), secrets in clear: conf_load reads it back.
 */
void conf_write(const struct conf_schema *schema, const void *target, unsigned roles, struct buf *out);
/* One value as text (a secret as "(set)"); false when there is no such option. */
bool conf_value(const struct conf_schema *schema, const void *target, const char *name, struct buf *out);
/* Names of CONF_RESTART options that differ between two loaded structs, separated by ", ". */
void conf_needs_restart(const struct conf_schema *schema, const void *old, const void *new_, struct buf *out);
/* The OPTIONS section of tamis.conf(5), in man(7) macros. */
void conf_man(const struct conf_schema *schema, struct buf *out);
/* For the other parts of a page. Inside a line: text with every character shown as it is. */
void conf_man_words(const char *text, struct buf *out);
/* The same where a line begins; ends the line. A line end in the text stays one, an empty line makes a
 * paragraph (.IP). */
void conf_man_text(const char *text, struct buf *out);

#endif
