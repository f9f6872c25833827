/* smtp-reply.c - replies of an SMTP server; see smtp-reply.h */
#include "base/smtp-reply.h"

void smtp_reader_init(struct smtp_reader *r)
{
    memset(r, 0, sizeof(*r));
}

static void keep_text(struct smtp_reply *reply, struct slice text)
{
    if (reply->n && reply->n < sizeof(reply->text) - 1)
        reply->text[reply->n++] = ' ';
    for (size_t i = 0; i < text.n && reply->n < sizeof(reply->text) - 1; i++) {
        char c = text.p[i];
        reply->text[reply->n++] = c >= ' ' && c < 0x7f ? c : c == '\t' ? ' ' : '?';
    }
    reply->text[reply->n] = 0;
}

static enum smtp_read take_line(struct smtp_reader *r, struct slice *text)
{
    struct slice line = slice_chomp(slice_of(r->line, r->n)); /* its LF is not in it */
    uint64_t code;
    if (line.n < 3 || !slice_uint(slice_sub(line, 0, 3), 599, &code) || code < 200)
        return SMTP_READ_BAD;
    if (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-')
        return SMTP_READ_BAD;
    if (r->lines == 0)
        r->reply = (struct smtp_reply){ .code = (unsigned)code };
    if (r->reply.code != code || ++r->lines > SMTP_LINES_MAX)
        return SMTP_READ_BAD;
    *text = slice_from(line, 4);
    keep_text(&r->reply, *text);
    if (line.n > 3 && line.p[3] == '-')
        return SMTP_READ_LINE;
    r->lines = 0;
    return SMTP_READ_REPLY;
}

enum smtp_read smtp_read(struct smtp_reader *r, struct slice *in, struct slice *line)
{
    struct slice piece;
    if (!slice_line(in, &piece))
        return SMTP_READ_MORE;
    bool ended = piece.p[piece.n - 1] == '\n';
    size_t room = sizeof(r->line) - r->n;
    struct slice kept = slice_sub(piece, 0, piece.n - ended < room ? piece.n - ended : room);
    memcpy(r->line + r->n, kept.p, kept.n);
    r->n += kept.n;
    if (!ended)
        return SMTP_READ_MORE;
    enum smtp_read result = take_line(r, line);
    r->n = 0;
    return result;
}
