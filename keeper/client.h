/* client.h - ask the keeper
 * Each call opens its own connection to `socket` (SOCK_SEQPACKET). Thread-safe. Fails: ERR_RETRY where the
 * keeper is not there, has no room or does not answer in time; what it says by itself (ERR_INPUT: no such
 * entry). */
#ifndef KEEPER_CLIENT_H
#define KEEPER_CLIENT_H

#include "keeper/ask.h"
#include "keeper/bayes-store.h"
#include "keeper/connect.h"
#include "keeper/entry.h"
#include "message/spool.h"

/* Stores message and sidecar; id, held_at and size of the entry are the keeper's to set, id is filled. 0 only
 * when both are on disk. The spool is finished. */
int keeper_hold(const char *socket, const struct spool *spool, const struct keeper_entry *entry,
                unsigned timeout_ms, char id[KEEPER_ID_SIZE], struct err *e) MUST_CHECK;
/* The MTA did not take our answer after the hold: the sender sends it again, and this copy is wanted no more.
 */
void keeper_forget(const char *socket, const char *id, unsigned timeout_ms);
/* Lines of JSON, newest first, of entries that hold all words. */
int keeper_list(const char *socket, struct slice words, uint32_t most, unsigned timeout_ms, struct buf *out,
                struct err *e) MUST_CHECK;
/* The sidecar's text; *message: a descriptor, the caller's to close. */
int keeper_show(const char *socket, const char *id, unsigned timeout_ms, struct buf *sidecar, int *message,
                struct err *e) MUST_CHECK;
int keeper_delete(const char *socket, const char *id, unsigned timeout_ms, struct err *e) MUST_CHECK;
/* In slices, so that others are served between them; timeout_ms: for each. *gone: what went, also where it
 * fails. */
int keeper_expire(const char *socket, unsigned timeout_ms, unsigned *gone, struct err *e) MUST_CHECK;

/* A lesson: item is a descriptor of a bayes_item. Which of enum BAYES_DONE ... it was, or -1. */
int keeper_teach(const char *socket, enum bayes_kind kind, unsigned percent, struct slice who, int item,
                 unsigned timeout_ms, struct err *e) MUST_CHECK;
/* The same, only where the message is not remembered under any label: what somebody said of it stands. */
int keeper_teach_new(const char *socket, enum bayes_kind kind, unsigned percent, struct slice who, int item,
                     unsigned timeout_ms, struct err *e) MUST_CHECK;
/* Takes back what `who` (empty: anybody) taught in the last hours (0: ever). */
int keeper_unteach(const char *socket, struct slice who, unsigned hours, unsigned timeout_ms, unsigned *n,
                   struct err *e) MUST_CHECK;
/* A descriptor of what the classifier knows, as it learns; the caller's. -1: or its store is not in folder.
 */
int keeper_block(const char *socket, const char *folder, unsigned timeout_ms, struct err *e) MUST_CHECK;

#endif
