/* smtp-text-fuzz.c - any bytes as a text, and as an address
 * Either it is refused and nothing is sent, or every server sees one message in it, and takes off as many
 * dots as were put on; an address that is let through can't end its command. */
#include <stdlib.h>
#include "base/smtp.h"
#include "base/smtp-model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static void start(struct smtp *s, struct buf *out)
{
    const struct smtp_mail mail = { .to = SLICE("bob@example.net") };
    struct err e;
    smtp_init(s, "a");
    smtp_feed(s, SLICE("220 a\r\n"), out);
    smtp_feed(s, SLICE("250-a\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"), out);
    check(smtp_mail(s, &mail, out, &e) == 0);
    smtp_feed(s, SLICE("250 a\r\n"), out);
    smtp_feed(s, SLICE("250 a\r\n"), out);
    smtp_feed(s, SLICE("354 a\r\n"), out);
    buf_reset(out);
}

static void check_undone(struct slice wire, struct slice text)
{
    struct slice line, sent;
    while (slice_line(&text, &line)) {
        check(slice_line(&wire, &sent));
        check(slice_eq(sent.p[0] == '.' ? slice_from(sent, 1) : sent, line));
    }
    check(slice_eq(wire, SLICE(".\r\n")));
}

static void address(struct slice a)
{
    bool non_ascii;
    if (smtp_address_bad(a, &non_ascii) != NULL)
        return;
    check(a.n <= 320 && slice_chr(a, '\r') < 0 && slice_chr(a, '\n') < 0 && slice_chr(a, 0) < 0);
    check(slice_chr(a, '>') < 0 || a.p[0] == '"');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size);
    struct smtp s;
    struct buf out;
    struct err e;
    buf_init(&out, 1 << 20);
    address(text);
    start(&s, &out);
    if (smtp_text(&s, text, &out, &e) != 0)
        check(out.n == 0 && s.phase == SMTP_TEXT && smtp_text_bad(text));
    else {
        check(model_one_message(buf_slice(&out)));
        check_undone(buf_slice(&out), text);
    }
    buf_deinit(&out);
    return 0;
}
