/* macros.c - the MTA's macros to an envelope; see macros.h */
#include "config.h"
#include "milter/macros.h"

static const struct {
    const char *macro;
    size_t at;
    bool is_name; /* a host name: the MTA's words for "none" are dropped */
} table[] = {
    { "i", offsetof(struct envelope, queue_id), false },
    { "j", offsetof(struct envelope, my_name), false },
    { "{daemon_name}", offsetof(struct envelope, daemon_name), false },
    { "{client_addr}", offsetof(struct envelope, client_address), false },
    { "{client_ptr}", offsetof(struct envelope, client_ptr), true },
    { "{auth_authen}", offsetof(struct envelope, auth_user), false },
    { "{auth_type}", offsetof(struct envelope, auth_type), false },
    { "{auth_author}", offsetof(struct envelope, auth_author), false },
    { "{tls_version}", offsetof(struct envelope, tls_version), false },
    { "{cipher}", offsetof(struct envelope, tls_cipher), false },
};

bool macros_no_name(struct slice name)
{
    return name.n == 0 || name.p[0] == '[' || slice_ieq(name, SLICE("unknown"));
}

static void fill_field(struct slice *field, const char *value, bool is_name, struct arena *a)
{
    if (field->n || value == NULL)
        return;
    struct slice s = slice_sub(slice_str(value), 0, MACRO_MAX);
    if (!is_name || !macros_no_name(s))
        *field = arena_dup(a, s);
}

/* Sendmail says by {client_resolve} that the name of connect was not verified; what it then gives as a name
 * is the PTR's. */
static void check_resolved(struct envelope *env, const struct mta *mta)
{
    const char *resolved = mta->ops->macro(mta->ctx, "{client_resolve}");
    if (resolved == NULL || slice_ieq(slice_str(resolved), SLICE("OK")))
        return;
    if (env->client_ptr.n == 0)
        env->client_ptr = env->client_name;
    env->client_name = slice_of(NULL, 0);
}

static void fill_port(struct envelope *env, const struct mta *mta)
{
    uint64_t port;
    const char *text = mta->ops->macro(mta->ctx, "{client_port}");
    if (env->client_port == 0 && text && slice_uint(slice_str(text), 65535, &port))
        env->client_port = (unsigned)port;
}

void macros_fill(struct envelope *env, struct arena *a, const struct mta *mta)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        fill_field((struct slice *)((char *)env + table[i].at), mta->ops->macro(mta->ctx, table[i].macro),
                   table[i].is_name, a);
    fill_port(env, mta);
    check_resolved(env, mta);
}
