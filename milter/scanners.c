/* scanners.c - the virus engine in force; see scanners.h */
#include "config.h"
#include "milter/scanners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void scanners_init(struct scanners *all)
{
    memset(all, 0, sizeof(*all));
    counted_init(&all->set);
}

void scanners_deinit(struct scanners *all)
{
    scanners_install(all, NULL);
    if (scanners_reap(all) != 0)
        bug("a message still uses a virus engine");
    counted_deinit(&all->set);
}

struct scanner *scanners_take(struct scanners *all)
{
    return (struct scanner *)counted_take(&all->set);
}

void scanners_return(struct scanners *all, struct scanner **s)
{
    counted_return(&all->set, (struct counted *)*s);
    *s = NULL;
}

bool scanners_any(struct scanners *all)
{
    struct scanner *s = scanners_take(all);
    bool any = s != NULL;
    scanners_return(all, &s);
    return any;
}

/* "1.4.6, daily 27000": up to the comma */
static void take_version(struct scanner *s)
{
    struct engine_status status;
    engine_get_status(s->engine, &status);
    size_t n = strcspn(status.database.versions, ",");
    snprintf(s->version, sizeof(s->version), "%.*s", (int)(n < 20 ? n : 20), status.database.versions);
}

void scanners_install(struct scanners *all, struct engine *engine)
{
    struct scanner *s = engine ? calloc(1, sizeof(*s)) : NULL;
    if (engine && s == NULL)
        fatal("no memory for a virus engine");
    if (s) {
        s->engine = engine;
        take_version(s);
    }
    counted_install(&all->set, (struct counted *)s);
}

static void forget(struct scanners *all, struct scanner *s)
{
    struct engine_status last;
    engine_get_status(s->engine, &last);
    pthread_mutex_lock(&all->set.lock);
    engine_status_add(&all->past, &last);
    pthread_mutex_unlock(&all->set.lock);
    engine_free(&s->engine);
    free(s);
}

unsigned scanners_reap(struct scanners *all)
{
    unsigned left;
    struct scanner *s;
    while ((s = (struct scanner *)counted_unused(&all->set, &left)) != NULL)
        forget(all, s);
    return left;
}

bool scanners_status(struct scanners *all, struct engine_status *s)
{
    memset(s, 0, sizeof(*s));
    struct scanner *now = scanners_take(all);
    bool any = now != NULL;
    if (now)
        engine_get_status(now->engine, s);
    scanners_return(all, &now);
    pthread_mutex_lock(&all->set.lock);
    engine_status_add(s, &all->past);
    pthread_mutex_unlock(&all->set.lock);
    return any;
}

bool scanners_outdated(struct scanners *all)
{
    struct scanner *now = scanners_take(all);
    unsigned changes = now ? engine_changes(now->engine) : 0;
    bool news = now && changes != now->told;
    if (news)
        now->told = changes;
    scanners_return(all, &now);
    return news;
}
