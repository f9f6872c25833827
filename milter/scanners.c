/* scanners.c - the virus engine in force; see scanners.h */
#include "config.h"
#include "milter/scanners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void scanners_init(struct scanners *all)
{
    *all = (struct scanners){ .lock = PTHREAD_MUTEX_INITIALIZER };
}

void scanners_deinit(struct scanners *all)
{
    scanners_install(all, NULL, 0);
    if (scanners_reap(all) != 0)
        bug("a message still uses a virus engine");
    pthread_mutex_destroy(&all->lock);
}

struct scanner *scanners_take(struct scanners *all)
{
    pthread_mutex_lock(&all->lock);
    struct scanner *s = all->current;
    if (s)
        s->users++;
    pthread_mutex_unlock(&all->lock);
    return s;
}

void scanners_return(struct scanners *all, struct scanner **s)
{
    if (*s == NULL)
        return;
    pthread_mutex_lock(&all->lock);
    (*s)->users--;
    pthread_mutex_unlock(&all->lock);
    *s = NULL;
}

/* "1.4.6, daily 27000": up to the comma */
static void take_version(struct scanner *s)
{
    struct engine_status status;
    engine_get_status(s->engine, &status);
    size_t n = strcspn(status.database.versions, ",");
    snprintf(s->version, sizeof(s->version), "%.*s", (int)(n < 20 ? n : 20), status.database.versions);
}

void scanners_install(struct scanners *all, struct engine *engine, unsigned serial)
{
    struct scanner *s = engine ? calloc(1, sizeof(*s)) : NULL;
    if (engine && s == NULL)
        fatal("no memory for a virus engine");
    if (s)
        *s = (struct scanner){ .engine = engine, .serial = serial };
    if (s)
        take_version(s);
    pthread_mutex_lock(&all->lock);
    if (all->current) {
        all->current->next = all->retired;
        all->retired = all->current;
    }
    all->current = s;
    pthread_mutex_unlock(&all->lock);
}

/* Takes the first unused one off the list. */
static struct scanner *unlink_unused(struct scanners *all, unsigned *left)
{
    struct scanner *found = NULL;
    *left = 0;
    pthread_mutex_lock(&all->lock);
    for (struct scanner **at = &all->retired; *at;) {
        if (found == NULL && (*at)->users == 0) {
            found = *at;
            *at = found->next;
            continue;
        }
        ++*left;
        at = &(*at)->next;
    }
    pthread_mutex_unlock(&all->lock);
    return found;
}

static void forget(struct scanners *all, struct scanner *s)
{
    struct engine_status last;
    engine_get_status(s->engine, &last);
    pthread_mutex_lock(&all->lock);
    engine_status_add(&all->past, &last);
    pthread_mutex_unlock(&all->lock);
    engine_free(&s->engine);
    free(s);
}

unsigned scanners_reap(struct scanners *all)
{
    unsigned left;
    struct scanner *s;
    while ((s = unlink_unused(all, &left)) != NULL)
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
    pthread_mutex_lock(&all->lock);
    engine_status_add(s, &all->past);
    pthread_mutex_unlock(&all->lock);
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
