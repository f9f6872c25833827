/* entry.h - what the quarantine knows of a message that it holds
 * An entry is a message file, the bytes as they were spooled, and a sidecar, the text form of this struct
 * (keeper/sidecar.h). Slices live as long as what the entry was read into. Text in it came by mail: it may
 * hold any byte. */
#ifndef KEEPER_ENTRY_H
#define KEEPER_ENTRY_H

#include "message/envelope.h"
#include "message/finding.h"

#define KEEPER_ID_SIZE 33            /* letters and digits, NUL included */
#define KEEPER_RECIPIENTS_MAX 100000 /* as recipients_max may be */

enum keeper_recipient_state {
    KEEPER_HELD,      /* has not got it, and can by release */
    KEEPER_DELIVERED, /* has got it */
    KEEPER_REFUSED,   /* the sender was told 5xx; a copy is kept */
    KEEPER_RELEASED,  /* got it by release */
    KEEPER_DELETED,   /* will not get it */
    KEEPER_STATE_COUNT
};
extern const char *const keeper_state_names[KEEPER_STATE_COUNT];

struct keeper_recipient {
    struct slice address;
    enum verdict_class class;   /* highest for this recipient */
    enum verdict_action action; /* what its verdict asked for */
    enum keeper_recipient_state state;
    int64_t released_at; /* seconds since 1970; 0: never */
};

/* a release on its way, see keeper/release.h */
struct keeper_mark {
    struct slice address;
    struct slice hmac; /* hexadecimal */
    bool used;
};

struct keeper_entry {
    char id[KEEPER_ID_SIZE];
    int64_t held_at;          /* seconds since 1970 */
    uint64_t size;            /* bytes of the message */
    struct slice message_id;  /* ours, as in the log */
    struct envelope envelope; /* its list of recipients is empty: they are below */
    class_set classes;        /* union over the recipients */
    enum verdict_class class; /* highest */
    double score, required;
    struct finding_list findings;
    struct slice subject; /* as it came */
    struct keeper_recipient *recipients;
    size_t n_recipients;
    struct keeper_mark *marks; /* at most one an address */
    size_t n_marks;
};

/* 1 to 32 letters and digits */
bool keeper_id_good(struct slice id);

#endif
