/* subject.h - a Subject with a tag before it
 * The original stays as it was, folds and encoded words included, except for what could break a header: CR
 * and NUL become spaces, a line end without white space behind it gets some, lines of white space only are
 * left out, lines over SUBJECT_LINE_MAX bytes are folded, and what passes SUBJECT_MAX bytes is cut. A Subject
 * that begins with the tag already is not tagged again. */
#ifndef POLICY_SUBJECT_H
#define POLICY_SUBJECT_H

#include "base/buf.h"

#define SUBJECT_LINE_MAX 900
#define SUBJECT_MAX (16 * 1024)

/* tag: as in the configuration, _SCORE_ is replaced; if not ASCII it is written as encoded words (RFC 2047).
 * subject: a field's value, NULL for none. Result: lines apart by \n and white space, no leading space. */
const char *subject_tagged(struct arena *a, const char *tag, double score, struct slice subject);

#endif
