/* freemail-text.c - mail addresses in readable text; see freemail-text.h
 * Everything begins at an @: behind it the domain, before it the local part, whose dots part it into pieces.
 * An address may begin with any of its pieces; the first that is near enough does. */
#include "config.h"
#include "scoring/freemail-text.h"

#define LOCAL_MAX 64
#define LABEL_MAX 61
#define LABELS_MAX 4 /* before the TLD */
#define URL_MAX 255  /* bytes before and behind the @ of a web address */

static bool local_char(char c)
{
    return ascii_alnum(c) || (c && strchr("!#$%&'*+/=?^_`{|}~-", c));
}

static bool label_char(char c)
{
    return ascii_alnum(c) || c == '-';
}

static bool white(char c)
{
    return ascii_space(c) || c == '\v' || c == '\f';
}

/* Where the domain that begins at `at` ends; 0: there is none. */
static size_t domain_end(const struct uri_rules *rules, struct slice s, size_t at)
{
    size_t start = at;
    for (unsigned labels = 0; labels <= LABELS_MAX; labels++) {
        size_t label = at;
        while (at < s.n && label_char(s.p[at]))
            at++;
        bool more = at + 1 < s.n && s.p[at] == '.' && ascii_alnum(s.p[at + 1]);
        struct slice domain = slice_sub(s, start, at - start);
        if (!more) /* without rules any last label is one, also one of a hundred bytes */
            return labels && uri_domain_valid(rules, domain) && uri_fqdn_valid(domain) ? at : 0;
        if (at == label || at - label > LABEL_MAX || s.p[label] == '-' || s.p[at - 1] == '-')
            return 0;
        at++;
    }
    return 0;
}

/* The leftmost place at or behind `from` where a local part may begin that ends before the @ at `at`, which
 * is not before `least`; at: there is none. */
static size_t local_start(struct slice s, size_t from, size_t at)
{
    size_t found = at;
    for (size_t i = at; i > from && at - i < LOCAL_MAX; i--) {
        bool dot = s.p[i - 1] == '.';
        if (!(dot ? i < at && s.p[i] != '.' : local_char(s.p[i - 1])))
            break;
        if (!dot && (i == 1 || !local_char(s.p[i - 2])))
            found = i - 1;
    }
    return found;
}

static bool address_at(const struct uri_rules *rules, struct slice s, size_t from, size_t at,
                       struct slice *email)
{
    size_t start = local_start(s, from, at);
    size_t end = start < at ? domain_end(rules, s, at + 1) : 0;
    if (end)
        *email = slice_sub(s, start, end - start);
    return end > 0;
}

/* The first address that begins at or behind `from` and whose @ is at or behind `search`; where its @ is, or
 * text.n: there is none. */
static size_t next_at(const struct uri_rules *rules, struct slice text, size_t from, size_t search,
                      struct slice *email)
{
    for (ptrdiff_t found; (found = slice_chr(slice_from(text, search), '@')) >= 0; search++) {
        search += (size_t)found;
        if (address_at(rules, text, from, search, email))
            return search;
    }
    return text.n;
}

bool freemail_next(const struct uri_rules *rules, struct slice text, size_t *at, struct slice *email)
{
    if (next_at(rules, text, *at, *at, email) == text.n)
        return false;
    *at = (size_t)(email->p - text.p) + email->n;
    return true;
}

bool freemail_first(const struct uri_rules *rules, struct slice text, struct slice *email)
{
    size_t at = 0;
    return freemail_next(rules, text, &at, email) && email->p == text.p;
}

/* ---- what is taken out before addresses are looked for */

struct stripping {
    const struct uri_rules *rules;
    struct slice text;
    char *out; /* NULL: nothing has been taken out */
    size_t n, copied;
};

static void take_out(struct stripping *s, struct arena *a, size_t start, size_t end)
{
    if (s->out == NULL)
        s->out = arena_alloc(a, s->text.n + 1);
    memcpy(s->out + s->n, s->text.p + s->copied, start - s->copied);
    s->n += start - s->copied;
    s->out[s->n++] = ' ';
    s->copied = end;
}

static struct slice finish(struct stripping *s)
{
    if (s->out == NULL)
        return s->text;
    memcpy(s->out + s->n, s->text.p + s->copied, s->text.n - s->copied);
    return slice_of(s->out, s->n + s->text.n - s->copied);
}

/* where a web address with an @ or %40 in it, whose // ends before `at`, ends; 0: it has none */
static size_t url_end(struct slice s, size_t at)
{
    size_t end = at, mark = 0;
    while (end < s.n && end - at <= URL_MAX && !white(s.p[end])) {
        size_t n = s.p[end] == '@' ? 1 : slice_starts(slice_from(s, end), SLICE("%40")) ? 3 : 0;
        mark = n ? end + n : mark;
        end++;
    }
    end = mark;
    while (mark && end < s.n && end - mark < URL_MAX && !white(s.p[end]))
        end++;
    return end;
}

/* where http:// or https:// at `at` ends, 0: there is none */
static size_t web(struct slice s, size_t at)
{
    struct slice rest = slice_from(s, at);
    return slice_istarts(rest, SLICE("http://"))    ? at + 7
           : slice_istarts(rest, SLICE("https://")) ? at + 8
                                                    : 0;
}

static struct slice without_urls(const struct uri_rules *rules, struct arena *a, struct slice text)
{
    struct stripping s = { .rules = rules, .text = text };
    struct slice rest = text;
    size_t from = 0;
    for (ptrdiff_t found; (found = slice_find(rest, SLICE("://"))) >= 0; rest = slice_from(text, from)) {
        size_t colon = from + (size_t)found, start = colon;
        for (size_t back = 4; back <= 5; back++)
            if (colon >= s.copied + back && web(text, colon - back) == colon + 3)
                start = colon - back;
        size_t end = start < colon ? url_end(text, colon + 3) : 0;
        from = end ? end : colon + 3;
        if (end)
            take_out(&s, a, start - (start > s.copied && text.p[start - 1] == '<'), end);
    }
    return finish(&s);
}

/* words that tell what an address is, rather than who wrote something */
static bool is_label(struct slice s)
{
    static const struct slice labels[] = { SLICE_INIT("fax"),    SLICE_INIT("facsi"), SLICE_INIT("tel"),
                                           SLICE_INIT("phone"),  SLICE_INIT("mail"),  SLICE_INIT("email"),
                                           SLICE_INIT("e-mail"), SLICE_INIT("-mail") };
    for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
        if (slice_istarts(s, labels[i]))
            return true;
    return false;
}

/* Behind an address: > or blanks and "wrote:". Where it ends, 0: neither. */
static size_t tail_end(struct slice s, size_t at)
{
    size_t word = at;
    if (at < s.n && s.p[at] == '>')
        return at + 1;
    while (word < s.n && white(s.p[word]))
        word++;
    size_t end = word;
    while (end < s.n && ascii_alpha(s.p[end]))
        end++;
    bool fits = word > at && word - at <= 10 && end - word >= 2 && end - word <= 11;
    return fits && end < s.n && s.p[end] == ':' && !is_label(slice_from(s, word)) ? end + 1 : 0;
}

static bool behind_mailto(struct slice s, size_t at)
{
    return at >= 7 && slice_ieq(slice_sub(s, at - 7, 7), SLICE("mailto:"));
}

/* Where an address may be taken out from: behind "mailto:" not from its first piece on. 0: not at all;
 * `start` may be 0 itself, so one more. */
static size_t taken_from(struct slice text, struct slice email)
{
    size_t start = (size_t)(email.p - text.p), at = start + (size_t)slice_chr(email, '@');
    while (behind_mailto(text, start)) {
        ptrdiff_t dot = slice_chr(slice_sub(text, start, at - start), '.');
        if (dot < 0)
            return 0;
        start += (size_t)dot + 1;
    }
    return start + 1;
}

static struct slice without_senders(const struct uri_rules *rules, struct arena *a, struct slice text)
{
    struct stripping s = { .rules = rules, .text = text };
    struct slice email;
    for (size_t at = 0; (at = next_at(rules, text, s.copied, at, &email)) < text.n; at++) {
        size_t start = taken_from(text, email);
        size_t end = start ? tail_end(text, (size_t)(email.p - text.p) + email.n) : 0;
        if (end == 0)
            continue;
        start--;
        take_out(&s, a, start - (start > s.copied && text.p[start - 1] == '<'), end);
        at = end - 1;
    }
    return finish(&s);
}

struct slice freemail_stripped(const struct uri_rules *rules, struct arena *a, struct slice text)
{
    if (slice_chr(text, '@') < 0 && slice_find(text, SLICE("%40")) < 0)
        return text;
    return without_senders(rules, a, without_urls(rules, a, text));
}
