/* dovecot-auth-fuzz.c - any bytes from Dovecot's auth server, in pieces
 * The first byte says how large the pieces are; the outcome does not hang on it. A user has a name, "no such
 * user" was said, and a failure says why. */
#include <stdlib.h>
#include "delivery/dovecot-auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static void play(struct dovecot_auth *d, struct slice in, size_t step, struct err *e)
{
    *e = (struct err){ 0 };
    dovecot_auth_init(d);
    for (; in.n; in = slice_from(in, step))
        check(dovecot_auth_feed(d, slice_sub(in, 0, step), e) == d->state);
}

static void look_at(const struct dovecot_auth *d)
{
    static const char *const names[] = { "uid", "gid", "home", "mail", "" };
    struct arena a;
    struct slice value;
    arena_init(&a, 1 << 20);
    check(dovecot_auth_user(d, &a).n <= d->fields.n);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (dovecot_auth_field(d, names[i], &a, &value))
            check(value.n <= d->fields.n && value.p[value.n] == 0);
    arena_deinit(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dovecot_auth whole, pieces;
    struct err e, other;
    if (size == 0)
        return 0;
    struct slice in = slice_of((const char *)data + 1, size - 1);
    play(&whole, in, size, &e);
    play(&pieces, in, 1 + data[0] % 16, &other);
    check(whole.state == pieces.state && e.kind == other.kind && strcmp(e.text, other.text) == 0);
    check((whole.state == DOVECOT_FAIL) == (e.kind != ERR_NONE));
    check(whole.state != DOVECOT_NONE || slice_find(in, SLICE("\nNOTFOUND\t1")) > 0);
    if (whole.state == DOVECOT_USER) {
        check(slice_eq(whole.fields, pieces.fields));
        look_at(&whole);
    }
    return 0;
}
