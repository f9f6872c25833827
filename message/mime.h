/* mime.h - a message as a tree of MIME parts
 * Input: the whole message (LF or CRLF); never copied, parts are slices of it. Iterative; linear in the
 * message for any nesting (the boundaries of all open multiparts are looked up by hash, not tried one by
 * one). Past mime_max_depth or mime_max_parts the rest is one opaque leaf and MIME_TRUNCATED is set on it.
 * RFC 2045 5, RFC 2046 5.1, 5.2.1, RFC 6532 (message/global).
 *
 * Ambiguity: where two readers would see different parts, the tree follows the most common reading and the
 * part is flagged. MIME_AMBIGUOUS is the set of flags that matter: a scanner that read only this tree has not
 * read all. */
#ifndef MESSAGE_MIME_H
#define MESSAGE_MIME_H

#include "message/header.h"
#include "message/param.h"
#include "message/transfer.h"

enum {
    /* two boundary parameters that differ, or one spelled so that readers get different values */
    MIME_SEVERAL_BOUNDARIES = 1 << 0,
    MIME_SEVERAL_TYPES = 1 << 1,      /* several Content-Type fields that differ */
    MIME_SEVERAL_ENCODINGS = 1 << 2,  /* several Content-Transfer-Encoding fields that differ */
    MIME_BOUNDARY_ELSEWHERE = 1 << 3, /* boundary in Content-Disposition or another field */
    MIME_ODD_COMMENT = 1 << 4,        /* a comment inside type, boundary or encoding */
    MIME_ODD_SYNTAX = 1 << 5,         /* quoting, missing or doubled semicolons, controls in Content-Type */
    /* base64 or quoted-printable on multipart or message (RFC 2045 6.4), unless undoing it would change no
     * boundary */
    MIME_ENCODED_MULTIPART = 1 << 6,
    MIME_NO_BOUNDARY = 1 << 7,      /* multipart without (or with an empty) boundary: a leaf */
    MIME_BOUNDARY_UNSEEN = 1 << 8,  /* its boundary never occurs: a leaf */
    MIME_UNKNOWN_ENCODING = 1 << 9, /* or a known one with something else beside it */
    MIME_BOUNDARY_PREFIX = 1 << 10, /* a line begins with an open boundary and goes on otherwise */
    /* the same boundary as an outer multipart, or a line that closes one and is a delimiter of another */
    MIME_BOUNDARY_REUSED = 1 << 11,
    MIME_BAD_NESTING = 1 << 12, /* an outer boundary came before the inner one was closed */
    MIME_UNCLOSED = 1 << 13,    /* the message ended before the closing boundary */
    MIME_PREAMBLE = 1 << 14, /* text before the first boundary, other than white space and the usual notice */
    MIME_EPILOGUE = 1 << 15, /* text behind the last */
    MIME_TRUNCATED = 1 << 16,        /* a limit was reached here */
    MIME_BARE_CR_BOUNDARY = 1 << 17, /* a boundary behind or before a bare CR: a line end for some readers */
    MIME_NO_VERSION = 1 << 18,       /* MIME fields without MIME-Version (noted, not ambiguous) */
    MIME_PARTIAL = 1 << 19,          /* message/partial */
    MIME_EXTERNAL = 1 << 20,         /* message/external-body */
    MIME_HEADERS_ODD = 1 << 21,      /* the part's header block was malformed (see its flags) */
    MIME_REOPENED = 1 << 22, /* its boundary goes on behind its closing line: parts for some readers */
    /* Content- fields for some readers only: behind a bare CR, behind a line that ended the block and is no
     * field, behind an empty block, at or behind a fold of blanks or a name with a blank behind it */
    MIME_HIDDEN_FIELDS = 1 << 23,
    MIME_CONTROL = 1 << 24, /* control characters in Content-Type or Content-Transfer-Encoding */
    /* NO_BOUNDARY or BOUNDARY_UNSEEN, and the body looks like parts; or no multipart, and its boundary is
       there */
    MIME_BOUNDARY_GUESS = 1 << 25,
    /* much of the base64 is none, or stands behind padding: readers skip it, stop, begin anew or show it */
    MIME_BAD_BASE64 = 1 << 26,

    MIME_AMBIGUOUS = MIME_SEVERAL_BOUNDARIES | MIME_SEVERAL_TYPES | MIME_SEVERAL_ENCODINGS |
                     MIME_BOUNDARY_ELSEWHERE | MIME_ODD_COMMENT | MIME_ENCODED_MULTIPART |
                     MIME_UNKNOWN_ENCODING | MIME_BOUNDARY_PREFIX | MIME_BOUNDARY_REUSED |
                     MIME_BARE_CR_BOUNDARY | MIME_REOPENED | MIME_HIDDEN_FIELDS | MIME_CONTROL |
                     MIME_BOUNDARY_GUESS | MIME_BAD_BASE64
};

enum mime_kind {
    MIME_LEAF,
    MIME_MULTIPART,
    MIME_MESSAGE, /* message/rfc822 and its like: one child, the enclosed message */
};

struct mime_part {
    struct mime_part *parent, *child, *sibling;
    struct mime_part *next; /* in order of the document (depth first); the root's is its first child */
    unsigned index;         /* 0 is the root */
    unsigned depth;
    enum mime_kind kind;
    unsigned flags;
    struct header_block headers;
    struct slice whole; /* headers and body */
    struct slice body;  /* encoded; without the line end that belongs to the following boundary */
    struct slice type;  /* "text/plain", lower case; the default of RFC 2045 5.2 where absent or broken */
    struct slice type_given; /* as written, empty when absent */
    struct slice charset;    /* parameter, may be empty */
    struct slice boundary;
    struct slice name;        /* file name, decoded to UTF-8: Content-Disposition's, else Content-Type's */
    struct slice disposition; /* lower case, may be empty */
    struct param_value type_params;
    enum transfer_encoding encoding;
    /* the decoded body, made on first use by mime_decoded() */
    struct slice decoded;
    bool is_decoded;
    unsigned transfer_flags;
};

struct mime_tree {
    struct mime_part *root;
    unsigned parts, depth; /* seen */
    unsigned flags;        /* the union of all parts' */
};

#define mime_foreach(part, tree) for (struct mime_part *part = (tree)->root; part; part = part->next)

void mime_parse(struct mime_tree *t, struct arena *a, struct slice message, const struct message_limits *l);
/* The body with its transfer encoding undone, at most max bytes (sets TRANSFER_CUT in transfer_flags).
 * Cached: the first call's max counts. */
struct slice mime_decoded(struct mime_part *p, struct arena *a, size_t max);

#endif
