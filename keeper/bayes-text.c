/* bayes-text.c - what the classifier has learned, as text; see bayes-text.h */
#include "config.h"
#include "keeper/bayes-text.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <zlib.h>

#define PAGE ((size_t)64 * 1024)
#define PAGES ((BAYES_BYTES + PAGE - 1) / PAGE)
#define DEFLATED_MAX (PAGE + 1024)
#define LINE_BYTES (DEFLATED_MAX / 3 * 4 + 100)

/* A line of ours alone, before the tokens: whose hashes these are. sa-learn passes over it. */
#define OURS "v\t%d\ttamis\n"

static uint32_t checksum(const struct bayes_block *b)
{
    return (uint32_t)crc32(0, (const unsigned char *)b, BAYES_BYTES);
}

static size_t page_size(size_t i)
{
    return i + 1 < PAGES ? PAGE : BAYES_BYTES - i * PAGE;
}

/* ---- writing */

struct writing {
    FILE *f;
    int64_t newest;
};

static void find_newest(void *ctx, const struct bayes_memory *m)
{
    struct writing *w = ctx;
    w->newest = m->at > w->newest ? m->at : w->newest;
}

static void put_seen(void *ctx, const struct bayes_memory *m)
{
    struct writing *w = ctx;
    fprintf(w->f, "s\t%c\t", bayes_is_spam(m->kind) ? 's' : 'h');
    for (size_t i = 0; i < sizeof(m->id); i++)
        fprintf(w->f, "%02x", m->id[i]);
    fputs("@tamis\n", w->f);
}

static void put_tokens(const struct writing *w, const struct bayes_block *b)
{
    struct bayes_token t;
    for (size_t i = 0; i < 1 << BAYES_TOKEN_BITS; i++)
        if (bayes_token_at(b, i, &t))
            fprintf(w->f, "t\t%u\t%u\t%lld\t%s\n", t.spam, t.ham, (long long)w->newest, t.name);
}

static bool is_blank(const unsigned char *p, size_t n)
{
    return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

static bool put_page(FILE *f, const struct bayes_block *b, size_t i)
{
    unsigned char deflated[DEFLATED_MAX], text[LINE_BYTES];
    const unsigned char *page = (const unsigned char *)b + i * PAGE;
    uLongf n = sizeof(deflated);
    if (is_blank(page, page_size(i)))
        return false;
    if (compress2(deflated, &n, page, page_size(i), 6) != Z_OK)
        bug("a page that cannot be deflated");
    EVP_EncodeBlock(text, deflated, (int)n);
    fprintf(f, "b\t%zu\t%s\n", i, text);
    return true;
}

static void put_block(FILE *f, const struct bayes_block *b)
{
    size_t pages = 0;
    fprintf(f, "b\tblock\t%d\t%zu\n", FEATURES_VERSION, BAYES_BYTES);
    for (size_t i = 0; i < PAGES; i++)
        pages += put_page(f, b, i);
    fprintf(f, "b\tend\t%zu\t%08x\n", pages, (unsigned)checksum(b));
}

void bayes_text_write(FILE *f, const struct bayes_store *s)
{
    struct writing w = { .f = f };
    const struct bayes_block *b = s ? bayes_store_block(s) : NULL;
    fprintf(f, "v\t3\tdb_version # this must be the first line!!!\n");
    fprintf(f, "v\t%u\tnum_spam\nv\t%u\tnum_nonspam\n", b ? b->learned.spam : 0, b ? b->learned.ham : 0);
    if (s == NULL)
        return;
    fprintf(f, OURS, FEATURES_VERSION);
    bayes_store_each(s, find_newest, &w);
    put_tokens(&w, b);
    bayes_store_each(s, put_seen, &w);
    put_block(f, b);
}

/* ---- reading */

struct reading {
    struct bayes_block *b;
    unsigned char *deflated;
    size_t pages;
    bool ours, begun, ended;
};

static int wrong(struct err *e, const char *what)
{
    return err_set(e, ERR_INPUT, "%s", what);
}

static int begin_block(struct reading *r, struct slice rest, struct err *e)
{
    struct slice version;
    uint64_t v, bytes;
    if (!slice_cut(&rest, '\t', &version) || !slice_uint(version, UINT32_MAX, &v) ||
        !slice_uint(rest, UINT32_MAX, &bytes) || v != FEATURES_VERSION || bytes != BAYES_BYTES)
        return wrong(e, "it is of another version of Tamis");
    memset(r->b, 0, BAYES_BYTES);
    r->ours = r->begun = true;
    return 0;
}

static int end_block(struct reading *r, struct slice rest, struct err *e)
{
    char sum[16];
    struct slice pages;
    uint64_t n;
    snprintf(sum, sizeof(sum), "%08x", (unsigned)checksum(r->b));
    r->ended = slice_cut(&rest, '\t', &pages) && slice_uint(pages, PAGES, &n) && n == r->pages &&
               slice_eq(rest, slice_str(sum));
    return r->ended ? bayes_check(r->b, e) : wrong(e, "it is damaged");
}

static int read_page(struct reading *r, struct slice index, struct slice text, struct err *e)
{
    uint64_t i;
    if (!slice_uint(index, PAGES - 1, &i) || text.n == 0 || text.n > LINE_BYTES || text.n % 4)
        return wrong(e, "it is damaged");
    int n = EVP_DecodeBlock(r->deflated, (const unsigned char *)text.p, (int)text.n);
    uLongf size = page_size(i);
    unsigned char *page = (unsigned char *)r->b + i * PAGE;
    if (n <= 0 || uncompress(page, &size, r->deflated, (uLong)n) != Z_OK || size != page_size(i))
        return wrong(e, "it is damaged");
    r->pages++;
    return 0;
}

static int read_line(struct reading *r, struct slice line, struct err *e)
{
    struct slice kind, what;
    r->ours |= slice_starts(line, SLICE("v\t")) && slice_iends(line, SLICE("\ttamis"));
    if (!slice_cut(&line, '\t', &kind) || !slice_eq(kind, SLICE("b")) || !slice_cut(&line, '\t', &what))
        return 0;
    if (slice_eq(what, SLICE("block")))
        return begin_block(r, line, e);
    if (!r->begun || r->ended)
        return wrong(e, "it is damaged");
    return slice_eq(what, SLICE("end")) ? end_block(r, line, e) : read_page(r, what, line, e);
}

static int read_lines(struct reading *r, FILE *f, char *line, struct err *e)
{
    bool first = true;
    while (fgets(line, LINE_BYTES, f)) {
        struct slice text = slice_chomp(slice_str(line));
        if (first && !slice_starts(text, SLICE("v\t3\tdb_version")))
            return wrong(e, "it does not begin as a backup (version 3) does");
        first = false;
        if (read_line(r, text, e) != 0)
            return -1;
    }
    if (ferror(f))
        return wrong(e, "it cannot be read to its end");
    if (first || (r->ours && !r->ended))
        return wrong(e, first ? "it is empty" : "its end is missing");
    return r->begun;
}

int bayes_text_read(FILE *f, struct bayes_block *b, struct err *e)
{
    struct reading r = { .b = b, .deflated = malloc(LINE_BYTES) };
    char *line = malloc(LINE_BYTES);
    if (line == NULL || r.deflated == NULL)
        fatal("no memory for a backup");
    int done = read_lines(&r, f, line, e);
    free(line);
    free(r.deflated);
    return done;
}
