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
        if (!ascii_alnum(name.p[i]) && name.p[i] != '_' && name.p[i] != '.' && name.p[i] != '-')
            return err_set(e, ERR_INPUT, "%s is not the name of a header", rule_quote(name).text);
    return 0;
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

static const struct modifier {
    struct slice word;
    enum header_form form;
    enum header_part part;
    enum header_pick pick;
} modifiers[] = {
    { SLICE_INIT("raw"), SPEC_WHOLE, SPEC_NO_PART, SPEC_EACH },
    { SLICE_INIT("addr"), SPEC_ADDR, SPEC_NO_PART, SPEC_EACH },
    { SLICE_INIT("name"), SPEC_NAME, SPEC_NO_PART, SPEC_EACH },
    { SLICE_INIT("host"), SPEC_WHOLE, SPEC_HOST, SPEC_EACH },
    { SLICE_INIT("domain"), SPEC_WHOLE, SPEC_DOMAIN, SPEC_EACH },
    { SLICE_INIT("ip"), SPEC_WHOLE, SPEC_IP, SPEC_EACH },
    { SLICE_INIT("revip"), SPEC_WHOLE, SPEC_REVIP, SPEC_EACH },
    { SLICE_INIT("first"), SPEC_WHOLE, SPEC_NO_PART, SPEC_FIRST },
    { SLICE_INIT("last"), SPEC_WHOLE, SPEC_NO_PART, SPEC_LAST },
};

static void apply(struct header_spec *spec, const struct modifier *m)
{
    if (m->form)
        spec->form = m->form;
    if (m->part)
        spec->part = m->part;
    if (m->pick)
        spec->pick = m->pick;
    spec->raw |= m == modifiers;
}

static int set_modifier(struct header_spec *spec, struct slice word, struct err *e)
{
    for (size_t i = 0; i < sizeof(modifiers) / sizeof(*modifiers); i++)
        if (slice_eq(word, modifiers[i].word)) {
            apply(spec, &modifiers[i]);
            return 0;
        }
    if (word.n == 0) /* a colon at the end is allowed */
        return 0;
    return err_set(e, ERR_INPUT,
                   "the modifier %s is not known: raw addr name host domain ip revip first last are",
                   rule_quote(word).text);
}

static struct slice key_of(const struct header_specs *s, const struct header_spec *spec)
{
    struct slice name = spec->source == SPEC_FIELD ? arena_lower(s->a, spec->name) : SLICE("");
    return arena_printf(s->a, "%c%c%c%c%c%.*s", 'a' + (int)spec->source, 'a' + (int)spec->form,
                        'a' + (int)spec->part, 'a' + (int)spec->pick, spec->raw ? 'r' : '-', SLICE_ARG(name));
}

int header_spec_parse(struct header_spec *spec, struct slice text, struct err *e)
{
    struct slice name = SLICE(""), word;
    *spec = (struct header_spec){ .request = text };
    slice_cut(&text, ':', &name);
    int done = check_name(name, e);
    set_source(spec, name);
    while (done == 0 && slice_cut(&text, ':', &word))
        done = set_modifier(spec, word, e);
    return done;
}

int header_spec_add(struct header_specs *s, struct slice text, uint32_t *number, struct err *e)
{
    struct header_spec spec;
    int done = header_spec_parse(&spec, text, e);
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
