/* rule.h - the inside of a rule set
 * A rule is made by the first line that names it (a test, a score, another meta) and filled by later ones;
 * its number is its place in ruleset.rules. After ruleset_finish() nothing changes any more.
 * Everything lives in the set's arena but the compiled patterns, which ruleset_free() frees. */
#ifndef SCORING_RULE_H
#define SCORING_RULE_H

#include "scoring/eval.h"
#include "scoring/expr.h"
#include "scoring/header-spec.h"
#include "scoring/names.h"
#include "scoring/plugins.h"
#include "scoring/replace-tags.h"
#include "scoring/rule-problem.h"
#include "scoring/ruleset.h"
#include "scoring/settings.h"
#include "scoring/trust.h"

enum rule_type {
    RULE_NONE, /* named, but no (usable) test seen */
    RULE_HEADER,
    RULE_EXISTS, /* header NAME exists:FIELD */
    RULE_BODY,
    RULE_URI,
    RULE_RAWBODY,
    RULE_FULL,
    RULE_META,
    RULE_EVAL,       /* test.eval; test.eval_of says of which text */
    RULE_MIMEHEADER, /* a field of any part */
    RULE_URI_DETAIL,
    RULE_ASKDNS, /* a question to the DNS; test.askdns */
    RULE_EMPTY,  /* defined without a test (`reuse`): never hits, counts as 0 */
};

enum rule_shortcircuit { SHORTCIRCUIT_NONE, SHORTCIRCUIT_HAM, SHORTCIRCUIT_SPAM, SHORTCIRCUIT_ON };

enum {
    TFLAG_NICE = 1,
    TFLAG_MULTIPLE = 2,  /* counts its hits */
    TFLAG_NOSUBJECT = 4, /* a body rule that does not look at the Subject */
    TFLAG_NET = 8,       /* a function that is called only in score sets 1 and 3; other tests run always */
    TFLAG_LEARN = 16,    /* the same, in score sets 2 and 3 */
    TFLAG_USERCONF = 32,
    TFLAG_NOAUTOLEARN = 64,
    TFLAG_AUTOLEARN_FORCE = 128,
    TFLAG_AUTOLEARN_HEADER = 256,
    TFLAG_AUTOLEARN_BODY = 512,
    TFLAG_NOTRIM = 1024,
    TFLAG_DOMAINS_ONLY = 2048,
    TFLAG_IPS_ONLY = 4096,
    TFLAG_CONCAT = 8192, /* a mimeheader rule that looks at the fields of all parts as one text */
    TFLAG_NOLOG = 16384,
    TFLAG_A = 32768,  /* a uridnsbl rule that looks at the addresses of hosts */
    TFLAG_NS = 65536, /* and at those of their domains' name servers */
};

/* Rules that fill %{NAME} run before all that use one. */
#define PRIORITY_CAPTURE (-10000)
#define PRIORITY_NET (-100)

/* Which of four scores counts: bit 0 network, bit 1 classifier. */
#define SCORE_SET_NETWORK 1
#define SCORE_SET_LEARNED 2
#define SCORE_SETS 4

struct prefilter;

/* a call of a function: eval:check_x('a', 'b') */
struct rule_eval {
    const struct eval_function *f; /* NULL: there is none of that name, or its plugin is not loaded */
    struct eval_args args;
    void *prepared;
};

/* What is looked at in each message stands first. */
struct rule_test {
    enum rule_type type;
    uint32_t spec; /* RULE_HEADER, RULE_EXISTS: number in ruleset.specs */
    bool negated;  /* !~ */
    bool has_if_unset;
    bool raw_field;         /* RULE_MIMEHEADER: with :raw */
    enum rule_type eval_of; /* RULE_EVAL: HEADER, BODY, RAWBODY or FULL */
    /* NULL in a rule with a template: its pattern is made anew for each message */
    struct regex *re;
    /* names in `pattern`, see rule-capture.h; NULL: none */
    const struct rule_names *captures; /* (?<NAME>...): what matches there is the value of NAME */
    const struct rule_names *template; /* %{NAME}: stands for the values; without any the rule does not run */
    struct expr *expr;                 /* RULE_META */
    struct rule_eval eval;             /* RULE_EVAL */
    struct slice needed; /* of template: a name, a value of which is in whatever matches; empty: none known */
    struct slice if_unset;
    struct slice field;                      /* RULE_MIMEHEADER: name of the field, without :raw */
    const struct uri_conditions *conditions; /* RULE_URI_DETAIL, see eval-uri.h */
    const struct askdns *askdns;             /* RULE_ASKDNS, see askdns.h */
    /* HEADER, BODY, URI, RAWBODY, FULL, MIMEHEADER: the pattern as written, with its delimiters; META: the
     * expression; EVAL: the call; else empty */
    struct slice text;
    struct slice pattern; /* what re was compiled of: text, or text with its tags replaced */
    const char *file;
    unsigned line;
    enum setting_origin origin;
    struct rule_test *earlier; /* which this one replaced; counts again where this one turns out broken */
};

struct rule {
    uint32_t number;
    unsigned tflags, maxhits;
    struct slice name;
    struct rule_test test;
    const char *describe;        /* NULL: none */
    unsigned part_from, part_to; /* tflags range=FROM-TO of a mimeheader rule: parts, from 1; 0 and 0: all */
    int priority;
    enum rule_shortcircuit shortcircuit;
    bool has_score;
    double scores[SCORE_SETS];
    bool unsupported; /* a test was seen that is not supported: not worth a warning that there is none */
    const char *file; /* where it was first named */
    unsigned line;
    enum setting_origin origin;
    /* made by ruleset_finish; priority and TFLAG_NET are then also what metas pass on */
    const char *where; /* "file:line" of the test; NULL: none */
    double score;
    bool runs;
    bool evaluated; /* a meta: runs, or has score 0 and is only there for others, see meta.h */
    bool in_time;   /* a meta: all that it needs runs */
};

/* when evaluation stops before the last rule; see shortcircuit.h */
struct shortcircuits {
    bool any;
    double ham_score, spam_score;
    bool has_min, has_max;
    double min_ham, max_spam;
};

/* what rule files say of the texts that rules see; see view.h */
struct text_settings {
    bool as_they_are;                       /* normalize_charset 0 */
    size_t body_part_max, rawbody_part_max; /* 0: said nothing */
};

struct ruleset {
    struct arena arena;
    struct shortcircuits stops;
    unsigned learned_spam, learned_ham; /* as in scoring_options */
    bool network;
    unsigned score_set;
    int autolearn_option; /* as in scoring_options */
    bool autolearns;
    struct plugins plugins;
    struct settings settings;
    struct replace_tags tags; /* while the set is finished */
    /* made of the settings by ruleset_finish(), before functions are prepared */
    struct trust trust;
    struct text_settings texts;
    const struct uri_rules *uri_rules;
    const struct features_options *features; /* scoring/features-settings.h; never NULL */
    const struct lists *lists;               /* scoring/lists.h */
    const struct freemail *freemail;         /* scoring/freemail.h */
    const struct report_settings *report;    /* scoring/report-settings.h; never NULL */
    const struct net_settings *net;          /* scoring/net-settings.h; never NULL */
    struct names names;
    struct rule **rules;
    size_t n, cap;
    struct header_specs specs;
    struct rule **tests; /* those that run and are no metas, in the order of running */
    size_t n_tests;
    struct prefilter *prefilter; /* NULL: every rule is judged */
    struct rule **asking;        /* of tests, those that ask the DNS */
    size_t n_asking;
    struct client_zone *client_zones;
    size_t n_client_zones;
    struct rule **metas; /* those that are evaluated; a meta comes after what it depends on */
    size_t n_metas;
    /* metas[users[first_user[number]]] up to first_user[number + 1]: those that depend on a rule */
    uint32_t *first_user, *users;
    uint32_t *first_watcher, *watchers; /* those that may be other than 0 when it is; see meta-watch.h */
    uint64_t *metas_always;  /* a bit for each of metas[] that is not 0 where all that it needs is */
    struct rule **all_metas; /* in such an order, with those that never run */
    size_t n_all_metas;
    unsigned expr_depth; /* the deepest meta's */
    unsigned files, n_problems, n_not_yet;
    uint64_t hash; /* of all bytes read */
};

/* __ rules have no score of their own */
bool rule_is_sub(const struct rule *r);
/* Finds or makes the rule; NULL when the set is full (o->rules_max). */
struct rule *ruleset_rule(struct ruleset *set, struct slice name, const struct rule_line *at, unsigned max);
/* Patterns, functions, metas, scores, order. Problems found only now (metas in a circle, scores of unknown
 * rules) are added. */
void ruleset_finish(struct ruleset *set, unsigned rules_max, struct rule_problems *problems);
/* As ruleset_load from one file's text; an `include` in it is a problem. For tests and fuzzing. */
struct ruleset *ruleset_load_text(const struct scoring_options *o, struct slice text, const char *name,
                                  struct arena *a, const struct rule_problem **problems, struct err *e);

#endif
