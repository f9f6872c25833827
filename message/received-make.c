/* received-make.c - the Received field that the MTA will write; see received.h
 * A milter sees a message before the MTA's own field is there, and rules read the newest relay from it. */
#include "message/received.h"

#include "message/ip.h"

#define TEXT_MAX 255

/* A word that can't be taken for anything but a name. */
static struct slice harmless(struct arena *a, struct slice s, struct slice otherwise)
{
    s = slice_sub(s, 0, TEXT_MAX);
    if (s.n == 0)
        return otherwise;
    char *p = arena_str(a, s);
    for (size_t i = 0; i < s.n; i++)
        if (p[i] <= ' ' || p[i] > '~' || memchr("()<>;,\\\"", p[i], 8))
            p[i] = '?';
    return slice_of(p, s.n);
}

/* "(NAME [IP])"; the name in lower case, since a host may be called HELO, which is qmail's keyword there */
static void add_client(struct buf *b, struct arena *a, const struct envelope *env)
{
    struct slice ip = ip_canonical(a, env->client_address);
    struct slice name = harmless(a, env->client_name, SLICE("unknown"));
    char *p = arena_str(a, name);
    for (size_t i = 0; i < name.n; i++) {
        p[i] = ascii_lower(p[i]);
        if (!ascii_alnum(p[i]) && memchr("-._", p[i], 3) == NULL)
            p[i] = '?';
    }
    if (ip.n)
        buf_printf(b, "(%s [%s%.*s])", p, slice_chr(ip, ':') >= 0 ? "IPv6:" : "", SLICE_ARG(ip));
    else
        buf_printf(b, "(%s)", p);
}

struct slice received_synthetic(struct arena *a, const struct envelope *env)
{
    struct buf b;
    char date[40];
    if (!env->has_client)
        return slice_of(NULL, 0);
    buf_init_in(&b, a, 4096);
    buf_add_str(&b, "Received: ");
    if (env->client_address.n || env->helo.n) {
        struct slice helo = harmless(a, env->helo, SLICE("unknown"));
        buf_printf(&b, "from %.*s ", SLICE_ARG(helo));
        add_client(&b, a, env);
        buf_add_str(&b, "\r\n\t");
    }
    struct slice me = harmless(a, env->my_name, SLICE("localhost"));
    buf_printf(&b, "by %.*s (Tamis) with ESMTP%s%s", SLICE_ARG(me), env->tls_version.n ? "S" : "",
               env->auth_user.n ? "A" : "");
    if (env->queue_id.n) {
        struct slice id = harmless(a, env->queue_id, SLICE(""));
        buf_printf(&b, " id %.*s", SLICE_ARG(id));
    }
    date_format(env->received_at, date);
    buf_printf(&b, ";\r\n\t%s\r\n", date);
    return buf_slice(&b);
}
