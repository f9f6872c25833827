/* dovecot-auth.c - one question to Dovecot's auth-userdb socket; see dovecot-auth.h */
#include "delivery/dovecot-auth.h"

#define ID "1"
#define MAJOR 1

/* ---- what is escaped */

static const struct {
    char plain, escaped;
} escapes[] = { { 0, '0' }, { 1, '1' }, { '\t', 't' }, { '\r', 'r' }, { '\n', 'n' } };

static void escape(struct buf *out, char c)
{
    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
        if (c == escapes[i].plain) {
            buf_add_char(out, 1);
            c = escapes[i].escaped;
            break;
        }
    buf_add_char(out, c);
}

/* What is behind an escape and none of these stands for itself. */
static char unescape(char c)
{
    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
        if (c == escapes[i].escaped)
            return escapes[i].plain;
    return c;
}

static struct slice unescaped(struct arena *a, struct slice s)
{
    char *p = arena_str(a, s);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != 1)
            p[n++] = s.p[i];
        else if (++i < s.n)
            p[n++] = unescape(s.p[i]);
    }
    p[n] = 0;
    return slice_of(p, n);
}

/* ---- asking */

void dovecot_auth_init(struct dovecot_auth *d)
{
    d->state = DOVECOT_MORE;
    d->version = d->ready = false;
    d->lines = 0;
    d->n = 0;
    d->fields = slice_of(NULL, 0);
}

void dovecot_auth_ask(struct slice user, struct buf *out)
{
    buf_printf(out, "VERSION\t%d\t0\nUSER\t" ID "\t", MAJOR);
    for (size_t i = 0; i < user.n; i++)
        escape(out, user.p[i]);
    buf_add_str(out, "\tservice=lmtp\n");
}

/* ---- lines */

static int unexpected(struct slice line, struct err *e)
{
    char text[48];
    size_t n = 0;
    for (; n < line.n && n < sizeof(text) - 1; n++)
        text[n] = line.p[n] >= ' ' && line.p[n] < 0x7f ? line.p[n] : '?';
    text[n] = 0;
    return err_set(e, ERR_RETRY, "unexpected from Dovecot: \"%s\"", text);
}

static int on_version(struct dovecot_auth *d, struct slice rest, struct err *e)
{
    struct slice major = { NULL, 0 };
    uint64_t n;
    slice_cut(&rest, '\t', &major);
    if (!slice_uint(major, UINT32_MAX, &n) || n != MAJOR)
        return err_set(e, ERR_CONFIG, "Dovecot's auth protocol has version %.*s, not %d",
                       SLICE_ARG(slice_sub(major, 0, 20)), MAJOR);
    d->version = true;
    return 0;
}

static int on_user(struct dovecot_auth *d, struct slice rest, struct err *e)
{
    if (rest.n == 0 || rest.p[0] == '\t')
        return err_set(e, ERR_RETRY, "Dovecot's answer has no name of the user");
    d->fields = rest;
    d->state = DOVECOT_USER;
    return 0;
}

static int on_fail(struct slice rest, struct err *e)
{
    struct slice field, reason = SLICE("temporary failure, its log says why");
    while (slice_cut(&rest, '\t', &field))
        if (slice_starts(field, SLICE("reason=")))
            reason = slice_from(field, sizeof("reason=") - 1);
    return err_set(e, ERR_RETRY, "Dovecot: %.*s", SLICE_ARG(slice_sub(reason, 0, 100)));
}

/* An answer has our id, and does not come before the server said who it is. */
static int on_answer(struct dovecot_auth *d, struct slice word, struct slice line, struct slice rest,
                     struct err *e)
{
    struct slice id = { NULL, 0 };
    slice_cut(&rest, '\t', &id);
    if (!d->ready || !slice_eq(id, SLICE(ID)))
        return unexpected(line, e);
    if (slice_eq(word, SLICE("USER")))
        return on_user(d, rest, e);
    if (slice_eq(word, SLICE("FAIL")))
        return on_fail(rest, e);
    if (!slice_eq(word, SLICE("NOTFOUND")))
        return unexpected(line, e);
    d->state = DOVECOT_NONE;
    return 0;
}

/* MECH, COOKIE and CUID are said to those who log users in. */
static int on_line(struct dovecot_auth *d, struct slice line, struct err *e)
{
    struct slice rest = line, word = { NULL, 0 };
    slice_cut(&rest, '\t', &word);
    if (++d->lines > DOVECOT_LINES_MAX)
        return err_set(e, ERR_RETRY, "Dovecot says too much");
    if (slice_eq(word, SLICE("MECH")) || slice_eq(word, SLICE("CUID")) || slice_eq(word, SLICE("COOKIE")))
        return err_set(e, ERR_CONFIG,
                       "an auth client socket of Dovecot: use auth-userdb, or one named ...-userdb");
    if (slice_eq(word, SLICE("VERSION")) && !d->version)
        return on_version(d, rest, e);
    if (slice_eq(word, SLICE("SPID")) && d->version && !d->ready) {
        d->ready = true;
        return 0;
    }
    return on_answer(d, word, line, rest, e);
}

/* The line's end is not kept. */
static int take(struct dovecot_auth *d, struct slice part, struct err *e)
{
    bool whole = part.p[part.n - 1] == '\n';
    size_t n = part.n - whole;
    if (n > sizeof(d->line) - d->n)
        return err_set(e, ERR_RETRY, "Dovecot says too much");
    memcpy(d->line + d->n, part.p, n);
    d->n += n;
    if (!whole)
        return 0;
    struct slice line = slice_of(d->line, d->n);
    d->n = 0;
    return on_line(d, line, e);
}

enum dovecot_state dovecot_auth_feed(struct dovecot_auth *d, struct slice in, struct err *e)
{
    struct slice part;
    while (d->state == DOVECOT_MORE && slice_line(&in, &part))
        if (take(d, part, e) != 0)
            d->state = DOVECOT_FAIL;
    return d->state;
}

/* ---- the answer */

struct slice dovecot_auth_user(const struct dovecot_auth *d, struct arena *a)
{
    struct slice rest = d->fields, user = { NULL, 0 };
    slice_cut(&rest, '\t', &user);
    return unescaped(a, user);
}

bool dovecot_auth_field(const struct dovecot_auth *d, const char *name, struct arena *a, struct slice *value)
{
    struct slice rest = d->fields, field, found = { NULL, 0 };
    slice_cut(&rest, '\t', &field);
    while (slice_cut(&rest, '\t', &field)) {
        struct slice word = { NULL, 0 };
        slice_cut(&field, '=', &word);
        if (slice_eq(word, slice_str(name)))
            found = field.p ? field : slice_of("", 0);
    }
    if (found.p)
        *value = unescaped(a, found);
    return found.p != NULL;
}
