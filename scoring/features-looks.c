/* features-looks.c - tokens of how a text looks, whatever it says; see features.h
 * Lines, quoting, a signature, capitals, letters beyond ASCII, sizes. Steps instead of numbers, so that a
 * token is met often enough to be learned. */
#include "config.h"
#include "scoring/features.h"

#define LOOKED_AT 8000 /* bytes of a text */
#define PARTS_MAX 4    /* texts that are looked at */

struct looks {
    size_t lines, quoted, longest; /* lines; bytes */
    size_t letters, capitals, beyond;
    bool signature;
};

static void look_at_line(struct looks *l, struct slice line)
{
    l->lines++;
    l->quoted += line.n && line.p[0] == '>';
    l->signature |= slice_eq(line, SLICE("-- "));
    if (line.n > l->longest)
        l->longest = line.n;
    for (size_t i = 0; i < line.n; i++) {
        char c = line.p[i];
        l->capitals += c >= 'A' && c <= 'Z';
        l->letters += ascii_alpha(c);
        l->beyond += (unsigned char)c >= 0x80;
    }
}

/* The first step that n does not reach; the last is for all that is more. */
static void add_step(struct features *f, struct slice kind, size_t n, const size_t *steps)
{
    char place = '0';
    for (; *steps && n >= *steps; steps++)
        place++;
    features_token(f, kind, slice_of(&place, 1));
}

static void add_looks(struct features *f, const struct looks *l)
{
    static const size_t lengths[] = { 60, 73, 81, 120, 500, 0 }, counts[] = { 1, 2, 4, 8, 32, 128, 512, 0 },
                        percents[] = { 1, 3, 10, 25, 50, 0 };
    const size_t all = l->letters ? l->letters : 1;
    features_token(f, SLICE("quoted"),
                   l->quoted == 0             ? SLICE("none")
                   : l->quoted * 4 < l->lines ? SLICE("some")
                                              : SLICE("much"));
    features_token(f, SLICE("signature"), l->signature ? SLICE("1") : SLICE("0"));
    add_step(f, SLICE("longest"), l->longest, lengths);
    add_step(f, SLICE("lines"), l->lines, counts);
    add_step(f, SLICE("capitals"), 100 * l->capitals / all, percents);
    add_step(f, SLICE("beyond"), 100 * l->beyond / (all + l->beyond), percents);
}

static void add_sizes(struct features *f, const struct text_part *t)
{
    static const size_t bytes[] = { 1, 32, 128, 512, 2048, 8192, 0 }, times[] = { 2, 4, 8, 16, 32, 0 };
    add_step(f, t->html ? SLICE("pagesize") : SLICE("textsize"), t->visible.n, bytes);
    if (t->html) {
        add_step(f, SLICE("hiddensize"), t->invisible.n, bytes);
        add_step(f, SLICE("markup"), t->utf8.n / (t->visible.n + 1), times);
    }
}

void features_looks(struct features *f, struct message *m)
{
    unsigned n = 0;
    for (const struct text_part *t = message_texts(m); t && n < PARTS_MAX; t = t->next, n++) {
        struct looks l = { .lines = 0 };
        struct slice rest = slice_sub(t->visible, 0, LOOKED_AT), line;
        while (slice_line(&rest, &line))
            look_at_line(&l, slice_chomp(line));
        add_looks(f, &l);
        add_sizes(f, t);
    }
}
