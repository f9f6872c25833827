/* dns-name.c - names of the DNS as text and as bytes; see dns-name.h */
#include "base/dns-name.h"

static void put(struct dns_name *name, char c)
{
    unsigned b = (unsigned char)ascii_lower(c);
    char *to = name->text + name->n;
    if (b > ' ' && b < 127 && b != '.' && b != '\\') {
        *to = (char)b;
        name->n++;
        return;
    }
    to[0] = '\\';
    to[1] = (char)('0' + b / 100);
    to[2] = (char)('0' + b / 10 % 10);
    to[3] = (char)('0' + b % 10);
    name->n += 4;
}

/* The byte at *at, which is moved on; "\DDD" up to 255 is one. */
static char byte_at(struct slice text, size_t *at)
{
    uint64_t value;
    if (text.p[*at] == '\\' && text.n - *at > 3 && slice_uint(slice_sub(text, *at + 1, 3), 255, &value)) {
        *at += 4;
        return (char)value;
    }
    return text.p[(*at)++];
}

bool dns_name_from_text(struct dns_name *name, struct slice text)
{
    size_t label = 0, bytes = 0;
    name->n = 0;
    for (size_t at = 0; at < text.n;) {
        bool dot = text.p[at] == '.';
        if (dot && label == 0)
            return false;
        if (dot && at + 1 == text.n)
            break;
        char c = byte_at(text, &at);
        label = dot ? 0 : label + 1;
        if (label > DNS_LABEL_MAX || ++bytes > DNS_NAME_MAX)
            return false;
        if (dot)
            name->text[name->n++] = '.';
        else
            put(name, c);
    }
    return label > 0;
}

bool dns_name_from_wire(struct dns_name *name, struct slice *rest)
{
    size_t bytes = 0, at = 0;
    name->n = 0;
    for (;;) {
        size_t label = at < rest->n ? (unsigned char)rest->p[at] : SIZE_MAX;
        if (label > DNS_LABEL_MAX || label >= rest->n - at)
            return false;
        at++;
        if (label == 0)
            break;
        bytes += label + (name->n > 0);
        if (bytes > DNS_NAME_MAX)
            return false;
        if (name->n)
            name->text[name->n++] = '.';
        for (size_t end = at + label; at < end; at++)
            put(name, rest->p[at]);
    }
    *rest = slice_from(*rest, at);
    return true;
}
