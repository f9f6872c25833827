/* options.h - what is done with which class, and what is written */
#ifndef POLICY_OPTIONS_H
#define POLICY_OPTIONS_H

#include "base/conf.h"
#include "message/verdict.h"

enum policy_mode { MODE_ENFORCE, MODE_OBSERVE };
enum dmarc_honour { DMARC_IGNORE, DMARC_HONOUR };
enum quarantine_method { QUARANTINE_STORE, QUARANTINE_HOLD };

#define SUBJECT_TAG_DEFAULT "[SPAM]"

struct policy_options {
    int mode;              /* enum policy_mode: `mode = enforce|observe` */
    double required_score; /* spammy from here */
    double reject_score;   /* spam from here */
    int action_bad_header, action_spammy, action_spam, action_dmarc_temperror, action_dmarc_quarantine,
        action_dmarc_reject, action_unchecked_encrypted, action_unchecked, action_unchecked_fault,
        action_banned, action_virus; /* enum verdict_action */
    int quarantine_method;
    unsigned fault_age;      /* ms: unchecked/crash and /fault older than this are quarantined */
    unsigned fault_memory;   /* messages remembered for that */
    const char *subject_tag; /* before the Subject of tagged mail; may hold _SCORE_; empty: none */
    const char *unchecked_subject_tag;
    const char *reject_text; /* behind the enhanced code; _CLASS_ _ID_ are replaced */
    const char *tempfail_text;
    const char *authserv_id;           /* ours; empty: the MTA's name */
    bool authentication_results;       /* whether that field is written */
    int dmarc_policy;                  /* enum dmarc_honour */
    struct conf_list recipient_policy; /* maps, policy/maps.h */
    struct conf_list sender_allow, sender_block, client_allow, client_block;
    struct conf_list remove_headers; /* inbound names removed, `*` at the end allowed */
    bool add_headers_clean;          /* X-Spam-Status and X-Virus-* on clean mail, too */
};

extern const struct conf_option policy_option_rows[];
extern const size_t policy_option_rows_n;

/* required_score as rule files of the site say it (0: they do not) counts where tamis.conf leaves its own. */
void policy_follow_rules(struct policy_options *o, double required);

#endif
