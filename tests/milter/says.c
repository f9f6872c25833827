/* says.c - the steps of a session file in which the MTA says something; see play.h, tests/README */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include "tests/milter/play.h"

static int number(struct slice s, uint64_t max, uint64_t *n, struct err *e)
{
    return slice_uint(s, max, n) ? 0
                                 : err_set(e, ERR_INPUT, "`%.*s` is no number up to %llu", SLICE_ARG(s),
                                           (unsigned long long)max);
}

/* offer -SKIP -QUARANTINE, offer version 2 */
static int say_offer(struct play *p, struct slice rest, struct err *e)
{
    struct slice word;
    uint64_t n;
    while (script_word(&rest, &word)) {
        if (slice_eq(word, SLICE("version"))) {
            script_word(&rest, &word);
            if (number(word, UINT32_MAX, &n, e) != 0)
                return -1;
            p->talk->offer.version = (uint32_t)n;
            continue;
        }
        uint32_t action = mt_action_by_name(slice_from(word, 1)),
                 step = mt_protocol_by_name(slice_from(word, 1));
        if (word.p[0] != '-' || action + step == 0)
            return err_set(e, ERR_INPUT, "write -FLAG (as in -QUARANTINE or -SKIP) or version N");
        p->talk->offer.actions &= ~action;
        p->talk->offer.protocol &= ~step;
    }
    return 0;
}

static int say_as(struct play *p, struct slice rest, struct err *e)
{
    p->talk->offer.sendmail = slice_eq(rest, SLICE("sendmail"));
    return p->talk->offer.sendmail ? 0 : err_set(e, ERR_INPUT, "write `as sendmail`; else it is Postfix");
}

static int say_open(struct play *p, struct slice rest, struct err *e)
{
    return talk_reach(p->talk, TALK_OPEN, e);
}

static int say_negotiate(struct play *p, struct slice rest, struct err *e)
{
    return talk_reach(p->talk, TALK_NEGOTIATED, e);
}

/* connect HOST ADDRESS; an address with a colon is IPv6, with a slash a path; none: unknown */
static int say_connect(struct play *p, struct slice rest, struct err *e)
{
    struct talk *t = p->talk;
    if (rest.n) {
        ptrdiff_t blank = slice_chr(rest, ' ');
        t->host = slice_sub(rest, 0, blank < 0 ? rest.n : (size_t)blank);
        t->address = slice_trim(slice_from(rest, t->host.n));
        t->family = t->address.n == 0                 ? 'U'
                    : slice_chr(t->address, '/') >= 0 ? 'L'
                    : slice_chr(t->address, ':') >= 0 ? '6'
                                                      : '4';
    }
    return talk_connect(t, e);
}

static int say_helo(struct play *p, struct slice rest, struct err *e)
{
    return talk_helo(p->talk, rest, e);
}

static int say_mail(struct play *p, struct slice rest, struct err *e)
{
    return talk_mail(p->talk, rest, e);
}

static int say_rcpt(struct play *p, struct slice rest, struct err *e)
{
    return talk_rcpt(p->talk, rest, e);
}

static int say_data(struct play *p, struct slice rest, struct err *e)
{
    return talk_data(p->talk, e);
}

static int say_header(struct play *p, struct slice rest, struct err *e)
{
    struct slice name, value;
    return play_field(rest, &name, &value, e) != 0 ? -1 : talk_header(p->talk, name, value, e);
}

static int say_bare(struct play *p, struct slice rest, struct err *e)
{
    p->talk->bare = true;
    return 0;
}

static int say_eoh(struct play *p, struct slice rest, struct err *e)
{
    return talk_eoh(p->talk, e);
}

/* one line; goes with those around it in one packet */
static int say_body(struct play *p, struct slice rest, struct err *e)
{
    if (talk_reach(p->talk, TALK_EOH, e) != 0)
        return -1;
    talk_body(p->talk, rest);
    talk_body(p->talk, SLICE("\r\n"));
    return 0;
}

/* exactly these bytes, in a packet of their own; none: the message has no body */
static int say_chunk(struct play *p, struct slice rest, struct err *e)
{
    if (talk_send_body(p->talk, e) != 0)
        return -1;
    talk_body(p->talk, rest);
    return talk_send_body(p->talk, e);
}

/* file PATH, beside the session file: its header fields and its body */
static int say_file(struct play *p, struct slice rest, struct err *e)
{
    const char *slash = strrchr(p->script->path, '/');
    struct slice dir = slice_of(p->script->path, slash ? (size_t)(slash + 1 - p->script->path) : 0), text;
    struct slice path = arena_printf(p->arena, "%.*s%.*s", SLICE_ARG(dir), SLICE_ARG(rest));
    struct mail m;
    if (file_read(path.p, p->arena, &text, e) != 0)
        return -1;
    mail_parse(&m, text, p->arena);
    p->talk->bare = true;
    for (size_t i = 0; i < m.n_fields; i++)
        if (talk_header(p->talk, m.fields[i].name, m.fields[i].value, e) != 0)
            return -1;
    if (talk_reach(p->talk, TALK_EOH, e) != 0)
        return -1;
    talk_body(p->talk, m.body);
    return talk_send_body(p->talk, e);
}

static int say_end(struct play *p, struct slice rest, struct err *e)
{
    return talk_end(p->talk, e);
}

static int say_abort(struct play *p, struct slice rest, struct err *e)
{
    return talk_abort(p->talk, e);
}

static int say_quit(struct play *p, struct slice rest, struct err *e)
{
    if (talk_reach(p->talk, TALK_NEGOTIATED, e) != 0 || mt_client_tell(&p->talk->client, 'Q', e) != 0)
        return -1;
    if (mt_client_wait_closed(&p->talk->client, p->o->timeout_ms, e) != 0)
        return -1;
    mt_client_close(&p->talk->client);
    p->talk->phase = TALK_CLOSED;
    return 0;
}

/* The connection stays: the next SMTP session begins at connect. */
static int say_quit_nc(struct play *p, struct slice rest, struct err *e)
{
    if (talk_reach(p->talk, TALK_NEGOTIATED, e) != 0)
        return -1;
    p->talk->phase = TALK_NEGOTIATED;
    return mt_client_tell(&p->talk->client, 'K', e);
}

static int say_close(struct play *p, struct slice rest, struct err *e)
{
    if (p->talk->client.fd >= 0 && mt_client_flush(&p->talk->client, e) != 0)
        return -1;
    mt_client_close(&p->talk->client);
    p->talk->phase = TALK_CLOSED;
    return 0;
}

/* for every stage that sends it, from here on */
static int say_macro(struct play *p, struct slice rest, struct err *e)
{
    ptrdiff_t equal = slice_chr(rest, '=');
    if (equal <= 0)
        return err_set(e, ERR_INPUT, "write NAME=VALUE, long names with braces");
    mt_client_fix_macro(&p->talk->client, slice_sub(rest, 0, (size_t)equal),
                        slice_from(rest, (size_t)equal + 1));
    return 0;
}

static int say_trickle(struct play *p, struct slice rest, struct err *e)
{
    p->talk->client.trickle = true;
    return 0;
}

/* on NAME [STEP...] */
static int say_on(struct play *p, struct slice rest, struct err *e)
{
    struct slice word, name;
    if (!script_word(&rest, &word))
        return err_set(e, ERR_INPUT, "write on NAME");
    if (script_unescape(word, p->counter, p->arena, &name, e) != 0)
        return -1;
    p->talk = play_talk(p, name);
    return script_word(&rest, &word) ? play_step(p, word, rest, e) : 0;
}

static int say_repeat(struct play *p, struct slice rest, struct err *e)
{
    struct slice count, word;
    uint64_t n;
    script_word(&rest, &count);
    script_word(&rest, &word);
    if (number(count, 100000000, &n, e) != 0)
        return -1;
    for (p->counter = 0; p->counter < n; p->counter++)
        if (play_step(p, word, rest, e) != 0)
            return -1;
    p->counter = 0;
    return 0;
}

static int say_wait(struct play *p, struct slice rest, struct err *e)
{
    uint64_t ms;
    if (number(rest, 60000, &ms, e) != 0)
        return -1;
    poll(NULL, 0, (int)ms);
    return 0;
}

static int say_raw(struct play *p, struct slice rest, struct err *e)
{
    if (p->talk->phase < TALK_OPEN && talk_reach(p->talk, TALK_OPEN, e) != 0)
        return -1;
    return mt_client_raw(&p->talk->client, rest, e);
}

/* packet C DATA: any command, its answer to be named by `reply` */
static int say_packet(struct play *p, struct slice rest, struct err *e)
{
    struct talk *t = p->talk;
    if (rest.n < 1)
        return err_set(e, ERR_INPUT, "write packet LETTER DATA");
    if (talk_reach(t, TALK_NEGOTIATED, e) != 0)
        return -1;
    struct slice data = rest.n > 2 ? slice_from(rest, 2) : SLICE("");
    t->last = SLICE("packet");
    if (mt_client_command(&t->client, rest.p[0], data, p->arena, &t->answer, e) != 0)
        return -1;
    t->unheard = t->answer.kind != 0;
    return 0;
}

/* announce LENGTH BYTES: a length, and less than that behind it */
static int say_announce(struct play *p, struct slice rest, struct err *e)
{
    struct slice word;
    uint64_t n;
    struct buf b;
    script_word(&rest, &word);
    if (number(word, UINT32_MAX, &n, e) != 0 ||
        (p->talk->phase < TALK_OPEN && talk_reach(p->talk, TALK_OPEN, e)))
        return -1;
    buf_init_in(&b, p->arena, 1 << 20);
    mt_put_u32(&b, (uint32_t)n);
    buf_add_slice(&b, rest);
    return mt_client_raw(&p->talk->client, buf_slice(&b), e);
}

/* A whole default message on a connection of its own: 0 when it was taken. */
static int probe(struct play *p, struct err *e)
{
    struct talk t;
    struct err why;
    talk_init(&t, p->o->socket, p->o->timeout_ms, p->arena);
    int r = talk_end(&t, &why);
    bool good = r == 0 && (t.answer.kind == 'c' || t.answer.kind == 'a');
    talk_deinit(&t);
    return good ? 0
                : err_set(e, ERR_INPUT, "a message behind it was not accepted: %.120s",
                          r != 0 ? why.text : talk_answer_name(t.answer.kind));
}

/* Plays a default message and breaks off after n bytes: 1; 0: the message was shorter; -1. */
static int cut_after(struct play *p, uint64_t n, struct err *e)
{
    struct talk t;
    talk_init(&t, p->o->socket, p->o->timeout_ms, p->arena);
    t.offer = p->talk->offer;
    t.client.cut_at = (int64_t)n;
    int r = talk_end(&t, e);
    bool cut = t.client.cut;
    talk_deinit(&t);
    return cut ? 1 : r;
}

/* cut everywhere, cut N: a default message broken off; then another, whole, on a new connection */
static int say_cut(struct play *p, struct slice rest, struct err *e)
{
    uint64_t n = 0;
    bool everywhere = slice_eq(rest, SLICE("everywhere"));
    if (!everywhere && number(rest, UINT32_MAX, &n, e) != 0)
        return -1;
    for (int r; (r = cut_after(p, n, e)) != 0; n++) {
        if (r < 0 || probe(p, e) != 0)
            return -1;
        if (!everywhere)
            return 0;
    }
    return everywhere && n > 100
               ? 0
               : err_set(e, ERR_INPUT, "the message ended before byte %llu", (unsigned long long)n);
}

const struct play_verb play_says[] = {
    { "offer", false, false, say_offer },     { "as", false, false, say_as },
    { "open", false, false, say_open },       { "negotiate", false, false, say_negotiate },
    { "connect", false, false, say_connect }, { "helo", false, false, say_helo },
    { "mail", false, false, say_mail },       { "rcpt", false, false, say_rcpt },
    { "data", false, false, say_data },       { "bare", false, false, say_bare },
    { "header", false, false, say_header },   { "eoh", false, false, say_eoh },
    { "body", false, false, say_body },       { "chunk", false, false, say_chunk },
    { "file", false, false, say_file },       { "end", false, false, say_end },
    { "abort", false, false, say_abort },     { "quit", false, false, say_quit },
    { "quit-nc", false, false, say_quit_nc }, { "close", false, false, say_close },
    { "macro", false, false, say_macro },     { "on", false, true, say_on },
    { "repeat", false, true, say_repeat },    { "wait", false, false, say_wait },
    { "trickle", false, false, say_trickle }, { "raw", false, false, say_raw },
    { "packet", false, false, say_packet },   { "announce", false, false, say_announce },
    { "cut", false, false, say_cut },
};
const size_t play_says_n = sizeof(play_says) / sizeof(play_says[0]);
