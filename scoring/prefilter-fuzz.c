/* prefilter-fuzz.c - any rules and any text, with and without the prefilter
 * Input: patterns, one a line, an empty line, a message's text. With a first byte of 0x01 all behind it are
 * numbers of tokens, so that patterns and texts that fit each other are found soon.
 * Holds: the findings are the same, but for limits that only the slower way may reach. */
#include <stdlib.h>
#include "base/buf.h"
#include "scoring/rule.h"
#include "scoring/score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULES_MAX 32
#define TEXT_MAX 16384

static const char *const tokens[] = {
    "a",    "b",     "c",    "d",     "A",   "abc",    "bcd",    "abcdefgh", "http", " ",   "\n",   "\n\n",
    "(?:",  "(",     ")",    "|",     "?",   "*",      "+",      "{2}",      "{0}",  "{1,", "}",    "{0,2}",
    "{2,}", "[ab]",  "[^a]", "[a-c]", "[",   "]",      "-",      ".",        "\\w",  "\\s", "\\d",  "\\b",
    "^",    "$",     "(?!",  "(?=",   "(?<", "(?<!",   "=",      ">",        "\\1",  "\\2", "\\12", "\\x41",
    "\\x",  "(?i)",  "(?-i", ":",     "(?>", "(?P<n>", "(?<n>",  "\\B",      "\\.",  ".",   "B",    "C",
    "D",    "\\101", "\\a",  "[]a]",  "/i",  "/s",     "[\\wa]", "!",        "%{N}",
};

static const struct scoring_options options = { .rules_max = RULES_MAX,
                                                .message_budget = 60000,
                                                .regex_match_limit = 20000 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct slice spell(struct arena *a, struct slice input)
{
    struct buf b;
    if (input.n == 0 || input.p[0] != 1)
        return input;
    buf_init_in(&b, a, 1 << 20);
    for (size_t i = 1; i < input.n; i++)
        buf_add_str(&b, tokens[(unsigned char)input.p[i] % (sizeof(tokens) / sizeof(*tokens))]);
    return buf_slice(&b);
}

/* The pattern's own slashes are no end of it; a last "/flags" is kept. */
static void add_rule(struct buf *rules, unsigned i, struct slice pattern)
{
    static const char *const types[] = { "body", "rawbody", "full", "uri" };
    const char *flags = slice_iends(pattern, SLICE("/i"))   ? "i"
                        : slice_iends(pattern, SLICE("/s")) ? "s"
                                                            : "";
    if (*flags)
        pattern.n -= 2;
    buf_printf(rules, "%s R%u m<%.*s>%s\n", types[i % 4], i, SLICE_ARG(pattern), flags);
    if (i % 3 == 0)
        buf_printf(rules, "tflags R%u multiple\n", i);
}

static struct slice make_rules(struct arena *a, struct slice *text)
{
    struct buf rules;
    struct slice line;
    buf_init_in(&rules, a, 1 << 20);
    buf_add_str(&rules, "body ALWAYS /./\nbody __N /(?<N>[bc]+)/\n");
    for (unsigned i = 0; i + 2 < RULES_MAX && slice_line(text, &line); i++) {
        line = slice_chomp(line);
        if (line.n == 0)
            break;
        add_rule(&rules, i, line);
    }
    return buf_slice(&rules);
}

static void evaluate(const struct ruleset *set, struct message *m, struct finding_list *out)
{
    struct scorer *scorer = scorer_new(set, &options);
    scorer_evaluate(scorer, m, out);
    scorer_free(&scorer);
}

static bool is_limited(const struct finding_list *list)
{
    return list->classes & CLASS_BIT(CLASS_UNCHECKED_REGEX);
}

static void check_same(const struct finding_list *one, const struct finding_list *two)
{
    const struct finding *b = two->first;
    check(one->n == two->n);
    for (const struct finding *a = one->first; a; a = a->next, b = b->next) {
        check(a->kind == b->kind && a->count == b->count);
        check(slice_eq(a->name, b->name) && slice_eq(a->detail, b->detail));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct envelope env;
    static struct message_limits limits;
    struct finding_list with = { 0 }, without = { 0 };
    struct arena a;
    struct message m;
    struct err e;
    if (limits.mime_max_depth == 0) {
        message_limits_default(&limits);
        message_warm();
    }
    arena_init(&a, 256 << 20);
    struct slice text = spell(&a, slice_of((const char *)data, size));
    struct slice rules = make_rules(&a, &text);
    struct ruleset *set = ruleset_load_text(&options, rules, "fuzz.cf", &a, NULL, &e);
    check(set != NULL);
    struct slice head = SLICE("Subject: abc\n\n");
    message_parse(&m, &a,
                  arena_printf(&a, "%.*s%.*s", SLICE_ARG(head), SLICE_ARG(slice_sub(text, 0, TEXT_MAX))),
                  &env, &limits);
    evaluate(set, &m, &with);
    set->prefilter = NULL;
    evaluate(set, &m, &without);
    if (!is_limited(&without))
        check_same(&with, &without);
    ruleset_free(&set);
    arena_deinit(&a);
    return 0;
}
