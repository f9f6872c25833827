/* authres-write.c - Authentication-Results, written; see authres-write.h */
#include "auth/authres-write.h"

#include <stdio.h>

#define COLUMNS 78
#define TAB 8
#define VALUE_MAX 300

/* A result may take so much; a field that has less left gets no more signatures. */
#define RESULT_MAX (6 * (2 * VALUE_MAX + 40))

struct writer {
    struct buf *out;
    size_t column;
};

static bool is_token(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("()<>@,;:\\\"/[]?=", s.p[i]))
            return false;
    return s.n > 0;
}

/* RFC 8601 2.2: pvalue may be local-part@domain, or an @ and a domain, without quotes. */
static bool is_plain(struct slice s)
{
    size_t ats = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '@')
            ats++;
        else if (!ascii_alnum(s.p[i]) && (s.p[i] <= ' ' || !strchr("-._+!#$&'*^`{|}~", s.p[i])))
            return false;
    }
    return s.n > 0 && ats <= 1 && s.p[s.n - 1] != '@';
}

static bool is_bare(struct slice s)
{
    return is_token(s) || is_plain(s);
}

static bool is_escaped(char c)
{
    return c == '"' || c == '\\';
}

static size_t width(struct slice s)
{
    size_t n = s.n;
    if (is_bare(s))
        return n;
    for (size_t i = 0; i < s.n; i++)
        n += is_escaped(s.p[i]);
    return n + 2;
}

static void put_value(struct buf *b, struct slice s)
{
    if (is_bare(s)) {
        buf_add_slice(b, s);
        return;
    }
    buf_add_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (is_escaped(s.p[i]))
            buf_add_char(b, '\\');
        buf_add_char(b, s.p[i] >= ' ' && s.p[i] <= '~' ? s.p[i] : '?');
    }
    buf_add_char(b, '"');
}

/* What comes next takes n columns: behind a space, or on a line of its own where it does not fit. */
static void part(struct writer *w, size_t n)
{
    if (w->column + 1 + n > COLUMNS) {
        buf_add_str(w->out, "\n\t");
        w->column = TAB;
    } else {
        buf_add_char(w->out, ' ');
        w->column++;
    }
    w->column += n;
}

static void put_property(struct writer *w, const char *name, struct slice value)
{
    value = slice_sub(value, 0, VALUE_MAX);
    if (value.n == 0)
        return;
    part(w, strlen(name) + 1 + width(value));
    buf_add_str(w->out, name);
    buf_add_char(w->out, '=');
    put_value(w->out, value);
}

static void put_comment(struct writer *w, const char *text)
{
    part(w, strlen(text) + 2);
    buf_printf(w->out, "(%s)", text);
}

/* ";", a new line, "method=code", why */
static void begin(struct writer *w, const char *method, enum auth_code code, struct slice reason)
{
    size_t from = w->out->n;
    buf_printf(w->out, ";\n\t%s=%s", method, auth_code_name(code));
    w->column = TAB + w->out->n - from - 3;
    put_property(w, "reason", reason);
}

/* ---- methods */

/* For <> the identity is that of HELO (RFC 8601 2.7.2). */
static void write_spf(struct writer *w, const struct auth_results *r)
{
    if (r->spf.code == AUTH_NOT_RUN)
        return;
    begin(w, "spf", r->spf.code, r->spf.reason);
    if (r->client.sender.n)
        put_property(w, "smtp.mailfrom", r->spf.identity);
    else
        put_property(w, "smtp.helo", r->client.helo);
}

static void write_signature(struct writer *w, const struct auth_signature *s)
{
    char key[40];
    begin(w, "dkim", s->code, s->code == AUTH_PASS ? slice_of(NULL, 0) : s->reason);
    if (s->key_bits) {
        snprintf(key, sizeof(key), "%u-bit key", s->key_bits);
        put_comment(w, key);
    }
    put_property(w, "header.d", s->domain);
    put_property(w, "header.i", s->identity);
    put_property(w, "header.s", s->selector);
    put_property(w, "header.a", s->algorithm);
    put_property(w, "header.b", s->start);
}

static void write_dkim(struct writer *w, const struct auth_results *r)
{
    for (size_t i = 0; i < r->n_signatures; i++)
        if (w->out->n + RESULT_MAX < AUTHRES_WRITE_MAX)
            write_signature(w, &r->signatures[i]);
}

static void write_dmarc(struct writer *w, const struct auth_dmarc *d)
{
    if (d->code == AUTH_NOT_RUN)
        return;
    begin(w, "dmarc", d->code, d->code == AUTH_PASS ? slice_of(NULL, 0) : d->reason);
    put_property(w, "header.from", d->from);
    if (d->code == AUTH_FAIL)
        put_property(w, "policy.dmarc", slice_str(dmarc_policy_name(d->applied)));
}

static void write_arc(struct writer *w, const struct auth_results *r)
{
    char number[20];
    if (r->arc.code == AUTH_NOT_RUN)
        return;
    begin(w, "arc", r->arc.code, r->arc.code == AUTH_FAIL ? r->arc.reason : slice_of(NULL, 0));
    if (r->arc.code == AUTH_PASS) {
        snprintf(number, sizeof(number), "%u", r->arc.oldest_pass);
        put_property(w, "header.oldest-pass", slice_str(number));
    }
    if (r->arc.sets)
        put_property(w, "smtp.remote-ip", r->client.address);
}

void authres_write(struct buf *out, const struct auth_results *r, struct slice authserv_id)
{
    struct writer w = { out, 0 };
    put_value(out, slice_sub(authserv_id, 0, VALUE_MAX));
    size_t before = out->n;
    write_spf(&w, r);
    write_dmarc(&w, &r->dmarc);
    write_arc(&w, r);
    write_dkim(&w, r);
    if (out->n == before)
        buf_add_str(out, "; none");
}
