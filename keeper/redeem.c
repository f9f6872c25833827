/* redeem.c - "is this mark good?"; see redeem.h and release.h */
#include "config.h"
#include "keeper/redeem.h"

#include <time.h>
#include "base/log.h"
#include "base/os.h"
#include "keeper/release.h"

#define VALUE_MAX 4096
#define ENTRY_MEMORY ((size_t)256 << 20)

void redeem_request_put(struct buf *out, const struct redeem_request *r)
{
    wire_put_slice(out, slice_sub(r->mark, 0, VALUE_MAX));
    wire_put(out, r->hash, sizeof(r->hash));
    wire_put_slice(out, slice_sub(r->recipient, 0, VALUE_MAX));
    wire_put_slice(out, slice_sub(r->client, 0, VALUE_MAX));
}

bool redeem_request_get(struct wire *in, struct redeem_request *r)
{
    r->mark = wire_slice(in, VALUE_MAX);
    wire_get(in, r->hash, sizeof(r->hash));
    r->recipient = wire_slice(in, VALUE_MAX);
    r->client = wire_slice(in, VALUE_MAX);
    return wire_done(in);
}

void redeem_pass_put(struct buf *out, const struct redeem_pass *p)
{
    size_t n = p->n_viruses < REDEEM_VIRUSES_MAX ? p->n_viruses : REDEEM_VIRUSES_MAX;
    wire_put_u8(out, (uint8_t)p->answer);
    wire_put_u32(out, p->waived);
    wire_put_slice(out, slice_sub(p->id, 0, MARK_ID_MAX));
    wire_put_u32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        wire_put_slice(out, slice_sub(p->viruses[i], 0, VALUE_MAX));
}

bool redeem_pass_get(struct wire *in, struct arena *a, struct redeem_pass *p)
{
    uint8_t answer = wire_u8(in);
    p->answer = (enum redeem_answer)answer;
    p->waived = wire_u32(in);
    p->id = wire_slice(in, MARK_ID_MAX);
    p->n_viruses = wire_u32(in);
    if (in->bad || answer >= REDEEM_ANSWER_COUNT || p->n_viruses > REDEEM_VIRUSES_MAX ||
        p->waived >= CLASS_BIT(CLASS_COUNT))
        return false;
    p->viruses = arena_array(a, p->n_viruses, sizeof(*p->viruses));
    for (size_t i = 0; i < p->n_viruses; i++)
        p->viruses[i] = wire_slice(in, VALUE_MAX);
    return wire_done(in);
}

/* ---- the keeper's half */

static bool is_on_its_way(const struct release_entry *entry, const struct redeem_request *r,
                          const struct mark *m)
{
    for (size_t i = 0; i < entry->n_marks; i++)
        if (slice_eq(entry->marks[i].address, r->recipient) && slice_eq(entry->marks[i].hmac, m->hmac))
            return !entry->marks[i].used;
    return false;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_good(const struct release_host *h, const struct redeem_request *r, struct mark *m)
{
    const struct mark_scope scope = { .hash = r->hash, .recipient = r->recipient, .client = r->client };
    return mark_parse(r->mark, m) && mark_good(h->key, m, &scope, now_ms());
}

static enum redeem_answer use_up(const struct release_host *h, const struct redeem_request *r,
                                 const struct mark *m, const struct release_entry *entry)
{
    struct err e = { 0 };
    if (!is_on_its_way(entry, r, m))
        return REDEEM_NO;
    if (h->store->note(h->store->ctx, m->id, RELEASE_NOTE_USED, r->recipient, m->hmac, &e) == 0)
        return REDEEM_GOOD;
    log_warning("release: a mark cannot be noted as used: %s", e.text);
    return REDEEM_FAULT;
}

static enum redeem_answer redeem(const struct release_host *h, const struct redeem_request *r,
                                 struct arena *a, struct redeem_pass *pass)
{
    struct release_entry entry = { .message = -1 };
    struct mark m;
    struct err e = { 0 };
    if (!is_good(h, r, &m))
        return REDEEM_NO;
    if (h->store->open(h->store->ctx, m.id, a, &entry, &e) != 0)
        return e.kind == ERR_INPUT ? REDEEM_NO : REDEEM_FAULT;
    fd_close(&entry.message);
    pass->id = m.id;
    pass->waived = entry.classes;
    pass->viruses = entry.viruses;
    pass->n_viruses = entry.n_viruses;
    return use_up(h, r, &m, &entry);
}

void release_redeem(const struct release_host *h, struct slice request, struct buf *answer)
{
    struct redeem_pass pass = { 0 };
    struct redeem_request r;
    struct wire in;
    struct arena a;
    wire_read(&in, request);
    arena_init(&a, ENTRY_MEMORY);
    pass.answer = redeem_request_get(&in, &r) ? redeem(h, &r, &a, &pass) : REDEEM_FAULT;
    if (pass.answer != REDEEM_GOOD)
        pass = (struct redeem_pass){ .answer = pass.answer };
    redeem_pass_put(answer, &pass);
    arena_deinit(&a);
}
