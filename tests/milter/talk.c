/* talk.c - one conversation of a session file; see talk.h */
#include "tests/milter/talk.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define BODY_MAX ((size_t)2 << 30)

void talk_init(struct talk *t, const char *socket, unsigned timeout_ms, struct arena *a)
{
    memset(t, 0, sizeof(*t));
    t->socket = socket;
    t->arena = a;
    mt_client_init(&t->client, timeout_ms);
    t->offer = (struct mt_offer){ MT_VERSION, MT_ACTIONS_ALL, MT_PROTOCOL_ALL, false };
    t->host = SLICE("mail.example.org");
    t->address = SLICE("192.0.2.10");
    t->family = '4';
    buf_init(&t->body, BODY_MAX);
}

void talk_deinit(struct talk *t)
{
    struct err ignored;
    if (t->client.fd >= 0 && t->phase >= TALK_NEGOTIATED && mt_client_tell(&t->client, 'Q', &ignored) != 0)
        t->phase = TALK_CLOSED;
    mt_client_deinit(&t->client);
    buf_deinit(&t->body);
}

const char *talk_answer_name(char kind)
{
    switch (kind) {
    case 0: return "nothing (no answer is due)";
    case 'a': return "accept";
    case 'c': return "continue";
    case 'd': return "discard";
    case 'f': return "connection failure";
    case 'r': return "reject";
    case 's': return "skip";
    case 't': return "tempfail";
    default: return "reply code";
    }
}

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Keeps what a step came to. An answer that ends the message puts the talk back to before MAIL. */
static int stepped(struct talk *t, const char *step, enum talk_phase phase, int r, int64_t began)
{
    char kind = t->answer.kind;
    t->last = slice_str(step);
    t->elapsed_ms = (unsigned)(now_ms() - began);
    t->unheard = r == 0 && kind != 0 && kind != 'c' && kind != 's';
    t->phase = phase;
    if (t->unheard && phase >= TALK_MAIL && phase != TALK_RCPT)
        t->phase = TALK_GREETED;
    return r;
}

static int open_and_negotiate(struct talk *t, enum talk_phase phase, struct err *e)
{
    if (t->phase < TALK_OPEN) {
        if (mt_client_open(&t->client, t->socket, e) != 0)
            return -1;
        t->phase = TALK_OPEN;
    }
    if (t->phase < TALK_NEGOTIATED && phase >= TALK_NEGOTIATED) {
        if (mt_client_negotiate(&t->client, &t->offer, e) != 0)
            return -1;
        t->phase = TALK_NEGOTIATED;
    }
    return 0;
}

int talk_connect(struct talk *t, struct err *e)
{
    if (talk_reach(t, TALK_NEGOTIATED, e) != 0)
        return -1;
    int64_t began = now_ms();
    mt_client_default_macros(&t->client, t->host, t->address);
    int r = mt_client_connect(&t->client, t->host, t->family, 40404, t->address, t->arena, &t->answer, e);
    return stepped(t, "connect", TALK_CONNECTED, r, began);
}

int talk_helo(struct talk *t, struct slice name, struct err *e)
{
    if (talk_reach(t, TALK_CONNECTED, e) != 0)
        return -1;
    int64_t began = now_ms();
    struct buf b;
    buf_init_in(&b, t->arena, 1 << 20);
    mt_put_text(&b, name);
    int r = mt_client_command(&t->client, 'H', buf_slice(&b), t->arena, &t->answer, e);
    return stepped(t, "helo", t->phase > TALK_GREETED ? t->phase : TALK_GREETED, r, began);
}

int talk_mail(struct talk *t, struct slice arguments, struct err *e)
{
    if (t->phase == TALK_ENDED)
        t->phase = TALK_GREETED;
    if (talk_reach(t, TALK_GREETED, e) != 0)
        return -1;
    int64_t began = now_ms();
    t->messages++;
    t->n_sent = 0;
    buf_reset(&t->body);
    mt_client_new_message(&t->client);
    mt_client_macro(&t->client, SLICE("{mail_addr}"), slice_trim(arguments));
    /* Postfix has no queue id before the first recipient, Sendmail has */
    mt_client_macro(&t->client, SLICE("i"), t->offer.sendmail ? SLICE("vAO4VJOl009999") : SLICE(""));
    int r = mt_client_address(&t->client, 'M', arguments, t->arena, &t->answer, e);
    return stepped(t, "mail", TALK_MAIL, r, began);
}

int talk_rcpt(struct talk *t, struct slice arguments, struct err *e)
{
    if (talk_reach(t, TALK_MAIL, e) != 0)
        return -1;
    int64_t began = now_ms();
    mt_client_macro(&t->client, SLICE("{rcpt_addr}"), slice_trim(arguments));
    int r = mt_client_address(&t->client, 'R', arguments, t->arena, &t->answer, e);
    if (!t->offer.sendmail)
        mt_client_macro(&t->client, SLICE("i"), arena_printf(t->arena, "4QmT%uB1", t->messages));
    return stepped(t, "rcpt", TALK_RCPT, r, began);
}

int talk_data(struct talk *t, struct err *e)
{
    if (talk_reach(t, TALK_RCPT, e) != 0)
        return -1;
    int64_t began = now_ms();
    int r = mt_client_command(&t->client, 'T', SLICE(""), t->arena, &t->answer, e);
    return stepped(t, "data", TALK_DATA, r, began);
}

static void keep_field(struct talk *t, struct slice name, struct slice value)
{
    if (t->n_sent == t->room_sent) {
        t->room_sent = t->room_sent ? t->room_sent * 2 : 16;
        t->sent = arena_grow(t->arena, t->sent, t->n_sent, t->room_sent, sizeof(*t->sent));
    }
    t->sent[t->n_sent++] = (struct mail_field){ name, value };
}

static int send_field(struct talk *t, struct slice name, struct slice value, struct err *e)
{
    int64_t began = now_ms();
    keep_field(t, name, value);
    int r = mt_client_header(&t->client, name, value, t->arena, &t->answer, e);
    return stepped(t, "header", TALK_HEADER, r, began);
}

int talk_header(struct talk *t, struct slice name, struct slice value, struct err *e)
{
    if (t->phase < TALK_HEADER && talk_reach(t, TALK_HEADER, e) != 0)
        return -1;
    return send_field(t, name, value, e);
}

static bool is_own(const struct talk *t, struct slice name)
{
    for (size_t i = 0; i < t->n_own; i++)
        if (slice_ieq(t->own[i], name))
            return true;
    return false;
}

static int default_fields(struct talk *t, struct err *e)
{
    char date[64];
    time_t now = time(NULL);
    struct tm tm;
    strftime(date, sizeof(date), " %a, %d %b %Y %H:%M:%S +0000", gmtime_r(&now, &tm));
    struct mail_field fields[] = {
        { SLICE("From"), SLICE(" Ada Example <ada@example.org>") },
        { SLICE("To"), SLICE(" Bob Example <bob@example.net>") },
        { SLICE("Subject"), SLICE(" Lunch on Friday") },
        { SLICE("Date"), arena_dup(t->arena, slice_str(date)) },
        { SLICE("Message-ID"), arena_printf(t->arena, " <%d.%u.%lld@mail.example.org>", (int)getpid(),
                                            t->messages, (long long)now) },
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (!t->bare && !is_own(t, fields[i].name) && send_field(t, fields[i].name, fields[i].value, e) != 0)
            return -1;
        else if (t->unheard)
            return 0;
    t->phase = TALK_HEADER;
    return 0;
}

int talk_eoh(struct talk *t, struct err *e)
{
    if (talk_reach(t, TALK_HEADER, e) != 0)
        return -1;
    int64_t began = now_ms();
    int r = mt_client_command(&t->client, 'N', SLICE(""), t->arena, &t->answer, e);
    return stepped(t, "eoh", TALK_EOH, r, began);
}

void talk_body(struct talk *t, struct slice text)
{
    buf_add_slice(&t->body, text);
}

int talk_send_body(struct talk *t, struct err *e)
{
    if (talk_reach(t, TALK_EOH, e) != 0)
        return -1;
    int64_t began = now_ms();
    int r = mt_client_body(&t->client, buf_slice(&t->body), t->arena, &t->answer, e);
    buf_reset(&t->body);
    return stepped(t, "body", TALK_BODY, r, began);
}

int talk_end(struct talk *t, struct err *e)
{
    struct slice last = SLICE("");
    if (t->phase == TALK_ENDED)
        t->phase = TALK_GREETED;
    if (talk_reach(t, TALK_EOH, e) != 0)
        return -1;
    if (t->phase < TALK_BODY && t->body.n == 0)
        talk_body(t, SLICE("Hello Bob,\r\nshall we meet at noon?\r\n"));
    if (t->offer.sendmail && t->body.n <= MT_CHUNK)
        last = arena_dup(t->arena, buf_slice(&t->body));
    else if (t->body.n && (talk_send_body(t, e) != 0 || t->unheard))
        return t->unheard
                   ? err_set(e, ERR_INPUT, "the body was answered by %s", talk_answer_name(t->answer.kind))
                   : -1;
    buf_reset(&t->body);
    int64_t began = now_ms();
    int r = mt_client_end(&t->client, last, t->arena, &t->answer, e);
    stepped(t, "end", TALK_ENDED, r, began);
    t->phase = TALK_ENDED;
    t->unheard = r == 0;
    return r;
}

int talk_abort(struct talk *t, struct err *e)
{
    if (talk_reach(t, TALK_NEGOTIATED, e) != 0)
        return -1;
    buf_reset(&t->body);
    if (t->phase > TALK_GREETED)
        t->phase = TALK_GREETED;
    return mt_client_tell(&t->client, 'A', e);
}

static int default_step(struct talk *t, struct err *e)
{
    switch (t->phase) {
    case TALK_NEGOTIATED: return talk_connect(t, e);
    case TALK_CONNECTED: return talk_helo(t, SLICE("mail.example.org"), e);
    case TALK_GREETED: return talk_mail(t, SLICE("<ada@example.org>"), e);
    case TALK_MAIL: return talk_rcpt(t, SLICE("<bob@example.net>"), e);
    case TALK_RCPT: return talk_data(t, e);
    case TALK_DATA: return default_fields(t, e);
    case TALK_HEADER: return talk_eoh(t, e);
    default: return err_set(e, ERR_INPUT, "this step cannot follow `%.*s`", SLICE_ARG(t->last));
    }
}

int talk_reach(struct talk *t, enum talk_phase phase, struct err *e)
{
    if (open_and_negotiate(t, phase, e) != 0)
        return -1;
    while (t->phase < phase) {
        if (default_step(t, e) != 0)
            return -1;
        if (t->unheard)
            return err_set(e, ERR_INPUT, "the default step `%.*s` was answered by %s %.*s",
                           SLICE_ARG(t->last), talk_answer_name(t->answer.kind), SLICE_ARG(t->answer.text));
    }
    return 0;
}
