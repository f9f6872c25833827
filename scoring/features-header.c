/* features-header.c - tokens of header fields; see features.h
 * Most fields: words with the field's name, case kept. Addresses, message ids and the order of fields
 * have tokens that say more; Received and the sender have files of their own. */
#include "config.h"
#include "scoring/features.h"

#include "scoring/names.h"

#define FIELD_BYTES_MAX 1500 /* of one value */
#define GRAM_BYTES 3500

/* Of filters, of mailbox programs, of the way to the reader, and what says nothing. A hyphen at the end: all
 * that begin so. */
static const struct slice left_out[] = {
    SLICE_INIT("x-spam-"),
    SLICE_INIT("x-tamis-"),
    SLICE_INIT("x-virus-"),
    SLICE_INIT("x-bogosity"),
    SLICE_INIT("x-dspam-"),
    SLICE_INIT("x-crm114-"),
    SLICE_INIT("x-spambayes-"),
    SLICE_INIT("x-rspamd-"),
    SLICE_INIT("x-rspam-"),
    SLICE_INIT("x-amavis-"),
    SLICE_INIT("x-quarantine-"),
    SLICE_INIT("x-policyd-"),
    SLICE_INIT("x-greylist"),
    SLICE_INIT("x-ms-exchange-"),
    SLICE_INIT("x-microsoft-antispam"),
    SLICE_INIT("x-forefront-"),
    SLICE_INIT("x-proofpoint-"),
    SLICE_INIT("x-ironport-"),
    SLICE_INIT("x-barracuda-"),
    SLICE_INIT("x-annotation-"),
    SLICE_INIT("x-mozilla-"),
    SLICE_INIT("x-uid"),
    SLICE_INIT("x-uidl"),
    SLICE_INIT("x-imap"),
    SLICE_INIT("x-keywords"),
    SLICE_INIT("x-status"),
    SLICE_INIT("x-evolution"),
    SLICE_INIT("x-gnus-"),
    SLICE_INIT("x-original-to"),
    SLICE_INIT("x-envelope-to"),
    SLICE_INIT("x-envelope-from"),
    SLICE_INIT("x-sieve"),
    SLICE_INIT("authentication-results"),
    SLICE_INIT("arc-authentication-results"),
    SLICE_INIT("arc-seal"),
    SLICE_INIT("arc-message-signature"),
    SLICE_INIT("received-spf"),
    SLICE_INIT("delivered-to"),
    SLICE_INIT("delivery-date"),
    SLICE_INIT("x-loop-detect"),
    SLICE_INIT("x-mailscanner"),
    SLICE_INIT("x-mime-autoconverted"),
    SLICE_INIT("x-scanned-by"),
    SLICE_INIT("xref"),
    SLICE_INIT("status"),
    SLICE_INIT("lines"),
    SLICE_INIT("content-length"),
    SLICE_INIT("replied"),
    SLICE_INIT("forwarded"),
};

/* The site asks for it: bayes_ignore_header. */
bool features_ignores(const struct features *f, struct slice name)
{
    return f->o->ignored && names_find(f->o->ignored, arena_lower(f->a, name)) != NAMES_NONE;
}

/* name: in lower case */
static bool is_left_out(const struct features *f, struct slice name)
{
    const char first = name.n ? name.p[0] : 0;
    for (size_t i = 0; i < sizeof(left_out) / sizeof(*left_out); i++) {
        struct slice l = left_out[i];
        if (l.p[0] == first && (l.p[l.n - 1] == '-' ? slice_starts(name, l) : slice_eq(name, l)))
            return true;
    }
    return features_ignores(f, name);
}

/* name: in lower case, as they are */
static bool is_one_of(struct slice name, const char *const *names)
{
    const char first = name.n ? name.p[0] : 0;
    for (; *names; names++)
        if (**names == first && slice_eq(name, slice_str(*names)))
            return true;
    return false;
}

/* A field that counts, and what is asked of it more than once. */
struct field {
    const struct header *h;
    struct slice name, value; /* in lower case; decoded */
};

static struct field *fields_of(struct features *f, const struct header_block *b, size_t *n)
{
    struct field *v = arena_array(f->a, b->n + 1, sizeof(*v));
    *n = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct header *h = &b->v[i];
        struct slice name = arena_lower(f->a, h->name);
        if (!is_left_out(f, name))
            v[(*n)++] = (struct field){ h, name, header_decoded(f->a, h) };
    }
    return v;
}

static void add_addresses(struct features *f, struct slice kind, struct slice value,
                          const struct message_limits *l)
{
    struct address_list list;
    address_parse(&list, f->a, value, l);
    for (size_t i = 0; i < list.n && i < 20; i++) {
        features_lower(f, kind, list.v[i].addr);
        features_lower(f, kind, list.v[i].local);
        features_host(f, kind, list.v[i].domain);
        features_words(f, kind, list.v[i].name, false, false);
    }
    if (list.n > 3)
        features_token(f, kind, list.n > 10 ? SLICE("#many") : SLICE("#some"));
}

static void add_message_id(struct features *f, struct slice kind, struct slice value)
{
    value = slice_trim(value);
    ptrdiff_t at = slice_chr(value, '@');
    if (at < 0) {
        features_shape(f, kind, value);
        return;
    }
    features_shape(f, kind, slice_sub(value, 0, (size_t)at));
    struct slice host = slice_from(value, (size_t)at + 1);
    if (host.n && host.p[host.n - 1] == '>')
        host.n--;
    features_host(f, kind, host);
}

/* zone and weekday; the rest is the day's */
static void add_date(struct features *f, struct slice value)
{
    value = slice_trim(value);
    ptrdiff_t sign = slice_find(value, SLICE(" +"));
    if (sign < 0)
        sign = slice_find(value, SLICE(" -"));
    features_token(f, SLICE("zone"), sign < 0 ? SLICE("none") : slice_sub(value, (size_t)sign + 1, 12));
    features_shape(f, SLICE("date"), value);
}

static void add_subject(struct features *f, struct slice value)
{
    features_words(f, SLICE("subject"), value, false, false);
    features_break(f);
    features_words(f, SLICE("w"), value, true, true);
    features_break(f);
    features_shape(f, SLICE("subjshape"), slice_sub(value, 0, 60));
}

/* Programs that run lists write some ten fields that say the same. */
static bool is_of_list(struct slice name)
{
    static const char *const others[] = { "x-beenthere", "x-mailman-version", "x-loop",     "mailing-list",
                                          "errors-to",   "x-mailing-list",    "x-sympa-to", NULL };
    return slice_starts(name, SLICE("list-")) || is_one_of(name, others);
}

/* Which list, once: List-Id's "name <announce.example.org>", or the address */
static void add_list(struct features *f, struct slice name, struct slice value)
{
    static const char *const addresses[] = { "list-post", "x-beenthere", "mailing-list", "errors-to", NULL };
    if (is_one_of(name, addresses))
        features_words(f, SLICE("list"), value, true, false);
    else if (slice_eq(name, SLICE("list-id"))) {
        value = slice_from(value, (size_t)(slice_chr(value, '<') + 1));
        if (value.n && value.p[value.n - 1] == '>')
            value.n--;
        features_host(f, SLICE("list"), value);
    }
}

static void add_field(struct features *f, struct message *m, const struct field *field)
{
    static const char *const addresses[] = { "from",        "to",          "cc",        "reply-to", "sender",
                                             "return-path", "resent-from", "resent-to", "bcc",      NULL };
    static const char *const ids[] = { "message-id",        "in-reply-to",  "references",
                                       "resent-message-id", "x-message-id", NULL };
    static const char *const silent[] = { "received", NULL };
    const struct slice name = field->name, value = slice_sub(field->value, 0, FIELD_BYTES_MAX);
    features_token(f, SLICE("has"), name);
    if (is_one_of(name, silent))
        return;
    if (slice_eq(name, SLICE("subject")))
        add_subject(f, value);
    else if (is_one_of(name, addresses))
        add_addresses(f, name, header_unfold(f->a, slice_sub(field->h->value, 0, FIELD_BYTES_MAX)),
                      m->limits);
    else if (is_one_of(name, ids))
        add_message_id(f, name, value);
    else if (slice_eq(name, SLICE("date")))
        add_date(f, value);
    else if (is_of_list(name))
        add_list(f, name, value);
    else
        features_words(f, name, value, false, false);
}

/* Which follows which: programs have their habits. */
static void add_order(struct features *f, struct slice before, struct slice name)
{
    char text[128];
    size_t n = before.n < 60 ? before.n : 60, k = name.n < 60 ? name.n : 60;
    memcpy(text, before.p, n);
    text[n] = '>';
    memcpy(text + n + 1, name.p, k);
    features_token(f, SLICE("order"), slice_of(text, n + 1 + k));
}

/* "name:value\n" of what counts, up to GRAM_BYTES */
static void add_grams(struct features *f, const struct field *v, size_t n)
{
    struct buf b;
    buf_init_in(&b, f->a, GRAM_BYTES);
    for (size_t i = 0; i < n && b.n + 8 < GRAM_BYTES; i++) {
        if (slice_starts(v[i].name, SLICE("list-")))
            continue;
        size_t room = GRAM_BYTES - b.n - 4;
        buf_add_slice(&b, slice_sub(v[i].h->name, 0, room / 2));
        buf_add_char(&b, ':');
        buf_add_slice(&b, slice_sub(v[i].value, 0, room / 2));
        buf_add_char(&b, '\n');
    }
    features_grams(f, 'h', buf_slice(&b));
}

void features_header(struct features *f, struct message *m)
{
    size_t n;
    const struct field *v = fields_of(f, m->headers, &n);
    struct slice before = SLICE("^");
    for (size_t i = 0; i < n; i++) {
        add_field(f, m, &v[i]);
        if (!slice_eq(v[i].name, SLICE("received")) || !slice_ieq(before, SLICE("received")))
            add_order(f, before, v[i].h->name);
        before = v[i].h->name;
    }
    if (!features_ignores(f, SLICE("received")))
        features_relays(f, m);
    features_sender(f, m);
    add_grams(f, v, n);
}
