/* uri-domain.h - hosts: names, addresses and public suffixes (inside of message/uri) */
#ifndef MESSAGE_URI_DOMAIN_H
#define MESSAGE_URI_DOMAIN_H

#include "message/uri.h"

#define URI_HOST_MAX 253 /* a name in A-labels, RFC 1035 3.1 */

/* A host as written (percent escapes, Unicode, any notation of an address) in its one form; empty when it is
 * none. Adds URI_IS_IP, URI_ODD_IP, URI_IDN to *flags. */
struct slice uri_host(struct arena *a, struct slice host, unsigned *flags);
/* The address of WHATWG URL 3.5 (parts may be missing, octal or hexadecimal) as a number. */
bool uri_ipv4(struct slice text, uint32_t *address, bool *odd);
/* s begins with U+3002, U+FF0E or U+FF61, which are dots of a name (UTS 46); three bytes each */
bool uri_wide_dot(struct slice s);
/* A host as written that people would click on: two labels or more under a suffix that the public suffix list
 * has a rule for. */
bool uri_host_known(struct slice host);
/* Its last label, or its last two, are a suffix that the public suffix list has: "example.com",
 * "example.co.za". */
bool uri_suffix_known(struct slice host);

#endif
