/* rule-regex.c - a pattern as rule files write it; see rule-regex.h */
#include "config.h"
#include "scoring/rule-regex.h"

#include "scoring/literal.h"
#include "scoring/rule-problem.h"

struct pattern {
    struct slice text, flags;
    char close; /* the delimiter behind it */
    bool paired;
};

static char partner(char open)
{
    return open == '{' ? '}' : open == '(' ? ')' : open == '[' ? ']' : open == '<' ? '>' : open;
}

static int split(struct pattern *p, struct slice text, struct err *e)
{
    struct slice whole = text;
    if (slice_starts(text, SLICE("qr")))
        text = slice_from(text, 2);
    else if (slice_starts(text, SLICE("m")))
        text = slice_from(text, 1);
    char open = text.n ? text.p[0] : 0;
    bool bare = text.n == whole.n && open != '/';
    if (bare || text.n == 0 || ascii_alnum(open) || ascii_space(open) || open == '_' || open == '\\')
        return err_set(e, ERR_INPUT, "%s is not a pattern: write /.../, m{...} or qr(...)",
                       rule_quote(whole).text);
    size_t end = text.n;
    while (end > 1 && ascii_alpha(text.p[end - 1]))
        end--;
    p->close = partner(open);
    p->paired = p->close != open;
    if (end < 2 || text.p[end - 1] != p->close)
        return err_set(e, ERR_INPUT, "the pattern %s has no \"%c\" at its end (a # in it is written \\#)",
                       rule_quote(whole).text, p->close);
    p->text = slice_sub(text, 1, end - 2);
    p->flags = slice_from(text, end);
    return 0;
}

static int read_flags(const struct pattern *p, unsigned *flags, struct err *e)
{
    static const struct {
        char letter;
        unsigned flag;
    } letters[] = {
        { 'i', REGEX_CASELESS },
        { 'm', REGEX_MULTILINE },
        { 's', REGEX_DOTALL },
        { 'x', REGEX_EXTENDED },
        { 'a', 0 },
        { 'd', 0 },
        { 'p', 0 },
    };
    for (size_t i = 0; i < p->flags.n; i++) {
        size_t k = 0;
        while (k < sizeof(letters) / sizeof(*letters) && letters[k].letter != p->flags.p[i])
            k++;
        if (k == sizeof(letters) / sizeof(*letters))
            return err_set(e, ERR_INPUT, "the flag \"%c\" is not supported: i, m, s and x are",
                           p->flags.p[i]);
        *flags |= letters[k].flag;
    }
    return 0;
}

/* Only where both delimiters are the same: brackets come in pairs inside a pattern, too. */
static int check_delimiter(const struct pattern *p, struct err *e)
{
    for (size_t i = 0; i < p->text.n && !p->paired; i++) {
        if (p->text.p[i] == '\\')
            i++;
        else if (p->text.p[i] == p->close)
            return err_set(e, ERR_INPUT, "\"%c\" inside the pattern at %zu: write \"\\%c\" or m{...}",
                           p->close, i, p->close);
    }
    return 0;
}

static int check_text(const struct pattern *p, struct err *e)
{
    if (p->text.n > REGEX_TEXT_MAX)
        return err_set(e, ERR_INPUT, "the pattern has more than %d bytes", REGEX_TEXT_MAX);
    if (slice_find(p->text, SLICE("(?{")) >= 0 || slice_find(p->text, SLICE("(?"
                                                                            "?{")) >= 0)
        return err_set(e, ERR_INPUT, "code in a pattern, (?{...}), is not run");
    if (slice_starts(p->text, SLICE("(*")))
        return err_set(e, ERR_INPUT, "a pattern must not begin with (*");
    return check_delimiter(p, e);
}

static int read_pattern(struct pattern *p, unsigned *flags, struct slice text, struct err *e)
{
    *p = (struct pattern){ .paired = false };
    return split(p, text, e) < 0 || read_flags(p, flags, e) < 0 || check_text(p, e) < 0 ? -1 : 0;
}

struct regex *rule_regex_new(struct slice text, struct literal_set *literals, struct err *e)
{
    struct pattern p;
    unsigned flags = 0;
    if (read_pattern(&p, &flags, text, e) < 0)
        return NULL;
    if (literals)
        literal_find(p.text, flags, literals);
    return regex_new(p.text, flags, e);
}

struct regex *rule_regex_interpreted(struct slice text, struct err *e)
{
    struct pattern p;
    unsigned flags = REGEX_NO_JIT;
    return read_pattern(&p, &flags, text, e) < 0 ? NULL : regex_new(p.text, flags, e);
}

int rule_regex_read(struct slice text, struct slice *pattern, unsigned *flags, struct err *e)
{
    struct pattern p;
    *flags = 0;
    int done = read_pattern(&p, flags, text, e);
    *pattern = p.text;
    return done;
}
