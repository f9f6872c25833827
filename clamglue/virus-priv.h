/* virus-priv.h - one message being scanned (inside of virus*.c)
 * A list of items to read, which grows while they are read: messages in the message, archives that libclamav
 * does not open. No recursion on what is in what. */
#ifndef CLAMGLUE_VIRUS_PRIV_H
#define CLAMGLUE_VIRUS_PRIV_H

#include "clamglue/cache.h"
#include "clamglue/hits.h"
#include "clamglue/scan.h"
#include "clamglue/type.h"
#include "clamglue/virus.h"

#define ITEMS_MAX 100 /* messages and archives inside one message that are read by us */
#define ITEM_DEPTH_MAX 10
#define SIZE_BUCKETS 256

struct item {
    struct slice bytes;
    char *copy;                   /* to be freed, or NULL */
    const char *kind;             /* of an archive (look.h), or "page" (data-uri.h); NULL: a message */
    const struct mime_tree *tree; /* of a message; NULL: not yet parsed */
    unsigned depth;
    char where[HIT_WHERE_MAX];
};

struct leaf {
    const struct mime_part *part;
    struct slice bytes;
    size_t size;    /* without CR */
    unsigned flags; /* of its decoding */
    bool covered;   /* libclamav has seen these bytes as a part of the message */
    struct leaf *next_of_size;
};

struct virus_scanner {
    struct clam_database *db;
    const struct virus_options *o;
    struct type_reader *types;
    struct clean_cache *clean; /* of pieces scanned by themselves */
    unsigned remembered;       /* of this message: pieces that were clean before */
    const struct message_limits *limits;
    struct hits hits;
    struct arena work; /* of the message: trees of mails inside, decoded leaves */
    struct arena temp; /* of one piece */
    uint64_t deadline;
    unsigned parts; /* scanned so far */
    struct item items[ITEMS_MAX];
    unsigned n_items;
    size_t copied; /* bytes, of all items */
    struct item *now;
    /* the mail at hand */
    struct leaf *leaves;
    size_t n_leaves;
    bool whole; /* it is being scanned as a whole */
    struct leaf *by_size[SIZE_BUCKETS];
    char where[HIT_WHERE_MAX];
};

void virus_limit(struct virus_scanner *v, const char *reason, const char *where);
/* Something to be read later. copied: its bytes do not live as long as the message. */
void virus_add_item(struct virus_scanner *v, struct slice bytes, bool copied, const char *kind,
                    const char *where);
/* One run of libclamav; whether all was scanned. */
bool virus_scan(struct virus_scanner *v, struct slice bytes, const char *name, const char *where);
/* Something that is scanned by itself; false when there is no more of them to be had. */
bool virus_scan_part(struct virus_scanner *v, struct slice bytes, const char *name, const char *where);

/* what is at v->now */
void virus_read_mail(struct virus_scanner *v);
void virus_read_archive(struct virus_scanner *v);
void virus_read_page(struct virus_scanner *v);
/* Is this a part of the mail at hand, byte for byte? */
void virus_cover(struct virus_scanner *v, struct slice bytes);

#endif
