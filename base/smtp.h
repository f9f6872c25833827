/* smtp.h - one message to an SMTP server: the client's side of RFC 5321, without I/O of its own
 * What the server said goes in by smtp_feed, what is to be sent comes out; so tests and the fuzz target need
 * no socket. smtp-send.h is the driver over a socket. One connection, one message, one recipient:
 *
 *   greeting -> EHLO (HELO where refused) -> SMTP_READY: the caller looks at `extensions` and calls
 *   smtp_mail -> MAIL, RCPT (together where PIPELINING is offered), DATA -> SMTP_TEXT: the caller calls
 *   smtp_text -> SMTP_DONE with `outcome` and `reply`, QUIT is out.
 *
 * Never sent: an address that could be more than an address (smtp_address_bad), and a text that could be more
 * than one message (smtp_text_bad). A server that says more than it was asked is out of step: SMTP_BROKEN. */
#ifndef BASE_SMTP_H
#define BASE_SMTP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/smtp-reply.h"

enum {
    SMTP_SIZE = 1,       /* RFC 1870 */
    SMTP_8BITMIME = 2,   /* RFC 6152 */
    SMTP_UTF8 = 4,       /* RFC 6531 */
    SMTP_PIPELINING = 8, /* RFC 2920 */
    SMTP_ENHANCED = 16,  /* RFC 2034 */
};

enum smtp_phase {
    SMTP_GREETING,
    SMTP_EHLO,
    SMTP_HELO,
    SMTP_READY, /* the caller's turn: smtp_mail */
    SMTP_MAIL,
    SMTP_RCPT,
    SMTP_DATA,
    SMTP_TEXT, /* the caller's turn: smtp_text */
    SMTP_END,  /* the text is out; its answer decides */
    SMTP_DONE,
};

enum smtp_outcome {
    SMTP_PENDING,
    SMTP_TAKEN,   /* the server has the message */
    SMTP_LATER,   /* 4xx */
    SMTP_REFUSED, /* 5xx */
    SMTP_BROKEN,  /* no SMTP, or the connection ended: it has not got the message */
    SMTP_UNSURE,  /* as before, but when all was sent: perhaps it has */
};

struct smtp_mail {
    struct slice from; /* empty: the null sender */
    struct slice to;
    bool eight_bit; /* the text has bytes >= 0x80 */
    size_t size;
};

struct smtp {
    bool lmtp; /* RFC 2033, set behind smtp_init: LHLO; a text may have bare CR, NUL and long lines, which are
                  the mailbox's to take: it ends by CRLF.CRLF and nothing else there */
    enum smtp_phase phase;
    enum smtp_outcome outcome;
    unsigned extensions;
    uint64_t size_max;       /* by SIZE; 0: no limit stated */
    struct smtp_reply reply; /* the last whole one: the one that decided, when DONE */
    /* inside */
    struct smtp_reader reader;
    char helo[256];
    char rcpt[400]; /* the RCPT command; kept until it may go */
    bool rcpt_sent;
};

/* helo: our name, cut and cleaned to what a host name may hold. */
void smtp_init(struct smtp *s, const char *helo);
/* Takes all of `in`; commands are added to out. */
void smtp_feed(struct smtp *s, struct slice in, struct buf *out);
/* The connection ended, failed, or its time is over. */
void smtp_closed(struct smtp *s);
/* In READY. -1, with nothing sent: an address or the size can't be said to this server. */
int smtp_mail(struct smtp *s, const struct smtp_mail *mail, struct buf *out, struct err *e) MUST_CHECK;
/* In TEXT: the message, dots doubled, and its end. -1, with nothing sent: see smtp_text_bad, or no room. */
int smtp_text(struct smtp *s, struct slice text, struct buf *out, struct err *e) MUST_CHECK;
/* Politely away; in any phase but END. */
void smtp_quit(struct smtp *s, struct buf *out);

/* Why an address can't stand in a command, or NULL. ASCII control characters, angle brackets and spaces
 * outside of a quoted local part, and what is longer than RFC 5321 4.5.3.1.3 with some room. non_ascii: set
 * when it needs SMTPUTF8. */
const char *smtp_address_bad(struct slice address, bool *non_ascii);

/* What a text must not have to be one message for every reader (RFC 5321 2.3.8, 4.5.3.1.6): a set, 0 is good.
 * The text is lines that end in CRLF. */
enum {
    SMTP_BARE_CR = 1,
    SMTP_BARE_LF = 2,
    SMTP_NUL = 4,
    SMTP_LONG_LINE = 8, /* over SMTP_LINE_BYTES */
    SMTP_UNENDED = 16,  /* the last line has no end */
    SMTP_8BIT = 32,     /* no fault by itself */
};
#define SMTP_LINE_BYTES 998
unsigned smtp_text_odd(struct slice text);
static inline unsigned smtp_text_bad(struct slice text)
{
    return smtp_text_odd(text) & ~(unsigned)SMTP_8BIT;
}

#endif
