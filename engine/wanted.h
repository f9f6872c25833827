/* wanted.h - what a scorer is asked to write beside its findings, and what it wrote
 * Fields and reports are put together from rule files and the message, so they are made where both are: in
 * the sandbox. Fields come back in the answer's frame. A text (the message marked up, which has no limit but
 * the message's own) goes into a memfd that the engine makes, with a size that nobody can change, and hands
 * over with the message: so a scorer needs no more system calls than write(), and cannot use up memory.
 *
 * A scorer's word is not trusted: a field's name is X-Spam- and letters, digits, - and _; values are
 * printable ASCII, their lines apart by LF and white space; tags are one line, so are names and domain of a
 * lesson. What is not is a lie. */
#ifndef ENGINE_WANTED_H
#define ENGINE_WANTED_H

#include "base/wire.h"
#include "message/auth_result.h"

enum {
    WANT_FIELDS = 1,    /* those that files of the site ask for (add_header, rewrite_header, subjprefix) */
    WANT_MAIL = 2,      /* the message as `spamassassin` passes it on */
    WANT_REPORT = 4,    /* the report of `spamassassin -t`, behind it */
    WANT_STRIPPED = 8,  /* the message without markup; no rules are run, nothing else is written */
    WANT_AUTH = 32,     /* results of sender authentication */
    WANT_EVIDENCE = 64, /* what the classifier's opinion rests on, as notes among the findings */
    WANT_FEATURES = 16, /* for the classifier: a bayes_item; no rules are run, nothing else is written */
    WANT_IGNORES =
        256, /* with WANT_FEATURES: of mail that bayes_ignore_from or _to names nothing is written */
    WANT_LESSON = 128,   /* whether it is to be learned by itself, and then a bayes_item as its text */
    WANT_SA_WORDS = 512, /* with WANT_FEATURES: what an import of SpamAssassin's is asked for, too */
};
#define WANT_TEXT (WANT_MAIL | WANT_REPORT | WANT_STRIPPED | WANT_FEATURES | WANT_LESSON)
#define WANT_NO_RULES (WANT_STRIPPED | WANT_FEATURES)

struct engine_wanted {
    unsigned what;
    double required; /* score of spam; a NaN: what rule files say */
};

enum { TAG_FROM, TAG_TO, TAG_SUBJECT, TAG_PREFIX, WRITTEN_TAGS };

#define WRITTEN_FIELDS_MAX 200
#define WRITTEN_NAME_MAX 100
#define WRITTEN_VALUE_MAX (16 * 1024)
#define WRITTEN_TAG_MAX 500
#define WRITTEN_BYTES_MAX (48 * 1024) /* of all fields; what does not fit is left out */

struct engine_field {
    struct slice name, value;
    struct engine_field *next;
};

#define WRITTEN_DOMAIN_MAX 255

enum { LESSON_NONE, LESSON_NO, LESSON_HAM, LESSON_SPAM, LESSON_COUNT };

/* WANT_LESSON. With HAM and SPAM the text is a bayes_item. */
struct engine_lesson {
    unsigned what;       /* NONE: switched off */
    struct slice forced; /* names of rules of autolearn_force, each with a comma behind it */
    struct slice domain; /* who stands for it: of a good signature, else of From; may be empty */
};

struct engine_written {
    uint64_t text; /* bytes */
    bool spam;     /* by the score that was wanted */
    /* WANT_FIELDS */
    struct slice tags[WRITTEN_TAGS]; /* rewrite_header, with its tags replaced; subjprefix; empty: none */
    struct engine_field *fields;     /* in order */
    size_t n_fields;
    /* WANT_AUTH; NULL: there are none */
    const struct auth_results *auth;
    struct engine_lesson lesson;
};

/* What asking the DNS for it was like. */
struct engine_dns {
    uint32_t asked, late, failed;
    uint32_t refused; /* over the limits */
    uint32_t waited_ms;
    bool gone; /* the worker's resolver is: it needs a new channel, and so a successor */
};

/* Whether the answer may hold it. */
bool written_field_fits(struct slice name, struct slice value);
bool written_tag_fits(struct slice tag);

void written_put(struct buf *out, const struct engine_written *w);
/* Borrowed from the frame, but for the list. */
bool written_get(struct wire *in, struct arena *a, struct engine_written *w);

#endif
