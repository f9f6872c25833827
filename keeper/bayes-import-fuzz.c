/* bayes-import-fuzz.c - any bytes as a dump of bogofilter, as a backup of sa-learn's, and as one of ours
 * Holds: what is refused changes nothing that is used, and what is taken over can be asked. */
#include <math.h>
#include <stdlib.h>
#include "keeper/bayes-import.h"
#include "keeper/bayes-text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void ask(const struct bayes_block *b)
{
    const uint64_t tokens[] = { feature_of(SLICE("w"), SLICE("pills")),
                                feature_of(SLICE("subject"), SLICE("Free")) };
    const uint64_t keys[] = { 0x0011223344, 0x71f9451190 };
    struct bayes_features f = { .tokens = tokens, .n_tokens = 2, .sa = keys, .n_sa = 2 };
    struct bayes_result r;
    double share[2], sa_share[2];
    bayes_classify(b, &f, 0, 0, &r);
    bayes_shares(b, &f, share);
    bayes_sa_shares(b, &f, sa_share);
    check(isfinite(r.logit) && r.probability >= 0 && r.probability <= 1 && isfinite(share[0]) &&
          isfinite(share[1]) && isfinite(sa_share[0]) && isfinite(sa_share[1]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bayes_block *b;
    struct bayes_imported done;
    struct err e;
    if (size == 0)
        return 0;
    if (b == NULL)
        b = calloc(1, BAYES_BYTES);
    check(b != NULL);
    b->imported = b->learned = (struct bayes_counts){ 0 };
    bayes_init(b);
    FILE *f = fmemopen((void *)data, size, "r");
    check(f != NULL);
    if (bayes_import_bogofilter(f, b, &done, &e) == 0) {
        check(done.used <= done.tokens && b->imported.spam == done.spam);
        ask(b);
    }
    rewind(f);
    b->imported = b->learned = (struct bayes_counts){ 0 };
    if (bayes_import_sa(f, b, &done, NULL, &e) == 0) {
        check(done.used <= done.tokens && b->imported.spam == done.spam && bayes_wants_sa(b));
        ask(b);
    }
    rewind(f);
    if (bayes_text_read(f, b, &e) == 1)
        ask(b);
    fclose(f);
    return 0;
}
