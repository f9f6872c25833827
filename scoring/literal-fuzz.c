/* literal-fuzz.c - what is read out of a pattern is in every text in which it matches
 * Input: flags (i m s), a pattern, a line end, a text. With a first byte of 0x01 all behind it are numbers of
 * tokens, so that patterns and texts that fit each other are found soon.
 * Holds: where PCRE2 finds the pattern, its strings and its shapes are found, too, and a walker does not say
 * that there is none. */
#include <stdlib.h>
#include "base/buf.h"
#include "base/regex.h"
#include "scoring/automaton.h"
#include "scoring/literal.h"
#include "scoring/needles.h"
#include "scoring/walker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const tokens[] = {
    "a",   "b",   "c",     "A",     "abc",  "1",     "4",     "http", " ",    ".",     "(?:",   "(",
    ")",   "|",   "?",     "*",     "+",    "{2}",   "{0}",   "{1,",  "}",    "{0,2}", "{2,}",  "{12}",
    "[ab", "[^a", "[a-c]", "[^b]",  "]",    "-",     "\\w",   "\\s",  "\\d",  "\\b",   "\\W",   "\\S",
    "^",   "$",   "(?!",   "(?=",   "(?<=", "(?<!",  ">",     "\\1",  "\\12", "\\x4",  "\\041", "[\\101]",
    "\\A", "\\B", "(?i)",  "(?-i)", "(?i:", "(?-i:", "(?>",   "(?^:", "\n",   "\\.",   "xyz",   "_",
    "\\h", "\\v", "\\R",   "\\N",   "\xc3", "\xe9",  "\\xc3", "(?m)", "(?s)", "(?|",   "\\Z",   "\\z",
};

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
    buf_add_char(&b, (char)(input.n > 1 ? input.p[1] : 0));
    for (size_t i = 2; i < input.n; i++)
        buf_add_str(&b, tokens[(unsigned char)input.p[i] % (sizeof(tokens) / sizeof(*tokens))]);
    return buf_slice(&b);
}

static void note(void *ctx, uint32_t owner, size_t piece)
{
    *(bool *)ctx = true;
}

static void note_string(void *ctx, uint32_t owner, size_t piece, size_t at)
{
    *(bool *)ctx = true;
}

static bool has_string(struct arena *a, const struct literal_set *strings, struct slice text)
{
    bool found = false;
    struct needles *n = needles_new(a);
    needles_add(n, strings, 0);
    needles_finish(n);
    needles_scan(n, text, 0, note_string, &found);
    return found;
}

static bool has_shape(struct arena *a, const struct shapes *shapes, struct slice text)
{
    bool found = false;
    struct automaton *m = automaton_new(a);
    automaton_add(m, shapes, 0);
    automaton_scan(m, text, 0, note, &found);
    return found;
}

/* twice: the second time from what is known */
static bool walks(struct arena *a, struct slice pattern, unsigned flags, struct slice text)
{
    struct walker *w = walker_new(a, pattern, flags);
    if (w == NULL)
        return true;
    struct walker_cache *c = walker_cache_new(w);
    bool found = walker_may_match(c, text);
    check(walker_may_match(c, text) || !found);
    walker_cache_free(&c);
    return found;
}

/* A limit may be a match. */
static bool matches(const struct regex *re, struct slice text)
{
    static struct regex_scratch *scratch;
    static const struct regex_limits limits = { .match_limit = 20000 };
    scratch = scratch ? scratch : regex_scratch_new(&limits);
    return regex_match(re, scratch, text, 0, NULL) == REGEX_HIT;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct literal_set strings;
    static struct shapes shapes;
    struct arena a;
    arena_init(&a, 64 << 20);
    struct slice input = spell(&a, slice_of((const char *)data, size)), pattern = SLICE("");
    unsigned flags = input.n ? (unsigned)input.p[0] & 7 : 0;
    input = slice_from(input, input.n > 0);
    if (!slice_line(&input, &pattern))
        pattern = SLICE("");
    pattern = slice_sub(slice_chomp(pattern), 0, 2000);
    struct regex *re = regex_new(pattern, flags, NULL);
    literal_find(pattern, flags, &strings);
    shape_find(pattern, flags, &shapes);
    if (re && matches(re, input)) {
        check(strings.any || has_string(&a, &strings, input));
        check(shapes.n == 0 || has_shape(&a, &shapes, input));
        check(walks(&a, pattern, flags, input));
    }
    regex_free(&re);
    arena_deinit(&a);
    return 0;
}
