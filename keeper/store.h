/* store.h - the quarantine on disk
 * An entry is two files in one of 1024 folders: ID.eml, the message as it was spooled, and ID.json, its
 * sidecar (keeper/sidecar.h). The sidecar makes an entry: it is put in place last, when the message is on
 * disk, and taken away first. Files are written under a name that ends in .tmp, synced, renamed, and their
 * folder synced, before anybody is told that they are there; so kill -9 and a power cut leave an entry or
 * none, and at worst a message without a sidecar or a .tmp, which store_open sweeps.
 *
 * The keeper alone writes, in one thread. Folders 0700, files 0600, opened without following links. An entry
 * that cannot be read is left as it is and reported; the others work.
 * Fails: ERR_RETRY (no space, no descriptors, read-only for now), ERR_INPUT (no such entry, or a damaged
 * one). */
#ifndef KEEPER_STORE_H
#define KEEPER_STORE_H

#include "keeper/entry.h"
#include "keeper/sidecar.h"

struct store {
    int dir; /* -1: not open */
};

/* Makes the folder where it is not there, and sweeps what a crash has left. ERR_RETRY while another process
 * has it open: what that one is writing looks like what a crash leaves. */
int store_open(struct store *s, const char *path, struct err *e) MUST_CHECK;
void store_close(struct store *s);

/* A new id: letters and digits, later ones sort behind earlier ones, and nobody guesses them. */
void store_new_id(char id[KEEPER_ID_SIZE]);
/* Copies size bytes of the descriptor; entry->id, held_at and size are the caller's. 0: it is all on disk. */
int store_hold(struct store *s, int message, const struct keeper_entry *entry, struct err *e) MUST_CHECK;
/* Reads a sidecar; everything in the arena. */
int store_read(struct store *s, const char *id, struct arena *a, struct keeper_entry *entry,
               struct err *e) MUST_CHECK;
/* The message's descriptor, read-only, or -1. */
int store_message(struct store *s, const char *id, struct err *e);
/* Replaces the sidecar. 0: on disk. */
int store_update(struct store *s, const struct keeper_entry *entry, struct err *e) MUST_CHECK;
int store_delete(struct store *s, const char *id, struct err *e) MUST_CHECK;
/* Each entry, in no order. each may not change the store. */
int store_each(struct store *s, void (*each)(void *ctx, const char *id), void *ctx, struct err *e) MUST_CHECK;

#endif
