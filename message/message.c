/* message.c - one message as everybody sees it; see message.h
 * What was found odd is told by message-odd.c. */
#include "config.h"
#include "message/message.h"

#include <time.h>
#include "message/charset.h"

/* ---- the body's bytes */

/* A CR that no LF follows. */
static bool has_bare_cr(struct slice s)
{
    size_t at = 0;
    while (at < s.n) {
        ptrdiff_t cr = slice_chr(slice_from(s, at), '\r');
        if (cr < 0)
            return false;
        at += (size_t)cr + 1;
        if (at == s.n || s.p[at] != '\n')
            return true;
    }
    return false;
}

/* Both kinds of line ends. */
static bool has_mixed_ends(struct slice s)
{
    size_t at = 0;
    bool lf = false, crlf = false;
    while (at < s.n && !(lf && crlf)) {
        ptrdiff_t n = slice_chr(slice_from(s, at), '\n');
        if (n < 0)
            break;
        at += (size_t)n;
        if (at > 0 && s.p[at - 1] == '\r')
            crlf = true;
        else
            lf = true;
        at++;
    }
    return lf && crlf;
}

static unsigned body_flags(const struct message *m)
{
    struct slice body = slice_from(m->raw, m->headers->body_at);
    unsigned flags = m->raw.n ? 0 : MESSAGE_EMPTY;
    if (slice_chr(body, 0) >= 0)
        flags |= MESSAGE_BODY_NUL;
    if (has_bare_cr(body))
        flags |= MESSAGE_BODY_BARE_CR;
    if (has_mixed_ends(m->raw))
        flags |= MESSAGE_BODY_BARE_LF;
    return flags;
}

/* ---- what the MTA will add */

/* "Return-Path: <sender>", which an MTA writes on delivery; white space and controls become '?' */
static struct slice return_path(struct arena *a, const struct envelope *env)
{
    if (!env->has_sender)
        return slice_of(NULL, 0);
    struct slice sender = slice_sub(env->sender, 0, 500);
    char *p = arena_str(a, sender);
    for (size_t i = 0; i < sender.n; i++)
        if ((unsigned char)p[i] <= ' ' || p[i] == 0x7f || p[i] == '<' || p[i] == '>')
            p[i] = '?';
    return arena_printf(a, "Return-Path: <%.*s>\r\n", (int)sender.n, p);
}

static struct slice synthetic_fields(struct arena *a, const struct envelope *env)
{
    struct slice path = return_path(a, env), received = received_synthetic(a, env);
    struct buf b;
    if (received.n == 0)
        return path;
    buf_init_in(&b, a, path.n + received.n);
    buf_add_slice(&b, path);
    buf_add_slice(&b, received);
    return buf_slice(&b);
}

/* ---- */

void message_parse(struct message *m, struct arena *a, struct slice raw, const struct envelope *env,
                   const struct message_limits *l)
{
    static const struct envelope unknown;
    memset(m, 0, sizeof(*m));
    m->arena = a;
    m->limits = l;
    m->envelope = env ? env : &unknown;
    m->raw = raw;
    mime_parse(&m->mime, a, raw, l);
    m->headers = &m->mime.root->headers;
    m->flags = body_flags(m);
    received_parse(&m->relays, a, m->headers, m->envelope, l);
    m->synthetic = synthetic_fields(a, m->envelope);
}

struct text_part *message_texts(struct message *m)
{
    bool truncated = false;
    if (m->has_texts)
        return m->texts;
    m->texts = text_parts(&m->mime, m->arena, m->limits, &truncated);
    m->has_texts = true;
    if (truncated)
        m->flags |= MESSAGE_TEXT_CUT;
    return m->texts;
}

const struct uri_list *message_uris(struct message *m)
{
    if (m->has_uris)
        return &m->uris;
    m->has_uris = true;
    uri_from_text(&m->uris, m->arena, message_subject(m), URI_HEADER, m->limits);
    for (const struct text_part *t = message_texts(m); t; t = t->next) {
        uri_from_text(&m->uris, m->arena, t->visible, URI_TEXT, m->limits);
        uri_from_text(&m->uris, m->arena, t->invisible, URI_TEXT, m->limits);
        if (t->html)
            uri_from_html(&m->uris, m->arena, t->html, m->limits);
    }
    if (m->uris.truncated)
        m->flags |= MESSAGE_URI_CUT;
    return &m->uris;
}

struct slice message_subject(struct message *m)
{
    const struct header *last = NULL;
    for (size_t i = 0; i < m->headers->n; i++)
        if (slice_ieq(m->headers->v[i].name, SLICE("subject")))
            last = &m->headers->v[i];
    return last ? header_decoded(m->arena, last) : slice_of(NULL, 0);
}

void message_warm(void)
{
    tzset();
    charset_warm();
    uri_warm();
}
