/* rule-parse.h - what the lines of rule files say
 * rule-parse.c reads lines and follows conditions and includes; rule-test.c takes a rule's test (header, body
 * ..., meta), rule-setting.c what else is said about it (score, describe, tflags, priority). A line that is
 * broken or not supported is a problem and otherwise as if it were not there. */
#ifndef SCORING_RULE_PARSE_H
#define SCORING_RULE_PARSE_H

#include "scoring/rule-file.h"
#include "scoring/rule.h"

struct rule_parser {
    struct ruleset *set;
    const struct scoring_options *o;
    struct rule_problems *problems;
    struct rule_reader reader;
    bool no_include;  /* the text is not from a file */
    unsigned guesses; /* suggestions made for unknown directives */
};

/* Reads what the reader has open, to its end. Fails: ERR_CONFIG on an include that cannot be read. */
int rule_parse(struct rule_parser *p, struct err *e) MUST_CHECK;

/* -?digits[.digits], as SpamAssassin reads numbers */
bool rule_number(struct slice word, double *value);
/* Takes the first word off *rest, and the white space behind it; empty at the end. */
struct slice rule_word(struct slice *rest);

/* letters, digits and _, no digit first */
bool rule_name_valid(struct slice name);

/* `KEY NAME TEXT`: text is what stands behind the name; not empty. */
typedef void rule_set_fn(struct rule_parser *p, const struct rule_line *at, struct rule *r,
                         struct slice text);
/* tests */
rule_set_fn rule_set_header, rule_set_body, rule_set_rawbody, rule_set_full, rule_set_uri, rule_set_meta,
    rule_set_mimeheader, rule_set_uri_detail, rule_set_askdns, rule_set_reuse;
/* what else is said about rules */
rule_set_fn rule_set_score, rule_set_describe, rule_set_tflags, rule_set_priority, rule_set_shortcircuit;

#endif
