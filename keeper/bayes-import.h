/* bayes-import.h - what another program has learned, taken over into our store as far as it can be
 * bogofilter's dump (`bogoutil -d wordlist.db`): its tokens are words, with a field's kind before some, so
 * that our own tokens can be made of them. Words of the text, of Subject, From, To, Return-Path, Received and
 * names of hosts come over with their counts; head: (words of any other field, it does not say which) and
 * mime: only where our token is known. The counts speak by one member (tokens, Bayesian) until own mail
 * teaches the others.
 *
 * Input is another program's file: any bytes, lines of any length (cut), numbers checked. ERR_INPUT and
 * nothing changed where it is none. */
#ifndef KEEPER_BAYES_IMPORT_H
#define KEEPER_BAYES_IMPORT_H

#include <stdio.h>
#include "scoring/bayes.h"

struct bayes_imported {
    uint32_t spam, ham;    /* messages that it had learned */
    uint64_t tokens, used; /* lines; those that became tokens of ours */
};

/* f: seekable. b: changed only when all of it was read. */
int bayes_import_bogofilter(FILE *f, struct bayes_block *b, struct bayes_imported *done,
                            struct err *e) MUST_CHECK;

#endif
