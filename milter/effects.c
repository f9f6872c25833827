/* effects.c - carries out a checked plan; see effects.h */
#include "config.h"
#include "milter/effects.h"

unsigned effects_needed(const struct plan *p)
{
    unsigned needed = p->hold_reason ? GRANT_QUARANTINE : 0;
    needed |= p->removals ? GRANT_DELETE_RECIPIENTS : 0;
    for (const struct plan_edit *edit = p->first; edit; edit = edit->next)
        needed |= edit->kind == EDIT_ADD_HEADER || edit->kind == EDIT_INSERT_HEADER ? GRANT_ADD_HEADERS
                                                                                    : GRANT_CHANGE_HEADERS;
    return needed;
}

static int run_edit(const struct plan_edit *edit, const struct mta *mta)
{
    switch (edit->kind) {
    case EDIT_ADD_HEADER: return mta->ops->add_header(mta->ctx, edit->name, edit->value);
    case EDIT_INSERT_HEADER: return mta->ops->insert_header(mta->ctx, edit->index, edit->name, edit->value);
    case EDIT_CHANGE_HEADER: return mta->ops->change_header(mta->ctx, edit->name, edit->index, edit->value);
    case EDIT_DELETE_HEADER: return mta->ops->change_header(mta->ctx, edit->name, edit->index, NULL);
    }
    return -1;
}

int effects_run(const struct plan *p, const struct mta *mta, struct err *e)
{
    for (const struct plan_edit *edit = p->first; edit; edit = edit->next)
        if (run_edit(edit, mta) != 0)
            return err_set(e, ERR_RETRY, "the MTA did not take the edit of %s", edit->name);
    for (const struct plan_removal *r = p->removals; r; r = r->next)
        if (mta->ops->delete_recipient(mta->ctx, r->address) != 0)
            return err_set(e, ERR_RETRY, "the MTA did not take a recipient off");
    if (p->hold_reason && mta->ops->quarantine(mta->ctx, p->hold_reason) != 0)
        return err_set(e, ERR_RETRY, "the MTA did not take the hold");
    bool speaks = p->reply == REPLY_REJECT || p->reply == REPLY_TEMPFAIL;
    if (speaks && mta->ops->reply(mta->ctx, p->code, p->enhanced, p->text) != 0)
        return err_set(e, ERR_RETRY, "the MTA did not take the reply %s %s", p->code, p->enhanced);
    return 0;
}
