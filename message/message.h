/* message.h - one message as everybody sees it
 * Parsed once, in one place, into the message's arena; opinions read it and never change it. What is costly
 * (text, URIs) is made on first use and kept.
 *
 * Input: bytes as spooled (LF or CRLF), the envelope. Never fails on content. Limits: message/limits.h; what
 * was given up is in flags, and message_findings() says it in the words of the verdict table. */
#ifndef MESSAGE_MESSAGE_H
#define MESSAGE_MESSAGE_H

#include "message/address.h"
#include "message/envelope.h"
#include "message/finding.h"
#include "message/mime.h"
#include "message/received.h"
#include "message/text.h"
#include "message/uri.h"

enum {
    MESSAGE_EMPTY = 1,
    MESSAGE_BODY_NUL = 2,
    MESSAGE_BODY_BARE_CR = 4,
    MESSAGE_BODY_BARE_LF = 8, /* LF without CR in a message that has CRLF lines */
    MESSAGE_TEXT_CUT = 16,
    MESSAGE_URI_CUT = 32,
};

struct message {
    struct arena *arena;
    const struct message_limits *limits;
    const struct envelope *envelope; /* never NULL: an empty one when nothing is known */
    struct slice raw;
    struct header_block *headers; /* the root's block */
    struct mime_tree mime;
    struct relay_list relays; /* the synthetic one first, if any */
    struct slice synthetic;   /* text of the synthetic fields (Return-Path, Received), may be empty */
    unsigned flags;
    /* made on first use */
    struct text_part *texts;
    struct uri_list uris;
    bool has_texts, has_uris;
};

void message_parse(struct message *m, struct arena *a, struct slice raw, const struct envelope *env,
                   const struct message_limits *l);
struct text_part *message_texts(struct message *m);
const struct uri_list *message_uris(struct message *m);
/* The decoded Subject (last field of that name), empty when absent. */
struct slice message_subject(struct message *m);

/* What the parsers found odd: bad_header (syntax that a real mailer does not produce: NUL, controls, bare CR,
 * no colon, repeated single-use fields, ...), unchecked/ambiguous (MIME_AMBIGUOUS), unchecked/limit,
 * unchecked/partial. One finding a reason, detail says where ("message", "part 3"). Reads the texts. */
void message_findings(struct message *m, struct finding_list *out);

/* Everything that message/ opens lazily, before a sandbox closes: charsets, public suffixes, time zone. */
void message_warm(void);

#endif
