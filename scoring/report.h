/* report.h - what SpamAssassin writes about a message: fields, report, markup
 * Made by whoever has rule set and message, that is in a scorer. Everything is put together from templates of
 * the rule files and from the message, and may hold any byte of it; who uses it elsewhere checks it.
 *
 * Input:  the set, the message's views, what hit (findings), what functions said about it (check).
 * Output: text in the arena, or handed to a sink piece by piece (a message as a whole).
 * Limits: REPORT_TEXT_MAX bytes of a field or report; what does not fit is cut.
 * Fails:  never. */
#ifndef SCORING_REPORT_H
#define SCORING_REPORT_H

#include "scoring/check.h"
#include "scoring/report-settings.h"
#include "scoring/ruleset.h"

#define REPORT_TEXT_MAX (256 * 1024)

struct report_hit {
    struct slice name;
    const struct rule *rule; /* NULL: none of the set's */
    double score;
    uint32_t count;
    struct slice detail; /* what matched */
};

/* a message in two halves, as it came */
struct report_halves {
    struct slice separator; /* "From ..." of an mbox, may be empty */
    struct slice header;    /* with the empty line at its end, if there is one */
    struct slice body;
    bool crlf;
};

struct bayes_evidence;

struct report {
    struct arena *a;
    const struct ruleset *set;
    const struct report_settings *s;
    struct views *views;
    struct message *m;
    const struct check *check;      /* lines for the report, captures; NULL: none */
    struct report_hit *hits, *subs; /* in the order of hitting; subs: of __ rules */
    size_t n_hits, n_subs;
    double score, required;
    bool spam;
    int64_t now;
    struct report_halves halves;
    struct slice table, summary;           /* made on first use: _REPORT_, _SUMMARY_ */
    const struct bayes_evidence *evidence; /* made on first use, see report-tokens.h */
    struct slice prefixes;                 /* of subjprefix, each followed by a blank; p NULL: none */
};

/* required: what tamis.conf says, or a NaN: what the rule files say. */
void report_init(struct report *r, const struct ruleset *set, struct views *views,
                 const struct finding_list *findings, const struct check *check, double required);
/* What hit, and what was captured, in the words of SpamAssassin's debug output, to the log. */
void report_debug(struct report *r);

/* A template with its tags replaced. */
void report_fill(struct report *r, struct buf *out, struct slice text);
/* The report that `spamassassin -t` shows; ends in an empty line. */
void report_text(struct report *r, struct buf *out);
/* Value of an add_header field, folded and encoded, without a line end behind it. */
void report_field_value(struct report *r, struct buf *out, const struct report_field *f);

/* Takes what is written, piece by piece. */
struct report_sink {
    void (*put)(void *ctx, struct slice text);
    void *ctx;
};
/* The message as SpamAssassin passes it on: with its fields, spam wrapped as report_safe says. */
void report_mail(struct report *r, const struct report_sink *sink);
/* The message without what report_mail() (or SpamAssassin) put there. Needs no findings. */
void report_strip(struct arena *a, const struct ruleset *set, struct slice raw,
                  const struct report_sink *sink);

/* ---- between the files of this module */

void report_halve(struct report_halves *h, struct arena *a, struct slice raw);
/* Values of the fields of that name in a header, with their line end, in order; in the arena's array *v. */
size_t report_header_values(struct arena *a, struct slice header, struct slice name, struct slice **v);
void report_tables(struct report *r);                   /* makes table and summary */
void report_preview(struct report *r, struct buf *out); /* _PREVIEW_ */
/* All fields for spam or ham, as lines. */
void report_added_fields(struct report *r, struct buf *out, bool spam);
void report_safe_mail(struct report *r, const struct report_sink *sink);
/* Whether the line begins with the name and a colon. */
bool report_line_is(struct slice line, struct slice name);
/* X-Spam-, but not X-Spam-Prev- */
bool report_line_is_ours(struct slice line);

#endif
