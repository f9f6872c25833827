/* virus.h - one message, scanned for viruses
 * What is scanned:
 *   1. the whole message, with an mbox line before it, or libclamav does not always take it for mail;
 *   2. each leaf of the MIME tree, decoded by ourselves: libclamav's reader misses parts of odd messages;
 *      a leaf that libclamav has taken out of the message byte for byte (the text of the message: but for CR)
 *      is not scanned twice;
 *   3. files in its text (uuencode, yEnc), in signed S/MIME and in containers that libclamav does not open;
 *   4. where the structure is not clear, every piece that some reader could make of it (loose.h);
 *   5. messages inside (in archives, or under an encoding), each in the same way.
 * Input: a parsed message. Output: findings (FINDING_VIRUS; unchecked/encrypted, /limit, /unsupported,
 * /ambiguous, /partial, /fault; FINDING_RULE for heuristics; FINDING_NOTE for declared types that are not the
 * real ones); detail says where.
 * Limits: struct virus_options, over all of it; what a limit leaves out is a finding. Memory beside
 * libclamav's: some four times the message.
 * A scanner belongs to one process and one thread. Whoever is not sandboxed must not call virus_check. */
#ifndef CLAMGLUE_VIRUS_H
#define CLAMGLUE_VIRUS_H

#include "clamglue/database.h"
#include "message/message.h"

struct virus_scanner;

/* Before the sandbox closes, best before forking (libmagic's database is loaded). db and o are borrowed.
 * scratch: a folder of this process's own, which exists; NULL: libclamav's default. */
struct virus_scanner *virus_scanner_new(struct clam_database *db, const struct virus_options *o,
                                        const char *scratch);
/* Another one, behind a fork. */
void virus_set_scratch(struct virus_scanner *v, const char *scratch);
void virus_scanner_free(struct virus_scanner **v);

/* Opens what libclamav and its libraries open lazily, by a scan of our own; after it no scan needs a file
 * outside of the scratch folder. Before forking: then workers share it. 0, or -1 when even that scan cannot
 * be done (ERR_SYSTEM; a scratch folder that cannot be written). */
int virus_warm(struct clam_database *db, const struct virus_options *o, const char *scratch,
               struct err *e) MUST_CHECK;

/* Findings are made in m's arena, from which this may escape: only when everything is scanned. */
void virus_check(struct virus_scanner *v, const struct message *m, struct finding_list *out);

/* What the result of a scan depends on, as one number: the bytes (SHA-256), engine, database and options, the
 * name and type that were declared. For a cache of clean results. */
#define VIRUS_KEY_SIZE 32
void virus_key(const struct clam_database *db, const struct virus_options *o, struct slice bytes,
               struct slice name, struct slice type, unsigned char key[VIRUS_KEY_SIZE]);

#endif
