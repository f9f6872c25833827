/* digest.c - MD5, SHA-1 and SHA-256; see digest.h */
#include "config.h"
#include "scoring/digest.h"

#define BLOCK 64

static uint32_t left(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static uint32_t right(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint32_t big(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t little(const unsigned char *p)
{
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* ---- MD5: floor(2^32 * |sin(i + 1)|) */

static const uint32_t md5_k[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static void md5_block(uint32_t *h, const unsigned char *p)
{
    static const unsigned shifts[4][4] = {
        { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 }
    };
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
    for (unsigned i = 0; i < 64; i++) {
        unsigned round = i / 16, g;
        uint32_t f;
        switch (round) {
        case 0: f = (b & c) | (~b & d), g = i; break;
        case 1: f = (d & b) | (~d & c), g = (5 * i + 1) % 16; break;
        case 2: f = b ^ c ^ d, g = (3 * i + 5) % 16; break;
        default: f = c ^ (b | ~d), g = 7 * i % 16; break;
        }
        uint32_t next = b + left(a + f + md5_k[i] + little(p + 4 * g), shifts[round][i % 4]);
        a = d;
        d = c;
        c = b;
        b = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
}

/* ---- SHA-1 */

static void sha1_block(uint32_t *h, const unsigned char *p)
{
    static const uint32_t k[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (unsigned i = 0; i < 16; i++)
        w[i] = big(p + 4 * i);
    for (unsigned i = 16; i < 80; i++)
        w[i] = left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (unsigned i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? (b & c) | (~b & d)
                     : i < 40 ? b ^ c ^ d
                     : i < 60 ? (b & c) | (b & d) | (c & d)
                              : b ^ c ^ d;
        uint32_t next = left(a, 5) + f + e + k[i / 20] + w[i];
        e = d;
        d = c;
        c = left(b, 30);
        b = a;
        a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

/* ---- SHA-256: cube roots of the first primes */

static const uint32_t sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static void sha256_schedule(uint32_t *w, const unsigned char *p)
{
    for (unsigned i = 0; i < 16; i++)
        w[i] = big(p + 4 * i);
    for (unsigned i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (right(x, 7) ^ right(x, 18) ^ x >> 3) + w[i - 7] +
               (right(y, 17) ^ right(y, 19) ^ y >> 10);
    }
}

static void sha256_block(uint32_t *h, const unsigned char *p)
{
    uint32_t w[64], s[8];
    memcpy(s, h, sizeof(s));
    sha256_schedule(w, p);
    for (unsigned i = 0; i < 64; i++) {
        uint32_t e = s[4], a = s[0];
        uint32_t t1 = s[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & s[5]) ^ (~e & s[6])) +
                      sha256_k[i] + w[i];
        uint32_t t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof(*s));
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (unsigned i = 0; i < 8; i++)
        h[i] += s[i];
}

/* ---- all of them */

static const struct {
    size_t words;
    void (*block)(uint32_t *h, const unsigned char *p);
    bool big_endian;
    uint32_t start[8];
} kinds[] = {
    [DIGEST_MD5] = { 4, md5_block, false, { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 } },
    [DIGEST_SHA1] = { 5, sha1_block, true, { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 } },
    [DIGEST_SHA256] = { 8,
                        sha256_block,
                        true,
                        { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
                          0x5be0cd19 } },
};

static void put_word(unsigned char *p, uint32_t w, bool big_endian)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (unsigned char)(w >> 8 * (big_endian ? 3 - i : i));
}

/* What is behind the last whole block, a bit, zeros, and the length in bits. */
static void last_blocks(enum digest_kind kind, uint32_t *h, struct slice text)
{
    unsigned char p[2 * BLOCK] = { 0 };
    size_t rest = text.n % BLOCK, n = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
    uint64_t bits = (uint64_t)text.n * 8;
    bool order = kinds[kind].big_endian;
    if (rest)
        memcpy(p, text.p + text.n - rest, rest);
    p[rest] = 0x80;
    put_word(p + n - 8, (uint32_t)(order ? bits >> 32 : bits), order);
    put_word(p + n - 4, (uint32_t)(order ? bits : bits >> 32), order);
    for (size_t at = 0; at < n; at += BLOCK)
        kinds[kind].block(h, p + at);
}

size_t digest(enum digest_kind kind, struct slice text, unsigned char out[DIGEST_MAX])
{
    uint32_t h[8];
    memcpy(h, kinds[kind].start, sizeof(h));
    for (size_t at = 0; at + BLOCK <= text.n; at += BLOCK)
        kinds[kind].block(h, (const unsigned char *)text.p + at);
    last_blocks(kind, h, text);
    for (size_t i = 0; i < kinds[kind].words; i++)
        put_word(out + 4 * i, h[i], kinds[kind].big_endian);
    return 4 * kinds[kind].words;
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
