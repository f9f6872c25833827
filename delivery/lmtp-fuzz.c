/* lmtp-fuzz.c - any bytes from an LMTP client, in pieces
 * The first byte says how large the pieces are; the outcome does not hang on it. Each message that ended has
 * one reply a recipient; no reply has a line end inside. */
#include <stdlib.h>
#include "delivery/lmtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fake {
    struct buf text, sent;
    size_t n, delivered;
    bool complete;
};

static void check(bool good)
{
    if (!good)
        abort();
}

static int on_recipient(void *ctx, struct slice address, struct answer *a)
{
    struct fake *f = ctx;
    check(memchr(address.p, '\n', address.n) == NULL && memchr(address.p, 0, address.n) == NULL);
    if (slice_starts(address, SLICE("no")))
        return answer_set(a, ANSWER_NO_USER, "no user %.*s", SLICE_ARG(address));
    f->n++;
    return 0;
}

static int on_begin(void *ctx, struct answer *a)
{
    struct fake *f = ctx;
    check(f->n > 0);
    buf_add_str(&f->text, "[");
    f->delivered = 0;
    return 0;
}

static void on_bytes(void *ctx, struct slice bytes)
{
    struct fake *f = ctx;
    check(bytes.n > 0);
    buf_add_slice(&f->text, bytes);
}

static void on_complete(void *ctx)
{
    struct fake *f = ctx;
    f->complete = true;
    buf_add_str(&f->text, "]");
}

static void on_deliver(void *ctx, size_t i, struct answer *a)
{
    struct fake *f = ctx;
    check(f->complete && i == f->delivered++ && i < f->n);
    answer_set(a, ANSWER_DONE, "stored");
}

static void on_forget(void *ctx)
{
    struct fake *f = ctx;
    f->n = 0;
    f->complete = false;
}

static void on_flush(void *ctx, struct buf *out)
{
    struct fake *f = ctx;
    buf_add_slice(&f->sent, buf_slice(out));
    buf_reset(out);
}

static const struct lmtp_ops ops = { on_recipient, on_begin,  on_bytes, on_complete,
                                     on_deliver,   on_forget, on_flush };

static void play(struct fake *f, struct slice in, size_t step)
{
    static struct lmtp l;
    const struct lmtp_limits limits = { 2000, 5 };
    struct buf out;
    memset(f, 0, sizeof(*f));
    buf_init(&f->text, 1 << 22);
    buf_init(&f->sent, 1 << 22);
    buf_init(&out, 1 << 22);
    lmtp_init(&l, &ops, f, &limits, "mx", &out);
    for (; in.n; in = slice_from(in, step))
        lmtp_feed(&l, slice_sub(in, 0, step), &out);
    buf_add_slice(&f->sent, buf_slice(&out));
    lmtp_closed(&l);
    buf_deinit(&out);
}

static void check_replies(struct slice sent)
{
    struct slice line;
    while (slice_line(&sent, &line)) {
        check(line.n > 5 && line.p[line.n - 1] == '\n' && line.p[line.n - 2] == '\r');
        check(ascii_digit(line.p[0]) && ascii_digit(line.p[1]) && ascii_digit(line.p[2]));
        check(slice_chr(slice_sub(line, 0, line.n - 2), '\r') < 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fake whole, pieces;
    if (size == 0)
        return 0;
    struct slice in = slice_of((const char *)data + 1, size - 1);
    play(&whole, in, size);
    play(&pieces, in, 1 + data[0] % 16);
    check_replies(buf_slice(&whole.sent));
    check(slice_eq(buf_slice(&whole.sent), buf_slice(&pieces.sent)));
    check(slice_eq(buf_slice(&whole.text), buf_slice(&pieces.text)));
    buf_deinit(&whole.text);
    buf_deinit(&whole.sent);
    buf_deinit(&pieces.text);
    buf_deinit(&pieces.sent);
    return 0;
}
