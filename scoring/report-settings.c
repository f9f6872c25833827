/* report-settings.c - what rule files say about headers and reports; see report-settings.h
 * The order of lines matters: an add_header goes to the end, and takes the place of one of its name;
 * `report_safe 0` adds X-Spam-Report where there is none yet. X-Spam-Checker-Version is always there and
 * cannot be removed. */
#include "config.h"
#include "scoring/report-settings.h"

#include "base/buf.h"

#define FIELDS_MAX 200
#define TEMPLATE_MAX (64 * 1024)
#define WRAP_MAX 100000

const struct slice report_rewritten_names[REWRITTEN] = { SLICE_INIT("From"), SLICE_INIT("To"),
                                                         SLICE_INIT("Subject") };

struct reader {
    struct arena *a;
    struct report_settings *s;
    struct rule_problems *problems;
    struct buf report, unsafe_report, version;
    size_t cap_copied, cap_prefixes;
};

static void problem(struct reader *r, const struct setting_line *l, const char *write)
{
    if (r->problems)
        rule_problem(r->problems, RULE_ERROR, l->file, l->line, "%s: write %s, not %s", l->row->name, write,
                     rule_quote(l->value).text);
}

static bool blank(char c)
{
    return ascii_space(c) || c == '\f' || c == '\v';
}

static struct slice word(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->n && !blank(rest->p[n]))
        n++;
    struct slice w = slice_sub(*rest, 0, n);
    while (n < rest->n && blank(rest->p[n]))
        n++;
    *rest = slice_from(*rest, n);
    return w;
}

/* ---- fields */

static void fields_remove(struct report_fields *f, struct slice name)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->n; i++)
        if (!slice_ieq(f->v[i].name, name))
            f->v[kept++] = f->v[i];
    f->n = kept;
}

static void fields_add(struct report_fields *f, const struct report_field *field)
{
    fields_remove(f, field->name);
    if (f->n < FIELDS_MAX)
        f->v[f->n++] = *field;
}

static bool field_name(struct slice name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_alnum(name.p[i]) && name.p[i] != '_' && name.p[i] != '-')
            return false;
    return name.n > 0;
}

/* \t, \n, \\; other characters behind a backslash go with it */
static struct slice unescaped(struct arena *a, struct slice text)
{
    char *p = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\\') {
            p[n++] = text.p[i];
            continue;
        }
        char c = ++i < text.n ? text.p[i] : 0;
        if (c == '\\' || c == 't' || c == 'n')
            p[n++] = c == 't' ? '\t' : c == 'n' ? '\n' : c;
    }
    return slice_of(p, n);
}

static struct slice unquoted(struct slice text)
{
    bool quoted = text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"';
    return quoted ? slice_sub(text, 1, text.n - 2) : text;
}

/* spam, ham or all, and a name; false: something else */
static bool read_field(struct slice *rest, bool *spam, bool *ham, struct slice *name)
{
    struct slice type = word(rest);
    bool all = slice_eq(type, SLICE("all"));
    *spam = all || slice_eq(type, SLICE("spam"));
    *ham = all || slice_eq(type, SLICE("ham"));
    *name = word(rest);
    return (*spam || *ham) && field_name(*name);
}

static void add_header(struct reader *r, const struct setting_line *l)
{
    struct slice rest = l->value, name;
    bool spam, ham;
    if (!read_field(&rest, &spam, &ham, &name) || rest.n == 0) {
        problem(r, l, "spam, ham or all, the name behind X-Spam-, and a text");
        return;
    }
    const struct report_field field = { name, unescaped(r->a, unquoted(rest)), l->origin };
    if (spam)
        fields_add(&r->s->spam, &field);
    if (ham)
        fields_add(&r->s->ham, &field);
}

static void remove_header(struct reader *r, const struct setting_line *l)
{
    struct slice rest = l->value, name;
    bool spam, ham;
    if (!read_field(&rest, &spam, &ham, &name) || rest.n) {
        problem(r, l, "spam, ham or all, and the name behind X-Spam-");
        return;
    }
    if (slice_eq(name, SLICE("Checker-Version")))
        return;
    if (spam)
        fields_remove(&r->s->spam, name);
    if (ham)
        fields_remove(&r->s->ham, name);
}

static void clear_headers(struct reader *r, const struct setting_line *l)
{
    struct report_fields *ham = &r->s->ham, *spam = &r->s->spam;
    struct report_field kept = { 0 };
    if (l->value.n) {
        problem(r, l, "nothing behind it");
        return;
    }
    for (size_t i = 0; i < ham->n; i++)
        if (slice_ieq(ham->v[i].name, SLICE("Checker-Version")))
            kept = ham->v[i];
    ham->n = spam->n = 0;
    if (kept.name.n == 0)
        return;
    fields_add(ham, &kept);
    fields_add(spam, &kept);
}

static void report_safe(struct reader *r, const struct setting_line *l)
{
    const struct report_field report = { SLICE("Report"), SLICE("_REPORT_"), l->origin };
    if (l->value.n != 1 || l->value.p[0] < '0' || l->value.p[0] > '2') {
        problem(r, l, "0, 1 or 2");
        return;
    }
    r->s->safe = (unsigned)(l->value.p[0] - '0');
    r->s->safe_origin = l->origin;
    for (size_t i = 0; i < r->s->spam.n; i++)
        if (slice_ieq(r->s->spam.v[i].name, report.name))
            return;
    if (r->s->safe == 0)
        fields_add(&r->s->spam, &report);
}

/* ---- templates and texts */

static void append(struct buf *b, const struct setting_line *l)
{
    buf_add_slice(b, unquoted(l->value));
    buf_add_char(b, '\n');
}

static void report(struct reader *r, const struct setting_line *l)
{
    append(&r->report, l);
}

static void unsafe_report(struct reader *r, const struct setting_line *l)
{
    append(&r->unsafe_report, l);
}

static void clear(struct reader *r, const struct setting_line *l, struct buf *b)
{
    if (l->value.n)
        problem(r, l, "nothing behind it");
    else
        buf_reset(b);
}

static void clear_report_template(struct reader *r, const struct setting_line *l)
{
    clear(r, l, &r->report);
}

static void clear_unsafe_report_template(struct reader *r, const struct setting_line *l)
{
    clear(r, l, &r->unsafe_report);
}

static void set_text(struct reader *r, const struct setting_line *l, struct slice *to)
{
    if (l->value.n)
        *to = l->value;
    else
        problem(r, l, "a text");
}

static void report_charset(struct reader *r, const struct setting_line *l)
{
    set_text(r, l, &r->s->charset);
}

static void report_contact(struct reader *r, const struct setting_line *l)
{
    set_text(r, l, &r->s->contact);
}

static void report_hostname(struct reader *r, const struct setting_line *l)
{
    set_text(r, l, &r->s->hostname);
}

static void version_tag(struct reader *r, const struct setting_line *l)
{
    if (l->value.n == 0) {
        problem(r, l, "a text");
        return;
    }
    buf_add_char(&r->version, '-');
    for (size_t i = 0; i < l->value.n; i++) {
        char c = ascii_lower(l->value.p[i]);
        buf_add_char(&r->version, ascii_alnum(c) || c == '.' ? c : '_');
    }
}

/* ---- what is done to a message */

static void rewrite_header(struct reader *r, const struct setting_line *l)
{
    struct slice rest = l->value, name = word(&rest);
    size_t i = 0;
    while (i < REWRITTEN && !slice_ieq(name, report_rewritten_names[i]))
        i++;
    if (i == REWRITTEN) {
        problem(r, l, "Subject, From or To, and a text");
        return;
    }
    r->s->rewrite_origin[i] = l->origin;
    if (rest.n == 0) {
        r->s->rewrite[i] = slice_of(NULL, 0);
        return;
    }
    char *p = arena_str(r->a, rest);
    for (size_t k = 0; i != REWRITE_SUBJECT && k < rest.n; k++)
        p[k] = p[k] == '(' ? '[' : p[k] == ')' ? ']' : p[k];
    r->s->rewrite[i] = slice_of(p, rest.n);
}

static void subjprefix(struct reader *r, const struct setting_line *l)
{
    struct report_settings *s = r->s;
    struct slice rest = l->value, rule = word(&rest);
    if (rest.n == 0) {
        problem(r, l, "a rule and a text");
        return;
    }
    if (s->n_prefixes == r->cap_prefixes) {
        r->cap_prefixes = r->cap_prefixes ? 2 * r->cap_prefixes : 8;
        s->prefixes = arena_grow(r->a, s->prefixes, s->n_prefixes, r->cap_prefixes, sizeof(*s->prefixes));
    }
    s->prefixes[s->n_prefixes++] = (struct report_prefix){ rule, rest };
}

static void report_safe_copy_headers(struct reader *r, const struct setting_line *l)
{
    struct report_settings *s = r->s;
    struct slice rest = l->value;
    while (rest.n) {
        if (s->n_copied == r->cap_copied) {
            r->cap_copied = r->cap_copied ? 2 * r->cap_copied : 8;
            s->copied = arena_grow(r->a, s->copied, s->n_copied, r->cap_copied, sizeof(*s->copied));
        }
        s->copied[s->n_copied++] = word(&rest);
    }
}

/* Its number is read below. */
static void required_score(struct reader *r, const struct setting_line *l)
{
    r->s->required_origin = l->origin;
}

static const struct {
    const char *name;
    void (*read)(struct reader *r, const struct setting_line *l);
} readers[] = {
    { "add_header", add_header },
    { "remove_header", remove_header },
    { "clear_headers", clear_headers },
    { "report", report },
    { "clear_report_template", clear_report_template },
    { "unsafe_report", unsafe_report },
    { "clear_unsafe_report_template", clear_unsafe_report_template },
    { "report_charset", report_charset },
    { "report_contact", report_contact },
    { "report_hostname", report_hostname },
    { "report_safe", report_safe },
    { "report_safe_copy_headers", report_safe_copy_headers },
    { "required_score", required_score },
    { "rewrite_header", rewrite_header },
    { "subjprefix", subjprefix },
    { "version_tag", version_tag },
};

static void read_line(struct reader *r, const struct setting_line *l)
{
    for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
        if (setting_is(l, readers[i].name))
            readers[i].read(r, l);
}

/* A number whose line is wrong leaves what was there; the last good one counts. */
static void read_numbers(struct report_settings *s, const struct settings *all)
{
    double width = settings_number(all, SETTING_REPORT, "report_wrap_width", 75);
    s->required = settings_number(all, SETTING_REPORT, "required_score", 5);
    s->wrap_width = width >= 1 && width <= WRAP_MAX ? (unsigned)width : 77;
    s->fold = settings_bool(all, SETTING_REPORT, "fold_headers", true);
    s->learns = settings_bool(all, SETTING_BAYES, "bayes_auto_learn", true) &&
                settings_bool(all, SETTING_BAYES, "use_bayes", true);
}

static void set_defaults(struct reader *r)
{
    const struct report_field version = { SLICE("Checker-Version"),
                                          SLICE("SpamAssassin _VERSION_ (_SUBVERSION_) on _HOSTNAME_"),
                                          ORIGIN_STOCK };
    r->s->spam.v = arena_array(r->a, FIELDS_MAX, sizeof(*r->s->spam.v));
    r->s->ham.v = arena_array(r->a, FIELDS_MAX, sizeof(*r->s->ham.v));
    fields_add(&r->s->spam, &version);
    fields_add(&r->s->ham, &version);
    r->s->safe = 1;
    r->s->charset = SLICE("UTF-8");
    r->s->contact = SLICE("the administrator of that system");
    buf_init_in(&r->report, r->a, TEMPLATE_MAX);
    buf_init_in(&r->unsafe_report, r->a, TEMPLATE_MAX);
    buf_init_in(&r->version, r->a, TEMPLATE_MAX);
    buf_add_str(&r->version, "4.0.1");
}

const struct report_settings *report_load(struct arena *a, const struct settings *s,
                                          struct rule_problems *problems)
{
    struct reader r = { .a = a, .s = ARENA_NEW(a, struct report_settings), .problems = problems };
    set_defaults(&r);
    for (const struct setting_line *l = settings_first(s, SETTING_REPORT); l; l = l->next)
        read_line(&r, l);
    read_numbers(r.s, s);
    r.s->report = buf_slice(&r.report);
    r.s->unsafe_report = buf_slice(&r.unsafe_report);
    r.s->version = buf_slice(&r.version);
    return r.s;
}
