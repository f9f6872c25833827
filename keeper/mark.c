/* mark.c - the mark that lets one released message pass once; see mark.h
 * What is signed is framed (base/wire.h), so that no two scopes have the same bytes. */
#include "config.h"
#include "keeper/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"
#include "base/wire.h"

#define SCOPE_MAX 4096 /* an address has at most 320 bytes; what is cut off here would only never match */

/* ---- the key */

static int read_key(int fd, const char *name, struct mark_key *key, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, "%s", name);
    if (!S_ISREG(st.st_mode) || st.st_size != MARK_KEY_SIZE || (st.st_mode & 077))
        return err_set(
            e, ERR_CONFIG,
            "%s is not a file of %d bytes that only its owner can read: remove it, a new one is made", name,
            MARK_KEY_SIZE);
    if (pread(fd, key->bytes, MARK_KEY_SIZE, 0) != MARK_KEY_SIZE)
        return err_sys(e, "cannot read %s", name);
    return 0;
}

static int fill_key(int fd, const char *name, struct mark_key *key, struct err *e)
{
    if (getrandom(key->bytes, MARK_KEY_SIZE, 0) != MARK_KEY_SIZE)
        return err_sys(e, "no random bytes for %s", name);
    ssize_t n = write(fd, key->bytes, MARK_KEY_SIZE);
    if (n != MARK_KEY_SIZE) {
        errno = n < 0 ? errno : ENOSPC;
        return err_sys(e, "cannot write %s", name);
    }
    return fsync(fd) == 0 ? 0 : err_sys(e, "cannot write %s", name);
}

/* Under another name first: a key that is half there is never found. */
static int make_key(int directory, const char *name, struct mark_key *key, struct err *e)
{
    char temporary[300];
    snprintf(temporary, sizeof(temporary), "%s.new", name);
    unlinkat(directory, temporary, 0);
    int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_sys(e, "cannot make %s", name);
    int r = fill_key(fd, name, key, e);
    if (r == 0 && (renameat(directory, temporary, directory, name) != 0 || fsync(directory) != 0))
        r = err_sys(e, "cannot make %s", name);
    if (r != 0)
        unlinkat(directory, temporary, 0);
    fd_close(&fd);
    return r;
}

int mark_key_open(int directory, const char *name, struct mark_key *key, struct err *e)
{
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return make_key(directory, name, key, e);
    if (fd < 0)
        return err_sys(e, "cannot open %s", name);
    int r = read_key(fd, name, key, e);
    fd_close(&fd);
    return r;
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
