/* smtp-test.c - the SMTP client against scripted servers */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/os.h"
#include "base/smtp-model.h"
#include "base/smtp-send.h"

#define ALL                                                                                                  \
    "250-mx\r\n250-SIZE 1000\r\n250-8bitmime\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 "                      \
    "ENHANCEDSTATUSCODES\r\n"

/* ---- the protocol alone: what the server says in turn, and what came of it */

static const struct conversation {
    const char *name, *says[8], *sent;
    enum smtp_outcome outcome;
    unsigned code;
} conversations[] = {
    { "plain",
      { "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 2.0.0 queued as 1\r\n" },
      "EHLO me|MAIL FROM:<a@b>|RCPT TO:<c@d>|DATA|x: y||..|.|QUIT|",
      SMTP_TAKEN,
      250 },
    { "pipelining",
      { "220 mx\r\n", ALL, "250 ok\r\n250 ok\r\n", "354 go\r\n", "250 ok\r\n" },
      "EHLO me|MAIL FROM:<a@b> SIZE=9 BODY=7BIT|RCPT TO:<c@d>|DATA|x: y||..|.|QUIT|",
      SMTP_TAKEN,
      250 },
    { "helo",
      { "220 mx\r\n", "502 what\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n" },
      "EHLO me|HELO me|MAIL FROM:<a@b>|RCPT TO:<c@d>|DATA|x: y||..|.|QUIT|",
      SMTP_TAKEN,
      250 },
    { "greeted_by_554", { "554 no\r\n" }, "QUIT|", SMTP_REFUSED, 554 },
    { "sender_refused",
      { "220 mx\r\n", "250 mx\r\n", "550 5.1.8 no\r\n" },
      "EHLO me|MAIL FROM:<a@b>|QUIT|",
      SMTP_REFUSED,
      550 },
    { "recipient_later",
      { "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "450-4.2.0 busy\r\n450 4.2.0 come again\r\n" },
      "EHLO me|MAIL FROM:<a@b>|RCPT TO:<c@d>|QUIT|",
      SMTP_LATER,
      450 },
    { "text_refused",
      { "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "550 5.7.1 spam\r\n" },
      "EHLO me|MAIL FROM:<a@b>|RCPT TO:<c@d>|DATA|x: y||..|.|QUIT|",
      SMTP_REFUSED,
      550 },
    { "data_answered_by_250",
      { "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "250 ok\r\n" },
      "EHLO me|MAIL FROM:<a@b>|RCPT TO:<c@d>|DATA|QUIT|",
      SMTP_BROKEN,
      250 },
    { "out_of_step", { "220 mx\r\n250 mx\r\n250 too much\r\n" }, "EHLO me|", SMTP_BROKEN, 250 },
    { "shuts_down", { "220 mx\r\n", "250 mx\r\n421 4.3.2 down\r\n" }, "EHLO me|", SMTP_LATER, 421 },
    { "http", { "HTTP/1.0 400 what\r\n" }, "", SMTP_BROKEN, 0 },
    { "codes_differ", { "220-mx\r\n250 mx\r\n" }, "", SMTP_BROKEN, 0 },
    { "code_out_of_range", { "150 mx\r\n" }, "", SMTP_BROKEN, 0 },
    { "lf_lines",
      { "220 mx\n", "250-mx\n250 SIZE\n" },
      "EHLO me|MAIL FROM:<a@b> SIZE=9|",
      SMTP_PENDING,
      250 },
    { "gone_in_the_end",
      { "220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "" },
      "EHLO me|MAIL FROM:<a@b>|RCPT TO:<c@d>|DATA|x: y||..|.|",
      SMTP_UNSURE,
      354 },
};

static void caller(struct smtp *s, struct buf *out)
{
    const struct smtp_mail mail = { .from = SLICE("a@b"), .to = SLICE("c@d"), .size = 9 };
    struct err e;
    if (s->phase == SMTP_READY)
        assert_int_equal(smtp_mail(s, &mail, out, &e), 0);
    if (s->phase == SMTP_TEXT)
        assert_int_equal(smtp_text(s, SLICE("x: y\r\n\r\n.\r\n"), out, &e), 0);
}

static void as_bars(struct buf *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->p[i] != '\r')
            b->p[n++] = b->p[i] == '\n' ? '|' : b->p[i];
    b->n = n;
    b->p[n] = 0;
}

static void converse(const struct conversation *c)
{
    struct smtp s;
    struct buf out;
    buf_init(&out, 10000);
    smtp_init(&s, "me");
    for (size_t i = 0; c->says[i]; i++) {
        if (c->says[i][0] == 0)
            smtp_closed(&s);
        smtp_feed(&s, slice_str(c->says[i]), &out);
        caller(&s, &out);
    }
    as_bars(&out);
    if (!slice_eq(buf_slice(&out), slice_str(c->sent)) || s.outcome != c->outcome || s.reply.code != c->code)
        fail_msg("%s: outcome %d, code %u, sent %s", c->name, (int)s.outcome, s.reply.code, out.p);
    buf_deinit(&out);
}

static void conversations_end_as_they_should(void **state)
{
    for (size_t i = 0; i < sizeof(conversations) / sizeof(conversations[0]); i++)
        converse(&conversations[i]);
}

static void extensions_are_read(void **state)
{
    struct smtp s;
    struct buf out;
    buf_init(&out, 1000);
    smtp_init(&s, "me");
    smtp_feed(&s, SLICE("220 mx\r\n"), &out);
    smtp_feed(&s, SLICE(ALL), &out);
    assert_int_equal(s.extensions, SMTP_SIZE | SMTP_8BITMIME | SMTP_UTF8 | SMTP_PIPELINING | SMTP_ENHANCED);
    assert_int_equal(s.size_max, 1000);
    buf_deinit(&out);
}

static void replies_have_limits(void **state)
{
    struct smtp_reader r;
    struct slice line, in;
    char long_line[5000];
    smtp_reader_init(&r);
    memset(long_line, 'x', sizeof(long_line));
    memcpy(long_line, "250 ", 4);
    memcpy(long_line + sizeof(long_line) - 2, "\r\n", 2);
    in = slice_of(long_line, sizeof(long_line));
    assert_int_equal(smtp_read(&r, &in, &line), SMTP_READ_REPLY);
    assert_int_equal(r.reply.n, SMTP_TEXT_MAX - 1);
    for (int i = 0; i < SMTP_LINES_MAX; i++) {
        in = SLICE("250-more\r\n");
        assert_int_equal(smtp_read(&r, &in, &line), SMTP_READ_LINE);
    }
    in = SLICE("250 end\r\n");
    assert_int_equal(smtp_read(&r, &in, &line), SMTP_READ_BAD);
}

/* ---- addresses and texts */

static void start(struct smtp *s, struct buf *out, const char *ehlo)
{
    smtp_init(s, "me");
    smtp_feed(s, SLICE("220 mx\r\n"), out);
    smtp_feed(s, slice_str(ehlo), out);
    buf_reset(out);
}

static void addresses_that_could_be_more_are_refused(void **state)
{
    static const struct {
        struct slice address;
        bool good;
    } table[] = {
        { SLICE_INIT("a@b"), true },
        { SLICE_INIT("postmaster"), true },
        { SLICE_INIT("\"a b>c\\\"\"@d"), true },
        { SLICE_INIT("a@b\r\nRCPT TO:<c@d"), false },
        { SLICE_INIT("a@b\n"), false },
        { SLICE_INIT("a@b\0"), false },
        { SLICE_INIT("a@b> SIZE=1 X=<"), false },
        { SLICE_INIT("a@b SIZE=1"), false },
        { SLICE_INIT("\"a@b"), false },
        { SLICE_INIT("\"a\\\"@b"), false },
        { SLICE_INIT("\"a\" b@c"), false },
        { SLICE_INIT("a\"b c\"@d"), false },
        { SLICE_INIT("b\xc3\xb6"
                     "b@example.net"),
          false }, /* to this server */
        { SLICE_INIT(""), false },
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct smtp_mail mail = { .from = SLICE("a@b"), .to = table[i].address };
        struct smtp s;
        struct buf out;
        struct err e = { 0 };
        buf_init(&out, 1000);
        start(&s, &out, "250 mx\r\n");
        assert_int_equal(smtp_mail(&s, &mail, &out, &e) == 0, table[i].good);
        assert_int_equal(out.n > 0, table[i].good);
        assert_int_equal(e.text[0] == 0, table[i].good);
        buf_deinit(&out);
    }
}

static void smtputf8_where_it_is_offered(void **state)
{
    const struct smtp_mail mail = { .from = SLICE("a@b"),
                                    .to = SLICE("b\xc3\xb6"
                                                "b@c"),
                                    .eight_bit = true };
    struct smtp s;
    struct buf out;
    struct err e = { 0 };
    buf_init(&out, 1000);
    start(&s, &out, "250-mx\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
    assert_int_equal(smtp_mail(&s, &mail, &out, &e), 0);
    assert_string_equal(out.p, "MAIL FROM:<a@b> BODY=8BITMIME SMTPUTF8\r\n");
    buf_deinit(&out);
}

static void too_large_is_said_before_it_is_sent(void **state)
{
    const struct smtp_mail mail = { .to = SLICE("a@b"), .size = 1001 };
    struct smtp s;
    struct buf out;
    struct err e = { 0 };
    buf_init(&out, 1000);
    start(&s, &out, ALL);
    assert_int_equal(smtp_mail(&s, &mail, &out, &e), -1);
    assert_non_null(strstr(e.text, "1000"));
    buf_deinit(&out);
}

static void oddities_of_a_text(void **state)
{
    static const struct {
        struct slice text;
        unsigned odd;
    } table[] = {
        { SLICE_INIT(""), 0 },
        { SLICE_INIT("a\r\n\r\n.\r\n..\r\n"), 0 },
        { SLICE_INIT("a\xff\r\n"), SMTP_8BIT },
        { SLICE_INIT("a"), SMTP_UNENDED },
        { SLICE_INIT("a\r"), SMTP_UNENDED | SMTP_BARE_CR },
        { SLICE_INIT("a\n"), SMTP_BARE_LF },
        { SLICE_INIT("a\r\r\n"), SMTP_BARE_CR },
        { SLICE_INIT("\n.\n"), SMTP_BARE_LF },
        { SLICE_INIT("a\r.\r\r\n"), SMTP_BARE_CR },
        { SLICE_INIT("a\0b\r\n"), SMTP_NUL },
    };
    char line[1001];
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        assert_int_equal(smtp_text_odd(table[i].text), table[i].odd);
    memset(line, 'x', sizeof(line));
    line[998] = line[999] = '\r';
    line[999] = line[1000] = '\n';
    assert_int_equal(smtp_text_odd(slice_of(line, 1000)), 0);
    memcpy(line + 998, "x\r\n", 3);
    assert_int_equal(smtp_text_odd(slice_of(line, 1001)), SMTP_LONG_LINE);
}

/* ---- the driver, with a server in a thread */

struct peer {
    int fd;
    const char *answer_text; /* NULL: hangs up behind the text; "": says nothing */
    char heard[4000];
    size_t n;
};

static void hear_until(struct peer *p, const char *what)
{
    while (memmem(p->heard, p->n, what, strlen(what)) == NULL) {
        ssize_t n = read(p->fd, p->heard + p->n, sizeof(p->heard) - 1 - p->n);
        if (n <= 0)
            return;
        p->n += (size_t)n;
    }
}

static void say(struct peer *p, const char *text)
{
    (void)!send(p->fd, text, strlen(text), MSG_NOSIGNAL);
}

static void *serve(void *arg)
{
    struct peer *p = arg;
    say(p, "220 m");
    say(p, "x\r\n");
    hear_until(p, "EHLO me\r\n");
    say(p, "250-mx\r\n250 PIPELINING\r\n");
    hear_until(p, "RCPT TO:<c@d>\r\n");
    say(p, "250 ok\r\n250 ok\r\n");
    hear_until(p, "DATA\r\n");
    say(p, "354 go\r\n");
    hear_until(p, "\r\n.\r\n");
    if (p->answer_text)
        say(p, p->answer_text);
    if (p->answer_text && p->answer_text[0])
        hear_until(p, "QUIT\r\n");
    if (p->answer_text == NULL)
        fd_close(&p->fd);
    return NULL;
}

struct told {
    int commits, refuse;
};

static int give_text(void *ctx, unsigned extensions, struct slice *text, struct err *e)
{
    assert_int_equal(extensions, SMTP_PIPELINING);
    *text = SLICE("x: y\r\n\r\n.\r\nz\r\n");
    return 0;
}

static int commit(void *ctx, struct err *e)
{
    struct told *told = ctx;
    told->commits++;
    return told->refuse ? err_set(e, ERR_SYSTEM, "not now") : 0;
}

static enum smtp_outcome deliver(struct peer *p, struct told *told, struct err *e)
{
    struct smtp_delivery d = { .helo = "me",
                               .from = SLICE("a@b"),
                               .to = SLICE("c@d"),
                               .text = give_text,
                               .commit = commit,
                               .ctx = told };
    struct smtp_reply reply;
    pthread_t server;
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    p->fd = fds[1];
    assert_int_equal(pthread_create(&server, NULL, serve, p), 0);
    /* the one who says nothing is given up soon; the others have all the time they want */
    uint64_t patience = p->answer_text && !p->answer_text[0] ? 300 : 60000;
    enum smtp_outcome outcome = smtp_deliver(fds[0], &d, clock_ms() + patience, &reply, e);
    close(fds[0]);
    pthread_join(server, NULL);
    fd_close(&p->fd);
    return outcome;
}

static void a_message_is_delivered(void **state)
{
    struct peer p = { .answer_text = "250 ok\r\n" };
    struct told told = { 0 };
    struct err e;
    assert_int_equal(deliver(&p, &told, &e), SMTP_TAKEN);
    assert_int_equal(told.commits, 1);
    assert_string_equal(p.heard, "EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
                                 "x: y\r\n\r\n..\r\nz\r\n.\r\nQUIT\r\n");
}

static void without_the_last_answer_it_is_unsure(void **state)
{
    struct told told = { 0 };
    struct err e;
    struct peer hangs_up = { .answer_text = NULL }, is_silent = { .answer_text = "" };
    assert_int_equal(deliver(&hangs_up, &told, &e), SMTP_UNSURE);
    assert_int_equal(deliver(&is_silent, &told, &e), SMTP_UNSURE);
    assert_int_equal(e.kind, ERR_RETRY);
}

static void what_is_not_committed_is_not_sent(void **state)
{
    struct peer p = { .answer_text = "250 ok\r\n" };
    struct told told = { .refuse = 1 };
    struct err e;
    assert_int_equal(deliver(&p, &told, &e), SMTP_BROKEN);
    assert_string_equal(e.text, "not now");
    assert_null(strstr(p.heard, "x: y"));
}

static void relays_that_are_none(void **state)
{
    static const char *const table[] = {
        "127.0.0.1:25", "inet:25", "inet:127.0.0.1:0", "inet:127.0.0.1:x", "unix:relative", "unix:", ""
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct err e = { 0 };
        assert_int_equal(smtp_connect(table[i], clock_ms() + 1000, &e), -1);
        assert_int_equal(e.kind, ERR_CONFIG);
    }
    struct err e = { 0 };
    assert_int_equal(smtp_connect("unix:/nonexistent/socket", clock_ms() + 1000, &e), -1);
    assert_int_equal(e.kind, ERR_RETRY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations_end_as_they_should),
        cmocka_unit_test(extensions_are_read),
        cmocka_unit_test(replies_have_limits),
        cmocka_unit_test(addresses_that_could_be_more_are_refused),
        cmocka_unit_test(smtputf8_where_it_is_offered),
        cmocka_unit_test(too_large_is_said_before_it_is_sent),
        cmocka_unit_test(oddities_of_a_text),
        cmocka_unit_test(a_message_is_delivered),
        cmocka_unit_test(without_the_last_answer_it_is_unsure),
        cmocka_unit_test(what_is_not_committed_is_not_sent),
        cmocka_unit_test(relays_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
