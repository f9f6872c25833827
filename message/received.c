/* received.c - the way a message came; see received.h
 * A field is cut into clauses: a keyword (from, by, via, with, id, for), its value, and the comments behind
 * it. What stands behind a keyword is its value, even if it reads like a keyword (`HELO by`). Comments behind
 * `from` hold what the receiver saw itself:
 *     Postfix, Gmail   from HELO (NAME [IP])
 *     Sendmail         from HELO (IDENT@NAME [IP] (may be forged))
 *     Exim             from NAME ([IP] helo=HELO), from [IP] (helo=HELO), from NAME ([IP]) if HELO is NAME
 *     Exchange         from HELO (IP), from HELO ([IP])
 *     qmail            from NAME (HELO HELO) (IDENT@IP), from NAME (IP)
 * and fetchmail writes `from NAME [IP]`, which counts last, since a HELO may look so.
 * The field that we make for the MTA is parsed like any other, so that both always agree. */
#include "message/received.h"

#include "message/ip.h"

/* so much behind so many semicolons is tried as a date */
#define SEMICOLONS_MAX 5
#define DATE_MAX 200

enum clause { CLAUSE_FROM, CLAUSE_BY, CLAUSE_VIA, CLAUSE_WITH, CLAUSE_ID, CLAUSE_FOR, CLAUSE_COUNT };

struct parser {
    struct slice s;
    size_t at;
    enum clause in;              /* CLAUSE_COUNT: before the first */
    bool want_value, wants_more; /* the clause's first word; further ones (`with` only, up to a comment) */
    bool has_helo, exim, no_comment;
    unsigned semicolons;
    struct slice value[CLAUSE_COUNT];
    struct slice loose_ip; /* fetchmail: from NAME [IP], without a comment */
    bool seen[CLAUSE_COUNT];
    struct arena *arena;
    struct relay *relay;
};

/* The first word of text. */
static struct slice first_word(struct slice text)
{
    text = slice_trim(text);
    for (size_t i = 0; i < text.n; i++)
        if (ascii_space(text.p[i]))
            return slice_sub(text, 0, i);
    return text;
}

/* the word behind `key` in text, empty if it is not there */
static struct slice word_behind(struct slice text, struct slice key)
{
    for (size_t i = 0; i + key.n <= text.n; i++)
        if ((i == 0 || ascii_space(text.p[i - 1])) && slice_istarts(slice_from(text, i), key))
            return first_word(slice_from(text, i + key.n));
    return slice_of(NULL, 0);
}

/* A name by look-up: without IDENT@ and a final dot; "unknown" is none. */
static struct slice looked_up_name(struct slice text)
{
    struct slice name = first_word(text);
    ptrdiff_t at = slice_chr(name, '@');
    if (at >= 0)
        name = slice_from(name, (size_t)at + 1);
    if (name.n && name.p[name.n - 1] == '.')
        name.n--;
    return slice_ieq(name, SLICE("unknown")) ? slice_of(NULL, 0) : name;
}

static void take_helo(struct parser *x, struct slice helo)
{
    if (helo.n == 0 || x->has_helo)
        return;
    x->relay->helo = helo;
    x->has_helo = true;
}

/* "NAME [IP] ..." and "[IP]:port helo=HELO": false if there is no [IP] */
static bool read_bracketed(struct parser *x, struct slice text)
{
    ptrdiff_t open = slice_chr(text, '[');
    if (open < 0)
        return false;
    struct slice rest = slice_from(text, (size_t)open + 1);
    ptrdiff_t close = slice_chr(rest, ']');
    struct slice ip =
        close < 0 ? slice_of(NULL, 0) : ip_canonical(x->arena, slice_sub(rest, 0, (size_t)close));
    if (ip.n == 0)
        return false;
    x->relay->ip = ip;
    x->relay->rdns = looked_up_name(slice_sub(text, 0, (size_t)open));
    take_helo(x, word_behind(slice_from(rest, (size_t)close + 1), SLICE("helo=")));
    return true;
}

/* "IP", "IP:port", "IDENT@IP" (IDENT may be a login, with an @ of its own) */
static bool read_plain_ip(struct parser *x, struct slice text)
{
    struct slice word = first_word(text);
    const char *at = word.n ? memrchr(word.p, '@', word.n) : NULL;
    if (at)
        word = slice_from(word, (size_t)(at - word.p) + 1);
    struct slice ip = ip_canonical(x->arena, word);
    ptrdiff_t colon = slice_chr(word, ':');
    if (ip.n == 0 && colon >= 0)
        ip = ip_canonical(x->arena, slice_sub(word, 0, (size_t)colon));
    x->relay->ip = ip;
    return ip.n > 0;
}

static bool read_from_comment(struct parser *x, struct slice text)
{
    if (slice_starts(text, SLICE("HELO ")) || slice_starts(text, SLICE("EHLO "))) {
        take_helo(x, first_word(slice_from(text, 5)));
        return true;
    }
    if (x->relay->ip.n == 0 && (read_bracketed(x, text) || read_plain_ip(x, text)))
        return true;
    struct slice helo = word_behind(text, SLICE("helo="));
    take_helo(x, helo);
    return helo.n > 0;
}

/* "Authenticated sender: USER", "authenticated as USER", "SquirrelMail authenticated user USER",
 * "authenticated bits=0" */
static bool read_auth(struct relay *r, struct slice text)
{
    static const struct slice keys[] = { SLICE_INIT("authenticated sender:"), SLICE_INIT("authenticated as "),
                                         SLICE_INIT("authenticated user ") };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        r->auth = word_behind(text, keys[i]);
        if (r->auth.n)
            return true;
    }
    if (slice_ieq(first_word(text), SLICE("authenticated")))
        r->auth = first_word(text);
    return r->auth.n > 0;
}

static void read_comment(struct parser *x, struct slice text)
{
    text = slice_trim(text);
    if (x->in == CLAUSE_FROM && read_from_comment(x, text))
        return; /* first: a client's name may begin with "authenticated" or hold "TLS" */
    if (x->relay->auth.n == 0 && read_auth(x->relay, text))
        return;
    if (slice_find(text, SLICE("TLS")) >= 0 || slice_find(text, SLICE("cipher")) >= 0 ||
        slice_find(text, SLICE("encrypted")) >= 0)
        x->relay->tls = true;
    if (slice_istarts(text, SLICE("Exim")))
        x->exim = true;
}

/* ---- clauses */

/* At a `(`: its content, and goes behind it. Where it is not closed it is an ordinary character. */
static bool take_comment(struct parser *x, struct slice *text)
{
    size_t depth = 0;
    for (size_t i = x->at; i < x->s.n && !x->no_comment; i++) {
        char c = x->s.p[i];
        if (c == '\\')
            i++;
        else if (c == '(')
            depth++;
        else if (c == ')' && --depth == 0) {
            *text = slice_sub(x->s, x->at + 1, i - x->at - 1);
            x->at = i + 1;
            return true;
        }
    }
    x->no_comment = true;
    return false;
}

static struct slice take_word(struct parser *x)
{
    size_t begin = x->at++;
    while (x->at < x->s.n && !ascii_space(x->s.p[x->at]) && x->s.p[x->at] != '(' && x->s.p[x->at] != ';')
        x->at++;
    return slice_sub(x->s, begin, x->at - begin);
}

/* of "[IP]", empty if word is none */
static struct slice bracketed_ip(struct arena *a, struct slice word)
{
    bool is = word.n > 2 && word.p[0] == '[' && word.p[word.n - 1] == ']';
    return is ? ip_canonical(a, slice_sub(word, 1, word.n - 2)) : slice_of(NULL, 0);
}

static enum clause keyword(struct slice word)
{
    static const struct slice names[CLAUSE_COUNT] = {
        SLICE_INIT("from"), SLICE_INIT("by"), SLICE_INIT("via"),
        SLICE_INIT("with"), SLICE_INIT("id"), SLICE_INIT("for")
    };
    int i = 0;
    while (i < CLAUSE_COUNT && !slice_ieq(word, names[i]))
        i++;
    return (enum clause)i;
}

static void read_word(struct parser *x, struct slice word)
{
    enum clause k = keyword(word);
    if (x->want_value) {
        x->value[x->in] = word;
        x->want_value = false;
        x->wants_more = x->in == CLAUSE_WITH;
    } else if (k != CLAUSE_COUNT && !x->seen[k]) {
        x->in = k;
        x->seen[k] = x->want_value = true;
        x->wants_more = false;
        x->relay->parsed = true;
    } else if (x->in == CLAUSE_FROM && x->loose_ip.n == 0) {
        x->loose_ip = bracketed_ip(x->arena, word);
    } else if (x->wants_more) { /* "Microsoft SMTP Server" */
        struct slice *v = &x->value[CLAUSE_WITH];
        v->n = (size_t)(word.p + word.n - v->p);
    }
}

static void read_clauses(struct parser *x)
{
    struct slice text;
    while (x->at < x->s.n) {
        char c = x->s.p[x->at];
        if (ascii_space(c))
            x->at++;
        else if (c == '(' && take_comment(x, &text)) {
            read_comment(x, text);
            x->want_value &= x->in == CLAUSE_WITH; /* qmail: with (AES128-SHA encrypted) SMTP */
            x->wants_more = false;
        } else if (c == ';') {
            x->at++;
            if (x->semicolons++ < SEMICOLONS_MAX)
                x->relay->date = date_parse(slice_sub(x->s, x->at, DATE_MAX));
            if (x->relay->date >= 0)
                return; /* else this one stood within the clauses */
        } else
            read_word(x, take_word(x));
    }
}

/* ESMTPS, ESMTPSA, LMTPA, UTF8SMTPSA ... (RFC 3848, 6531): the letters behind P say TLS and authentication */
static void read_protocol(struct relay *r)
{
    ptrdiff_t p = SLICE_NONE;
    struct slice word = first_word(r->with);
    for (size_t i = 3; i < word.n && i < 12; i++)
        if (slice_ieq(slice_sub(word, i - 3, 4), SLICE("SMTP")) ||
            slice_ieq(slice_sub(word, i - 3, 4), SLICE("LMTP")))
            p = (ptrdiff_t)i;
    if (p < 0)
        return;
    struct slice letters = slice_from(word, (size_t)p + 1);
    bool s = letters.n && ascii_lower(letters.p[0]) == 's';
    bool a = letters.n == (size_t)s + 1 && ascii_lower(letters.p[s]) == 'a';
    if (letters.n != (size_t)s + a)
        return;
    r->tls |= s;
    if (a && r->auth.n == 0)
        r->auth = word;
}

/* Who `from NAME` is depends on what the comments said. */
static void settle_from(struct parser *x)
{
    struct relay *r = x->relay;
    struct slice name = x->value[CLAUSE_FROM];
    struct slice ip = bracketed_ip(x->arena, name);
    if (ip.n == 0)
        ip = ip_canonical(x->arena, name);
    if (r->ip.n == 0)
        r->ip = x->loose_ip.n ? x->loose_ip : ip;
    if ((x->has_helo || x->exim) && r->rdns.n == 0 && r->ip.n && ip.n == 0)
        r->rdns = looked_up_name(name);
    if (!x->has_helo)
        r->helo = name;
    r->private_ip = ip_is_private(r->ip);
}

static struct slice without_angles(struct slice s)
{
    if (s.n && s.p[0] == '<')
        s = slice_from(s, 1);
    return s.n && s.p[s.n - 1] == '>' ? slice_sub(s, 0, s.n - 1) : s;
}

static void parse_relay(struct relay *r, struct arena *a, struct slice value)
{
    struct parser x = { .s = header_unfold(a, value), .in = CLAUSE_COUNT, .arena = a, .relay = r };
    memset(r, 0, sizeof(*r));
    r->date = -1;
    read_clauses(&x);
    settle_from(&x);
    r->by = x.value[CLAUSE_BY];
    r->with = x.value[CLAUSE_WITH];
    r->id = without_angles(x.value[CLAUSE_ID]);
    r->for_ = without_angles(x.value[CLAUSE_FOR]);
    read_protocol(r);
}

void received_parse(struct relay_list *list, struct arena *a, const struct header_block *b,
                    const struct envelope *env, const struct message_limits *l)
{
    struct slice synthetic = env ? received_synthetic(a, env) : slice_of(NULL, 0);
    size_t n = header_count(b, SLICE("Received"));
    memset(list, 0, sizeof(*list));
    list->truncated = n > l->received_max_count;
    if (list->truncated)
        n = l->received_max_count;
    list->v = arena_array(a, n + 1, sizeof(*list->v));
    if (synthetic.n) {
        struct relay *r = &list->v[list->n++];
        parse_relay(r, a, slice_from(synthetic, sizeof("Received:") - 1));
        r->synthetic = true;
    }
    for (size_t i = 0; i < b->n && n; i++) {
        const struct header *h = &b->v[i];
        if (!slice_ieq(h->name, SLICE("Received")))
            continue;
        struct relay *r = &list->v[list->n++];
        parse_relay(r, a, h->value);
        r->header = h;
        n--;
    }
}
