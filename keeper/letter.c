/* letter.c - a stored message as text for SMTP; see letter.h
 * Two steps: look (which form will do), then write. What is written is looked at once more by base/smtp,
 * which sends no text that could be more than one message. */
#include "config.h"
#include "keeper/letter.h"

#include <stdio.h>
#include <sys/random.h>
#include "base/smtp.h"
#include "keeper/base64.h"
#include "keeper/mark.h"
#include "keeper/letter-field.h"
#include "message/mime.h"

#define PARSED_MAX ((size_t)64 << 20) /* besides what parts decode to */
#define HEADER_BYTES_MAX ((size_t)16 << 20)
#define BOUNDARY_SIZE 40

struct letter {
    struct buf *out;
    struct slice message;
    bool eight_bit;
    struct arena arena;
    struct message_limits limits;
    struct header_block top;
    struct mime_tree mime;
};

static void letter_init(struct letter *l, struct buf *out, struct slice message, bool eight_bit)
{
    *l = (struct letter){ .out = out, .message = message, .eight_bit = eight_bit };
    message_limits_default(&l->limits);
    l->limits.header_max_bytes = HEADER_BYTES_MAX;
    l->limits.header_max_count = 100000;
    arena_init(&l->arena, PARSED_MAX + 2 * message.n);
}

/* What this server can't be sent, UNENDED aside: that is for the caller to judge. */
static unsigned bad(const struct letter *l, struct slice text)
{
    unsigned accept = SMTP_UNENDED | (l->eight_bit ? SMTP_8BIT : 0);
    return smtp_text_odd(text) & ~accept;
}

/* ---- which form */

static bool header_can_go(const struct letter *l)
{
    if (l->top.flags & HEADER_TRUNCATED || (l->top.flags & HEADER_8BIT && !l->eight_bit))
        return false;
    for (size_t i = 0; i < l->top.n; i++)
        if (l->top.v[i].name.n > LETTER_NAME_MAX)
            return false;
    return true;
}

static bool is_sealed(const struct mime_part *p)
{
    for (; p; p = p->parent)
        if (slice_eq(p->type, SLICE("multipart/signed")) || slice_eq(p->type, SLICE("multipart/encrypted")))
            return true;
    return false;
}

/* A leaf that must be encoded can be. Decodes it. */
static bool can_encode(struct letter *l, struct mime_part *p)
{
    if (p->encoding == TRANSFER_UUENCODE || p->encoding == TRANSFER_UNKNOWN || is_sealed(p) ||
        p->headers.flags & (HEADER_NO_SEPARATOR | HEADER_TRUNCATED))
        return false;
    mime_decoded(p, &l->arena, SIZE_MAX);
    return p->transfer_flags == 0;
}

static bool encodes(const struct mime_part *p)
{
    return p->is_decoded;
}

/* All that can't go as it is lies in bodies of leaves, and those can be encoded. */
static bool leaves_can_go(struct letter *l, struct slice body)
{
    const char *at = body.p;
    mime_parse(&l->mime, &l->arena, l->message, &l->limits);
    if (l->mime.flags & (MIME_AMBIGUOUS | MIME_TRUNCATED | MIME_NO_BOUNDARY | MIME_BOUNDARY_UNSEEN))
        return false;
    mime_foreach (p, &l->mime) {
        if (p->kind != MIME_LEAF)
            continue;
        if (p->body.p < at || bad(l, slice_of(at, (size_t)(p->body.p - at))))
            return false;
        if (bad(l, p->body) && !can_encode(l, p))
            return false;
        at = p->body.p + p->body.n;
    }
    return !bad(l, slice_of(at, (size_t)(body.p + body.n - at)));
}

static struct slice body_of(const struct letter *l)
{
    return slice_from(l->message, l->top.body_at);
}

static enum letter_form look(struct letter *l)
{
    header_parse(&l->top, &l->arena, l->message, true, &l->limits);
    if (!header_can_go(l))
        return LETTER_WRAPPED;
    if (!bad(l, body_of(l)))
        return LETTER_AS_IS;
    return leaves_can_go(l, body_of(l)) ? LETTER_ENCODED : LETTER_WRAPPED;
}

/* ---- writing */

static void end_line(struct buf *out)
{
    if (out->n && out->p[out->n - 1] != '\n')
        buf_add_str(out, "\r\n");
}

static bool is_encoding(const struct header *h)
{
    return slice_ieq(h->name, SLICE("Content-Transfer-Encoding"));
}

static bool is_mark(const struct header *h)
{
    return slice_ieq(h->name, SLICE(MARK_FIELD));
}

static void put_fields(struct letter *l, const struct header_block *b, bool encoded)
{
    for (size_t i = 0; i < b->n; i++)
        if (!is_mark(&b->v[i]) && !(encoded && is_encoding(&b->v[i])))
            letter_field(l->out, &b->v[i], false);
    if (encoded)
        buf_add_str(l->out, "Content-Transfer-Encoding: base64\r\n");
}

/* A message's own leaf: without this field readers look at no encoding. */
static void put_version(struct letter *l, const struct mime_part *p)
{
    if ((p->parent == NULL || p->parent->kind == MIME_MESSAGE) &&
        header_find(&p->headers, SLICE("MIME-Version"), 0) == NULL)
        buf_add_str(l->out, "MIME-Version: 1.0\r\n");
}

static void put_as_is(struct letter *l)
{
    put_fields(l, &l->top, false);
    buf_add_str(l->out, "\r\n");
    buf_add_slice(l->out, body_of(l));
    end_line(l->out);
}

/* Everything from *at to the leaf, then the leaf anew. */
static void put_leaf(struct letter *l, struct mime_part *p, const char **at)
{
    if (p->parent) { /* the root's header is written with care for each line: it is the one from outside */
        buf_add(l->out, *at, (size_t)(p->headers.raw.p - *at));
        put_fields(l, &p->headers, true);
    } else
        put_fields(l, &l->top, true);
    put_version(l, p);
    buf_add_str(l->out, "\r\n");
    base64_lines(l->out, p->decoded);
    *at = p->body.p + p->body.n;
}

static void put_encoded(struct letter *l)
{
    const char *at = body_of(l).p, *end = l->message.p + l->message.n;
    if (l->mime.root->kind != MIME_LEAF) {
        put_fields(l, &l->top, false);
        buf_add_str(l->out, "\r\n");
    }
    mime_foreach (p, &l->mime)
        if (p->kind == MIME_LEAF && encodes(p))
            put_leaf(l, p, &at);
    buf_add(l->out, at, (size_t)(end - at));
    end_line(l->out);
}

/* Not in any text that can stand between; by chance and checked. */
static void make_boundary(char boundary[BOUNDARY_SIZE], struct slice inside)
{
    unsigned char r[12];
    do {
        if (getrandom(r, sizeof(r), 0) != sizeof(r))
            fatal("no random bytes");
        memcpy(boundary, "=_tamis-", 8);
        for (size_t i = 0; i < sizeof(r); i++)
            snprintf(boundary + 8 + 2 * i, 3, "%02x", r[i]);
    } while (slice_find(inside, slice_str(boundary)) >= 0);
}

static void put_parts_begin(struct letter *l, const char *boundary, const char *intro)
{
    buf_printf(l->out,
               "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n"
               "Content-Type: text/plain; charset=us-ascii\r\n\r\n",
               boundary, boundary);
    struct slice rest = slice_str(intro), line;
    while (slice_line(&rest, &line)) {
        buf_add_slice(l->out, slice_chomp(line));
        buf_add_str(l->out, "\r\n");
    }
    buf_printf(l->out, "\r\n--%s\r\n", boundary);
}

static void put_original(struct letter *l)
{
    buf_add_str(l->out, "Content-Type: application/octet-stream; name=\"message.eml\"\r\n"
                        "Content-Disposition: attachment; filename=\"message.eml\"\r\n"
                        "Content-Transfer-Encoding: base64\r\n\r\n");
    base64_lines(l->out, l->message);
}

static void put_parts_end(struct letter *l, const char *boundary)
{
    buf_printf(l->out, "\r\n--%s--\r\n", boundary);
}

/* What a reader looks at in a list of messages, and what threads hang on. */
static void put_visible(struct letter *l)
{
    static const struct slice names[] = {
        SLICE_INIT("From"),       SLICE_INIT("Sender"),      SLICE_INIT("Reply-To"),
        SLICE_INIT("To"),         SLICE_INIT("Cc"),          SLICE_INIT("Date"),
        SLICE_INIT("Message-ID"), SLICE_INIT("In-Reply-To"), SLICE_INIT("Subject"),
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct header *h = header_find(&l->top, names[i], 0);
        if (h)
            letter_field(l->out, h, !l->eight_bit);
    }
}

static void put_wrapped(struct letter *l)
{
    char boundary[BOUNDARY_SIZE];
    make_boundary(boundary, slice_of(NULL, 0));
    put_visible(l);
    put_parts_begin(l, boundary,
                    "The message has line ends, control characters or a structure that mail\n"
                    "programs do not agree on. It is attached exactly as it came.\n");
    put_original(l);
    put_parts_end(l, boundary);
}

static void write_form(struct letter *l, enum letter_form form)
{
    static void (*const writers[])(struct letter *) = {
        [LETTER_AS_IS] = put_as_is,
        [LETTER_ENCODED] = put_encoded,
        [LETTER_WRAPPED] = put_wrapped,
    };
    writers[form](l);
}

/* Only the arena's memory may be held here: see base/arena.h. */
static enum letter_form look_guarded(struct letter *l)
{
    if (ARENA_TRY(&l->arena)) {
        enum letter_form form = look(l);
        l->arena.can_escape = false;
        return form;
    }
    l->arena.can_escape = false;
    memset(&l->top, 0, sizeof(l->top));
    return LETTER_WRAPPED;
}

static int done(struct letter *l, struct err *e)
{
    arena_deinit(&l->arena);
    if (l->out->full)
        return err_set(e, ERR_RETRY, "the message is larger than what can be sent");
    unsigned odd = smtp_text_odd(buf_slice(l->out));
    if (odd & ~(l->eight_bit ? SMTP_8BIT : 0u))
        return err_set(e, ERR_INPUT, "the message can't be put into a form for SMTP (odd bits %x)", odd);
    return 0;
}

int letter_make(struct buf *out, struct slice message, bool eight_bit, enum letter_form *form, struct err *e)
{
    struct letter l;
    letter_init(&l, out, message, eight_bit);
    *form = look_guarded(&l);
    write_form(&l, *form);
    return done(&l, e);
}

/* ---- as an attachment */

static void put_value(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "%s: ", name);
    for (size_t i = 0; i < 900 && value[i]; i++) {
        unsigned char c = (unsigned char)value[i];
        buf_add_char(out, c < ' ' || c == 0x7f ? ' ' : c >= 0x80 ? '?' : (char)c);
    }
    buf_add_str(out, "\r\n");
}

static void put_cover(struct buf *out, const struct letter_cover *c)
{
    put_value(out, "From", c->from);
    put_value(out, "To", c->to);
    put_value(out, "Subject", c->subject);
    put_value(out, "Date", c->date);
    put_value(out, "Message-ID", c->message_id);
}

static void put_enclosed(struct buf *out, struct slice text)
{
    buf_printf(out,
               "Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n"
               "Content-Transfer-Encoding: %s\r\n\r\n",
               smtp_text_odd(text) & SMTP_8BIT ? "8bit" : "7bit");
    buf_add_slice(out, text);
}

int letter_attach(struct buf *out, struct slice message, bool eight_bit, const struct letter_cover *cover,
                  enum letter_form *form, struct err *e)
{
    char boundary[BOUNDARY_SIZE];
    struct letter l;
    struct buf inner;
    buf_init(&inner, out->max);
    letter_init(&l, out, message, eight_bit);
    int r = letter_make(&inner, message, eight_bit, form, e);
    make_boundary(boundary, buf_slice(&inner));
    put_cover(out, cover);
    put_parts_begin(&l, boundary, cover->intro);
    if (*form == LETTER_WRAPPED)
        put_original(&l);
    else
        put_enclosed(out, buf_slice(&inner));
    put_parts_end(&l, boundary);
    buf_deinit(&inner);
    return done(&l, e) == 0 ? r : -1;
}
