/* proto.c - frames between engine, loader and workers; see proto.h
 * A frame is u8 type, then the type's fields by base/wire.h. The frames of the loader's channel share one
 * layout, whatever their type uses of it. No frame is longer than IPC_FRAME_MAX: the envelope's values and
 * recipients have caps, and finding_put cuts a list to the room there is. */
#include "engine/proto.h"

static bool read_type(struct wire *w, struct slice frame, enum proto_type want)
{
    wire_read(w, frame);
    return wire_u8(w) == want;
}

void proto_put_check(struct buf *out, uint64_t id, uint64_t size, const struct engine_wanted *wanted,
                     const struct envelope *env)
{
    wire_put_u8(out, PROTO_CHECK);
    wire_put_u64(out, id);
    wire_put_u64(out, size);
    wire_put_u32(out, wanted->what);
    wire_put_double(out, wanted->required);
    envelope_put(out, env, PROTO_RECIPIENTS_MAX);
}

bool proto_get_check(struct slice frame, struct arena *a, struct proto_check *c)
{
    struct wire w;
    if (!read_type(&w, frame, PROTO_CHECK))
        return false;
    c->id = wire_u64(&w);
    c->size = wire_u64(&w);
    c->wanted.what = wire_u32(&w);
    c->wanted.required = wire_double(&w);
    return envelope_get(&w, a, &c->envelope) && wire_done(&w);
}

/* What was written comes first: it has its own limits, the findings take the room that is left. */
static void put_dns(struct buf *out, const struct engine_dns *d)
{
    wire_put_u32(out, d->asked);
    wire_put_u32(out, d->late);
    wire_put_u32(out, d->failed);
    wire_put_u32(out, d->refused);
    wire_put_u32(out, d->waited_ms);
    wire_put_u8(out, d->gone);
}

static void get_dns(struct wire *w, struct engine_dns *d)
{
    d->asked = wire_u32(w);
    d->late = wire_u32(w);
    d->failed = wire_u32(w);
    d->refused = wire_u32(w);
    d->waited_ms = wire_u32(w);
    uint8_t gone = wire_u8(w);
    d->gone = gone;
    if (gone > 1)
        w->bad = true;
}

void proto_put_result(struct buf *out, uint64_t id, uint64_t cpu_us, const struct engine_dns *dns,
                      const struct engine_written *written, const struct finding_list *findings)
{
    wire_put_u8(out, PROTO_RESULT);
    wire_put_u64(out, id);
    wire_put_u64(out, cpu_us);
    put_dns(out, dns);
    written_put(out, written);
    finding_put(out, findings);
}

bool proto_get_result(struct slice frame, struct arena *a, struct proto_result *r)
{
    struct wire w;
    if (!read_type(&w, frame, PROTO_RESULT))
        return false;
    r->id = wire_u64(&w);
    r->cpu_us = wire_u64(&w);
    get_dns(&w, &r->dns);
    return written_get(&w, a, &r->written) && finding_get(&w, a, &r->findings) && wire_done(&w);
}

void proto_put_waiting(struct buf *out, uint64_t id)
{
    wire_put_u8(out, PROTO_WAITING);
    wire_put_u64(out, id);
}

bool proto_get_waiting(struct slice frame, uint64_t *id)
{
    struct wire w;
    if (!read_type(&w, frame, PROTO_WAITING))
        return false;
    *id = wire_u64(&w);
    return wire_done(&w);
}

void proto_put_loader(struct buf *out, const struct proto_loader *m)
{
    wire_put_u8(out, (uint8_t)m->type);
    wire_put_u32(out, (uint32_t)m->pid);
    wire_put_u32(out, m->serial);
    wire_put_u32(out, (uint32_t)m->status);
    wire_put_u32(out, m->rules);
    wire_put_u32(out, m->subrules);
    wire_put_u32(out, m->problems);
    wire_put_u64(out, (uint64_t)m->built);
    wire_put_slice(out, slice_of(m->hash, strnlen(m->hash, sizeof(m->hash) - 1)));
    wire_put_slice(out, slice_of(m->error, strnlen(m->error, sizeof(m->error) - 1)));
    wire_put_slice(out, slice_of(m->zones, strnlen(m->zones, sizeof(m->zones) - 1)));
    wire_put_slice(out, slice_of(m->servers, strnlen(m->servers, sizeof(m->servers) - 1)));
}

/* into char out[size], NUL-terminated; a NUL inside is an error */
static void get_text(struct wire *w, char *out, size_t size)
{
    struct slice s = wire_slice(w, size - 1);
    if (slice_chr(s, 0) >= 0)
        w->bad = true;
    if (s.n)
        memcpy(out, s.p, s.n);
    out[s.n] = 0;
}

static bool names_a_worker(enum proto_type type)
{
    return type != PROTO_LOADER_READY && type != PROTO_LOADER_FAILED && type != PROTO_LOADER_CHANGED &&
           type != PROTO_LOADER_RENEW && type != PROTO_ENGINE_WANT;
}

static bool is_of_loader(enum proto_type type)
{
    return (type >= PROTO_LOADER_READY && type <= PROTO_ENGINE_RETIRE) ||
           (type >= PROTO_LOADER_CHANGED && type <= PROTO_ENGINE_WANT);
}

bool proto_get_loader(struct slice frame, struct proto_loader *m)
{
    struct wire w;
    wire_read(&w, frame);
    m->type = (enum proto_type)wire_u8(&w);
    if (!is_of_loader(m->type))
        return false;
    m->pid = (int32_t)wire_u32(&w);
    m->serial = wire_u32(&w);
    m->status = (int32_t)wire_u32(&w);
    m->rules = wire_u32(&w);
    m->subrules = wire_u32(&w);
    m->problems = wire_u32(&w);
    m->built = (int64_t)wire_u64(&w);
    get_text(&w, m->hash, sizeof(m->hash));
    get_text(&w, m->error, sizeof(m->error));
    get_text(&w, m->zones, sizeof(m->zones));
    get_text(&w, m->servers, sizeof(m->servers));
    return wire_done(&w) && (!names_a_worker(m->type) || m->pid > 1);
}
