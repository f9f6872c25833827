/* early.h - who is refused before its message is read
 * What is known of a client when it names a recipient (maps, lists in the DNS, SPF) in, a reply out. Pure;
 * asking is the caller's. Nothing is refused early unless an option asks for it; never a client that has
 * authenticated or that client_allow or sender_allow knows, and never for postmaster (RFC 5321 4.5.1), but
 * for early_stage = connect, where nothing of that is known yet save client_allow.
 * What could not be found out refuses nobody: the message is looked at later, as any other. But who has SPF
 * reject mail has it come again where SPF could not be asked for (spf_temperror), for some hours. */
#ifndef POLICY_EARLY_H
#define POLICY_EARLY_H

#include "base/conf.h"
#include "message/auth_result.h"
#include "policy/dnsbl.h"
#include "policy/map.h"

enum early_stage { EARLY_AT_RECIPIENT, EARLY_AT_CONNECT };
enum early_spf { EARLY_SPF_NO, EARLY_SPF_FAIL, EARLY_SPF_SOFTFAIL };
enum early_unknown { EARLY_ACCEPTS, EARLY_DEFERS };

struct early_options {
    struct conf_list client_reject, sender_reject, early_exempt; /* maps, policy/maps.h */
    struct conf_list dnsbl_sites;
    unsigned dnsbl_threshold;
    int spf_reject;      /* enum early_spf */
    int spf_temperror;   /* enum early_unknown */
    int early_stage;     /* enum early_stage */
    unsigned early_wait; /* ms that a recipient waits for answers */
};

extern const struct conf_option early_option_rows[];
extern const size_t early_option_rows_n;

enum early_reason {
    EARLY_PASSES,
    EARLY_CLIENT, /* by client_reject */
    EARLY_SENDER, /* by sender_reject */
    EARLY_LISTED, /* votes of lists */
    EARLY_SPF,
    EARLY_SPF_UNKNOWN, /* could not be asked for: for now */
    EARLY_FAULT,       /* a map could not be asked: for now */
    EARLY_REASONS
};
extern const char *const early_reason_names[EARLY_REASONS];

/* One recipient of a client. */
struct early_facts {
    struct slice client_address, recipient;
    bool exempt; /* authenticated, allowed, exempt recipient */
    enum map_answer client_map, sender_map;
    const struct dnsbl_votes *votes; /* NULL: not asked */
    const struct auth_spf *spf;      /* NULL: not asked */
    bool spf_waits; /* of a temperror: it is not yet so old that the client had better go on */
};

struct early_reply {
    enum early_reason reason;
    const char *code, *enhanced, *text; /* for the SMTP client; in the arena */
};

void early_decide(const struct early_options *o, const struct early_facts *facts, struct arena *a,
                  struct early_reply *reply);
/* "postmaster" with or without a domain. */
bool early_is_postmaster(struct slice recipient);

#endif
