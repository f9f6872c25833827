/* mail-like.c - is this file a message?; see mail-like.h */
#include "clamglue/mail-like.h"

#define HEADER_WITHIN (64 * 1024)

static const char *const endings[] = { ".eml", ".mht", ".mhtml", ".nws", ".mbox", ".mim", ".mime" };

static bool field_name(struct slice line, struct slice *name)
{
    ptrdiff_t colon = slice_chr(slice_sub(line, 0, 100), ':');
    if (colon <= 0)
        return false;
    *name = slice_trim(slice_sub(line, 0, (size_t)colon));
    for (size_t i = 0; i < name->n; i++)
        if (name->p[i] <= ' ' || name->p[i] > '~')
            return false;
    return name->n > 0;
}

static bool is_mime(struct slice field)
{
    return slice_istarts(field, SLICE("content-")) || slice_ieq(field, SLICE("mime-version"));
}

/* Is there a field of MIME in the header block that s begins with? */
static bool has_mime(struct slice s)
{
    struct slice line, name;
    while (slice_line(&s, &line)) {
        line = slice_chomp(line);
        if (line.n == 0)
            break;
        if (line.p[0] == ' ' || line.p[0] == '\t')
            continue;
        if (!field_name(line, &name))
            break;
        if (is_mime(name))
            return true;
    }
    return false;
}

bool mail_like(struct slice bytes, const char *name)
{
    struct slice line, s = slice_sub(bytes, 0, HEADER_WITHIN);
    for (size_t i = 0; name && i < sizeof(endings) / sizeof(endings[0]); i++)
        if (slice_iends(slice_str(name), slice_str(endings[i])))
            return true;
    while (s.n && (s.p[0] == '\r' || s.p[0] == '\n')) /* readers skip empty lines before the header */
        s = slice_from(s, 1);
    if (slice_starts(s, SLICE("From ")) || slice_starts(s, SLICE(">From ")))
        slice_line(&s, &line);
    return has_mime(s);
}
