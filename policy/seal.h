/* seal.h - X-Tamis-Verdict: what the gateway decided, signed for whoever files the message
 * The gateway writes it, the delivery agent believes it, nobody else needs to read it:
 *
 *   v=1; t=MILLISECONDS; i=ID; s=SCORE; d=REQUIRED:CLASS:SPAM; r=TAG:REQUIRED:CLASS:SPAM,...; b=HMAC
 *
 * d is the verdict by the site's options, r one a recipient: TAG stands for the address and tells nobody who
 * does not have the key whose it is (recipients may be blind copies). b is HMAC-SHA256 in hexadecimal over
 * the message, its subject and all of the value before it, white space aside, so that MTAs may fold it anew.
 *
 * Of the message is covered what MTAs leave alone between a milter and a mailbox: the first Subject as it
 * leaves us, other Subjects, MIME-Version and Content-* but Content-Length in order, white space as in DKIM's
 * relaxed form; and of the body every byte that is no white space, control character or NUL: line ends are
 * changed on the way (LF, lines cut at 998 bytes), and nothing that a reader sees hangs on them. Not covered:
 * addresses and dates, which MTAs rewrite or add.
 *
 * Several such fields, one that is not written exactly like this, or signed for another message, or by
 * another key, or too old, say nothing. Signed for another recipient: see SEAL_OTHER. */
#ifndef POLICY_SEAL_H
#define POLICY_SEAL_H

#include "base/buf.h"
#include "base/keyfile.h"
#include "message/verdict.h"

#define SEAL_FIELD "X-Tamis-Verdict"
#define SEAL_HASH_SIZE 32
#define SEAL_VALUE_MAX (128 * 1024)

struct seal_verdict {
    double required;
    enum verdict_class class;
    bool spam;
};

/* a message as it leaves the gateway */
struct seal_message {
    unsigned char hash[SEAL_HASH_SIZE]; /* all that is covered but the first Subject */
    bool has_subject;
    struct slice subject; /* value of the first */
};

struct seal_statement {
    int64_t at; /* milliseconds since 1970 */
    struct slice id;
    double score;
    struct seal_verdict site;
    const struct slice *recipients;
    const struct seal_verdict *verdicts; /* of each */
    size_t n;
};

/* Linear; any line ends. What is in m points into the message. */
void seal_hash(struct slice message, struct seal_message *m);
/* Adds the value, folded by "\n\t". */
void seal_make(struct buf *out, const unsigned char key[KEYFILE_BYTES], const struct seal_message *m,
               const struct seal_statement *s);

/* What stays in the mailbox where the verdict does not, which its owner could play again: that this message
 * was filtered for that recipient, and nothing else. Hexadecimal; the message may have been filed since. */
#define SEAL_FILTERED_FIELD "X-Tamis-Filtered"
#define SEAL_FILTERED_HEX 32
void seal_filtered(const unsigned char key[KEYFILE_BYTES], struct slice message, struct slice recipient,
                   char hex[SEAL_FILTERED_HEX + 1]);
/* Whether the message has such a field, which is good for the recipient. */
bool seal_is_filtered(const unsigned char key[KEYFILE_BYTES], struct slice message, struct slice recipient);

enum seal_state {
    SEAL_GOOD,
    SEAL_OTHER, /* good, but not for this recipient: the site's verdict. Addresses are rewritten behind the
                   filter (aliases), and mail can be played again to others: to be believed where it says
                   spam, not where it says that it is none. */
    SEAL_NONE,
    SEAL_SEVERAL,
    SEAL_MALFORMED,
    SEAL_FORGED, /* another message, or another key */
    SEAL_EXPIRED,
    SEAL_STATES
};
extern const char *const seal_state_texts[SEAL_STATES]; /* for people */

struct seal_opened {
    double score;
    struct seal_verdict verdict;
    struct slice id; /* points into text */
    char text[64];
};

struct seal_check {
    const unsigned char *key;       /* KEYFILE_BYTES */
    struct slice recipient, before; /* before: the address before aliases, where the MTA says it; or empty */
    int64_t now;                    /* milliseconds since 1970 */
    unsigned max_age;               /* ms */
};

/* *opened is filled for GOOD and OTHER. */
enum seal_state seal_open(struct slice message, const struct seal_check *c, struct seal_opened *opened);

#endif
