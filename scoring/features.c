/* features.c - sets of hashes, words, 4-grams; see features.h */
#include "config.h"
#include "scoring/features.h"

#include "base/regex.h"
#include "message/charset.h"
#include "message/keyed-hash.h"

#include <endian.h>

#define WORD_MAX 40 /* what is longer is a token by its beginning and length class */
#define WORD_BEGINNING 12
#define STOP_MAX 64 /* bytes of a stop word */

/* ---- hashes
 * Eight bytes at a time, each multiplied once: the high bits of a product depend on all of its factors. A
 * text is read within its bounds, and has the same hash on every machine. */

#define FACTOR 0xd6e8feb86659fd93u
#define FACTOR_2 0x9e3779b97f4a7c15u
#define START 0xc2b2ae3d27d4eb4fu
#define WIDE 8

static inline uint64_t load_64(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    return le64toh(v);
}

static inline uint64_t load_32(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof(v));
    return le32toh(v);
}

/* 0 to 8 bytes, the first one lowest */
static inline uint64_t load_rest(const char *p, size_t n)
{
    if (n >= 4)
        return load_32(p) | load_32(p + n - 4) << 8 * (n - 4);
    if (n == 0)
        return 0;
    const unsigned char *u = (const unsigned char *)p;
    return u[0] | (uint64_t)u[n / 2] << 8 * (n / 2) | (uint64_t)u[n - 1] << 8 * (n - 1);
}

/* A to Z among eight bytes: they alone have the high bit set in one of two sums and not in the other. */
static inline uint64_t lower_eight(uint64_t v)
{
    const uint64_t each = 0x0101010101010101u, low = v & 0x7f * each;
    const uint64_t from_a = low + (0x80 - 'A') * each, past_z = low + (0x7f - 'Z') * each;
    return v | ((from_a ^ past_z) & ~v & 0x80 * each) >> 2;
}

static inline uint64_t absorb(uint64_t h, uint64_t v)
{
    h = (h ^ v) * FACTOR;
    return h ^ h >> 32;
}

static inline uint64_t hash(uint64_t h, struct slice s, bool lower)
{
    for (; s.n > WIDE; s = slice_of(s.p + WIDE, s.n - WIDE)) {
        uint64_t v = load_64(s.p);
        h = absorb(h, lower ? lower_eight(v) : v);
    }
    uint64_t v = load_rest(s.p, s.n);
    return absorb(h + s.n, lower ? lower_eight(v) : v);
}

/* The 32 bits that are a feature; 0 is a free slot. */
static inline uint64_t feature_from(uint64_t h)
{
    h = h * FACTOR_2 >> 32;
    return h + (h == 0);
}

static uint64_t begin(struct slice kind)
{
    return hash(START, kind, false);
}

/* ---- sets
 * They begin small and grow, as most messages are: memory that is not touched need not be zeroed. */

#define SET_FIRST 512
#define GRAM_WORD 32

static void set_init(struct feature_set *s, struct arena *a, size_t max, size_t expected)
{
    *s = (struct feature_set){ .arena = a, .max = max, .cap = SET_FIRST, .key = keyed_hash_key() | 1 };
    while (s->cap < expected && s->cap < max)
        s->cap *= 2;
    s->mask = 2 * s->cap - 1;
    s->v = arena_array(a, s->cap, sizeof(*s->v));
    s->seen = arena_array(a, s->mask + 1, sizeof(*s->seen));
}

/* Its place, or the free one where it belongs: under a secret, as anybody can make words by the thousand
 * whose features begin their search at one place. */
static inline uint32_t *place_of(const struct feature_set *s, uint32_t feature)
{
    size_t at = feature * s->key >> 32 & s->mask;
    while (s->seen[at] && s->seen[at] != feature)
        at = (at + 1) & s->mask;
    return &s->seen[at];
}

static void __attribute__((noinline)) set_grow(struct feature_set *s)
{
    s->cap *= 4;
    s->mask = 2 * s->cap - 1;
    s->v = arena_grow(s->arena, s->v, s->n, s->cap, sizeof(*s->v));
    s->seen = arena_array(s->arena, s->mask + 1, sizeof(*s->seen));
    for (size_t i = 0; i < s->n; i++)
        *place_of(s, (uint32_t)s->v[i]) = (uint32_t)s->v[i];
}

static inline bool set_add(struct feature_set *s, uint64_t feature)
{
    uint32_t *place = place_of(s, (uint32_t)feature);
    if (*place || s->n == s->max)
        return false;
    *place = (uint32_t)feature;
    s->v[s->n++] = feature;
    if (s->n == s->cap)
        set_grow(s);
    return true;
}

bool feature_set_add(struct feature_set *s, uint64_t feature)
{
    return set_add(s, feature);
}

/* ---- tokens */

static void name_it(struct features *f, uint64_t feature, struct slice kind, struct slice text)
{
    struct feature_names *names = f->names;
    if (names->n == names->cap) {
        names->v = arena_grow(f->a, names->v, names->n, names->cap ? names->cap * 2 : 256, sizeof(*names->v));
        names->cap = names->cap ? names->cap * 2 : 256;
    }
    names->v[names->n++] =
        (struct feature_name){ feature, arena_printf(f->a, "%.*s:%.*s", SLICE_ARG(kind), SLICE_ARG(text)) };
}

static uint64_t take(struct features *f, uint64_t feature, struct slice kind, struct slice text)
{
    if (set_add(&f->tokens, feature) && f->names)
        name_it(f, feature, kind, text);
    return feature;
}

uint64_t feature_of(struct slice kind, struct slice text)
{
    return feature_from(hash(begin(kind), text, false));
}

uint64_t features_token(struct features *f, struct slice kind, struct slice text)
{
    return take(f, feature_of(kind, text), kind, text);
}

uint64_t features_lower(struct features *f, struct slice kind, struct slice text)
{
    uint64_t feature = feature_from(hash(begin(kind), text, true));
    return take(f, feature, kind, f->names ? arena_lower(f->a, text) : text);
}

void features_shape(struct features *f, struct slice kind, struct slice text)
{
    char shape[32];
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < sizeof(shape); i++) {
        char c = text.p[i];
        char k = ascii_digit(c) ? '9' : c >= 'A' && c <= 'Z' ? 'A' : c >= 'a' && c <= 'z' ? 'a' : c;
        if (n == 0 || shape[n - 1] != k)
            shape[n++] = k;
    }
    features_token(f, kind, slice_of(shape, n));
}

/* ---- words */

void features_break(struct features *f)
{
    f->n_last = 0;
}

static void pair(struct features *f, uint64_t word)
{
    for (unsigned i = 0; i < f->n_last; i++)
        set_add(&f->pairs, feature_from(absorb(f->last[i] << 32 | word, i)));
    for (unsigned i = 3; i > 0; i--)
        f->last[i] = f->last[i - 1];
    f->last[0] = word;
    if (f->n_last < 4)
        f->n_last++;
}

/* What a byte can be; those above ASCII are letters of some script. */
enum { IN_WORD = 1, PLAIN = 2, HEAD = 4, TAIL = 8, SMALL = 16, CAPITAL = 32 };
#define LETTER (IN_WORD | PLAIN | HEAD | TAIL)

static const unsigned char class_of[256] = {
    ['0' ... '9'] = LETTER,
    ['a' ... 'z'] = LETTER | SMALL,
    ['A' ... 'Z'] = LETTER | CAPITAL,
    [0x80 ... 0xff] = LETTER,
    ['$'] = IN_WORD | HEAD,
    ['!'] = IN_WORD | TAIL,
    ['%'] = IN_WORD | TAIL,
    ['\''] = IN_WORD,
    ['-'] = IN_WORD,
    ['_'] = IN_WORD,
    ['.'] = IN_WORD,
    ['@'] = IN_WORD,
    ['*'] = IN_WORD,
};

static inline unsigned class_at(const char *p)
{
    return class_of[(unsigned char)*p];
}

/* A word, and the classes that some and that all of its bytes have. */
struct word {
    struct slice text;
    unsigned some, all;
};

/* The next word at or behind *at. Its ends are trimmed; of one that is nothing else n is 0. */
static struct word next_word(struct slice text, size_t *at)
{
    struct word w = { .all = LETTER };
    const char *p = text.p + *at, *end = text.p + text.n;
    while (p < end && !(class_at(p) & IN_WORD))
        p++;
    const char *start = p;
    for (unsigned c; p < end && (c = class_at(p)) & IN_WORD; p++) {
        w.some |= c;
        w.all &= c;
    }
    *at = (size_t)(p - text.p);
    while (start < p && !(class_at(start) & HEAD))
        start++;
    while (start < p && !(class_at(p - 1) & TAIL))
        p--;
    w.text = slice_of(start, (size_t)(p - start));
    return w;
}

static bool all_capitals(const struct word *w)
{
    size_t capitals = 0;
    if (w->some & SMALL || !(w->some & CAPITAL))
        return false;
    for (size_t i = 0; i < w->text.n; i++)
        capitals += (class_at(w->text.p + i) & CAPITAL) != 0;
    return capitals > 1;
}

/* What the words of a text have in common: the hash of their kind is made once. */
struct words {
    struct slice kind;
    uint64_t begin;
    bool lower;
};

static uint64_t take_word(struct features *f, const struct words *k, struct slice text, bool lower)
{
    uint64_t feature = feature_from(hash(k->begin, text, lower));
    return take(f, feature, k->kind, f->names && lower ? arena_lower(f->a, text) : text);
}

/* example.org, 10.00, a_b: its pieces, too */
static void add_pieces(struct features *f, const struct words *k, struct slice w)
{
    size_t start = 0, pieces = 0;
    for (size_t i = 0; i <= w.n; i++)
        if (i == w.n || !(class_at(w.p + i) & PLAIN)) {
            if (i > start + 1 && (i < w.n || pieces))
                take_word(f, k, slice_of(w.p + start, i - start), true);
            pieces++;
            start = i + 1;
        }
}

/* A match that reaches its limit is none: the word counts. So does a long one, whatever the pattern: a
 * message must not choose how long it takes. */
static bool is_stop(const struct features_options *o, struct slice w)
{
    for (size_t i = 0; i < o->n_stop && w.n <= STOP_MAX; i++)
        if (regex_match(o->stop[i], o->scratch, w, 0, NULL) == REGEX_HIT)
            return true;
    return false;
}

/* Its beginning, with classes of its own. */
static struct word shortened(struct slice text, size_t n)
{
    size_t at = 0;
    struct word w = next_word(slice_sub(text, 0, n), &at);
    w.text = slice_sub(text, 0, n);
    return w;
}

/* 0: the word does not count */
static uint64_t add_word(struct features *f, const struct words *k, struct word w)
{
    const size_t max = f->o->word_max ? f->o->word_max : WORD_MAX;
    if (f->o->n_stop && is_stop(f->o, w.text))
        return 0;
    if (w.text.n > max) {
        features_token(f, SLICE("long"), k->kind);
        w = shortened(w.text, max < WORD_BEGINNING ? max : WORD_BEGINNING);
    }
    if (!(w.all & PLAIN))
        add_pieces(f, k, w.text);
    if (k->lower && all_capitals(&w))
        take_word(f, k, w.text, false);
    return take_word(f, k, w.text, k->lower);
}

/* Languages without blanks between words: every two characters. */
static void add_far_east(struct features *f, struct slice kind, struct slice w)
{
    struct slice before = SLICE("");
    for (size_t i = 0, n; i < w.n; i += n) {
        uint32_t c = utf8_get(slice_from(w, i), &n);
        bool wide = c >= 0x3040 && c < 0xe000;
        if (wide && before.n)
            features_token(f, kind, slice_of(before.p, before.n + n));
        before = wide ? slice_sub(w, i, n) : SLICE("");
    }
}

void features_words(struct features *f, struct slice kind, struct slice text, bool lower, bool pairs)
{
    const struct words k = { kind, begin(kind), lower };
    for (size_t i = 0; i < text.n && f->tokens.n < f->tokens.max;) {
        struct word w = next_word(text, &i);
        if (w.text.n == 0)
            continue;
        uint64_t word = add_word(f, &k, w);
        if (pairs && word)
            pair(f, word);
        if (w.text.n >= 6 && (unsigned char)w.text.p[0] >= 0xe3)
            add_far_east(f, kind, w.text);
    }
}

void features_host(struct features *f, struct slice kind, struct slice host)
{
    for (;;) {
        features_lower(f, kind, host);
        ptrdiff_t dot = slice_chr(host, '.');
        if (dot < 0)
            return;
        host = slice_from(host, (size_t)dot + 1);
    }
}

/* ---- 4-grams
 * Of them only as many bits count as there are slots for them: a bit each says which were seen. */

static void grams_init(struct feature_set *s, struct arena *a)
{
    *s = (struct feature_set){ .arena = a, .max = FEATURES_GRAMS_MAX };
    s->seen = arena_array(a, (1u << FEATURES_GRAM_BITS) / GRAM_WORD, sizeof(*s->seen));
}

/* Room for n more, so that what adds them need not look. */
static size_t grams_reserve(struct feature_set *s, size_t n)
{
    if (n > s->max - s->n)
        n = s->max - s->n;
    if (s->n + n > s->cap) {
        s->cap = s->n + n > 2 * s->cap ? s->n + n : 2 * s->cap;
        s->v = arena_grow(s->arena, s->v, s->n, s->cap, sizeof(*s->v));
    }
    return n;
}

void features_grams(struct features *f, char area, struct slice text)
{
    const uint64_t salt = (uint64_t)(unsigned char)area << 32;
    struct feature_set *s = &f->grams;
    size_t end = text.n < 4 ? 0 : grams_reserve(s, text.n - 3), n = s->n;
    uint64_t *v = s->v; /* not through s: what is written could be s->n, for all the compiler knows */
    for (size_t i = 0; i < end; i++) {
        uint64_t gram = (load_32(text.p + i) | salt) * FACTOR_2 >> (64 - FEATURES_GRAM_BITS);
        uint32_t bit = 1u << gram % GRAM_WORD, *seen = &s->seen[gram / GRAM_WORD];
        v[n] = gram;
        n += !(*seen & bit);
        *seen |= bit;
    }
    s->n = n;
}

void features_cut(struct features *f)
{
    if (f->n_cuts < FEATURES_CUTS)
        f->cuts[f->n_cuts++] =
            (struct feature_cut){ (uint32_t)f->tokens.n, (uint32_t)f->pairs.n, (uint32_t)f->grams.n };
}

/* A word has four pairs, and some six bytes; some pairs come again. */
static size_t pairs_expected(struct message *m)
{
    size_t n = 0;
    for (const struct text_part *t = message_texts(m); t; t = t->next)
        n += t->visible.n;
    return n / 2;
}

void features_make(struct features *f, struct arena *a, struct message *m, const struct features_options *o,
                   struct feature_names *names)
{
    static const struct features_options none;
    *f = (struct features){ .a = a, .o = o ? o : &none, .names = names };
    set_init(&f->tokens, a, FEATURES_TOKENS_MAX, SET_FIRST);
    set_init(&f->pairs, a, FEATURES_PAIRS_MAX, pairs_expected(m));
    grams_init(&f->grams, a);
    if (!(f->o->without & FEATURES_NO_HEADER))
        features_header(f, m);
    features_body(f, m);
    features_identify(f, m);
}
