/* digest.h - MD5, SHA-1 and SHA-256, as keys of lists in the DNS
 * For names that others have chosen, not for security. RFC 1321, 3174, 6234. */
#ifndef SCORING_DIGEST_H
#define SCORING_DIGEST_H

#include "base/arena.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256 };

#define DIGEST_MAX 32

/* bytes written: 16, 20, 32; 0 where this OpenSSL refuses the kind */
size_t digest(enum digest_kind kind, struct slice text, unsigned char out[DIGEST_MAX]);
/* lower case, in the arena */
struct slice digest_hex(struct arena *a, const unsigned char *p, size_t n);
/* RFC 4648 6, lower case, without padding */
struct slice digest_base32(struct arena *a, const unsigned char *p, size_t n);

#endif
