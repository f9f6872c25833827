/* maps.c - what maps say; see maps.h
 * Each value of a recipient map is made into a whole set of options when it is loaded, so that a mistake in
 * it is found then, and a lookup is only a lookup. */
#include "policy/maps.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/conf.h"

#define MAPS_MAX 20
#define DOMAINS_MAX 32 /* levels above a domain that are looked up */
#define KEY_MAX 1024
#define WORDS_MAX 40
#define MADE_CHAINS 65536
#define MATCH_LIMIT 100000 /* steps of one pattern on one address */

struct maps {
    struct map *v[MAPS_MAX];
    size_t n;
};

/* a value of a recipient map, and the options that it makes */
struct made {
    struct slice value;
    struct policy_options *options;
    struct made *next;
};

struct policy_maps {
    const struct policy_options *site;
    const struct early_options *early;
    struct maps recipients, sender_allow, sender_block, client_allow, client_block;
    struct maps client_reject, sender_reject, early_exempt;
    struct made **made; /* MADE_CHAINS of them, by a hash of the value */
    struct arena *arena;
    const char *loading; /* for the error when memory ends */
};

/* ---- loading */

static bool may_vary(struct slice name)
{
    return slice_starts(name, SLICE("action_")) || slice_eq(name, SLICE("required_score")) ||
           slice_eq(name, SLICE("reject_score"));
}

static size_t words_of(struct arena *a, struct slice value, const char *words[WORDS_MAX])
{
    size_t n = 0;
    while (value.n && n < WORDS_MAX) {
        size_t end = 0;
        while (end < value.n && !ascii_space(value.p[end]) && value.p[end] != ',')
            end++;
        if (end)
            words[n++] = arena_str(a, slice_sub(value, 0, end));
        value = slice_from(value, end < value.n ? end + 1 : end);
    }
    return slice_trim(value).n ? WORDS_MAX + 1 : n;
}

static int check_words(const char *const *words, size_t n, const char *where, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct slice word = slice_str(words[i]);
        ptrdiff_t equal = slice_chr(word, '=');
        if (equal < 0)
            return err_set(e, ERR_CONFIG, "%s: %.40s is no NAME=VALUE", where, words[i]);
        if (!may_vary(slice_sub(word, 0, (size_t)equal)))
            return err_set(e, ERR_CONFIG,
                           "%s: %.40s is not for a recipient: required_score, reject_score and action_* are",
                           where, words[i]);
    }
    return n ? 0 : err_set(e, ERR_CONFIG, "%s: nothing is said: write NAME=VALUE", where);
}

/* FNV-1a: maps are the admin's own, who aims at no chain */
static struct made **chain_of(const struct policy_maps *m, struct slice value)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < value.n; i++)
        h = (h ^ (unsigned char)value.p[i]) * 16777619U;
    return &m->made[h % MADE_CHAINS];
}

static struct made *made_of(const struct policy_maps *m, struct slice value)
{
    for (struct made *d = *chain_of(m, value); d; d = d->next)
        if (slice_eq(d->value, value))
            return d;
    return NULL;
}

/* conf.c calls a setting "--set:N"; here it is the map's. */
static const char *without_set(const char *text)
{
    const char *end = strncmp(text, "--set:", 6) == 0 ? strstr(text, ": ") : NULL;
    return end ? end + 2 : text;
}

/* The site's options as text, then the value's words over them. */
static int make_options(void *ctx, struct slice value, const char *where, struct err *e)
{
    const struct conf_section section = { "Policy", policy_option_rows, policy_option_rows_n, 0, 1 };
    const struct conf_schema schema = { &section, 1, sizeof(struct policy_options) };
    struct policy_maps *m = ctx;
    const char *words[WORDS_MAX];
    struct buf site;
    struct err why;
    if (made_of(m, value))
        return 0;
    size_t n = words_of(m->arena, value, words);
    if (n > WORDS_MAX)
        return err_set(e, ERR_CONFIG, "%s: more than %d words", where, WORDS_MAX);
    if (check_words(words, n, where, e) != 0)
        return -1;
    struct made *d = ARENA_NEW(m->arena, struct made);
    d->value = value;
    d->options = ARENA_NEW(m->arena, struct policy_options);
    buf_init_in(&site, m->arena, (size_t)1 << 20);
    conf_write(&schema, m->site, 1, &site);
    const struct conf_source source = { .text = buf_slice(&site), .set = words, .n_set = n };
    if (conf_load(&schema, &source, m->arena, d->options, &why) != 0)
        return err_set(e, ERR_CONFIG, "%s: %.150s", where, without_set(why.text));
    struct made **chain = chain_of(m, value);
    d->next = *chain;
    *chain = d;
    return 0;
}

static int load(struct policy_maps *m, struct maps *maps, const struct conf_list *specs, const char *option,
                struct err *e)
{
    if (specs->n > MAPS_MAX)
        return err_set(e, ERR_CONFIG, "%s: more than %d maps", option, MAPS_MAX);
    for (size_t i = 0; i < specs->n; i++) {
        struct err why;
        m->loading = specs->v[i];
        maps->v[i] = map_load(specs->v[i], m->arena, &why);
        if (maps->v[i] == NULL)
            return err_set(e, ERR_CONFIG, "%s: %.170s", option, why.text);
        maps->n++;
    }
    return 0;
}

static int load_early(struct policy_maps *m, struct err *e)
{
    const struct early_options *o = m->early;
    if (o == NULL)
        return 0;
    if (load(m, &m->client_reject, &o->client_reject, "client_reject", e) != 0 ||
        load(m, &m->sender_reject, &o->sender_reject, "sender_reject", e) != 0 ||
        load(m, &m->early_exempt, &o->early_exempt, "early_exempt", e) != 0)
        return -1;
    return 0;
}

static int load_all(struct policy_maps *m, struct err *e)
{
    const struct policy_options *o = m->site;
    if (load(m, &m->recipients, &o->recipient_policy, "recipient_policy", e) != 0 ||
        load(m, &m->sender_allow, &o->sender_allow, "sender_allow", e) != 0 ||
        load(m, &m->sender_block, &o->sender_block, "sender_block", e) != 0 ||
        load(m, &m->client_allow, &o->client_allow, "client_allow", e) != 0 ||
        load(m, &m->client_block, &o->client_block, "client_block", e) != 0 || load_early(m, e) != 0)
        return -1;
    if (m->recipients.n)
        m->made = arena_array(m->arena, MADE_CHAINS, sizeof(struct made *));
    for (size_t i = 0; i < m->recipients.n; i++) {
        m->loading = o->recipient_policy.v[i];
        if (map_each(m->recipients.v[i], make_options, m, e) != 0)
            return -1;
    }
    return 0;
}

struct policy_maps *policy_maps_load(const struct policy_options *site, const struct early_options *early,
                                     struct arena *a, struct err *e)
{
    struct policy_maps *m = ARENA_NEW(a, struct policy_maps);
    bool loaded = false;
    m->site = site;
    m->early = early;
    m->arena = a;
    /* A map that is too long is a mistake to be told, and must not end a gateway that has another set.
     * Patterns of the map at hand are not given back then. */
    if (ARENA_TRY(a))
        loaded = load_all(m, e) == 0;
    else
        err_set(e, ERR_CONFIG,
                "map %.100s: with it the maps need more than %zu MB of memory: make them shorter",
                m->loading ? m->loading : "", a->max >> 20);
    a->can_escape = false;
    if (!loaded)
        policy_maps_free(&m);
    return m;
}

static void free_maps(struct maps *maps)
{
    for (size_t i = 0; i < maps->n; i++)
        map_free(&maps->v[i]);
}

void policy_maps_free(struct policy_maps **m)
{
    if (*m == NULL)
        return;
    free_maps(&(*m)->recipients);
    free_maps(&(*m)->sender_allow);
    free_maps(&(*m)->sender_block);
    free_maps(&(*m)->client_allow);
    free_maps(&(*m)->client_block);
    free_maps(&(*m)->client_reject);
    free_maps(&(*m)->sender_reject);
    free_maps(&(*m)->early_exempt);
    *m = NULL;
}

/* ---- lookup */

struct lookup {
    const struct maps *maps;
    bool part; /* the key is a part of an address */
    struct regex_scratch *scratch;
    struct slice value;
    enum map_answer answer;
};

/* true: that is the answer, good or bad */
static bool ask(struct lookup *l, struct slice key)
{
    for (size_t i = 0; i < l->maps->n && l->answer == MAP_NO; i++)
        if (!l->part || !map_has_patterns(l->maps->v[i]))
            l->answer = map_find(l->maps->v[i], l->scratch, key, &l->value);
    return l->answer != MAP_NO;
}

static bool ask_domains(struct lookup *l, struct slice domain)
{
    char key[KEY_MAX];
    int n = snprintf(key, sizeof(key), "@%.*s", SLICE_ARG(domain));
    if (n > 0 && n < (int)sizeof(key) && ask(l, slice_of(key, (size_t)n)))
        return true;
    for (int i = 0; i < DOMAINS_MAX; i++) {
        ptrdiff_t dot = slice_chr(domain, '.');
        n = snprintf(key, sizeof(key), "@.%.*s", SLICE_ARG(domain));
        if (n > 0 && n < (int)sizeof(key) && ask(l, slice_of(key, (size_t)n)))
            return true;
        if (dot < 0)
            return false;
        domain = slice_from(domain, (size_t)dot + 1);
    }
    return false;
}

/* Of "a+b@c": that, "a@c", then its domains; the last @ counts, as a quoted local part may hold one. */
static bool ask_address(struct lookup *l, struct slice address)
{
    char key[KEY_MAX];
    size_t at = address.n;
    while (at > 0 && address.p[at - 1] != '@')
        at--;
    if (ask(l, address))
        return true;
    l->part = true;
    if (at == 0)
        return false;
    struct slice local = slice_sub(address, 0, at - 1), domain = slice_from(address, at);
    ptrdiff_t plus = slice_chr(local, '+');
    if (plus > 0) {
        int n = snprintf(key, sizeof(key), "%.*s@%.*s", (int)plus, local.p, SLICE_ARG(domain));
        if (n > 0 && n < (int)sizeof(key) && ask(l, slice_of(key, (size_t)n)))
            return true;
    }
    return ask_domains(l, domain);
}

/* One spelling for "bob"@example.com, @relay:bob@example.com and bob@example.com. : senders choose theirs.
 * What does not fit stays as it is. */
static struct slice canonical(struct slice address, char out[KEY_MAX])
{
    size_t n = 0;
    ptrdiff_t colon = address.p[0] == '@' ? slice_chr(address, ':') : -1;
    struct slice s = colon < 0 ? address : slice_from(address, (size_t)colon + 1);
    while (s.n && s.p[s.n - 1] == '.')
        s.n--;
    if (s.n == 0 || s.n >= KEY_MAX)
        return address;
    bool quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') {
            quoted = !quoted;
            continue;
        }
        if (quoted && s.p[i] == '\\' && i + 1 < s.n)
            i++;
        out[n++] = s.p[i];
    }
    return slice_of(out, n);
}

static enum map_answer find(const struct maps *maps, struct slice address, struct slice *value)
{
    static const struct regex_limits limits = { .match_limit = MATCH_LIMIT, .jit_stack = 64 * 1024 };
    struct lookup l = { .maps = maps, .answer = MAP_NO };
    if (maps->n == 0)
        return MAP_NO;
    l.scratch = regex_scratch_new(&limits);
    char spelled[KEY_MAX];
    if (!ask_address(&l, address.n ? canonical(address, spelled) : SLICE("<>")))
        ask(&l, SLICE("*"));
    regex_scratch_free(&l.scratch);
    *value = l.value;
    return l.answer;
}

const struct policy_options *policy_maps_recipient(const struct policy_maps *m, struct slice address)
{
    struct slice value;
    switch (find(&m->recipients, address, &value)) {
    case MAP_NO: return m->site;
    case MAP_FAULT: return NULL;
    default: return made_of(m, value)->options;
    }
}

/* A value of "no" takes out what a later line or map would list. */
static enum map_answer listed(const struct maps *maps, struct slice key)
{
    struct slice value;
    enum map_answer answer = find(maps, key, &value);
    return answer == MAP_FOUND && slice_ieq(value, SLICE("no")) ? MAP_NO : answer;
}

enum policy_list policy_maps_listed(const struct policy_maps *m, const struct envelope *env)
{
    const enum map_answer block[] = { listed(&m->sender_block, env->sender),
                                      listed(&m->client_block, env->client_address) },
                          allow[] = { listed(&m->sender_allow, env->sender),
                                      listed(&m->client_allow, env->client_address) };
    if (block[0] == MAP_FAULT || block[1] == MAP_FAULT || allow[0] == MAP_FAULT || allow[1] == MAP_FAULT)
        return LIST_FAULT;
    if (block[0] == MAP_FOUND || block[1] == MAP_FOUND)
        return LIST_BLOCKED;
    return allow[0] == MAP_FOUND || allow[1] == MAP_FOUND ? LIST_ALLOWED : LIST_NONE;
}

bool policy_maps_client_allowed(const struct policy_maps *m, struct slice address)
{
    return listed(&m->client_block, address) == MAP_NO && listed(&m->client_allow, address) == MAP_FOUND;
}

enum map_answer policy_maps_client_reject(const struct policy_maps *m, struct slice address)
{
    return listed(&m->client_reject, address);
}

enum map_answer policy_maps_sender_reject(const struct policy_maps *m, struct slice sender)
{
    return listed(&m->sender_reject, sender);
}

enum map_answer policy_maps_early_exempt(const struct policy_maps *m, struct slice recipient)
{
    return listed(&m->early_exempt, recipient);
}
