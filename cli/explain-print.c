/* explain-print.c - all that is known of one message: why the verdict, which rules and where they stand, what
 * the classifier goes by, other notes; for people, and as JSON. Text of mail is escaped. */
#include "config.h"
#include "cli/explain.h"
#include "cli/scan.h"

#include "base/log.h"
#include "policy/report.h"
#include "scoring/ruleset.h"

#define NAME_WIDTH 28
#define WORD_WIDTH 32

static const char *shade(const struct scan *s, const char *code)
{
    return s->colour ? code : "";
}

static void heading(struct buf *out, const struct scan *s, const char *text)
{
    buf_printf(out, "\n%s%s%s\n", shade(s, "\033[1m"), text, shade(s, "\033[0m"));
}

static void put_cell(struct buf *out, struct slice text, size_t width)
{
    size_t start = out->n;
    log_escape(out, text);
    for (size_t used = out->n - start; used < width; used++)
        buf_add_char(out, ' ');
}

/* ---- why */

static void put_why(struct buf *out, const struct scan *s, const struct verdict *v)
{
    heading(out, s, "Why");
    if (v->classes == 0)
        buf_printf(out, "  %.1f points are less than required_score (%.1f), and nothing else was found\n",
                   v->score, v->required);
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (!(v->classes & CLASS_BIT(c)))
            continue;
        enum verdict_action action = verdict_action_of((enum verdict_class)c, &s->config->policy, false);
        buf_printf(out, "  %-22s -> %-10s  ", verdict_classes[c].name, verdict_action_names[action]);
        explain_class(out, (enum verdict_class)c, v, &s->config->policy);
        buf_add_char(out, '\n');
    }
    if (v->classes & (v->classes - 1))
        buf_printf(out, "  the strictest of these is done: %s%s\n", verdict_action_names[v->action],
                   v->hold_copy && v->action != ACTION_QUARANTINE ? ", and a copy is held" : "");
    if (s->config->policy.mode == MODE_OBSERVE)
        buf_add_str(out, "  (mode = observe: it is logged, and nothing is done)\n");
}

/* ---- rules */

static void put_line(struct buf *out, const char *label, struct slice text, bool quoted)
{
    if (text.n == 0)
        return;
    buf_printf(out, "             %s", label);
    if (quoted)
        log_quote(out, text, FINDING_DETAIL_MAX);
    else
        log_escape(out, text);
    buf_add_char(out, '\n');
}

static const char *colour_of(const struct scan *s, double score)
{
    return shade(s, score > 0 ? "\033[31m" : score < 0 ? "\033[32m" : "");
}

static void put_rule(struct buf *out, const struct scan *s, const struct finding *f)
{
    const char *where = s->rules ? ruleset_where(s->rules, f->name) : NULL;
    const char *about = s->rules ? ruleset_describe(s->rules, f->name) : NULL;
    buf_printf(out, "  %s%9.3f%s  ", colour_of(s, f->score), f->score, shade(s, "\033[0m"));
    put_cell(out, f->name, where ? NAME_WIDTH : 0);
    if (where) {
        buf_add_str(out, "  ");
        log_escape(out, slice_str(where));
    }
    buf_add_char(out, '\n');
    put_line(out, "", slice_str(about), false);
    put_line(out, "matched ", f->detail, true);
}

static void put_subrules(struct buf *out, const struct verdict *v)
{
    size_t n = 0;
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if (f->kind != FINDING_SUBRULE)
            continue;
        buf_add_str(out, n++ ? " " : "  parts of rules that hit, too: ");
        log_escape(out, f->name);
    }
    buf_add_str(out, n ? "\n" : "");
}

static void put_rules(struct buf *out, const struct scan *s, const struct verdict *v)
{
    heading(out, s, "Rules");
    for (const struct finding *f = v->findings->first; f; f = f->next)
        if (f->kind == FINDING_RULE)
            put_rule(out, s, f);
    buf_printf(out, "  %9.3f  points in all\n", v->score);
    put_subrules(out, v);
}

/* ---- the classifier */

static void put_word(struct buf *out, const struct explain_word *w, bool padded)
{
    buf_printf(out, "%+7.3f  ", w->share);
    put_cell(out, slice_sub(w->text, 0, WORD_WIDTH), padded ? WORD_WIDTH : 0);
}

static void put_words(struct buf *out, const struct explain_bayes *b)
{
    size_t n = b->n_spam > b->n_ham ? b->n_spam : b->n_ham;
    if (n)
        buf_printf(out, "  %-*s  %s\n", WORD_WIDTH + 9, "for spam (share of the logit)", "for ham");
    for (size_t i = 0; i < n; i++) {
        buf_add_str(out, "  ");
        if (i < b->n_spam)
            put_word(out, &b->for_spam[i], i < b->n_ham);
        else
            buf_printf(out, "%*s", WORD_WIDTH + 9, "");
        if (i < b->n_ham) {
            buf_add_str(out, "  ");
            put_word(out, &b->for_ham[i], false);
        }
        buf_add_char(out, '\n');
    }
}

static void put_bayes(struct buf *out, const struct scan *s, const struct verdict *v)
{
    struct explain_bayes b;
    explain_bayes(&b, v->findings);
    heading(out, s, "Classifier");
    if (!b.there) {
        buf_add_str(out, "  has learned nothing, or is not used\n");
        return;
    }
    buf_printf(out, "  %llu spam and %llu ham learned", (unsigned long long)b.spam,
               (unsigned long long)b.ham);
    if (b.known)
        buf_printf(out, "; %.2f %% likely to be spam", 100 * b.probability);
    if (b.spam < b.least[0] || b.ham < b.least[1])
        buf_printf(out, "\n  its rules are silent before %llu spam and %llu ham",
                   (unsigned long long)b.least[0], (unsigned long long)b.least[1]);
    if (b.ignored)
        buf_add_str(out, "\n  its rules are silent: bayes_ignore_from or bayes_ignore_to names this mail");
    buf_add_char(out, '\n');
    put_words(out, &b);
}

static void put_notes(struct buf *out, const struct scan *s, const struct verdict *v)
{
    size_t n = 0;
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if (!explain_is_note(f))
            continue;
        if (n++ == 0)
            heading(out, s, "Notes");
        buf_add_str(out, "  ");
        put_cell(out, f->name, NAME_WIDTH - 9);
        buf_add_str(out, "  ");
        log_escape(out, f->detail);
        buf_add_char(out, '\n');
    }
}

void explain_print(struct buf *out, const struct scan *s, const char *file, const struct verdict *v)
{
    buf_add_str(out, shade(s, "\033[1m"));
    log_escape(out, slice_str(file));
    buf_printf(out, "%s: %s, %.1f of %.1f points, action %s\n", shade(s, "\033[0m"),
               verdict_classes[v->class].name, v->score, v->required, verdict_action_names[v->action]);
    put_why(out, s, v);
    put_rules(out, s, v);
    put_bayes(out, s, v);
    put_notes(out, s, v);
    if (s->names[s->n_names - 1] != file)
        buf_add_char(out, '\n');
}

/* ---- JSON */

static void member(struct buf *out, const char *key, struct slice value)
{
    buf_printf(out, ",\"%s\":", key);
    report_json_string(out, value);
}

static void json_why(struct buf *out, const struct scan *s, const struct verdict *v)
{
    struct buf text;
    const char *between = "";
    buf_init(&text, 64 * 1024);
    buf_add_str(out, ",\"why\":[");
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (!(v->classes & CLASS_BIT(c)))
            continue;
        buf_reset(&text);
        explain_class(&text, (enum verdict_class)c, v, &s->config->policy);
        buf_printf(out, "%s{\"class\":\"%s\"", between, verdict_classes[c].name);
        member(
            out, "action",
            slice_str(
                verdict_action_names[verdict_action_of((enum verdict_class)c, &s->config->policy, false)]));
        member(out, "reason", buf_slice(&text));
        buf_add_char(out, '}');
        between = ",";
    }
    buf_add_char(out, ']');
    buf_deinit(&text);
}

static void json_rules(struct buf *out, const struct scan *s, const struct verdict *v)
{
    const char *between = "";
    buf_add_str(out, ",\"hits\":[");
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if (f->kind != FINDING_RULE)
            continue;
        buf_printf(out, "%s{\"rule\":", between);
        report_json_string(out, f->name);
        buf_printf(out, ",\"score\":%.10g", f->score);
        member(out, "where", slice_str(s->rules ? ruleset_where(s->rules, f->name) : NULL));
        member(out, "description", slice_str(s->rules ? ruleset_describe(s->rules, f->name) : NULL));
        member(out, "matched", f->detail);
        buf_add_char(out, '}');
        between = ",";
    }
    buf_add_char(out, ']');
}

static void json_words(struct buf *out, const char *key, const struct explain_word *v, size_t n)
{
    buf_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "%s{\"token\":", i ? "," : "");
        report_json_string(out, v[i].text);
        buf_printf(out, ",\"share\":%.4f,\"spam\":%llu,\"ham\":%llu}", v[i].share,
                   (unsigned long long)v[i].spam, (unsigned long long)v[i].ham);
    }
    buf_add_char(out, ']');
}

static void json_bayes(struct buf *out, const struct verdict *v)
{
    struct explain_bayes b;
    explain_bayes(&b, v->findings);
    buf_add_str(out, ",\"bayes\":");
    if (!b.there) {
        buf_add_str(out, "null");
        return;
    }
    buf_printf(out,
               "{\"spam_learned\":%llu,\"ham_learned\":%llu,\"probability\":", (unsigned long long)b.spam,
               (unsigned long long)b.ham);
    if (b.known)
        buf_printf(out, "%.6f", b.probability);
    else
        buf_add_str(out, "null");
    json_words(out, "for_spam", b.for_spam, b.n_spam);
    json_words(out, "for_ham", b.for_ham, b.n_ham);
    buf_printf(out, ",\"ignored\":%s}", b.ignored ? "true" : "false");
}

static void json_notes(struct buf *out, const struct verdict *v)
{
    const char *between = "";
    buf_add_str(out, ",\"notes\":[");
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if (!explain_is_note(f))
            continue;
        buf_printf(out, "%s{\"name\":", between);
        report_json_string(out, f->name);
        member(out, "text", f->detail);
        buf_add_char(out, '}');
        between = ",";
    }
    buf_add_char(out, ']');
}

void explain_json(struct buf *out, const struct scan *s, const char *file, const struct verdict *v)
{
    buf_add_str(out, "{\"file\":");
    report_json_string(out, slice_str(file));
    buf_printf(out, ",\"score\":%.10g,\"required\":%.10g", v->score, v->required);
    member(out, "class", slice_str(verdict_classes[v->class].name));
    member(out, "action", slice_str(verdict_action_names[v->action]));
    json_why(out, s, v);
    json_rules(out, s, v);
    json_bayes(out, v);
    json_notes(out, v);
    buf_add_str(out, "}\n");
}
