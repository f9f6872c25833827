/* eval-bounce.c - bounces of mail that we did send
 * A bounce shows the mail it is about, or its header. Where a Received field in there names a relay of ours
 * (welcomelist_bounce_relays), the mail was ours. */
#include "config.h"
#include "scoring/eval.h"

#include "base/buf.h"
#include "scoring/eval-text.h"
#include "scoring/lists.h"
#include "scoring/rule.h"

#define UNUSED_ARGS (void)args, (void)prepared
#define FIELD_MAX 65536

static const struct globs *relays_of(const struct check *c)
{
    const struct lists *l = c->set ? c->set->lists : NULL;
    return l && l->v[LIST_BOUNCE_RELAYS].n_there ? &l->v[LIST_BOUNCE_RELAYS] : NULL;
}

static double have_any_bounce_relays(struct check *c, const struct eval_args *args, const void *prepared)
{
    UNUSED_ARGS;
    return relays_of(c) != NULL;
}

/* "> > Received:" */
static bool is_received(struct slice line)
{
    static const struct slice key = SLICE_INIT("received:");
    size_t n = 0;
    while (n < line.n && (line.p[n] == '>' || line.p[n] == ' '))
        n++;
    return text_iat(line, n, key);
}

static bool dotted(struct slice word)
{
    return word.n >= 3 && slice_chr(slice_sub(word, 1, word.n - 2), '.') >= 0;
}

/* Words with a dot inside between white space (blanks only: only those count), of which each one found takes
 * the white space on both sides. */
static bool names_relay(struct check *c, const struct globs *relays, struct slice s, bool blanks_only)
{
    size_t unused = 0;
    for (size_t at = text_skip_space(s, 0), end; at < s.n; at = text_skip_space(s, end)) {
        end = text_skip_word(s, at);
        struct slice word = slice_sub(s, at, end - at);
        if (at == 0 || at - 1 < unused || end == s.n || !dotted(word))
            continue;
        if (blanks_only && (s.p[at - 1] != ' ' || s.p[end] != ' '))
            continue;
        if (globs_have(relays, arena_lower(c->m->arena, word)))
            return true;
        unused = end + 1;
    }
    return false;
}

static bool in_text(struct check *c, const struct globs *relays)
{
    const struct view *body = views_body(&c->views);
    for (size_t i = 0; i < body->n; i++)
        if (is_received(body->v[i]) && names_relay(c, relays, body->v[i], true))
            return true;
    return false;
}

/* The line with those that continue it put behind, without line ends. */
static struct slice take_field(struct check *c, struct slice *rest, struct slice first)
{
    struct buf b = { 0 };
    struct slice line, before = *rest;
    first = text_chomp(first);
    while (slice_line(rest, &line) && text_chomp(line).n && text_space(line.p[0])) {
        if (b.max == 0) {
            buf_init_in(&b, c->m->arena, FIELD_MAX);
            buf_add_slice(&b, first);
        }
        buf_add_slice(&b, text_chomp(line));
        before = *rest;
    }
    *rest = before;
    return b.max ? buf_slice(&b) : first;
}

/* in messages attached, as they came */
static bool in_attached(struct check *c, const struct globs *relays)
{
    struct slice rest = views_tree(&c->views)->pristine_body, line;
    bool seen = false;
    while (slice_line(&rest, &line)) {
        seen = seen || is_received(line);
        if (!seen)
            continue;
        struct slice field = take_field(c, &rest, line);
        if (is_received(field) && names_relay(c, relays, field, false))
            return true;
    }
    return false;
}

static double check_welcomelist_bounce_relays(struct check *c, const struct eval_args *args,
                                              const void *prepared)
{
    const struct globs *relays = relays_of(c);
    UNUSED_ARGS;
    return relays && (in_text(c, relays) || in_attached(c, relays));
}

static const struct eval_function rows[] = {
    { "check_welcomelist_bounce_relays", "VBounce", 0, 0, 0, NULL, check_welcomelist_bounce_relays, NULL },
    { "check_whitelist_bounce_relays", "VBounce", 0, 0, 0, NULL, check_welcomelist_bounce_relays, NULL },
    { "have_any_bounce_relays", "VBounce", 0, 0, 0, NULL, have_any_bounce_relays, NULL },
};

EVAL_FAMILY(eval_bounce, "VBounce", rows);
