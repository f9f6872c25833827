/* notes.c - what must be remembered of header fields; see notes.h
 * A field's number counts all fields of its name. All X-Spam-Flag match when one does, since remove_headers
 * looks at names only, so those noted are those seen; Authentication-Results depend on their value and are
 * counted apart. */
#include "config.h"
#include "milter/notes.h"

#include "policy/strip.h"

static unsigned number_of(const struct notes *notes, struct slice name)
{
    unsigned seen = 0;
    if (slice_ieq(name, SLICE("Authentication-Results")))
        return notes->results;
    for (size_t i = 0; i < notes->n; i++)
        seen += slice_ieq(notes->v[i].name, name);
    return seen + 1;
}

static void note_removal(struct notes *notes, struct arena *a, struct slice name)
{
    if (notes->n == NOTES_MAX)
        return;
    if (notes->n == notes->cap) {
        size_t cap = notes->cap ? notes->cap * 2 : 8;
        notes->v = arena_grow(a, notes->v, notes->n, cap, sizeof(*notes->v));
        notes->cap = cap;
    }
    unsigned index = number_of(notes, name);
    notes->v[notes->n++] = (struct plan_inbound){ .name = arena_dup(a, name), .index = index };
}

void notes_take(struct notes *notes, struct arena *a, const struct policy_options *o, struct slice my_name,
                struct slice name, struct slice value)
{
    name = slice_trim(name);
    if (slice_ieq(name, SLICE("Subject")) && !notes->has_subject) {
        notes->has_subject = true;
        notes->subject = arena_dup(a, value);
    }
    if (slice_ieq(name, SLICE("Authentication-Results")))
        notes->results++;
    if (strip_matches(o, my_name, name, value))
        note_removal(notes, a, name);
}
