/* look.c - what the header of one file says that a scanner must know; see look.h */
#include "clamglue/look.h"

#include "base/err.h"

void look_add(struct look *l, enum verdict_class class, const char *reason)
{
    for (unsigned i = 0; i < l->n_odd; i++)
        if (l->odd[i].class == class && strcmp(l->odd[i].reason, reason) == 0)
            return;
    if (l->n_odd == LOOK_ODD_MAX)
        l->n_odd--;
    l->odd[l->n_odd++] = (struct look_odd){ class, reason };
}

void look_at(struct look *l, struct slice bytes, const char *type, const char *name)
{
    memset(l, 0, sizeof(*l));
    if (look_ole2(l, bytes) || look_tnef(l, bytes))
        return;
    if (look_pdf(l, bytes, type && strcmp(type, "CL_TYPE_PDF") == 0))
        return;
    look_other(l, bytes, name);
    look_zip(l, bytes); /* also behind something else */
}
