/* type.h - what a file really is, and whether that is what it was said to be
 * A dozen types that mail is full of are told by their first bytes; for the rest libmagic is asked, with
 * limits on its work, and without the parts of it that start programs. The answer is a note for people and
 * for rules on types, never a reason to scan less. */
#ifndef CLAMGLUE_TYPE_H
#define CLAMGLUE_TYPE_H

#include "base/slice.h"

struct type_reader;

/* Loads libmagic's database (shared pages); without it only our own types are told. */
struct type_reader *type_reader_new(void);
void type_reader_free(struct type_reader **r);

/* "application/pdf"; "application/octet-stream" when nobody knows. The text lives until the next call. */
const char *type_of(struct type_reader *r, struct slice bytes);
/* The real type when a file of `declared` cannot be that; NULL when it can, or when nobody knows. */
const char *type_differs(struct type_reader *r, struct slice bytes, struct slice declared);

#endif
