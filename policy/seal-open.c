/* seal-open.c - is there a verdict to be believed? see seal.h
 * The signature is checked first; only what we wrote ourselves is read then, and still read with care. */
#include "config.h"
#include "policy/seal-priv.h"

#include <math.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include "message/field.h"

const char *const seal_state_texts[SEAL_STATES] = {
    [SEAL_GOOD] = "good",
    [SEAL_OTHER] = "signed for another recipient",
    [SEAL_NONE] = "no verdict",
    [SEAL_SEVERAL] = "several verdicts",
    [SEAL_MALFORMED] = "malformed verdict",
    [SEAL_FORGED] = "signature does not fit",
    [SEAL_EXPIRED] = "verdict too old",
};

struct opening {
    const struct seal_check *c;
    struct seal_message message;
    struct slice value; /* without white space */
    struct seal_opened *out;
    int64_t at;
    struct slice recipients;
};

static unsigned find(struct slice message, struct slice *value)
{
    struct field f;
    unsigned n = 0;
    while (n < 2 && field_take(&message, &f))
        if (slice_ieq(f.name, SLICE(SEAL_FIELD))) {
            *value = f.value;
            n++;
        }
    return n;
}

static void unfold(struct buf *out, struct slice value)
{
    struct slice word;
    while (field_word(&value, &word))
        buf_add_slice(out, word);
}

/* ---- reading */

/* "NAME=" and what is before the next semicolon */
static bool item(struct slice *rest, const char *name, struct slice *value)
{
    struct slice head = slice_str(name);
    if (!slice_starts(*rest, head))
        return false;
    *rest = slice_from(*rest, head.n);
    return slice_cut(rest, ';', value) && rest->p != NULL;
}

static bool number(struct slice s, double *out)
{
    char text[40], *end;
    if (s.n == 0 || s.n >= sizeof(text))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && s.p[i] != '.' && s.p[i] != '-')
            return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *out = strtod(text, &end);
    return *end == 0 && isfinite(*out);
}

static bool verdict(struct slice s, struct seal_verdict *v)
{
    struct slice required, class;
    if (!slice_cut(&s, ':', &required) || !slice_cut(&s, ':', &class) || s.n != 1 ||
        (s.p[0] != '0' && s.p[0] != '1') || !number(required, &v->required))
        return false;
    int c = verdict_class_by_name(class);
    v->class = c < 0 ? CLASS_CLEAN : (enum verdict_class)c;
    v->spam = s.p[0] == '1';
    return c >= 0;
}

static bool read_statement(struct opening *o)
{
    struct slice rest = o->value, version, at, id, score, site;
    uint64_t ms;
    if (!item(&rest, "v=", &version) || !slice_eq(version, SLICE("1")) || !item(&rest, "t=", &at) ||
        !item(&rest, "i=", &id) || !item(&rest, "s=", &score) || !item(&rest, "d=", &site) ||
        !item(&rest, "r=", &o->recipients))
        return false;
    if (!slice_uint(at, INT64_MAX / 2, &ms) || id.n > SEAL_ID_MAX || !number(score, &o->out->score) ||
        !verdict(site, &o->out->verdict))
        return false;
    o->at = (int64_t)ms;
    memcpy(o->out->text, id.p, id.n);
    o->out->id = slice_of(o->out->text, id.n);
    return true;
}

/* ---- judging */

static bool is_signed(const struct opening *o)
{
    char hex[SEAL_HMAC_HEX + 1];
    if (o->value.n < SEAL_HMAC_HEX)
        return false;
    struct slice statement = slice_sub(o->value, 0, o->value.n - SEAL_HMAC_HEX);
    seal_sign(o->c->key, &o->message, statement, hex);
    return CRYPTO_memcmp(hex, o->value.p + statement.n, SEAL_HMAC_HEX) == 0;
}

static bool is_current(const struct opening *o)
{
    return o->at <= o->c->now + SEAL_CLOCK_SKEW_MS && o->c->now - o->at <= (int64_t)o->c->max_age;
}

static bool find_recipient(const struct opening *o, struct slice address)
{
    char tag[SEAL_TAG_HEX + 1];
    struct slice rest = o->recipients, one;
    struct seal_verdict v;
    if (address.n == 0)
        return false;
    seal_tag(o->c->key, &o->message, address, tag);
    while (slice_cut(&rest, ',', &one))
        if (one.n > SEAL_TAG_HEX && one.p[SEAL_TAG_HEX] == ':' &&
            CRYPTO_memcmp(one.p, tag, SEAL_TAG_HEX) == 0 && verdict(slice_from(one, SEAL_TAG_HEX + 1), &v)) {
            o->out->verdict = v;
            return true;
        }
    return false;
}

static enum seal_state judge(struct opening *o)
{
    if (!is_signed(o))
        return SEAL_FORGED;
    if (!read_statement(o))
        return SEAL_MALFORMED;
    if (!is_current(o))
        return SEAL_EXPIRED;
    return find_recipient(o, o->c->recipient) || find_recipient(o, o->c->before) ? SEAL_GOOD : SEAL_OTHER;
}

bool seal_is_filtered(const unsigned char key[KEYFILE_BYTES], struct slice message, struct slice recipient)
{
    char hex[SEAL_FILTERED_HEX + 1];
    struct slice rest = message;
    struct field f;
    while (field_take(&rest, &f)) {
        if (!slice_ieq(f.name, SLICE(SEAL_FILTERED_FIELD)))
            continue;
        struct slice value = slice_trim(f.value);
        seal_filtered(key, message, recipient, hex);
        return value.n == SEAL_FILTERED_HEX && CRYPTO_memcmp(hex, value.p, SEAL_FILTERED_HEX) == 0;
    }
    return false;
}

enum seal_state seal_open(struct slice message, const struct seal_check *c, struct seal_opened *opened)
{
    struct opening o = { .c = c, .out = opened };
    struct slice value;
    struct buf b;
    memset(opened, 0, sizeof(*opened));
    unsigned n = find(message, &value);
    if (n != 1)
        return n ? SEAL_SEVERAL : SEAL_NONE;
    if (value.n > SEAL_VALUE_MAX)
        return SEAL_MALFORMED;
    buf_init(&b, SEAL_VALUE_MAX + 1);
    unfold(&b, value);
    o.value = buf_slice(&b);
    seal_hash(message, &o.message);
    enum seal_state state = judge(&o);
    buf_deinit(&b);
    return state;
}
