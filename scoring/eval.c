/* eval.c - the families of functions that rules call; see eval.h */
#include "config.h"
#include "scoring/eval.h"

#include <stdlib.h>
#include "scoring/rule.h"

extern const struct eval_family eval_authres;
extern const struct eval_family eval_bayes;
extern const struct eval_family eval_body;
extern const struct eval_family eval_bounce;
extern const struct eval_family eval_difference;
extern const struct eval_family eval_dkim;
extern const struct eval_family eval_dkim_adsp;
extern const struct eval_family eval_dmarc;
extern const struct eval_family eval_dnsbl;
extern const struct eval_family eval_dnsbl_sender;
extern const struct eval_family eval_forged;
extern const struct eval_family eval_freemail;
extern const struct eval_family eval_fromname;
extern const struct eval_family eval_hashbl;
extern const struct eval_family eval_header;
extern const struct eval_family eval_html;
extern const struct eval_family eval_image;
extern const struct eval_family eval_links;
extern const struct eval_family eval_lists;
extern const struct eval_family eval_mime;
extern const struct eval_family eval_network;
extern const struct eval_family eval_optional;
extern const struct eval_family eval_pdf;
extern const struct eval_family eval_phishing;
extern const struct eval_family eval_recipients;
extern const struct eval_family eval_relay;
extern const struct eval_family eval_spf;
extern const struct eval_family eval_stock;
extern const struct eval_family eval_time;
extern const struct eval_family eval_uridnsbl;

/* one line a family, by name; ends with NULL */
/* clang-format off */
const struct eval_family *const eval_families[] = {
    &eval_authres,
    &eval_bayes,
    &eval_body,
    &eval_bounce,
    &eval_difference,
    &eval_dkim,
    &eval_dkim_adsp,
    &eval_dmarc,
    &eval_dnsbl,
    &eval_dnsbl_sender,
    &eval_forged,
    &eval_freemail,
    &eval_fromname,
    &eval_hashbl,
    &eval_header,
    &eval_html,
    &eval_image,
    &eval_links,
    &eval_lists,
    &eval_mime,
    &eval_network,
    &eval_optional,
    &eval_pdf,
    &eval_phishing,
    &eval_recipients,
    &eval_relay,
    &eval_spf,
    &eval_stock,
    &eval_time,
    &eval_uridnsbl,
    NULL,
};
/* clang-format on */
const size_t eval_families_n = sizeof(eval_families) / sizeof(*eval_families) - 1;

static const struct eval_function *find_in(const struct eval_family *family, struct slice name)
{
    for (size_t i = 0; i < family->n; i++)
        if (slice_eq(name, slice_str(family->v[i].name)))
            return &family->v[i];
    return NULL;
}

const struct eval_function *eval_find(struct slice name)
{
    const struct eval_function *found = NULL;
    for (size_t i = 0; i < eval_families_n && found == NULL; i++)
        found = find_in(eval_families[i], name);
    return found;
}

struct slice eval_arg(const struct eval_args *args, size_t i)
{
    return i < args->n ? args->v[i] : SLICE("");
}

double eval_number(const struct eval_args *args, size_t i, double otherwise)
{
    char text[40], *end;
    struct slice s = eval_arg(args, i);
    if (s.n == 0 || s.n >= sizeof(text))
        return otherwise;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    double value = strtod(text, &end);
    return *end == 0 ? value : otherwise;
}

const struct view *eval_body_of(struct check *c)
{
    bool raw = c->running && c->running->test.eval_of == RULE_RAWBODY;
    return raw ? views_rawbody(&c->views) : views_body(&c->views);
}
