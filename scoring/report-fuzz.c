/* report-fuzz.c - any bytes as a message, marked up and stripped
 * Holds: wrapped spam is had back byte for byte (where the message ends in a line end, as mail does); what is
 * added to a message is in front of a body that stays as it is; stripping what has no markup is linear and
 * never reads outside. */
#include <math.h>
#include <stdlib.h>
#include "scoring/report.h"
#include "scoring/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define COMMON                                                                                               \
    "header A exists:From\nheader B exists:To\nrequired_score -5\nadd_header all X _TESTS_ "                 \
    "_HEADER(Subject)_\n"                                                                                    \
    "add_header all R _REPORT_\nrewrite_header Subject _HEADER(To)_\nrewrite_header From x\n"                \
    "rewrite_header To y\nreport _PREVIEW_\nunsafe_report _RELAYSEXTERNAL_\nsubjprefix A [A]\n"              \
    "report_safe_copy_headers Received Subject X-A\n"

static const char *const rules[] = { COMMON "report_safe 0\n", COMMON "report_safe 1\n",
                                     COMMON "report_safe 0\nrequired_score 5\nfold_headers 0\n" };
static struct ruleset *sets[3];
static struct message_limits limits;
static struct regex_scratch *scratch;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void start(void)
{
    static const struct scoring_options o = { .rules_max = 100 };
    static const struct regex_limits of_regex;
    static struct arena a;
    struct err e;
    arena_init(&a, 1 << 20);
    message_limits_default(&limits);
    message_warm();
    scratch = regex_scratch_new(&of_regex);
    for (int i = 0; i < 3; i++)
        check((sets[i] = ruleset_load_text(&o, slice_str(rules[i]), "fuzz.cf", &a, NULL, &e)) != NULL);
}

static void take(void *ctx, struct slice text)
{
    buf_add_slice(ctx, text);
}

static void mark_up(struct arena *a, const struct ruleset *set, struct slice raw, struct buf *out,
                    struct report *r)
{
    const struct envelope env = { .my_name = SLICE("mx.example") };
    const struct report_sink sink = { take, out };
    struct message m;
    struct views views;
    struct finding_list found = { 0 };
    message_parse(&m, a, raw, &env, &limits);
    views_init(&views, &m, set);
    views.scratch = scratch;
    finding_add(&found, a, FINDING_RULE, CLASS_CLEAN, 1, SLICE("A"), SLICE(""));
    report_init(r, set, &views, &found, NULL, NAN);
    report_mail(r, &sink);
}

static void check_back(struct arena *a, const struct ruleset *set, const struct buf *wrapped,
                       const struct report *r)
{
    struct buf out;
    const struct report_sink sink = { take, &out };
    struct slice body = r->halves.body, header = r->halves.header;
    struct slice last = body.n ? body : header;
    buf_init(&out, 8 << 20);
    report_strip(a, set, buf_slice(wrapped), &sink);
    if (last.n && last.p[last.n - 1] == '\n') {
        struct slice s = buf_slice(&out), separator = r->halves.separator;
        check(s.n == separator.n + header.n + body.n && slice_starts(s, separator));
        check(slice_starts(slice_from(s, separator.n), header));
        check(slice_eq(slice_from(s, separator.n + header.n), body));
    }
    buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice raw = slice_of((const char *)data, size);
    if (sets[0] == NULL)
        start();
    for (int i = 0; i < 3; i++) {
        struct arena a;
        struct buf out;
        struct report r;
        const struct report_sink sink = { take, &out };
        arena_init(&a, (size_t)1 << 30);
        buf_init(&out, 8 << 20);
        mark_up(&a, sets[i], raw, &out, &r);
        if (i == 1)
            check_back(&a, sets[i], &out, &r);
        else
            check(out.n >= r.halves.body.n &&
                  slice_eq(slice_from(buf_slice(&out), out.n - r.halves.body.n), r.halves.body));
        buf_reset(&out);
        report_strip(&a, sets[i], raw, &sink);
        buf_deinit(&out);
        arena_deinit(&a);
    }
    return 0;
}
