/* folder.h - folders beside the inbox, Maildir++
 * A name is UTF-8 with / between levels ("Lists/tamis"); on disk it is ".Lists.tamis" in the modified UTF-7
 * of RFC 3501 5.1.3. Names that could leave the Maildir or hide in it (empty levels, dots, control
 * characters, not UTF-8, too long) have no folder. Run as the user. */
#ifndef DELIVERY_FOLDER_H
#define DELIVERY_FOLDER_H

#include <limits.h>
#include <stdbool.h>
#include "delivery/answer.h"

#define FOLDER_NAME_MAX 200

/* false: no folder has such a name. */
bool folder_directory(struct slice name, char directory[NAME_MAX + 1]);
/* Is the name one that may be a file of its own, too (mbox)? Without the modified UTF-7: as it is. */
bool folder_name_good(struct slice name);
/* -1 with a->kind ANSWER_DONE: there is none, and make was not said. A folder that is made is subscribed. */
int folder_open(int maildir, struct slice name, bool make, struct answer *a) MUST_CHECK;
/* Adds the name to Dovecot's file of subscriptions where it is not in it. Best effort: a folder that nobody
 * sees at once is no reason to send mail back. */
void folder_subscribe(int maildir, struct slice name);

#endif
