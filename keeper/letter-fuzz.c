/* letter-fuzz.c - any bytes as a stored message
 * Whatever it holds, what is sent is one message for strict and lenient servers, and what it holds comes out
 * again: the bytes themselves, or the same parts with the same decoded bytes, or the message as an
 * attachment. */
#include <stdlib.h>
#include "base/smtp.h"
#include "base/smtp-model.h"
#include "keeper/letter.h"
#include "message/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static void check_sent(struct slice text, bool eight_bit)
{
    const struct smtp_mail mail = { .to = SLICE("bob@example.net"), .eight_bit = eight_bit };
    struct smtp s;
    struct buf out;
    struct err e;
    buf_init(&out, 1 << 24);
    smtp_init(&s, "a");
    smtp_feed(&s, SLICE("220 a\r\n"), &out);
    smtp_feed(&s, eight_bit ? SLICE("250-a\r\n250 8BITMIME\r\n") : SLICE("250 a\r\n"), &out);
    check(smtp_mail(&s, &mail, &out, &e) == 0);
    smtp_feed(&s, SLICE("250 a\r\n"), &out);
    smtp_feed(&s, SLICE("250 a\r\n"), &out);
    smtp_feed(&s, SLICE("354 a\r\n"), &out);
    buf_reset(&out);
    check(smtp_text(&s, text, &out, &e) == 0);
    check(model_one_message(buf_slice(&out)));
    buf_deinit(&out);
}

struct both {
    struct arena arena;
    struct message_limits limits;
    struct mime_tree was, is;
};

static void parse(struct both *b, struct slice message, struct slice text)
{
    message_limits_default(&b->limits);
    arena_init(&b->arena, 256 << 20);
    mime_parse(&b->was, &b->arena, message, &b->limits);
    mime_parse(&b->is, &b->arena, text, &b->limits);
}

/* The last part may have got a line end. */
static bool same(struct slice was, struct slice is)
{
    return slice_eq(was, is) || (slice_starts(is, was) && slice_eq(slice_from(is, was.n), SLICE("\r\n")));
}

static void check_encoded(struct slice message, struct slice text)
{
    struct both b;
    parse(&b, message, text);
    struct mime_part *was = b.was.root, *is = b.is.root;
    for (; was && is; was = was->next, is = is->next) {
        check(was->kind == is->kind && slice_eq(was->type, is->type));
        if (was->kind == MIME_LEAF)
            check(same(mime_decoded(was, &b.arena, SIZE_MAX), mime_decoded(is, &b.arena, SIZE_MAX)));
    }
    check(was == NULL && is == NULL);
    arena_deinit(&b.arena);
}

static void check_wrapped(struct slice message, struct slice text)
{
    struct both b;
    parse(&b, message, text);
    check(b.is.parts == 3 && b.is.root->child && b.is.root->child->sibling);
    check(slice_eq(mime_decoded(b.is.root->child->sibling, &b.arena, SIZE_MAX), message));
    arena_deinit(&b.arena);
}

static void check_as_is(struct slice message, struct slice text)
{
    struct header_block was;
    struct message_limits l;
    struct arena a;
    message_limits_default(&l);
    arena_init(&a, 256 << 20);
    header_parse(&was, &a, message, true, &l);
    struct slice body = slice_from(message, was.body_at);
    if (body.n && body.p[body.n - 1] != '\n')
        text = slice_sub(text, 0, text.n - 2);
    check(text.n >= body.n && slice_eq(slice_from(text, text.n - body.n), body));
    arena_deinit(&a);
}

static void make(struct slice message, bool eight_bit)
{
    static void (*const checks[])(struct slice, struct slice) = { check_as_is, check_encoded, check_wrapped };
    enum letter_form form;
    struct buf out;
    struct err e;
    buf_init(&out, 1 << 24);
    check(letter_make(&out, message, eight_bit, &form, &e) == 0);
    check_sent(buf_slice(&out), eight_bit);
    checks[form](message, buf_slice(&out));
    buf_deinit(&out);
}

static void attach(struct slice message, bool eight_bit)
{
    const struct letter_cover cover = { "a@b", "c@d", "subject", "date", "<id>", "see\n" };
    enum letter_form form;
    struct buf out;
    struct err e;
    buf_init(&out, 1 << 24);
    check(letter_attach(&out, message, eight_bit, &cover, &form, &e) == 0);
    check_sent(buf_slice(&out), eight_bit);
    buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice message = slice_of((const char *)data, size);
    for (int eight_bit = 0; eight_bit < 2; eight_bit++) {
        make(message, eight_bit);
        attach(message, eight_bit);
    }
    return 0;
}
