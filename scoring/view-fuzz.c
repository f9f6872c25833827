/* view-fuzz.c - any bytes as a message, seen by a small set of rules
 * The first byte says whether an envelope is known. Holds: pieces are not empty and not too long, an absent
 * header has no text, findings are of rules of the set, the same message twice gives the same findings. */
#include <stdlib.h>
#include "scoring/rule.h"
#include "scoring/score.h"
#include "scoring/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rules[] = "header __SUBJECT Subject =~ /./\n"
                            "header __SUBJECT_RAW Subject:raw =~ /\\S/\n"
                            "header __FROM From:addr =~ /@/\n"
                            "header __NAME From:name =~ /\\w/\n"
                            "header __TOCC ToCc:addr =~ /./\ntflags __TOCC multiple\n"
                            "header __ID MESSAGEID =~ /<.+>/\n"
                            "header __ENV EnvelopeFrom =~ /@/\n"
                            "header __ENV_ADDR EnvelopeFrom:addr =~ /@/\n"
                            "header __ALL ALL =~ /^\\S+:/m\ntflags __ALL multiple\n"
                            "header __ALL_RAW ALL:raw =~ /^\\s/m\n"
                            "header __RECEIVED Received =~ /from/\n"
                            "header __NONE exists:X-None\n"
                            "header __LIST List-Id !~ /x/ [if-unset: x]\n"
                            "body __BODY /\\w+/\ntflags __BODY multiple maxhits=10 nosubject\n"
                            "rawbody __RAW /<\\w/\n"
                            "full __FULL /\\n\\n/\n"
                            "uri __URI /^https?:/\ntflags __URI multiple\n"
                            "meta SUM __BODY + __URI > 3\n"
                            "meta NOT !__FROM && !__NONE\n";

static struct ruleset *set;
static struct scorer *scorer;
static struct message_limits limits;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void start(void)
{
    static const struct scoring_options o = { .rules_max = 100, .message_budget = 60000 };
    static struct arena a;
    struct err e;
    arena_init(&a, 1 << 20);
    message_limits_default(&limits);
    message_warm();
    set = ruleset_load_text(&o, slice_str(rules), "fuzz.cf", &a, NULL, &e);
    check(set != NULL);
    scorer = scorer_new(set, &o);
}

static void check_pieces(const struct view *view, size_t max)
{
    for (size_t i = 0; i < view->n; i++)
        check(view->v[i].n <= max);
}

static void check_views(struct message *m)
{
    struct views v;
    views_init(&v, m, set);
    check_pieces(views_body(&v), VIEW_LINE_MAX + 1);
    check_pieces(views_rawbody(&v), 2 * VIEW_LINE_MAX);
    check_pieces(views_uri(&v), SIZE_MAX);
    check(views_full(&v)->n == 1 && views_full(&v)->v[0].n <= m->raw.n + 1);
    for (uint32_t i = 0; i < set->specs.n; i++) {
        const struct view_header *h = views_header(&v, i);
        check(h->present || h->text.n == 0);
        check(set->specs.v[i].source != SPEC_ALL || h->text.n <= VIEW_ALL_MAX);
        const struct header_spec *spec = &set->specs.v[i]; /* raw: the message's last line may have no end */
        bool lines = spec->source == SPEC_FIELD && spec->form == SPEC_WHOLE && !spec->raw;
        check(!h->present || !lines || h->text.p[h->text.n - 1] == '\n');
    }
}

static void check_same(const struct finding_list *one, const struct finding_list *two)
{
    const struct finding *b = two->first;
    check(one->n == two->n);
    for (const struct finding *a = one->first; a; a = a->next, b = b->next) {
        check(a->kind == b->kind && a->count == b->count && a->count > 0 && slice_eq(a->name, b->name));
        check(slice_eq(a->detail, b->detail) && ruleset_where(set, a->name) != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct envelope known = { .has_client = true,
                                           .client_address = SLICE_INIT("192.0.2.1"),
                                           .helo = SLICE_INIT("h.example.org"),
                                           .has_sender = true,
                                           .sender = SLICE_INIT("a@example.org"),
                                           .my_name = SLICE_INIT("mx.example.net") };
    static const struct envelope unknown;
    struct finding_list one = { 0 }, two = { 0 };
    struct arena a;
    struct message m;
    if (set == NULL)
        start();
    bool has = size && data[0] == 'E';
    struct slice raw = slice_from(slice_of((const char *)data, size), has);
    arena_init(&a, 256 << 20);
    message_parse(&m, &a, raw, has ? &known : &unknown, &limits);
    check_views(&m);
    scorer_evaluate(scorer, &m, &one);
    scorer_evaluate(scorer, &m, &two);
    check_same(&one, &two);
    arena_deinit(&a);
    return 0;
}
