/* field.c - header fields one by one, without memory; see field.h */
#include "message/field.h"

#include "base/slice.h"

bool field_take(struct slice *rest, struct field *f)
{
    struct slice line;
    if (!slice_line(rest, &f->raw) || slice_chomp(f->raw).n == 0)
        return false;
    while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t')) {
        slice_line(rest, &line);
        f->raw.n += line.n;
    }
    ptrdiff_t colon = slice_chr(f->raw, ':');
    f->name = slice_trim(slice_sub(f->raw, 0, colon < 0 ? 0 : (size_t)colon));
    f->value = slice_from(f->raw, colon < 0 ? 0 : (size_t)colon + 1);
    return true;
}

bool field_word(struct slice *value, struct slice *word)
{
    size_t n = 0;
    while (value->n && ascii_space(value->p[0]))
        *value = slice_from(*value, 1);
    while (n < value->n && !ascii_space(value->p[n]))
        n++;
    *word = slice_sub(*value, 0, n);
    *value = slice_from(*value, n);
    return n > 0;
}
