/* signed.h - CMS (S/MIME, .p7m): what is signed inside of a signature
 * Mail clients and signature programs show the content of a signed file, which lies in it as it is or in
 * chunks; libclamav does not look there. RFC 5652 3, 5; BER with definite and indefinite lengths (X.690 8.1).
 *
 * Input: a file, hostile. Output: the content, a slice of it, or put together in the arena. Linear, no
 * recursion (the way to the content is a fixed one; chunks nest no deeper than SIGNED_NESTING). */
#ifndef CLAMGLUE_SIGNED_H
#define CLAMGLUE_SIGNED_H

#include "base/arena.h"

#define SIGNED_NESTING 8

enum signed_kind {
    SIGNED_NOT,       /* no CMS */
    SIGNED_CONTENT,   /* signedData: may have content */
    SIGNED_ENCRYPTED, /* envelopedData and its kin */
    SIGNED_OTHER,     /* compressedData, digestedData ...: content that nobody here reads */
};

enum signed_kind signed_kind(struct slice bytes);
/* Of SIGNED_CONTENT: false when there is none (a detached signature, certificates only). *broken: it cannot
 * be read to its end. */
bool signed_content(struct slice bytes, struct arena *a, struct slice *content, bool *broken);

#endif
