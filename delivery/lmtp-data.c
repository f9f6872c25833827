/* lmtp-data.c - the bytes between DATA and its end; see lmtp.h
 * A small automaton: where in CRLF . CRLF are we? What was held back while it might have been the end goes
 * out when it was not. */
#include "delivery/lmtp.h"

enum {
    TEXT,
    CR,     /* \r */
    LINE,   /* at the start of a line, behind \r\n (the \n is out) */
    DOT,    /* \r\n. */
    DOT_CR, /* \r\n.\r */
};

void lmtp_data_begin(struct lmtp *l)
{
    l->dot = LINE;
    l->size = 0;
    l->too_large = false;
}

static void put(struct lmtp *l, const char *p, size_t n)
{
    size_t room = l->limits.message_max - l->size, take = n < room ? n : room;
    l->too_large |= take < n;
    l->size += take;
    if (take)
        l->ops->bytes(l->ctx, slice_of(p, take));
}

/* Text up to the next CR, in one piece. */
static size_t run(struct lmtp *l, struct slice in)
{
    ptrdiff_t cr = slice_chr(in, '\r');
    size_t n = cr < 0 ? in.n : (size_t)cr;
    if (n)
        put(l, in.p, n);
    return n;
}

static int after_cr(struct lmtp *l, char c)
{
    if (c == '\n') {
        put(l, "\n", 1);
        return LINE;
    }
    put(l, "\r", 1);
    if (c == '\r')
        return CR;
    put(l, &c, 1);
    return TEXT;
}

static int at_line(struct lmtp *l, char c)
{
    if (c == '.')
        return DOT;
    if (c == '\r')
        return CR;
    put(l, &c, 1);
    return TEXT;
}

/* A dot that began the line is taken off (RFC 5321 4.5.2), whatever follows. */
static int after_dot(struct lmtp *l, char c)
{
    if (c == '\r')
        return DOT_CR;
    put(l, &c, 1);
    return TEXT;
}

static int after_dot_cr(struct lmtp *l, char c)
{
    put(l, "\r", 1);
    if (c == '\r')
        return CR;
    put(l, &c, 1);
    return TEXT;
}

size_t lmtp_data(struct lmtp *l, struct slice in, bool *ended)
{
    size_t at = 0;
    *ended = false;
    while (at < in.n) {
        if (l->dot == TEXT) {
            at += run(l, slice_from(in, at));
            if (at < in.n) {
                l->dot = CR;
                at++;
            }
            continue;
        }
        char c = in.p[at++];
        if (l->dot == DOT_CR && c == '\n') {
            *ended = true;
            break;
        }
        l->dot = l->dot == CR     ? after_cr(l, c)
                 : l->dot == LINE ? at_line(l, c)
                 : l->dot == DOT  ? after_dot(l, c)
                                  : after_dot_cr(l, c);
    }
    return at;
}
