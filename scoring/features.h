/* features.h - what the classifier sees of a message
 * Three sets of hashes, of 32 bits (4-grams: FEATURES_GRAM_BITS): tokens (words of fields with the field's
 * name, words of the text, pieces of URIs, addresses and hosts, tags, attachments), pairs of words that stand
 * near each other, and byte 4-grams of the first bytes of header and body. A set holds each once, in the
 * order of meeting. Text that is not shown has tokens of its own class. Fields of filters (ours and others')
 * are left out.
 *
 * The hash is part of the store's format: FEATURES_VERSION changes with it. Linear; limits are constants. */
#ifndef SCORING_FEATURES_H
#define SCORING_FEATURES_H

#include "message/message.h"

#define FEATURES_VERSION 3
#define FEATURES_TOKENS_MAX 6000
#define FEATURES_PAIRS_MAX 6000
#define FEATURES_GRAMS_MAX 8192
#define FEATURES_GRAM_BITS 19

struct names;
struct regex;
struct regex_scratch;

struct feature_set {
    uint64_t *v;
    size_t n, max;
    size_t cap; /* of v, for now */
    struct arena *arena;
    uint32_t *seen; /* open addressing, twice as many slots as v has; of 4-grams: a bit each */
    size_t mask;
    uint64_t key; /* of the places in seen */
};

#define FEATURES_ID_SIZE 32
#define FEATURES_CUTS 6

/* How much of each set stands before some place of the message. */
struct feature_cut {
    uint32_t tokens, pairs, grams;
};

struct features {
    struct arena *a;
    const struct features_options *o;
    unsigned char
        id[FEATURES_ID_SIZE]; /* the same for the same message, whatever the way to the mailbox added */
    struct feature_set tokens, pairs, grams;
    struct feature_cut cuts[FEATURES_CUTS]; /* behind the header, and on the way through the text */
    unsigned n_cuts;
    /* while it is made: the last words of the text at hand, for pairs */
    uint64_t last[4];
    unsigned n_last;
    struct feature_names *names; /* NULL: not asked for */
};

/* What is not to be looked at. Nothing set: all is. */
enum {
    FEATURES_NO_HEADER = 1,
    FEATURES_NO_VISIBLE = 2,   /* text that a reader sees */
    FEATURES_NO_INVISIBLE = 4, /* text that a page hides */
    FEATURES_NO_URI = 8,
    FEATURES_NO_PARTS = 16, /* types, tags, names of attachments */
};

/* As rule files ask for it, see features-settings.h. Who classifies and who learns must use the same. */
struct features_options {
    unsigned without;            /* FEATURES_NO_... */
    unsigned word_max;           /* bytes; of a longer word its beginning counts; 0: WORD_MAX */
    const struct names *ignored; /* fields, in lower case; NULL: none */
    /* Words that match one of these are no tokens, nor neighbours. Of their characters 4-grams are made. */
    struct regex *const *stop;
    size_t n_stop;
    struct regex_scratch *scratch; /* of this process; needed where n_stop is not 0 */
};

/* For `tamis explain`: what a token was made of. */
struct feature_name {
    uint64_t feature;
    struct slice text; /* "subject:casino", "url:example.org" */
};
struct feature_names {
    struct feature_name *v;
    size_t n, cap;
};

/* o and names may be NULL. Everything lives in a. */
void features_make(struct features *f, struct arena *a, struct message *m, const struct features_options *o,
                   struct feature_names *names);

/* The feature of a token, as a message that holds it has it. */
uint64_t feature_of(struct slice kind, struct slice text);

/* ---- between the files of this module */

bool feature_set_add(struct feature_set *s, uint64_t feature);
/* One token; kind is a short name ("from", "url"), what it is the text. */
uint64_t features_token(struct features *f, struct slice kind, struct slice text);
/* The same in lower case (ASCII). */
uint64_t features_lower(struct features *f, struct slice kind, struct slice text);
/* Words of a text: each a token of that kind, lower-cased if asked for, and a word of the pairs. */
void features_words(struct features *f, struct slice kind, struct slice text, bool lower, bool pairs);
void features_break(struct features *f); /* the next word is no neighbour of the last */
/* "mail.example.org" -> mail.example.org, example.org, org */
void features_host(struct features *f, struct slice kind, struct slice host);
void features_grams(struct features *f, char area, struct slice text);
/* What was made so far is the beginning of the message. */
void features_cut(struct features *f);
/* "a1b2" -> "a9a9", runs as one: how a program writes its ids */
void features_shape(struct features *f, struct slice kind, struct slice text);
/* Whether the site has it so that this field says nothing. */
bool features_ignores(const struct features *f, struct slice field);
void features_header(struct features *f, struct message *m);
void features_relays(struct features *f, struct message *m);
void features_sender(struct features *f, struct message *m);
void features_looks(struct features *f, struct message *m);
void features_body(struct features *f, struct message *m);
/* f->id from Message-ID, Date, From, Subject and the text without white space. No cryptographic hash: who
 * makes two messages of one id has made one lesson of both. */
void features_identify(struct features *f, struct message *m);

#endif
