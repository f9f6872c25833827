/* counted.c - things of which one is in force; see counted.h */
#include "config.h"
#include "milter/counted.h"

#include <stddef.h>

void counted_init(struct counted_set *set)
{
    *set = (struct counted_set){ .lock = PTHREAD_MUTEX_INITIALIZER };
}

void counted_deinit(struct counted_set *set)
{
    pthread_mutex_destroy(&set->lock);
}

struct counted *counted_take(struct counted_set *set)
{
    pthread_mutex_lock(&set->lock);
    struct counted *c = set->current;
    if (c)
        c->users++;
    pthread_mutex_unlock(&set->lock);
    return c;
}

void counted_return(struct counted_set *set, struct counted *c)
{
    if (c == NULL)
        return;
    pthread_mutex_lock(&set->lock);
    c->users--;
    pthread_mutex_unlock(&set->lock);
}

bool counted_renew(struct counted_set *set, struct counted **c)
{
    pthread_mutex_lock(&set->lock);
    bool newer = set->current != *c;
    if (newer) {
        (*c)->users--;
        *c = set->current;
        (*c)->users++;
    }
    pthread_mutex_unlock(&set->lock);
    return newer;
}

void counted_install(struct counted_set *set, struct counted *c)
{
    pthread_mutex_lock(&set->lock);
    if (set->current) {
        set->current->next = set->retired;
        set->retired = set->current;
    }
    set->current = c;
    pthread_mutex_unlock(&set->lock);
}

struct counted *counted_unused(struct counted_set *set, unsigned *left)
{
    struct counted *found = NULL;
    *left = 0;
    pthread_mutex_lock(&set->lock);
    for (struct counted **at = &set->retired; *at;) {
        if (found == NULL && (*at)->users == 0) {
            found = *at;
            *at = found->next;
            continue;
        }
        ++*left;
        at = &(*at)->next;
    }
    pthread_mutex_unlock(&set->lock);
    return found;
}
