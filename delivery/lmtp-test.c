/* lmtp-test.c - dialogues with the LMTP server, whole and in single bytes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "delivery/lmtp.h"

struct fake {
    struct buf log;  /* what was asked, a line each */
    struct buf text; /* of the message in work */
    struct buf sent; /* replies, with | where they were flushed */
    size_t n;
};

static int on_recipient(void *ctx, struct slice address, struct answer *a)
{
    struct fake *f = ctx;
    buf_printf(&f->log, "rcpt %.*s\n", SLICE_ARG(address));
    if (slice_starts(address, SLICE("no")))
        return answer_set(a, ANSWER_NO_USER, "no such user here");
    if (slice_starts(address, SLICE("later")))
        return answer_set(a, ANSWER_LOOKUP, "the user can't be looked up now");
    f->n++;
    return 0;
}

static int on_begin(void *ctx, struct answer *a)
{
    struct fake *f = ctx;
    buf_reset(&f->text);
    return 0;
}

static void on_bytes(void *ctx, struct slice bytes)
{
    struct fake *f = ctx;
    buf_add_slice(&f->text, bytes);
}

static void on_complete(void *ctx)
{
    struct fake *f = ctx;
    buf_printf(&f->log, "complete %zu\n", f->text.n);
}

static void on_deliver(void *ctx, size_t i, struct answer *a)
{
    struct fake *f = ctx;
    assert_true(i < f->n);
    buf_printf(&f->log, "deliver %zu\n", i);
    answer_set(a, i == 1 ? ANSWER_FULL : ANSWER_DONE, i == 1 ? "no space" : "stored");
}

static void on_forget(void *ctx)
{
    struct fake *f = ctx;
    f->n = 0;
}

static void on_flush(void *ctx, struct buf *out)
{
    struct fake *f = ctx;
    buf_add_slice(&f->sent, buf_slice(out));
    buf_add_char(&f->sent, '|');
    buf_reset(out);
}

static const struct lmtp_ops ops = { on_recipient, on_begin,  on_bytes, on_complete,
                                     on_deliver,   on_forget, on_flush };

static void play(struct fake *f, struct slice in, size_t step)
{
    static struct lmtp l;
    const struct lmtp_limits limits = { 1000, 3 };
    struct buf out;
    memset(f, 0, sizeof(*f));
    buf_init(&f->log, 1 << 20);
    buf_init(&f->text, 1 << 20);
    buf_init(&f->sent, 1 << 20);
    buf_init(&out, 1 << 20);
    lmtp_init(&l, &ops, f, &limits, "mx", &out);
    buf_reset(&out);
    for (; in.n; in = slice_from(in, step))
        lmtp_feed(&l, slice_sub(in, 0, step), &out);
    buf_add_slice(&f->sent, buf_slice(&out));
    lmtp_closed(&l);
    buf_deinit(&out);
}

static void stop(struct fake *f)
{
    buf_deinit(&f->log);
    buf_deinit(&f->text);
    buf_deinit(&f->sent);
}

#define HELLO "LHLO c\r\n"
#define HELLO_SAID                                                                                           \
    "250-mx\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 "                      \
    "ENHANCEDSTATUSCODES\r\n"
#define START HELLO "MAIL FROM:<s@x>\r\nRCPT TO:<a@b>\r\n"
#define START_SAID HELLO_SAID "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n"
#define GO "354 End with CRLF.CRLF\r\n"
#define STORED "250 2.1.5 stored\r\n|"

static const struct row {
    const char *in, *sent;
} rows[] = {
    { START "DATA\r\nx\r\n.\r\nQUIT\r\n", START_SAID GO STORED "221 2.0.0 Bye\r\n" },
    /* one reply a recipient that was taken, in order, each flushed by itself */
    { START "RCPT TO:<no@b>\r\nRCPT TO:<c@b>\r\nDATA\r\nx\r\n.\r\n",
      START_SAID "550 5.1.1 no such user here\r\n250 2.1.5 Ok\r\n" GO STORED "452 4.3.1 no space\r\n|" },
    { HELLO "MAIL FROM:<>\r\nRCPT TO:<later@b>\r\nDATA\r\n",
      HELLO_SAID "250 2.1.0 Ok\r\n451 4.3.0 the user can't be looked up now\r\n503 5.5.1 no recipient\r\n" },
    { "EHLO c\r\nMAIL FROM:<s@x>\r\nRCPT TO:<a@b>\r\nDATA\r\nFOO\r\nNOOP\r\nvrfy a\r\n",
      "500 5.5.1 this is LMTP: say LHLO\r\n503 5.5.1 LHLO first\r\n503 5.5.1 MAIL first\r\n"
      "503 5.5.1 MAIL first\r\n500 5.5.1 unknown command\r\n250 2.0.0 Ok\r\n252 2.5.2 Send some mail, I'll "
      "try\r\n" },
    { HELLO "MAIL FROM:<s@x> SIZE=1001\r\nMAIL FROM:<s@x> SIZE=x\r\nMAIL FROM:<s@x> FOO=1\r\n"
            "mail from: <s@x> size=1000 body=8bitmime smtputf8\r\n",
      HELLO_SAID "552 5.3.4 the message is larger than deliver_message_max\r\n501 5.5.4 SIZE= takes a "
                 "number\r\n555 5.5.4 parameter not supported\r\n250 2.1.0 Ok\r\n" },
    { START "RCPT TO:<b@b>\r\nRCPT TO:<c@b>\r\nRCPT TO:<d@b>\r\n",
      START_SAID "250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n452 4.5.3 too many recipients\r\n" },
    { START "RSET\r\nDATA\r\n", START_SAID "250 2.0.0 Ok\r\n503 5.5.1 MAIL first\r\n" },
    { HELLO
      "MAIL FROM:s@x\r\nMAIL FROM:<s@x\r\nMAIL TO:<s@x>\r\nMAIL FROM:<\"a>b\"@x>\r\nRCPT TO:<@r:q@b>\r\n",
      HELLO_SAID "501 5.5.4 MAIL FROM:<address>\r\n501 5.5.4 MAIL FROM:<address>\r\n"
                 "501 5.5.4 MAIL FROM:<address>\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n" },
    { START "MAIL FROM:<t@x>\r\n", START_SAID "503 5.5.1 MAIL was said\r\n" },
};

static void dialogues(void **state)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (size_t step = 1; step < 4000; step *= 60) {
            struct fake f;
            play(&f, slice_str(rows[i].in), step);
            assert_string_equal(f.sent.p, rows[i].sent);
            stop(&f);
        }
}

static const struct text {
    const char *in;
    const char *text; /* NULL: it has not ended */
} texts[] = {
    { ".\r\n", "" },
    { "a\r\n.\r\n", "a\n" },
    { "a\r\n..\r\n..b\r\n.c\r\n.\r\n", "a\n.\n.b\nc\n" },
    { "a\n.\nb\r\n.\r\n", "a\n.\nb\n" },
    { "a\r.\rb\r\n.\r\n", "a\r.\rb\n" },
    { "a\n.\r\nb\r\n.\r\n", "a\n.\nb\n" },
    { "a\r\n.\nb\r\n.\r\n", "a\n\nb\n" },
    { "a\r\n.\rb\r\n.\r\n", "a\n\rb\n" },
    { "a\r\r\n.\r\n", "a\r\n" },
    { "a\r\n\r\n.\r\n", "a\n\n" },
    { "a\r\n.\r\r\n.\r\n", "a\n\r\n" },
    { "\r\n\r.\r\n.\r\n", "\n\r.\n" },
    { "a\r\n.", NULL },
    { "a.\r\n", NULL },
    { "a\r\n.\r", NULL },
};

static void only_crlf_dot_crlf_ends_a_text(void **state)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        for (size_t step = 1; step < 200; step++) {
            struct fake f;
            struct buf in;
            buf_init(&in, 10000);
            buf_printf(&in, START "DATA\r\n%s", texts[i].in);
            play(&f, buf_slice(&in), step);
            bool ended = f.log.n && strstr(f.log.p, "complete") != NULL;
            assert_int_equal(ended, texts[i].text != NULL);
            if (ended)
                assert_true(slice_eq(buf_slice(&f.text), slice_str(texts[i].text)));
            stop(&f);
            buf_deinit(&in);
        }
}

static void too_large_is_said_for_each(void **state)
{
    struct fake f;
    struct buf in;
    buf_init(&in, 10000);
    buf_add_str(&in, START "RCPT TO:<c@b>\r\nDATA\r\n");
    for (int i = 0; i < 200; i++)
        buf_add_str(&in, "12345678\r\n");
    buf_add_str(&in, ".\r\nNOOP\r\n");
    play(&f, buf_slice(&in), 100);
    assert_string_equal(f.sent.p, START_SAID
                        "250 2.1.5 Ok\r\n" GO "552 5.3.4 the message is larger than deliver_message_max\r\n|"
                        "552 5.3.4 the message is larger than deliver_message_max\r\n|250 2.0.0 Ok\r\n");
    assert_null(strstr(f.log.p, "deliver"));
    stop(&f);
    buf_deinit(&in);
}

static void long_lines_and_nul_are_errors(void **state)
{
    struct fake f;
    struct buf in;
    buf_init(&in, 100000);
    for (int i = 0; i < 5000; i++)
        buf_add_char(&in, 'x');
    buf_add_str(&in, "\r\nNO");
    buf_add_char(&in, 0);
    buf_add_str(&in, "OP\r\nNOOP\r\n");
    play(&f, buf_slice(&in), 1000);
    assert_string_equal(f.sent.p,
                        "500 5.5.2 line too long\r\n500 5.5.2 a NUL in a command\r\n250 2.0.0 Ok\r\n");
    stop(&f);
    buf_deinit(&in);
}

static void many_errors_end_it(void **state)
{
    struct fake f;
    struct buf in;
    buf_init(&in, 100000);
    for (int i = 0; i < 50; i++)
        buf_add_str(&in, "X\r\n");
    play(&f, buf_slice(&in), 1000);
    assert_non_null(strstr(f.sent.p, "421 4.7.0 mx too many errors\r\n"));
    assert_int_equal(slice_find(slice_str(strstr(f.sent.p, "421") + 10), SLICE("500")), -1);
    stop(&f);
    buf_deinit(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialogues),
        cmocka_unit_test(only_crlf_dot_crlf_ends_a_text),
        cmocka_unit_test(too_large_is_said_for_each),
        cmocka_unit_test(long_lines_and_nul_are_errors),
        cmocka_unit_test(many_errors_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
