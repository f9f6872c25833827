/* received-fuzz.c - Received fields and what a client says
 * The input is a header block; its first lines are taken as HELO, name, our name, queue id, SASL name and TLS
 * version, too. Holds: the synthetic relay has the client's address and time whatever these say, and its text
 * reads back as the same relay; addresses are canonical; dates survive being written. */
#include <stdint.h>
#include <stdlib.h>
#include "message/ip.h"
#include "message/received.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_date(int64_t date)
{
    char out[40];
    check(date >= -1);
    if (date >= 0 && date <= 253402300799) {
        date_format(date, out);
        check(date_parse(slice_str(out)) == date);
    }
}

static void check_same(const struct relay *a, const struct relay *b)
{
    check(slice_eq(a->ip, b->ip) && slice_eq(a->rdns, b->rdns) && slice_eq(a->helo, b->helo));
    check(slice_eq(a->by, b->by) && slice_eq(a->with, b->with) && slice_eq(a->id, b->id));
    check(slice_eq(a->auth, b->auth) && a->tls == b->tls && a->date == b->date && a->for_.n == 0);
}

static void check_synthetic(struct arena *a, const struct relay *r, const struct envelope *env,
                            const struct message_limits *l)
{
    struct header_block b;
    struct relay_list again;
    struct slice text = received_synthetic(a, env);
    header_parse(&b, a, text, true, l);
    check(b.n == 1 && b.flags == HEADER_NO_BODY && b.v[0].field.n == text.n);
    received_parse(&again, a, &b, NULL, l);
    check(again.n == 1);
    check_same(r, &again.v[0]);
    check(r->synthetic && r->parsed && slice_eq(r->ip, env->client_address) && r->date == env->received_at);
    check(r->tls == (env->tls_version.n > 0) && (r->auth.n > 0) == (env->auth_user.n > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size), rest = text;
    struct envelope env = { .has_client = true,
                            .client_address = SLICE_INIT("192.0.2.1"),
                            .received_at = 1795493651 };
    struct slice *values[] = { &env.helo,     &env.client_name, &env.my_name,
                               &env.queue_id, &env.auth_user,   &env.tls_version };
    struct message_limits l;
    struct header_block b;
    struct relay_list list;
    struct arena a;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        slice_cut(&rest, '\n', values[i]);
    message_limits_default(&l);
    l.received_max_count = 5;
    arena_init(&a, 256 << 20);
    header_parse(&b, &a, text, false, &l);
    received_parse(&list, &a, &b, &env, &l);
    check(list.n >= 1 && list.n <= 6);
    check_synthetic(&a, &list.v[0], &env, &l);
    for (size_t i = 1; i < list.n; i++) {
        check(list.v[i].header != NULL && !list.v[i].synthetic);
        check(slice_eq(list.v[i].ip, ip_canonical(&a, list.v[i].ip)));
        check_date(list.v[i].date);
    }
    check_date(date_parse(text));
    arena_deinit(&a);
    return 0;
}
