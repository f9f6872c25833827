/* seal-make.c - the verdict, written and signed; see seal.h
 * What is signed is framed (base/wire.h), so that no two statements have the same bytes. */
#include "config.h"
#include "policy/seal-priv.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include "base/wire.h"
#include "message/field.h"

#define SIGNED_MAX (SEAL_VALUE_MAX + 1024 * 1024)
#define ADDRESS_MAX 1000
#define COLUMNS 76

static void hmac(const unsigned char *key, struct slice text, char *hex, size_t hex_n)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (HMAC(EVP_sha256(), key, KEYFILE_BYTES, (const unsigned char *)text.p, text.n, sum, &n) == NULL)
        fatal("HMAC failed");
    for (size_t i = 0; i < hex_n / 2; i++) {
        hex[2 * i] = "0123456789abcdef"[sum[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
    }
    hex[hex_n] = 0;
}

static void put_subject(struct buf *b, const struct seal_message *m)
{
    struct slice value = m->subject, word;
    wire_put_u32(b, m->has_subject);
    while (field_word(&value, &word))
        wire_put_slice(b, word);
}

void seal_sign(const unsigned char *key, const struct seal_message *m, struct slice value,
               char hex[SEAL_HMAC_HEX + 1])
{
    struct buf b;
    buf_init(&b, SIGNED_MAX + 8 * m->subject.n);
    wire_put_slice(&b, SLICE(SEAL_FIELD));
    wire_put_slice(&b, value);
    wire_put_slice(&b, slice_of((const char *)m->hash, SEAL_HASH_SIZE));
    put_subject(&b, m);
    if (b.full)
        fatal("a verdict of %zu bytes", value.n);
    hmac(key, buf_slice(&b), hex, SEAL_HMAC_HEX);
    buf_deinit(&b);
}

/* what: tells one use of the key from another. ASCII case of the address does not count. */
static void tag(const unsigned char *key, const char *what, const struct seal_message *m,
                struct slice address, char *hex, size_t size)
{
    struct buf b;
    char lower[ADDRESS_MAX];
    address = slice_sub(address, 0, ADDRESS_MAX); /* no MTA has longer ones */
    for (size_t i = 0; i < address.n; i++)
        lower[i] = ascii_lower(address.p[i]);
    buf_init(&b, 4096);
    wire_put_slice(&b, slice_str(what));
    wire_put_slice(&b, slice_of((const char *)m->hash, SEAL_HASH_SIZE));
    wire_put_slice(&b, slice_of(lower, address.n));
    hmac(key, buf_slice(&b), hex, size);
    buf_deinit(&b);
}

void seal_tag(const unsigned char *key, const struct seal_message *m, struct slice address,
              char hex[SEAL_TAG_HEX + 1])
{
    tag(key, "recipient", m, address, hex, SEAL_TAG_HEX);
}

void seal_filtered(const unsigned char key[KEYFILE_BYTES], struct slice message, struct slice recipient,
                   char hex[SEAL_FILTERED_HEX + 1])
{
    struct seal_message m;
    seal_hash(message, &m);
    tag(key, "filtered", &m, recipient, hex, SEAL_FILTERED_HEX);
}

static void put_id(struct buf *b, struct slice id)
{
    id = slice_sub(id, 0, SEAL_ID_MAX);
    for (size_t i = 0; i < id.n; i++)
        buf_add_char(b, ascii_alnum(id.p[i]) ? id.p[i] : '-');
}

static void put_verdict(struct buf *b, const struct seal_verdict *v)
{
    buf_printf(b, "%.3f:%s:%d", v->required, verdict_classes[v->class].name, v->spam);
}

/* Without white space; what is signed is exactly this. */
static void put_statement(struct buf *b, const unsigned char *key, const struct seal_message *m,
                          const struct seal_statement *s)
{
    char tag[SEAL_TAG_HEX + 1];
    buf_printf(b, "v=1;t=%lld;i=", (long long)s->at);
    put_id(b, s->id);
    buf_printf(b, ";s=%.3f;d=", s->score);
    put_verdict(b, &s->site);
    buf_add_str(b, ";r=");
    for (size_t i = 0; i < s->n && b->n < SEAL_VALUE_MAX / 2; i++) { /* further ones get the site's */
        seal_tag(key, m, s->recipients[i], tag);
        buf_printf(b, "%s%s:", i ? "," : "", tag);
        put_verdict(b, &s->verdicts[i]);
    }
    buf_add_str(b, ";b=");
}

/* Behind ; and , where the line would become too long. */
static void fold(struct buf *out, struct slice value)
{
    size_t column = sizeof(SEAL_FIELD) + 1;
    while (value.n) {
        size_t n = 0;
        while (n < value.n && value.p[n] != ';' && value.p[n] != ',')
            n++;
        n += n < value.n;
        if (column + n > COLUMNS) {
            buf_add_str(out, "\n\t");
            column = 8;
        } else if (out->n && out->p[out->n - 1] == ';') {
            buf_add_char(out, ' ');
            column++;
        }
        buf_add_slice(out, slice_sub(value, 0, n));
        column += n;
        value = slice_from(value, n);
    }
}

void seal_make(struct buf *out, const unsigned char key[KEYFILE_BYTES], const struct seal_message *m,
               const struct seal_statement *s)
{
    char hex[SEAL_HMAC_HEX + 1];
    struct buf b;
    buf_init(&b, SEAL_VALUE_MAX);
    put_statement(&b, key, m, s);
    seal_sign(key, m, buf_slice(&b), hex);
    buf_add_str(&b, hex);
    fold(out, buf_slice(&b));
    buf_deinit(&b);
}
