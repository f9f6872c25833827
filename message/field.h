/* field.h - header fields one by one, without memory
 * For those who need only a few fields, or all in order, and no struct header_block: hashes, delivery.
 * Linear; slices of the input. Lines end in LF or CRLF; a line that is no field (no colon, white space before
 * it at the very start) is one with an empty name. */
#ifndef MESSAGE_FIELD_H
#define MESSAGE_FIELD_H

#include "base/slice.h"

struct field {
    struct slice raw;  /* with continuation lines and line ends */
    struct slice name; /* as written, without white space around it */
    struct slice value;
};

/* Takes the next one off *rest; false at the empty line, which goes as well, and at the end. */
bool field_take(struct slice *rest, struct field *f);
/* Words of a value, white space and folds between them, one by one; "relaxed" as in RFC 6376 3.4.2. */
bool field_word(struct slice *value, struct slice *word);

#endif
