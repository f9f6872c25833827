/* replace-tags.h - <TAG> in patterns of rules that replace_rules names
 * `replace_tag A [a@]` and `replace_rules X` make <A> in X's pattern [a@]. In the pattern itself, <inter I>
 * puts replace_inter's I between tags side by side, <pre P> and <post P> put theirs before and behind tags.
 * What a tag stands for may have tags; TAG_PASSES rounds are made. Unknown tags stay as they are.
 *
 * A pattern that grows beyond TAG_PATTERN_MAX is refused: ERR_INPUT. */
#ifndef SCORING_REPLACE_TAGS_H
#define SCORING_REPLACE_TAGS_H

#include "base/err.h"
#include "scoring/names.h"
#include "scoring/settings.h"

#define TAG_PASSES 6
#define TAG_PATTERN_MAX (1024 * 1024)

struct tag_table {
    struct names names;
    struct slice *v;
    uint32_t n, cap;
};

struct replace_tags {
    struct slice start, end; /* < and > */
    struct tag_table tags, pre, inter, post;
    struct names rules;   /* whose patterns have tags */
    struct arena scratch; /* for one pattern */
};

/* Tables live in `a`; replace_tags_free() is needed besides. */
void replace_tags_load(struct replace_tags *t, struct arena *a, const struct settings *s);
void replace_tags_free(struct replace_tags *t);
bool replace_tags_wanted(const struct replace_tags *t, struct slice rule);
/* inner: a pattern without its delimiters. 0, or -1 with *e. *out is good until the next call. */
int replace_tags_expand(struct replace_tags *t, struct slice inner, struct slice *out,
                        struct err *e) MUST_CHECK;

#endif
