/* dmarc-record.c - a DMARC record; see dmarc-record.h */
#include "auth/dmarc-record.h"

#define TAGS_MAX 64 /* read of a record; nobody has ten */

struct tags {
    struct slice p, sp, np, adkim, aspf, pct, t, psd, rua;
};

/* "name=value"; false: neither */
static bool split(struct slice tag, struct slice *name, struct slice *value)
{
    ptrdiff_t at = slice_chr(tag, '=');
    if (at < 0)
        return false;
    *name = slice_trim(slice_sub(tag, 0, (size_t)at));
    *value = slice_trim(slice_from(tag, (size_t)at + 1));
    return true;
}

bool dmarc_record_is(struct slice text)
{
    struct slice tag, name, value;
    return slice_cut(&text, ';', &tag) && split(tag, &name, &value) && slice_ieq(name, SLICE("v")) &&
           slice_eq(value, SLICE("DMARC1"));
}

static void note(struct tags *t, struct slice name, struct slice value)
{
    const struct {
        const char *name;
        struct slice *at;
    } known[] = {
        { "p", &t->p },         { "sp", &t->sp },     { "np", &t->np },
        { "adkim", &t->adkim }, { "aspf", &t->aspf }, { "pct", &t->pct },
        { "t", &t->t },         { "psd", &t->psd },   { "rua", &t->rua },
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (slice_ieq(name, slice_str(known[i].name)) && known[i].at->p == NULL)
            *known[i].at = value;
}

static bool is_word(struct slice value, const char *word)
{
    return slice_ieq(value, slice_str(word));
}

static bool policy_of(struct slice value, enum dmarc_policy *p)
{
    for (int i = DMARC_POLICY_NONE; i <= DMARC_POLICY_REJECT; i++)
        if (is_word(value, dmarc_policy_name((enum dmarc_policy)i))) {
            *p = (enum dmarc_policy)i;
            return true;
        }
    return false;
}

/* One that is given and is no policy makes the record what it is without any. */
static bool read_policies(struct dmarc_record *r, const struct tags *t)
{
    r->has_sp = t->sp.p != NULL;
    r->has_np = t->np.p != NULL;
    if (!policy_of(t->p, &r->p) || (r->has_sp && !policy_of(t->sp, &r->sp)) ||
        (r->has_np && !policy_of(t->np, &r->np)))
        return false;
    if (!r->has_sp)
        r->sp = r->p;
    if (!r->has_np)
        r->np = r->sp;
    return true;
}

static bool has_report_address(struct slice rua)
{
    struct slice uri;
    while (slice_cut(&rua, ',', &uri)) {
        uri = slice_trim(uri);
        if (slice_istarts(uri, SLICE("mailto:")) && slice_chr(uri, '@') > 7)
            return true;
    }
    return false;
}

bool dmarc_record_parse(struct dmarc_record *r, struct slice text)
{
    struct tags t = { .p = { NULL, 0 } };
    struct slice tag, name, value;
    uint64_t pct;
    for (size_t i = 0; i < TAGS_MAX && slice_cut(&text, ';', &tag); i++)
        if (split(tag, &name, &value))
            note(&t, name, value);
    memset(r, 0, sizeof(*r));
    r->strict_dkim = is_word(t.adkim, "s");
    r->strict_spf = is_word(t.aspf, "s");
    r->pct = slice_uint(t.pct, 100, &pct) ? (unsigned)pct : 100;
    r->testing = is_word(t.t, "y");
    r->psd = is_word(t.psd, "y") ? DMARC_PSD_YES : is_word(t.psd, "n") ? DMARC_PSD_NO : DMARC_PSD_UNKNOWN;
    if (read_policies(r, &t))
        return true;
    r->p = r->sp = r->np = DMARC_POLICY_NONE;
    return has_report_address(t.rua);
}
