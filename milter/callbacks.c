/* callbacks.c - libmilter's callbacks; see callbacks.h
 * Negotiation: of what the MTA offers we take what we use, never more (Postfix answers a request for more
 * with its default action). Events that we never answer are declared so where offered (NR_*): HELO, header
 * fields, end of header cost no round trip then, and unless early policy may refuse there, connect and
 * recipients. MAIL keeps its answer (a draining gateway
 * refuses there), DATA too (admission), and the body (SKIP).
 *
 * A connection of the milter protocol may carry several SMTP sessions (QUIT_NC): there is a close between
 * them, and no negotiation. libmilter keeps what was negotiated and does not say it; so what was in force at
 * a close is kept for a while under libmilter's context, which stays the same. A new context negotiates
 * first, so an old entry at the same address is never used. When an entry was overwritten the session has no
 * grants, and tempfails what needs one. */
#include "config.h"
#include "milter/callbacks.h"

#include <pthread.h>
#include <stdlib.h>
#include "base/log.h"
#include "milter/effects-milter.h"
#include "milter/session.h"

#define WANTED_ACTIONS (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE | SMFIF_DELRCPT)
#define WANTED_PROTOCOL                                                                                      \
    (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_RCPT | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NOUNKNOWN |         \
     SMFIP_SKIP | SMFIP_HDR_LEADSPC)

static struct gateway *the_gateway;

struct negotiated {
    SMFICTX *ctx;
    unsigned long actions, protocol; /* SMFIF_ and SMFIP_ bits in force */
};

struct connection {
    struct session *session;
    struct negotiated negotiated;
};

#define CLOSED_MAX 256
static struct negotiated closed[CLOSED_MAX];
static pthread_mutex_t closed_lock = PTHREAD_MUTEX_INITIALIZER;

static struct negotiated *closed_at(const SMFICTX *ctx)
{
    return &closed[((uintptr_t)ctx >> 5) % CLOSED_MAX];
}

static void remember_closed(const struct negotiated *n)
{
    pthread_mutex_lock(&closed_lock);
    *closed_at(n->ctx) = *n;
    pthread_mutex_unlock(&closed_lock);
}

static struct negotiated recall_closed(SMFICTX *ctx)
{
    pthread_mutex_lock(&closed_lock);
    struct negotiated n = *closed_at(ctx);
    pthread_mutex_unlock(&closed_lock);
    return n.ctx == ctx ? n : (struct negotiated){ .ctx = ctx };
}

/* Events that were declared never to be answered are not. */
static unsigned answers_of(unsigned long protocol)
{
    return (protocol & SMFIP_NR_CONN ? 0 : EARLY_ANSWERS_CONNECT) |
           (protocol & SMFIP_NR_RCPT ? 0 : EARLY_ANSWERS_RECIPIENT);
}

static unsigned long wanted_protocol(void)
{
    unsigned answers = early_answers(the_gateway);
    return WANTED_PROTOCOL & ~(answers & EARLY_ANSWERS_CONNECT ? SMFIP_NR_CONN : 0UL) &
           ~(answers & EARLY_ANSWERS_RECIPIENT ? SMFIP_NR_RCPT : 0UL);
}

static void use_negotiated(struct connection *c, struct negotiated n)
{
    const struct session_grants grants = {
        .edits = (n.actions & SMFIF_ADDHDRS ? GRANT_ADD_HEADERS : 0) |
                 (n.actions & SMFIF_CHGHDRS ? GRANT_CHANGE_HEADERS : 0) |
                 (n.actions & SMFIF_QUARANTINE ? GRANT_QUARANTINE : 0) |
                 (n.actions & SMFIF_DELRCPT ? GRANT_DELETE_RECIPIENTS : 0),
        .leading_space = (n.protocol & SMFIP_HDR_LEADSPC) != 0,
        .skip = (n.protocol & SMFIP_SKIP) != 0,
        .answers = answers_of(n.protocol),
    };
    c->negotiated = n;
    session_granted(c->session, &grants);
}

/* Made at the first event, whichever that is; NULL: no memory. */
static struct connection *connection_of(SMFICTX *ctx)
{
    struct connection *c = smfi_getpriv(ctx);
    if (c)
        return c;
    const struct mta mta = { .ops = &milter_effects, .ctx = ctx };
    if ((c = calloc(1, sizeof(*c))) == NULL)
        return NULL;
    c->session = session_new(the_gateway, &mta);
    if (c->session == NULL || smfi_setpriv(ctx, c) != MI_SUCCESS) {
        session_free(&c->session);
        free(c);
        return NULL;
    }
    use_negotiated(c, recall_closed(ctx));
    return c;
}

static sfsistat quiet(const struct connection *c, unsigned long no_reply)
{
    return c->negotiated.protocol & no_reply ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat answer(enum session_reply reply)
{
    switch (reply) {
    case SESSION_CONTINUE: return SMFIS_CONTINUE;
    case SESSION_SKIP: return SMFIS_SKIP;
    case SESSION_REJECT: return SMFIS_REJECT;
    case SESSION_DISCARD: return SMFIS_DISCARD;
    case SESSION_TEMPFAIL: break;
    }
    return SMFIS_TEMPFAIL;
}

/* For events that are answered where the MTA waits for it. */
static sfsistat loud(const struct connection *c, unsigned long no_reply, enum session_reply reply)
{
    return c->negotiated.protocol & no_reply ? SMFIS_NOREPLY : answer(reply);
}

static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long protocol, unsigned long f2,
                             unsigned long f3, unsigned long *actions_r, unsigned long *protocol_r,
                             unsigned long *f2_r, unsigned long *f3_r)
{
    struct connection *c = connection_of(ctx);
    (void)f2, (void)f3;
    if (c == NULL)
        return SMFIS_REJECT; /* of this connection: the MTA's default action */
    *actions_r = actions & WANTED_ACTIONS;
    *protocol_r = protocol & wanted_protocol();
    *f2_r = *f3_r = 0;
    use_negotiated(c, (struct negotiated){ ctx, *actions_r, *protocol_r });
    return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *ctx, char *host, _SOCK_ADDR *address)
{
    struct connection *c = connection_of(ctx);
    if (c == NULL)
        return SMFIS_TEMPFAIL;
    return loud(c, SMFIP_NR_CONN, session_connect(c->session, host, address));
}

static sfsistat on_helo(SMFICTX *ctx, char *helo)
{
    struct connection *c = connection_of(ctx);
    if (c == NULL)
        return SMFIS_TEMPFAIL;
    session_helo(c->session, helo);
    return quiet(c, SMFIP_NR_HELO);
}

static sfsistat on_mail(SMFICTX *ctx, char **args)
{
    struct connection *c = connection_of(ctx);
    return c ? answer(session_mail(c->session, args[0])) : SMFIS_TEMPFAIL;
}

static sfsistat on_rcpt(SMFICTX *ctx, char **args)
{
    struct connection *c = connection_of(ctx);
    if (c == NULL)
        return SMFIS_TEMPFAIL;
    return loud(c, SMFIP_NR_RCPT, session_rcpt(c->session, args[0]));
}

static sfsistat on_data(SMFICTX *ctx)
{
    struct connection *c = connection_of(ctx);
    return c ? answer(session_data(c->session)) : SMFIS_TEMPFAIL;
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
    struct connection *c = connection_of(ctx);
    if (c == NULL)
        return SMFIS_TEMPFAIL;
    session_header(c->session, name, value);
    return quiet(c, SMFIP_NR_HDR);
}

static sfsistat on_header_done(SMFICTX *ctx)
{
    struct connection *c = connection_of(ctx);
    if (c == NULL)
        return SMFIS_TEMPFAIL;
    session_header_done(c->session);
    return quiet(c, SMFIP_NR_EOH);
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *bytes, size_t n)
{
    struct connection *c = connection_of(ctx);
    return c ? answer(session_body(c->session, slice_of((const char *)bytes, n))) : SMFIS_TEMPFAIL;
}

static sfsistat on_end_of_message(SMFICTX *ctx)
{
    struct connection *c = connection_of(ctx);
    return c ? answer(session_end_of_message(c->session)) : SMFIS_TEMPFAIL;
}

static sfsistat on_abort(SMFICTX *ctx)
{
    struct connection *c = smfi_getpriv(ctx);
    if (c)
        session_abort(c->session);
    return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *ctx)
{
    struct connection *c = smfi_getpriv(ctx);
    if (c == NULL) /* closed before anything was said */
        return SMFIS_CONTINUE;
    remember_closed(&c->negotiated);
    session_free(&c->session);
    free(c);
    smfi_setpriv(ctx, NULL);
    return SMFIS_CONTINUE;
}

struct smfiDesc callbacks_description(struct gateway *g)
{
    the_gateway = g;
    return (struct smfiDesc){
        .xxfi_name = "tamis",
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = WANTED_ACTIONS,
        .xxfi_connect = on_connect,
        .xxfi_helo = on_helo,
        .xxfi_envfrom = on_mail,
        .xxfi_envrcpt = on_rcpt,
        .xxfi_header = on_header,
        .xxfi_eoh = on_header_done,
        .xxfi_body = on_body,
        .xxfi_eom = on_end_of_message,
        .xxfi_abort = on_abort,
        .xxfi_close = on_close,
        .xxfi_data = on_data,
        .xxfi_negotiate = on_negotiate,
    };
}
