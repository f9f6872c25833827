/* control.c - frames between supervisor and gateway; see control.h */
#include "config.h"
#include "milter/control.h"

#include "base/wire.h"

#define FRAME_MAX 512

unsigned control_fds(enum control_type type)
{
    return type == CONTROL_SNAPSHOT ? 2 : type == CONTROL_LOG || type == CONTROL_VIRUS ? 1 : 0;
}

void control_put(struct buf *out, const struct control_frame *f)
{
    wire_put_u8(out, (uint8_t)f->type);
    wire_put_u32(out, f->serial);
    wire_put_u32(out, f->drain_ms);
    wire_put_u8(out, f->drop);
    wire_put_u32(out, f->uid);
    wire_put_u32(out, f->gid);
    wire_put_u64(out, f->started_ms);
    wire_put_u8(out, (uint8_t)f->error.kind);
    wire_put_slice(out, slice_of(f->error.text, strnlen(f->error.text, sizeof(f->error.text) - 1)));
}

bool control_get(struct slice frame, struct control_frame *f)
{
    struct wire w;
    memset(f, 0, sizeof(*f));
    wire_read(&w, frame);
    unsigned type = wire_u8(&w);
    f->serial = wire_u32(&w);
    f->drain_ms = wire_u32(&w);
    f->drop = wire_u8(&w) != 0;
    f->uid = wire_u32(&w);
    f->gid = wire_u32(&w);
    f->started_ms = wire_u64(&w);
    unsigned kind = wire_u8(&w);
    struct slice text = wire_slice(&w, sizeof(f->error.text) - 1);
    if (!wire_done(&w) || type < CONTROL_START || type > CONTROL_RULES_CHANGED || kind > ERR_SYSTEM)
        return false;
    f->type = (enum control_type)type;
    f->error.kind = (enum err_kind)kind;
    if (text.n)
        memcpy(f->error.text, text.p, text.n);
    return true;
}

int control_send(int channel, const struct control_frame *f, const int *fds, unsigned n_fds, struct err *e)
{
    struct buf b;
    if (n_fds != control_fds(f->type))
        bug("control frame %d with %u descriptors", (int)f->type, n_fds);
    buf_init(&b, FRAME_MAX);
    control_put(&b, f);
    int failed = ipc_send(channel, buf_slice(&b), fds, n_fds, e);
    buf_deinit(&b);
    return failed;
}

int control_recv(int channel, struct control_frame *f, struct ipc_received *r, struct err *e)
{
    char frame[FRAME_MAX];
    int got = ipc_recv(channel, frame, sizeof(frame), 2, r, e);
    if (got != 1)
        return got;
    if (control_get(slice_of(frame, r->n), f) && r->n_fds == control_fds(f->type))
        return 1;
    ipc_close_fds(r);
    return err_set(e, ERR_INPUT, "a control frame of %zu bytes that makes no sense", r->n);
}
