/* report-safe.c - spam as an attachment of its report; see report.h
 * A new message with the fields that people look for, the report as its text, and the message as it came
 * behind it: unchanged, so that it can be had back. */
#include "config.h"
#include "scoring/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include "base/buf.h"

#define BOUNDARY_TRIES 16

static struct slice last_value(struct report *r, struct slice name)
{
    struct slice *v;
    size_t n = report_header_values(r->a, r->halves.header, name, &v);
    return n ? v[n - 1] : slice_of(NULL, 0);
}

static struct slice filled(struct report *r, struct slice text, bool keep_blanks)
{
    struct buf b;
    size_t n = 0;
    buf_init_in(&b, r->a, REPORT_TEXT_MAX);
    report_fill(r, &b, text);
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] != '\n' || keep_blanks)
            b.p[n++] = b.p[i] == '\n' ? ' ' : b.p[i];
    return slice_of(b.p, n);
}

/* "tag Subject", once */
static struct slice tagged_subject(struct report *r, struct slice subject)
{
    struct slice tag = filled(r, r->s->rewrite[REWRITE_SUBJECT], true), lead;
    if (subject.p == NULL)
        subject = SLICE("\n");
    if (r->prefixes.p) {
        struct slice prefix = filled(r, r->prefixes, true);
        subject = arena_printf(r->a, "%.*s%.*s", SLICE_ARG(prefix), SLICE_ARG(subject));
    }
    lead = arena_printf(r->a, "%.*s ", SLICE_ARG(tag));
    if (slice_starts(subject, lead))
        subject = slice_from(subject, lead.n);
    return arena_printf(r->a, "%.*s%.*s", SLICE_ARG(lead), SLICE_ARG(subject));
}

/* "address TAB (tag)", once; before the last LF, as a comment that readers show */
static struct slice tagged_address(struct report *r, struct slice value, enum report_rewritten field)
{
    struct slice tag = filled(r, r->s->rewrite[field], field == REWRITE_TO);
    struct slice comment = arena_printf(r->a, "\t(%.*s)", SLICE_ARG(tag));
    if (value.p == NULL)
        value = SLICE("\n");
    bool ended = value.n && value.p[value.n - 1] == '\n';
    value.n -= ended;
    if (value.n >= comment.n && slice_eq(slice_from(value, value.n - comment.n), comment))
        value.n -= comment.n;
    return arena_printf(r->a, "%.*s%.*s%s", SLICE_ARG(value), SLICE_ARG(comment), ended ? "\n" : "");
}

static void put_field(struct buf *out, const char *name, struct slice value)
{
    if (value.p)
        buf_printf(out, "%s: %.*s", name, SLICE_ARG(value));
}

static void put_own_fields(struct report *r, struct buf *out)
{
    struct slice from = last_value(r, SLICE("From")), to = last_value(r, SLICE("To")),
                 subject = last_value(r, SLICE("Subject"));
    if (r->s->rewrite[REWRITE_SUBJECT].p)
        subject = tagged_subject(r, subject);
    if (r->s->rewrite[REWRITE_TO].p)
        to = tagged_address(r, to, REWRITE_TO);
    if (r->s->rewrite[REWRITE_FROM].p)
        from = tagged_address(r, from, REWRITE_FROM);
    put_field(out, "From", from);
    put_field(out, "To", to);
    put_field(out, "Cc", last_value(r, SLICE("Cc")));
    put_field(out, "Subject", subject);
    put_field(out, "Date", last_value(r, SLICE("Date")));
    put_field(out, "Message-Id", last_value(r, SLICE("Message-Id")));
    report_added_fields(r, out, true);
}

static bool copied_already(const struct report_settings *s, size_t at)
{
    static const struct slice own[] = { SLICE_INIT("from"),    SLICE_INIT("to"),   SLICE_INIT("cc"),
                                        SLICE_INIT("subject"), SLICE_INIT("date"), SLICE_INIT("message-id") };
    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        if (slice_ieq(s->copied[at], own[i]))
            return true;
    for (size_t i = 0; i < at; i++)
        if (slice_ieq(s->copied[at], s->copied[i]))
            return true;
    return false;
}

/* of report_safe_copy_headers; Received ones go to the top */
static void put_copied(struct report *r, struct buf *out, bool received)
{
    for (size_t i = 0; i < r->s->n_copied; i++) {
        struct slice name = r->s->copied[i], *v;
        if (copied_already(r->s, i) || slice_ieq(name, SLICE("Received")) != received)
            continue;
        size_t n = report_header_values(r->a, r->halves.header, name, &v);
        for (size_t k = 0; k < n; k++)
            buf_printf(out, "%.*s: %.*s", SLICE_ARG(name), SLICE_ARG(v[k]));
    }
}

static void put_received(struct report *r, struct buf *out)
{

    buf_printf(out, "Received: from localhost by %.*s\n\twith SpamAssassin (version %.*s);\n\t",
               SLICE_ARG(r->m->envelope->my_name), SLICE_ARG(r->s->version));
    report_fill(r, out, SLICE("_DATE_"));
    buf_add_char(out, '\n');
}

/* Not in the message: otherwise a sender could close our part. */
static struct slice make_boundary(struct report *r)
{
    struct slice boundary = slice_of(NULL, 0);
    for (int i = 0; i < BOUNDARY_TRIES; i++) {
        uint32_t chance = 0;
        if (getrandom(&chance, sizeof(chance), 0) != sizeof(chance))
            chance = (uint32_t)r->now * 2654435761u;
        boundary = arena_printf(r->a, "----------=_%08" PRIX32 ".%08" PRIX32, (uint32_t)r->now, chance);
        if (slice_find(r->m->raw, boundary) < 0)
            break;
    }
    return boundary;
}

static bool is_plain_text(struct report *r)
{
    struct slice type = views_get(r->views, SLICE("Content-Type"))->text;
    static const struct slice plain = SLICE_INIT("text/plain");
    if (slice_trim(type).n == 0)
        return true;
    for (size_t i = 0; i + plain.n <= type.n; i++)
        if (slice_ieq(slice_sub(type, i, plain.n), plain))
            return true;
    return false;
}

static void put_parts(struct report *r, struct buf *out, struct slice boundary)
{
    bool plain = is_plain_text(r);
    buf_printf(out,
               "MIME-Version: 1.0\n"
               "Content-Type: multipart/mixed; boundary=\"%.*s\"\n\n"
               "This is a multi-part message in MIME format.\n\n"
               "--%.*s\n"
               "Content-Type: text/plain; charset=%.*s\n"
               "Content-Disposition: inline\n"
               "Content-Transfer-Encoding: 8bit\n\n",
               SLICE_ARG(boundary), SLICE_ARG(boundary), SLICE_ARG(r->s->charset));
    report_text(r, out);
    if (!plain)
        report_fill(r, out, r->s->unsafe_report);
    buf_printf(out,
               "\n\n--%.*s\n"
               "Content-Type: %s; x-spam-type=original\n"
               "Content-Description: original message before SpamAssassin\n"
               "Content-Disposition: %s\n"
               "Content-Transfer-Encoding: 8bit\n\n",
               SLICE_ARG(boundary), r->s->safe > 1 ? "text/plain" : "message/rfc822",
               plain ? "inline" : "attachment");
}

/* Every line end in `text` becomes the message's own. */
static void put_lines(const struct report *r, const struct report_sink *sink, struct slice text)
{
    struct slice line;
    while (slice_line(&text, &line)) {
        if (!r->halves.crlf || line.p[line.n - 1] != '\n') {
            sink->put(sink->ctx, line);
            continue;
        }
        sink->put(sink->ctx, slice_chomp(line));
        sink->put(sink->ctx, SLICE("\r\n"));
    }
}

void report_safe_mail(struct report *r, const struct report_sink *sink)
{
    struct slice boundary = make_boundary(r);
    struct buf b;
    buf_init_in(&b, r->a, 32 * REPORT_TEXT_MAX);
    put_received(r, &b);
    put_copied(r, &b, true);
    put_own_fields(r, &b);
    put_copied(r, &b, false);
    put_parts(r, &b, boundary);
    put_lines(r, sink, buf_slice(&b));
    sink->put(sink->ctx, r->halves.header);
    sink->put(sink->ctx, r->halves.body);
    put_lines(r, sink, arena_printf(r->a, "\n--%.*s--\n\n", SLICE_ARG(boundary)));
}
