/* proto-fuzz.c - any bytes as a frame: taken only when they are what our encoders write */
#include <math.h>
#include <stdlib.h>
#include "base/ipc.h"
#include "engine/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What was read is written again in the same bytes: there is one way to say a thing. */
static void same_again(struct buf *out, struct slice frame)
{
    require(!out->full);
    require(slice_eq(buf_slice(out), frame));
    buf_reset(out);
}

static void check_findings(const struct finding_list *list)
{
    size_t n = 0;
    for (const struct finding *f = list->first; f; f = f->next, n++) {
        require(f->kind < FINDING_KIND_COUNT && f->class < CLASS_COUNT && f->count > 0);
        require(isfinite(f->score) && fabs(f->score) <= FINDING_SCORE_MAX);
        require(f->name.n > 0 && f->name.n <= FINDING_NAME_MAX && f->detail.n <= FINDING_DETAIL_MAX);
        for (size_t i = 0; i < f->name.n; i++)
            require(f->name.p[i] > ' ' && f->name.p[i] <= '~');
    }
    require(n == list->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice frame = slice_of((const char *)data, size);
    struct proto_check c;
    struct proto_result r;
    struct proto_loader l;
    struct arena a;
    struct buf out;
    uint64_t id;
    if (size > IPC_FRAME_MAX)
        return 0;
    arena_init(&a, 64 << 20);
    buf_init(&out, IPC_FRAME_MAX);
    if (proto_get_check(frame, &a, &c)) {
        require(c.envelope.n_recipients <= c.envelope.recipients_total);
        proto_put_check(&out, c.id, c.size, &c.wanted, &c.envelope);
        if (c.envelope.n_recipients * 4 <= PROTO_RECIPIENTS_MAX && frame.n <= PROTO_RECIPIENTS_MAX)
            same_again(&out, frame);
        buf_reset(&out);
    }
    if (proto_get_result(frame, &a, &r)) {
        check_findings(&r.findings);
        proto_put_result(&out, r.id, r.cpu_us, &r.dns, &r.written, &r.findings);
        same_again(&out, frame);
    }
    if (proto_get_waiting(frame, &id)) {
        proto_put_waiting(&out, id);
        same_again(&out, frame);
    }
    if (proto_get_loader(frame, &l)) {
        require(strlen(l.hash) < sizeof(l.hash) && strlen(l.error) < sizeof(l.error));
        proto_put_loader(&out, &l);
        same_again(&out, frame);
    }
    buf_deinit(&out);
    arena_deinit(&a);
    return 0;
}
