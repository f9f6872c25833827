/* store-release.c - the store as a release sees it; see store-release.h */
#include "config.h"
#include "keeper/store-release.h"

#include <time.h>
#include "base/os.h"

#define MEMORY ((size_t)256 << 20)

static int id_text(struct slice id, char out[KEEPER_ID_SIZE], struct err *e)
{
    if (!keeper_id_good(id))
        return err_set(e, ERR_INPUT, "that is no id of an entry");
    memcpy(out, id.p, id.n);
    out[id.n] = 0;
    return 0;
}

static enum release_state state_of(enum keeper_recipient_state state)
{
    return state == KEEPER_DELIVERED  ? RELEASE_STATE_DELIVERED
           : state == KEEPER_RELEASED ? RELEASE_STATE_RELEASED
                                      : RELEASE_STATE_HELD;
}

static void take_viruses(const struct keeper_entry *from, struct arena *a, struct release_entry *to)
{
    to->viruses = arena_array(a, from->findings.n + 1, sizeof(*to->viruses));
    for (const struct finding *f = from->findings.first; f; f = f->next)
        if (f->kind == FINDING_VIRUS)
            to->viruses[to->n_viruses++] = f->name;
}

static void take_lists(const struct keeper_entry *from, struct arena *a, struct release_entry *to)
{
    to->recipients = arena_array(a, from->n_recipients + 1, sizeof(*to->recipients));
    to->n_recipients = from->n_recipients;
    for (size_t i = 0; i < from->n_recipients; i++)
        to->recipients[i] =
            (struct release_recipient){ from->recipients[i].address, state_of(from->recipients[i].state) };
    to->marks = arena_array(a, from->n_marks + 1, sizeof(*to->marks));
    to->n_marks = from->n_marks;
    for (size_t i = 0; i < from->n_marks; i++)
        to->marks[i] =
            (struct release_mark){ from->marks[i].address, from->marks[i].hmac, from->marks[i].used };
}

static int fill_entry(const struct store_release *s, struct slice id, struct arena *a,
                      struct release_entry *out, struct err *e)
{
    struct keeper_entry entry;
    char name[KEEPER_ID_SIZE];
    memset(out, 0, sizeof(*out));
    out->message = -1;
    if (id_text(id, name, e) != 0 || store_read(s->store, name, a, &entry, e) != 0 ||
        (out->message = store_message(s->store, name, e)) < 0)
        return -1;
    out->size = entry.size;
    out->sender = entry.envelope.sender;
    out->subject = entry.subject;
    out->classes = entry.classes;
    take_viruses(&entry, a, out);
    take_lists(&entry, a, out);
    return 0;
}

/* With a guard of its own: an entry that is too large must not end the keeper. */
static int open_entry(void *ctx, struct slice id, struct arena *a, struct release_entry *out, struct err *e)
{
    if (!ARENA_TRY(a)) {
        fd_close(&out->message);
        return err_set(e, ERR_INPUT, "the entry is too large to be read");
    }
    int rc = fill_entry(ctx, id, a, out, e);
    a->can_escape = false; /* this frame is about to go */
    return rc;
}

static struct keeper_mark *mark_for(struct keeper_entry *entry, struct slice address)
{
    for (size_t i = 0; i < entry->n_marks; i++)
        if (slice_eq(entry->marks[i].address, address))
            return &entry->marks[i];
    return NULL;
}

static void set_mark(struct keeper_entry *entry, struct arena *a, struct slice address, struct slice hmac)
{
    struct keeper_mark *m = mark_for(entry, address);
    if (m == NULL) {
        entry->marks = arena_grow(a, entry->marks, entry->n_marks, entry->n_marks + 1, sizeof(*entry->marks));
        m = &entry->marks[entry->n_marks++];
    }
    *m = (struct keeper_mark){ address, hmac, false };
}

static void drop_mark(struct keeper_entry *entry, struct slice address)
{
    struct keeper_mark *m = mark_for(entry, address);
    if (m)
        *m = entry->marks[--entry->n_marks];
}

static void set_released(struct keeper_entry *entry, struct slice address)
{
    for (size_t i = 0; i < entry->n_recipients; i++)
        if (slice_eq(entry->recipients[i].address, address)) {
            entry->recipients[i].state = KEEPER_RELEASED;
            entry->recipients[i].released_at = (int64_t)time(NULL);
        }
}

static void change(struct keeper_entry *entry, struct arena *a, enum release_event what, struct slice address,
                   struct slice hmac)
{
    struct keeper_mark *m;
    switch (what) {
    case RELEASE_NOTE_SENDING: set_mark(entry, a, address, hmac); break;
    case RELEASE_NOTE_USED:
        m = mark_for(entry, address);
        if (m)
            m->used = true;
        break;
    case RELEASE_NOTE_DONE:
        drop_mark(entry, address);
        set_released(entry, address);
        break;
    case RELEASE_NOTE_FAILED: drop_mark(entry, address); break;
    }
}

struct noting {
    const struct store_release *s;
    enum release_event what;
    struct slice address, hmac;
    char id[KEEPER_ID_SIZE];
    struct arena a;
};

static int note_in(struct noting *n, struct err *e)
{
    struct keeper_entry entry;
    if (!ARENA_TRY(&n->a))
        return err_set(e, ERR_INPUT, "entry %s is too large to be read", n->id);
    if (store_read(n->s->store, n->id, &n->a, &entry, e) != 0)
        return -1;
    change(&entry, &n->a, n->what, n->address, n->hmac);
    if (store_update(n->s->store, &entry, e) != 0)
        return -1;
    index_put(n->s->index, &entry);
    return 0;
}

static int note(void *ctx, struct slice id, enum release_event what, struct slice address, struct slice hmac,
                struct err *e)
{
    struct noting n = { .s = ctx, .what = what, .address = address, .hmac = hmac };
    if (id_text(id, n.id, e) != 0)
        return -1;
    arena_init(&n.a, MEMORY);
    int rc = note_in(&n, e);
    arena_deinit(&n.a);
    return rc;
}

void store_release_table(struct release_store *table, struct store_release *s)
{
    *table = (struct release_store){ open_entry, note, s };
}
