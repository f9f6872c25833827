/* sa-tokens.h - words of a message as SpamAssassin's classifier cuts them, and what its store calls them
 * A store of SpamAssassin's keeps of each word the last five bytes of its SHA-1 alone: to ask for a word of
 * the message at hand, it must be cut, shortened and marked as there (its Plugin/Bayes.pm, 4.0.1): words of
 * the Subject and of the text that is seen, of URIs, of hidden text ("I*:"), of fields ("H*F:") and what
 * Received fields say by the relays. Stop words are not left out here: none is in its store.
 *
 * A set: each word once. Limits: SA_TOKENS_MAX; past it words are left out. Linear. Only made while an import
 * of such a store speaks (bayes_wants_sa()). */
#ifndef SCORING_SA_TOKENS_H
#define SCORING_SA_TOKENS_H

#include "base/buf.h"
#include "scoring/features.h"
#include "scoring/view.h"

#define SA_TOKENS_MAX 10000
#define SA_WORD_MAX 1000 /* bytes; what is longer is no word */
#define SA_KEY_BYTES 5
#define SA_STEPS 4

struct sa_tokens {
    struct arena *a;
    const struct names *ignored; /* fields, in lower case; NULL: none */
    uint64_t *keys;              /* the last 40 bits of each SHA-1 */
    struct slice *texts;         /* "UD:example.org", "H*F:D*example.org" */
    size_t n;
    size_t met;                /* words so far, the same one each time */
    uint32_t *place;           /* open addressing: number + 1 */
    struct buf work[SA_STEPS]; /* a line on its way */
};

/* o: what is ignored; NULL: nothing. Digests of the parts are words where a bayes_token_sources asks for
 * them, as there (or o is NULL). */
void sa_tokens_make(struct sa_tokens *t, struct views *v, const struct features_options *o);

/* Before a sandbox closes: OpenSSL reads its files when it is first used. */
void sa_tokens_warm(void);
/* The key of a word as SpamAssassin wrote it, mark included. */
uint64_t sa_token_key(struct slice text);

/* ---- between the files of this module */

enum sa_region { SA_FIELD, SA_TEXT, SA_URI };

void sa_tokens_add(struct sa_tokens *t, struct slice mark, struct slice word);
/* All words of a line, each with the mark in front. */
void sa_words(struct sa_tokens *t, struct slice line, struct slice mark, enum sa_region region);
/* "U*user", "D*example.org", "D*org" of an address; out is called with each. */
typedef void sa_word_fn(void *ctx, struct slice mark, struct slice word);
void sa_address_words(struct slice address, sa_word_fn *out, void *ctx);
/* A field's value as its words are to be taken from: ids and dates away, addresses apart ... */
struct slice sa_field_prepared(struct arena *a, struct slice name, struct slice value);
void sa_fields(struct sa_tokens *t, struct views *v);

#endif
