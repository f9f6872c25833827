/* mark.c - the mark that lets one released message pass once; see mark.h
 * What is signed is framed (base/wire.h), so that no two scopes have the same bytes. */
#include "config.h"
#include "keeper/mark.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include "base/keyfile.h"
#include "base/wire.h"

#define SCOPE_MAX 4096 /* an address has at most 320 bytes; what is cut off here would only never match */

int mark_key_open(int directory, const char *name, struct mark_key *key, struct err *e)
{
    return keyfile_open(directory, name, 077, key->bytes, e);
}

/* ---- the mark */

static void sign(const struct mark_key *key, struct slice id, int64_t expires, const struct mark_scope *scope,
                 char hex[MARK_HMAC_HEX + 1])
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    struct buf b;
    buf_init(&b, 4 * SCOPE_MAX);
    wire_put_slice(&b, SLICE(MARK_FIELD));
    wire_put_slice(&b, slice_sub(id, 0, MARK_ID_MAX));
    wire_put_u64(&b, (uint64_t)expires);
    wire_put_slice(&b, slice_of((const char *)scope->hash, MARK_HASH_SIZE));
    wire_put_slice(&b, slice_sub(scope->recipient, 0, SCOPE_MAX));
    wire_put_slice(&b, slice_sub(scope->client, 0, SCOPE_MAX));
    if (b.full ||
        HMAC(EVP_sha256(), key->bytes, MARK_KEY_SIZE, (const unsigned char *)b.p, b.n, sum, &n) == NULL)
        fatal("HMAC failed");
    buf_deinit(&b);
    for (size_t i = 0; i < MARK_HMAC_HEX / 2; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
}

void mark_make(const struct mark_key *key, struct slice id, int64_t expires, const struct mark_scope *scope,
               char value[MARK_VALUE_SIZE])
{
    char hex[MARK_HMAC_HEX + 1];
    if (id.n == 0 || id.n > MARK_ID_MAX || expires < 0)
        bug("mark: an id of %zu bytes", id.n);
    sign(key, id, expires, scope, hex);
    snprintf(value, MARK_VALUE_SIZE, "%.*s %lld %s", SLICE_ARG(id), (long long)expires, hex);
}

static bool all_alnum(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i]))
            return false;
    return true;
}

bool mark_parse(struct slice value, struct mark *m)
{
    uint64_t expires;
    struct slice rest = slice_trim(value), text;
    if (rest.n == 0 || rest.n >= MARK_VALUE_SIZE || !slice_cut(&rest, ' ', &m->id) ||
        !slice_cut(&rest, ' ', &text) || !slice_cut(&rest, ' ', &m->hmac) || rest.p != NULL)
        return false;
    if (m->id.n == 0 || m->id.n > MARK_ID_MAX || !all_alnum(m->id) || !slice_uint(text, INT64_MAX, &expires))
        return false;
    m->expires = (int64_t)expires;
    return m->hmac.n == MARK_HMAC_HEX && all_alnum(m->hmac);
}

bool mark_good(const struct mark_key *key, const struct mark *m, const struct mark_scope *scope, int64_t now)
{
    char hex[MARK_HMAC_HEX + 1];
    sign(key, m->id, m->expires, scope, hex);
    return CRYPTO_memcmp(hex, m->hmac.p, MARK_HMAC_HEX) == 0 && m->expires > now;
}
