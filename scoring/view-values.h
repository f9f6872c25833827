/* view-values.h - between the files that make values of headers: view-header.c, view-all.c, view-sender.c,
 * view-host.c */
#ifndef SCORING_VIEW_VALUES_H
#define SCORING_VIEW_VALUES_H

#include "scoring/view.h"

struct view_values {
    struct arena *a;
    struct slice *v;
    size_t n, cap;
};

void view_values_add(struct view_values *out, struct slice value);

/* ALL, ALL-TRUSTED and its like: one value a line, or (raw) a field with its folds. False: name is another.
 */
bool view_values_all(struct views *v, struct slice name, bool raw, struct view_values *out);
/* EnvelopeFrom: no value, or one */
void view_values_sender(struct views *v, struct view_values *out);
/* :host, :domain, :ip, :revip of each value, in place. of_address: values are addresses. */
struct header_spec;
void view_values_part(struct views *v, const struct header_spec *spec, struct view_values *values);

#endif
