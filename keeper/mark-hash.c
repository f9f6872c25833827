/* mark-hash.c - what of a message a mark covers; see mark.h */
#include "config.h"
#include "keeper/mark.h"

#include <openssl/evp.h>

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
    value = slice_trim(value);
    while (value.n) {
        size_t n = 0;
        while (n < value.n && !ascii_space(value.p[n]))
            n++;
        add(sum, slice_sub(value, 0, n));
        value = slice_from(value, n);
        if (value.n)
            add(sum, SLICE(" "));
        while (value.n && ascii_space(value.p[0]))
            value = slice_from(value, 1);
    }
}

/* Takes a field with its continuation lines off *rest; false at the empty line, which goes as well. */
static bool take_field(struct slice *rest, struct slice *field)
{
    struct slice line;
    if (!slice_line(rest, field) || slice_chomp(*field).n == 0)
        return false;
    while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t')) {
        slice_line(rest, &line);
        field->n += line.n;
    }
    return true;
}

static void add_field(EVP_MD_CTX *sum, struct slice field)
{
    ptrdiff_t colon = slice_chr(field, ':');
    struct slice name = slice_trim(slice_sub(field, 0, colon < 0 ? 0 : (size_t)colon));
    if (!is_covered(name))
        return;
    add_lower(sum, name);
    add(sum, SLICE(":"));
    add_relaxed(sum, slice_from(field, (size_t)colon + 1));
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
    struct slice field;
    EVP_MD_CTX *sum = EVP_MD_CTX_new();
    if (sum == NULL || EVP_DigestInit_ex(sum, EVP_sha256(), NULL) != 1)
        fatal("no SHA-256");
    while (take_field(&message, &field))
        add_field(sum, field);
    add(sum, SLICE("\r\n"));
    add(sum, without_last_lines(message));
    if (EVP_DigestFinal_ex(sum, hash, NULL) != 1)
        fatal("SHA-256 failed");
    EVP_MD_CTX_free(sum);
}
