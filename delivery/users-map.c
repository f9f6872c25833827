/* users-map.c - users of a text file; see users-priv.h
 *   bob@example.com    uid=5000 gid=5000 home=/srv/mail/%d/%n
 *   carol@example.com  account=carol mailbox=mbox:/var/mail/carol
 * account takes uid, gid and home of an account of the system; what is said besides counts. Values are
 * checked when the map is loaded, accounts when they are needed. */
#include "delivery/users-priv.h"

#include "delivery/place.h"
#include "message/field.h"
#include "policy/map.h"

#define CHECK_BYTES ((size_t)2 * MAP_BYTES_MAX)
#define MATCH_LIMIT 100000 /* as policy/maps.c */

struct value {
    struct slice account, home, mailbox;
    uint64_t uid, gid;
    bool has_uid, has_gid;
};

static int set(struct value *v, struct slice name, struct slice text)
{
    if (slice_eq(name, SLICE("account")))
        v->account = text;
    else if (slice_eq(name, SLICE("home")) && text.n && text.p[0] == '/')
        v->home = text;
    else if (slice_eq(name, SLICE("mailbox")))
        v->mailbox = text;
    else if (slice_eq(name, SLICE("uid")))
        return (v->has_uid = slice_uint(text, UINT32_MAX - 1, &v->uid)) ? 0 : -1;
    else if (slice_eq(name, SLICE("gid")))
        return (v->has_gid = slice_uint(text, UINT32_MAX - 1, &v->gid)) ? 0 : -1;
    else
        return -1;
    return text.n ? 0 : -1;
}

static int parse(struct value *v, struct slice text, const char *where, struct err *e)
{
    struct slice word, name = { NULL, 0 };
    *v = (struct value){ 0 };
    while (field_word(&text, &word)) {
        struct slice rest = word;
        slice_cut(&rest, '=', &name);
        if (rest.p == NULL || set(v, name, rest) != 0)
            return err_set(
                e, ERR_CONFIG,
                "%s: %.*s: write uid=N gid=N home=/PATH, or account=NAME, and mailbox=... if it is "
                "not deliver_mailbox",
                where, SLICE_ARG(slice_sub(word, 0, 60)));
    }
    if (v->account.n == 0 && (!v->has_uid || !v->has_gid))
        return err_set(e, ERR_CONFIG, "%s: uid= and gid= (or account=) are missing", where);
    return 0;
}

static int check_paths(const struct value *v, struct arena *a, struct err *e)
{
    static const struct users_key somebody = { SLICE_INIT("a@b"), SLICE_INIT("a"), SLICE_INIT("b") };
    if (v->home.n && users_expand(v->home, &somebody, a, e) == NULL)
        return -1;
    return v->mailbox.n ? place_check(arena_str(a, v->mailbox), e) : 0;
}

static int check(void *ctx, struct slice text, const char *where, struct err *e)
{
    struct value v;
    struct err why;
    struct arena a;
    if (parse(&v, text, where, e) != 0)
        return -1;
    arena_init(&a, CHECK_BYTES);
    int rc = check_paths(&v, &a, &why);
    arena_deinit(&a);
    return rc == 0 ? 0 : err_set(e, ERR_CONFIG, "%s: %.120s", where, why.text);
}

static int open_map(struct users_source *s, struct arena *a, struct err *e)
{
    struct slice spec = arena_printf(a, "%s:%s", s->kind->word, s->argument);
    struct map *m = map_load(spec.p, a, e);
    if (m == NULL)
        return -1;
    s->state = m;
    return map_each(m, check, NULL, e);
}

static void close_map(struct users_source *s)
{
    struct map *m = s->state;
    map_free(&m);
    s->state = NULL;
}

const char *users_expand(struct slice text, const struct users_key *key, struct arena *a, struct err *e)
{
    const struct place_names names = { arena_lower(a, key->local), arena_lower(a, key->domain) };
    const struct user nobody = { .name = arena_str(a, names.local), .home = "" };
    return place_expand(text, &nobody, &names, a, e);
}

static enum user_found take(const struct value *v, const struct users_key *key, struct arena *a,
                            struct user *user, struct err *e)
{
    *user = (struct user){ .home = "" };
    if (v->account.n) {
        enum user_found found = users_account(v->account, a, user, e);
        if (found == USER_NONE)
            err_set(e, ERR_CONFIG, "account=%.*s: there is no such account", SLICE_ARG(v->account));
        if (found != USER_FOUND)
            return USER_FAULT;
    } else
        user->name = arena_str(a, key->address);
    if (v->has_uid)
        user->uid = (uid_t)v->uid;
    if (v->has_gid)
        user->gid = (gid_t)v->gid;
    if (v->mailbox.n)
        user->mailbox = arena_str(a, v->mailbox);
    if (v->home.n && (user->home = users_expand(v->home, key, a, e)) == NULL)
        return USER_FAULT;
    return USER_FOUND;
}

static enum user_found find(const struct users_source *s, const struct users_key *key, struct arena *a,
                            struct user *user, struct err *e)
{
    static const struct regex_limits limits = { .match_limit = MATCH_LIMIT, .jit_stack = 64 * 1024 };
    struct regex_scratch *scratch = regex_scratch_new(&limits);
    struct slice text;
    struct value v;
    enum map_answer found = map_find(s->state, scratch, key->address, &text);
    regex_scratch_free(&scratch);
    if (found == MAP_NO)
        return USER_NONE;
    if (found == MAP_FAULT) {
        err_set(e, ERR_RETRY, "%s:%s: a pattern reached its limit", s->kind->word, s->argument);
        return USER_FAULT;
    }
    return parse(&v, text, s->argument, e) == 0 ? take(&v, key, a, user, e) : USER_FAULT;
}

const struct users_source_kind users_text = { "text", "text:/PATH", open_map, close_map, find };
const struct users_source_kind users_regex = { "regex", "regex:/PATH", open_map, close_map, find };
