/* dns-name.h - names of the DNS as text and as bytes
 * The text form is that of base/dns.h. Any bytes may come in; what goes out is a name or is refused. RFC 1035
 * 2.3.4, 3.1, 5.1. */
#ifndef BASE_DNS_NAME_H
#define BASE_DNS_NAME_H

#include "base/dns.h"

#define DNS_LABEL_MAX 63
#define DNS_NAME_TEXT_MAX (4 * DNS_NAME_MAX) /* every byte as \DDD */

struct dns_name {
    size_t n; /* of text */
    char text[DNS_NAME_TEXT_MAX];
};

/* false: it is no name. The root ("" and ".") is none. */
bool dns_name_from_text(struct dns_name *name, struct slice text);
/* Takes an uncompressed name off the front of *rest; false: there is none. The root is "". */
bool dns_name_from_wire(struct dns_name *name, struct slice *rest);
static inline struct slice dns_name_slice(const struct dns_name *name)
{
    return slice_of(name->text, name->n);
}

#endif
