/* eval-recipients.c - functions that look at the list of recipients
 * Spam that goes to a list of addresses often goes to neighbours in that list: sorted, alike. */
#include "config.h"
#include "scoring/eval.h"

#include <stdlib.h>

#define ADDRESSES_MAX 256
#define ENOUGH_TO_COMPARE 5
#define ENOUGH_TO_SORT 7
#define ALIKE 2 /* bytes */

struct recipients {
    struct slice address[ADDRESSES_MAX];
    size_t n;
};

/* one of several in a row; an empty address or "0" ends the list */
static bool take(struct recipients *r, const struct view_header *h)
{
    for (size_t i = 0; i < h->n && r->n < ADDRESSES_MAX; i++) {
        struct slice previous = r->n ? r->address[r->n - 1] : SLICE("");
        if (h->v[i].n == 0 || slice_eq(h->v[i], SLICE("0")))
            return false;
        if (!slice_ieq(h->v[i], previous))
            r->address[r->n++] = h->v[i];
    }
    return true;
}

/* To and Cc; Bcc when these are few */
static struct recipients *recipients_of(struct check *c)
{
    struct recipients *r = ARENA_NEW(c->m->arena, struct recipients);
    const struct view_header *tocc = views_get(&c->views, SLICE("ToCc:addr"));
    if (take(r, tocc) && tocc->n < ENOUGH_TO_COMPARE)
        take(r, views_get(&c->views, SLICE("Bcc:addr")));
    return r;
}

static int compare(struct slice a, struct slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static double sorted_recipients(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args, (void)prepared;
    struct recipients *r = recipients_of(c);
    for (size_t i = 1; i < r->n; i++)
        if (compare(r->address[i - 1], r->address[i]) > 0)
            return 0;
    return r->n >= ENOUGH_TO_SORT;
}

/* Hosts of all that have an "@", in their order: as many as there are of these. */
static void hosts_of(const struct recipients *r, struct slice *host)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        ptrdiff_t at = slice_chr(r->address[i], '@');
        if (at >= 0)
            host[n++] = slice_from(r->address[i], (size_t)at + 1);
    }
}

static bool begin_alike(struct slice a, struct slice b)
{
    return slice_eq(slice_sub(a, 0, ALIKE), slice_sub(b, 0, ALIKE));
}

/* how many of all pairs begin alike, by user and (for different hosts) by host: 0..2 */
static double similarity(const struct recipients *r)
{
    struct slice host[ADDRESSES_MAX] = { 0 };
    size_t hits = 0;
    if (r->n < ENOUGH_TO_COMPARE)
        return 0;
    hosts_of(r, host);
    for (size_t i = 0; i < r->n; i++)
        for (size_t j = i + 1; j < r->n; j++) {
            hits += begin_alike(r->address[i], r->address[j]);
            hits += begin_alike(host[i], host[j]) && !slice_eq(host[i], host[j]);
        }
    return (double)hits / ((double)(r->n * (r->n - 1)) / 2);
}

static double similar_recipients(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    double value = similarity(recipients_of(c));
    return (slice_eq(eval_arg(args, 0), SLICE("undef")) || value >= eval_number(args, 0, 0)) &&
           (slice_eq(eval_arg(args, 1), SLICE("undef")) || value < eval_number(args, 1, 0));
}

static const struct eval_function recipient_rows[] = {
    { "sorted_recipients", "HeaderEval", 0, 0, 0, NULL, sorted_recipients, NULL },
    { "similar_recipients", "HeaderEval", 0, 2, 2, NULL, similar_recipients, NULL },
};
EVAL_FAMILY(eval_recipients, "HeaderEval: recipients", recipient_rows);
