/* eval-freemail.c - functions of SpamAssassin's plugin FreeMail
 * Senders, answers to them and addresses in the text, compared. Looking for addresses in the text takes some
 * out of it, and SpamAssassin does so in the text that rules see, too, from then on: so do we. */
#include "config.h"
#include "scoring/eval.h"

#include "scoring/freemail-text.h"
#include "scoring/freemail.h"
#include "scoring/rule.h"

#define LINKS_MAX 20  /* addresses taken from links */
#define EMAILS_MAX 40 /* from links and text */

struct emails {
    struct slice *v;
    size_t n;
};

struct state {
    bool has_body, skip_body;
    struct emails body; /* freemail in the text */
};

static const struct freemail *freemail_of(const struct check *c)
{
    return c->set ? c->set->freemail : NULL;
}

static bool is_freemail(const struct check *c, struct slice email)
{
    return freemail_is(freemail_of(c), c->set->lists, email);
}

static bool contains(const struct emails *e, struct slice email)
{
    for (size_t i = 0; i < e->n; i++)
        if (slice_eq(e->v[i], email))
            return true;
    return false;
}

static void add(struct arena *a, struct emails *e, struct slice email)
{
    if ((e->n & (e->n - 1)) == 0) /* full at each power of two */
        e->v = arena_grow(a, e->v, e->n, e->n ? 2 * e->n : 1, sizeof(*e->v));
    e->v[e->n++] = arena_lower(a, email);
}

static void add_header(struct check *c, struct emails *e, struct slice spec)
{
    const struct view_header *h = views_get(&c->views, spec);
    for (size_t i = 0; i < h->n; i++)
        add(c->m->arena, e, h->v[i]);
}

/* ---- what the report says */

static void put_masked(struct buf *b, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '@')
            buf_add_str(b, "(at)");
        else
            buf_add_char(b, text.p[i]);
    }
}

static void put_all(struct buf *b, const struct emails *e, const char *between)
{
    for (size_t i = 0; i < e->n; i++) {
        buf_add_str(b, i ? between : "");
        put_masked(b, e->v[i]);
    }
}

static double hit(struct check *c, const struct emails *one, const char *between, const struct emails *two)
{
    struct buf b;
    buf_init_in(&b, c->m->arena, 4096);
    put_all(&b, one, two ? "," : ", ");
    if (two) {
        buf_add_str(&b, between);
        put_all(&b, two, ",");
    }
    if (freemail_of(c)->describe_email)
        check_log(c, buf_slice(&b));
    return 1;
}

static double hit_one(struct check *c, struct slice email)
{
    struct emails e = { &email, 1 };
    return hit(c, &e, "", NULL);
}

/* ---- addresses in the text */

static void from_links(struct check *c, struct emails *found)
{
    for (const struct view_uri *u = views_uris(&c->views)->first; u && found->n < LINKS_MAX; u = u->next) {
        struct slice email;
        bool link = false;
        for (size_t i = 0; i < u->n_tags; i++)
            link = link || slice_eq(u->tags[i], SLICE("a"));
        if (link && !(u->types & VIEW_URI_PARSED) && slice_istarts(u->uri, SLICE("mailto:")) &&
            freemail_first(c->set->uri_rules, slice_from(u->uri, 7), &email)) {
            email = arena_lower(c->m->arena, email);
            if (!contains(found, email))
                add(c->m->arena, found, email);
        }
    }
}

static void from_piece(struct check *c, struct emails *found, size_t piece)
{
    struct slice email;
    size_t at = 0;
    struct slice text = views_body(&c->views)->v[piece];
    struct slice stripped = freemail_stripped(c->set->uri_rules, c->m->arena, text);
    if (stripped.p != text.p)
        views_body_change(&c->views, piece, stripped);
    while (found->n < EMAILS_MAX && freemail_next(c->set->uri_rules, stripped, &at, &email)) {
        email = arena_lower(c->m->arena, email);
        if (!contains(found, email))
            add(c->m->arena, found, email);
    }
}

/* Keeps those that are freemail; false: there are too many of either. */
static bool keep_freemail(struct check *c, struct emails *to, const struct emails *found)
{
    const struct freemail *f = freemail_of(c);
    for (size_t i = 0; i < found->n; i++) {
        if ((double)(i + 1) == f->max_body_emails && f->skip_when_over_max)
            return false;
        if (!is_freemail(c, found->v[i]))
            continue;
        if ((double)(to->n + 1) == f->max_body_freemails && f->skip_when_over_max)
            return false;
        add(c->m->arena, to, found->v[i]);
    }
    return true;
}

static struct state *state_of(struct check *c)
{
    if (c->state[CHECK_FREEMAIL] == NULL)
        c->state[CHECK_FREEMAIL] = ARENA_NEW(c->m->arena, struct state);
    return c->state[CHECK_FREEMAIL];
}

/* NULL: nothing is to be said of them */
static const struct emails *body_emails(struct check *c)
{
    struct state *s = state_of(c);
    struct emails found = { NULL, 0 };
    if (!s->has_body) {
        s->has_body = true;
        from_links(c, &found);
        for (size_t i = 0; i < views_body(&c->views)->n && found.n < EMAILS_MAX; i++)
            from_piece(c, &found, i);
        s->skip_body = !keep_freemail(c, &s->body, &found);
    }
    return s->skip_body ? NULL : &s->body;
}

/* ---- functions */

/* the first that is freemail and, where there is a pattern, matches */
static double first_freemail(struct check *c, const struct emails *e, const struct regex *re)
{
    for (size_t i = 0; i < e->n; i++)
        if (is_freemail(c, e->v[i]) && (re == NULL || check_match(c, re, e->v[i], NULL)))
            return hit_one(c, e->v[i]);
    return 0;
}

static double check_freemail_header(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct emails e = { NULL, 0 };
    if (!freemail_available(freemail_of(c)))
        return 0;
    add_header(c, &e, arena_printf(c->m->arena, "%.*s:addr", SLICE_ARG(eval_arg(args, 0))));
    return first_freemail(c, &e, prepared);
}

/* all that says who it is from; many dots are one, as some write "ann@example..." */
static void all_senders(struct check *c, struct emails *e)
{
    static const struct slice specs[] = { SLICE_INIT("From:addr"), SLICE_INIT("Envelope-Sender:addr"),
                                          SLICE_INIT("Resent-Sender:addr"),
                                          SLICE_INIT("X-Envelope-From:addr"),
                                          SLICE_INIT("EnvelopeFrom:addr") };
    add_header(c, e, SLICE("Resent-From:first:addr"));
    if (e->n)
        return;
    for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++)
        add_header(c, e, specs[i]);
    for (size_t i = 0; i < e->n; i++) {
        char *p = (char *)e->v[i].p;
        size_t n = 0;
        for (size_t k = 0; k < e->v[i].n; k++)
            if (p[k] != '.' || n == 0 || p[n - 1] != '.')
                p[n++] = p[k];
        e->v[i].n = n;
    }
}

static double check_freemail_from(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct emails e = { NULL, 0 };
    (void)args;
    if (!freemail_available(freemail_of(c)))
        return 0;
    all_senders(c, &e);
    return first_freemail(c, &e, prepared);
}

static double check_freemail_body(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args;
    const struct emails *body = freemail_available(freemail_of(c)) ? body_emails(c) : NULL;
    if (body == NULL || body->n == 0)
        return 0;
    if (prepared == NULL)
        return hit(c, body, "", NULL);
    for (size_t i = 0; i < body->n; i++)
        if (check_match(c, prepared, body->v[i], NULL))
            return hit_one(c, body->v[i]);
    return 0;
}

/* ---- check_freemail_replyto */

static bool word_char(char ch)
{
    return ascii_alnum(ch) || ch == '_';
}

/* a dot, or what lies between _ and t in ASCII, in either case: SpamAssassin's pattern says so */
static bool joint(char ch)
{
    char low = ascii_lower(ch);
    return ch == '.' || ch == '_' || ch == '`' || (low >= 'a' && low <= 't');
}

/* takes `tail` off its end */
static bool cut_tail(struct slice *s, struct slice tail)
{
    if (!slice_iends(*s, tail))
        return false;
    s->n -= tail.n;
    return true;
}

/* `word`, or `word` and one more byte, at the end */
static bool cut_joined(struct slice *s, struct slice word, bool with_joint)
{
    struct slice rest = *s;
    if (with_joint && (rest.n == 0 || !joint(rest.p[--rest.n])))
        return false;
    if (!cut_tail(&rest, word))
        return false;
    *s = rest;
    return true;
}

static bool at_word(struct slice before)
{
    return before.n == 0 || !word_char(before.p[before.n - 1]);
}

/* noreply, do-not.replies ... */
static bool no_reply(struct slice local)
{
    if (!cut_tail(&local, SLICE("reply")) && !cut_tail(&local, SLICE("replies")))
        return false;
    for (unsigned i = 0; i < 2; i++) {
        struct slice no = local;
        if (!cut_joined(&no, SLICE("no"), i))
            continue;
        for (unsigned k = 0; k < 2; k++) {
            struct slice just_do = no;
            if (cut_joined(&just_do, SLICE("do"), k) && at_word(just_do))
                return true;
        }
        if (at_word(no))
            return true;
    }
    return false;
}

static bool is_word_of(struct slice text, const struct slice *words, size_t n,
                       bool (*is)(struct slice text, struct slice word))
{
    for (size_t i = 0; i < n; i++)
        if (is(text, words[i]))
            return true;
    return false;
}

#define IS_ANY(text, words, is) is_word_of((text), (words), sizeof(words) / sizeof(*(words)), (is))

static bool starts_longer(struct slice text, struct slice word)
{
    return text.n > word.n && slice_istarts(text, word);
}

/* lists, bounces, robots */
static bool is_bulk(struct slice sender)
{
    static const struct slice whole[] = { SLICE_INIT("postmaster"), SLICE_INIT("hostmaster"),
                                          SLICE_INIT("domainmaster"), SLICE_INIT("double-bounce") };
    static const struct slice heads[] = { SLICE_INIT("sentto-"),   SLICE_INIT("owner-"),
                                          SLICE_INIT("return-"),   SLICE_INIT("bounce-"),
                                          SLICE_INIT("bounced-"),  SLICE_INIT("grbounce-"),
                                          SLICE_INIT("grbounced-") };
    static const struct slice tails[] = { SLICE_INIT("-request"), SLICE_INIT("-bounce"),
                                          SLICE_INIT("-bounces"), SLICE_INIT("-admin"),
                                          SLICE_INIT("-owner") };
    const char *at = sender.n ? memrchr(sender.p, '@', sender.n) : NULL;
    struct slice local = slice_sub(sender, 0, at ? (size_t)(at - sender.p) : 0);
    ptrdiff_t equals = slice_chr(slice_from(local, 1), '=');
    return at && (IS_ANY(local, whole, slice_ieq) || IS_ANY(local, heads, starts_longer) ||
                  IS_ANY(local, tails, slice_iends) || no_reply(local) ||
                  (equals >= 0 && (size_t)equals + 2 < local.n));
}

static size_t count_freemail(struct check *c, const struct emails *e)
{
    size_t n = 0;
    for (size_t i = 0; i < e->n; i++)
        n += is_freemail(c, e->v[i]);
    return n;
}

static bool in_common(const struct emails *one, const struct emails *two)
{
    for (size_t i = 0; i < one->n; i++)
        if (contains(two, one->v[i]))
            return true;
    return false;
}

/* An address to answer to, and another in the text. */
static double compare_body(struct check *c, const struct emails *answers)
{
    const struct emails *body = body_emails(c);
    for (size_t i = 0; body && i < body->n; i++)
        for (size_t k = 0; k < answers->n; k++)
            if (!slice_eq(body->v[i], answers->v[k])) {
                struct emails one = { &answers->v[k], 1 }, two = { &body->v[i], 1 };
                return hit(c, &one, ", ", &two);
            }
    return 0;
}

static double check_freemail_replyto(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct freemail *f = freemail_of(c);
    bool from_too = slice_eq(eval_arg(args, 0), SLICE("reply"));
    struct emails from = { NULL, 0 }, replyto = { NULL, 0 };
    (void)prepared;
    if (!freemail_available(f))
        return 0;
    const struct view_header *envelope = views_get(&c->views, SLICE("EnvelopeFrom"));
    if (f->skip_bulk_envfrom && envelope->n && is_bulk(envelope->v[0]))
        return 0;
    add_header(c, &from, SLICE("From:addr"));
    add_header(c, &replyto, SLICE("Reply-To:addr"));
    bool from_is = count_freemail(c, &from), replyto_is = count_freemail(c, &replyto);
    if (from_is && replyto_is && !in_common(&from, &replyto))
        return hit(c, &from, " -> ", &replyto);
    if (from_too ? (replyto.n && !replyto_is) || !from_is : !replyto_is)
        return 0;
    return compare_body(c, from_too && !replyto_is ? &from : &replyto);
}

/* ---- */

static int keep_pattern(struct eval_prepare *p, size_t arg, void **prepared, struct err *e)
{
    if (arg >= p->args->n)
        return 0;
    struct regex *re = regex_new(eval_arg(p->args, arg), 0, e);
    if (re == NULL)
        return -1;
    freemail_keep(p->set->freemail, p->a, re);
    *prepared = re;
    return 0;
}

static int prepare_first(struct eval_prepare *p, void **prepared, struct err *e)
{
    return keep_pattern(p, 0, prepared, e);
}

static int prepare_second(struct eval_prepare *p, void **prepared, struct err *e)
{
    return keep_pattern(p, 1, prepared, e);
}

static int prepare_replyto(struct eval_prepare *p, void **prepared, struct err *e)
{
    struct slice what = eval_arg(p->args, 0);
    (void)prepared;
    if (p->args->n && !slice_eq(what, SLICE("replyto")) && !slice_eq(what, SLICE("reply")))
        return err_set(e, ERR_INPUT, "%s is neither 'replyto' nor 'reply'", rule_quote(what).text);
    return 0;
}

static const struct eval_function rows[] = {
    { "check_freemail_body", "FreeMail", 0, 0, 1, prepare_first, check_freemail_body, NULL },
    { "check_freemail_from", "FreeMail", 0, 0, 1, prepare_first, check_freemail_from, NULL },
    { "check_freemail_header", "FreeMail", 0, 1, 2, prepare_second, check_freemail_header, NULL },
    { "check_freemail_replyto", "FreeMail", 0, 0, 1, prepare_replyto, check_freemail_replyto, NULL },
};

extern const struct eval_family eval_freemail;
EVAL_FAMILY(eval_freemail, "FreeMail", rows);
