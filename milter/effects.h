/* effects.h - carries out a checked plan
 * The only way from a plan to an MTA. What an MTA can do for us is a table of functions, so that sessions are
 * tested without one; effects-milter.c is the table for libmilter.
 *
 * Order: header edits, recipients, then the hold, then the reply: a reply set before smfi_quarantine would
 * lose the hold. Fails: an edit that the MTA did not grant, or one that it refused, stops everything; the
 * caller then tempfails (the MTA applies edits only with an accepting answer, so nothing half done stays). */
#ifndef MILTER_EFFECTS_H
#define MILTER_EFFECTS_H

#include "policy/plan.h"

/* what an MTA may grant; a set of them */
enum {
    GRANT_ADD_HEADERS = 1,
    GRANT_CHANGE_HEADERS = 2,
    GRANT_QUARANTINE = 4,
    GRANT_DELETE_RECIPIENTS = 8,
};

/* Each returns 0, or -1 when the MTA did not take it. Texts are borrowed for the call. */
struct effects_ops {
    int (*add_header)(void *ctx, const char *name, const char *value);
    int (*insert_header)(void *ctx, unsigned position, const char *name, const char *value);
    /* value NULL: delete */
    int (*change_header)(void *ctx, const char *name, unsigned index, const char *value);
    int (*delete_recipient)(void *ctx, const char *address);
    int (*quarantine)(void *ctx, const char *reason);
    int (*reply)(void *ctx, const char *code, const char *enhanced, const char *text);
    /* still working on it; only at the end of a message. -1: the MTA is gone */
    int (*progress)(void *ctx);
    /* value of a macro ("i", "{auth_type}"), NULL where the MTA did not send it */
    const char *(*macro)(void *ctx, const char *name);
};

struct mta {
    const struct effects_ops *ops;
    void *ctx;
};

/* What the plan needs: a set of GRANT_. */
unsigned effects_needed(const struct plan *p);
/* 0, or -1 with what could not be done. Not called for a plan that needs what was not granted. */
int effects_run(const struct plan *p, const struct mta *mta, struct err *e) MUST_CHECK;

#endif
