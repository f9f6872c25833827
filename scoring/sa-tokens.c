/* sa-tokens.c - all words of a message, and their keys; see sa-tokens.h */
#include "config.h"
#include "scoring/sa-tokens.h"

#include "message/keyed-hash.h"
#include "scoring/digest.h"
#include "scoring/rule.h"

#define PLACES (2 * 16384)    /* more than twice SA_TOKENS_MAX, a power of two */
#define TEXT_WORDS_MAX 50000  /* of what is seen, of what is hidden: as there, each counted as often as it */
#define OTHER_WORDS_MAX 10000 /* comes; of URIs, of fields */
#define LINE_MAX_BYTES (1 << 20)

uint64_t sa_token_key(struct slice text)
{
    unsigned char sum[DIGEST_MAX];
    uint64_t key = 0;
    size_t n = digest(DIGEST_SHA1, text, sum);
    for (size_t i = n < SA_KEY_BYTES ? n : n - SA_KEY_BYTES; i < n; i++)
        key = key << 8 | sum[i];
    return key;
}

void sa_tokens_warm(void)
{
    (void)sa_token_key(SLICE("warm"));
}

void sa_tokens_add(struct sa_tokens *t, struct slice mark, struct slice word)
{
    char text[SA_WORD_MAX];
    size_t n = mark.n + word.n;
    t->met++;
    if (n == 0 || n > SA_WORD_MAX || t->n == SA_TOKENS_MAX)
        return;
    memcpy(text, mark.p ? mark.p : "", mark.n);
    memcpy(text + mark.n, word.p ? word.p : "", word.n);
    struct slice s = slice_of(text, n);
    size_t at = keyed_hash(s) & (PLACES - 1);
    for (; t->place[at]; at = (at + 1) & (PLACES - 1))
        if (slice_eq(t->texts[t->place[at] - 1], s))
            return;
    t->texts[t->n] = arena_dup(t->a, s);
    t->keys[t->n] = sa_token_key(s);
    t->place[at] = (uint32_t)++t->n;
}

static void add_lines(struct sa_tokens *t, const struct slice *v, size_t n, struct slice mark,
                      enum sa_region region, size_t most)
{
    size_t before = t->met;
    for (size_t i = 0; i < n && t->met - before < most; i++)
        sa_words(t, v[i], mark, region);
}

/* SHA-1 of each part, and its type; three that are common have names. */
static void add_digest(struct sa_tokens *t, struct slice decoded, struct slice type)
{
    static const struct {
        struct slice text, name;
    } known[] = { { SLICE_INIT(""), SLICE_INIT("Empty-") },
                  { SLICE_INIT("\n"), SLICE_INIT("OneNL-") },
                  { SLICE_INIT("\n\n"), SLICE_INIT("TwoNL-") } };
    static const struct {
        struct slice type, name;
    } types[] = { { SLICE_INIT("text/plain"), SLICE_INIT("Plaintext") },
                  { SLICE_INIT("text/html"), SLICE_INIT("HTML") },
                  { SLICE_INIT("text/xml"), SLICE_INIT("XML") } };
    unsigned char sum[DIGEST_MAX];
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3 && slice_eq(decoded, known[i].text); k++)
            if (slice_eq(type, types[k].type) && (i == 0 || k < 2)) {
                sa_tokens_add(t, SLICE("MIME:"),
                              arena_printf(t->a, "%s%s", known[i].name.p, types[k].name.p));
                return;
            }
    struct slice hex = digest_hex(t->a, sum, digest(DIGEST_SHA1, decoded, sum));
    sa_tokens_add(t, SLICE("MIME:"), arena_printf(t->a, "%.*s:%.*s", SLICE_ARG(hex), SLICE_ARG(type)));
}

static void add_digests(struct sa_tokens *t, struct views *v)
{
    view_parts_foreach(p, views_tree(v))
    {
        if (p->leaf)
            add_digest(t, view_part_decoded(t->a, p), p->type);
    }
}

static bool with_digests(const struct views *v, const struct features_options *o)
{
    return o == NULL || (v->set && settings_last(&v->set->settings, SETTING_BAYES, "bayes_token_sources") &&
                         !(o->without & FEATURES_NO_PARTS));
}

static void init(struct sa_tokens *t, struct arena *a)
{
    *t = (struct sa_tokens){ .a = a };
    t->keys = arena_array(a, SA_TOKENS_MAX, sizeof(*t->keys));
    t->texts = arena_array(a, SA_TOKENS_MAX, sizeof(*t->texts));
    t->place = arena_array(a, PLACES, sizeof(*t->place));
    for (size_t i = 0; i < SA_STEPS; i++)
        buf_init_in(&t->work[i], a, LINE_MAX_BYTES);
}

void sa_tokens_make(struct sa_tokens *t, struct views *v, const struct features_options *o)
{
    struct view shown, hidden;
    init(t, v->arena);
    t->ignored = o ? o->ignored : NULL;
    views_shown(v, &shown, &hidden);
    const struct view *uris = views_uri(v);
    sa_fields(t, v);
    add_lines(t, shown.v, shown.n, SLICE(""), SA_TEXT, TEXT_WORDS_MAX);
    add_lines(t, uris->v, uris->n, SLICE(""), SA_URI, OTHER_WORDS_MAX);
    add_lines(t, hidden.v, hidden.n, SLICE("I*:"), SA_TEXT, TEXT_WORDS_MAX);
    if (with_digests(v, o))
        add_digests(t, v);
}
