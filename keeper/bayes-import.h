/* bayes-import.h - what another program has learned, taken over into our store as far as it can be
 * bogofilter's dump (`bogoutil -d wordlist.db`): its tokens are words, with a field's kind before some, so
 * that our own tokens can be made of them. Words of the text, of Subject, From, To, Return-Path, Received and
 * names of hosts come over with their counts; head: (words of any other field, it does not say which) and
 * mime: only where our token is known. The counts speak by one member (tokens, Bayesian) until own mail
 * teaches the others.
 * SpamAssassin's (`sa-learn --backup`): its tokens are ends of hashes, of which no word can be made; but as
 * long as they speak, the words of the message at hand are made as SpamAssassin makes them
 * (scoring/sa-tokens.h) and looked up under the same. All tokens come over; the messages that it remembers do
 * not, as nobody else makes their ids.
 * There is one import: a second one, of either kind, is refused, as both would count the same mail.
 *
 * Input is another program's file: any bytes, numbers checked; ERR_INPUT where it is none, and which line is
 * wrong. The block is the caller's own, to be thrown away then. */
#ifndef KEEPER_BAYES_IMPORT_H
#define KEEPER_BAYES_IMPORT_H

#include <stdio.h>
#include "scoring/bayes.h"

struct bayes_imported {
    uint32_t spam, ham;    /* messages that it had learned */
    uint64_t tokens, used; /* of the file; those that were taken over */
    uint64_t seen;         /* messages that it remembers */
};

/* Called now and then on the way through a long file; may be NULL. */
typedef void bayes_import_tell(uint64_t lines);

/* -1: something was taken over before. */
int bayes_import_may(const struct bayes_block *b, struct err *e) MUST_CHECK;
int bayes_import_sa(FILE *f, struct bayes_block *b, struct bayes_imported *done, bayes_import_tell *tell,
                    struct err *e) MUST_CHECK;

/* f: seekable. */
int bayes_import_bogofilter(FILE *f, struct bayes_block *b, struct bayes_imported *done,
                            struct err *e) MUST_CHECK;

#endif
