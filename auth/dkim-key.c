/* dkim-key.c - a public key as the DNS has it; see dkim-key.h */
#include "auth/dkim-key.h"

#include "auth/dkim-tags.h"

static const struct slice kinds[] = { [KEY_RSA] = SLICE_INIT("rsa"), [KEY_ED25519] = SLICE_INIT("ed25519") };

static bool fail(const char **why, const char *text)
{
    *why = text;
    return false;
}

/* A list that is not there allows all. */
static bool allows(const struct dkim_tags *t, const char *name, struct slice word)
{
    const struct slice *list = dkim_tag(t, name);
    return list == NULL || dkim_list_has(*list, word);
}

static bool usable(const struct dkim_tags *t, enum dkim_kind kind, const char **why)
{
    const struct slice *v = dkim_tag(t, "v"), *k = dkim_tag(t, "k"), *s = dkim_tag(t, "s");
    if (v && (t->v[0].value.p != v->p || !slice_eq(*v, SLICE("DKIM1"))))
        return fail(why, "the key's v= is not DKIM1");
    if (!slice_ieq(k ? *k : kinds[KEY_RSA], kinds[kind]))
        return fail(why, "the key is for another algorithm");
    if (!allows(t, "h", SLICE("sha256")))
        return fail(why, "the key is for another hash");
    if (s && !dkim_list_has(*s, SLICE("*")) && !dkim_list_has(*s, SLICE("email")))
        return fail(why, "the key is not for mail");
    return true;
}

bool dkim_key_read(struct dkim_key *k, struct arena *a, struct slice record, enum dkim_kind kind,
                   const char **why)
{
    struct dkim_tags t;
    memset(k, 0, sizeof(*k));
    if (!dkim_tags_parse(&t, record))
        return fail(why, "the key record cannot be read");
    if (!usable(&t, kind, why))
        return false;
    const struct slice *p = dkim_tag(&t, "p"), *flags = dkim_tag(&t, "t");
    if (p == NULL)
        return fail(why, "the key record has no key");
    if (p->n == 0)
        return fail(why, "the key is revoked");
    k->bytes = dkim_base64(a, *p, DKIM_KEY_BYTES_MAX);
    if (k->bytes.p == NULL)
        return fail(why, "the key is not base64");
    k->testing = flags && dkim_list_has(*flags, SLICE("y"));
    k->exact = flags && dkim_list_has(*flags, SLICE("s"));
    return true;
}

bool dkim_key_is(struct slice record)
{
    struct dkim_tags t;
    return dkim_tags_parse(&t, record) && dkim_tag(&t, "p");
}
