/* hits.h - what was found in one message, while libclamav is at work
 * libclamav calls us from its depths: there nothing may be allocated that can jump out (arena.h). So findings
 * are kept here, in memory of fixed size, and told to a finding_list when the scan is over. The same thing
 * (kind, class, name; for notes the place as well) is kept once, with the place where it was first found.
 * Past HITS_MAX: unchecked/limit "virus_findings". */
#ifndef CLAMGLUE_HITS_H
#define CLAMGLUE_HITS_H

#include "clamglue/names.h"

#define HITS_MAX 200
#define HIT_WHERE_MAX 200 /* with the NUL */

struct hit {
    enum finding_kind kind;
    enum verdict_class class;
    double score;
    char name[NAME_CLEAN_MAX];
    char where[HIT_WHERE_MAX];
};

struct hits {
    size_t n;
    size_t told; /* calls of hits_add, of which some say nothing new */
    bool more;
    class_set classes;
    struct hit v[HITS_MAX + CLASS_COUNT]; /* behind HITS_MAX: the first of a class only */
};

void hits_reset(struct hits *h);
void hits_add(struct hits *h, enum finding_kind kind, enum verdict_class class, double score,
              struct slice name, const char *where);
/* a class by itself */
void hits_class(struct hits *h, enum verdict_class class, const char *reason, const char *where);
/* a signature by its name; rules: option virus_names */
void hits_signature(struct hits *h, const struct conf_list *rules, const char *name, const char *where);
bool hits_have_class(const struct hits *h, enum verdict_class class, const char *reason);
/* Appends all to list; may escape from the arena. */
void hits_tell(const struct hits *h, struct arena *a, struct finding_list *list);

#endif
