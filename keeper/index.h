/* index.h - what is in the quarantine, for list and search
 * One row an entry, in memory, made from the store when the keeper starts: it cannot be lost, and never says
 * anything else than the sidecars. The row is the JSON object that `tamis quarantine list --json` prints, and
 * a folded text that is searched. Sorted by id, that is by time. A damaged entry has a row that says so. */
#ifndef KEEPER_INDEX_H
#define KEEPER_INDEX_H

#include "keeper/store.h"

struct index_row {
    char id[KEEPER_ID_SIZE];
    int64_t held_at; /* damaged: 0 */
    uint64_t size;   /* on disk, of the message */
    bool damaged;
    char *json; /* one line with its line end */
    char *text; /* lower case: addresses, subject, ids, class */
};

struct index {
    struct index_row **rows; /* sorted by id */
    size_t n, cap;
    uint64_t bytes; /* of all messages */
};

void index_init(struct index *x);
void index_deinit(struct index *x);
/* Reads the whole store; damaged entries are logged. */
int index_load(struct index *x, struct store *s, struct err *e) MUST_CHECK;
/* A new row, or a changed one. */
void index_put(struct index *x, const struct keeper_entry *entry);
void index_remove(struct index *x, const char *id);
/* Rows that hold all words of the query (case does not count; empty: all), newest first, at most `most`. */
void index_list(const struct index *x, struct slice query, size_t most, struct buf *out);

#endif
