/* quarantine-release.c - `tamis quarantine release`; see quarantine-release.h
 * Lines come as the keeper tells them: a release to many addresses takes its time. */
#include "config.h"
#include "cli/quarantine-release.h"

#include <jansson.h>
#include <stdlib.h>
#include "base/log.h"
#include "keeper/client-release.h"

#define ANSWER_GRACE_MS 10000

struct outcome {
    const struct quarantine_release *r;
    const char *id;
    int exit_code;
    bool broken_pipe;
};

/* The worst one counts; what may work later is no "no". */
static void note(struct outcome *o, int code)
{
    if (o->exit_code == CLI_DONE || code == CLI_TRY_AGAIN)
        o->exit_code = code;
}

static int code_of(enum release_result result)
{
    switch (result) {
    case RELEASE_DONE: return CLI_DONE;
    case RELEASE_LATER: return CLI_TRY_AGAIN;
    default: return CLI_NO;
    }
}

/* Addresses and replies come from outside and may be no UTF-8. */
static json_t *text_json(struct slice s)
{
    json_t *text = json_stringn(s.p ? s.p : "", s.n);
    if (text)
        return text;
    struct buf b;
    buf_init(&b, 8 * s.n + 100);
    log_escape(&b, s);
    text = json_stringn(b.p, b.n);
    buf_deinit(&b);
    return text;
}

static void put_json(struct buf *out, const struct outcome *o, const struct release_line *l)
{
    json_t *line = json_pack("{s:s, s:o, s:s, s:o}", "id", o->id, "to", text_json(l->address), "result",
                             release_result_names[l->result], "text", text_json(l->text));
    char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
    if (text)
        buf_printf(out, "%s\n", text);
    free(text);
    json_decref(line);
}

static void put_line(struct buf *out, const struct outcome *o, const struct release_line *l)
{
    buf_printf(out, "%s  %-9s  ", o->id, release_result_names[l->result]);
    log_escape(out, l->address);
    if (l->text.n && l->result != RELEASE_DONE) {
        buf_add_str(out, "  (");
        log_escape(out, l->text);
        buf_add_char(out, ')');
    }
    buf_add_char(out, '\n');
}

static void show(void *ctx, const struct release_line *l)
{
    struct outcome *o = ctx;
    struct buf out;
    note(o, code_of(l->result));
    buf_init(&out, 64 * 1024);
    if (o->r->json)
        put_json(&out, o, l);
    else
        put_line(&out, o, l);
    if (!o->broken_pipe && cli_write(&out) < 0)
        o->broken_pipe = true; /* it is done all the same */
    buf_deinit(&out);
}

static void release_one(struct outcome *o, struct slice *to)
{
    const struct quarantine_release *r = o->r;
    const struct release_order order = { .id = slice_str(o->id),
                                         .to = to,
                                         .n_to = r->to.n,
                                         .all = r->all,
                                         .again = r->again,
                                         .attach_to = slice_str(r->attach_to) };
    struct err e = { 0 };
    if (keeper_release(r->socket, &order, r->timeout + ANSWER_GRACE_MS, show, o, &e) == 0)
        return;
    cli_complain("quarantine release %s: %s", o->id, e.text);
    note(o, e.kind == ERR_INPUT ? CLI_NO : CLI_TRY_AGAIN);
}

int quarantine_release(struct arena *a, const struct quarantine_release *r)
{
    struct outcome o = { .r = r };
    struct slice *to = arena_array(a, r->to.n + 1, sizeof(*to));
    for (size_t i = 0; i < r->to.n; i++)
        to[i] = slice_str(r->to.v[i]);
    if (r->to.n > RELEASE_TO_MAX) {
        cli_complain("quarantine release: at most %d addresses at once", RELEASE_TO_MAX);
        return CLI_USAGE;
    }
    for (size_t i = 0; i < r->n_ids; i++) {
        o.id = r->ids[i];
        release_one(&o, to);
    }
    return o.exit_code;
}
