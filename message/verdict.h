/* verdict.h - classes of mail, what is done with them, and the verdict
 * A verdict is a set of classes. The strictest action of all classes in the set decides, so that a further
 * finding never weakens what is done; the highest class in table order names the verdict. The table
 * (verdict.c) has one row a class, complete: name, default action. Set by policy/decide.c; carried by
 * everybody after it. */
#ifndef MESSAGE_VERDICT_H
#define MESSAGE_VERDICT_H

#include "base/slice.h"

/* in order: the later one names the verdict */
enum verdict_class {
    CLASS_CLEAN,
    CLASS_BAD_HEADER,
    CLASS_SPAMMY,
    CLASS_SPAM,
    CLASS_DMARC_TEMPERROR,  /* whether it fails DMARC is not known, and it may matter */
    CLASS_DMARC_QUARANTINE, /* fails DMARC, and this is what the domain of From asks for */
    CLASS_DMARC_REJECT,
    CLASS_UNCHECKED_ENCRYPTED,
    CLASS_UNCHECKED_LIMIT,
    CLASS_UNCHECKED_UNSUPPORTED,
    CLASS_UNCHECKED_PARTIAL,
    CLASS_UNCHECKED_REGEX,
    CLASS_UNCHECKED_AMBIGUOUS,
    CLASS_UNCHECKED_CRASH,
    CLASS_UNCHECKED_FAULT,
    CLASS_BANNED,
    CLASS_VIRUS,
    CLASS_COUNT
};

/* weakest first; strictness is the order of this enum */
enum verdict_action {
    ACTION_PASS,
    ACTION_TAG,
    ACTION_QUARANTINE,
    ACTION_TEMPFAIL,
    ACTION_REJECT,
    ACTION_DISCARD, /* only if written by the admin */
    ACTION_COUNT
};

typedef uint32_t class_set; /* bit i: class i */
#define CLASS_BIT(c) ((class_set)1 << (c))

struct verdict_class_info {
    const char *name;  /* "unchecked/limit" */
    const char *group; /* the option's name behind "action_": "unchecked"; NULL for clean */
};

extern const struct verdict_class_info verdict_classes[CLASS_COUNT];
extern const char *const verdict_action_names[ACTION_COUNT + 1]; /* NULL-terminated, for conf */

/* -1 when the name is not one */
int verdict_class_by_name(struct slice name);
/* The highest class of the set in table order; CLASS_CLEAN for the empty set. */
enum verdict_class verdict_highest(class_set set);

#endif
