/* param-test.c - values with parameters */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/param.h"

static struct arena arena;

static int setup(void **state)
{
    arena_init(&arena, 512 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&arena);
    return 0;
}

/* "value|name=value|name=value" */
static struct slice shown(const struct param_value *v)
{
    struct buf out;
    buf_init_in(&out, &arena, 10 << 20);
    buf_add_slice(&out, v->value);
    for (const struct param *p = v->params; p; p = p->next) {
        buf_add_char(&out, '|');
        buf_add_slice(&out, p->name);
        buf_add_char(&out, '=');
        buf_add_slice(&out, p->value);
    }
    return buf_slice(&out);
}

static void fields_are_read_as_mail_clients_do(void **state)
{
    enum {
        DUP = PARAM_DUPLICATE,
        COM = PARAM_COMMENT,
        QUO = PARAM_BAD_QUOTE,
        SEM = PARAM_NO_SEMICOLON,
        BAD = PARAM_BAD_VALUE,
        EXT = PARAM_RFC2231,
        GAP = PARAM_GAP,
        CTL = PARAM_CONTROL,
        SUB = PARAM_NO_SUBTYPE,
    };
    static const struct {
        struct slice in, out;
        unsigned flags;
    } cases[] = {
        { SLICE_INIT("text/plain"), SLICE_INIT("text/plain"), 0 },
        { SLICE_INIT(" Text/PLAIN; Charset=UTF-8\r\n"), SLICE_INIT("text/plain|charset=UTF-8"), 0 },
        { SLICE_INIT("text/plain;charset=\"utf-8\";format=flowed;"),
          SLICE_INIT("text/plain|charset=utf-8|format=flowed"), 0 },
        { SLICE_INIT("multipart/mixed;\r\n\tboundary=\"a \\\"b\\\" c\""),
          SLICE_INIT("multipart/mixed|boundary=a \"b\" c"), 0 },
        { SLICE_INIT("a/b; x=\"one\r\n two\""), SLICE_INIT("a/b|x=one two"), 0 },
        { SLICE_INIT("a/b; x = y ; z= \"w\""), SLICE_INIT("a/b|x=y|z=w"), 0 },
        { SLICE_INIT("a/b; x=\"\""), SLICE_INIT("a/b|x="), 0 },
        { SLICE_INIT("attachment; filename=a.txt"), SLICE_INIT("attachment|filename=a.txt"), SUB },
        /* comments: RFC 2045 5.1 has the first one */
        { SLICE_INIT("text/plain; charset=us-ascii (Plain text)"), SLICE_INIT("text/plain|charset=us-ascii"),
          0 },
        { SLICE_INIT("text/plain (a (b) \\) c) ; x=y"), SLICE_INIT("text/plain|x=y"), 0 },
        { SLICE_INIT("text/plain; x=\"y\" (c); z=w"), SLICE_INIT("text/plain|x=y|z=w"), 0 },
        { SLICE_INIT("text(c)/plain"), SLICE_INIT("text/plain"), COM },
        { SLICE_INIT("text/(c)plain"), SLICE_INIT("text/plain"), COM },
        { SLICE_INIT("text/plain; (c) x=y"), SLICE_INIT("text/plain|x=y"), COM },
        { SLICE_INIT("text/plain; x(c)=y"), SLICE_INIT("text/plain|x=y"), COM },
        { SLICE_INIT("text/plain; x=(c)y"), SLICE_INIT("text/plain|x=y"), COM },
        { SLICE_INIT("text/plain; x=y(c)"), SLICE_INIT("text/plain|x=y(c)"), COM | BAD },
        { SLICE_INIT("text/plain; x=y (not closed; z=w"), SLICE_INIT("text/plain|x=y (not closed|z=w"),
          COM | BAD },
        /* semicolons */
        { SLICE_INIT("text/plain charset=utf-8"), SLICE_INIT("text/plain|charset=utf-8"), SEM },
        { SLICE_INIT("text/plain; a=b c=d"), SLICE_INIT("text/plain|a=b|c=d"), SEM },
        { SLICE_INIT("text/plain; a=\"b\" c=d"), SLICE_INIT("text/plain|a=b|c=d"), SEM },
        { SLICE_INIT("text/plain;; a=b"), SLICE_INIT("text/plain|a=b"), SEM },
        { SLICE_INIT("text/plain; a=b;;"), SLICE_INIT("text/plain|a=b"), SEM },
        { SLICE_INIT("text/plain; a=b; "), SLICE_INIT("text/plain|a=b"), 0 },
        /* values */
        { SLICE_INIT("a/b; filename=My own file.pdf; x=y"), SLICE_INIT("a/b|filename=My own file.pdf|x=y"),
          BAD },
        { SLICE_INIT("a/b; filename=My (1) file.pdf"), SLICE_INIT("a/b|filename=My (1) file.pdf"),
          BAD | COM },
        { SLICE_INIT("a/b; filename=doc(1).pdf"), SLICE_INIT("a/b|filename=doc(1).pdf"), BAD | COM },
        { SLICE_INIT("a/b; boundary=--=_a/b"), SLICE_INIT("a/b|boundary=--=_a/b"), BAD },
        { SLICE_INIT("a/b; x="), SLICE_INIT("a/b|x="), BAD },
        { SLICE_INIT("a/b; x=;y=z"), SLICE_INIT("a/b|x=|y=z"), BAD },
        { SLICE_INIT("a/b; x"), SLICE_INIT("a/b"), BAD | PARAM_BARE_NAME },
        { SLICE_INIT("a/b; x; y=z"), SLICE_INIT("a/b|y=z"), BAD | PARAM_BARE_NAME },
        { SLICE_INIT("a/b; =x; y=z"), SLICE_INIT("a/b|y=z"), BAD | PARAM_BARE_NAME | SEM },
        { SLICE_INIT(""), SLICE_INIT(""), BAD | SUB },
        { SLICE_INIT("; x=y"), SLICE_INIT("|x=y"), BAD | SUB },
        { SLICE_INIT("text; x=y"), SLICE_INIT("text|x=y"), SUB },
        { SLICE_INIT("text/; x=y"), SLICE_INIT("text/|x=y"), BAD },
        { SLICE_INIT("/plain"), SLICE_INIT("/plain"), BAD },
        { SLICE_INIT("a/b/c"), SLICE_INIT("a/b/c"), BAD },
        { SLICE_INIT("text / plain"), SLICE_INIT("text/plain"), BAD },
        { SLICE_INIT("\"text/plain\"; x=y"), SLICE_INIT("text/plain|x=y"), BAD },
        { SLICE_INIT("a/b; x=y\0z"), SLICE_INIT("a/b|x=y\0z"), BAD | CTL },
        { SLICE_INIT("a/b; x=\"y\rz\""), SLICE_INIT("a/b|x=yz"), CTL },
        /* quotes */
        { SLICE_INIT("a/b; x=\"y"), SLICE_INIT("a/b|x=y"), QUO },
        { SLICE_INIT("a/b; x=\"y; z=w"), SLICE_INIT("a/b|x=y; z=w"), QUO },
        { SLICE_INIT("a/b; x=\"y\\"), SLICE_INIT("a/b|x=y\\"), QUO },
        { SLICE_INIT("a/b; x=\"y\"z; v=w"), SLICE_INIT("a/b|x=y|v=w"), QUO },
        { SLICE_INIT("a/b; x=\"y\"\"z\""), SLICE_INIT("a/b|x=y"), QUO },
        { SLICE_INIT("a/b; x=\"y\" z; v=w"), SLICE_INIT("a/b|x=y|v=w"), QUO },
        { SLICE_INIT("a/b; x=y\"z\""), SLICE_INIT("a/b|x=y\"z\""), QUO | BAD },
        /* duplicates */
        { SLICE_INIT("a/b; boundary=x; boundary=y"), SLICE_INIT("a/b|boundary=x|boundary=y"), DUP },
        { SLICE_INIT("a/b; boundary=x; Boundary=\"x\""), SLICE_INIT("a/b|boundary=x|boundary=x"), 0 },
        { SLICE_INIT("a/b; x=1; y=2; x=3"), SLICE_INIT("a/b|x=1|x=3|y=2"), DUP },
        /* RFC 2231, the first ones are its examples */
        { SLICE_INIT("message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/x\""),
          SLICE_INIT("message/external-body|access-type=URL|url=ftp://cs.utk.edu/x"), EXT },
        { SLICE_INIT("application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A"),
          SLICE_INIT("application/x-stuff|title=This is ***fun***"), EXT },
        { SLICE_INIT("application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; "
                     "title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\""),
          SLICE_INIT("application/x-stuff|title=This is even more ***fun*** isn't it!"), EXT },
        { SLICE_INIT("a/b; n*1=two; n*0=one"), SLICE_INIT("a/b|n=onetwo"), EXT },
        { SLICE_INIT("a/b; n*=iso-8859-1''J%FCrgen"), SLICE_INIT("a/b|n=J\xc3\xbcrgen"), EXT },
        { SLICE_INIT("a/b; n*0*=utf-8''%C3; n*1*=%BC"), SLICE_INIT("a/b|n=\xc3\xbc"), EXT },
        { SLICE_INIT("a/b; n*=\"utf-8''%C3%BC\""), SLICE_INIT("a/b|n=\xc3\xbc"), EXT },
        { SLICE_INIT("a/b; n*=x%41"), SLICE_INIT("a/b|n=xA"), EXT | BAD },
        { SLICE_INIT("a/b; n*=utf-8''100%"), SLICE_INIT("a/b|n=100%"), EXT | BAD },
        { SLICE_INIT("a/b; n*=utf-8'x%41"), SLICE_INIT("a/b|n=utf-8'xA"), EXT | BAD },
        { SLICE_INIT("a/b; n=plain; n*=utf-8''ext; n*0=seg"), SLICE_INIT("a/b|n=ext|n=seg|n=plain"),
          EXT | DUP },
        { SLICE_INIT("a/b; n=same; n*=utf-8''same"), SLICE_INIT("a/b|n=same|n=same"), EXT },
        { SLICE_INIT("a/b; n*0=a; n*2=c"), SLICE_INIT("a/b|n=a|n=c"), EXT | GAP | DUP },
        { SLICE_INIT("a/b; n*1=b; n*2=c"), SLICE_INIT("a/b|n=bc"), EXT | GAP },
        { SLICE_INIT("a/b; n*0=a; n*0=b; n*1=c"), SLICE_INIT("a/b|n=ac"), EXT | DUP },
        { SLICE_INIT("a/b; n*00=a; n*01=b"), SLICE_INIT("a/b|n=ab"), EXT | BAD },
        { SLICE_INIT("a/b; n*4294967295=a; n*99999999999999999999=b"),
          SLICE_INIT("a/b|n*4294967295=a|n*99999999999999999999=b"), BAD },
        { SLICE_INIT("a/b; *=a; *0=b"), SLICE_INIT("a/b|*=a|*0=b"), 0 },
        { SLICE_INIT("a/b; n*x=a"), SLICE_INIT("a/b|n*x=a"), BAD },
        /* RFC 2047 where it should not be */
        { SLICE_INIT("a/b; name=\"=?utf-8?Q?=C3=BC.pdf?=\""), SLICE_INIT("a/b|name=\xc3\xbc.pdf"), 0 },
        { SLICE_INIT("a/b; name=\"=?utf-8?B?w7w=?=\r\n =?utf-8?Q?.pdf?=\""),
          SLICE_INIT("a/b|name=\xc3\xbc.pdf"), 0 },
        { SLICE_INIT("a/b; name==?utf-8?Q?=C3=BC?= =?utf-8?Q?.pdf?="), SLICE_INIT("a/b|name=\xc3\xbc.pdf"),
          BAD },
        { SLICE_INIT("a/b; name=\"\xfc.pdf\""), SLICE_INIT("a/b|name=\xc3\xbc.pdf"), 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct param_value v;
        param_parse(&v, &arena, cases[i].in);
        if (!slice_eq(shown(&v), cases[i].out) || v.flags != cases[i].flags)
            fail_msg("case %zu: %.*s: \"%.*s\" flags %u, not %u", i, SLICE_ARG(cases[i].in),
                     SLICE_ARG(shown(&v)), v.flags, cases[i].flags);
    }
}

static void what_stands_there_can_be_told_from_what_it_means(void **state)
{
    struct param_value v;
    param_parse(&v, &arena, SLICE("a/b; boundary=\"=?utf-8?Q?a?=\\x\xff\"; n*=utf-8''%C3%BC"));
    const struct param *p = param_find(&v, SLICE("boundary"));
    assert_true(slice_eq(p->value, SLICE("ax\xc3\xbf")));
    assert_true(slice_eq(p->bytes, SLICE("=?utf-8?Q?a?=x\xff")));
    assert_true(slice_eq(p->raw, SLICE("\"=?utf-8?Q?a?=\\x\xff\"")));
    p = param_find(&v, SLICE("n"));
    assert_true(slice_eq(p->raw, SLICE("utf-8''%C3%BC")));
    assert_null(param_find(&v, SLICE("none")));
}

static void floods_are_cut_and_flagged(void **state)
{
    static const struct slice pieces[] = {
        SLICE_INIT(";a=b"), SLICE_INIT(";a*0=b"), SLICE_INIT(";"),      SLICE_INIT("; a=\"\\x\""),
        SLICE_INIT("("),    SLICE_INIT("=("),     SLICE_INIT(";a=b ("), SLICE_INIT("a b "),
        SLICE_INIT("/"),    SLICE_INIT("\""),     SLICE_INIT(";a=\""),
    };
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct buf b;
        struct param_value v;
        size_t n = 0;
        buf_init_in(&b, &arena, 2000000);
        buf_add_str(&b, "a/b");
        while (b.n < 1000000)
            buf_add_slice(&b, pieces[i]);
        size_t before = arena.used;
        param_parse(&v, &arena, buf_slice(&b));
        assert_true(arena.used - before < 20000000);
        for (const struct param *p = v.params; p; p = p->next)
            n++;
        assert_true(n <= PARAM_MAX);
        assert_true(v.flags != 0);
        arena_reset(&arena);
    }
    struct buf b;
    struct param_value v;
    buf_init_in(&b, &arena, 100000);
    buf_add_str(&b, "multipart/mixed");
    for (int i = 0; i < PARAM_MAX; i++)
        buf_printf(&b, "; x%d=y", i);
    param_parse(&v, &arena, buf_slice(&b));
    assert_int_equal(v.flags, 0);
    buf_add_str(&b, "; boundary=b");
    param_parse(&v, &arena, buf_slice(&b));
    assert_int_equal(v.flags, PARAM_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_read_as_mail_clients_do),
        cmocka_unit_test(what_stands_there_can_be_told_from_what_it_means),
        cmocka_unit_test(floods_are_cut_and_flagged),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
