/* authres-fuzz.c - any value of Authentication-Results; what was read is written as results of ours
 * Holds: limits; values lie within what was given; what we write of it is read again without a fault, has as
 * many results as we wrote, and no line end but "\n\t". */
#include <stdint.h>
#include <stdlib.h>
#include "auth/authres-write.h"
#include "auth/authres.h"
#include "auth/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_written(struct arena *a, const struct auth_results *in)
{
    struct authres back;
    struct buf b;
    struct slice rest, line;
    buf_init_in(&b, a, AUTHRES_WRITE_MAX);
    authres_write(&b, in, SLICE("mx.example"));
    check(!b.full);
    rest = buf_slice(&b);
    for (bool first = true; slice_cut(&rest, '\n', &line); first = false) {
        check(first || (line.n > 1 && line.p[0] == '\t'));
        check(auth_all_printable(slice_from(line, first ? 0 : 1)));
    }
    authres_parse(&back, a, buf_slice(&b));
    check(!back.broken && back.n >= 1 && back.n <= 2);
    check(slice_eq(back.id, SLICE("mx.example")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct auth_signature s = { .code = AUTH_FAIL };
    struct auth_results in = { .n_signatures = 1, .signatures = &s };
    struct authres r;
    struct arena a;
    arena_init(&a, 64 << 20);
    authres_parse(&r, &a, slice_of((const char *)data, size));
    check(r.n <= AUTHRES_RESULTS_MAX && r.id.n <= size);
    for (size_t i = 0; i < r.n; i++) {
        const struct authres_result *x = &r.results[i];
        check(x->n <= AUTHRES_PROPERTIES_MAX && x->code < AUTH_CODES && x->method.n > 0);
        in.spf.code = x->code;
        in.spf.identity = in.client.sender = x->n ? x->properties[0].value : x->reason;
        s.domain = s.reason = x->reason;
        check_written(&a, &in);
    }
    arena_deinit(&a);
    return 0;
}
