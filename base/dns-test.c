/* dns-test.c - names, questions and answers, and a table that stalls and lies */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "base/dns-name.h"
#include "base/dns-table.h"
#include "base/os.h"

static struct arena a;
static struct dns_table *table;
static struct dns dns;

static const char zone[] = "# a zone\n"
                           "example.org A 192.0.2.1\n"
                           "EXAMPLE.org A 192.0.2.2\n"
                           "example.org AAAA 2001:db8::1\n"
                           "example.org MX 10 Mail.Example.org.\n"
                           "example.org MX 0 .\n"
                           "example.org TXT \"v=spf1 \" \"-all \\\"\\065\"\n"
                           "example.org TXT unquoted words\n"
                           "example.org TXT SECURE\n"
                           "a.b.example.org A 192.0.2.3\n"
                           "www.example.org CNAME example.org\n"
                           "loop.example.org CNAME loop.example.org\n"
                           "dangling.example.org CNAME nowhere.example.org\n"
                           "*.list.example A 127.0.0.2\n"
                           "not.list.example TXT x\n"
                           "broken.example TXT SERVFAIL\n"
                           "gone.example * NXDOMAIN\n"
                           "slow.example A 192.0.2.4\n"
                           "slow.example A DELAY 20\n"
                           "never.example * TIMEOUT\n"
                           "lies.example * LIES\n";

static void begin(unsigned deadline_ms, unsigned questions)
{
    struct err e = { ERR_NONE, "" };
    const struct dns_limits limits = { deadline_ms, questions };
    table = dns_table_new(&a);
    assert_int_equal(dns_table_add(table, slice_str(zone), &e), 0);
    dns_init(&dns, &a, dns_table_source(table), &limits);
}

static const struct dns_answer *get(const char *name, enum dns_type type)
{
    return dns_get(&dns, slice_str(name), type);
}

static void expect_status(const char *name, enum dns_type type, enum dns_status status)
{
    assert_string_equal(dns_status_name(get(name, type)->status), dns_status_name(status));
}

#define expect_slice(s, text)                                                                                \
    do {                                                                                                     \
        assert_int_equal((s).n, strlen(text));                                                               \
        assert_memory_equal((s).p, text, (s).n);                                                             \
    } while (0)

/* ---- names */

static void names_as_text(void **state)
{
    static const struct {
        const char *in, *out; /* NULL: none */
    } rows[] = {
        { "Example.ORG", "example.org" },
        { "example.org.", "example.org" },
        { "a b\xc3.org", "a\\032b\\195.org" },
        { "a\\046b.org", "a\\046b.org" },
        { "\\097.org", "a.org" },
        { "\\999.org", "\\092999.org" },
        { "a\\", "a\\092" },
        { "_dmarc.x", "_dmarc.x" },
        { "", NULL },
        { ".", NULL },
        { "a..b", NULL },
        { ".a", NULL },
        { "a..", NULL },
    };
    struct dns_name name;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(dns_name_from_text(&name, slice_str(rows[i].in)), rows[i].out != NULL);
        if (rows[i].out)
            expect_slice(dns_name_slice(&name), rows[i].out);
    }
}

static void names_are_as_long_as_they_may_be(void **state)
{
    char text[600];
    struct dns_name name;
    memset(text, 'a', sizeof(text));
    assert_true(dns_name_from_text(&name, slice_of(text, 63)));
    assert_false(dns_name_from_text(&name, slice_of(text, 64)));
    for (size_t i = 49; i < sizeof(text); i += 50)
        text[i] = '.';
    assert_true(dns_name_from_text(&name, slice_of(text, 253)));
    assert_false(dns_name_from_text(&name, slice_of(text, 254)));
    memset(text, 0, sizeof(text));
    for (size_t i = 49; i < sizeof(text); i += 50)
        text[i] = '.';
    assert_true(dns_name_from_text(&name, slice_of(text, 253)));
    assert_int_equal(name.n, 4 * 248 + 5);
}

static void names_as_bytes(void **state)
{
    static const struct {
        struct slice in;
        const char *out;
    } rows[] = {
        { SLICE_INIT("\3WwW\7example\0rest"), "www.example" },
        { SLICE_INIT("\0rest"), "" },
        { SLICE_INIT("\3a.b\0rest"), "a\\046b" },
        { SLICE_INIT(""), NULL },
        { SLICE_INIT("\3ww"), NULL },
        { SLICE_INIT("\3www"), NULL },
        { SLICE_INIT("\xc0\x0c"), NULL },
        { SLICE_INIT("\x40"), NULL },
    };
    struct dns_name name;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct slice rest = rows[i].in;
        assert_int_equal(dns_name_from_wire(&name, &rest), rows[i].out != NULL);
        if (rows[i].out == NULL)
            continue;
        expect_slice(dns_name_slice(&name), rows[i].out);
        expect_slice(rest, "rest");
    }
}

static void addresses_reversed(void **state)
{
    expect_slice(dns_reversed(&a, SLICE("192.0.2.1")), "1.2.0.192");
    expect_slice(dns_reversed(&a, SLICE("::ffff:192.0.2.1")), "1.2.0.192");
    expect_slice(dns_reversed(&a, SLICE("2001:db8::f1")),
                 "1.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2");
    assert_int_equal(dns_reversed(&a, SLICE("192.0.2")).n, 0);
    assert_int_equal(dns_reversed(&a, SLICE("")).n, 0);
}

/* ---- answers */

static void records_of_each_type(void **state)
{
    begin(1000, 100);
    const struct dns_answer *r = get("example.org", DNS_A);
    assert_int_equal(r->status, DNS_FOUND);
    assert_int_equal(r->n, 2);
    assert_memory_equal(r->records->next->data.p, "\xc0\x00\x02\x02", 4);
    assert_int_equal(get("example.org", DNS_AAAA)->records->data.n, 16);
    r = get("example.org.", DNS_MX);
    assert_int_equal(r->records->preference, 10);
    expect_slice(r->records->data, "mail.example.org");
    assert_int_equal(r->records->next->data.n, 0);
    r = get("Example.ORG", DNS_TXT);
    expect_slice(r->records->data, "v=spf1 -all \"A");
    expect_slice(r->records->next->data, "unquoted words");
    assert_true(r->secure);
    expect_slice(r->name, "example.org");
}

static void what_is_not_there(void **state)
{
    begin(1000, 100);
    expect_status("b.example.org", DNS_A, DNS_NO_DATA);
    expect_status("example.org", DNS_PTR, DNS_NO_DATA);
    expect_status("c.example.org", DNS_A, DNS_NO_NAME);
    expect_status("gone.example", DNS_TXT, DNS_NO_NAME);
    expect_status("broken.example", DNS_TXT, DNS_FAILED);
    expect_status("broken.example", DNS_A, DNS_NO_DATA);
    expect_status("a..b", DNS_A, DNS_NO_NAME);
    assert_int_equal(dns.failed, 1);
}

static void cnames_are_followed(void **state)
{
    begin(1000, 100);
    const struct dns_answer *r = get("www.example.org", DNS_MX);
    assert_int_equal(r->status, DNS_FOUND);
    expect_slice(r->canonical, "example.org");
    expect_status("www.example.org", DNS_CNAME, DNS_FOUND);
    expect_status("loop.example.org", DNS_A, DNS_FAILED);
    expect_status("dangling.example.org", DNS_A, DNS_NO_NAME);
}

static void a_wildcard_covers_what_is_not_there(void **state)
{
    begin(1000, 100);
    expect_status("x.y.list.example", DNS_A, DNS_FOUND);
    expect_status("not.list.example", DNS_A, DNS_NO_DATA);
    expect_status("below.not.list.example", DNS_A, DNS_NO_NAME);
    expect_status("list.example", DNS_A, DNS_NO_DATA);
}

static void what_was_asked_costs_nothing(void **state)
{
    begin(1000, 2);
    dns_ask(&dns, SLICE("example.org"), DNS_A);
    dns_ask(&dns, SLICE("EXAMPLE.org."), DNS_A);
    dns_ask(&dns, SLICE("example.org"), DNS_MX);
    assert_int_equal(dns.asked, 2);
    expect_status("example.org", DNS_TXT, DNS_LIMIT);
    expect_status("example.org", DNS_A, DNS_FOUND);
    assert_int_equal(dns_table_asked(table), 2);
    assert_int_equal(dns.refused, 1);
}

static void no_source_is_a_limit(void **state)
{
    const struct dns_limits limits = { 1000, 100 };
    dns_init(&dns, &a, NULL, &limits);
    dns_ask(&dns, SLICE("example.org"), DNS_A);
    dns_send(&dns);
    expect_status("example.org", DNS_A, DNS_LIMIT);
    assert_int_equal(dns_peek(&dns, SLICE("example.org"), DNS_A)->status, DNS_LIMIT);
    assert_int_equal(dns.asked, 0);
}

/* ---- bad days */

static unsigned waits;
static void count_wait(void *ctx)
{
    waits++;
}

static void a_slow_answer_is_waited_for(void **state)
{
    begin(60000, 100);
    waits = 0;
    dns.on_wait = count_wait;
    assert_null(dns_peek(&dns, SLICE("slow.example"), DNS_A));
    expect_status("example.org", DNS_A, DNS_FOUND);
    assert_int_equal(waits, 0);
    expect_status("slow.example", DNS_A, DNS_FOUND);
    assert_int_equal(waits, 1);
    assert_true(dns.waited_ms > 0 && dns.late == 0);
}

static void one_that_never_answers_is_late_at_the_deadline(void **state)
{
    begin(30, 100);
    uint64_t began = clock_ms();
    expect_status("never.example", DNS_A, DNS_LATE);
    expect_status("never.example", DNS_TXT, DNS_LATE);
    expect_status("never.example", DNS_A, DNS_LATE);
    expect_status("example.org", DNS_A, DNS_FOUND); /* it is here, even now */
    assert_int_equal(dns_peek(&dns, SLICE("never.example"), DNS_MX)->status, DNS_LATE);
    assert_true(clock_ms() - began >= 30);
    assert_int_equal(dns.late, 3);
}

static void the_last_of_many_is_waited_for_less(void **state)
{
    begin(10000, 1000);
    assert_int_equal(dns_ends(&dns) - dns.began, 10000);
    dns_ask(&dns, SLICE("never.example"), DNS_A);
    assert_int_equal(dns_ends(&dns) - dns.began, 10000);
    expect_status("1.example", DNS_A, DNS_NO_NAME);
    assert_int_equal(dns_ends(&dns) - dns.began, 10000 - 6000 / 4);
    for (unsigned i = 2; i < 1000; i++)
        dns_get(&dns, arena_printf(&a, "%u.example", i), DNS_A);
    assert_in_range(dns_ends(&dns) - dns.began, 4000, 4020);
}

static void one_that_lies(void **state)
{
    begin(1000, 100);
    expect_status("lies.example", DNS_TXT, DNS_FOUND);
    const struct dns_answer *r = get("lies.example", DNS_A);
    assert_int_equal(r->status, DNS_FOUND);
    assert_int_equal(r->canonical.n, 0);
    assert_true(r->cut && r->n <= DNS_RECORDS_MAX);
    for (const struct dns_record *record = r->records; record; record = record->next)
        assert_int_equal(record->data.n, 4);
    assert_true(get("lies.example", DNS_MX)->n <= DNS_RECORDS_MAX);
    expect_status("example.org", DNS_A, DNS_FOUND);
}

static void one_that_dies(void **state)
{
    begin(60000, 100);
    expect_status("example.org", DNS_A, DNS_FOUND);
    dns_ask(&dns, SLICE("slow.example"), DNS_A);
    dns_table_die(table);
    expect_status("slow.example", DNS_A, DNS_FAILED);
    expect_status("example.org", DNS_MX, DNS_FAILED);
    expect_status("example.org", DNS_A, DNS_FOUND);
    assert_true(dns.gone);
    assert_int_equal(dns.failed, 2);
}

static void lines_that_are_no_records(void **state)
{
    static const char *const lines[] = {
        "example.org",         "example.org A",          "example.org A 1.2.3",
        "example.org MX mail", "example.org TXT \"open", "example.org TXT \"a\" b",
        "example.org FOO bar", "example.org * what",     "a..b A 1.2.3.4"
    };
    struct err e;
    table = dns_table_new(&a);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_int_equal(dns_table_add(table, slice_str(lines[i]), &e), -1);
}

static int setup(void **state)
{
    arena_init(&a, 16 * 1024 * 1024);
    return 0;
}

static int teardown(void **state)
{
    arena_deinit(&a);
    return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(names_as_text),
        T(names_are_as_long_as_they_may_be),
        T(names_as_bytes),
        T(addresses_reversed),
        T(records_of_each_type),
        T(what_is_not_there),
        T(cnames_are_followed),
        T(a_wildcard_covers_what_is_not_there),
        T(what_was_asked_costs_nothing),
        T(no_source_is_a_limit),
        T(a_slow_answer_is_waited_for),
        T(one_that_never_answers_is_late_at_the_deadline),
        T(the_last_of_many_is_waited_for_less),
        T(one_that_lies),
        T(one_that_dies),
        T(lines_that_are_no_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
