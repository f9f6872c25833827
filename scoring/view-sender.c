/* view-sender.c - EnvelopeFrom: who the envelope says the message is from; see view-values.h
 * What the MTA tells is believed, as SpamAssassin believes the Return-Path that the MTA writes: not where
 * fetchmail may have made it up. Without it SpamAssassin's guesses: a Received field's, or a field that an
 * MTA writes, unless a Received field stands above it (then a client may have written it). */
#include "config.h"
#include "scoring/view-values.h"

#include "scoring/rule.h"

static bool is_sender(struct slice s)
{
    return s.n == 0 || slice_chr(s, '@') > 0;
}

/* The sender of the relay that handed over to the first we trust, or of the first of all. */
static bool of_relay(struct views *v, struct slice *sender)
{
    const struct view_relays *r = views_relays(v);
    if (r->n == 0)
        return false;
    const struct view_relay *relay = r->n > r->n_trusted ? &r->v[r->n_trusted] : &r->v[r->n_trusted - 1];
    *sender = relay->envfrom;
    return sender->p && is_sender(*sender);
}

/* fetchmail takes X-Sender for the envelope's. */
static bool fetched(struct views *v)
{
    const struct view_header *sender = views_get(v, SLICE("X-Sender:first:addr"));
    if (!sender->present || slice_chr(sender->text, '@') < 0)
        return false;
    const struct view_header *received = views_get(v, SLICE("Received"));
    return slice_find(received->text, SLICE("(fetchmail")) >= 0;
}

static bool below_received(struct views *v, struct slice name)
{
    bool received = false;
    views_fields(v);
    for (size_t i = 0; i < v->n_fields; i++) {
        received = received || slice_ieq(v->fields[i]->name, SLICE("Received"));
        if (received && slice_ieq(v->fields[i]->name, name))
            return true;
    }
    return false;
}

static bool of_field(struct views *v, struct slice *sender)
{
    static const struct slice names[] = { SLICE_INIT("X-Envelope-From"), SLICE_INIT("Envelope-Sender"),
                                          SLICE_INIT("Return-Path") };
    static const struct slice requests[] = { SLICE_INIT("X-Envelope-From:first:addr"),
                                             SLICE_INIT("Envelope-Sender:first:addr"),
                                             SLICE_INIT("Return-Path:first:addr") };
    for (size_t i = 0; i < 3; i++) {
        const struct view_header *h = views_get(v, requests[i]);
        if (!h->present)
            continue;
        if (!below_received(v, names[i])) {
            *sender = h->text;
            return true;
        }
        if (i == 0)
            return false;
    }
    return false;
}

static bool of_configured(struct views *v, struct slice name, struct slice *sender)
{
    const struct view_header *h = views_get(v, arena_printf(v->arena, "%.*s:first:addr", SLICE_ARG(name)));
    *sender = h->text;
    return h->present && is_sender(h->text);
}

void view_values_sender(struct views *v, struct view_values *out)
{
    struct slice name = v->set ? v->set->trust.envelope_sender_header : SLICE(""), sender;
    /* Who connects here has fetched nothing from a mailbox, whatever its fields say. */
    bool from_mta = v->m->envelope->has_sender && (v->m->envelope->has_client || !fetched(v));
    if (from_mta)
        view_values_add(out, v->m->envelope->sender);
    else if (name.n ? of_configured(v, name, &sender)
                    : of_relay(v, &sender) || (!fetched(v) && of_field(v, &sender)))
        view_values_add(out, sender);
}
