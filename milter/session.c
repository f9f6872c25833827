/* session.c - one connection of an MTA; see session.h
 * Every event that allocates runs under guarded(): a message that wants more memory than its arena may have
 * lands there, and fails for now, alone. */
#include "config.h"
#include "milter/session.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/log.h"
#include "milter/conclude.h"
#include "milter/macros.h"

struct session *session_new(struct gateway *g, const struct mta *mta)
{
    struct session *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return NULL;
    s->gateway = g;
    s->mta = *mta;
    transaction_init(&s->t, g);
    early_init(&s->early);
    return s;
}

void session_free(struct session **s)
{
    if (*s == NULL)
        return;
    session_abort(*s);
    transaction_deinit(&(*s)->t);
    dkim_crypto_free(&(*s)->crypto);
    early_deinit(&(*s)->early);
    free(*s);
    *s = NULL;
}

void session_granted(struct session *s, const struct session_grants *grants)
{
    s->grants = *grants;
}

static void keep_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

/* An IPv4 client on a socket of IPv6 is an IPv4 client. */
static void keep_address6(struct session *s, const struct sockaddr_in6 *a)
{
    s->client_port = ntohs(a->sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&a->sin6_addr))
        inet_ntop(AF_INET, a->sin6_addr.s6_addr + 12, s->client_address, sizeof(s->client_address));
    else
        inet_ntop(AF_INET6, &a->sin6_addr, s->client_address, sizeof(s->client_address));
}

static void keep_client(struct session *s, const char *host, const struct sockaddr *address)
{
    s->has_client = true;
    s->client_port = 0;
    s->client_address[0] = s->helo[0] = 0;
    keep_text(s->client_name, sizeof(s->client_name), host);
    if (address && address->sa_family == AF_INET) {
        const struct sockaddr_in *a = (const struct sockaddr_in *)address;
        s->client_port = ntohs(a->sin_port);
        inet_ntop(AF_INET, &a->sin_addr, s->client_address, sizeof(s->client_address));
    } else if (address && address->sa_family == AF_INET6)
        keep_address6(s, (const struct sockaddr_in6 *)address);
}

enum session_reply session_connect(struct session *s, const char *host, const struct sockaddr *address)
{
    keep_client(s, host, address);
    return early_connect(s) ? SESSION_CONTINUE : SESSION_REJECT;
}

void session_helo(struct session *s, const char *helo)
{
    keep_text(s->helo, sizeof(s->helo), helo);
}

/* ---- steps that allocate */

typedef void step_fn(struct session *s, struct slice a, struct slice b);

static void guarded(struct session *s, step_fn *step, struct slice a, struct slice b)
{
    if (ARENA_TRY(&s->t.arena))
        step(s, a, b);
    else
        transaction_fail(&s->t, FAULT_MEMORY);
    s->t.arena.can_escape = false; /* this frame is about to go */
}

static void step_mail(struct session *s, struct slice sender, struct slice unused)
{
    struct envelope *env = &s->t.envelope;
    struct slice name = slice_str(s->client_name);
    (void)unused;
    transaction_sender(&s->t, sender);
    env->has_client = s->has_client;
    env->client_address = arena_dup(&s->t.arena, slice_str(s->client_address));
    if (!macros_no_name(name))
        env->client_name = arena_dup(&s->t.arena, name);
    env->client_port = s->client_port;
    env->helo = arena_dup(&s->t.arena, slice_str(s->helo));
    macros_fill(env, &s->t.arena, &s->mta);
}

static void step_rcpt(struct session *s, struct slice recipient, struct slice unused)
{
    (void)unused;
    transaction_recipient(&s->t, recipient);
}

static void step_header(struct session *s, struct slice name, struct slice value)
{
    transaction_header(&s->t, name, value, s->grants.leading_space);
}

/* ---- the dialogue */

static enum session_reply tempfail(struct session *s, const char *code, const char *enhanced,
                                   const char *text)
{
    s->mta.ops->reply(s->mta.ctx, code, enhanced, text); /* without a text the MTA has its own */
    gateway_count(s->gateway, COUNT_TEMPFAILED);
    transaction_end(&s->t);
    return SESSION_TEMPFAIL;
}

/* 421: the MTA closes, and its client comes back to who follows us */
static enum session_reply restarting(struct session *s)
{
    return tempfail(s, "421", "4.3.2", "Service restarts, try again in a moment");
}

enum session_reply session_mail(struct session *s, const char *sender)
{
    session_abort(s);
    if (atomic_load(&s->gateway->draining))
        return restarting(s);
    if (!transaction_begin(&s->t))
        return tempfail(s, "451", "4.3.0", "Service is starting, try again in a moment");
    early_mail(s);
    guarded(s, step_mail, slice_str(sender), slice_of(NULL, 0));
    return SESSION_CONTINUE;
}

enum session_reply session_rcpt(struct session *s, const char *recipient)
{
    bool temporary;
    if (!s->t.active)
        return SESSION_CONTINUE;
    if (!early_recipient(s, transaction_address(slice_str(recipient)), &temporary))
        return temporary ? SESSION_TEMPFAIL : SESSION_REJECT;
    guarded(s, step_rcpt, slice_str(recipient), slice_of(NULL, 0));
    return SESSION_CONTINUE;
}

enum session_reply session_data(struct session *s)
{
    struct transaction *t = &s->t;
    if (!t->active)
        return SESSION_CONTINUE;
    if (atomic_load(&s->gateway->draining))
        return restarting(s);
    transaction_admit(t);
    bool observe = t->snapshot->config.policy.mode == MODE_OBSERVE;
    if (t->fault == FAULT_NONE || observe) /* observing: said in the log at the end */
        return SESSION_CONTINUE;
    return session_end_of_message(s);
}

void session_header(struct session *s, const char *name, const char *value)
{
    if (s->t.active)
        guarded(s, step_header, slice_str(name), slice_str(value));
}

void session_header_done(struct session *s)
{
    if (s->t.active)
        transaction_header_done(&s->t);
}

enum session_reply session_body(struct session *s, struct slice bytes)
{
    if (!s->t.active)
        return SESSION_CONTINUE;
    transaction_body(&s->t, bytes);
    return transaction_full(&s->t) && s->grants.skip ? SESSION_SKIP : SESSION_CONTINUE;
}

enum session_reply session_end_of_message(struct session *s)
{
    if (!s->t.active) { /* no MAIL before it: nothing that we looked at, so nothing that may pass */
        log_warning("end of a message that never began");
        return SESSION_TEMPFAIL;
    }
    enum session_reply reply = conclude(s);
    transaction_end(&s->t);
    return reply;
}

void session_abort(struct session *s)
{
    struct transaction *t = &s->t;
    if (!t->active)
        return;
    if (t->admitted) {
        gateway_count(s->gateway, COUNT_ABORTED);
        log_debug("id=%.*s client=%s aborted after %zu bytes", SLICE_ARG(t->envelope.queue_id),
                  s->client_address, t->size);
    }
    transaction_end(t);
}
