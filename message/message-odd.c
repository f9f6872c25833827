/* message-odd.c - what the parsers found odd, as findings; see message.h
 * One row a reason. bad_header looks for syntax that mailers do not produce; what they do produce against the
 * RFC (8-bit text, missing fields) is none. A text or URI limit alone is no unchecked mail: rules are written
 * for the first text_max bytes of a part, and the bytes behind are not hidden from a virus scanner. Only
 * where decoded_max was used up whole parts were not read at all, which an attacker can bring about:
 * unchecked/limit. */
#include "config.h"
#include "message/message.h"

struct oddity {
    unsigned flag;
    const char *name;
};

/* ---- bad_header */

static const struct oddity header_oddities[] = {
    { HEADER_NUL, "header_nul" },
    { HEADER_CONTROL, "header_control" },
    { HEADER_BARE_CR, "header_bare_cr" },
    { HEADER_BLANK_FOLD, "header_blank_fold" },
    { HEADER_LONG_LINE, "header_long_line" },
    { HEADER_NAME_SPACE, "header_name_space" },
    { HEADER_NO_SEPARATOR, "header_no_colon" },
};

/* RFC 5322 3.6: at most once */
static const struct slice single_fields[] = {
    SLICE_INIT("from"),       SLICE_INIT("sender"),  SLICE_INIT("reply-to"),   SLICE_INIT("to"),
    SLICE_INIT("cc"),         SLICE_INIT("bcc"),     SLICE_INIT("message-id"), SLICE_INIT("in-reply-to"),
    SLICE_INIT("references"), SLICE_INIT("subject"), SLICE_INIT("date"),
};

struct teller {
    struct message *m;
    struct finding_list *out;
};

static void tell(struct teller *t, enum verdict_class class, const char *name, struct slice where)
{
    finding_add(t->out, t->m->arena, FINDING_CLASS, class, 0, slice_str(name), where);
}

static struct slice place(struct message *m, const struct mime_part *p)
{
    return p->parent ? arena_printf(m->arena, "part %u", p->index) : SLICE("message");
}

/* The first part whose header block has the flag. */
static const struct mime_part *block_with(const struct message *m, unsigned flag)
{
    mime_foreach (p, &m->mime)
        if (p->headers.flags & flag)
            return p;
    return NULL;
}

static void tell_headers(struct teller *t)
{
    for (size_t i = 0; i < sizeof(header_oddities) / sizeof(header_oddities[0]); i++) {
        const struct mime_part *p = block_with(t->m, header_oddities[i].flag);
        if (p)
            tell(t, CLASS_BAD_HEADER, header_oddities[i].name, place(t->m, p));
    }
}

static void tell_repeated(struct teller *t)
{
    enum { N = sizeof(single_fields) / sizeof(single_fields[0]) };
    unsigned seen[N] = { 0 };
    for (size_t i = 0; i < t->m->headers->n; i++)
        for (size_t j = 0; j < N; j++)
            if (slice_ieq(t->m->headers->v[i].name, single_fields[j]) && ++seen[j] == 2) {
                tell(t, CLASS_BAD_HEADER, "header_repeated", single_fields[j]);
                return;
            }
}

/* ---- unchecked */

static const struct oddity ambiguities[] = {
    { MIME_SEVERAL_BOUNDARIES, "mime_several_boundaries" },
    { MIME_SEVERAL_TYPES, "mime_several_types" },
    { MIME_SEVERAL_ENCODINGS, "mime_several_encodings" },
    { MIME_BOUNDARY_ELSEWHERE, "mime_boundary_elsewhere" },
    { MIME_ODD_COMMENT, "mime_odd_comment" },
    { MIME_ENCODED_MULTIPART, "mime_encoded_multipart" },
    { MIME_UNKNOWN_ENCODING, "mime_unknown_encoding" },
    { MIME_BOUNDARY_PREFIX, "mime_boundary_prefix" },
    { MIME_BOUNDARY_REUSED, "mime_boundary_reused" },
    { MIME_BARE_CR_BOUNDARY, "mime_bare_cr_boundary" },
    { MIME_REOPENED, "mime_reopened" },
    { MIME_HIDDEN_FIELDS, "mime_hidden_fields" },
    { MIME_CONTROL, "mime_control" },
    { MIME_BOUNDARY_GUESS, "mime_boundary_guess" },
    { MIME_BAD_BASE64, "mime_bad_base64" },
};

static const struct oddity partials[] = {
    { MIME_PARTIAL, "mime_partial" },
    { MIME_EXTERNAL, "mime_external_body" },
};

static const struct oddity cuts[] = { { MIME_TRUNCATED, "mime_limit" } };

static void tell_parts(struct teller *t, enum verdict_class class, const struct oddity *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(t->m->mime.flags & rows[i].flag))
            continue;
        mime_foreach (p, &t->m->mime)
            if (p->flags & rows[i].flag) {
                tell(t, class, rows[i].name, place(t->m, p));
                break;
            }
    }
}
#define TELL_PARTS(t, class, rows) tell_parts(t, class, rows, sizeof(rows) / sizeof(rows[0]))

static void tell_text(struct teller *t)
{
    for (const struct text_part *text = message_texts(t->m); text; text = text->next)
        if (text->spent) {
            tell(t, CLASS_UNCHECKED_LIMIT, "text_limit", SLICE("message"));
            return;
        }
}

void message_findings(struct message *m, struct finding_list *out)
{
    struct teller t = { m, out };
    tell_headers(&t);
    tell_repeated(&t);
    TELL_PARTS(&t, CLASS_UNCHECKED_AMBIGUOUS, ambiguities);
    TELL_PARTS(&t, CLASS_UNCHECKED_PARTIAL, partials);
    TELL_PARTS(&t, CLASS_UNCHECKED_LIMIT, cuts);
    const struct mime_part *p = block_with(m, HEADER_TRUNCATED);
    if (p)
        tell(&t, CLASS_UNCHECKED_LIMIT, "header_limit", place(m, p));
    tell_text(&t);
}
