/* header-spec.h - which header a rule reads: `Subject`, `From:addr`, `ToCc`, `ALL:raw` ...
 * Parsed when rules are loaded; equal specifications share one number, so that a value is made once a
 * message. A name that no field of a message has may still mean something (X-Spam-Relays-External,
 * ALL-TRUSTED): who makes the values knows. */
#ifndef SCORING_HEADER_SPEC_H
#define SCORING_HEADER_SPEC_H

#include "base/err.h"
#include "scoring/names.h"

enum header_source {
    SPEC_FIELD,     /* all fields of the name */
    SPEC_ALL,       /* the whole block */
    SPEC_TOCC,      /* To, then Cc */
    SPEC_MESSAGEID, /* the fields that hold one */
    SPEC_ENVELOPE_FROM,
};

enum header_form { SPEC_WHOLE, SPEC_ADDR, SPEC_NAME };
enum header_part { SPEC_NO_PART, SPEC_HOST, SPEC_DOMAIN, SPEC_IP, SPEC_REVIP };
enum header_pick { SPEC_EACH, SPEC_FIRST, SPEC_LAST };

struct header_spec {
    enum header_source source;
    enum header_form form;
    bool raw;
    enum header_part part; /* what is looked for in the values */
    enum header_pick pick; /* of several fields */
    struct slice name;     /* SPEC_FIELD */
    struct slice request;  /* as written: "From:addr:host" */
};

struct header_specs {
    struct arena *a;
    struct names names;
    struct header_spec *v;
    size_t n, cap;
};

/* 0, or -1 with *e. text: borrowed. */
int header_spec_parse(struct header_spec *spec, struct slice text, struct err *e) MUST_CHECK;
void header_specs_init(struct header_specs *s, struct arena *a);
/* 0, or -1 with *e. text: borrowed, lives as long as the arena. */
int header_spec_add(struct header_specs *s, struct slice text, uint32_t *number, struct err *e) MUST_CHECK;

#endif
