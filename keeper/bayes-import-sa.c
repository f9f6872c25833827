/* bayes-import-sa.c - what SpamAssassin has learned, by `sa-learn --backup`; see bayes-import.h
 * Lines of columns apart by white space: v (version first of all, then messages learned), t (a token: spam,
 * ham, when it was last met, ten digits of its key; in version 2 the word itself), s (a message that is
 * remembered, by an id that nobody else makes). Other lines are passed over, as sa-learn does. */
#include "config.h"
#include "keeper/bayes-import.h"

#include <stdlib.h>
#include "scoring/sa-tokens.h"

#define LINE_BYTES 4096
#define LINES_MAX (200u * 1000 * 1000)
#define TELL_EVERY 100000

struct reading {
    FILE *f;
    struct bayes_block *b;
    struct bayes_imported *done;
    uint64_t line;
    unsigned version;
    bool begun;
};

static int wrong(const struct reading *r, struct err *e, const char *what)
{
    return err_set(e, ERR_INPUT, "line %llu: %s", (unsigned long long)r->line, what);
}

/* Takes a column off; false: there is none. */
static bool column(struct slice *rest, struct slice *out)
{
    *rest = slice_trim(*rest);
    size_t n = 0;
    while (n < rest->n && !ascii_space(rest->p[n]))
        n++;
    *out = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return n > 0;
}

/* Below 0 there is nothing, as sa-learn has it. */
static bool number(struct slice *rest, uint32_t *n)
{
    struct slice text;
    uint64_t value;
    if (!column(rest, &text))
        return false;
    bool negative = text.p[0] == '-';
    if (!slice_uint(slice_from(text, negative), UINT32_MAX, &value))
        return false;
    *n = negative ? 0 : (uint32_t)value;
    return true;
}

/* ---- kinds of lines */

static int read_version(struct reading *r, struct slice rest, struct err *e)
{
    struct slice name;
    uint32_t n;
    if (!number(&rest, &n) || !column(&rest, &name))
        return wrong(r, e, "neither a version nor a number of messages");
    if (!r->begun && !slice_eq(name, SLICE("db_version")))
        return wrong(r, e, "the version is not the first line: no backup of sa-learn's");
    r->begun = true;
    if (slice_eq(name, SLICE("db_version"))) {
        r->version = n;
        return n == 2 || n == 3 ? 0 : wrong(r, e, "of a version that is neither 2 nor 3");
    }
    if (slice_eq(name, SLICE("num_spam")))
        r->done->spam = n;
    if (slice_eq(name, SLICE("num_nonspam")))
        r->done->ham = n;
    return 0;
}

static bool read_key(struct slice text, uint64_t *key)
{
    *key = 0;
    for (size_t i = 0; i < text.n; i++) {
        int digit = ascii_hex(text.p[i]);
        if (digit < 0)
            return false;
        *key = *key << 4 | (uint64_t)digit;
    }
    return text.n == 2 * SA_KEY_BYTES;
}

static int read_token(struct reading *r, struct slice rest, struct err *e)
{
    uint32_t spam, ham, at;
    uint64_t key;
    if (!number(&rest, &spam) || !number(&rest, &ham) || !number(&rest, &at))
        return wrong(r, e, "a token without its three numbers");
    rest = slice_trim(rest);
    if (r->version == 2)
        key = sa_token_key(rest);
    else if (!read_key(rest, &key))
        return wrong(r, e, "a token that is not ten hexadecimal digits");
    r->done->tokens++;
    r->done->used += (spam || ham) && bayes_import(r->b, key, spam, ham);
    return 0;
}

static int read_line(struct reading *r, struct slice line, struct err *e)
{
    struct slice kind;
    if (!column(&line, &kind))
        return r->begun ? 0 : wrong(r, e, "empty, in place of the version");
    if (!r->begun && !slice_eq(kind, SLICE("v")))
        return wrong(r, e, "the version is not the first line: no backup of sa-learn's");
    if (slice_eq(kind, SLICE("v")))
        return read_version(r, line, e);
    if (slice_eq(kind, SLICE("t")))
        return read_token(r, line, e);
    r->done->seen += slice_eq(kind, SLICE("s"));
    return 0;
}

/* ---- the file */

static int read_lines(struct reading *r, bayes_import_tell *tell, struct err *e)
{
    char line[LINE_BYTES];
    while (fgets(line, sizeof(line), r->f)) {
        struct slice s = slice_str(line);
        r->line++;
        if (s.n == 0 || s.p[s.n - 1] != '\n')
            return wrong(r, e,
                         feof(r->f) ? "the end of the file is missing" : "longer than any, or with a NUL");
        if (r->line > LINES_MAX)
            return wrong(r, e, "more than can be taken over");
        if (read_line(r, s, e) != 0)
            return -1;
        if (tell && r->line % TELL_EVERY == 0)
            tell(r->line);
    }
    return ferror(r->f) ? err_set(e, ERR_INPUT, "it cannot be read to its end") : 0;
}

int bayes_import_sa(FILE *f, struct bayes_block *b, struct bayes_imported *done, bayes_import_tell *tell,
                    struct err *e)
{
    struct reading r = { .f = f, .b = b, .done = done };
    memset(done, 0, sizeof(*done));
    if (bayes_import_may(b, e) != 0 || read_lines(&r, tell, e) != 0)
        return -1;
    if (!r.begun)
        return err_set(e, ERR_INPUT, "it is empty");
    if (done->spam == 0 || done->ham == 0)
        return err_set(e, ERR_INPUT, "it says that no %s was learned (%s): both kinds are needed",
                       done->spam ? "ham" : "spam", done->spam ? "num_nonspam" : "num_spam");
    bayes_import_end(b, BAYES_SA_KEYS, done->spam, done->ham);
    return 0;
}
