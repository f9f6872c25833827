/* eval-phishing.c - check_phishing: URIs of the message that are in a downloaded list
 * SpamAssassin's plugin Phishing. The lists (phishing_*_feed: OpenPhish, one URI a line; PhishTank and
 * PhishStats, CSV) are read when rules are loaded; one that is not there is empty. Limits: LINE_MAX_BYTES a
 * line (longer ones are left out), URIS_MAX URIs. */
#include "config.h"
#include "scoring/eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "scoring/rule-parse.h"

#define LINE_MAX_BYTES 8192
#define URIS_MAX 500000
#define WORK_MEMORY ((size_t)4 << 20) /* for one line */
#define MIN_SCORE 6                   /* of phishing_phishstats_minscore */

struct phishing {
    bool no_parameters;
    struct names uris; /* to the number of the list */
};

/* field, score: columns from 0, -1: none; titled: the first line is no entry */
static const struct feed {
    const char *setting, *name;
    int field, score;
    bool titled;
} feeds[] = {
    { "phishing_openphish_feed", "OpenPhish", -1, -1, false },
    { "phishing_phishtank_feed", "PhishTank", 1, -1, true },
    { "phishing_phishstats_feed", "PhishStats", 2, 1, true },
};
#define FEEDS (sizeof(feeds) / sizeof(*feeds))

struct reading {
    struct phishing *to;
    const struct ruleset *set;
    struct arena *a, work;
    double min_score;
};

/* ---- lists */

/* A field of a line of CSV, without quotes; the whole line for -1. */
static struct slice field_of(struct arena *a, struct slice line, int number)
{
    struct slice field = line, rest = line;
    for (int i = 0; i <= number; i++)
        if (!slice_cut(&rest, ',', &field))
            return SLICE("");
    if (number < 0)
        return field;
    char *out = arena_alloc(a, field.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < field.n; i++)
        if (field.p[i] != '"')
            out[n++] = field.p[i];
    return slice_of(out, n);
}

static struct slice without_parameters(const struct phishing *f, struct slice uri)
{
    ptrdiff_t at = f->no_parameters ? slice_chr(uri, '?') : -1;
    return at < 0 ? uri : slice_sub(uri, 0, (size_t)at);
}

static void read_line(struct reading *r, const struct feed *feed, struct slice line)
{
    struct uri_host h;
    double score;
    arena_reset(&r->work);
    struct slice uri = field_of(&r->work, line, feed->field);
    if (feed->score >= 0 &&
        (!rule_number(field_of(&r->work, line, feed->score), &score) || score <= r->min_score))
        return;
    if (uri.n && r->to->uris.n < URIS_MAX && uri_host_of(r->set->uri_rules, &r->work, uri, &h))
        names_add(&r->to->uris, arena_dup(r->a, without_parameters(r->to, uri)), (uint32_t)(feed - feeds));
}

static void read_lines(struct reading *r, const struct feed *feed, FILE *in)
{
    char *text = NULL;
    size_t cap = 0;
    bool first = feed->titled;
    for (ssize_t n; (n = getline(&text, &cap, in)) >= 0; first = false) {
        struct slice line = slice_chomp(slice_of(text, (size_t)n));
        if (!first && line.n <= LINE_MAX_BYTES && !slice_starts(slice_trim(line), SLICE("#")))
            read_line(r, feed, line);
    }
    free(text);
}

static void read_feed(struct reading *r, const struct feed *feed)
{
    const struct setting_line *l = settings_last(&r->set->settings, SETTING_PLUGIN, feed->setting);
    const char *path = l ? arena_str(r->a, l->value) : "";
    struct stat st;
    FILE *in = *path && stat(path, &st) == 0 && S_ISREG(st.st_mode) ? fopen(path, "re") : NULL;
    if (in == NULL)
        return;
    read_lines(r, feed, in);
    fclose(in);
}

static int prepare(struct eval_prepare *p, void **prepared, struct err *e)
{
    const struct settings *s = &p->set->settings;
    struct phishing *f = *prepared = ARENA_NEW(p->a, struct phishing);
    struct reading r = { .to = f, .set = p->set, .a = p->a };
    (void)e;
    f->no_parameters = settings_bool(s, SETTING_PLUGIN, "phishing_uri_noparam", false);
    r.min_score = settings_number(s, SETTING_PLUGIN, "phishing_phishstats_minscore", MIN_SCORE);
    names_init(&f->uris, p->a);
    arena_init(&r.work, WORK_MEMORY);
    for (size_t i = 0; i < FEEDS; i++)
        read_feed(&r, &feeds[i]);
    arena_deinit(&r.work);
    return 0;
}

/* ---- a message */

static bool is_link(const struct view_uri *u)
{
    bool link = u->types & VIEW_URI_PARSED;
    for (size_t i = 0; i < u->n_tags; i++)
        link = link || slice_eq(u->tags[i], SLICE("a"));
    return link && u->n_hosts && !slice_istarts(u->uri, SLICE("mailto:"));
}

/* Without its parameters a URI must have a path of its own: redirectors would be hit all together. */
static bool is_general(const struct phishing *f, struct slice uri)
{
    unsigned slashes = 0;
    for (size_t i = 0; i < uri.n; i++)
        slashes += uri.p[i] == '/';
    return f->no_parameters && slashes <= 3;
}

static bool is_listed(struct check *c, const struct phishing *f, struct slice uri)
{
    struct slice key = without_parameters(f, uri);
    struct uri_host h = { .domain = SLICE_INIT("") };
    uint32_t number = is_general(f, key) ? NAMES_NONE : names_find(&f->uris, key);
    if (number == NAMES_NONE)
        return false;
    uri_host_of(c->set->uri_rules, c->m->arena, uri, &h);
    check_log(c, arena_printf(c->m->arena, "%s (%.*s)", feeds[number].name, SLICE_ARG(h.domain)));
    return true;
}

static double check_phishing(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args;
    for (const struct view_uri *u = views_uris(&c->views)->first; u; u = u->next)
        for (size_t i = 0; is_link(u) && i < u->n_cleaned; i++)
            if (is_listed(c, prepared, u->cleaned[i]))
                return 1;
    return 0;
}

static const struct eval_function phishing_rows[] = {
    { "check_phishing", "Phishing", 0, 0, EVAL_ARGS_MAX, prepare, check_phishing, NULL },
};
EVAL_FAMILY(eval_phishing, "lists of phishing", phishing_rows);
