/* address.h - mailboxes and groups in From, To, Cc, Reply-To ...
 * Lenient where people and mailers are, never recursive (a group in a group in a group is a loop with a
 * counter), linear. RFC 5322 3.4, 4.4 (obsolete routes), RFC 6532 (UTF-8). Comments are removed and, when
 * there is no display name, become it. */
#ifndef MESSAGE_ADDRESS_H
#define MESSAGE_ADDRESS_H

#include "message/limits.h"

enum {
    ADDRESS_INVALID = 1, /* no local@domain could be made of it; `addr` is what stood there, trimmed */
    ADDRESS_IN_GROUP = 2,
    ADDRESS_ROUTE = 4,        /* <@relay:user@domain> */
    ADDRESS_NAME_IS_ADDR = 8, /* the display name holds an address, another one than addr */
    ADDRESS_ODD = 16, /* two readers may see different addresses: several @, a quoted local part, a comment,
                         white space, an encoded word or a control character inside, no comma before the next
                         one, text behind the brackets */
};

struct address {
    struct slice name;          /* display name, unquoted, RFC 2047 decoded, UTF-8; may be empty */
    struct slice addr;          /* local@domain as written, without comments and white space */
    struct slice local, domain; /* parts of addr */
    unsigned flags;
};

struct address_list {
    struct address *v;
    size_t n;
    bool truncated; /* more than address_max_count */
    bool broken;    /* unbalanced quotes, comments or brackets */
};

/* value: a header's value, folded or not */
void address_parse(struct address_list *list, struct arena *a, struct slice value,
                   const struct message_limits *l);

#endif
