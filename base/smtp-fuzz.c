/* smtp-fuzz.c - any bytes as what a server says
 * However they are cut, the outcome is the same; what goes out is lines of printable text but for the
 * message; what is kept of a reply is fit for a log. */
#include <stdlib.h>
#include "base/smtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static const struct smtp_mail mail = { .from = SLICE_INIT("ada@example.org"),
                                       .to = SLICE_INIT("bob@example.net"),
                                       .size = 10 };

static void caller(struct smtp *s, struct buf *out)
{
    struct err e;
    if (s->phase == SMTP_READY && smtp_mail(s, &mail, out, &e) != 0)
        smtp_quit(s, out);
    if (s->phase == SMTP_TEXT)
        check(smtp_text(s, SLICE("a: b\r\n\r\n.\r\n"), out, &e) == 0);
}

static void check_out(struct slice out)
{
    struct slice line;
    while (slice_line(&out, &line)) {
        check(line.n >= 2 && line.n <= 512 && line.p[line.n - 2] == '\r');
        for (size_t i = 0; i + 2 < line.n; i++)
            check(line.p[i] >= ' ' && line.p[i] < 0x7f);
    }
}

static void check_reply(const struct smtp_reply *r)
{
    check(r->code == 0 || (r->code >= 200 && r->code <= 599));
    check(r->n < sizeof(r->text) && r->text[r->n] == 0);
    for (size_t i = 0; i < r->n; i++)
        check(r->text[i] >= ' ' && r->text[i] < 0x7f);
}

/* One line at a time, in pieces of at most `step`: a caller answers between lines, as on a socket. */
static void play(struct smtp *s, struct slice in, size_t step, struct buf *out)
{
    struct slice line;
    smtp_init(s, "mx.example.net");
    while (slice_line(&in, &line))
        while (line.n) {
            size_t n = line.n < step ? line.n : step;
            smtp_feed(s, slice_sub(line, 0, n), out);
            caller(s, out);
            line = slice_from(line, n);
        }
    check_reply(&s->reply);
    check_out(buf_slice(out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice in = slice_of((const char *)data, size);
    struct smtp whole, cut;
    struct buf a, b;
    buf_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    play(&whole, in, SIZE_MAX, &a);
    play(&cut, in, size % 7 + 1, &b);
    check(whole.phase == cut.phase && whole.outcome == cut.outcome && slice_eq(buf_slice(&a), buf_slice(&b)));
    smtp_closed(&whole);
    check(whole.phase == SMTP_DONE && whole.outcome != SMTP_PENDING);
    buf_reset(&a);
    smtp_init(&cut, "");
    smtp_feed(&cut, in, &a); /* all at once */
    buf_deinit(&a);
    buf_deinit(&b);
    return 0;
}
