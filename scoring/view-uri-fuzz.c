/* view-uri-fuzz.c - any text, as a message's text, as a link of a page, and as a signer
 * Every URI has a form, every form that rules see is one of a URI's, none is longer than the limit. */
#include "config.h"

#include <stdlib.h>
#include "scoring/rule.h"
#include "scoring/view-uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char config[] = "util_rb_tld com org uk us jp\nutil_rb_2tld co.uk\nutil_rb_3tld demon.co.uk\n"
                             "redirector_pattern m'/out\\?.*(?<=[?&])to=(.*?)(?:$|[&\\#])'i\nbody X /x/\n";

static void check(const struct view_uris *u)
{
    size_t forms = 0, n = 0;
    for (const struct view_uri *i = u->first; i; i = i->next, n++) {
        forms += i->n_cleaned;
        if (i->n_cleaned == 0 && !(i->types & VIEW_URI_DOMAINKEYS))
            abort();
        if (i->n_hosts == 0 && !(i->types & VIEW_URI_HTML))
            abort();
        for (size_t k = 0; k < i->n_hosts; k++)
            if (!slice_iends(i->hosts[k], i->domains[k]))
                abort();
    }
    for (size_t i = 0; i < u->n_all; i++)
        if (u->all[i].n > VIEW_URI_MAX)
            abort();
    if (n != u->n || forms < u->n_all)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct ruleset *set;
    static struct regex_scratch *scratch;
    static struct arena arena;
    if (set == NULL) {
        struct scoring_options o = { .regex_match_limit = 10000, .message_budget = 1000, .rules_max = 10 };
        struct regex_limits limits = { .match_limit = 10000 };
        struct err e;
        arena_init(&arena, 256 << 20);
        set = ruleset_load_text(&o, slice_str(config), "f.cf", &arena, NULL, &e);
        scratch = regex_scratch_new(&limits);
    }
    arena_reset(&arena);
    struct slice text = slice_of((const char *)data, n), rest = text, body[64];
    struct view_html_uri link = { .uri = text, .tag = SLICE("a"), .anchor = text };
    struct view_html page = { .uris = &link };
    const struct view_html *pages = &page;
    struct view_uri_input in = { body, 0, &pages, 1, &text, 1 };
    while (in.n_body < 64 && slice_line(&rest, &body[in.n_body]))
        in.n_body++;
    struct view_uris u;
    view_uris_make(&u, &arena, set->uri_rules, scratch, &in);
    check(&u);
    return 0;
}
