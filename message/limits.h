/* limits.h - how much of a message is read, as options
 * Every parser of message/ takes the same struct. Past a limit mail is odd, not an error: the parser says
 * what it gave up by a flag, and message.c turns flags into findings. The rows are in limits.c. */
#ifndef MESSAGE_LIMITS_H
#define MESSAGE_LIMITS_H

#include "base/conf.h"

struct message_limits {
    size_t arena_max;          /* memory for one parsed message */
    unsigned header_max_count; /* fields of one block */
    size_t header_max_bytes;   /* of one block; the rest is not split into fields */
    unsigned mime_max_depth;
    unsigned mime_max_parts;
    size_t decoded_max;      /* bytes of text decoded for one message */
    size_t text_max;         /* bytes of text taken from one part */
    unsigned html_max_tags;  /* per part */
    unsigned html_max_links; /* per part */
    unsigned uri_max_count;  /* per message */
    unsigned received_max_count;
    unsigned address_max_count; /* per field */
};

extern const struct conf_option message_option_rows[];
extern const size_t message_option_rows_n;
/* the defaults, for tests and fuzz targets */
void message_limits_default(struct message_limits *l);

#endif
