/* plan.c - a verdict to edits and one reply; see plan.h
 * The reply is that of the strictest action. Only a message that is accepted is edited: what is refused or
 * dropped has no reader. Fields are inserted at position 1, just below the MTA's own Received: in a message
 * whose header ends at different places for different readers, all of them still read those as header. */
#include "policy/plan.h"

#include <stdlib.h>
#include "policy/headers.h"
#include "policy/reply.h"
#include "policy/subject.h"

#define SPAM_CLASSES (CLASS_BIT(CLASS_SPAMMY) | CLASS_BIT(CLASS_SPAM))
#define QUIET_CLASSES (SPAM_CLASSES | CLASS_BIT(CLASS_BAD_HEADER)) /* without the other subject tag */

struct maker {
    struct plan *p;
    struct arena *a;
    const struct verdict *v; /* action: of the message as a whole */
    const struct recipients_decision *d;
    const struct plan_message *m;
    const struct policy_options *o;
};

static void add_edit(const struct maker *k, enum plan_edit_kind kind, const char *name, const char *value,
                     unsigned index)
{
    struct plan_edit *e = ARENA_NEW(k->a, struct plan_edit);
    e->kind = kind;
    e->name = name;
    e->index = index;
    if (value) /* with leading space in force the MTA adds none behind the colon */
        e->value = k->m->leading_space ? arena_printf(k->a, " %s", value).p : value;
    *k->p->tail = e;
    k->p->tail = &e->next;
    k->p->n_edits++;
}

static int highest_index_first(const void *x, const void *y)
{
    const struct plan_inbound *a = x, *b = y;
    return (a->index < b->index) - (a->index > b->index);
}

static bool is_field_name(struct slice name)
{
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] <= ' ' || name.p[i] == 0x7f || name.p[i] == ':')
            return false;
    return name.n > 0;
}

/* A deletion renumbers the later fields of its name, so the highest goes first. What no MTA takes for a
 * field's name cannot be deleted by it, and no reader takes it for one of the fields we guard. */
static void remove_inbound(const struct maker *k)
{
    size_t n = k->m->n_remove;
    struct plan_inbound *sorted = arena_array(k->a, n + 1, sizeof(*sorted));
    if (n)
        memcpy(sorted, k->m->remove, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), highest_index_first);
    for (size_t i = 0; i < n; i++) {
        struct slice name = slice_trim(sorted[i].name);
        if (is_field_name(name) && sorted[i].index > 0)
            add_edit(k, EDIT_DELETE_HEADER, arena_str(k->a, name), NULL, sorted[i].index);
    }
}

/* What add_header asks for in rule files of the site; only where the scorer judged as we do. */
static const struct engine_written *site_words(const struct maker *k)
{
    const struct engine_written *w = k->m->written;
    return w && w->spam == k->v->spam ? w : NULL;
}

static bool site_has(const struct maker *k, const char *name)
{
    const struct engine_written *w = site_words(k);
    for (const struct engine_field *f = w ? w->fields : NULL; f; f = f->next)
        if (slice_ieq(f->name, slice_str(name)))
            return true;
    return false;
}

static void write_site_fields(const struct maker *k)
{
    const struct engine_written *w = site_words(k);
    size_t n = 0;
    if (w == NULL)
        return;
    const struct engine_field **v = arena_array(k->a, w->n_fields + 1, sizeof(*v));
    for (const struct engine_field *f = w->fields; f; f = f->next)
        v[n++] = f;
    while (n-- > 0)
        add_edit(k, EDIT_INSERT_HEADER, arena_str(k->a, v[n]->name), arena_str(k->a, v[n]->value), 1);
}

/* A field of ours, unless the site has its own of that name. */
static void write_own(const struct maker *k, const char *name, const char *value)
{
    if (!site_has(k, name))
        add_edit(k, EDIT_INSERT_HEADER, name, value, 1);
}

/* Inserted last to first, so that they read Flag, Level, Status, Report, the site's, X-Virus-Scanned,
 * X-Virus-Status. */
static void write_fields(const struct maker *k)
{
    const struct verdict *v = k->v;
    bool tagged = v->action >= ACTION_TAG;
    const char *virus = header_virus_status(k->a, v, k->m->scanned), *level = header_spam_level(k->a, v),
               *report;
    if (virus && (tagged || k->o->add_headers_clean)) {
        add_edit(k, EDIT_INSERT_HEADER, "X-Virus-Status", virus, 1);
        if (k->m->scanned && k->m->scanner)
            add_edit(k, EDIT_INSERT_HEADER, "X-Virus-Scanned", k->m->scanner, 1);
    }
    write_site_fields(k);
    if (!tagged && !k->o->add_headers_clean)
        return;
    if (tagged && *(report = header_spam_report(k->a, v)))
        write_own(k, "X-Spam-Report", report);
    write_own(k, "X-Spam-Status", header_spam_status(k->a, v));
    if (*level)
        write_own(k, "X-Spam-Level", level);
    if (v->spam && tagged)
        write_own(k, "X-Spam-Flag", "YES");
}

/* rewrite_header of the site's rule files, unless tamis.conf has a tag of its own. */
static const char *spam_tag(const struct maker *k)
{
    const struct engine_written *w = site_words(k);
    bool own = strcmp(k->o->subject_tag, SUBJECT_TAG_DEFAULT) != 0;
    return own || w == NULL || w->tags[TAG_SUBJECT].n == 0 ? k->o->subject_tag
                                                           : arena_str(k->a, w->tags[TAG_SUBJECT]);
}

/* A tag for each kind of class that asks for more than pass; both may apply, since a second oddity must not
 * hide the first. Of several Subjects the first is tagged. What subjprefix says is put there in any case. */
static struct slice tag_subject(const struct maker *k, bool wanted)
{
    class_set asking = 0;
    const struct engine_written *w = site_words(k);
    for (int action = ACTION_TAG; action < ACTION_COUNT && wanted; action++)
        asking |= k->v->by_action[action];
    const char *tag = spam_tag(k);
    bool spam = (asking & SPAM_CLASSES) && *tag, prefix = w && w->tags[TAG_PREFIX].n;
    bool unchecked = (asking & ~QUIET_CLASSES) && *k->o->unchecked_subject_tag;
    struct slice subject = k->m->has_subject ? k->m->subject : slice_of("", 0);
    if (prefix)
        subject = slice_str(subject_tagged(k->a, arena_str(k->a, w->tags[TAG_PREFIX]), k->v->score, subject));
    if (spam)
        subject = slice_str(subject_tagged(k->a, tag, k->v->score, subject));
    if (unchecked)
        subject = slice_str(subject_tagged(k->a, k->o->unchecked_subject_tag, k->v->score, subject));
    if (spam || unchecked || prefix)
        add_edit(k, k->m->has_subject ? EDIT_CHANGE_HEADER : EDIT_INSERT_HEADER, "Subject", subject.p, 1);
    return spam || unchecked || prefix || k->m->has_subject ? subject : slice_of(NULL, 0);
}

/* ---- the signed verdict */

static struct seal_verdict seal_verdict_of(const struct verdict *v)
{
    return (struct seal_verdict){ v->required, v->class, v->spam };
}

/* subject: as it leaves us; p NULL: there is none. Goes above all that is written before it. */
static void write_seal(const struct maker *k, struct slice subject)
{
    const struct envelope *env = k->m->envelope;
    const struct plan_seal *p = k->m->seal;
    struct seal_message message = p->message;
    struct seal_verdict *verdicts = arena_array(k->a, env->n_recipients + 1, sizeof(*verdicts));
    struct buf value;
    for (size_t i = 0; i < env->n_recipients; i++)
        verdicts[i] = seal_verdict_of(p->verdicts ? p->verdicts[i] : k->v);
    message.has_subject = subject.p != NULL;
    message.subject = subject;
    const struct seal_statement s = { p->now,          k->m->id, k->v->score,      seal_verdict_of(k->v),
                                      env->recipients, verdicts, env->n_recipients };
    buf_init_in(&value, k->a, 2 * SEAL_VALUE_MAX);
    seal_make(&value, p->key, &message, &s);
    add_edit(k, EDIT_INSERT_HEADER, SEAL_FIELD, value.p, 1);
}

static void set_reply(const struct maker *k, enum plan_reply reply, const char *code, const char *enhanced,
                      const char *text)
{
    k->p->reply = reply;
    k->p->code = code;
    k->p->enhanced = enhanced;
    k->p->text = text;
}

static void refuse(const struct maker *k)
{
    class_set asking = k->v->by_action[k->v->action];
    enum verdict_class class =
        asking ? verdict_highest(asking) : k->v->class; /* only recipients' own policies ask */
    if (k->v->action == ACTION_REJECT) {
        set_reply(k, REPLY_REJECT, "550", "5.7.1", reply_text(k->a, k->o->reject_text, class, k->m->id));
        return;
    }
    bool ours = class == CLASS_UNCHECKED_CRASH || class == CLASS_UNCHECKED_FAULT;
    set_reply(k, REPLY_TEMPFAIL, "451",
              ours                             ? "4.3.0"
              : class == CLASS_DMARC_TEMPERROR ? "4.7.5"
                                               : "4.7.1",
              reply_text(k->a, k->o->tempfail_text, class, k->m->id));
}

static void hold(const struct maker *k)
{
    const char *class = verdict_classes[verdict_highest(k->v->by_action[ACTION_QUARANTINE])].name;
    struct slice reason = arena_printf(k->a, "tamis: %s, score %.1f, id %s", class, k->v->score,
                                       reply_clean(k->a, k->m->id, 40));
    k->p->hold_reason = reply_clean(k->a, reason, PLAN_HOLD_MAX);
}

static void accept_edited(const struct maker *k)
{
    /* MTAs look for each field from the top: thousands of deletions would take minutes of its time. Nobody's
     * mail looks like that, and passing it on with the forged fields left in is no choice. */
    if (k->m->n_remove > PLAN_REMOVE_MAX) {
        set_reply(k, REPLY_REJECT, "550", "5.6.0", "Message has too many forged filter headers");
        return;
    }
    remove_inbound(k);
    struct slice subject = tag_subject(k, k->d->tag_subject || k->v->action > ACTION_TAG);
    write_fields(k);
    if (k->m->seal)
        write_seal(k, subject);
    if (k->m->auth_results && k->o->authentication_results) /* above all others (RFC 8601 5) */
        add_edit(k, EDIT_INSERT_HEADER, "Authentication-Results", k->m->auth_results, 1);
    if (k->d->copy && (k->o->quarantine_method == QUARANTINE_HOLD || k->m->incomplete))
        hold(k);
}

static void remove_recipient(const struct maker *k, struct slice address)
{
    struct plan_removal *r = ARENA_NEW(k->a, struct plan_removal);
    r->address = arena_printf(k->a, "<%.*s>", SLICE_ARG(address)).p;
    r->next = k->p->removals;
    k->p->removals = r;
}

/* Whoever does not get it: what is accepted for them lies in the quarantine, or is dropped by the admin's
 * word. Where the MTA holds the message, those for whom it is held stay. */
static void remove_recipients(const struct maker *k, bool held_as_well)
{
    const struct envelope *env = k->m->envelope;
    size_t stay = 0;
    for (size_t i = 0; i < env->n_recipients; i++)
        stay +=
            k->d->outcomes[i] == OUTCOME_DELIVERED || (!held_as_well && k->d->outcomes[i] == OUTCOME_HELD);
    for (size_t i = env->n_recipients; stay > 0 && i > 0; i--)
        if (k->d->outcomes[i - 1] == OUTCOME_DROPPED ||
            (held_as_well && k->d->outcomes[i - 1] == OUTCOME_HELD))
            remove_recipient(k, env->recipients[i - 1]);
}

/* With quarantine_method = store. What is held is accepted from the sender and delivered to nobody; of what
 * is refused a copy is kept where some class asks for it, and of a virus in any case: what was it? */
static void store(const struct maker *k)
{
    if (k->v->action == ACTION_REJECT || k->v->action == ACTION_TEMPFAIL)
        refuse(k);
    else if (k->v->action == ACTION_DISCARD || k->v->action == ACTION_QUARANTINE)
        k->p->reply = REPLY_DISCARD;
    else {
        accept_edited(k);
        if (k->p->reply != REPLY_ACCEPT)
            return; /* the sender has it back, with what was held */
        if (k->m->decision)
            remove_recipients(k, true);
    }
    k->p->store = k->d->copy;
}

/* By the MTA: it holds a message as a whole, for all, and none that it refuses. The admin's discard gives way
 * to a hold: a held message is as gone for its recipients, and nothing that some class wants kept is lost. */
static void leave_to_mta(const struct maker *k)
{
    if (k->v->action == ACTION_REJECT || k->v->action == ACTION_TEMPFAIL)
        refuse(k);
    else if (k->v->action == ACTION_DISCARD)
        k->p->reply = REPLY_DISCARD;
    else {
        accept_edited(k);
        if (k->p->reply == REPLY_ACCEPT && k->m->decision)
            remove_recipients(k, false);
    }
}

void plan_make(struct plan *p, struct arena *a, const struct verdict *v, const struct plan_message *m,
               const struct policy_options *o)
{
    struct recipients_decision all;
    struct verdict whole = *v;
    const struct maker k = { p, a, &whole, m->decision ? m->decision : &all, m, o };
    if (m->decision == NULL)
        recipients_decide(&all, a, &v, 1);
    whole.action = k.d->action;
    memset(p, 0, sizeof(*p));
    p->tail = &p->first;
    p->reply = REPLY_ACCEPT;
    p->observed = o->mode == MODE_OBSERVE;
    if (p->observed)
        return;
    if (o->quarantine_method == QUARANTINE_STORE && !m->incomplete)
        store(&k);
    else
        leave_to_mta(&k);
}
