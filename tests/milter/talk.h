/* talk.h - one conversation of a session file, with the boring steps by default
 * A talk knows how far it has come. talk_reach does what is missing: opens, negotiates as Postfix does,
 * connects as mail.example.org [192.0.2.10], greets, names ada@example.org and bob@example.net, gives five
 * header fields (without those that the case gives itself) and a body of two lines. A default step that is
 * not answered by continue is an error.
 * Memory of answers and fields: the arena of the case. */
#ifndef TESTS_MILTER_TALK_H
#define TESTS_MILTER_TALK_H

#include "tests/milter/client.h"
#include "tests/milter/mailfile.h"

enum talk_phase {
    TALK_CLOSED,
    TALK_OPEN,
    TALK_NEGOTIATED,
    TALK_CONNECTED,
    TALK_GREETED,
    TALK_MAIL,
    TALK_RCPT,
    TALK_DATA,
    TALK_HEADER, /* the default fields are sent */
    TALK_EOH,
    TALK_BODY, /* some body is there */
    TALK_ENDED
};

struct talk {
    struct slice name;
    const char *socket;
    struct arena *arena;
    struct mt_client client;
    enum talk_phase phase;
    struct mt_offer offer;
    struct slice host, address;
    char family;
    bool bare;         /* no default fields */
    struct slice *own; /* names of fields that the case gives in this message */
    size_t n_own;
    struct mail_field *sent; /* fields of this message */
    size_t n_sent, room_sent;
    struct buf body; /* not sent yet */
    unsigned messages;
    struct mt_answer answer; /* to the last step */
    struct slice last;       /* name of that step */
    bool unheard;            /* an answer that a `reply` has to name */
    unsigned elapsed_ms;     /* of the last step */
    struct talk *next;
};

void talk_init(struct talk *t, const char *socket, unsigned timeout_ms, struct arena *a);
void talk_deinit(struct talk *t);
int talk_reach(struct talk *t, enum talk_phase phase, struct err *e) MUST_CHECK;

/* One step each; what has to come before is done. */
int talk_connect(struct talk *t, struct err *e) MUST_CHECK;
int talk_helo(struct talk *t, struct slice name, struct err *e) MUST_CHECK;
int talk_mail(struct talk *t, struct slice arguments, struct err *e) MUST_CHECK;
int talk_rcpt(struct talk *t, struct slice arguments, struct err *e) MUST_CHECK;
int talk_data(struct talk *t, struct err *e) MUST_CHECK;
int talk_header(struct talk *t, struct slice name, struct slice value, struct err *e) MUST_CHECK;
int talk_eoh(struct talk *t, struct err *e) MUST_CHECK;
void talk_body(struct talk *t, struct slice text); /* gathered, sent by the next other step */
int talk_send_body(struct talk *t, struct err *e) MUST_CHECK;
int talk_end(struct talk *t, struct err *e) MUST_CHECK;
int talk_abort(struct talk *t, struct err *e) MUST_CHECK;
/* "continue", "reject", ...; "reply code" for y */
const char *talk_answer_name(char kind);

#endif
