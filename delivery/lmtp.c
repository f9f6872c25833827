/* lmtp.c - an LMTP server: commands and replies; see lmtp.h */
#include "delivery/lmtp.h"

static void reply(struct buf *out, const char *text)
{
    buf_printf(out, "%s\r\n", text);
}

static void wrong(struct lmtp *l, struct buf *out, const char *text)
{
    if (++l->errors > LMTP_ERRORS_MAX) {
        buf_printf(out, "421 4.7.0 %s too many errors\r\n", l->host);
        l->phase = LMTP_CLOSED;
    } else
        reply(out, text);
}

void lmtp_put_answer(struct buf *out, const struct answer *a)
{
    const struct answer_info *i = &answers[a->kind];
    buf_printf(out, "%d %s %s\r\n", i->reply, i->enhanced, a->text);
}

static void forget(struct lmtp *l)
{
    l->ops->forget(l->ctx);
    l->has_sender = false;
    l->sender_n = 0;
    l->recipients = 0;
}

void lmtp_init(struct lmtp *l, const struct lmtp_ops *ops, void *ctx, const struct lmtp_limits *limits,
               const char *host, struct buf *out)
{
    memset(l, 0, sizeof(*l));
    l->ops = ops;
    l->ctx = ctx;
    l->limits = *limits;
    l->host = host;
    buf_printf(out, "220 %s LMTP Tamis\r\n", host);
}

/* ---- arguments */

/* "FROM:<a@b> REST": the address between brackets, quotes respected (RFC 5321 4.1.2; a source route before it
 * is dropped). */
static bool take_path(struct slice *args, const char *word, struct slice *address)
{
    struct slice head = slice_str(word), s = slice_trim(*args);
    bool quoted = false;
    if (!slice_istarts(s, head))
        return false;
    s = slice_trim(slice_from(s, head.n));
    if (s.n == 0 || s.p[0] != '<')
        return false;
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '\\' && quoted)
            i++;
        else if (s.p[i] == '"')
            quoted = !quoted;
        else if (s.p[i] == '>' && !quoted) {
            *address = slice_sub(s, 1, i - 1);
            *args = slice_from(s, i + 1);
            ptrdiff_t colon = slice_starts(*address, SLICE("@")) ? slice_chr(*address, ':') : -1;
            if (colon > 0)
                *address = slice_from(*address, (size_t)colon + 1);
            return args->n == 0 || args->p[0] == ' ';
        }
    }
    return false;
}

static bool take_word(struct slice *rest, struct slice *word)
{
    *rest = slice_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    *word = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return n > 0;
}

/* NULL: all is well */
static const char *mail_parameters(struct lmtp *l, struct slice rest)
{
    struct slice word;
    uint64_t size;
    while (take_word(&rest, &word)) {
        if (slice_istarts(word, SLICE("SIZE="))) {
            if (!slice_uint(slice_from(word, 5), UINT64_MAX, &size))
                return "501 5.5.4 SIZE= takes a number";
            if (size > l->limits.message_max)
                return "552 5.3.4 the message is larger than deliver_message_max";
        } else if (!slice_ieq(word, SLICE("BODY=7BIT")) && !slice_ieq(word, SLICE("BODY=8BITMIME")) &&
                   !slice_ieq(word, SLICE("SMTPUTF8")))
            return "555 5.5.4 parameter not supported";
    }
    return NULL;
}

/* ---- commands */

static void do_lhlo(struct lmtp *l, struct slice args, struct buf *out)
{
    if (slice_trim(args).n == 0) {
        wrong(l, out, "501 5.5.4 LHLO NAME");
        return;
    }
    forget(l);
    l->greeted = true;
    buf_printf(out,
               "250-%s\r\n250-PIPELINING\r\n250-SIZE %zu\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
               "250 ENHANCEDSTATUSCODES\r\n",
               l->host, l->limits.message_max);
}

static void do_helo(struct lmtp *l, struct slice args, struct buf *out)
{
    wrong(l, out, "500 5.5.1 this is LMTP: say LHLO");
}

static void do_mail(struct lmtp *l, struct slice args, struct buf *out)
{
    struct slice address;
    if (!l->greeted || l->has_sender) {
        wrong(l, out, l->greeted ? "503 5.5.1 MAIL was said" : "503 5.5.1 LHLO first");
        return;
    }
    if (!take_path(&args, "FROM:", &address)) {
        wrong(l, out, "501 5.5.4 MAIL FROM:<address>");
        return;
    }
    const char *bad = mail_parameters(l, args);
    if (bad) {
        wrong(l, out, bad);
        return;
    }
    l->has_sender = true;
    memcpy(l->sender, address.p, address.n); /* part of a line */
    l->sender_n = address.n;
    reply(out, "250 2.1.0 Ok");
}

static void do_rcpt(struct lmtp *l, struct slice args, struct buf *out)
{
    struct slice address;
    struct answer a = { 0 };
    if (!l->has_sender) {
        wrong(l, out, "503 5.5.1 MAIL first");
        return;
    }
    if (!take_path(&args, "TO:", &address)) {
        wrong(l, out, "501 5.5.4 RCPT TO:<address>");
        return;
    }
    if (slice_trim(args).n) {
        wrong(l, out, "555 5.5.4 parameter not supported");
        return;
    }
    if (l->recipients >= l->limits.recipients_max) {
        reply(out, "452 4.5.3 too many recipients");
        return;
    }
    if (l->ops->recipient(l->ctx, address, &a) != 0) {
        lmtp_put_answer(out, &a);
        return;
    }
    l->recipients++;
    reply(out, "250 2.1.5 Ok");
}

static void do_data(struct lmtp *l, struct slice args, struct buf *out)
{
    struct answer a = { 0 };
    if (l->recipients == 0) {
        wrong(l, out, l->has_sender ? "503 5.5.1 no recipient" : "503 5.5.1 MAIL first");
        return;
    }
    if (l->ops->begin(l->ctx, &a) != 0) {
        lmtp_put_answer(out, &a);
        return;
    }
    l->phase = LMTP_DATA;
    lmtp_data_begin(l);
    reply(out, "354 End with CRLF.CRLF");
}

static void do_rset(struct lmtp *l, struct slice args, struct buf *out)
{
    forget(l);
    reply(out, "250 2.0.0 Ok");
}

static void do_noop(struct lmtp *l, struct slice args, struct buf *out)
{
    reply(out, "250 2.0.0 Ok");
}

static void do_vrfy(struct lmtp *l, struct slice args, struct buf *out)
{
    reply(out, "252 2.5.2 Send some mail, I'll try");
}

static void do_quit(struct lmtp *l, struct slice args, struct buf *out)
{
    reply(out, "221 2.0.0 Bye");
    l->phase = LMTP_CLOSED;
}

static const struct {
    struct slice name;
    void (*run)(struct lmtp *l, struct slice args, struct buf *out);
} commands[] = {
    { SLICE_INIT("LHLO"), do_lhlo }, { SLICE_INIT("MAIL"), do_mail }, { SLICE_INIT("RCPT"), do_rcpt },
    { SLICE_INIT("DATA"), do_data }, { SLICE_INIT("RSET"), do_rset }, { SLICE_INIT("NOOP"), do_noop },
    { SLICE_INIT("QUIT"), do_quit }, { SLICE_INIT("VRFY"), do_vrfy }, { SLICE_INIT("HELO"), do_helo },
    { SLICE_INIT("EHLO"), do_helo },
};

static void command(struct lmtp *l, struct slice line, struct buf *out)
{
    struct slice word;
    if (memchr(line.p, 0, line.n)) {
        wrong(l, out, "500 5.5.2 a NUL in a command");
        return;
    }
    take_word(&line, &word);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (slice_ieq(word, commands[i].name)) {
            commands[i].run(l, line, out);
            return;
        }
    wrong(l, out, "500 5.5.1 unknown command");
}

/* ---- bytes */

static size_t feed_line(struct lmtp *l, struct slice in, struct buf *out)
{
    ptrdiff_t lf = slice_chr(in, '\n');
    size_t n = lf < 0 ? in.n : (size_t)lf;
    if (n > sizeof(l->line) - l->line_n)
        l->line_too_long = true;
    else {
        memcpy(l->line + l->line_n, in.p, n);
        l->line_n += n;
    }
    if (lf < 0)
        return n;
    struct slice line = slice_of(l->line, l->line_n);
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    bool too_long = l->line_too_long;
    l->line_n = 0;
    l->line_too_long = false;
    if (too_long)
        wrong(l, out, "500 5.5.2 line too long");
    else
        command(l, line, out);
    return n + 1;
}

/* A reply for each recipient that was taken, in their order (RFC 2033 4.2). */
static void conclude(struct lmtp *l, struct buf *out)
{
    bool broken = l->too_large;
    l->phase = LMTP_COMMANDS;
    if (!broken)
        l->ops->complete(l->ctx);
    for (size_t i = 0; i < l->recipients; i++) {
        struct answer a = { ANSWER_SIZE, "the message is larger than deliver_message_max" };
        if (!broken)
            l->ops->deliver(l->ctx, i, &a);
        lmtp_put_answer(out, &a);
        l->ops->flush(l->ctx, out);
    }
    forget(l);
}

void lmtp_feed(struct lmtp *l, struct slice in, struct buf *out)
{
    while (in.n && l->phase != LMTP_CLOSED) {
        if (l->phase == LMTP_COMMANDS) {
            in = slice_from(in, feed_line(l, in, out));
            continue;
        }
        bool ended;
        in = slice_from(in, lmtp_data(l, in, &ended));
        if (ended)
            conclude(l, out);
    }
}

void lmtp_closed(struct lmtp *l)
{
    forget(l);
    l->phase = LMTP_CLOSED;
}
