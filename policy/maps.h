/* maps.h - what maps say about a recipient, a sender, a client
 * Loaded with a configuration, immutable, freed with it. recipient_policy gives a recipient options of its
 * own: the site's, with those changed that the map's value names (required_score, reject_score, action_*).
 * Lookups, most exact first: user+extension@domain, user@domain, @domain, @.domain for each domain above it,
 * and *. A lookup that fails (a pattern at its limit) is told: the message is then a fault, never let
 * through. Maps that need more memory than the arena may have are told as a mistake in them. */
#ifndef POLICY_MAPS_H
#define POLICY_MAPS_H

#include "message/envelope.h"
#include "policy/early.h"
#include "policy/map.h"
#include "policy/options.h"

struct policy_maps;

/* site, early: borrowed for as long as the maps live. early may be NULL: no maps of that section. NULL:
 * ERR_CONFIG with file and line. */
struct policy_maps *policy_maps_load(const struct policy_options *site, const struct early_options *early,
                                     struct arena *a, struct err *e);
void policy_maps_free(struct policy_maps **m);

/* The options for a recipient: the site's when no map knows it. NULL: the lookup failed. Thread-safe. */
const struct policy_options *policy_maps_recipient(const struct policy_maps *m, struct slice address);

enum policy_list { LIST_NONE, LIST_ALLOWED, LIST_BLOCKED, LIST_FAULT };
/* By sender_allow, sender_block (as for recipients; <> is the null sender), client_allow, client_block.
 * Blocked wins over allowed. */
enum policy_list policy_maps_listed(const struct policy_maps *m, const struct envelope *env);

/* client_allow alone knows it, and no list blocks it. */
bool policy_maps_client_allowed(const struct policy_maps *m, struct slice address);

/* What client_reject, sender_reject and early_exempt say. */
enum map_answer policy_maps_client_reject(const struct policy_maps *m, struct slice address);
enum map_answer policy_maps_sender_reject(const struct policy_maps *m, struct slice sender);
enum map_answer policy_maps_early_exempt(const struct policy_maps *m, struct slice recipient);

#endif
