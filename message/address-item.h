/* address-item.h - what stands between two commas of an address field, and what it means; for address.c */
#ifndef MESSAGE_ADDRESS_ITEM_H
#define MESSAGE_ADDRESS_ITEM_H

#include "base/buf.h"
#include "message/address.h"

#define ADDRESS_GAP '\n' /* between two words in `addr`: can't come from the field */

struct address_item {
    struct arena *arena;
    struct address_list *list; /* results go here */
    size_t room, max;          /* of it */
    bool in_group;
    /* gathered by the reader */
    struct buf phrase;    /* quotes undone, a blank between words */
    struct buf addr;      /* as written, ADDRESS_GAP between words */
    struct buf comment;   /* all of them, apart by a blank */
    bool has_angle;       /* <...> was seen */
    struct slice angle;   /* what stood in it */
    size_t phrase_before; /* length of the phrase at the closing bracket */
    unsigned flags;       /* ADDRESS_ODD, ADDRESS_ROUTE as seen so far */
};

/* Adds the addresses of the item to the list and empties it. */
void address_item_end(struct address_item *x);
/* A second <...> follows without a comma: adds the first one; its text behind becomes the second one's name.
 */
void address_item_next(struct address_item *x);
/* The @ outside of quotes (of all, where quotes are not balanced): how many, and where the last one is. */
size_t address_count_at(struct slice s, size_t *last);

#endif
