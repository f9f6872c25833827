/* report-debug.c - what hit, in the words of `spamassassin -D`; see report.h
 * Scripts and people look for these lines: which rule got a hit by what text, what was captured, the sum, the
 * names. */
#include "config.h"
#include "scoring/report.h"

#include "base/log.h"
#include "scoring/capture.h"

static const char *kind_of(const struct rule *rule)
{
    switch (rule ? rule->test.type : RULE_NONE) {
    case RULE_HEADER:
    case RULE_EXISTS: return "header";
    case RULE_BODY: return "body";
    case RULE_URI: return "uri";
    case RULE_RAWBODY: return "rawbody";
    case RULE_FULL: return "full";
    case RULE_META: return "meta";
    default: return "eval";
    }
}

static bool has_text(enum rule_type type)
{
    return type == RULE_HEADER || type == RULE_EXISTS || type == RULE_BODY || type == RULE_URI ||
           type == RULE_RAWBODY || type == RULE_FULL;
}

/* What matched; of a rule that has no text of its own its value. */
static void log_hit(const struct report *r, const struct report_hit *h)
{
    enum rule_type type = h->rule ? h->rule->test.type : RULE_NONE;
    if (h->rule && !has_text(type) && r->check)
        log_debug("rules: ran %s rule %.*s ======> got hit (%.15g)", kind_of(h->rule), SLICE_ARG(h->name),
                  r->check->values[h->rule->number]);
    else
        log_debug("rules: ran %s rule %.*s ======> got hit: \"%.*s\"", kind_of(h->rule), SLICE_ARG(h->name),
                  SLICE_ARG(type == RULE_EXISTS ? SLICE("<YES>") : h->detail));
}

static void log_hits(const struct report *r, const struct report_hit *hits, size_t n)
{
    for (size_t i = 0; i < n; i++)
        log_hit(r, &hits[i]);
}

static void log_captures(const struct report *r)
{
    for (const struct capture *k = r->check ? r->check->captures : NULL; k; k = k->next) {
        struct buf b;
        buf_init(&b, 8192);
        for (size_t i = 0; i < k->n; i++)
            buf_printf(&b, "%s%.*s", i ? "," : "", SLICE_ARG(k->v[i]));
        log_debug("check: tagrun - tag %.*s is now ready, value: %s%s%s", SLICE_ARG(k->name),
                  k->n > 1 ? "ARY:[" : "", b.n ? b.p : "", k->n > 1 ? "]" : "");
        buf_deinit(&b);
    }
}

static void log_filled(struct report *r, const char *what, struct slice text)
{
    struct buf b;
    buf_init(&b, REPORT_TEXT_MAX);
    report_fill(r, &b, text);
    log_debug("check: %s=%s", what, b.n && strcmp(b.p, "none") != 0 ? b.p : "");
    buf_deinit(&b);
}

void report_debug(struct report *r)
{
    log_hits(r, r->hits, r->n_hits);
    log_hits(r, r->subs, r->n_subs);
    log_captures(r);
    log_debug("check: is spam? score=%.15g required=%.15g", r->score, r->required);
    log_filled(r, "tests", SLICE("_TESTS_"));
    log_filled(r, "subtests", SLICE("_SUBTESTSCOLLAPSED_"));
}
