/* seal-hash.c - what of a message a seal covers; see seal.h */
#include "config.h"
#include "policy/seal.h"

#include <openssl/evp.h>
#include "message/field.h"

#define CHUNK 4096

static void add(EVP_MD_CTX *sum, struct slice s)
{
    if (EVP_DigestUpdate(sum, s.p, s.n) != 1)
        fatal("SHA-256 failed");
}

static bool is_content(struct slice name)
{
    return slice_ieq(name, SLICE("MIME-Version")) ||
           (slice_istarts(name, SLICE("Content-")) && !slice_ieq(name, SLICE("Content-Length")));
}

static void add_lower(EVP_MD_CTX *sum, struct slice name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = ascii_lower(name.p[i]);
        add(sum, slice_of(&c, 1));
    }
}

static void add_field(EVP_MD_CTX *sum, const struct field *f)
{
    struct slice value = f->value, word;
    add_lower(sum, f->name);
    add(sum, SLICE(":"));
    while (field_word(&value, &word)) {
        add(sum, word);
        add(sum, SLICE(" "));
    }
    add(sum, SLICE("\n"));
}

static void add_visible(EVP_MD_CTX *sum, struct slice body)
{
    char chunk[CHUNK];
    while (body.n) {
        size_t n = 0, take = body.n < CHUNK ? body.n : CHUNK;
        for (size_t i = 0; i < take; i++) {
            unsigned char c = (unsigned char)body.p[i];
            chunk[n] = (char)c;
            n += c > ' ' && c != 0x7f;
        }
        add(sum, slice_of(chunk, n));
        body = slice_from(body, take);
    }
}

void seal_hash(struct slice message, struct seal_message *m)
{
    struct field f;
    EVP_MD_CTX *sum = EVP_MD_CTX_new();
    memset(m, 0, sizeof(*m));
    if (sum == NULL || EVP_DigestInit_ex(sum, EVP_sha256(), NULL) != 1)
        fatal("no SHA-256");
    while (field_take(&message, &f)) {
        bool subject = slice_ieq(f.name, SLICE("Subject"));
        if (subject && !m->has_subject) {
            m->has_subject = true;
            m->subject = f.value;
        } else if (subject || is_content(f.name))
            add_field(sum, &f);
    }
    add(sum, SLICE("\n\n"));
    add_visible(sum, message);
    if (EVP_DigestFinal_ex(sum, m->hash, NULL) != 1)
        fatal("SHA-256 failed");
    EVP_MD_CTX_free(sum);
}
