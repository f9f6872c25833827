/* signer.h - the keys that mail is signed with, and for whom
 * Read with a configuration, immutable, shared by threads; private keys stay in the process that reads them
 * (the gateway). A domain may have several keys: each signs. A line of a map:
 *
 *     example.com    s2024 /etc/tamis/dkim/example.com.s2024.pem, ed1 /etc/tamis/dkim/example.com.ed1.pem
 *     .example.com   s2024 /etc/tamis/dkim/example.com.s2024.pem
 *
 * Fails: ERR_CONFIG with file and line, or the key's path, and what to write or to do. */
#ifndef POLICY_SIGNER_H
#define POLICY_SIGNER_H

#include "auth/dkim-private.h"
#include "message/envelope.h"
#include "policy/map.h"
#include "policy/sign-options.h"

#define SIGNER_KEYS_MAX 4 /* of a domain */
#define SIGNER_PEM_MAX (64 * 1024)

struct signer;

struct signer_key {
    struct slice selector;
    struct dkim_private *key;
};

/* what signs for a domain */
struct signer_keys {
    struct slice domain; /* d=: the one that was asked for, or one above it */
    const struct signer_key *v;
    size_t n;
};

/* o: borrowed for as long as it lives. */
struct signer *signer_load(const struct sign_options *o, struct arena *a, struct err *e);
void signer_free(struct signer **s);

/* Whether there is any key. */
bool signer_any(const struct signer *s);
/* false: nobody signs for it. *failed: a map could not be asked. */
bool signer_find(const struct signer *s, struct arena *a, struct slice domain, struct signer_keys *keys,
                 bool *failed);
/* Whether the MTA vouches for the client, so that its mail is signed. inet: the milter socket is one. */
bool signer_serves(const struct signer *s, const struct envelope *env, bool inet);
/* A key file that only its owner (root, or whom we run as) and a group can read. NULL: why. */
struct dkim_private *signer_read_key(const char *path, struct err *e) MUST_CHECK;

#endif
