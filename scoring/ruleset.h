/* ruleset.h - rule files, loaded once
 * The rule language is SpamAssassin's (perldoc Mail::SpamAssassin::Conf): this is its core. A ruleset is
 * immutable once loaded, shared by forked workers, swapped whole.
 *
 * Broken or unsupported line: a problem (file, line, text, what to write), the rest loads. Unreadable file or
 * directory, no rules at all, include loop: the load fails. All problems are kept in order, for `tamis lint`.
 */
#ifndef SCORING_RULESET_H
#define SCORING_RULESET_H

#include "base/conf.h"

struct scoring_options {
    struct conf_list rules_path; /* directories (*.pre, then *.cf, each in name order) or files */
    /* directories whose files are a distribution's: what they set besides rules is ORIGIN_STOCK, see
     * settings.h */
    struct conf_list rules_stock;
    const char *rules_updates;  /* see rule-path.h */
    const char *language;       /* whose `lang` lines count: "de", "pt_BR"; "" or NULL: English */
    unsigned regex_match_limit; /* steps of one match */
    unsigned message_budget;    /* milliseconds of CPU for all rules of one message */
    unsigned rules_max;         /* rules in a set */
    int autolearn;              /* enum autolearn_option */
    /* no rows, said by who loads */
    unsigned learned_spam, learned_ham; /* by the classifier, 0 without one */
    bool network;                       /* rules may ask the DNS: another score set */
    bool settings_only;                 /* lines about rules are not read, and none need be there */
};

extern const struct conf_option scoring_option_rows[];
extern const size_t scoring_option_rows_n;

enum rule_problem_kind {
    RULE_WARNING,
    RULE_FLAW,        /* a warning that SpamAssassin's --lint counts as an error */
    RULE_UNSUPPORTED, /* SpamAssassin may know it, we don't */
    RULE_ERROR,
    RULE_NOT_YET, /* asks what is not there yet: loaded, never hits */
    RULE_PROBLEM_KINDS
};

struct rule_problem {
    enum rule_problem_kind kind;
    const char *file;
    unsigned line;
    const char *text; /* what is wrong, and what to write */
    struct rule_problem *next;
};

struct ruleset;

/* NULL with ERR_CONFIG when the set is refused; *problems (may be NULL) then still lists what was seen.
 * Problems live in `a` (at most some 5 MB), the set does not. */
struct ruleset *ruleset_load(const struct scoring_options *o, struct arena *a,
                             const struct rule_problem **problems, struct err *e);
void ruleset_free(struct ruleset **r);

struct ruleset_info {
    unsigned rules, subrules, files, problems;
    unsigned not_yet; /* rules that ask what is not there yet; they are no problems */
    char hash[17];    /* of all bytes read, for logs and status */
};
/* required_score as files of the site say it; 0: they do not, or say 0 */
double ruleset_required(const struct ruleset *r);
/* Whether rules ask the classifier: it had learned enough for these rule files when they were loaded. */
bool ruleset_asks_classifier(const struct ruleset *r);
/* Whether they would, had it learned so much. */
bool ruleset_wants_classifier(const struct ruleset *r, unsigned spam, unsigned ham);
/* A list that is asked about the address of whoever hands a message to us: A or TXT of 4.3.2.1.ZONE. */
struct client_zone {
    struct slice zone;
    int type; /* enum dns_type */
};
/* Those of rules that run, each once, as long as the set lives: they can be asked before there is a message.
 * None without the network. */
size_t ruleset_client_zones(const struct ruleset *r, const struct client_zone **v);
/* Whether anything may be learned: false with use_bayes 0, or use_learner 0. */
bool ruleset_learns(const struct ruleset *r);
/* What rule files say of the DNS itself: dns_server, each as ADDRESS@PORT; dns_available. Whoever loads them
 * decides whether that counts. */
size_t ruleset_name_servers(const struct ruleset *r, const char *const **v);
bool ruleset_may_ask(const struct ruleset *r);
/* Whether messages are to be learned without anybody's word, see scoring/autolearn.h. */
bool ruleset_autolearns(const struct ruleset *r);
void ruleset_info(const struct ruleset *r, struct ruleset_info *out);
/* description (`describe`) of a rule, "" when there is none; NULL when there is no such rule */
const char *ruleset_describe(const struct ruleset *r, struct slice rule);
/* "file:line" where the rule's test stands; NULL when there is no such rule */
const char *ruleset_where(const struct ruleset *r, struct slice rule);

#endif
