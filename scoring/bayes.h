/* bayes.h - the classifier: how likely is it spam, by what was learned here
 * Five members look at the features of a message (features.h) and a combiner learns how far each is to be
 * believed: three logistic regressions (tokens and 4-grams; tokens, pairs and 4-grams; tokens alone),
 * learning online with a step of its own for each feature and divided by the root of the number of features,
 * so that a long text weighs no more than a short one; and two Bayesian ones (Robinson's f(w), Fisher's
 * chi-square in the log domain, length-normalised) over tokens and over pairs.
 *
 * All that was learned lies in one block of memory of fixed size (BAYES_BYTES), without pointers: memory
 * mapped read-only by scorers while one writer changes it. Values that both sides touch are 32 bits wide and
 * written whole; a reader may see a lesson half done, never half a number. Counts are exact until a slot is
 * full; then the slot is halved, or given to a newer feature.
 *
 * A message is judged as a whole and by its beginnings (its header; so far into its text): who puts good
 * words behind a spam leaves its beginning as it was. The worst beginning raises what is said of the whole.
 *
 * bayes_unlearn() takes counts back exactly; the regressions learn the opposite label instead. */
#ifndef SCORING_BAYES_H
#define SCORING_BAYES_H

#include "base/buf.h"
#include "base/err.h"
#include "scoring/features.h"

#define BAYES_MAGIC 0x74616d6973626179u /* "tamisbay" */
#define BAYES_MEMBERS 5
#define BAYES_SLOT_BITS FEATURES_GRAM_BITS
#define BAYES_BUCKET_BITS 18
#define BAYES_WAYS 4
#define BAYES_SEEN 65536
#define BAYES_TOKEN_BITS (BAYES_BUCKET_BITS + 2) /* of the places where tokens are counted */

/* The bits of a feature that its place in the block and its check are made of (bayes-slots.h): features that
 * differ in others only are one. */
#define BAYES_TOKEN_USED 0xffffffffu
#define BAYES_PAIR_USED 0xff07ffffu
#define BAYES_GRAM_USED 0x7ffffu

struct bayes_counts {
    uint32_t spam, ham; /* messages learned */
};

/* The combiner, and how unsure it is of each of its numbers: so far they move with a lesson. */
struct bayes_combiner {
    float bias, weight[BAYES_MEMBERS];
    float bias_spread, weight_spread[BAYES_MEMBERS]; /* variances */
};

/* Counts: 8 bits that check whose they are, 12 bits of spam, 12 bits of ham; 0 is free. */
struct bayes_slot {
    float a, b;         /* weights of a token, pair or 4-gram in two regressions */
    float a_sum, b_sum; /* squares of their gradients so far */
    uint32_t pairs[BAYES_WAYS];
};
struct bayes_bucket {
    uint32_t tokens[BAYES_WAYS];
    float weight, sum; /* in the regression over tokens alone */
};

struct bayes_block {
    uint64_t magic;
    uint32_t version; /* FEATURES_VERSION */
    uint32_t state;   /* BAYES_READY, or readers wait */
    uint64_t serial;  /* lessons so far, each undoing included */
    struct bayes_counts learned;
    struct bayes_combiner combiner;
    struct bayes_counts imported; /* of those learned: by another program, see bayes_import() */
    uint32_t imported_kind;       /* enum bayes_imported_kind */
    unsigned char room[4096 - 92];
    struct bayes_slot slots[1 << BAYES_SLOT_BITS];
    struct bayes_bucket buckets[1 << BAYES_BUCKET_BITS];
    uint64_t seen[BAYES_SEEN]; /* messages that were learned: bayes-seen.h */
};
#define BAYES_BYTES sizeof(struct bayes_block)

/* EMPTY: the writer is at work. BROKEN: it cannot read its store; nothing is known. */
enum { BAYES_EMPTY, BAYES_READY, BAYES_BROKEN };

/* The feature list of a message, as it is learned: plain memory, no pointers into a message. */
struct bayes_features {
    const uint64_t *tokens, *pairs, *grams;
    size_t n_tokens, n_pairs, n_grams;
    struct feature_cut cuts[FEATURES_CUTS];
    size_t n_cuts;
    /* keys of SpamAssassin's words (sa-tokens.h), of the whole message: only while bayes_wants_sa(), and
     * never learned */
    const uint64_t *sa;
    size_t n_sa;
};

struct bayes_result {
    bool known;                   /* false: too little was learned, all else is 0 */
    double logit;                 /* unsaturated; above 0: rather spam */
    double probability;           /* of spam, 0..1 */
    double member[BAYES_MEMBERS]; /* of the whole message, without its beginnings */
};

/* An empty one in memory of BAYES_BYTES that is all zero. */
void bayes_init(struct bayes_block *b);
/* Whether it is one that this program can read. */
int bayes_check(const struct bayes_block *b, struct err *e) MUST_CHECK;

struct bayes_features bayes_features_of(const struct features *f);
struct sa_tokens;
void bayes_features_ask(struct bayes_features *f, const struct sa_tokens *sa);

/* What a sandboxed worker says of a message for learning: its id and features. On the wire between our own
 * processes; who reads trusts nothing. */
struct bayes_item {
    unsigned char id[FEATURES_ID_SIZE];
    struct bayes_features features;
};
/* sa: NULL, or what an import may be asked for. */
void bayes_item_put(struct buf *out, const struct features *f, const struct sa_tokens *sa);
/* The same of one that was read, without the latter: a lesson. */
void bayes_item_write(struct buf *out, const struct bayes_item *item);
bool bayes_item_get(struct slice text, struct arena *a, struct bayes_item *item);
/* The cuts alone, behind the numbers of features. Bad where they do not go forward within the sets. */
struct wire;
void bayes_cuts_put(struct buf *out, const struct bayes_features *f);
void bayes_cuts_get(struct wire *w, struct bayes_features *f);

/* min_spam, min_ham: messages of each kind before it says anything. */
void bayes_classify(const struct bayes_block *b, const struct bayes_features *f, unsigned min_spam,
                    unsigned min_ham, struct bayes_result *out);
/* weight: 1 for a person's word, less for a program's. */
void bayes_learn(struct bayes_block *b, const struct bayes_features *f, bool spam, double weight);
void bayes_unlearn(struct bayes_block *b, const struct bayes_features *f, bool was_spam, double weight);

/* Whether the classifier knows enough, and is sure, that a message is of that kind: then a program that says
 * the same, though nobody looked, teaches nothing. Else who sends thousands of messages that rules take for
 * good moves what is said of all mail. */
bool bayes_is_sure(const struct bayes_block *b, const struct bayes_features *f, bool spam);

/* One of the tokens that are counted: a store keeps no words, only where they stand. */
struct bayes_token {
    uint32_t spam, ham; /* messages */
    double probability; /* of spam, by these counts alone */
    char name[11];      /* ten hexadecimal digits: place and check */
};
/* i: 0 to (1 << BAYES_TOKEN_BITS) - 1. false: nothing is counted there. */
bool bayes_token_at(const struct bayes_block *b, size_t i, struct bayes_token *t);
/* The one of a message's feature. */
bool bayes_token_find(const struct bayes_block *b, uint64_t token, struct bayes_token *t);
/* In how many more messages of the other kind it would have to be until its counts speak no more; 0: they do
 * not speak now. */
unsigned bayes_token_distance(const struct bayes_block *b, const struct bayes_token *t);

/* What another program counted of a token, and then how many messages it had learned. Its counts are frozen
 * and apart from ours; they speak alone at first, and less with each of the BAYES_IMPORT_RAMP messages that
 * are learned here; then no more. There is one import at most, of tokens of ours or of SpamAssassin's keys.
 */
#define BAYES_IMPORT_RAMP 2000
enum bayes_imported_kind { BAYES_OUR_TOKENS, BAYES_SA_KEYS };
/* false: there is no room for it, as all near it say more */
bool bayes_import(struct bayes_block *b, uint64_t token, uint32_t spam, uint32_t ham);
void bayes_import_end(struct bayes_block *b, enum bayes_imported_kind kind, uint32_t spam, uint32_t ham);
/* How far the import still speaks: 1 when nothing was learned here, 0 when enough was. */
double bayes_import_part(const struct bayes_block *b);
/* Whether an import speaks that is asked with SpamAssassin's keys. */
bool bayes_wants_sa(const struct bayes_block *b);
/* What that import counted of one; nothing: all 0. name is not set. */
void bayes_sa_find(const struct bayes_block *b, uint64_t key, struct bayes_token *t);

/* How far each token speaks for spam (> 0) or ham (< 0): its share of the logit of the whole message, by the
 * members over tokens. share: f->n_tokens. */
void bayes_shares(const struct bayes_block *b, const struct bayes_features *f, double *share);
/* The same of each of f->sa; share: f->n_sa. */
void bayes_sa_shares(const struct bayes_block *b, const struct bayes_features *f, double *share);

#endif
