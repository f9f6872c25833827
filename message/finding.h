/* finding.h - one thing that an opinion found about a message
 * The opinions (scoring, auth, clamglue) make findings; policy turns a list of them into a verdict. They
 * never include each other: this is where they meet. Names and details are slices in the message's arena.
 * finding_put/finding_get carry a list from a worker; the reader trusts nothing: lengths, counts, kinds,
 * finite scores, characters of a name are checked (a name never holds a line end; a detail is bytes for
 * log_quote). */
#ifndef MESSAGE_FINDING_H
#define MESSAGE_FINDING_H

#include "base/wire.h"
#include "message/verdict.h"

enum finding_kind {
    FINDING_RULE,    /* a scored rule hit: name, score, detail = what matched (may be empty) */
    FINDING_SUBRULE, /* a __ rule hit: name; count */
    FINDING_CLASS,   /* a class by itself: bad_header, unchecked/..., banned; name = reason, detail = where */
    FINDING_VIRUS,   /* name = signature */
    FINDING_NOTE,    /* for the report only: "auth", "bayes", ...; no score, no class */
    FINDING_KIND_COUNT
};

struct finding {
    enum finding_kind kind;
    enum verdict_class class; /* FINDING_CLASS, FINDING_VIRUS; else CLASS_CLEAN */
    double score;             /* FINDING_RULE; finite, |score| <= FINDING_SCORE_MAX */
    uint32_t count;           /* hits, at least 1 */
    struct slice name;        /* 1..FINDING_NAME_MAX bytes of [!-~] */
    struct slice detail;      /* 0..FINDING_DETAIL_MAX bytes, anything */
    struct finding *next;     /* order of finding */
};

struct finding_list {
    struct finding *first, **tail; /* finding_list_init, or zeroed: tail NULL means empty */
    size_t n;
    class_set classes;       /* of its class and virus findings */
    struct finding *closing; /* set past FINDING_LIST_MAX */
};

#define FINDING_NAME_MAX 200
#define FINDING_DETAIL_MAX 400
#define FINDING_LIST_MAX 4000
#define FINDING_SCORE_MAX 100000.0

/* Appends a finding (name and detail are copied and cut to their limits; bytes of a name outside [!-~] become
 * ?; an empty one is "?"). Past FINDING_LIST_MAX the list is closed with one class finding unchecked/limit
 * "findings", which is then returned for everything but the first finding of a class not yet in the list: a
 * flood of findings must not buy a milder verdict. */
struct finding *finding_add(struct finding_list *list, struct arena *a, enum finding_kind kind,
                            enum verdict_class class, double score, struct slice name, struct slice detail);
/* Where `out` has not the room for all, viruses and classes go first, then what scores, and the list that
 * arrives is closed as above. */
void finding_put(struct buf *out, const struct finding_list *list);
/* false: the bytes are not a list that finding_put can have made; *list is then undefined. */
bool finding_get(struct wire *in, struct arena *a, struct finding_list *list);

#endif
