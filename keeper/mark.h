/* mark.h - the mark that lets one released message pass once
 * A header field, `X-Tamis-Release: ENTRY EXPIRES HMAC`: the entry's id, milliseconds since 1970, and
 * HMAC-SHA256 in hexadecimal over both, the message (mark_hash), the recipient and the address from which it
 * is sent. The key never leaves the keeper: release.key in the quarantine's directory, made at first start.
 *
 * A mark that checks says only that we made it for this message. That it is used once is the sidecar's to
 * say: the keeper notes it there before it is sent, and as used up before it is called good.
 *
 * mark_hash covers what an MTA leaves alone on the way from our SMTP client to a milter: the body, and the
 * fields that say how it is read (MIME-Version, Subject, Content-* but Content-Length) in order, white space
 * as in DKIM's relaxed form. Not covered: fields that MTAs add where they are missing (Message-ID, Date,
 * From), rewrite (addresses), drop (Return-Path, Bcc, Content-Length) or hide (Received), and empty lines at
 * the end. Text with CRLF; a mark in it does not count. One pass, no allocation. */
#ifndef KEEPER_MARK_H
#define KEEPER_MARK_H

#include "base/err.h"
#include "base/slice.h"

#define MARK_FIELD "X-Tamis-Release"
#define MARK_HASH_SIZE 32
#define MARK_KEY_SIZE 32 /* as base/keyfile.h */
#define MARK_HMAC_HEX 64
#define MARK_ID_MAX 32
#define MARK_VALUE_SIZE (MARK_ID_MAX + 1 + 20 + 1 + MARK_HMAC_HEX + 1)

struct mark_key {
    unsigned char bytes[MARK_KEY_SIZE];
};

struct mark {
    struct slice id; /* letters and digits, at most MARK_ID_MAX */
    int64_t expires;
    struct slice hmac; /* hexadecimal */
};

/* what a mark is for */
struct mark_scope {
    const unsigned char *hash; /* MARK_HASH_SIZE */
    struct slice recipient, client;
};

/* Reads the key, or makes one (0600, on disk before it is used). A file of another size or that others can
 * read is refused: ERR_CONFIG. */
int mark_key_open(int directory, const char *name, struct mark_key *key, struct err *e) MUST_CHECK;
void mark_hash(struct slice message, unsigned char hash[MARK_HASH_SIZE]);

void mark_make(const struct mark_key *key, struct slice id, int64_t expires, const struct mark_scope *scope,
               char value[MARK_VALUE_SIZE]);
/* Splits a value; false: it is no mark. Slices of `value`. */
bool mark_parse(struct slice value, struct mark *m);
/* Ours, for this, and not expired at `now` (milliseconds since 1970). Takes the same time for every HMAC. */
bool mark_good(const struct mark_key *key, const struct mark *m, const struct mark_scope *scope, int64_t now);

#endif
