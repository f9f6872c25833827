/* heard.c - what a filter did with a message; see heard.h */
#include "tests/milter/heard.h"

struct kept {
    struct mail_field field;
    bool deleted;
};

struct header {
    struct kept *v;
    size_t n;
    bool count_deleted; /* Sendmail */
};

struct slice heard_value(struct slice value)
{
    return value.n && value.p[0] == ' ' ? slice_from(value, 1) : value;
}

/* The index-th field of a name, counting from 1; n when there are fewer. */
static size_t find(const struct header *h, struct slice name, uint32_t index)
{
    size_t i = 0;
    for (uint32_t seen = 0; i < h->n; i++)
        if (slice_ieq(slice_trim(h->v[i].field.name), name) && (h->count_deleted || !h->v[i].deleted) &&
            ++seen == index)
            break;
    return i;
}

static void put(struct header *h, size_t at, struct mail_field field)
{
    if (at > h->n)
        at = h->n;
    memmove(h->v + at + 1, h->v + at, (h->n - at) * sizeof(*h->v));
    h->v[at] = (struct kept){ field, false };
    h->n++;
}

static void apply(struct header *h, const struct mt_edit *e)
{
    struct mail_field field = { e->name, e->value };
    size_t at = find(h, e->name, e->index);
    switch (e->kind) {
    case MT_EDIT_ADD: put(h, h->n, field); break;
    /* position 0 and 1 are above and below the MTA's own Received, which the milter does not see */
    case MT_EDIT_INSERT: put(h, e->index ? e->index - 1 : 0, field); break;
    case MT_EDIT_CHANGE:
        if (at < h->n)
            h->v[at] = (struct kept){ field, false };
        else
            put(h, h->n, field);
        break;
    case MT_EDIT_DELETE:
        if (at < h->n)
            h->v[at].deleted = true;
        break;
    case MT_EDIT_OTHER: break;
    }
}

/* RFC 5322 2.2.3, each fold as one blank */
struct slice heard_unfolded(struct slice value, struct arena *a)
{
    char *p = arena_str(a, value);
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        bool fold = p[i] == '\n' && i + 1 < value.n && (p[i + 1] == ' ' || p[i + 1] == '\t');
        i += fold;
        p[n++] = fold ? ' ' : p[i];
    }
    return slice_of(p, n);
}

static const struct mail_field *edited(const struct talk *t, bool sendmail, size_t *n)
{
    struct header h = { .count_deleted = sendmail };
    h.v = arena_array(t->arena, t->n_sent + t->answer.n_edits + 1, sizeof(*h.v));
    for (size_t i = 0; i < t->n_sent; i++)
        h.v[h.n++].field = t->sent[i];
    for (const struct mt_edit *e = t->answer.edits; e; e = e->next)
        apply(&h, e);
    struct mail_field *fields = arena_array(t->arena, h.n + 1, sizeof(*fields));
    *n = 0;
    for (size_t i = 0; i < h.n; i++)
        if (!h.v[i].deleted)
            fields[(*n)++] = (struct mail_field){ h.v[i].field.name, heard_value(h.v[i].field.value) };
    return fields;
}

const struct mail_field *heard_fields(const struct talk *t, size_t *n)
{
    return edited(t, false, n);
}

static bool same(const struct mail_field *a, size_t na, const struct mail_field *b, size_t nb)
{
    if (na != nb)
        return false;
    for (size_t i = 0; i < na; i++)
        if (!slice_eq(a[i].name, b[i].name) || !slice_eq(a[i].value, b[i].value))
            return false;
    return true;
}

/* RFC 5322 2.2: a name of printable bytes, a value whose lines but the first begin with white space. */
static const char *field_fault(const struct talk *t, const struct mt_edit *e)
{
    if (e->name.n == 0)
        return "a field without a name";
    for (size_t i = 0; i < e->name.n; i++)
        if (e->name.p[i] <= ' ' || e->name.p[i] >= 127 || e->name.p[i] == ':')
            return "a field's name with a byte that no name has";
    for (size_t i = 0; i < e->value.n; i++) {
        char c = e->value.p[i], next = i + 1 < e->value.n ? e->value.p[i + 1] : 0;
        if (c == '\n' && next != ' ' && next != '\t')
            return "a value with a line that does not begin with white space";
        if (c == '\r')
            return "a value with a CR";
    }
    bool leading = t->client.got.protocol & MT_HDR_LEADSPC;
    if (e->kind != MT_EDIT_DELETE && leading && e->value.p[0] != ' ')
        return "no space behind the colon, which HDR_LEADSPC leaves to the filter";
    if (e->kind != MT_EDIT_DELETE && !leading && e->value.n && e->value.p[0] == ' ')
        return "two spaces behind the colon: the MTA puts one";
    if ((e->kind == MT_EDIT_CHANGE || e->kind == MT_EDIT_DELETE) && e->index == 0)
        return "a change of field number 0";
    return NULL;
}

static const char *reply_fault(const struct mt_answer *a)
{
    if (a->kind != 'y')
        return NULL;
    if (a->text.n < 3 || (a->text.p[0] != '4' && a->text.p[0] != '5'))
        return "a reply code that is neither 4xx nor 5xx";
    for (size_t i = 0; i < a->text.n; i++)
        if ((unsigned char)a->text.p[i] < ' ' || a->text.p[i] == 127)
            return "a reply text with a control character";
    return a->text.n > 510 ? "a reply text that is too long" : NULL;
}

const char *heard_sound(const struct talk *t)
{
    const char *fault = reply_fault(&t->answer);
    for (const struct mt_edit *e = t->answer.edits; e && fault == NULL; e = e->next)
        if (e->kind != MT_EDIT_OTHER)
            fault = field_fault(t, e);
    if (fault)
        return fault;
    if (t->answer.quarantined && (t->answer.quarantine.n == 0 || t->answer.quarantine.n > 100))
        return "a quarantine whose reason is empty or above 100 bytes";
    if (t->answer.quarantined && t->answer.kind != 'a' && t->answer.kind != 'c')
        return "a quarantine that its own verdict cancels";
    size_t np, ns;
    const struct mail_field *p = edited(t, false, &np), *s = edited(t, true, &ns);
    return same(p, np, s, ns) ? NULL : "edits that Postfix and Sendmail understand differently";
}
