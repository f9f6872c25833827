/* plan.h - a verdict to edits and one reply
 * All edits are planned and checked before the first is sent; effects (milter/effects.c) only carries them
 * out. Knows no milter: an edit is data. Values never hold CR, NUL or a line that does not begin with white
 * space; plan_check proves it. Texts live in the arena. */
#ifndef POLICY_PLAN_H
#define POLICY_PLAN_H

#include "engine/wanted.h"
#include "message/envelope.h"
#include "policy/recipients.h"
#include "policy/seal.h"

#define PLAN_HOLD_MAX 100    /* bytes of a hold reason: Postfix cuts there */
#define PLAN_REMOVE_MAX 2000 /* a message with more fields to remove is rejected, 5.6.0 */

/* An inbound field that may have to go: noted by the session as headers pass. */
struct plan_inbound {
    struct slice name; /* as written */
    unsigned index;    /* 1-based among the fields of that name (case-insensitive) */
};

/* what X-Tamis-Verdict is made with */
struct plan_seal {
    const unsigned char *key;
    struct seal_message message;           /* as it came; its Subject does not count: `subject` below does */
    int64_t now;                           /* milliseconds since 1970 */
    const struct verdict *const *verdicts; /* of the envelope's recipients */
};

struct plan_message {
    const struct envelope *envelope;
    const struct plan_inbound *remove; /* those that policy/strip.h matched */
    size_t n_remove;
    bool has_subject;
    struct slice subject; /* value of the first, as the milter gave it, leading space included */
    struct slice id;      /* our id for log, reply and hold reason: queue id or our own */
    const struct recipients_decision
        *decision;                        /* of the envelope's recipients; NULL: the verdict is of all */
    const struct engine_written *written; /* what rule files of the site ask for; NULL: nothing */
    const char *auth_results;             /* value of Authentication-Results; NULL: none is written */
    bool scanned;                         /* for viruses, by a scanner that answered */
    const char *scanner;          /* who that was, for X-Virus-Scanned: "libclamav 1.4.6"; NULL: not said */
    const struct plan_seal *seal; /* NULL: no verdict is signed */
    bool incomplete;              /* we have not all of its bytes: only the MTA can hold it */
    bool leading_space;           /* SMFIP_HDR_LEADSPC is in force: values carry their own space */
};

enum plan_edit_kind { EDIT_ADD_HEADER, EDIT_INSERT_HEADER, EDIT_CHANGE_HEADER, EDIT_DELETE_HEADER };

struct plan_edit {
    enum plan_edit_kind kind;
    const char *name;
    const char *value; /* NULL for delete; lines apart by \n + white space */
    unsigned index;    /* CHANGE, DELETE: 1-based of that name; INSERT: position */
    struct plan_edit *next;
};

enum plan_reply { REPLY_ACCEPT, REPLY_REJECT, REPLY_TEMPFAIL, REPLY_DISCARD };

/* a recipient who does not get it, as the MTA has to be told */
struct plan_removal {
    const char *address; /* "<bob@example.net>" */
    struct plan_removal *next;
};

struct plan {
    struct plan_removal *removals; /* only with REPLY_ACCEPT */
    struct plan_edit *first, **tail;
    size_t n_edits;
    const char *hold_reason; /* NULL: no hold by the MTA; at most 100 bytes */
    bool store;              /* before the reply is sent a copy must be in the quarantine */
    enum plan_reply reply;
    const char *code, *enhanced,
        *text; /* for REJECT and TEMPFAIL: "550", "5.7.1", text without % and line ends */
    bool
        observed; /* mode = observe: the plan is empty and accepts; what would have been done is in the log */
};

void plan_make(struct plan *p, struct arena *a, const struct verdict *v, const struct plan_message *m,
               const struct policy_options *o);
/* NULL when every edit and the reply are well formed, else what is wrong (a bug of ours: the caller
 * tempfails). */
const char *plan_check(const struct plan *p);

#endif
