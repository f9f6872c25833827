/* answers-test.c - what is asked once, kept, forgotten, given up; upstream is an array here */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "engine/answers.h"

#define ASKED_MAX 30000

static struct answers *answers;
static struct {
    void *lookup;
    char name[300];
    bool cancelled;
} asked[ASKED_MAX];
static size_t n_asked;
static struct {
    uint64_t asker;
    uint32_t id;
    unsigned status;
} said[ASKED_MAX];
static size_t n_said;
static bool refuse;

static void *ask(void *ctx, const char *name, enum dns_type type, void *lookup)
{
    if (refuse)
        return NULL;
    asked[n_asked].lookup = lookup;
    asked[n_asked].cancelled = false;
    snprintf(asked[n_asked].name, sizeof(asked[0].name), "%s", name);
    return &asked[n_asked++];
}

static void cancel(void *ctx, void *errand)
{
    ((__typeof__(&asked[0]))errand)->cancelled = true;
}

static void answer(void *ctx, uint64_t asker, uint32_t id, enum dns_type type, struct slice body)
{
    said[n_said].asker = asker;
    said[n_said].id = id;
    said[n_said++].status = (unsigned char)body.p[0];
}

static void begin(size_t bytes, unsigned client_lookups)
{
    const struct answers_setup setup = { .bytes = bytes,
                                         .client_lookups = client_lookups,
                                         .patience = 5000,
                                         .ask = ask,
                                         .cancel = cancel,
                                         .answer = answer };
    n_asked = n_said = 0;
    refuse = false;
    answers = answers_new(&setup);
}

static int end(void **state)
{
    answers_free(&answers);
    return 0;
}

static uint32_t last_id;
static void question(const char *name, uint64_t asker, uint64_t client, uint64_t now)
{
    const struct dns_question q = { ++last_id, DNS_A, slice_str(name) };
    answers_ask(answers, &q, asker, client, now);
}

static void upstream_says(size_t i, enum dns_status status, uint32_t ttl, size_t bytes, uint64_t now)
{
    const struct dns_answer a = { .status = status, .ttl = ttl, .n = bytes > 0 };
    char data[60000] = "";
    struct buf body;
    buf_init(&body, 100000);
    dns_body_put(&body, &a);
    if (bytes)
        wire_put_slice(&body, slice_of(data, bytes));
    answers_take(answers, asked[i].lookup, status, ttl, buf_slice(&body), now);
    buf_deinit(&body);
}

static void asked_once_for_all(void **state)
{
    begin(1 << 20, 0);
    question("Example.org", 1, 0, 0);
    question("example.org.", 2, 0, 10);
    assert_int_equal(n_asked, 1);
    assert_string_equal(asked[0].name, "example.org");
    assert_int_equal(n_said, 0);
    upstream_says(0, DNS_FOUND, 60, 4, 20);
    assert_int_equal(n_said, 2);
    question("EXAMPLE.ORG", 3, 0, 30);
    assert_int_equal(n_said, 3);
    assert_int_equal(said[2].asker, 3);
    assert_int_equal(n_asked, 1);
}

static void kept_for_its_time(void **state)
{
    begin(1 << 20, 0);
    question("a.example", 1, 0, 0);
    upstream_says(0, DNS_FOUND, 60, 4, 0);
    question("a.example", 1, 0, 59999);
    assert_int_equal(n_asked, 1);
    question("a.example", 1, 0, 60000);
    assert_int_equal(n_asked, 2);
    upstream_says(1, DNS_FAILED, 9999, 0, 60000);
    question("a.example", 1, 0, 60000 + 14999);
    assert_int_equal(n_asked, 2);
    question("a.example", 1, 0, 60000 + 15000);
    assert_int_equal(n_asked, 3); /* a failure is soon tried again */
}

static void memory_has_an_end(void **state)
{
    struct dns_counts c;
    char name[50];
    begin(1 << 20, 0);
    for (size_t i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "%zu.example", i);
        question(name, 1, 0, 0);
        upstream_says(i, DNS_FOUND, 60, 50000, 0);
    }
    answers_counts(answers, &c);
    assert_true(c.bytes <= 1 << 20);
    assert_true(c.entries > 10 && c.entries < 30);
    question("99.example", 1, 0, 1); /* the newest are here */
    assert_int_equal(n_asked, 100);
    question("0.example", 1, 0, 1);
    assert_int_equal(n_asked, 101);
}

static void what_takes_too_long_is_given_up(void **state)
{
    begin(1 << 20, 0);
    question("slow.example", 1, 0, 0);
    answers_tick(answers, 4999);
    assert_int_equal(n_said, 0);
    answers_tick(answers, 5000);
    assert_true(asked[0].cancelled);
    assert_int_equal(said[0].status, DNS_FAILED);
    question("slow.example", 1, 0, 6000); /* nobody waits for it again at once */
    assert_int_equal(n_said, 2);
    assert_int_equal(n_asked, 1);
}

static void some_stand_in_line(void **state)
{
    struct dns_counts c;
    char name[50];
    begin(1 << 20, 0);
    for (size_t i = 0; i < 25000; i++) {
        snprintf(name, sizeof(name), "%zu.example", i);
        question(name, 1, 0, 0);
    }
    answers_counts(answers, &c);
    assert_true(n_asked < 5000 && c.in_flight <= n_asked + 20000);
    assert_int_equal(c.limited, n_said);
    assert_int_equal(said[0].status, DNS_LIMIT);
    size_t before = n_asked;
    upstream_says(0, DNS_NO_NAME, 60, 0, 0);
    assert_int_equal(n_asked, before + 1);
}

static void a_client_that_asks_too_much(void **state)
{
    char name[50];
    begin(1 << 20, 10);
    for (size_t i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "%zu.example", i);
        question(name, 1, 4711, 100000);
    }
    assert_int_equal(n_asked, 10);
    assert_int_equal(n_said, 10);
    question("other.example", 1, 4712, 100000);
    question("ours.example", 1, 0, 100000);
    assert_int_equal(n_asked, 12);
    question("later.example", 1, 4711, 160000);
    assert_int_equal(n_asked, 13);
}

static bool is_asked_for(const char *name, uint64_t client, uint64_t now)
{
    size_t before = n_asked;
    n_said = 0;
    question(name, 1, client, now);
    if (n_asked > before)
        upstream_says(before, DNS_NO_NAME, 60, 0, now);
    return n_asked > before;
}

/* None gets more than its limit; where there is a place for each, each gets it. */
static void more_clients_than_places(void **state)
{
    enum { CLIENTS = 9500, LIMIT = 3, ROUNDS = 5 };
    static unsigned asked_of[CLIENTS];
    char name[50];
    begin(1 << 20, LIMIT);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < CLIENTS; i++) {
            snprintf(name, sizeof(name), "%d.%d.example", round, i);
            asked_of[i] += is_asked_for(name, (uint64_t)(i + 1) << 40, 100000);
        }
    for (int i = 0; i < CLIENTS; i++)
        assert_true(asked_of[i] <= LIMIT);
    assert_true(is_asked_for("later.example", (uint64_t)1 << 40, 160000));
}

/* Who has used up what it may is not forgotten while many come and go. */
static void a_flood_of_clients_does_not_reset_one(void **state)
{
    char name[50];
    begin(1 << 20, 10);
    for (uint64_t i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "flood%d.example", (int)i);
        is_asked_for(name, i % 2000 == 0 ? 4711 : 100000 + i, 100000);
    }
    assert_false(is_asked_for("one.more.example", 4711, 100000));
}

static void no_names_and_no_types(void **state)
{
    const struct dns_question odd = { 1, (enum dns_type)255, SLICE_INIT("example.org") };
    begin(1 << 20, 0);
    question("a..b", 1, 0, 0);
    question("", 1, 0, 0);
    answers_ask(answers, &odd, 1, 0, 0);
    assert_int_equal(n_asked, 0);
    assert_int_equal(n_said, 3);
    assert_int_equal(said[2].status, DNS_NO_NAME);
}

static void an_upstream_that_refuses(void **state)
{
    begin(1 << 20, 0);
    refuse = true;
    question("example.org", 1, 0, 0);
    assert_int_equal(said[0].status, DNS_FAILED);
}

#define T(f) cmocka_unit_test_teardown(f, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(asked_once_for_all),       T(kept_for_its_time),
        T(memory_has_an_end),        T(what_takes_too_long_is_given_up),
        T(some_stand_in_line),       T(a_client_that_asks_too_much),
        T(more_clients_than_places), T(a_flood_of_clients_does_not_reset_one),
        T(no_names_and_no_types),    T(an_upstream_that_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
