/* headers.h - the fields we write, byte for byte
 * X-Spam-Status is in SpamAssassin's format:
 *   "Yes, score=12.3 required=5.0 tests=A,B,C\n\tautolearn=no autolearn_force=no version=4.0.1" with its
 * folding. X-Spam-Flag only when spam, X-Spam-Level one star a point (at most 50), X-Spam-Report,
 * X-Virus-Scanned, X-Virus-Status. Values in the arena, lines apart by "\n\t", no leading space. */
#ifndef POLICY_HEADERS_H
#define POLICY_HEADERS_H

#include "policy/decide.h"

const char *header_spam_status(struct arena *a, const struct verdict *v);
const char *header_spam_level(struct arena *a, const struct verdict *v);
/* "\n\t*  5.0 RULE what matched" lines */
const char *header_spam_report(struct arena *a, const struct verdict *v);
const char *header_virus_status(struct arena *a, const struct verdict *v);

#endif
