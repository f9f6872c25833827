/* scan-print.c - a verdict for people: one line, then a table of what was found
 * Columns: points, rule (or class), description (or reason), what matched. Text of mail is quoted and
 * escaped. */
#include "cli/scan.h"

#include "base/log.h"
#include "scoring/ruleset.h"

#define NAME_MAX_WIDTH 32
#define ABOUT_MAX_WIDTH 50
#define MATCH_MAX 60

struct table {
    const struct scan *s;
    const struct verdict *v;
    int name_width, about_width;
};

static const char *color(const struct scan *s, enum verdict_class class)
{
    if (!s->colour)
        return "";
    switch (class) {
    case CLASS_CLEAN: return "\033[32m";
    case CLASS_BAD_HEADER:
    case CLASS_SPAMMY: return "\033[33m";
    case CLASS_SPAM:
    case CLASS_DMARC_QUARANTINE:
    case CLASS_DMARC_REJECT:
    case CLASS_BANNED:
    case CLASS_VIRUS: return "\033[31m";
    default: return "\033[35m";
    }
}

static const char *plain(const struct scan *s)
{
    return s->colour ? "\033[0m" : "";
}

static bool is_shown(const struct finding *f)
{
    return f->kind == FINDING_RULE || f->kind == FINDING_CLASS || f->kind == FINDING_VIRUS;
}

/* second column */
static struct slice name_of(const struct finding *f)
{
    return f->kind == FINDING_RULE ? f->name : slice_str(verdict_classes[f->class].name);
}

/* third column */
static struct slice about(const struct scan *s, const struct finding *f)
{
    if (f->kind != FINDING_RULE)
        return f->name;
    return slice_str(s->rules ? ruleset_describe(s->rules, f->name) : NULL);
}

static int wider(int width, size_t n, int max)
{
    return n > (size_t)max ? max : (int)n > width ? (int)n : width;
}

static void measure(struct table *t)
{
    for (const struct finding *f = t->v->findings->first; f; f = f->next) {
        if (!is_shown(f))
            continue;
        t->name_width = wider(t->name_width, name_of(f).n, NAME_MAX_WIDTH);
        t->about_width = wider(t->about_width, about(t->s, f).n, ABOUT_MAX_WIDTH);
    }
}

/* Adds s, escaped, and blanks up to width; trailing ones are for the caller to avoid. */
static void put_cell(struct buf *out, struct slice s, int width)
{
    size_t start = out->n;
    log_escape(out, s);
    size_t used = out->n - start;
    if (used < (size_t)width)
        buf_printf(out, "%*s", (int)((size_t)width - used), "");
}

/* where the rule stands, for those who want to change it */
static void put_place(struct buf *out, const struct scan *s, const struct finding *f)
{
    const char *where =
        s->verbose && s->rules && f->kind == FINDING_RULE ? ruleset_where(s->rules, f->name) : NULL;
    if (where == NULL)
        return;
    buf_add_str(out, "  ");
    log_escape(out, slice_str(where));
}

static void put_row(struct buf *out, const struct table *t, const struct finding *f)
{
    struct slice text = about(t->s, f);
    if (f->kind == FINDING_RULE)
        buf_printf(out, "  %7.3f  ", f->score);
    else
        buf_printf(out, "  %7s  ", "-");
    put_cell(out, name_of(f), text.n || f->detail.n ? t->name_width : 0);
    if (text.n || f->detail.n) {
        buf_add_str(out, "  ");
        put_cell(out, text, f->detail.n ? t->about_width : 0);
    }
    if (f->detail.n) {
        buf_add_str(out, "  ");
        log_quote(out, f->detail, MATCH_MAX);
    }
    put_place(out, t->s, f);
    buf_add_char(out, '\n');
}

static void put_subrules(struct buf *out, const struct verdict *v)
{
    size_t n = 0;
    for (const struct finding *f = v->findings->first; f; f = f->next) {
        if (f->kind != FINDING_SUBRULE)
            continue;
        buf_add_str(out, n++ ? " " : "  subrules: ");
        log_escape(out, f->name);
        if (f->count > 1)
            buf_printf(out, "*%u", f->count);
    }
    if (n)
        buf_add_char(out, '\n');
}

void scan_print(struct buf *out, const struct scan *s, const char *file, const struct verdict *v,
                double cpu_ms)
{
    struct table t = { .s = s, .v = v };
    measure(&t);
    log_escape(out, slice_str(file));
    buf_printf(out, ": %s%s%s, %.1f of %.1f points, action %s", color(s, v->class),
               verdict_classes[v->class].name, plain(s), v->score, v->required,
               verdict_action_names[v->action]);
    if (s->verbose)
        buf_printf(out, ", %.1f ms CPU", cpu_ms);
    buf_add_char(out, '\n');
    for (const struct finding *f = v->findings->first; f; f = f->next)
        if (is_shown(f))
            put_row(out, &t, f);
    if (s->verbose)
        put_subrules(out, v);
}
