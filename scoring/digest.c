/* digest.c - MD5, SHA-1 and SHA-256 by OpenSSL; see digest.h
 * OpenSSL reads its files when it is first used: auth_new() sees to that before the sandbox closes. */
#include "config.h"
#include "scoring/digest.h"

#include <openssl/evp.h>

size_t digest(enum digest_kind kind, struct slice text, unsigned char out[DIGEST_MAX])
{
    static const EVP_MD *(*const kinds[])(
        void) = { [DIGEST_MD5] = EVP_md5, [DIGEST_SHA1] = EVP_sha1, [DIGEST_SHA256] = EVP_sha256 };
    unsigned n = 0;
    return EVP_Digest(text.p, text.n, out, &n, kinds[kind](), NULL) == 1 ? n : 0;
}

struct slice digest_hex(struct arena *a, const unsigned char *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char *out = arena_alloc(a, 2 * n);
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    return slice_of(out, 2 * n);
}

struct slice digest_base32(struct arena *a, const unsigned char *p, size_t n)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    size_t chars = (8 * n + 4) / 5;
    char *out = arena_alloc(a, chars);
    for (size_t i = 0; i < chars; i++) {
        size_t bit = 5 * i, byte = bit / 8;
        unsigned two = (unsigned)p[byte] << 8 | (byte + 1 < n ? p[byte + 1] : 0);
        out[i] = digits[two >> (11 - bit % 8) & 31];
    }
    return slice_of(out, chars);
}
