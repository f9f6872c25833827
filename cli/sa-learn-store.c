/* sa-learn-store.c - what tamis-sa-learn does with the store as a whole; see sa-learn-store.h */
#include "config.h"
#include "cli/sa-learn-store.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/regex.h"
#include "cli/teacher.h"
#include "keeper/bayes-import.h"
#include "keeper/bayes-text.h"

enum { EXIT_NO = 1, EXIT_TRY_AGAIN = 75 };

int sa_learn_failed(const struct err *e)
{
    fprintf(stderr, "tamis-sa-learn: %s\n", e->text);
    return e->kind == ERR_INPUT ? EXIT_NO : EXIT_TRY_AGAIN;
}

static int written(void)
{
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : EXIT_TRY_AGAIN;
}

/* *s NULL: nothing was learned yet. */
static int open_to_look(const struct config *c, struct bayes_store **s, struct err *e)
{
    const struct bayes_store_options o = { .read_only = true };
    char folder[PATH_MAX];
    config_bayes_directory(c, folder);
    *s = NULL;
    return access(folder, F_OK) == 0 ? bayes_store_open(s, folder, &o, e) : 0;
}

/* ---- --dump */

struct dump {
    const struct bayes_block *b;
    struct regex *only; /* NULL: all */
    struct regex_scratch *scratch;
    size_t tokens;
    int64_t oldest, newest;
};

static void see_time(void *ctx, const struct bayes_memory *m)
{
    struct dump *d = ctx;
    if (d->oldest == 0 || m->at < d->oldest)
        d->oldest = m->at;
    if (m->at > d->newest)
        d->newest = m->at;
}

static void count_tokens(struct dump *d)
{
    struct bayes_token t;
    for (size_t i = 0; i < 1 << BAYES_TOKEN_BITS; i++)
        d->tokens += bayes_token_at(d->b, i, &t);
}

static void put_magic(const struct dump *d)
{
    const struct {
        const char *name;
        uint64_t n;
    } rows[] = { { "bayes db version", 3 },
                 { "nspam", d->b->learned.spam },
                 { "nham", d->b->learned.ham },
                 { "ntokens", d->tokens },
                 { "oldest atime", (uint64_t)d->oldest },
                 { "newest atime", (uint64_t)d->newest },
                 { "last journal sync atime", 0 },
                 { "last expiry atime", 0 },
                 { "last expire atime delta", 0 },
                 { "last expire reduction count", 0 } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        printf("%3.3f %10u %10llu %10u  non-token data: %s\n", 0.0, 0, (unsigned long long)rows[i].n, 0,
               rows[i].name);
}

static void put_tokens(const struct dump *d)
{
    struct bayes_token t;
    for (size_t i = 0; i < 1 << BAYES_TOKEN_BITS; i++) {
        if (!bayes_token_at(d->b, i, &t) ||
            (d->only && regex_match(d->only, d->scratch, slice_str(t.name), 0, NULL) != REGEX_HIT))
            continue;
        printf("%3.3f %10u %10u %10lld  %s\n", t.probability, t.spam, t.ham, (long long)d->newest, t.name);
    }
}

static int dump(struct dump *d, const struct bayes_store *s, bool magic, bool data)
{
    d->b = bayes_store_block(s);
    bayes_store_each(s, see_time, d);
    if (magic) {
        count_tokens(d);
        put_magic(d);
    }
    if (data)
        put_tokens(d);
    return written();
}

int sa_learn_dump(const struct sa_learn_options *o, const struct config *c)
{
    const char *what = o->dump.text ? o->dump.text : "all";
    bool all = strcmp(what, "all") == 0, magic = strcmp(what, "magic") == 0;
    struct bayes_store *s;
    struct dump d = { 0 };
    struct err e;
    if (!all && !magic && strcmp(what, "data") != 0) {
        fprintf(stderr, "Unknown dump option '%s'\n", what);
        return EXIT_NO;
    }
    if (o->regexp && (d.only = regex_new(slice_str(o->regexp), 0, &e)) == NULL)
        return sa_learn_failed(&e);
    if (open_to_look(c, &s, &e) != 0)
        return sa_learn_failed(&e);
    if (s == NULL) {
        fprintf(stderr, "ERROR: Bayes dump returned an error: nothing was learned yet\n");
        return EXIT_NO;
    }
    d.scratch = regex_scratch_new(&(struct regex_limits){ 0 });
    int code = dump(&d, s, all || magic, !magic);
    regex_scratch_free(&d.scratch);
    regex_free(&d.only);
    bayes_store_close(&s);
    return code;
}

/* ---- the whole */

int sa_learn_backup(const struct config *c)
{
    struct bayes_store *s;
    struct err e;
    if (open_to_look(c, &s, &e) != 0)
        return sa_learn_failed(&e);
    bayes_text_write(stdout, s);
    bayes_store_close(&s);
    return written();
}

/* What was there before goes, and what is damaged is set aside. */
static int replace(const struct config *c, const struct bayes_block *b)
{
    struct bayes_store_options o;
    struct bayes_store *s;
    char folder[PATH_MAX];
    struct err e;
    teacher_store_options(c, &o);
    config_bayes_directory(c, folder);
    int done = bayes_store_open(&s, folder, &o, &e);
    if (done != 0 && e.kind == ERR_INPUT) {
        fprintf(stderr, "tamis-sa-learn: %s: what was there stays as *.old\n", e.text);
        o.anew = true;
        done = bayes_store_open(&s, folder, &o, &e);
    }
    if (done != 0)
        return sa_learn_failed(&e);
    done = bayes_store_replace(s, b, &e);
    bayes_store_close(&s);
    return done == 0 ? 0 : sa_learn_failed(&e);
}

static struct bayes_block *new_block(void)
{
    struct bayes_block *b = calloc(1, BAYES_BYTES);
    if (b == NULL)
        fatal("no memory for what was learned");
    return b;
}

int sa_learn_clear(const struct config *c)
{
    struct bayes_block *b = new_block();
    bayes_init(b);
    int code = replace(c, b);
    free(b);
    return code;
}

/* A backup of SpamAssassin's. */
static int take_over(FILE *f, struct bayes_block *b, struct err *e)
{
    struct bayes_imported done;
    bayes_init(b);
    rewind(f);
    if (bayes_import_sa(f, b, &done, NULL, e) != 0)
        return -1;
    fprintf(stderr,
            "tamis-sa-learn: SpamAssassin's own: %llu of %llu tokens taken over, %llu messages that it "
            "remembers passed over\n",
            (unsigned long long)done.used, (unsigned long long)done.tokens, (unsigned long long)done.seen);
    return 1;
}

int sa_learn_restore(const struct sa_learn_options *o, const struct config *c)
{
    struct err e;
    FILE *f = fopen(o->restore, "re");
    if (f == NULL) {
        fprintf(stderr, "tamis-sa-learn: %s: %m\n", o->restore);
        return EXIT_NO;
    }
    struct bayes_block *b = new_block();
    int found = bayes_text_read(f, b, &e);
    if (found == 0)
        found = take_over(f, b, &e);
    fclose(f);
    int code = EXIT_NO;
    if (found < 0)
        fprintf(stderr, "tamis-sa-learn: %s: %s\n", o->restore, e.text);
    else
        code = replace(c, b);
    free(b);
    return code;
}
