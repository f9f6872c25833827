/* check.c - what would become of mail to a recipient; see check.h */
#include "delivery/check.h"

#include <limits.h>
#include <stdio.h>
#include "delivery/place.h"

#define ARENA_MAX ((size_t)64 << 20)

static const char *const kinds[] = {
    [PLACE_MAILDIR] = "maildir", [PLACE_MBOX] = "mbox", [PLACE_LMTP] = "lmtp"
};

static void put(const char *name, const char *value)
{
    printf("%-14s%s\n", name, *value ? value : "-");
}

static int show(const struct agent *g, const struct agent_recipient *r, const struct place *p)
{
    const struct deliver_options *o = &g->config->deliver;
    char text[PATH_MAX + 40];
    snprintf(text, sizeof(text), "%.200s (uid %u, gid %u)", r->user.name, (unsigned)r->user.uid,
             (unsigned)r->user.gid);
    put("user", text);
    put("home", r->user.home);
    snprintf(text, sizeof(text), "%s %s", kinds[p->kind], p->path);
    put("mailbox", text);
    if (p->kind == PLACE_MBOX && p->folders)
        put("folders", p->folders);
    snprintf(text, sizeof(text), "%.*s", SLICE_ARG(slice_sub(r->parts.detail, 0, 100)));
    put("detail", text);
    put("spam goes to", *o->junk_folder ? o->junk_folder : "the inbox");
    config_verdict_key(g->config, text);
    put("verdicts", g->has_key ? text : "not believed: the key can't be read");
    return 0;
}

static int look(const struct agent *g, const char *address, struct arena *a, struct answer *answer)
{
    struct agent_recipient r;
    struct place place;
    struct err e = { 0 };
    put("recipient", address);
    if (agent_find(g, slice_str(address), a, &r, answer) != 0)
        return -1;
    const struct place_names names = { r.parts.local, r.parts.domain };
    const char *spec = r.user.mailbox ? r.user.mailbox : g->config->deliver.mailbox;
    if (place_make(&place, spec, &r.user, &names, a, &e) != 0)
        return answer_err(answer, &e);
    return show(g, &r, &place);
}

int check_run(const struct agent *g, const char *const *recipients, size_t n)
{
    enum answer_kind worst = ANSWER_DONE;
    for (size_t i = 0; i < n; i++) {
        struct answer answer = { ANSWER_DONE, "" };
        struct arena a;
        arena_init(&a, ARENA_MAX);
        if (!ARENA_TRY(&a))
            answer_set(&answer, ANSWER_FAULT, "out of memory");
        else if (look(g, recipients[i], &a, &answer) != 0)
            printf("%-14s%s %s\n", "refused", answers[answer.kind].enhanced, answer.text);
        a.can_escape = false;
        arena_deinit(&a);
        worst = answer_worse(worst, answer.kind);
        printf("%s", i + 1 < n ? "\n" : "");
    }
    return answers[worst].exit_code;
}
