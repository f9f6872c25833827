/* header-spec.c - which header a rule reads; see header-spec.h
 * Field names are matched without case; ALL and MESSAGEID are pseudo names only in capitals, as in
 * SpamAssassin. */
#include "config.h"
#include "scoring/header-spec.h"

#include "scoring/rule-problem.h"

#define NAME_MAX_BYTES 256

static const struct {
    struct slice name;
    bool any_case;
    enum header_source source;
} pseudo_names[] = {
    { SLICE_INIT("ALL"), false, SPEC_ALL },
    { SLICE_INIT("MESSAGEID"), false, SPEC_MESSAGEID },
    { SLICE_INIT("ToCc"), true, SPEC_TOCC },
    { SLICE_INIT("EnvelopeFrom"), true, SPEC_ENVELOPE_FROM },
};

/* Not fields of any message: a rule on them would see them absent, and hit where it must not. A name with a
 * hyphen at its end stands for all that begin so. */
static const struct slice unsupported_names[] = {
    SLICE_INIT("ALL-"),        SLICE_INIT("X-Spam-Relays-"), SLICE_INIT("X-Relay-Countries"),
    SLICE_INIT("X-Languages"), SLICE_INIT("X-SenderDomain"), SLICE_INIT("X-AuthorDomain"),
    SLICE_INIT("X-ASN"),
};

static bool is_unsupported(struct slice name)
{
    for (size_t i = 0; i < sizeof(unsupported_names) / sizeof(*unsupported_names); i++) {
        struct slice u = unsupported_names[i];
        if (u.p[u.n - 1] == '-' ? slice_istarts(name, u) : slice_ieq(name, u))
            return true;
    }
    return false;
}

void header_specs_init(struct header_specs *s, struct arena *a)
{
    memset(s, 0, sizeof(*s));
    s->a = a;
    names_init(&s->names, a);
}

static int check_name(struct slice name, struct err *e)
{
    if (name.n == 0 || name.n > NAME_MAX_BYTES)
        return err_set(e, ERR_INPUT, "a header name has 1 to %d characters", NAME_MAX_BYTES);
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] <= ' ' || name.p[i] > '~')
            return err_set(e, ERR_INPUT, "%s is not the name of a header", rule_quote(name).text);
    if (!is_unsupported(name))
        return 0;
    err_set(e, ERR_INPUT, "rules on %s are not supported", rule_quote(name).text);
    return NOT_SUPPORTED;
}

static void set_source(struct header_spec *spec, struct slice name)
{
    spec->source = SPEC_FIELD;
    spec->name = name;
    for (size_t i = 0; i < sizeof(pseudo_names) / sizeof(*pseudo_names); i++)
        if (slice_eq(name, pseudo_names[i].name) ||
            (pseudo_names[i].any_case && slice_ieq(name, pseudo_names[i].name)))
            spec->source = pseudo_names[i].source;
}

static int set_modifier(struct header_spec *spec, struct slice word, struct err *e)
{
    if (slice_eq(word, SLICE("raw")))
        spec->raw = true;
    else if (slice_eq(word, SLICE("addr")))
        spec->form = SPEC_ADDR;
    else if (slice_eq(word, SLICE("name")))
        spec->form = SPEC_NAME;
    else if (word.n) { /* a colon at the end is allowed */
        err_set(e, ERR_INPUT, "the modifier %s is not supported: :raw, :addr and :name are",
                rule_quote(word).text);
        return NOT_SUPPORTED;
    }
    return 0;
}

static struct slice key_of(const struct header_specs *s, const struct header_spec *spec)
{
    struct slice name = spec->source == SPEC_FIELD ? arena_lower(s->a, spec->name) : SLICE("");
    return arena_printf(s->a, "%c%c%c%.*s", 'a' + (int)spec->source, 'a' + (int)spec->form,
                        spec->raw ? 'r' : '-', SLICE_ARG(name));
}

static int parse(struct header_spec *spec, struct slice text, struct err *e)
{
    struct slice name = SLICE(""), word;
    slice_cut(&text, ':', &name);
    int done = check_name(name, e);
    set_source(spec, name);
    while (done == 0 && slice_cut(&text, ':', &word))
        done = set_modifier(spec, word, e);
    if (done == 0 && spec->source == SPEC_ALL && spec->form != SPEC_WHOLE)
        return err_set(e, ERR_INPUT, "ALL has no address: write ALL or ALL:raw");
    return done;
}

int header_spec_add(struct header_specs *s, struct slice text, uint32_t *number, struct err *e)
{
    struct header_spec spec = { .request = text };
    int done = parse(&spec, text, e);
    if (done < 0)
        return done;
    *number = names_add(&s->names, key_of(s, &spec), (uint32_t)s->n);
    if (*number != NAMES_NONE)
        return 0;
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 32;
        s->v = arena_grow(s->a, s->v, s->n, s->cap, sizeof(*s->v));
    }
    *number = (uint32_t)s->n;
    s->v[s->n++] = spec;
    return 0;
}
