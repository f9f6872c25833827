/* map-test.c - maps and what they say of recipients, senders, clients */
#include "policy/test-fixture.h"

#include <unistd.h>
#include "policy/maps.h"

struct mapped {
    struct fixture x;
    struct regex_scratch *scratch;
    struct err e;
};

static struct map *parsed(struct mapped *t, const char *type, const char *text)
{
    t->e = (struct err){ 0 };
    return map_parse(type, "m", slice_str(text), &t->x.arena, &t->e);
}

static void set_up(struct mapped *t)
{
    static const struct regex_limits limits = { .match_limit = 10000 };
    fixture_init(&t->x);
    t->scratch = regex_scratch_new(&limits);
}

static void tear_down(struct mapped *t)
{
    regex_scratch_free(&t->scratch);
    fixture_deinit(&t->x);
}

static const char *found(struct mapped *t, const struct map *m, const char *key)
{
    struct slice value = SLICE("");
    enum map_answer a = map_find(m, t->scratch, slice_str(key), &value);
    return a == MAP_FAULT ? "FAULT" : a == MAP_NO ? "NO" : arena_str(&t->x.arena, value);
}

static void each_type_finds(void **state)
{
    static const struct {
        const char *type, *text, *key, *value;
    } rows[] = {
        { "text", "# c\nBob@Example.com  a b\n\n  # c\n\tc\n", "bob@example.COM", "a b c" },
        { "text", "a 1\nb 2\na 3\n", "a", "1" },
        { "text", "a 1\nb 2\n", "c", "NO" },
        { "text", "", "c", "NO" },
        { "text", "a 1", "a", "1" },
        { "regex", "/^b.b@/i yes\n", "BoB@x", "yes" },
        { "regex", "/^b.b@/ yes\n", "BOB@x", "NO" },
        { "regex", "!/@example\\.com$/ other\n/./ all\n", "a@example.com", "all" },
        { "regex", "!/@example\\.com$/ other\n", "a@example.net", "other" },
        { "regex", "/a\\/b/ slash\n", "a/b", "slash" },
        { "regex", "/^(a+)+$/ x\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "FAULT" },
        { "cidr", "192.0.2.0/25 low\n192.0.2.128/25 high\n", "192.0.2.200", "high" },
        { "cidr", "192.0.2.0/25 low\n", "192.0.2.128", "NO" },
        { "cidr", "0.0.0.0/0 four\n::/0 six\n", "2001:db8::1", "six" },
        { "cidr", "2001:db8::/33 x\n", "2001:db8:7fff::1", "x" },
        { "cidr", "2001:db8::/33 x\n", "2001:db8:8000::1", "NO" },
        { "cidr", "!192.0.2.0/24 out\n", "198.51.100.1", "out" },
        { "cidr", "!192.0.2.0/24 out\n", "2001:db8::1", "NO" },
        { "cidr", "192.0.2.1 one\n", "192.0.2.1", "one" },
        { "cidr", "0.0.0.0/0 x\n", "localhost", "NO" },
    };
    struct mapped t;
    set_up(&t);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct map *m = parsed(&t, rows[i].type, rows[i].text);
        if (m == NULL)
            fail_msg("row %zu: %s", i, t.e.text);
        assert_string_equal(found(&t, m, rows[i].key), rows[i].value);
        map_free(&m);
    }
    tear_down(&t);
}

static void mistakes_have_a_line_and_what_to_write(void **state)
{
    static const struct {
        const char *type, *text, *says;
    } rows[] = {
        { "text", "\n# c\nbob\n", "m:3: a key without a value: write KEY VALUE" },
        { "text", " a 1\n", "m:1: the first line begins with white space" },
        { "regex", "a 1\n", "m:1: a pattern must stand between slashes" },
        { "regex", "/a 1\n", "m:1: the pattern has no end" },
        { "regex", "/a/\n", "m:1: a pattern without a value" },
        { "regex", "/a/q x\n", "m:1: an unknown flag" },
        { "regex", "/(/ x\n", "m:1: " },
        { "cidr", "192.0.2.0/33 x\n", "m:1: that is no network: write 192.0.2.0/24" },
        { "cidr", "192.0.2/24 x\n", "m:1: that is no network" },
        { "cidr", "192.0.2.77/24 x\n", "m:1: bits behind the network" },
        { "cidr", "2001:db8::1/33 x\n", "m:1: bits behind the network" },
        { "cidr", "\n\n192.0.2.0/24\n", "m:3: a key without a value" },
        { "hash", "", "write text:, regex: or cidr:" },
    };
    struct mapped t;
    set_up(&t);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_null(parsed(&t, rows[i].type, rows[i].text));
        if (!strstr(t.e.text, rows[i].says))
            fail_msg("row %zu: %s", i, t.e.text);
    }
    tear_down(&t);
}

/* ---- recipients */

static struct policy_maps *with_file(struct mapped *t, struct conf_list *option, const char *type,
                                     const char *text)
{
    static char path[64], spec[80];
    static const char *specs[1] = { spec };
    strcpy(path, "/tmp/tamis-map-XXXXXX");
    int fd = mkstemp(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    snprintf(spec, sizeof(spec), "%s:%s", type, path);
    *option = (struct conf_list){ specs, 1 };
    struct policy_maps *m = policy_maps_load(&t->x.o, NULL, &t->x.arena, &t->e);
    unlink(path);
    return m;
}

static void a_recipient_has_the_most_exact_policy(void **state)
{
    static const struct {
        const char *address;
        double required;
    } rows[] = {
        { "bob+x@example.com", 1 },
        { "bob+y@example.com", 2 },
        { "BOB@Example.Com", 2 },
        { "eve@example.com", 3 },
        { "eve@sub.example.com", 4 },
        { "eve@a.b.example.com", 4 },
        { "eve@example.net", 9 },
        { "\"a@b\"@example.com", 3 },
        { "\"bob\"@example.com", 2 },
        { "bob@example.com.", 2 },
        { "@relay.example:bob@example.com", 2 },
        { "\"b\\ob\"@example.com", 2 },
        { "postmaster", 9 },
    };
    struct mapped t;
    set_up(&t);
    struct policy_maps *m = with_file(&t, &t.x.o.recipient_policy, "text",
                                      "bob+x@example.com required_score=1\n"
                                      "bob@example.com required_score=2, action_virus=quarantine\n"
                                      "@example.com required_score=3\n"
                                      "@.example.com required_score=4\n"
                                      "* required_score=9\n");
    assert_non_null(m);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct policy_options *o = policy_maps_recipient(m, slice_str(rows[i].address));
        assert_non_null(o);
        assert_true(o->required_score == rows[i].required);
        assert_true(o->reject_score == t.x.o.reject_score);
    }
    assert_ptr_equal(policy_maps_recipient(m, SLICE("bob@example.com")),
                     policy_maps_recipient(m, SLICE("bob+z@example.com")));
    policy_maps_free(&m);
    tear_down(&t);
}

/* A pattern sees whole addresses: "not this one" must not hit by a part of it. */
static void negated_patterns_see_whole_addresses(void **state)
{
    struct mapped t;
    set_up(&t);
    struct policy_maps *m = with_file(&t, &t.x.o.sender_block, "regex", "!/@example\\.com$/ yes\n");
    assert_non_null(m);
    struct envelope env = { .sender = SLICE("bob@example.com") };
    assert_int_equal(policy_maps_listed(m, &env), LIST_NONE);
    env.sender = SLICE("bob@example.net");
    assert_int_equal(policy_maps_listed(m, &env), LIST_BLOCKED);
    policy_maps_free(&m);
    tear_down(&t);
}

static void a_wrong_value_is_found_at_load(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "a@b mode=observe\n", "is not for a recipient" },
        { "a@b c\n", "is no NAME=VALUE" },
        { "a@b action_virus=kill\n", "action_virus" },
        { "\na@b required_score=much\n", ":2: required_score = " },
    };
    struct mapped t;
    set_up(&t);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_null(with_file(&t, &t.x.o.recipient_policy, "text", rows[i].text));
        if (!strstr(t.e.text, rows[i].says))
            fail_msg("row %zu: %s", i, t.e.text);
    }
    tear_down(&t);
}

static void a_map_that_needs_too_much_memory_is_told(void **state)
{
    struct mapped t;
    struct buf text;
    set_up(&t);
    buf_init(&text, (size_t)1 << 20);
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "u%d yes\n", i);
    t.x.arena.max = (size_t)1 << 20;
    assert_null(with_file(&t, &t.x.o.sender_allow, "text", text.p));
    assert_int_equal(t.e.kind, ERR_CONFIG);
    assert_non_null(strstr(t.e.text, "tamis-map-"));
    assert_non_null(strstr(t.e.text, "make them shorter"));
    assert_false(t.x.arena.can_escape);
    buf_deinit(&text);
    tear_down(&t);
}

static void a_pattern_at_its_limit_is_no_answer(void **state)
{
    struct mapped t;
    set_up(&t);
    struct policy_maps *m = with_file(&t, &t.x.o.recipient_policy, "regex", "/^(a+)+$/ required_score=1\n");
    assert_non_null(m);
    assert_null(policy_maps_recipient(m, SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b")));
    policy_maps_free(&m);
    tear_down(&t);
}

static void blocked_wins_over_allowed(void **state)
{
    struct mapped t;
    set_up(&t);
    struct policy_maps *m = with_file(&t, &t.x.o.client_block, "cidr", "192.0.2.0/24 yes\n");
    assert_non_null(m);
    struct envelope env = { .client_address = SLICE("192.0.2.1") };
    assert_int_equal(policy_maps_listed(m, &env), LIST_BLOCKED);
    env.client_address = SLICE("198.51.100.1");
    assert_int_equal(policy_maps_listed(m, &env), LIST_NONE);
    policy_maps_free(&m);
    t.x.o.client_block = (struct conf_list){ 0 };
    m = with_file(&t, &t.x.o.sender_allow, "text", "<> yes\n@example.com yes\nbad@example.com no\n");
    assert_non_null(m);
    assert_int_equal(policy_maps_listed(m, &env), LIST_ALLOWED);
    env.sender = SLICE("a@example.com");
    assert_int_equal(policy_maps_listed(m, &env), LIST_ALLOWED);
    env.sender = SLICE("bad@example.com");
    assert_int_equal(policy_maps_listed(m, &env), LIST_NONE);
    policy_maps_free(&m);
    tear_down(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_finds),
        cmocka_unit_test(mistakes_have_a_line_and_what_to_write),
        cmocka_unit_test(a_recipient_has_the_most_exact_policy),
        cmocka_unit_test(negated_patterns_see_whole_addresses),
        cmocka_unit_test(a_wrong_value_is_found_at_load),
        cmocka_unit_test(a_map_that_needs_too_much_memory_is_told),
        cmocka_unit_test(a_pattern_at_its_limit_is_no_answer),
        cmocka_unit_test(blocked_wins_over_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
