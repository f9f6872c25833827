/* test-mail.h - messages for the tests of clamglue, put together part by part */
#ifndef CLAMGLUE_TEST_MAIL_H
#define CLAMGLUE_TEST_MAIL_H

#include "base/buf.h"

/* lines of 76 characters, without an end behind the last */
static void mail_base64(struct buf *b, struct slice s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        unsigned v = 0;
        size_t n = s.n - i < 3 ? s.n - i : 3;
        for (size_t j = 0; j < 3; j++)
            v = v << 8 | (j < n ? (unsigned char)s.p[i + j] : 0);
        if (i && i % 57 == 0)
            buf_add_str(b, "\r\n");
        for (size_t j = 0; j < 4; j++)
            buf_add_char(b, j <= n ? digits[v >> (18 - 6 * j) & 63] : '=');
    }
}

static void mail_qp(struct buf *b, struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (i && i % 24 == 0)
            buf_add_str(b, "=\r\n");
        buf_printf(b, "=%02X", (unsigned char)s.p[i]);
    }
}

static void mail_uu_line(struct buf *b, struct slice s)
{
    buf_add_char(b, (char)(s.n + ' '));
    for (size_t i = 0; i < s.n; i += 3) {
        unsigned v = 0;
        for (size_t j = 0; j < 3; j++)
            v = v << 8 | (i + j < s.n ? (unsigned char)s.p[i + j] : 0);
        for (int shift = 18; shift >= 0; shift -= 6)
            buf_add_char(b, (v >> shift & 63) ? (char)((v >> shift & 63) + ' ') : '`');
    }
    buf_add_str(b, "\r\n");
}

static void mail_yenc(struct buf *b, struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)(s.p[i] + 42);
        if (i && i % 100 == 0)
            buf_add_str(b, "\r\n");
        if (c == 0 || c == '\n' || c == '\r' || c == '=') {
            buf_add_char(b, '=');
            c = (char)(c + 64);
        }
        buf_add_char(b, c);
    }
}

/* how: uuencode, uuencode-base64, yenc */
static void mail_inline(struct buf *b, const char *how, const char *name, struct slice s)
{
    if (strcmp(how, "yenc") == 0) {
        buf_printf(b, "=ybegin line=100 size=%zu name=%s\r\n", s.n, name);
        mail_yenc(b, s);
        buf_printf(b, "\r\n=yend size=%zu\r\n", s.n);
    } else if (strcmp(how, "uuencode") == 0) {
        buf_printf(b, "begin 644 %s\r\n", name);
        for (size_t i = 0; i < s.n; i += 45)
            mail_uu_line(b, slice_sub(s, i, 45));
        buf_add_str(b, "`\r\nend\r\n");
    } else {
        buf_printf(b, "begin-base64 644 %s\r\n", name);
        mail_base64(b, s);
        buf_add_str(b, "\r\n====\r\n");
    }
}

/* A message with a multipart whose boundary is "b" (or given behind the subtype). */
static void __attribute__((unused)) mail_begin(struct buf *b, const char *subtype)
{
    buf_printf(b,
               "From: <a@example.org>\r\nTo: <b@example.net>\r\nSubject: a test\r\nMIME-Version: 1.0\r\n"
               "Content-Type: multipart/%s%s\r\n\r\n",
               subtype, strchr(subtype, ';') ? "" : "; boundary=b");
}

static void __attribute__((unused)) mail_text(struct buf *b, const char *text)
{
    buf_printf(b, "--b\r\nContent-Type: text/plain\r\n\r\n%s\r\n", text);
}

static void __attribute__((unused))
mail_attach(struct buf *b, const char *type, const char *name, const char *encoding, struct slice s)
{
    buf_add_str(b, "--b\r\n");
    if (type[0])
        buf_printf(b, "Content-Type: %s\r\n", type);
    buf_printf(b, "Content-Disposition: attachment; filename=\"%s\"\r\nContent-Transfer-Encoding: %s\r\n\r\n",
               name, encoding);
    if (strcmp(encoding, "base64") == 0)
        mail_base64(b, s);
    else if (strcmp(encoding, "quoted-printable") == 0)
        mail_qp(b, s);
    else if (strcmp(encoding, "x-uuencode") == 0)
        mail_inline(b, "uuencode", name, s);
    else
        buf_add_slice(b, s);
    buf_add_str(b, "\r\n");
}

static void __attribute__((unused)) mail_end(struct buf *b)
{
    buf_add_str(b, "--b--\r\n");
}

#endif
