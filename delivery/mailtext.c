/* mailtext.c - a message while the agent has it; see mailtext.h */
#include "delivery/mailtext.h"

#include "base/arena.h"

int mailtext_open(struct mailtext *m, int directory, size_t memory_max, size_t max, struct answer *a)
{
    struct err e = { 0 };
    mailtext_close(m);
    *m = (struct mailtext){ .options = { directory, memory_max, max } };
    if (spool_open(&m->spool, &m->options, &e) != 0)
        return answer_err(a, &e);
    m->open = true;
    return 0;
}

static void add(struct mailtext *m, struct slice bytes)
{
    if (bytes.n == 0 || m->failed.kind != ERR_NONE)
        return;
    if (spool_add(&m->spool, bytes, &m->failed) != 0)
        m->too_large = m->failed.kind == ERR_INPUT;
}

void mailtext_add(struct mailtext *m, struct slice bytes)
{
    while (bytes.n) {
        if (m->cr && bytes.p[0] != '\n')
            add(m, SLICE("\r"));
        m->cr = false;
        ptrdiff_t at = slice_chr(bytes, '\r');
        add(m, at < 0 ? bytes : slice_sub(bytes, 0, (size_t)at));
        m->cr = at >= 0;
        bytes = at < 0 ? slice_of(NULL, 0) : slice_from(bytes, (size_t)at + 1);
    }
}

int mailtext_finish(struct mailtext *m, struct answer *a)
{
    struct err e = { 0 };
    if (m->cr)
        add(m, SLICE("\r"));
    m->cr = false;
    if (m->too_large)
        return answer_set(a, ANSWER_SIZE, "the message is larger than deliver_message_max");
    if (m->failed.kind != ERR_NONE)
        return answer_err(a, &m->failed);
    if (spool_finish(&m->spool, &e) != 0)
        return answer_err(a, &e);
    m->text = slice_of("", 0);
    if (m->spool.n && spool_map(m->spool.fd, m->spool.n, &m->text, &e) != 0)
        return answer_err(a, &e);
    return 0;
}

void mailtext_close(struct mailtext *m)
{
    if (m->open && m->text.n)
        spool_unmap(&m->text);
    if (m->open)
        spool_close(&m->spool);
    *m = (struct mailtext){ 0 };
}
