/* dkim-fixture.h - a message, keys in a table of the DNS, and what DKIM says of it */
#ifndef AUTH_DKIM_FIXTURE_H
#define AUTH_DKIM_FIXTURE_H

#include "auth/dkim-private.h"
#include "auth/dkim-sign.h"
#include "auth/dkim-tags.h"
#include "auth/dkim-verify.h"
#include "auth/options.h"
#include "base/dns-table.h"

#define FIXTURE_NOW 1700000000

struct fixture {
    struct arena a;
    struct dkim_crypto *crypto;
    struct dns_table *table;
    struct auth_options options;
    struct message_limits limits;
    int64_t now;
    unsigned deadline_ms;
};

static inline void fixture_init(struct fixture *f)
{
    arena_init(&f->a, 512 << 20);
    f->crypto = dkim_crypto_new();
    f->table = dns_table_new(&f->a);
    auth_options_default(&f->options);
    message_limits_default(&f->limits);
    f->now = FIXTURE_NOW;
    f->deadline_ms = 50;
}

static inline void fixture_deinit(struct fixture *f)
{
    dkim_crypto_free(&f->crypto);
    arena_deinit(&f->a);
}

static inline void fixture_record(struct fixture *f, const char *name, struct slice text)
{
    dns_table_put(f->table, slice_str(name), DNS_TXT, DNS_FOUND, text, 0);
}

/* Of a fuzz target: takes lines of the DNS off the text, up to one that is empty. Bad ones are left out. */
static inline void fixture_take_records(struct fixture *f, struct slice *text)
{
    struct slice line;
    struct err e;
    while (slice_line(text, &line) && slice_chomp(line).n)
        if (dns_table_add(f->table, line, &e) != 0)
            continue;
}

/* The record of a key, with tags before p=. */
static inline struct slice fixture_public(struct fixture *f, const struct dkim_private *k, const char *tags)
{
    struct buf out;
    struct err e;
    buf_init_in(&out, &f->a, DKIM_KEY_BYTES_MAX);
    if (dkim_private_public(k, &out, &e) != 0)
        bug("%s", e.text);
    struct slice p = dkim_base64_of(&f->a, buf_slice(&out));
    return arena_printf(&f->a, "%s; k=%s; p=%.*s", tags, dkim_private_kind(k) == KEY_RSA ? "rsa" : "ed25519",
                        SLICE_ARG(p));
}

static inline struct dkim_mail *fixture_mail(struct fixture *f, struct slice text)
{
    struct header_block *b = ARENA_NEW(&f->a, struct header_block);
    header_parse(b, &f->a, text, true, &f->limits);
    return dkim_mail_new(&f->a, b, slice_from(text, b->body_at), SLICE("example.com"), f->now,
                         &f->options.dkim);
}

static inline struct dns *fixture_dns(struct fixture *f)
{
    static const struct dns_limits none = { 0 };
    struct dns *d = ARENA_NEW(&f->a, struct dns);
    struct dns_limits limits = none;
    limits.deadline_ms = f->deadline_ms;
    limits.questions = 200;
    dns_init(d, &f->a, dns_table_source(f->table), &limits);
    return d;
}

static inline struct auth_results fixture_verify(struct fixture *f, struct slice text)
{
    struct auth_results r = { 0 };
    struct dns *d = fixture_dns(f);
    struct dkim_check *check = dkim_begin(&f->a, fixture_mail(f, text));
    dkim_ask(check, d);
    dkim_verify(check, d, f->crypto, &r);
    return r;
}

/* text with a signature on top */
static inline struct slice fixture_sign(struct fixture *f, struct slice text, const struct dkim_signing *s)
{
    struct dkim_mail *m = fixture_mail(f, text);
    struct slice value = dkim_sign(&f->a, f->crypto, m->fields, &m->bodies, s);
    return arena_printf(&f->a, "DKIM-Signature: %.*s\n%.*s", SLICE_ARG(value), SLICE_ARG(text));
}

#endif
