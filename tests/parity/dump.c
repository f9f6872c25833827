/* dump.c - what rules see of each message of a list, for comparison with oracle.pl -l
 * usage: dump [--rules FILE|DIRECTORY]... LIST > RESULTS     one JSON object a line, in the order of LIST
 *        dump --words [--rules ...] LIST                     words of the classifier, for words.py
 *        dump --time [--rules ...] LIST                      CPU per message, by view, in microseconds
 * The keys are oracle.pl's: body, rawbody, uri, uridetail, relays, headers, html, parts. Strings are bytes,
 * each written as the code point of its value. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include "scoring/rule.h"
#include "scoring/sa-tokens.h"
#include "scoring/view.h"

static const struct ruleset *set;
static struct message_limits limits;
static struct regex_scratch *scratch;

static void print_text(struct slice s)
{
    putchar('"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < ' ' || c > '~')
            printf("\\u%04x", c);
        else if (c == '"' || c == '\\')
            printf("\\%c", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void print_list(const struct slice *v, size_t n)
{
    putchar('[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            putchar(',');
        print_text(v[i]);
    }
    putchar(']');
}

static int by_bytes(const void *a, const void *b)
{
    const struct slice *x = a, *y = b;
    int c = memcmp(x->p ? x->p : "", y->p ? y->p : "", x->n < y->n ? x->n : y->n);
    return c ? c : (x->n > y->n) - (x->n < y->n);
}

/* each once */
static void print_set(struct arena *a, const struct slice *v, size_t n)
{
    struct slice *copy = arena_array(a, n, sizeof(*copy));
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        copy[i] = v[i];
    if (n)
        qsort(copy, n, sizeof(*copy), by_bytes);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || !slice_eq(copy[kept - 1], copy[i]))
            copy[kept++] = copy[i];
    print_list(copy, kept);
}

/* ---- layers */

static void print_headers(struct views *v)
{
    static const char *const names[] = {
        "ALL",       "ALL-EXTERNAL",  "ALL-INTERNAL", "ALL-TRUSTED",       "ALL-UNTRUSTED",
        "ALL:raw",   "Content-Type",  "Date",         "EnvelopeFrom",      "From",
        "From:addr", "From:domain",   "From:host",    "From:name",         "From:raw",
        "MESSAGEID", "Received",      "Reply-To",     "Message-ID:domain", "Reply-To:addr",
        "Subject",   "Reply-To:name", "Subject:raw",  "Return-Path:addr",  "To",
        "To:addr",   "ToCc",          "ToCc:addr",
    };
    printf(",\"headers\":{");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct view_header *h = views_get(v, slice_str(names[i]));
        printf("%s\"%s\":", i ? "," : "", names[i]);
        if (h->present)
            print_text(h->text);
        else
            printf("null");
    }
    putchar('}');
}

static void print_relays(struct views *v)
{
    const struct view_relays *r = views_relays(v);
    printf(",\"relays\":{\"External\":");
    print_text(r->external);
    printf(",\"Internal\":");
    print_text(r->internal);
    printf(",\"Trusted\":");
    print_text(r->trusted);
    printf(",\"Untrusted\":");
    print_text(r->untrusted);
    putchar('}');
}

static void print_types(struct arena *a, const struct view_uri *u)
{
    struct slice *v = arena_array(a, u->n_tags + 6, sizeof(*v));
    size_t n = 0;
    for (size_t i = 0; i < u->n_tags; i++)
        v[n++] = u->tags[i];
    if (u->types & VIEW_URI_PARSED)
        v[n++] = SLICE("parsed");
    if (u->types & VIEW_URI_UNLINKED)
        v[n++] = SLICE("unlinked");
    if (u->types & VIEW_URI_SCHEMELESS)
        v[n++] = SLICE("schemeless");
    if (u->types & VIEW_URI_DOMAINKEYS) {
        v[n++] = SLICE("domainkeys");
        v[n++] = SLICE("nocanon");
        v[n++] = SLICE("noclean");
    }
    print_set(a, v, n);
}

static void print_uri_details(struct views *v)
{
    printf(",\"uridetail\":{");
    for (const struct view_uri *u = views_uris(v)->first; u; u = u->next) {
        print_text(u->uri);
        printf(":{\"cleaned\":");
        print_list(u->cleaned, u->n_cleaned);
        printf(",\"domains\":");
        print_set(v->arena, u->domains, u->n_hosts);
        printf(",\"hosts\":");
        print_set(v->arena, u->hosts, u->n_hosts);
        printf(",\"text\":");
        print_list(u->anchors, u->n_anchors);
        printf(",\"types\":");
        print_types(v->arena, u);
        printf("}%s", u->next ? "," : "");
    }
    putchar('}');
}

static void print_html(struct views *v)
{
    static const char *const names[] = {
        "backhair_count",
        "bad_tag_ratio",
        "closed_extra_ratio",
        "font_face_bad",
        "font_invalid_color",
        "html",
        "font_low_contrast",
        "form_action_mailto",
        "html_length",
        "image_area",
        "length",
        "max_size",
        "min_size",
        "non_space_len",
        "non_element_ratio",
        "obfuscation_ratio",
        "ratio",
        "embeds",
        "uri_truncated",
    };
    const struct view_html *h = views_html(v);
    const char *comma = "";
    printf(",\"html\":{");
    for (size_t i = 0; h && i < sizeof(names) / sizeof(*names); i++) {
        bool present = false;
        double value = view_html_number(h, slice_str(names[i]), &present);
        if (present)
            printf("%s\"%s\":\"%.15g\"", comma, names[i], value);
        comma = present ? "," : comma;
    }
    putchar('}');
}

static void print_parts(struct views *v)
{
    const char *comma = "";
    printf(",\"parts\":[");
    view_parts_foreach(p, views_tree(v))
    {
        if (!p->leaf)
            continue;
        printf("%s{\"decoded\":", comma);
        print_text(view_part_decoded(v->arena, p));
        printf(",\"etype\":");
        print_text(p->effective);
        printf(",\"raw\":");
        print_text(view_part_raw(v->arena, p));
        printf(",\"rendered\":");
        struct slice text = view_part_text(v->arena, p);
        if (p->is_text)
            print_text(p->wide ? text : view_html_bytes(v->arena, text, '?'));
        else
            printf("null");
        printf(",\"type\":");
        print_text(p->type);
        putchar('}');
        comma = ",";
    }
    putchar(']');
}

static void print_layers(struct views *v)
{
    const struct view *body = views_body(v), *rawbody = views_rawbody(v), *uri = views_uri(v);
    printf(",\"body\":");
    print_list(body->v, body->n);
    printf(",\"rawbody\":");
    print_list(rawbody->v, rawbody->n);
    printf(",\"uri\":");
    print_set(v->arena, uri->v, uri->n);
    print_uri_details(v);
    print_relays(v);
    print_headers(v);
    print_html(v);
    print_parts(v);
}

/* ---- words of the classifier */

static void print_words(struct views *v)
{
    struct sa_tokens t;
    sa_tokens_make(&t, v, NULL);
    printf(",\"words\":");
    print_set(v->arena, t.texts, t.n);
}

/* ---- time */

#include <time.h>

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

enum {
    TIME_PARSE,
    TIME_TREE,
    TIME_DECODE,
    TIME_TEXT,
    TIME_BODY,
    TIME_RAWBODY,
    TIME_FIELDS,
    TIME_RELAYS,
    TIME_URIS,
    TIME_HEADERS,
    TIME_WORDS,
    TIMES
};
static const char *const time_names[] = { "message", "tree",   "decode", "text",    "body", "rawbody",
                                          "fields",  "relays", "uris",   "headers", "words" };
static double spent[TIMES];
static size_t messages, bytes;

static void lap(int what, double *since)
{
    double now = now_us();
    spent[what] += now - *since;
    *since = now;
}

static void time_views(struct views *v, double since)
{
    lap(TIME_PARSE, &since);
    views_tree(v);
    lap(TIME_TREE, &since);
    view_parts_foreach(p, v->tree)
    {
        if (slice_starts(p->effective, SLICE("text/")))
            view_part_decoded(v->arena, p);
    }
    lap(TIME_DECODE, &since);
    view_parts_foreach(p, v->tree) view_part_text(v->arena, p);
    lap(TIME_TEXT, &since);
    views_body(v);
    lap(TIME_BODY, &since);
    views_rawbody(v);
    lap(TIME_RAWBODY, &since);
    views_fields(v);
    for (size_t i = 0; i < v->n_fields; i++)
        view_field_decoded(v->arena, v->fields[i]);
    lap(TIME_FIELDS, &since);
    views_relays(v);
    lap(TIME_RELAYS, &since);
    views_uri(v);
    lap(TIME_URIS, &since);
    for (uint32_t i = 0; set && i < set->specs.n; i++)
        views_header(v, i);
    lap(TIME_HEADERS, &since);
    struct sa_tokens words;
    sa_tokens_make(&words, v, NULL);
    lap(TIME_WORDS, &since);
}

static void print_times(void)
{
    double sum = 0;
    for (int i = 0; i < TIMES; i++) {
        printf("%-8s %8.1f us a message\n", time_names[i], spent[i] / (double)messages);
        sum += i ? spent[i] : 0;
    }
    printf("%zu messages of %zu bytes: views %.1f us a message, %.2f ns a byte\n", messages, bytes / messages,
           sum / (double)messages, sum * 1e3 / (double)bytes);
}

/* ---- */

static struct slice read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text, *more;
    size_t n = 0, got = 0;
    if (f == NULL) {
        perror(path);
        return slice_of(NULL, 0);
    }
    text = malloc(1);
    do {
        more = realloc(text, n + 65536);
        if (more == NULL)
            exit(1);
        text = more;
        got = fread(text + n, 1, 65536, f);
        n += got;
    } while (got);
    fclose(f);
    return slice_of(text, n);
}

static void dump(const char *path, struct arena *a, bool timing, void (*print)(struct views *v))
{
    struct slice raw = read_file(path);
    struct message m;
    struct views v;
    double since = now_us();
    if (raw.p == NULL)
        return;
    message_parse(&m, a, raw, NULL, &limits);
    views_init(&v, &m, set);
    v.scratch = scratch;
    if (timing) {
        time_views(&v, since);
        messages++;
        bytes += raw.n;
    } else {
        printf("{\"file\":");
        print_text(slice_str(path));
        print(&v);
        printf("}\n");
    }
    free((void *)raw.p);
    arena_reset(a);
}

static const struct ruleset *load(const char **paths, size_t n)
{
    struct scoring_options o = { .rules_max = 100000, .regex_match_limit = 1000000, .message_budget = 10000 };
    struct arena a;
    struct err e;
    o.rules_path.v = paths;
    o.rules_path.n = (unsigned)n;
    arena_init(&a, 64 << 20);
    struct ruleset *r = ruleset_load(&o, &a, NULL, &e);
    if (r == NULL) {
        fprintf(stderr, "dump: %s\n", e.text);
        exit(1);
    }
    arena_deinit(&a);
    return r;
}

int main(int argc, char **argv)
{
    const char *paths[16];
    char line[4096];
    size_t n = 0;
    bool timing = false;
    void (*print)(struct views * v) = print_layers;
    struct arena a;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--time") == 0)
            timing = true;
        else if (strcmp(argv[i], "--words") == 0)
            print = print_words;
        else if (strcmp(argv[i], "--rules") == 0 && i + 1 < argc && n < 16)
            paths[n++] = argv[++i];
        else
            break;
    }
    FILE *list = i + 1 == argc ? fopen(argv[i], "r") : NULL;
    if (list == NULL) {
        fprintf(stderr, "usage: dump [--time|--words] [--rules FILE|DIRECTORY]... LIST\n");
        return 2;
    }
    message_limits_default(&limits);
    message_warm();
    arena_init(&a, (size_t)1 << 30);
    set = n ? load(paths, n) : NULL;
    scratch = regex_scratch_new(&(struct regex_limits){ 0 });
    while (fgets(line, sizeof(line), list)) {
        line[strcspn(line, "\n")] = 0;
        dump(line, &a, timing, print);
    }
    fclose(list);
    if (timing && messages)
        print_times();
    arena_deinit(&a);
    regex_scratch_free(&scratch);
    return 0;
}
