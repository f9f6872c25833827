/* smtp-text.c - what may stand in a command, and in a text; see smtp.h
 * Servers differ in what ends a message: CRLF.CRLF for the strict, LF.LF, CR.CR or LF.CRLF for others. In a
 * text without bare CR and LF, with the dot of each line doubled, none of them finds an end. */
#include "base/smtp.h"

#define ADDRESS_MAX 320 /* 64 + 1 + 255 */

static bool bad_control(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return true;
    return false;
}

/* The end of a quoted local part, behind its last quote; 0: it has none. */
static size_t quoted_end(struct slice s)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            return i + 1;
    }
    return 0;
}

const char *smtp_address_bad(struct slice a, bool *non_ascii)
{
    *non_ascii = false;
    if (a.n > ADDRESS_MAX)
        return "it is too long";
    if (bad_control(a))
        return "it has a control character";
    for (size_t i = 0; i < a.n; i++)
        *non_ascii |= (unsigned char)a.p[i] >= 0x80;
    size_t from = 0;
    if (a.n && a.p[0] == '"' && ((from = quoted_end(a)) == 0 || (from < a.n && a.p[from] != '@')))
        return "its quotes are not closed";
    for (; from < a.n; from++)
        if (strchr(" <>\"", a.p[from]))
            return "it has a space, a quote or an angle bracket where none may be";
    return NULL;
}

static unsigned line_odd(struct slice line)
{
    unsigned odd = 0;
    bool lf = line.p[line.n - 1] == '\n', crlf = line.n > 1 && lf && line.p[line.n - 2] == '\r';
    struct slice text = slice_sub(line, 0, line.n - (crlf ? 2 : lf));
    if (!lf)
        odd |= SMTP_UNENDED;
    else if (!crlf)
        odd |= SMTP_BARE_LF;
    if (slice_chr(text, '\r') >= 0)
        odd |= SMTP_BARE_CR;
    if (slice_chr(text, 0) >= 0)
        odd |= SMTP_NUL;
    if (text.n > SMTP_LINE_BYTES)
        odd |= SMTP_LONG_LINE;
    return odd;
}

static bool has_8bit(struct slice text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.n; i++)
        all |= (unsigned char)text.p[i];
    return all >= 0x80;
}

unsigned smtp_text_odd(struct slice text)
{
    unsigned odd = has_8bit(text) ? SMTP_8BIT : 0;
    struct slice line;
    while (slice_line(&text, &line))
        odd |= line_odd(line);
    return odd;
}

int smtp_text(struct smtp *s, struct slice text, struct buf *out, struct err *e)
{
    if (s->phase != SMTP_TEXT)
        bug("smtp: a text in phase %d", (int)s->phase);
    unsigned bearable = s->lmtp ? SMTP_BARE_CR | SMTP_NUL | SMTP_LONG_LINE : 0;
    if (smtp_text_bad(text) & ~bearable)
        return err_set(e, ERR_INPUT, "a text with bare CR, bare LF, NUL or overlong lines is never sent");
    if ((text.n && smtp_text_odd(text) & SMTP_8BIT) && !(s->extensions & SMTP_8BITMIME))
        return err_set(e, ERR_INPUT, "the server does not take 8-bit text (no 8BITMIME)");
    size_t before = out->n;
    struct slice line;
    while (slice_line(&text, &line)) {
        if (line.p[0] == '.')
            buf_add_char(out, '.');
        buf_add_slice(out, line);
    }
    buf_add_str(out, ".\r\n");
    if (out->full) {
        out->n = before;
        return err_set(e, ERR_RETRY, "the message is larger than what can be sent");
    }
    s->phase = SMTP_END;
    return 0;
}
