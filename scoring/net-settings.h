/* net-settings.h - what rule files say of the network besides rules
 * dns_query_restriction, dns_block_rule, uridnsbl_*, rbl_headers, adsp_override, hashbl_* and their like.
 * How long to wait, whom to ask and on what port is not a matter of rule files here (tamis.conf: dns_*), but
 * for tamis-spamassassin, which has only those: dns_server and dns_available. */
#ifndef SCORING_NET_SETTINGS_H
#define SCORING_NET_SETTINGS_H

#include "base/regex.h"
#include "scoring/net-map.h"
#include "scoring/rule-problem.h"
#include "scoring/settings.h"

/* values of net_settings.restrictions */
enum { NET_ALLOWED = 1, NET_DENIED };

#define NET_SERVERS_MAX 16 /* further ones are left out */

/* where a rule's hit says that a list refuses to answer us */
struct net_block {
    struct slice rule, zone; /* zone in lower case */
    struct net_block *next;
};

struct net_acl {
    struct slice name;
    struct net_map domains; /* 1: in, 2: out */
    struct net_acl *next;
};

/* patterns of functions' arguments, freed with the set */
struct net_kept {
    struct regex *re;
    struct net_kept *next;
};

enum net_authres { NET_AUTHRES_INTERNAL, NET_AUTHRES_TRUSTED, NET_AUTHRES_ALL };

struct net_settings {
    bool available;                       /* dns_available is not "no" */
    const char *servers[NET_SERVERS_MAX]; /* dns_server, as ADDRESS@PORT */
    size_t n_servers;
    bool skip_rbl, skip_uribl;
    struct slice rbl_headers;
    struct net_map restrictions; /* dns_query_restriction, by domain */
    struct net_block *blocks;
    unsigned block_seconds;

    struct net_map skip_domains; /* uridnsbl_skip_domain */
    bool skip_mailto;
    size_t max_domains;

    bool ignore_received_spf, newest_received_spf;
    unsigned dkim_min_bits;
    struct net_map adsp; /* adsp_override: N U A D 1 2 3, by domain or "*.domain" */

    struct net_map hash_ignore;
    struct names aliases; /* of domains, to places in alias_of */
    struct slice *alias_of;
    struct net_acl *acls;
    struct slice email_pattern, welcome_pattern; /* empty: the usual ones */

    enum net_authres authres_networks;
    struct net_map authres_trusted, authres_ignored;

    struct net_kept *kept;
};

const struct net_settings *net_settings_load(struct arena *a, const struct settings *s,
                                             struct rule_problems *problems);
void net_settings_free(const struct net_settings *s);
/* Keeps a pattern until then. */
void net_settings_keep(const struct net_settings *s, struct arena *a, struct regex *re);
/* NULL when there is none */
const struct net_acl *net_settings_acl(const struct net_settings *s, struct slice name);
/* Whether dns_query_restriction lets a name be asked: the nearest entry decides, `*` is last. */
bool net_settings_allow(const struct net_settings *s, struct slice name);

#endif
