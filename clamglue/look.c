/* look.c - what the header of one file says that a scanner must know; see look.h */
#include "clamglue/look.h"

#include "clamglue/signed.h"

void look_add(struct look *l, enum verdict_class class, const char *reason)
{
    for (unsigned i = 0; i < l->n_odd; i++)
        if (l->odd[i].class == class && strcmp(l->odd[i].reason, reason) == 0)
            return;
    if (l->n_odd == LOOK_ODD_MAX)
        l->n_odd--;
    l->odd[l->n_odd++] = (struct look_odd){ class, reason };
}

bool look_signed(struct look *l, struct slice bytes)
{
    switch (signed_kind(bytes)) {
    case SIGNED_NOT: return false;
    case SIGNED_CONTENT: break;
    case SIGNED_ENCRYPTED: look_add(l, CLASS_UNCHECKED_ENCRYPTED, "smime_encrypted"); break;
    case SIGNED_OTHER: look_add(l, CLASS_UNCHECKED_UNSUPPORTED, "smime"); break;
    }
    l->kind = "p7m";
    return true;
}

void look_at(struct look *l, struct slice bytes, const char *type, const char *name)
{
    memset(l, 0, sizeof(*l));
    if (look_ole2(l, bytes) || look_tnef(l, bytes) || look_signed(l, bytes))
        return;
    if (type && strcmp(type, "CL_TYPE_MAIL") == 0) /* its parts come by themselves */
        return;
    if (look_pdf(l, bytes, type && strcmp(type, "CL_TYPE_PDF") == 0))
        return;
    if (!look_other(l, bytes, name))
        look_tar(l, bytes);
    look_zip(l, bytes); /* also behind something else */
    if (l->kind == NULL)
        look_rar_inside(l, bytes);
}
