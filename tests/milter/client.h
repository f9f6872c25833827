/* client.h - one connection of an MTA to a milter
 * Blocking, one thread a client. Writes are gathered until an answer is due, as MTAs do. What the filter
 * negotiated is honoured: steps it does not want are not sent, answers it does not give are not waited for,
 * macros are those it asked for. Everything that a real MTA would call a protocol error is one here.
 * Ownership: the client owns its buffers and macros; answers live in the arena they were asked with.
 * Fails: -1 and *e; peer_closed, timed_out and cut say how. */
#ifndef TESTS_MILTER_CLIENT_H
#define TESTS_MILTER_CLIENT_H

#include "base/err.h"
#include "tests/milter/codec.h"

/* indices of macro lists, numbers of the protocol */
enum mt_stage {
    MT_AT_CONNECT,
    MT_AT_HELO,
    MT_AT_MAIL,
    MT_AT_RCPT,
    MT_AT_DATA,
    MT_AT_EOM,
    MT_AT_EOH,
    MT_STAGES
};

struct mt_macro {
    struct slice name, value;
    size_t room; /* bytes at value.p */
    bool fixed;  /* the defaults leave it alone */
    struct mt_macro *next;
};

struct mt_offer {
    uint32_t version, actions, protocol;
    bool sendmail; /* macros as Sendmail sends them; the last body chunk goes with end of message */
};

struct mt_client {
    int fd; /* -1: not connected */
    unsigned timeout_ms;
    struct arena arena; /* macros */
    struct buf out, in;
    size_t in_at;
    struct mt_offer offer;
    struct mt_negotiation got;
    struct slice wanted[MT_STAGES]; /* names of macros */
    struct mt_macro *macros;
    uint64_t sent;
    int64_t cut_at; /* close the connection after so many bytes; -1: never */
    bool trickle;   /* one byte a write */
    bool peer_closed, timed_out, cut;
    bool skip_body, skip_headers;
};

/* What the filter said to one command. */
struct mt_answer {
    char kind;         /* a c d f r s t y; 0: no answer was due */
    struct slice text; /* of y, percent signs undoubled as an MTA does */
    struct mt_edit *edits, **tail;
    size_t n_edits;
    bool quarantined;
    struct slice quarantine;
    unsigned progress;
};

void mt_client_init(struct mt_client *c, unsigned timeout_ms);
void mt_client_deinit(struct mt_client *c);
/* spec: unix:/path, /path, inet:host:port, inet6:host:port; hosts by number or localhost */
int mt_client_open(struct mt_client *c, const char *spec, struct err *e) MUST_CHECK;
void mt_client_close(struct mt_client *c);
int mt_client_negotiate(struct mt_client *c, const struct mt_offer *offer, struct err *e) MUST_CHECK;

/* Sets a macro for all stages that send it; an empty value takes it away. */
void mt_client_macro(struct mt_client *c, struct slice name, struct slice value);
/* As mt_client_macro, and mt_client_macro no longer changes it. */
void mt_client_fix_macro(struct mt_client *c, struct slice name, struct slice value);
/* The macros both MTAs have for a client of this name and address. */
void mt_client_default_macros(struct mt_client *c, struct slice host, struct slice address);

/* Sends one command with its macros and takes the answer, if one is due. */
int mt_client_command(struct mt_client *c, char command, struct slice data, struct arena *a,
                      struct mt_answer *answer, struct err *e) MUST_CHECK;
/* family 4, 6, L (address is a path) or U (no address) */
int mt_client_connect(struct mt_client *c, struct slice host, char family, unsigned port,
                      struct slice address, struct arena *a, struct mt_answer *answer,
                      struct err *e) MUST_CHECK;
/* MAIL and RCPT: the address with its brackets, then ESMTP parameters apart by blanks */
int mt_client_address(struct mt_client *c, char command, struct slice arguments, struct arena *a,
                      struct mt_answer *answer, struct err *e) MUST_CHECK;
/* value as in the mail: with its leading space; what HDR_LEADSPC says is done here */
int mt_client_header(struct mt_client *c, struct slice name, struct slice value, struct arena *a,
                     struct mt_answer *answer, struct err *e) MUST_CHECK;
/* In packets of MT_CHUNK; stops where the filter says skip or anything but continue. */
int mt_client_body(struct mt_client *c, struct slice body, struct arena *a, struct mt_answer *answer,
                   struct err *e) MUST_CHECK;
/* End of message: all edits up to the verdict. last: bytes that go with it, as Sendmail may do. */
int mt_client_end(struct mt_client *c, struct slice last, struct arena *a, struct mt_answer *answer,
                  struct err *e) MUST_CHECK;
/* ABORT, QUIT, QUIT_NC and the like: no answer, no macros */
int mt_client_tell(struct mt_client *c, char command, struct err *e) MUST_CHECK;
/* any bytes, at once; 0 also when the filter closes while they go */
int mt_client_raw(struct mt_client *c, struct slice bytes, struct err *e) MUST_CHECK;
int mt_client_flush(struct mt_client *c, struct err *e) MUST_CHECK;
/* Waits until the filter closes: 0; -1 when it says something or nothing. */
int mt_client_wait_closed(struct mt_client *c, unsigned timeout_ms, struct err *e) MUST_CHECK;
/* SMTP-like: a new message may follow on this connection. */
void mt_client_new_message(struct mt_client *c);

#endif
