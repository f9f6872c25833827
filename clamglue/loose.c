/* loose.c - the pieces of a message whose structure is not clear; see loose.h */
#include "clamglue/loose.h"

#include "message/transfer.h"

#define HEADERS_STRIPPED 5 /* messages in messages, without a boundary between */

void loose_begin(struct loose *l, struct slice message)
{
    l->rest = message;
    l->text = slice_of(NULL, 0);
    l->next = 0;
    l->n_later = 0;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Takes the text up to the next line that begins with "--" off the rest. */
static struct slice cut_piece(struct slice *rest)
{
    struct slice all = *rest;
    size_t at = 0;
    for (;;) {
        const char *dashes = at < all.n ? memmem(all.p + at, all.n - at, "--", 2) : NULL;
        if (dashes == NULL) {
            *rest = slice_of(NULL, 0);
            return all;
        }
        at = (size_t)(dashes - all.p);
        if (at > 0 && is_line_end(all.p[at - 1]))
            break;
        while (at < all.n && all.p[at] == '-') /* a line of dashes is one */
            at++;
    }
    *rest = slice_from(all, at);
    return slice_sub(all, 0, at);
}

static struct slice without_line_end(struct slice s)
{
    if (s.n && s.p[s.n - 1] == '\n')
        s.n--;
    if (s.n && s.p[s.n - 1] == '\r')
        s.n--;
    return s;
}

static size_t line_length(struct slice s)
{
    size_t n = 0;
    while (n < s.n && !is_line_end(s.p[n]))
        n++;
    return n;
}

static struct slice skip_line(struct slice s)
{
    size_t n = line_length(s);
    if (n + 1 < s.n && s.p[n] == '\r' && s.p[n + 1] == '\n')
        n++;
    return slice_from(s, n + 1);
}

/* "Name: value" */
static bool is_field(struct slice line)
{
    size_t n = 0;
    while (n < line.n && n < 80 && line.p[n] > ' ' && line.p[n] < 0x7f && line.p[n] != ':')
        n++;
    while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n > 0 && n < line.n && line.p[n] == ':';
}

/* Without the header block that it begins with: up to the empty line, or to where no field goes on (*broken).
 */
static struct slice skip_header(struct slice s, bool *broken)
{
    bool any = false;
    *broken = false;
    while (s.n) {
        struct slice line = slice_sub(s, 0, line_length(s));
        if (line.n == 0)
            return skip_line(s);
        bool folded = any && (line.p[0] == ' ' || line.p[0] == '\t');
        if (!folded && !is_field(line))
            break;
        any = true;
        s = skip_line(s);
    }
    *broken = any && s.n > 0;
    return s;
}

/* Without all header blocks; *broken: the last of them ended at a line that is none of it. */
static struct slice body_of(struct slice piece, bool *broken)
{
    bool now = false;
    *broken = false;
    for (int i = 0; i < HEADERS_STRIPPED && piece.n; i++) {
        struct slice rest = skip_header(piece, &now);
        if (rest.n == piece.n)
            break;
        *broken = now;
        piece = rest;
    }
    return piece;
}

static struct slice behind_empty_line(struct slice s)
{
    while (s.n && line_length(s))
        s = skip_line(s);
    return skip_line(s);
}

static void next_text(struct loose *l)
{
    bool broken = false, ignored;
    l->next = 0;
    if (l->n_later) {
        l->text = body_of(l->later[--l->n_later], &ignored);
        return;
    }
    struct slice piece = without_line_end(cut_piece(&l->rest));
    if (slice_starts(piece, SLICE("--")))
        piece = skip_line(piece);
    l->text = body_of(piece, &broken);
    if (!broken)
        return;
    l->later[0] = behind_empty_line(l->text);
    l->later[1] = skip_line(l->text);
    l->n_later = l->later[0].p == l->later[1].p ? 1 : 2;
}

enum reading { AS_IT_IS, BASE64, QP, READINGS };

static const enum transfer_encoding encodings[READINGS] = { TRANSFER_IDENTITY, TRANSFER_BASE64, TRANSFER_QP };

bool loose_next(struct loose *l, struct arena *a, struct slice *piece, bool *decoded)
{
    unsigned flags = 0;
    for (;;) {
        if (l->text.n == 0 || l->next == READINGS) {
            if (l->rest.n == 0 && l->n_later == 0)
                return false;
            next_text(l);
            continue;
        }
        enum reading reading = l->next++;
        if (reading == QP && slice_chr(l->text, '=') < 0)
            continue;
        *piece = transfer_decode(a, l->text, encodings[reading], l->text.n, &flags);
        *decoded = reading == BASE64;
        if (piece->n)
            return true;
    }
}
