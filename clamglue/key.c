/* key.c - what the result of a scan depends on; see virus.h
 * Each item is preceded by its length, so that no two different lists of items make the same text. */
#include "config.h"
#include "clamglue/virus.h"

#include <openssl/evp.h>

static void add(EVP_MD_CTX *ctx, const void *p, size_t n)
{
    uint64_t length = n;
    if (EVP_DigestUpdate(ctx, &length, sizeof(length)) != 1 || EVP_DigestUpdate(ctx, p, n) != 1)
        fatal("SHA-256 does not work");
}

static void add_slice(EVP_MD_CTX *ctx, struct slice s)
{
    add(ctx, s.n ? s.p : "", s.n);
}

static void add_number(EVP_MD_CTX *ctx, uint64_t n)
{
    add(ctx, &n, sizeof(n));
}

static void add_options(EVP_MD_CTX *ctx, const struct virus_options *o)
{
    const uint64_t numbers[] = { o->pua,       o->bytecode, o->scan_size, o->file_size,
                                 o->recursion, o->files,    o->parts };
    add(ctx, numbers, sizeof(numbers));
    for (size_t i = 0; i < o->names.n; i++)
        add_slice(ctx, slice_str(o->names.v[i]));
}

void virus_key(const struct clam_database *db, const struct virus_options *o, struct slice bytes,
               struct slice name, struct slice type, unsigned char key[VIRUS_KEY_SIZE])
{
    const struct clam_info *info = clam_database_info(db);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
        fatal("SHA-256 does not work");
    add_slice(ctx, slice_str(info->engine));
    add_number(ctx, info->stamp);
    add_options(ctx, o);
    add_slice(ctx, name);
    add_slice(ctx, type);
    add_slice(ctx, bytes);
    if (EVP_DigestFinal_ex(ctx, key, NULL) != 1)
        fatal("SHA-256 does not work");
    EVP_MD_CTX_free(ctx);
}
