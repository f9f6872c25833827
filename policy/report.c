/* report.c - a verdict as JSON; see report.h
 * Written by hand: an object a message, keys always the same and in the same order, no tree built first. */
#include "policy/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "message/charset.h"

void report_json_string(struct buf *out, struct slice s)
{
    buf_add_char(out, '"');
    while (s.n) {
        char c = s.p[0], put[4];
        size_t taken = 1;
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if ((unsigned char)c < ' ' || c == 0x7f)
            buf_printf(out, "\\u%04x", (unsigned)c);
        else if ((unsigned char)c < 0x80)
            buf_add_char(out, c);
        else
            buf_add(out, put, utf8_put(put, utf8_get(s, &taken)));
        s = slice_from(s, taken);
    }
    buf_add_char(out, '"');
}

static void put_string(struct buf *out, const char *s)
{
    report_json_string(out, slice_str(s));
}

/* As short as it goes: 5.1, not 5.0999999999999996. */
static void put_number(struct buf *out, double d)
{
    buf_printf(out, "%.10g", d);
}

/* Begins an element of a list that began at `start`. */
static void next(struct buf *out, size_t start)
{
    if (out->n > start)
        buf_add_char(out, ',');
}

static void put_classes(struct buf *out, const struct verdict *v)
{
    size_t start = out->n;
    for (int c = 0; c < CLASS_COUNT; c++) {
        if (!(v->classes & CLASS_BIT(c)))
            continue;
        next(out, start);
        put_string(out, verdict_classes[c].name);
    }
    if (out->n == start) /* class is always one of classes */
        put_string(out, verdict_classes[CLASS_CLEAN].name);
}

static void put_hit(struct buf *out, const struct finding *f)
{
    buf_add_str(out, "{\"rule\":");
    report_json_string(out, f->name);
    buf_add_str(out, ",\"score\":");
    put_number(out, f->score);
    buf_add_char(out, '}');
}

static void put_subrule(struct buf *out, const struct finding *f)
{
    char text[FINDING_NAME_MAX + 16];
    int n = snprintf(text, sizeof(text), f->count > 1 ? "%.*s*%u" : "%.*s", SLICE_ARG(f->name), f->count);
    report_json_string(out, slice_of(text, (size_t)n));
}

static void put_virus(struct buf *out, const struct finding *f)
{
    report_json_string(out, f->name);
}

static void put_class(struct buf *out, const struct finding *f)
{
    buf_add_str(out, "{\"class\":");
    put_string(out, verdict_classes[f->class < CLASS_COUNT ? f->class : CLASS_CLEAN].name);
    buf_add_str(out, ",\"reason\":");
    report_json_string(out, f->name);
    buf_add_str(out, ",\"detail\":");
    report_json_string(out, f->detail);
    buf_add_char(out, '}');
}

static void put_list(struct buf *out, const char *key, const struct verdict *v, enum finding_kind kind,
                     void (*put)(struct buf *out, const struct finding *f))
{
    buf_printf(out, ",\"%s\":[", key);
    size_t start = out->n;
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if (f->kind != kind)
            continue;
        next(out, start);
        put(out, f);
    }
    buf_add_char(out, ']');
}

static double number_of(struct slice s)
{
    char text[24];
    snprintf(text, sizeof(text), "%.*s", SLICE_ARG(s));
    return strtod(text, NULL);
}

/* What the classifier noted; a number, whoever wrote it. */
static void put_bayes(struct buf *out, const struct verdict *v)
{
    double p = -1;
    for (const struct finding *f = v->findings->first; f; f = f->next)
        if (f->kind == FINDING_NOTE && slice_eq(f->name, SLICE("bayes")) && f->detail.n < 20)
            p = number_of(f->detail);
    if (p >= 0 && p <= 1)
        buf_printf(out, ",\"bayes\":%.6f", p);
    else
        buf_add_str(out, ",\"bayes\":null");
}

/* What a scorer noted of the network, as text of ours: "late=2 failed=0"; the number behind the word. */
static unsigned noted(struct slice text, const char *word)
{
    struct slice rest = text, pair;
    uint64_t n;
    size_t len = strlen(word);
    while (slice_cut(&rest, ' ', &pair))
        if (slice_starts(pair, slice_str(word)) && pair.n > len && pair.p[len] == '=' &&
            slice_uint(slice_from(pair, len + 1), UINT32_MAX, &n))
            return (unsigned)n;
    return 0;
}

bool report_dns(const struct finding_list *findings, struct report_dns *d)
{
    for (const struct finding *f = findings->first; f; f = f->next)
        if (f->kind == FINDING_NOTE && slice_eq(f->name, SLICE("dns"))) {
            *d = (struct report_dns){ noted(f->detail, "asked"), noted(f->detail, "late"),
                                      noted(f->detail, "failed"), noted(f->detail, "refused"),
                                      noted(f->detail, "ms") };
            return true;
        }
    return false;
}

static void put_dns(struct buf *out, const struct verdict *v)
{
    struct report_dns d;
    if (report_dns(v->findings, &d))
        buf_printf(out, ",\"dns\":{\"asked\":%u,\"late\":%u,\"failed\":%u,\"refused\":%u,\"ms\":%u}", d.asked,
                   d.late, d.failed, d.refused, d.ms);
    else
        buf_add_str(out, ",\"dns\":null");
}

void report_json(struct buf *out, const char *file, const struct verdict *v, const struct auth_results *auth,
                 double cpu_ms)
{
    buf_add_str(out, "{\"file\":");
    put_string(out, file);
    buf_add_str(out, ",\"score\":");
    put_number(out, v->score);
    buf_add_str(out, ",\"required\":");
    put_number(out, v->required);
    buf_add_str(out, ",\"class\":");
    put_string(out, verdict_classes[v->class].name);
    buf_add_str(out, ",\"classes\":[");
    put_classes(out, v);
    buf_add_str(out, "],\"action\":");
    put_string(out, verdict_action_names[v->action]);
    put_list(out, "hits", v, FINDING_RULE, put_hit);
    put_list(out, "subrules", v, FINDING_SUBRULE, put_subrule);
    put_list(out, "virus", v, FINDING_VIRUS, put_virus);
    put_bayes(out, v);
    put_dns(out, v);
    put_list(out, "findings", v, FINDING_CLASS, put_class);
    buf_add_str(out, ",\"auth\":");
    report_json_auth(out, auth);
    buf_printf(out, ",\"cpu_ms\":%.3f}\n", cpu_ms);
}
