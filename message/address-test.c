/* address-test.c - mailboxes and groups */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/address.h"

static struct arena arena;
static struct message_limits limits;

static int setup(void **state)
{
    arena_init(&arena, 512 << 20);
    message_limits_default(&limits);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&arena);
    return 0;
}

/* "name|addr|FLAGS; ..." with a letter a flag, "!" at the end for a broken list */
static struct slice shown(const struct address_list *l)
{
    static const char letters[] = "igrno";
    struct buf b;
    buf_init_in(&b, &arena, 10 << 20);
    for (size_t i = 0; i < l->n; i++) {
        if (i)
            buf_add_str(&b, "; ");
        buf_add_slice(&b, l->v[i].name);
        buf_add_char(&b, '|');
        buf_add_slice(&b, l->v[i].addr);
        buf_add_char(&b, '|');
        for (size_t f = 0; letters[f]; f++)
            if (l->v[i].flags & 1u << f)
                buf_add_char(&b, letters[f]);
    }
    if (l->broken)
        buf_add_char(&b, '!');
    return buf_slice(&b);
}

static void fields_are_read_as_mail_clients_do(void **state)
{
    static const struct {
        struct slice in, out;
    } cases[] = {
        { SLICE_INIT(""), SLICE_INIT("") },
        { SLICE_INIT(" \r\n "), SLICE_INIT("") },
        { SLICE_INIT("a@b.example"), SLICE_INIT("|a@b.example|") },
        { SLICE_INIT(" a@b.example ,\r\n\tc@d.example\r\n"), SLICE_INIT("|a@b.example|; |c@d.example|") },
        { SLICE_INIT("John Doe <a@b.example>"), SLICE_INIT("John Doe|a@b.example|") },
        { SLICE_INIT("\"Doe, \\\"John\\\"\" <a@b.example>"), SLICE_INIT("Doe, \"John\"|a@b.example|") },
        { SLICE_INIT("John   Q. Doe <a@b.example>, X<c@d>"), SLICE_INIT("John Q. Doe|a@b.example|; X|c@d|") },
        { SLICE_INIT("<a@b.example>"), SLICE_INIT("|a@b.example|") },
        { SLICE_INIT("a@b.example (John (the) Doe)"), SLICE_INIT("John (the) Doe|a@b.example|") },
        { SLICE_INIT("(c) <a@b> (d)"), SLICE_INIT("c d|a@b|") },
        { SLICE_INIT("Name (c) <a@b>"), SLICE_INIT("Name|a@b|") },
        { SLICE_INIT("=?utf-8?Q?J=C3=BCrgen?= =?utf-8?Q?_M?= <a@b>"), SLICE_INIT("J\xc3\xbcrgen M|a@b|") },
        { SLICE_INIT("\"=?utf-8?Q?J=C3=BCrgen?=\" <a@b>"), SLICE_INIT("J\xc3\xbcrgen|a@b|") },
        { SLICE_INIT("J\xfcrgen <a@b>"), SLICE_INIT("J\xc3\xbcrgen|a@b|") },
        { SLICE_INIT("\xc3\xa4@\xc3\xb6.example"), SLICE_INIT("|\xc3\xa4@\xc3\xb6.example|") },
        { SLICE_INIT("a@[IPv6:2001:db8::1]"), SLICE_INIT("|a@[IPv6:2001:db8::1]|") },
        { SLICE_INIT("a@b; c@d"), SLICE_INIT("|a@b|; |c@d|") },
        { SLICE_INIT(",,a@b,,"), SLICE_INIT("|a@b|") },
        /* groups */
        { SLICE_INIT("undisclosed-recipients:;"), SLICE_INIT("") },
        { SLICE_INIT("g: a@b, X <c@d>;, e@f"), SLICE_INIT("|a@b|g; X|c@d|g; |e@f|") },
        { SLICE_INIT("\"my: group\": a@b;"), SLICE_INIT("|a@b|g") },
        { SLICE_INIT("g:h:i: a@b;"), SLICE_INIT("|a@b|g") },
        { SLICE_INIT("g: a@b"), SLICE_INIT("|a@b|g") },
        /* obsolete forms */
        { SLICE_INIT("<@relay.example,@two:a@b>"), SLICE_INIT("|a@b|r") },
        { SLICE_INIT("X <@relay:a@b>"), SLICE_INIT("X|a@b|r") },
        { SLICE_INIT("a . b @ c . d"), SLICE_INIT("|a.b@c.d|o") },
        { SLICE_INIT("< a@b >"), SLICE_INIT("|a@b|") },
        /* no addresses */
        { SLICE_INIT("nobody"), SLICE_INIT("|nobody|i") },
        { SLICE_INIT("nobody at all"), SLICE_INIT("|nobody at all|i") },
        { SLICE_INIT("<>"), SLICE_INIT("||i") },
        { SLICE_INIT("Name <>"), SLICE_INIT("Name||i") },
        { SLICE_INIT("Name <nobody>"), SLICE_INIT("Name|nobody|i") },
        { SLICE_INIT("@b"), SLICE_INIT("|@b|i") },
        { SLICE_INIT("a@"), SLICE_INIT("|a@|i") },
        { SLICE_INIT("(only a comment)"), SLICE_INIT("") },
        /* what is not closed */
        { SLICE_INIT("\"John <a@b>, c@d"), SLICE_INIT("\"John|a@b|; |c@d|!") },
        { SLICE_INIT("John (x <a@b>, c@d"), SLICE_INIT("John (x|a@b|; |c@d|!") },
        { SLICE_INIT("John <a@b, c@d"), SLICE_INIT("John|a@b|; |c@d|!") },
        { SLICE_INIT("John <"), SLICE_INIT("John||i!") },
        { SLICE_INIT("a@b>"), SLICE_INIT("|a@b|!") },
        { SLICE_INIT("a@[b"), SLICE_INIT("|a@[b|!") },
        { SLICE_INIT("John) <a@b>"), SLICE_INIT("John)|a@b|!") },
        { SLICE_INIT("a\"b@c"), SLICE_INIT("|a\"b@c|o!") },
        /* two readers, two addresses */
        { SLICE_INIT("a@b@c"), SLICE_INIT("|a@b@c|o") },
        { SLICE_INIT("<a@b@c>"), SLICE_INIT("|a@b@c|o") },
        { SLICE_INIT("\"a@b\"@c"), SLICE_INIT("|\"a@b\"@c|o") },
        { SLICE_INIT("<\"john doe\"@c>"), SLICE_INIT("|\"john doe\"@c|o") },
        { SLICE_INIT("a(x)@b"), SLICE_INIT("x|a@b|o") },
        { SLICE_INIT("<a(x)@b>"), SLICE_INIT("x|a@b|o") },
        { SLICE_INIT("<a @b>"), SLICE_INIT("|a@b|o") },
        { SLICE_INIT("<a@b> <c@d>"), SLICE_INIT("|a@b|o; |c@d|o") },
        { SLICE_INIT("A <a@b> B <c@d>"), SLICE_INIT("A|a@b|o; B|c@d|o") },
        { SLICE_INIT("<<a@b>>"), SLICE_INIT("|a@b|o!") },
        { SLICE_INIT("<a@b> Name"), SLICE_INIT("Name|a@b|o") },
        { SLICE_INIT("a@b c@d"), SLICE_INIT("|a@b|o; |c@d|o") },
        { SLICE_INIT("John Doe a@b"), SLICE_INIT("John Doe|a@b|o") },
        { SLICE_INIT("a@b: <c@d>"), SLICE_INIT("|a@b|o; |c@d|g") },
        { SLICE_INIT("<=?utf-8?Q?a?=@b>"), SLICE_INIT("|=?utf-8?Q?a?=@b|o") },
        { SLICE_INIT("<a\0@b>"), SLICE_INIT("|a\0@b|o") },
        { SLICE_INIT("<@a:b@c@d>"), SLICE_INIT("|b@c@d|ro") },
        /* a name that poses as an address */
        { SLICE_INIT("\"boss@corp.example\" <a@b>"), SLICE_INIT("boss@corp.example|a@b|n") },
        { SLICE_INIT("\"'a@b.example'\" <a@b.example>"), SLICE_INIT("'a@b.example'|a@b.example|") },
        { SLICE_INIT("A@B.example <a@b.example>"), SLICE_INIT("A@B.example|a@b.example|") },
        { SLICE_INIT("x (boss@corp.example) <a@b>"), SLICE_INIT("x|a@b|") },
        { SLICE_INIT("=?utf-8?Q?boss=40corp=2Eexample?= <a@b>"), SLICE_INIT("boss@corp.example|a@b|n") },
        { SLICE_INIT("J @ work <a@b>"), SLICE_INIT("J @ work|a@b|") },
        { SLICE_INIT("boss@corp.example <a@b>"), SLICE_INIT("boss@corp.example|a@b|n") },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_list l;
        address_parse(&l, &arena, cases[i].in, &limits);
        if (!slice_eq(shown(&l), cases[i].out))
            fail_msg("case %zu: %.*s: \"%.*s\"", i, SLICE_ARG(cases[i].in), SLICE_ARG(shown(&l)));
    }
}

static void an_address_has_two_parts(void **state)
{
    struct address_list l;
    address_parse(&l, &arena, SLICE("a@b@c.example, none"), &limits);
    assert_true(slice_eq(l.v[0].local, SLICE("a@b")));
    assert_true(slice_eq(l.v[0].domain, SLICE("c.example")));
    assert_int_equal(l.v[1].local.n + l.v[1].domain.n, 0);
}

static void more_than_the_limit_are_left_out(void **state)
{
    struct buf b;
    struct address_list l;
    buf_init_in(&b, &arena, 1 << 20);
    for (unsigned i = 0; i < limits.address_max_count; i++)
        buf_printf(&b, "a%u@b, ", i);
    address_parse(&l, &arena, buf_slice(&b), &limits);
    assert_int_equal(l.n, limits.address_max_count);
    assert_false(l.truncated);
    buf_add_str(&b, "x@y");
    address_parse(&l, &arena, buf_slice(&b), &limits);
    assert_int_equal(l.n, limits.address_max_count);
    assert_true(l.truncated);
}

static void floods_take_memory_in_proportion(void **state)
{
    static const struct slice pieces[] = {
        SLICE_INIT("g:"),         SLICE_INIT("("),   SLICE_INIT("<"),      SLICE_INIT("\""),
        SLICE_INIT("["),          SLICE_INIT(","),   SLICE_INIT("a@"),     SLICE_INIT("(a)"),
        SLICE_INIT("\\"),         SLICE_INIT(")"),   SLICE_INIT("a@b "),   SLICE_INIT("<a@b>"),
        SLICE_INIT("a@b,"),       SLICE_INIT("<@:"), SLICE_INIT("\"a\" "), SLICE_INIT("a b "),
        SLICE_INIT("=?a?q?b?= "), SLICE_INIT("<a"),
    };
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct buf b;
        struct address_list l;
        buf_init_in(&b, &arena, 2000000);
        while (b.n < 1000000)
            buf_add_slice(&b, pieces[i]);
        size_t before = arena.used;
        address_parse(&l, &arena, buf_slice(&b), &limits);
        if (arena.used - before > 40000000)
            fail_msg("%.*s: %zu bytes", SLICE_ARG(pieces[i]), arena.used - before);
        assert_true(l.n <= limits.address_max_count);
        arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_read_as_mail_clients_do),
        cmocka_unit_test(an_address_has_two_parts),
        cmocka_unit_test(more_than_the_limit_are_left_out),
        cmocka_unit_test(floods_take_memory_in_proportion),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
