/* snapshot.c - configuration and engine that belong together; see snapshot.h */
#include "config.h"
#include "milter/snapshot.h"

#include <stdlib.h>

#define CONF_BYTES_MAX ((size_t)512 << 20) /* with the maps it names */

static int read_lists(struct snapshot *s, struct err *e)
{
    struct err why;
    if (dnsbl_sites_read(&s->config.early.dnsbl_sites, &s->arena, &s->dnsbl, &why) == 0)
        return 0;
    return err_set(e, ERR_CONFIG, "dnsbl_sites: %.200s", why.text);
}

struct snapshot *snapshot_new(struct slice conf_text, unsigned serial, struct err *e)
{
    struct snapshot *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        err_set(e, ERR_RETRY, "no memory for a configuration");
        return NULL;
    }
    arena_init(&s->arena, CONF_BYTES_MAX);
    s->serial = serial;
    s->check = engine_check;
    s->hold = keeper_hold;
    const struct conf_source source = { .text = conf_text };
    if (conf_load(&config_schema, &source, &s->arena, &s->config, e) != 0 || read_lists(s, e) != 0 ||
        (s->maps = policy_maps_load(&s->config.policy, &s->config.early, &s->arena, e)) == NULL ||
        (s->signer = signer_load(&s->config.sign, &s->arena, e)) == NULL)
        snapshot_free(&s);
    return s;
}

void snapshot_free(struct snapshot **s)
{
    if (*s == NULL)
        return;
    if ((*s)->engine)
        engine_free(&(*s)->engine);
    policy_maps_free(&(*s)->maps);
    signer_free(&(*s)->signer);
    arena_deinit(&(*s)->arena);
    free(*s);
    *s = NULL;
}

void snapshots_init(struct snapshots *all)
{
    memset(all, 0, sizeof(*all));
    counted_init(&all->set);
}

void snapshots_deinit(struct snapshots *all)
{
    counted_install(&all->set, NULL);
    if (snapshots_reap(all) != 0)
        bug("a message still uses a configuration");
    counted_deinit(&all->set);
}

struct snapshot *snapshots_take(struct snapshots *all)
{
    return (struct snapshot *)counted_take(&all->set);
}

void snapshots_return(struct snapshots *all, struct snapshot **s)
{
    counted_return(&all->set, (struct counted *)*s);
    *s = NULL;
}

bool snapshots_renew(struct snapshots *all, struct snapshot **s)
{
    struct counted *c = (struct counted *)*s;
    bool newer = counted_renew(&all->set, &c);
    *s = (struct snapshot *)c;
    return newer;
}

void snapshots_install(struct snapshots *all, struct snapshot *s)
{
    counted_install(&all->set, (struct counted *)s);
}

unsigned snapshots_reap(struct snapshots *all)
{
    unsigned left;
    struct snapshot *s;
    while ((s = (struct snapshot *)counted_unused(&all->set, &left)) != NULL) {
        struct engine_status last = { 0 };
        if (s->engine)
            engine_get_status(s->engine, &last);
        pthread_mutex_lock(&all->set.lock);
        engine_status_add(&all->past, &last);
        pthread_mutex_unlock(&all->set.lock);
        snapshot_free(&s);
    }
    return left;
}

void snapshots_status(struct snapshots *all, struct engine_status *s)
{
    memset(s, 0, sizeof(*s));
    struct snapshot *now = snapshots_take(all);
    if (now && now->engine)
        engine_get_status(now->engine, s);
    snapshots_return(all, &now);
    pthread_mutex_lock(&all->set.lock);
    engine_status_add(s, &all->past);
    pthread_mutex_unlock(&all->set.lock);
}
