/* probe.h - one rule's test against the text it is about
 * All kinds of rules but metas. A pattern counts its hits up to what the rule's `tflags multiple maxhits=N`
 * allows (else 1); a function gives its value. */
#ifndef SCORING_PROBE_H
#define SCORING_PROBE_H

#include "scoring/rule.h"

#define PROBE_DETAIL_MAX 100

struct probe {
    struct check *c;
    const struct rule *r;
    const struct regex *re; /* r's, or what its template became */
    struct regex *made;     /* of the template */
    double value;           /* 0: no hit */
    uint32_t max;
    struct slice matched; /* what hit first, cut to PROBE_DETAIL_MAX; a slice of a view, or empty */
};

/* Runs r's test: c->running is r meanwhile. */
void probe_run(struct probe *p, struct check *c, const struct rule *r);

#endif
