/* mark-hash.c - what of a message a mark covers; see mark.h */
#include "config.h"
#include "keeper/mark.h"

#include <openssl/evp.h>
#include "message/field.h"

static void add(EVP_MD_CTX *sum, struct slice s)
{
    if (EVP_DigestUpdate(sum, s.p, s.n) != 1)
        fatal("SHA-256 failed");
}

static bool is_covered(struct slice name)
{
    return slice_ieq(name, SLICE("MIME-Version")) || slice_ieq(name, SLICE("Subject")) ||
           (slice_istarts(name, SLICE("Content-")) && !slice_ieq(name, SLICE("Content-Length")));
}

static void add_lower(EVP_MD_CTX *sum, struct slice name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = ascii_lower(name.p[i]);
        add(sum, slice_of(&c, 1));
    }
}

/* Runs of white space, folds included, as one space; none at either end. */
static void add_relaxed(EVP_MD_CTX *sum, struct slice value)
{
    struct slice word;
    for (bool first = true; field_word(&value, &word); first = false) {
        if (!first)
            add(sum, SLICE(" "));
        add(sum, word);
    }
}

static void add_field(EVP_MD_CTX *sum, const struct field *f)
{
    if (!is_covered(f->name))
        return;
    add_lower(sum, f->name);
    add(sum, SLICE(":"));
    add_relaxed(sum, f->value);
    add(sum, SLICE("\r\n"));
}

static struct slice without_last_lines(struct slice body)
{
    while (body.n && (body.p[body.n - 1] == '\n' || body.p[body.n - 1] == '\r'))
        body.n--;
    return body;
}

void mark_hash(struct slice message, unsigned char hash[MARK_HASH_SIZE])
{
    struct field field;
    EVP_MD_CTX *sum = EVP_MD_CTX_new();
    if (sum == NULL || EVP_DigestInit_ex(sum, EVP_sha256(), NULL) != 1)
        fatal("no SHA-256");
    while (field_take(&message, &field))
        add_field(sum, &field);
    add(sum, SLICE("\r\n"));
    add(sum, without_last_lines(message));
    if (EVP_DigestFinal_ex(sum, hash, NULL) != 1)
        fatal("SHA-256 failed");
    EVP_MD_CTX_free(sum);
}
