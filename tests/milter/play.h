/* play.h - plays one case of a session file against a filter
 * A case fails at its first step that goes otherwise than written: file, line and reason are in failure. */
#ifndef TESTS_MILTER_PLAY_H
#define TESTS_MILTER_PLAY_H

#include "tests/milter/script.h"
#include "tests/milter/talk.h"

struct play_options {
    const char *socket;
    const char *log; /* tamisd's log file, for `log`; may be NULL */
    unsigned timeout_ms;
};

struct play {
    const struct play_options *o;
    const struct script *script;
    const struct script_line *line;
    struct arena *arena;
    struct talk *talks, *talk; /* all; the one that speaks */
    uint64_t counter;          /* of repeat */
    long log_from;
};

/* One row a word; hears: checks what came, else says something; raw: takes its text with the escapes. */
struct play_verb {
    const char *word;
    bool hears, raw;
    int (*run)(struct play *p, struct slice rest, struct err *e);
};
extern const struct play_verb play_says[], play_hears[];
extern const size_t play_says_n, play_hears_n;

/* true: as written */
bool play_case(const struct play_options *o, const struct script *s, const struct script_case *c,
               struct arena *a, struct err *failure);
/* one step by its word; rest with its escapes */
int play_step(struct play *p, struct slice word, struct slice rest, struct err *e) MUST_CHECK;
/* Splits "NAME: VALUE"; the value keeps the space behind the colon. */
int play_field(struct slice rest, struct slice *name, struct slice *value, struct err *e) MUST_CHECK;
struct talk *play_talk(struct play *p, struct slice name);

#endif
