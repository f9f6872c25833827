/* smtp.c - one message to an SMTP server; see smtp.h
 * Each phase that waits for a reply has one function in `steps`: what a good reply leads to. A reply that is
 * not good ends it, with the outcome that its first digit says. */
#include "base/smtp.h"

#include <stdio.h>

void smtp_init(struct smtp *s, const char *helo)
{
    size_t n = 0;
    memset(s, 0, sizeof(*s));
    smtp_reader_init(&s->reader);
    for (; *helo && n < sizeof(s->helo) - 1; helo++)
        if (ascii_alnum(*helo) || strchr(".-_[]:", *helo))
            s->helo[n++] = *helo;
    if (n == 0)
        memcpy(s->helo, "localhost", sizeof("localhost"));
}

static void end(struct smtp *s, enum smtp_outcome outcome)
{
    s->phase = SMTP_DONE;
    s->outcome = outcome;
}

void smtp_closed(struct smtp *s)
{
    if (s->phase == SMTP_END)
        end(s, SMTP_UNSURE);
    else if (s->phase != SMTP_DONE)
        end(s, SMTP_BROKEN);
}

void smtp_quit(struct smtp *s, struct buf *out)
{
    buf_add_str(out, "QUIT\r\n");
    if (s->phase != SMTP_DONE)
        end(s, SMTP_BROKEN);
}

/* ---- what a good reply leads to */

static void greeted(struct smtp *s, struct buf *out)
{
    buf_printf(out, "%s %s\r\n", s->lmtp ? "LHLO" : "EHLO", s->helo);
    s->phase = SMTP_EHLO;
}

static void ready(struct smtp *s, struct buf *out)
{
    s->phase = SMTP_READY;
}

static void sender_taken(struct smtp *s, struct buf *out)
{
    if (!s->rcpt_sent)
        buf_add_str(out, s->rcpt);
    s->rcpt_sent = true;
    s->phase = SMTP_RCPT;
}

static void recipient_taken(struct smtp *s, struct buf *out)
{
    buf_add_str(out, "DATA\r\n");
    s->phase = SMTP_DATA;
}

static void text_wanted(struct smtp *s, struct buf *out)
{
    s->phase = SMTP_TEXT;
}

static void text_taken(struct smtp *s, struct buf *out)
{
    buf_add_str(out, "QUIT\r\n");
    end(s, SMTP_TAKEN);
}

static const struct step {
    unsigned good; /* first digit of the reply */
    void (*next)(struct smtp *s, struct buf *out);
} steps[] = {
    [SMTP_GREETING] = { 2, greeted },     [SMTP_EHLO] = { 2, ready },
    [SMTP_HELO] = { 2, ready },           [SMTP_MAIL] = { 2, sender_taken },
    [SMTP_RCPT] = { 2, recipient_taken }, [SMTP_DATA] = { 3, text_wanted },
    [SMTP_END] = { 2, text_taken },       [SMTP_DONE] = { 0, NULL },
};

/* ---- replies */

static void offered(struct smtp *s, struct slice line)
{
    static const struct {
        struct slice name;
        unsigned bit;
    } known[] = {
        { SLICE_INIT("SIZE"), SMTP_SIZE },
        { SLICE_INIT("8BITMIME"), SMTP_8BITMIME },
        { SLICE_INIT("SMTPUTF8"), SMTP_UTF8 },
        { SLICE_INIT("PIPELINING"), SMTP_PIPELINING },
        { SLICE_INIT("ENHANCEDSTATUSCODES"), SMTP_ENHANCED },
    };
    struct slice rest = slice_trim(line), word;
    if (!slice_cut(&rest, ' ', &word))
        return;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (slice_ieq(word, known[i].name))
            s->extensions |= known[i].bit;
    if (slice_ieq(word, SLICE("SIZE")) && !slice_uint(slice_trim(rest), UINT64_MAX, &s->size_max))
        s->size_max = 0;
}

static void refused(struct smtp *s, struct buf *out)
{
    unsigned digit = s->reply.code / 100;
    if (s->phase == SMTP_EHLO && digit == 5 && !s->lmtp) { /* a server of before 1995 */
        buf_printf(out, "HELO %s\r\n", s->helo);
        s->extensions = 0;
        s->phase = SMTP_HELO;
        return;
    }
    buf_add_str(out, "QUIT\r\n");
    end(s, digit == 4             ? SMTP_LATER
           : digit == 5           ? SMTP_REFUSED
           : s->phase == SMTP_END ? SMTP_UNSURE
                                  : SMTP_BROKEN);
}

static void reply(struct smtp *s, struct buf *out)
{
    const struct step *step = &steps[s->phase];
    if (step->next == NULL) /* the caller's turn: the server speaks out of turn, to hang up or out of step */
        end(s, s->reader.reply.code == 421 ? SMTP_LATER : SMTP_BROKEN);
    s->reply = s->reader.reply;
    if (step->next == NULL)
        return;
    if (s->reply.code / 100 == step->good)
        step->next(s, out);
    else
        refused(s, out);
}

void smtp_feed(struct smtp *s, struct slice in, struct buf *out)
{
    struct slice line;
    while (s->phase != SMTP_DONE) {
        enum smtp_read got = smtp_read(&s->reader, &in, &line);
        if (got == SMTP_READ_MORE)
            return;
        if (got == SMTP_READ_BAD) {
            smtp_closed(s);
            return;
        }
        if (s->phase == SMTP_EHLO)
            offered(s, line);
        if (got == SMTP_READ_REPLY)
            reply(s, out);
    }
}

/* ---- the transaction */

static int check_address(const struct smtp *s, const char *what, struct slice address, bool *utf8,
                         struct err *e)
{
    bool non_ascii;
    const char *why = smtp_address_bad(address, &non_ascii);
    if (why)
        return err_set(e, ERR_INPUT, "the %s is no address that can be sent: %s", what, why);
    if (non_ascii && !(s->extensions & SMTP_UTF8))
        return err_set(e, ERR_INPUT, "the %s is not ASCII and the server does not take such (no SMTPUTF8)",
                       what);
    *utf8 |= non_ascii;
    return 0;
}

int smtp_mail(struct smtp *s, const struct smtp_mail *mail, struct buf *out, struct err *e)
{
    bool utf8 = false;
    if (s->phase != SMTP_READY)
        bug("smtp: MAIL in phase %d", (int)s->phase);
    if (check_address(s, "sender", mail->from, &utf8, e) != 0 ||
        check_address(s, "recipient", mail->to, &utf8, e) != 0)
        return -1;
    if (mail->to.n == 0)
        return err_set(e, ERR_INPUT, "the recipient is empty");
    if (s->size_max && mail->size > s->size_max)
        return err_set(e, ERR_INPUT, "the message has %zu bytes, the server takes %llu", mail->size,
                       (unsigned long long)s->size_max);
    buf_printf(out, "MAIL FROM:<%.*s>", SLICE_ARG(mail->from));
    if (s->extensions & SMTP_SIZE)
        buf_printf(out, " SIZE=%zu", mail->size);
    if (s->extensions & SMTP_8BITMIME)
        buf_add_str(out, mail->eight_bit ? " BODY=8BITMIME" : " BODY=7BIT");
    buf_add_str(out, utf8 ? " SMTPUTF8\r\n" : "\r\n");
    snprintf(s->rcpt, sizeof(s->rcpt), "RCPT TO:<%.*s>\r\n", SLICE_ARG(mail->to));
    s->rcpt_sent = s->extensions & SMTP_PIPELINING;
    if (s->rcpt_sent)
        buf_add_str(out, s->rcpt);
    s->phase = SMTP_MAIL;
    return 0;
}
