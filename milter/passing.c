/* passing.c - a released message on its way in; see passing.h */
#include "config.h"
#include "milter/passing.h"

#include <stdio.h>
#include "base/log.h"
#include "keeper/client-release.h"
#include "keeper/connect.h"
#include "keeper/mark.h"

static bool is_mark(struct slice name)
{
    return slice_ieq(slice_trim(name), SLICE(MARK_FIELD));
}

static unsigned marks_seen(const struct notes *notes)
{
    unsigned n = 0;
    for (size_t i = 0; i < notes->n; i++)
        n += is_mark(notes->v[i].name);
    return n;
}

bool passing_is_marked(const struct notes *notes)
{
    return marks_seen(notes) > 0;
}

/* The mark's value: the spool's header was written by ourselves, field by field. */
static struct slice find_mark(struct slice message)
{
    struct slice line;
    while (slice_line(&message, &line) && slice_chomp(line).n) {
        ptrdiff_t colon = slice_chr(line, ':');
        if (colon > 0 && is_mark(slice_sub(line, 0, (size_t)colon)))
            return slice_trim(slice_from(line, (size_t)colon + 1));
    }
    return slice_of(NULL, 0);
}

static bool was_known(const struct keeper_pass *pass, struct slice virus)
{
    for (size_t i = 0; i < pass->n_viruses; i++)
        if (slice_eq(pass->viruses[i], virus))
            return true;
    return false;
}

/* Does it count for a message that somebody has let pass? */
static bool counts(const struct finding *f, const struct keeper_pass *pass)
{
    if (f->class == CLASS_VIRUS)
        return !(pass->waived & CLASS_BIT(CLASS_VIRUS)) || !was_known(pass, f->name);
    if (f->class == CLASS_UNCHECKED_FAULT || f->class == CLASS_UNCHECKED_CRASH)
        return !(pass->waived & CLASS_BIT(f->class));
    return false;
}

static void keep_what_counts(struct finding_list *findings, struct arena *a, const struct keeper_pass *pass)
{
    struct finding_list kept = { 0 };
    for (const struct finding *f = findings->first; f; f = f->next)
        if (counts(f, pass))
            finding_add(&kept, a, f->kind, f->class, f->score, f->name, f->detail);
    finding_add(&kept, a, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("released"), slice_str(pass->id));
    *findings = kept;
}

static int redeem(struct transaction *t, struct keeper_pass *pass, struct err *e)
{
    const struct snapshot *s = t->snapshot;
    unsigned char hash[MARK_HASH_SIZE];
    struct mark unused;
    struct slice message;
    if (spool_map(t->spool.fd, t->spool.n, &message, e) != 0)
        return -1;
    mark_hash(message, hash);
    struct slice mark = slice_sub(find_mark(message), 0, MARK_VALUE_SIZE);
    char copy[MARK_VALUE_SIZE];
    memcpy(copy, mark.p ? mark.p : "", mark.n);
    mark = slice_of(copy, mark.n);
    spool_unmap(&message);
    if (!mark_parse(mark, &unused))
        return 0;
    gateway_redeem_fn *ask = t->gateway->redeem ? t->gateway->redeem : keeper_redeem;
    struct slice path = arena_printf(&t->arena, "%s/" KEEPER_SOCKET, s->config.service.runtime_directory);
    return ask(path.p, mark, hash, t->envelope.recipients[0], t->envelope.client_address,
               s->config.quarantine.keeper_timeout, &t->arena, pass, e);
}

bool passing_apply(struct transaction *t, struct slice id, struct finding_list *findings)
{
    struct keeper_pass pass = { 0 };
    struct err e = { 0 };
    unsigned marks = marks_seen(&t->notes);
    if (marks == 0 || t->fault != FAULT_NONE)
        return false;
    int good = marks == 1 && t->envelope.n_recipients == 1 && t->envelope.recipients_total == 1
                   ? redeem(t, &pass, &e)
                   : 0;
    if (good == 1) {
        log_info("id=%.*s is released: entry %s", SLICE_ARG(id), pass.id);
        keep_what_counts(findings, &t->arena, &pass);
    } else if (good == 0)
        log_warning("id=%.*s client=%.*s: a release mark that is not good", SLICE_ARG(id),
                    SLICE_ARG(t->envelope.client_address));
    else {
        log_warning("id=%.*s: %s", SLICE_ARG(id), e.text);
        finding_add(findings, &t->arena, FINDING_CLASS, CLASS_UNCHECKED_FAULT, 0, SLICE("keeper"),
                    slice_str(e.text));
    }
    return good == 1;
}
