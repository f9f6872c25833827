/* headers.c - the fields we write, byte for byte; see headers.h
 * Folding as SpamAssassin does it (Util::wrap with 79 columns, a tab counts 8): a line is broken behind a
 * space or comma, where the next word with what separates it would pass column 79; the space is dropped
 * there. Rule names come from rules, details from mail: all of it passes put_clean(). */
#include "policy/headers.h"

#include <stdio.h>
#include <stdlib.h>

#define COLUMNS 79
#define TAB 8
#define STARS_MAX 50
#define DETAIL_SHOWN 120
#define REPEATED_MAX 1000

/* At most max bytes of s, ASCII, one line: other bytes become '?', white space one space. */
static void put_clean(struct buf *b, struct slice s, size_t max)
{
    s = slice_trim(s);
    size_t end = s.n < max ? s.n : max;
    for (size_t i = 0; i < end; i++) {
        if (ascii_space(s.p[i])) {
            if (!ascii_space(s.p[i - 1])) /* trimmed: the first is none */
                buf_add_char(b, ' ');
        } else
            buf_add_char(b, s.p[i] > ' ' && s.p[i] < 0x7f ? s.p[i] : '?');
    }
    if (s.n > max)
        buf_add_str(b, "...");
}

static const char *text_of(struct buf *b)
{
    return b->p;
}

/* value folded for a field whose name and ": " take `column` columns */
static const char *folded(struct arena *a, struct slice value, size_t column)
{
    struct buf out;
    buf_init_in(&out, a, value.n * 3 + 1);
    bool first = true;
    while (value.n) {
        size_t n = 0;
        while (n < value.n && value.p[n] != ' ' && value.p[n] != ',')
            n++;
        if (n < value.n)
            n++;
        if (!first && column + n > COLUMNS) {
            if (out.p[out.n - 1] == ' ')
                out.p[--out.n] = 0;
            buf_add_str(&out, "\n\t");
            column = TAB;
        }
        buf_add(&out, value.p, n);
        column += n;
        first = false;
        value = slice_from(value, n);
    }
    return text_of(&out);
}

static int by_name(const void *x, const void *y)
{
    const struct slice *a = x, *b = y;
    int r = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);
    return r ? r : (a->n > b->n) - (a->n < b->n);
}

/* A rule with tflags multiple is named as often as it hit. */
static uint32_t shown_times(const struct finding *f)
{
    return f->kind != FINDING_RULE ? 0 : f->count < REPEATED_MAX ? f->count : REPEATED_MAX;
}

/* Names of scored rules, sorted by bytes, apart by commas; "none" */
static void put_tests(struct buf *b, struct arena *a, const struct verdict *v)
{
    size_t n = 0, most = 1;
    for (const struct finding *f = v->findings->first; f; f = f->next)
        most += shown_times(f);
    struct slice *names = arena_array(a, most, sizeof(*names));
    for (const struct finding *f = v->findings->first; f; f = f->next)
        for (uint32_t i = 0; i < shown_times(f); i++)
            names[n++] = f->name;
    qsort(names, n, sizeof(*names), by_name);
    size_t before = b->n;
    for (size_t i = 0; i < n && b->n - before < HEADER_STATUS_MAX; i++) {
        if (i)
            buf_add_char(b, ',');
        put_clean(b, names[i], FINDING_NAME_MAX);
    }
    if (n == 0)
        buf_add_str(b, "none");
}

double header_shown_score(double score, double required, bool spam)
{
    char shown[64], limit[64];
    snprintf(shown, sizeof(shown), "%.1f", score);
    snprintf(limit, sizeof(limit), "%.1f", required);
    double s = strtod(shown, NULL), r = strtod(limit, NULL);
    return spam || s < r ? s : r - 0.1;
}

const char *header_spam_status(struct arena *a, const struct verdict *v)
{
    struct buf b;
    buf_init_in(&b, a, HEADER_STATUS_MAX + 1024);
    buf_printf(&b, "%s, score=%.1f required=%.1f tests=", v->spam ? "Yes" : "No",
               header_shown_score(v->score, v->required, v->spam), v->required);
    put_tests(&b, a, v);
    buf_add_str(&b, " autolearn=");
    buf_add_slice(&b, v->autolearn.n ? v->autolearn : SLICE("no autolearn_force=no"));
    buf_add_str(&b, " version=" HEADER_VERSION);
    return folded(a, buf_slice(&b), sizeof("X-Spam-Status: ") - 1);
}

const char *header_spam_level(struct arena *a, const struct verdict *v)
{
    size_t n = v->score < 1 ? 0 : v->score >= STARS_MAX ? STARS_MAX : (size_t)v->score;
    char *stars = arena_alloc(a, n + 1);
    memset(stars, '*', n);
    return stars;
}

static void put_report_line(struct buf *b, const struct finding *f)
{
    buf_printf(b, "\n\t* %4.1f ", f->kind == FINDING_RULE ? f->score : 0.0);
    if (f->kind != FINDING_RULE)
        buf_printf(b, "%s ", verdict_classes[f->class < CLASS_COUNT ? f->class : CLASS_CLEAN].name);
    put_clean(b, f->name, FINDING_NAME_MAX);
    if (f->detail.n) {
        buf_add_char(b, ' ');
        put_clean(b, f->detail, DETAIL_SHOWN);
    }
}

const char *header_spam_report(struct arena *a, const struct verdict *v)
{
    struct buf b;
    buf_init_in(&b, a, HEADER_REPORT_MAX * 512);
    size_t lines = 0, left = 0;
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if (f->kind != FINDING_RULE && f->kind != FINDING_CLASS && f->kind != FINDING_VIRUS)
            continue;
        if (lines++ < HEADER_REPORT_MAX)
            put_report_line(&b, f);
        else
            left++;
    }
    if (left)
        buf_printf(&b, "\n\t* and %zu more", left);
    return text_of(&b);
}

/* every class that says that something was not looked into */
#define NOT_ALL_SCANNED                                                                                      \
    (CLASS_BIT(CLASS_UNCHECKED_ENCRYPTED) | CLASS_BIT(CLASS_UNCHECKED_LIMIT) |                               \
     CLASS_BIT(CLASS_UNCHECKED_UNSUPPORTED) | CLASS_BIT(CLASS_UNCHECKED_PARTIAL) |                           \
     CLASS_BIT(CLASS_UNCHECKED_AMBIGUOUS) | CLASS_BIT(CLASS_UNCHECKED_CRASH) |                               \
     CLASS_BIT(CLASS_UNCHECKED_FAULT))

const char *header_virus_status(struct arena *a, const struct verdict *v, bool scanned)
{
    struct buf b;
    buf_init_in(&b, a, 900);
    for (const struct finding *f = v->findings->first; f && b.n < 600; f = f->next) {
        if (f->kind != FINDING_VIRUS)
            continue;
        buf_add_str(&b, b.n ? ", " : "Infected (");
        put_clean(&b, f->name, FINDING_NAME_MAX);
    }
    if (b.n == 0)
        return !scanned ? NULL : v->classes & NOT_ALL_SCANNED ? "Unchecked" : "Clean";
    buf_add_char(&b, ')');
    return text_of(&b);
}
