/* holding.c - a copy goes to the quarantine; see holding.h */
#include "config.h"
#include "milter/holding.h"

#include <stdio.h>
#include "base/log.h"

static void socket_path(const struct transaction *t, char path[200])
{
    snprintf(path, 200, "%.180s/" KEEPER_SOCKET, t->snapshot->config.service.runtime_directory);
}

static struct keeper_recipient *recipients(struct transaction *t, const struct plan *p,
                                           const struct verdict *v)
{
    const struct envelope *env = &t->envelope;
    struct keeper_recipient *r = arena_array(&t->arena, env->n_recipients + 1, sizeof(*r));
    for (size_t i = 0; i < env->n_recipients; i++)
        r[i] = (struct keeper_recipient){ .address = env->recipients[i],
                                          .class = v->class,
                                          .action = v->action,
                                          .state = p->reply == REPLY_REJECT ? KEEPER_REFUSED : KEEPER_HELD };
    return r;
}

enum fault holding_store(struct holding *h, struct transaction *t, const struct plan *p,
                         const struct verdict *v, struct slice id)
{
    char path[200];
    struct err e;
    h->id[0] = 0;
    if (!p->store)
        return FAULT_NONE;
    if (t->envelope.n_recipients < t->envelope.recipients_total && p->reply != REPLY_REJECT) {
        log_error(
            "id=%.*s: %zu recipients, of whom recipients_max were remembered: it cannot be held for all",
            SLICE_ARG(id), t->envelope.recipients_total);
        return FAULT_RECIPIENTS;
    }
    const struct keeper_entry entry = { .message_id = id,
                                        .envelope = t->envelope,
                                        .classes = v->classes,
                                        .class = v->class,
                                        .score = v->score,
                                        .required = v->required,
                                        .findings = *v->findings,
                                        .subject = slice_trim(t->notes.subject),
                                        .recipients = recipients(t, p, v),
                                        .n_recipients = t->envelope.n_recipients };
    socket_path(t, path);
    if (t->snapshot->hold(path, &t->spool, &entry, t->snapshot->config.quarantine.keeper_timeout, h->id,
                          &e) == 0)
        return FAULT_NONE;
    log_error("id=%.*s: cannot be held: %s", SLICE_ARG(id), e.text);
    h->id[0] = 0;
    return FAULT_STORE;
}

void holding_undo(struct holding *h, const struct transaction *t)
{
    char path[200];
    if (h->id[0] == 0)
        return;
    socket_path(t, path);
    keeper_forget(path, h->id, t->snapshot->config.quarantine.keeper_timeout);
    h->id[0] = 0;
}
