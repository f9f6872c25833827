/* users.c - who has a mailbox here; see users.h */
#include "delivery/users-priv.h"

#include <stdio.h>

#define ADDRESS_MAX 320

static const struct users_source_kind *const kinds[] = { &users_passwd, &users_text, &users_regex,
                                                         &users_sqlite, &users_dovecot };

struct users {
    const struct deliver_options *o;
    struct users_source *v;
    size_t n;
};

/* ---- opening */

static int no_such_kind(const char *word, struct err *e)
{
    char usages[160];
    size_t n = 0;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        n += (size_t)snprintf(usages + n, sizeof(usages) - n, "%s%s", i ? ", " : "", kinds[i]->usage);
    return err_set(e, ERR_CONFIG, "deliver_users: %.40s is no source; write one of %s", word, usages);
}

static int open_source(struct users_source *s, const char *word, const struct deliver_options *o,
                       struct arena *a, struct err *e)
{
    struct slice rest = slice_str(word), name = rest;
    slice_cut(&rest, ':', &name);
    *s = (struct users_source){ .o = o, .argument = rest.p };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (slice_eq(name, slice_str(kinds[i]->word)))
            s->kind = kinds[i];
    if (s->kind == NULL || (s->argument != NULL) != (strchr(s->kind->usage, ':') != NULL))
        return no_such_kind(word, e);
    return s->kind->open ? s->kind->open(s, a, e) : 0;
}

int users_open(struct users **users, const struct deliver_options *o, struct arena *a, struct err *e)
{
    struct users *u = ARENA_NEW(a, struct users);
    u->o = o;
    u->v = arena_array(a, o->users.n + 1, sizeof(*u->v));
    *users = u;
    if (*o->catch_all && !users_address_good(slice_str(o->catch_all)))
        return err_set(e, ERR_CONFIG, "deliver_catch_all = %.100s is no address: write user@domain",
                       o->catch_all);
    if (o->users.n == 0)
        return err_set(e, ERR_CONFIG, "deliver_users is empty: nobody would get mail");
    for (size_t i = 0; i < o->users.n; i++) {
        u->n++;
        if (open_source(&u->v[i], o->users.v[i], o, a, e) != 0) {
            users_close(users);
            return -1;
        }
    }
    return 0;
}

void users_close(struct users **users)
{
    struct users *u = *users;
    for (size_t i = 0; u && i < u->n; i++)
        if (u->v[i].kind && u->v[i].kind->close && u->v[i].state)
            u->v[i].kind->close(&u->v[i]);
    *users = NULL;
}

/* ---- addresses */

static struct slice local_of(struct slice address, struct slice *domain)
{
    size_t n = address.n;
    while (n && address.p[n - 1] != '@')
        n--;
    *domain = n ? slice_from(address, n) : slice_of(NULL, 0);
    return n ? slice_sub(address, 0, n - 1) : address;
}

bool users_address_good(struct slice address)
{
    struct slice domain, local = local_of(address, &domain);
    if (local.n == 0 || address.n > ADDRESS_MAX || local.p[0] == '.')
        return false;
    for (size_t i = 0; i < address.n; i++)
        if ((unsigned char)address.p[i] < ' ' || address.p[i] == 0x7f || strchr("/\\\"<>", address.p[i]))
            return false;
    return domain.n == 0 || domain.p[0] != '.';
}

static struct slice join(struct arena *a, struct slice local, struct slice domain)
{
    struct slice address =
        domain.n ? arena_printf(a, "%.*s@%.*s", SLICE_ARG(local), SLICE_ARG(domain)) : local;
    return arena_lower(a, address);
}

/* ---- looking up */

/* No mail is delivered as root or as a daemon. */
static enum user_found check_user(const struct users *u, const struct user *user, struct err *e)
{
    if (user->uid >= u->o->min_uid && user->gid != 0)
        return USER_FOUND;
    err_set(e, ERR_CONFIG, "user %.60s has uid %u and gid %u: below deliver_min_uid = %u, or root's group",
            user->name, (unsigned)user->uid, (unsigned)user->gid, u->o->min_uid);
    return USER_FAULT;
}

static enum user_found ask(const struct users *u, const struct users_address *parts, struct arena *a,
                           struct user *user, struct err *e)
{
    const struct users_key key = { join(a, parts->local, parts->domain), parts->local, parts->domain };
    for (size_t i = 0; i < u->n; i++) {
        enum user_found found = u->v[i].kind->find(&u->v[i], &key, a, user, e);
        if (found == USER_FOUND)
            return check_user(u, user, e);
        if (found == USER_FAULT)
            return USER_FAULT;
    }
    return USER_NONE;
}

/* Takes the detail off; false: there is none. */
static bool split_detail(const struct users *u, struct users_address *parts)
{
    struct slice local = parts->local;
    for (size_t i = 1; i < local.n; i++)
        if (local.p[i] && strchr(u->o->delimiter, local.p[i])) {
            parts->local = slice_sub(local, 0, i);
            parts->detail = slice_from(local, i + 1);
            return true;
        }
    return false;
}

static enum user_found ask_address(const struct users *u, struct slice address, struct arena *a,
                                   struct users_address *parts, struct user *user, struct err *e)
{
    *parts = (struct users_address){ 0 };
    parts->local = local_of(address, &parts->domain);
    enum user_found found = ask(u, parts, a, user, e);
    if (found == USER_NONE && split_detail(u, parts))
        found = ask(u, parts, a, user, e);
    parts->local = arena_lower(a, parts->local);
    parts->domain = arena_lower(a, parts->domain);
    return found;
}

enum user_found users_find_address(const struct users *u, struct slice address, struct arena *a,
                                   struct users_address *parts, struct user *user, struct err *e)
{
    enum user_found found = ask_address(u, address, a, parts, user, e);
    if (found != USER_NONE || !*u->o->catch_all)
        return found;
    found = ask_address(u, slice_str(u->o->catch_all), a, parts, user, e);
    if (found == USER_NONE) {
        err_set(e, ERR_CONFIG, "deliver_catch_all = %.100s: there is no such user", u->o->catch_all);
        found = USER_FAULT;
    }
    return found;
}
