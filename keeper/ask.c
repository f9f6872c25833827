/* ask.c - what is asked of the keeper, and what it answers; see ask.h */
#include "config.h"
#include "keeper/ask.h"

#include <stdio.h>
#include <sys/stat.h>

static bool known(unsigned what)
{
    return what == KEEPER_ASK_HOLD || what == KEEPER_ASK_FORGET || what == KEEPER_ASK_LIST ||
           what == KEEPER_ASK_SHOW || what == KEEPER_ASK_DELETE || what == KEEPER_ASK_EXPIRE ||
           what == KEEPER_ASK_LEARN || what == KEEPER_ASK_UNLEARN || what == KEEPER_ASK_BLOCK;
}

unsigned keeper_request_fds(enum keeper_ask what)
{
    return what == KEEPER_ASK_HOLD ? 2 : what == KEEPER_ASK_LEARN ? 1 : 0;
}

void keeper_request_put(struct buf *out, const struct keeper_request *r)
{
    wire_put_u8(out, (uint8_t)r->what);
    wire_put_u32(out, r->most);
    wire_put_slice(out, r->text);
}

bool keeper_request_get(struct slice frame, struct keeper_request *r)
{
    struct wire w;
    wire_read(&w, frame);
    unsigned what = wire_u8(&w);
    r->what = (enum keeper_ask)what;
    r->most = wire_u32(&w);
    r->text = wire_slice(&w, KEEPER_WORDS_MAX);
    return known(what) && wire_done(&w);
}

int keeper_place(const char *folder, char out[KEEPER_PLACE_SIZE])
{
    struct stat st;
    if (stat(folder, &st) != 0)
        return -1;
    snprintf(out, KEEPER_PLACE_SIZE, "%llu:%llu", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino);
    return 0;
}

void keeper_answer_put(struct buf *out, const struct keeper_answer *a)
{
    wire_put_u8(out, a->done);
    wire_put_u8(out, a->done ? 0 : (uint8_t)a->e.kind);
    wire_put_slice(out, a->done ? a->text : slice_str(a->e.text));
}

bool keeper_answer_get(struct slice frame, struct keeper_answer *a)
{
    struct wire w;
    memset(a, 0, sizeof(*a));
    wire_read(&w, frame);
    unsigned done = wire_u8(&w), kind = wire_u8(&w);
    a->text = wire_slice(&w, sizeof(a->e.text) - 1);
    if (!wire_done(&w) || done > 1 || kind > ERR_SYSTEM || (done && kind) || slice_chr(a->text, 0) >= 0)
        return false;
    a->done = done;
    a->e.kind = (enum err_kind)kind;
    if (!done)
        snprintf(a->e.text, sizeof(a->e.text), "%.*s", SLICE_ARG(a->text));
    return true;
}
