/* eval-hashbl.h - between the files of HashBL's functions: options, and the questions of a rule
 * A rule hashes what it finds and looks the hash up in a zone: check_hashbl_emails('ebl.example.org/A',
 * 'md5/max=5', 'From/Reply-To', '^127\.'). Options, apart by slashes: sha1 md5 sha256 (else: as it is) case
 * max=N, and those of each function. SpamAssassin shuffles where there are more than max=N; here the first
 * are asked about. */
#ifndef SCORING_EVAL_HASHBL_H
#define SCORING_EVAL_HASHBL_H

#include "scoring/digest.h"
#include "scoring/net-subtest.h"

#define HASHBL_VALUES_MAX 1000 /* looked at */

/* options that are there or not */
enum {
    HASHBL_MD5 = 1,
    HASHBL_SHA1 = 2,
    HASHBL_SHA256 = 4,
    HASHBL_CASE = 8,
    HASHBL_NODOT = 16,
    HASHBL_NOTAG = 32,
    HASHBL_NOURI = 64,
    HASHBL_NOQUOTE = 128,
    HASHBL_USER = 256,
    HASHBL_HOST = 512,
    HASHBL_DOMAIN = 1024,
    HASHBL_NUM = 2048,
    HASHBL_IP = 4096,
    HASHBL_IPV4 = 8192,
    HASHBL_IPV6 = 16384,
    HASHBL_REVIP = 32768,
    HASHBL_FQDN = 65536,
    HASHBL_TLD = 131072,
    HASHBL_TRIM = 262144,
};

struct hashbl {
    const struct rule *rule;
    struct slice zone;
    enum dns_type type;
    unsigned options;
    size_t max, min_size, max_size;
    struct net_subtest subtest;
    struct slice from;         /* emails: fields, apart by slashes; tag: its name */
    const struct net_acl *acl; /* emails; NULL: none, or all */
    bool any_domain;           /* emails: an acl of `all` */
    struct regex *re;          /* bodyre, emails: what is looked for; NULL: mail addresses */
    struct regex *welcome;     /* emails: not asked about */
};

struct hashbl_values {
    struct slice v[HASHBL_VALUES_MAX];
    size_t n;
};

/* Each once. */
void hashbl_add(struct hashbl_values *to, struct slice value);
/* The first max of them. hashed: they are hashes. */
void hashbl_ask(struct check *c, const struct hashbl *h, const struct hashbl_values *values, bool hashed);
struct slice hashbl_hash(struct check *c, const struct hashbl *h, struct slice value);
double hashbl_run(struct check *c, const struct eval_args *args, const void *prepared);
/* Zone, options, and a pattern for answers, from these arguments; otherwise: options where none are given. */
int hashbl_prepare(struct eval_prepare *p, struct hashbl **out, size_t subtest_arg, struct slice otherwise,
                   struct err *e);
bool hashbl_skips(struct check *c, struct slice host, struct slice domain);

/* eval-hashbl-email.c */
int hashbl_prepare_emails(struct eval_prepare *p, void **prepared, struct err *e);
void hashbl_ask_emails(struct check *c, const struct eval_args *args, const void *prepared,
                       enum ask_round round);

#endif
