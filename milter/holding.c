/* holding.c - a copy goes to the quarantine; see holding.h */
#include "config.h"
#include "milter/holding.h"

#include <stdio.h>
#include "base/log.h"

static void socket_path(const struct transaction *t, char path[200])
{
    snprintf(path, 200, "%.180s/" KEEPER_SOCKET, t->snapshot->config.service.runtime_directory);
}

static const enum keeper_recipient_state states[] = {
    [OUTCOME_DELIVERED] = KEEPER_DELIVERED, [OUTCOME_HELD] = KEEPER_HELD,
    [OUTCOME_REFUSED] = KEEPER_REFUSED,     [OUTCOME_DROPPED] = KEEPER_DELETED,
    [OUTCOME_TEMPFAILED] = KEEPER_DELETED, /* of such a message nothing is stored */
};

static struct keeper_recipient *recipients(struct transaction *t, const struct judgement *j)
{
    const struct envelope *env = &t->envelope;
    struct keeper_recipient *r = arena_array(&t->arena, env->n_recipients + 1, sizeof(*r));
    for (size_t i = 0; i < env->n_recipients; i++)
        r[i] = (struct keeper_recipient){ .address = env->recipients[i],
                                          .class = j->of_recipient[i]->class,
                                          .action = j->of_recipient[i]->action,
                                          .state = states[j->decision.outcomes[i]] };
    return r;
}

enum fault holding_store(struct holding *h, struct transaction *t, const struct plan *p,
                         const struct judgement *j, struct slice id)
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
                                        .classes = j->verdict.classes,
                                        .class = j->verdict.class,
                                        .score = j->verdict.score,
                                        .required = j->verdict.required,
                                        .findings = *j->verdict.findings,
                                        .subject = slice_trim(t->notes.subject),
                                        .recipients = recipients(t, j),
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
