/* handover.c - a message to the LMTP server of Dovecot or Cyrus; see handover.h */
#include "delivery/handover.h"

#include <unistd.h>
#include "base/buf.h"
#include "base/os.h"
#include "base/smtp-send.h"

struct handing {
    struct buf text; /* CRLF */
    bool greeted;    /* it is a server, and takes mail from us */
    bool folder;     /* it is said in the address */
};

static void put_line(struct buf *b, struct slice line)
{
    bool ended = line.p[line.n - 1] == '\n';
    buf_add_slice(b, ended ? slice_sub(line, 0, line.n - 1) : line);
    if (ended)
        buf_add_str(b, "\r\n");
}

static void compose(struct buf *b, const struct slice *pieces, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct slice rest = pieces[i], line;
        while (slice_line(&rest, &line))
            put_line(b, line);
    }
    if (b->n && b->p[b->n - 1] != '\n')
        buf_add_str(b, "\r\n");
}

static int give_text(void *ctx, unsigned extensions, struct slice *text, struct err *e)
{
    struct handing *h = ctx;
    h->greeted = true;
    *text = buf_slice(&h->text);
    return h->text.full ? err_set(e, ERR_RETRY, "the message is too large to be handed over") : 0;
}

static bool can_be_said(struct slice folder)
{
    for (size_t i = 0; i < folder.n; i++)
        if (!ascii_alnum(folder.p[i]) && strchr("-_./", folder.p[i]) == NULL)
            return false;
    return folder.n > 0;
}

static void put_recipient(struct buf *b, const struct handover *h, bool folder)
{
    buf_add_slice(b, h->local);
    if (folder) {
        buf_add_char(b, h->delimiter);
        buf_add_slice(b, h->folder);
    }
    if (h->domain.n) {
        buf_add_char(b, '@');
        buf_add_slice(b, h->domain);
    }
}

static const struct {
    const char *enhanced; /* the start of what the server said */
    enum answer_kind kind;
} kinds[] = {
    { "5.1.", ANSWER_NO_USER }, { "5.2.2", ANSWER_OVER_QUOTA }, { "5.3.4", ANSWER_SIZE },
    { "4.2.2", ANSWER_QUOTA },  { "4.3.1", ANSWER_FULL },
};

/* A refusal of us, or of how we speak, and not of this message: what is set wrong can be set right. */
static bool is_ours(const struct handing *h, const struct smtp_reply *reply)
{
    static const unsigned codes[] = { 500, 502, 503, 504, 521, 530, 534, 535, 538, 555 };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (reply->code == codes[i])
            return true;
    return !h->greeted;
}

static int refuse(struct answer *a, const struct handing *h, enum smtp_outcome outcome,
                  const struct smtp_reply *reply, const struct err *e)
{
    if (outcome == SMTP_REFUSED && is_ours(h, reply))
        return answer_set(a, ANSWER_CONFIG, "handing it over: %s", e->text);
    enum answer_kind kind = outcome == SMTP_REFUSED && reply->code ? ANSWER_REFUSED : ANSWER_FAULT;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (reply->code && strncmp(reply->text, kinds[i].enhanced, strlen(kinds[i].enhanced)) == 0 &&
            (kinds[i].enhanced[0] == '5') == (outcome == SMTP_REFUSED))
            kind = kinds[i].kind;
    if (kind == ANSWER_NO_USER && h->folder) /* the user is known: how folders are said is set wrong */
        kind = ANSWER_CONFIG;
    return answer_set(a, kind, "handing it over: %s", e->text);
}

int handover(const struct handover *h, const struct slice *pieces, size_t n, struct answer *a)
{
    uint64_t until = clock_ms() + h->timeout;
    struct handing text = { .folder = h->delimiter && can_be_said(h->folder) };
    struct buf recipient;
    struct smtp_reply reply = { 0 };
    struct err e = { 0 };
    buf_init(&text.text, SIZE_MAX / 4);
    buf_init(&recipient, 1000);
    compose(&text.text, pieces, n);
    put_recipient(&recipient, h, text.folder);
    const struct smtp_delivery d = { .lmtp = true,
                                     .helo = h->host,
                                     .from = h->sender,
                                     .to = buf_slice(&recipient),
                                     .text = give_text,
                                     .ctx = &text };
    enum smtp_outcome outcome = smtp_deliver(h->fd, &d, until, &reply, &e);
    close(h->fd);
    if (outcome == SMTP_TAKEN)
        answer_set(a, ANSWER_DONE, "handed over: %s", reply.text);
    else
        refuse(a, &text, outcome, &reply, &e);
    buf_deinit(&recipient);
    buf_deinit(&text.text);
    return outcome == SMTP_TAKEN ? 0 : -1;
}
