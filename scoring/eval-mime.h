/* eval-mime.h - what one walk over a message's parts and their encoded lines finds */
#ifndef SCORING_EVAL_MIME_H
#define SCORING_EVAL_MIME_H

#include "scoring/check.h"

enum {
    MIME_HAS_ATTACHMENT = 1,   /* mime_attachment */
    MIME_BASE64_TEXT = 2,      /* mime_base64_encoded_text */
    MIME_BAD_ISO = 4,          /* mime_bad_iso_charset */
    MIME_FARAWAY = 8,          /* mime_faraway_charset */
    MIME_ALTERNATIVE = 16,     /* mime_multipart_alternative */
    MIME_LONG_QP = 32,         /* mime_qp_long_line */
    MIME_CAPITAL_CHARSET = 64, /* some part's charset looks like capitals */
};

struct mime_facts {
    unsigned flags;
    size_t html_parts, text_parts, base64_parts, qp_parts;
    size_t qp_bytes, qp_needless; /* in quoted-printable parts: all, =XX for what needs none */
    size_t odd_ascii_lines;       /* of text that says it is ASCII, with NUL, CR or 8 bits */
    size_t plain_bytes, entities; /* text that is not encoded: bytes, and &#x0041; in it */
    double multipart_ratio;       /* bytes of the last text/plain to those of the last text/html */
    size_t base64_line;           /* the longest, with its line end */
    bool has_capitals;            /* the next is known: check_for_uppercase() was asked */
    double capitals;              /* of the text's letters, in per cent */
};

/* Made once a message. */
struct mime_facts *mime_facts(struct check *c);
/* the whole Content-Type of a part, a Content-Transfer-Encoding and the like; empty when absent */
struct slice mime_field(struct check *c, const struct view_part *p, struct slice name);

#endif
