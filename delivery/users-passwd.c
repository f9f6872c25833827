/* users-passwd.c - accounts of the system; see users-priv.h
 * getpwnam_r tells "not there" and "cannot say" apart only by its return value; what the C library and its
 * modules return for "not there" differs (getpwnam(3)); of its list EBADF and EPERM can as well mean that a
 * module does not work, and are not believed. */
#include "delivery/users-priv.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

#define RECORD_MAX (256 * 1024)

static bool means_none(int why)
{
    return why == 0 || why == ENOENT || why == ESRCH;
}

enum user_found users_account(struct slice name, struct arena *a, struct user *user, struct err *e)
{
    struct passwd record, *found = NULL;
    const char *text = arena_str(a, name);
    int why = ERANGE;
    for (size_t n = 1024; why == ERANGE && n <= RECORD_MAX; n *= 4)
        why = getpwnam_r(text, &record, arena_alloc(a, n), n, &found);
    if (found == NULL && means_none(why))
        return USER_NONE;
    if (found == NULL) {
        err_set(e, ERR_RETRY, "passwd: %s", strerror(why));
        return USER_FAULT;
    }
    *user = (struct user){ found->pw_name, found->pw_uid, found->pw_gid, found->pw_dir, NULL };
    return USER_FOUND;
}

static bool is_local(const struct users_source *s, struct slice domain)
{
    const struct conf_list *l = &s->o->domains;
    for (size_t i = 0; i < l->n; i++)
        if (slice_ieq(domain, slice_str(l->v[i])))
            return true;
    return l->n == 0 || domain.n == 0;
}

/* An account by a name in capitals is the same person's: MTAs do not change the case. */
static enum user_found find(const struct users_source *s, const struct users_key *key, struct arena *a,
                            struct user *user, struct err *e)
{
    if (!is_local(s, key->domain))
        return USER_NONE;
    enum user_found found = users_account(key->local, a, user, e);
    struct slice lower = arena_lower(a, key->local);
    if (found == USER_NONE && !slice_eq(lower, key->local))
        found = users_account(lower, a, user, e);
    return found;
}

const struct users_source_kind users_passwd = { "passwd", "passwd", NULL, NULL, find };
