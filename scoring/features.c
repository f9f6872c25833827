/* features.c - sets of hashes, words, 4-grams; see features.h */
#include "config.h"
#include "scoring/features.h"

#include "base/regex.h"
#include "message/charset.h"

#define WORD_MIN 1
#define WORD_MAX 40 /* what is longer is a token by its beginning and length class */
#define WORD_BEGINNING 12

/* ---- hashes */

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    return h | 1; /* 0 is a free slot */
}

static uint64_t add_bytes(uint64_t h, struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return h;
}

static uint64_t add_lower(uint64_t h, struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)ascii_lower(s.p[i])) * 0x100000001b3u;
    return h;
}

static uint64_t begin(struct slice kind)
{
    return add_bytes(0xcbf29ce484222325u, kind) * 31;
}

/* ---- sets */

static void set_init(struct feature_set *s, struct arena *a, size_t max)
{
    size_t slots = 1024;
    while (slots < 2 * max)
        slots *= 2;
    s->v = arena_array(a, max, sizeof(*s->v));
    s->seen = arena_array(a, slots, sizeof(*s->seen));
    s->mask = slots - 1;
    s->max = max;
    s->n = 0;
}

bool feature_set_add(struct feature_set *s, uint64_t feature)
{
    size_t at = feature >> 20 & s->mask;
    while (s->seen[at] && s->seen[at] != feature)
        at = (at + 1) & s->mask;
    if (s->seen[at] || s->n == s->max)
        return false;
    s->seen[at] = feature;
    s->v[s->n++] = feature;
    return true;
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
    if (feature_set_add(&f->tokens, feature) && f->names)
        name_it(f, feature, kind, text);
    return feature;
}

uint64_t feature_of(struct slice kind, struct slice text)
{
    return mix(add_bytes(begin(kind), text));
}

uint64_t features_token(struct features *f, struct slice kind, struct slice text)
{
    return take(f, feature_of(kind, text), kind, text);
}

uint64_t features_lower(struct features *f, struct slice kind, struct slice text)
{
    uint64_t feature = mix(add_lower(begin(kind), text));
    return take(f, feature, kind, f->names ? arena_lower(f->a, text) : text);
}

/* ---- words */

void features_break(struct features *f)
{
    f->n_last = 0;
}

static void pair(struct features *f, uint64_t word)
{
    for (unsigned i = 0; i < f->n_last; i++)
        feature_set_add(&f->pairs, mix(f->last[i] * 0x9e3779b97f4a7c15u + word * 3 + i));
    for (unsigned i = 3; i > 0; i--)
        f->last[i] = f->last[i - 1];
    f->last[0] = word;
    if (f->n_last < 4)
        f->n_last++;
}

static bool in_word(unsigned char c)
{
    return ascii_alnum((char)c) || c >= 0x80 || c == '$' || c == '\'' || c == '-' || c == '_' || c == '!' ||
           c == '%' || c == '.' || c == '@' || c == '*';
}

static struct slice trim_word(struct slice w)
{
    while (w.n && !ascii_alnum(w.p[0]) && (unsigned char)w.p[0] < 0x80 && w.p[0] != '$')
        w = slice_from(w, 1);
    while (w.n && !ascii_alnum(w.p[w.n - 1]) && (unsigned char)w.p[w.n - 1] < 0x80 && w.p[w.n - 1] != '!' &&
           w.p[w.n - 1] != '%')
        w.n--;
    return w;
}

static bool all_capitals(struct slice w)
{
    size_t capitals = 0;
    for (size_t i = 0; i < w.n; i++) {
        if (w.p[i] >= 'a' && w.p[i] <= 'z')
            return false;
        capitals += w.p[i] >= 'A' && w.p[i] <= 'Z';
    }
    return capitals > 1;
}

/* example.org, 10.00, a_b: its pieces, too */
static void add_pieces(struct features *f, struct slice kind, struct slice w)
{
    size_t start = 0, pieces = 0;
    for (size_t i = 0; i <= w.n; i++)
        if (i == w.n || (!ascii_alnum(w.p[i]) && (unsigned char)w.p[i] < 0x80)) {
            if (i > start + 1 && (i < w.n || pieces))
                features_lower(f, kind, slice_sub(w, start, i - start));
            pieces++;
            start = i + 1;
        }
}

/* A match that reaches its limit is none: the word counts. */
static bool is_stop(const struct features_options *o, struct slice w)
{
    for (size_t i = 0; i < o->n_stop; i++)
        if (regex_match(o->stop[i], o->scratch, w, 0, NULL) == REGEX_HIT)
            return true;
    return false;
}

/* 0: the word does not count */
static uint64_t add_word(struct features *f, struct slice kind, struct slice w, bool lower)
{
    const size_t max = f->o->word_max ? f->o->word_max : WORD_MAX;
    if (f->o->n_stop && is_stop(f->o, w))
        return 0;
    if (w.n > max) {
        features_token(f, SLICE("long"), kind);
        w = slice_sub(w, 0, max < WORD_BEGINNING ? max : WORD_BEGINNING);
    }
    add_pieces(f, kind, w);
    if (!lower)
        return features_token(f, kind, w);
    if (all_capitals(w))
        features_token(f, kind, w);
    return features_lower(f, kind, w);
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
    for (size_t i = 0, n; i < text.n; i += n) {
        n = 0;
        while (i + n < text.n && in_word((unsigned char)text.p[i + n]))
            n++;
        struct slice w = trim_word(slice_sub(text, i, n));
        if (w.n >= WORD_MIN && f->tokens.n < f->tokens.max) {
            uint64_t word = add_word(f, kind, w, lower);
            if (pairs && word)
                pair(f, word);
            if (w.n >= 6 && (unsigned char)w.p[0] >= 0xe3)
                add_far_east(f, kind, w);
        }
        n += n == 0 || i + n < text.n;
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

/* ---- 4-grams */

void features_grams(struct features *f, char area, struct slice text)
{
    uint64_t salt = (uint64_t)(unsigned char)area << 32;
    for (size_t i = 0; i + 4 <= text.n; i++) {
        uint32_t four;
        memcpy(&four, text.p + i, sizeof(four));
        feature_set_add(&f->grams, mix((four | salt) * 0x9e3779b97f4a7c15u));
    }
}

void features_cut(struct features *f)
{
    if (f->n_cuts < FEATURES_CUTS)
        f->cuts[f->n_cuts++] =
            (struct feature_cut){ (uint32_t)f->tokens.n, (uint32_t)f->pairs.n, (uint32_t)f->grams.n };
}

void features_make(struct features *f, struct arena *a, struct message *m, const struct features_options *o,
                   struct feature_names *names)
{
    static const struct features_options none;
    *f = (struct features){ .a = a, .o = o ? o : &none, .names = names };
    set_init(&f->tokens, a, FEATURES_TOKENS_MAX);
    set_init(&f->pairs, a, FEATURES_PAIRS_MAX);
    set_init(&f->grams, a, FEATURES_GRAMS_MAX);
    if (!(f->o->without & FEATURES_NO_HEADER))
        features_header(f, m);
    features_body(f, m);
    features_identify(f, m);
}
