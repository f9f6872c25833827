/* users.h - who has a mailbox here
 * Sources are asked in the order of deliver_users; the first that knows the user counts, and one that is out
 * of order ends the search: not known now is never "no such user". An address is looked up as it is, then
 * without its detail, then deliver_catch_all is. */
#ifndef DELIVERY_USERS_H
#define DELIVERY_USERS_H

#include "base/arena.h"
#include "base/err.h"
#include "delivery/user.h"
#include "policy/deliver-options.h"

struct users;

/* Parts of the address that was found; of a catch-all those of its address. What becomes a path is in lower
 * case: Bob@Example.com has bob@example.com's mailbox. */
struct users_address {
    struct slice local, detail, domain; /* local without the detail; domain may be empty */
};

/* Reads maps, checks what can be checked. Everything lives in the arena; users_close for what does not.
 * Fails: ERR_CONFIG with the word that is wrong and what to write. */
int users_open(struct users **users, const struct deliver_options *o, struct arena *a,
               struct err *e) MUST_CHECK;
void users_close(struct users **users); /* NULL-safe */

/* false: nobody can have such an address: control characters, NUL, slashes, a local part of dots, too long.
 */
bool users_address_good(struct slice address);
/* Texts of *parts and *user live in the arena. USER_FAULT: *e says why; ERR_CONFIG where the admin must act.
 */
enum user_found users_find_address(const struct users *users, struct slice address, struct arena *a,
                                   struct users_address *parts, struct user *user, struct err *e);

#endif
