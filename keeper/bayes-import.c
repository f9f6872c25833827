/* bayes-import.c - what another program has learned; see bayes-import.h */
#include "config.h"
#include "keeper/bayes-import.h"

#include <stdlib.h>

#define LINE_BYTES 4096
#define WORD_MAX 200
#define COUNTS ".MSG_COUNT"

struct entry {
    struct slice word;
    uint32_t spam, ham;
};

/* their prefix -> our kinds; lower: our token is in lower case */
static const struct kind {
    struct slice prefix;
    struct slice kinds[3];
    bool lower;
} kinds[] = {
    { SLICE_INIT("subj:"), { SLICE_INIT("subject") }, false },
    { SLICE_INIT("from:"), { SLICE_INIT("from"), SLICE_INIT("reply-to") }, false },
    { SLICE_INIT("to:"), { SLICE_INIT("to"), SLICE_INIT("cc") }, false },
    { SLICE_INIT("rtrn:"), { SLICE_INIT("return-path") }, true },
    { SLICE_INIT("rcvd:"), { SLICE_INIT("rcvd0"), SLICE_INIT("rcvd1"), SLICE_INIT("rcvd2") }, true },
    { SLICE_INIT("head:"),
      { SLICE_INIT("x-mailer"), SLICE_INIT("user-agent"), SLICE_INIT("list-id") },
      false },
    { SLICE_INIT("mime:"), { SLICE_INIT("charset"), SLICE_INIT("file") }, true },
    { SLICE_INIT("url:"), { SLICE_INIT("url") }, true },
};

/* ---- lines */

static bool take_number(struct slice *rest, uint32_t *n)
{
    size_t at = rest->n;
    uint64_t value;
    while (at && rest->p[at - 1] != ' ')
        at--;
    if (at < 2 || !slice_uint(slice_from(*rest, at), UINT32_MAX, &value))
        return false;
    *n = (uint32_t)value;
    *rest = slice_sub(*rest, 0, at - 1);
    return true;
}

/* "token spam ham date"; bogoutil leaves out the date where it was never written */
static bool read_entry(char *line, struct entry *x)
{
    uint32_t n[3];
    x->word = slice_chomp(slice_str(line));
    if (!take_number(&x->word, &n[2]) || !take_number(&x->word, &n[1]))
        return false;
    bool dated = take_number(&x->word, &n[0]);
    x->spam = dated ? n[0] : n[1];
    x->ham = dated ? n[1] : n[2];
    return x->word.n > 0 && x->word.n <= WORD_MAX;
}

/* ---- tokens */

static struct slice lowered(struct slice s, char room[WORD_MAX])
{
    for (size_t i = 0; i < s.n; i++)
        room[i] = ascii_lower(s.p[i]);
    return slice_of(room, s.n);
}

static void add(struct bayes_block *b, struct slice kind, struct slice word, const struct entry *x)
{
    bayes_import(b, feature_of(kind, word), x->spam, x->ham);
}

static bool all_capitals(struct slice w)
{
    size_t capitals = 0;
    for (size_t i = 0; i < w.n; i++) {
        if (w.p[i] >= 'a' && w.p[i] <= 'z')
            return false;
        capitals += w.p[i] >= 'A' && w.p[i] <= 'Z';
    }
    return capitals > 1;
}

/* A word of the text; one with a dot may be a host. */
static void add_plain(struct bayes_block *b, const struct entry *x)
{
    char room[WORD_MAX];
    struct slice lower = lowered(x->word, room);
    add(b, SLICE("w"), lower, x);
    if (all_capitals(x->word))
        add(b, SLICE("w"), x->word, x);
    if (slice_chr(lower, '.') > 0)
        add(b, SLICE("url"), lower, x);
}

static void add_kind(struct bayes_block *b, const struct kind *k, struct slice word, const struct entry *x)
{
    char room[WORD_MAX];
    struct slice lower = lowered(word, room);
    for (size_t i = 0; i < 3 && k->kinds[i].n; i++) {
        add(b, k->kinds[i], lower, x);
        if (!k->lower && !slice_eq(lower, word))
            add(b, k->kinds[i], word, x);
    }
}

static bool add_entry(struct bayes_block *b, const struct entry *x)
{
    if (x->word.p[0] == '.' || x->spam + x->ham == 0)
        return false; /* .MSG_COUNT and other words about the list itself */
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (slice_starts(x->word, kinds[i].prefix)) {
            add_kind(b, &kinds[i], slice_from(x->word, kinds[i].prefix.n), x);
            return true;
        }
    add_plain(b, x);
    return true;
}

/* ---- the file */

static int find_counts(FILE *f, struct bayes_imported *done, struct err *e)
{
    char line[LINE_BYTES];
    struct entry x;
    while (fgets(line, sizeof(line), f))
        if (read_entry(line, &x) && slice_eq(x.word, SLICE(COUNTS))) {
            done->spam = x.spam;
            done->ham = x.ham;
        }
    if (ferror(f))
        return err_set(e, ERR_INPUT, "it cannot be read to its end");
    if (done->spam == 0 || done->ham == 0)
        return err_set(e, ERR_INPUT,
                       "it does not say how many messages were learned (" COUNTS
                       "): this is no dump of bogofilter's, as `bogoutil -d` makes it");
    return 0;
}

int bayes_import_may(const struct bayes_block *b, struct err *e)
{
    if (b->imported.spam == 0 && b->imported.ham == 0)
        return 0;
    return err_set(e, ERR_INPUT,
                   "something was taken over before, and would count twice: restore a backup "
                   "of before, or begin anew");
}

int bayes_import_bogofilter(FILE *f, struct bayes_block *b, struct bayes_imported *done, struct err *e)
{
    char line[LINE_BYTES];
    struct entry x;
    memset(done, 0, sizeof(*done));
    if (bayes_import_may(b, e) != 0 || find_counts(f, done, e) != 0)
        return -1;
    rewind(f);
    while (fgets(line, sizeof(line), f)) {
        bool good = read_entry(line, &x);
        done->tokens++;
        done->used += good && add_entry(b, &x);
    }
    bayes_import_end(b, BAYES_OUR_TOKENS, done->spam, done->ham);
    return 0;
}
