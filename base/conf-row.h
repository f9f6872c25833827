/* conf-row.h - one option: its value as text and back (private to conf*.c)
 * Reading never fails halfway: *at is written only when the text is good. */
#ifndef BASE_CONF_ROW_H
#define BASE_CONF_ROW_H

#include "base/conf.h"

#define CONF_VALUE_MAX (64 * 1024)

/* Reads text into *at. Relative paths hang from dir (absolute; NULL: they are refused). What is kept is
 * copied into the arena. False: not valid; *why is a reason, or NULL, which means that conf_row_form() says
 * it. */
bool conf_row_read(const struct conf_option *o, struct slice text, const char *dir, struct arena *a, void *at,
                   const char **why);
/* Adds the value as it would be written in a file; conf_row_read gives the same value back. */
void conf_row_write(const struct conf_option *o, const void *at, struct buf *out);
bool conf_row_same(const struct conf_option *o, const void *a, const void *b);
/* Adds what an admin may write, bounds included: "a whole number from 1 to 500" */
void conf_row_form(const struct conf_option *o, struct buf *out);
/* Whether *at is not what the row's default gives. */
bool conf_row_differs(const struct conf_option *o, const void *at);

/* NULL when there is none; *section may be NULL */
const struct conf_option *conf_row_find(const struct conf_schema *schema, struct slice name,
                                        const struct conf_section **section);
/* The known name nearest to one that is not, or NULL when none is near. */
const char *conf_row_nearest(const struct conf_schema *schema, struct slice name);

static inline void *conf_row_at(const struct conf_section *s, const struct conf_option *o, void *target)
{
    return (char *)target + s->at + o->at;
}

static inline const void *conf_row_in(const struct conf_section *s, const struct conf_option *o,
                                      const void *target)
{
    return (const char *)target + s->at + o->at;
}

#endif
