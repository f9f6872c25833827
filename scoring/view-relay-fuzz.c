/* view-relay-fuzz.c - any bytes as Received fields
 * The first byte chooses what is trusted; fields are divided by NUL NUL. Holds: relays are in order, their
 * texts have the shape that rules expect, indexes stay within the fields, twice is the same. */
#include <stdint.h>
#include <stdlib.h>
#include "scoring/view-relay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIELDS_MAX 50

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct trust trust_of(struct arena *a, unsigned byte)
{
    static const char *const nets[] = { "127.0.0.0/8", "192.0.2.0/24", "!10.0.0.0/9", "10.0.0.0/8", "::/3" };
    struct trust t = { 0 };
    struct networks *const to[] = { &t.trusted, &t.internal, &t.msa };
    for (unsigned i = 0; i < 3; i++, byte >>= 2) {
        to[i]->v = arena_array(a, 5, sizeof(struct network));
        to[i]->configured = byte & 1;
        for (unsigned k = byte & 2; k < 5 && byte & 1; k++)
            check(network_read(slice_str(nets[k]), &to[i]->v[to[i]->n++], NULL) == 0);
    }
    return t;
}

static size_t fields_of(struct slice text, struct slice *out)
{
    size_t n = 0;
    while (n < FIELDS_MAX && text.n) {
        ptrdiff_t end = slice_find(text, slice_of("\0", 2));
        out[n++] = end < 0 ? text : slice_sub(text, 0, (size_t)end);
        text = end < 0 ? SLICE("") : slice_from(text, (size_t)end + 2);
    }
    return n;
}

static bool plain(struct slice s)
{
    static const char bad[] = " \t\n\r#[]()<>|";
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == 0 || strchr(bad, s.p[i]))
            return false;
    return true;
}

static void check_relay(const struct view_relay *v)
{
    static const struct slice head = SLICE_INIT("[ ip="), tail = SLICE_INIT(" ]");
    check(slice_starts(v->text, head) && slice_iends(v->text, tail));
    check(plain(v->ip) && plain(v->rdns) && plain(v->helo) && plain(v->by) && plain(v->ident) &&
          plain(v->envfrom));
    check(v->lc_helo.n == v->helo.n && v->lc_rdns.n == v->rdns.n && v->lc_by.n == v->by.n);
    check(!v->internal || v->trusted);
    check(!v->no_rdns || v->rdns.n == 0);
    check(v->has_envfrom || v->envfrom.n == 0);
}

static void check_relays(const struct view_relays *r, size_t n)
{
    check(r->n + r->n_unparseable <= n && r->n_internal <= r->n_trusted && r->n_trusted <= r->n);
    check(r->last_trusted >= r->last_internal && r->last_internal >= -1 && r->last_trusted < (int)n);
    check((r->n_trusted == 0) == (r->trusted.n == 0));
    for (size_t i = 0; i < r->n; i++) {
        check(r->v[i].trusted == (i < r->n_trusted) && r->v[i].internal == (i < r->n_internal));
        check_relay(&r->v[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view_relays one, two;
    struct slice fields[FIELDS_MAX];
    struct arena a;
    arena_init(&a, 64 << 20);
    struct trust t = trust_of(&a, size ? data[0] : 0);
    struct slice text = slice_from(slice_of((const char *)data, size), 1);
    size_t n = fields_of(text, fields), odd = n && data[0] & 128;
    view_relays_make(&one, &a, &t, fields, n - odd, fields + n - odd, odd);
    view_relays_make(&two, &a, &t, fields, n - odd, fields + n - odd, odd);
    check_relays(&one, n);
    check(slice_eq(one.trusted, two.trusted) && slice_eq(one.untrusted, two.untrusted));
    check(slice_eq(one.internal, two.internal) && slice_eq(one.external, two.external));
    arena_deinit(&a);
    return 0;
}
