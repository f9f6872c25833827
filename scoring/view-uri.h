/* view-uri.h - URIs as SpamAssassin finds and cleans them, and the parts of hosts
 * In text (its Thunderbird-like finder), from HTML, from DKIM signatures; each with all cleaned forms, its
 * hosts and registered domains (util_rb_tld, 2tld, 3tld). Linear. */
#ifndef SCORING_VIEW_URI_H
#define SCORING_VIEW_URI_H

#include "base/regex.h"
#include "scoring/rule-problem.h"
#include "scoring/settings.h"
#include "scoring/view-html.h"

/* bits of view_uri.types, and their names in uri_detail: a area link img frame iframe embed script bgsound
 * form body table tr td base meta ... are HTML tags; these are SpamAssassin's own */
enum {
    VIEW_URI_PARSED = 1,     /* stands in the readable text */
    VIEW_URI_UNLINKED = 2,   /* a bare host there: programs that show mail make no link of it */
    VIEW_URI_DOMAINKEYS = 4, /* d= of a signature; has no cleaned forms. Also "nocanon" and "noclean". */
    VIEW_URI_HTML = 8,       /* no name */
    VIEW_URI_SCHEMELESS = 16,
};

struct view_uri {
    struct slice uri; /* as found: the key */
    unsigned types;
    struct slice *tags; /* HTML tags it came from */
    size_t n_tags;
    struct slice *cleaned; /* all forms, the first is uri itself where it is kept */
    size_t n_cleaned;
    struct slice *anchors;
    size_t n_anchors;
    struct slice *hosts;   /* of all cleaned forms, lower case */
    struct slice *domains; /* registered, one for each host, empty: none */
    size_t n_hosts;
    struct view_uri *next;
};

struct view_uris {
    struct view_uri *first;
    size_t n;
    struct slice *all; /* what `uri` rules see: every cleaned form, each once */
    size_t n_all;
    bool truncated; /* one was longer than VIEW_URI_MAX */
    bool cut;       /* there are more than were looked at: rules have not seen all */
};

#define VIEW_URI_MAX 8192        /* bytes of a form; what is behind is cut */
#define VIEW_URIS_MAX 8192       /* URIs of a message, then */
#define VIEW_URI_BYTES (4 << 20) /* bytes of all their forms, then no more are looked at */
#define VIEW_URI_FORMS_MAX 64    /* forms of a URI, redirections among them */
#define VIEW_URI_ANCHORS_MAX 500 /* different texts of a URI */

/* util_rb_*, redirector_pattern, parse_dkim_uris, enlist_uri_host ... as loaded. International names are not
 * turned to their ASCII form, as SpamAssassin does neither where its optional module for it is missing. */
struct uri_rules;
const struct uri_rules *uri_rules_load(struct arena *a, const struct settings *s,
                                       struct rule_problems *problems);
/* its patterns; NULL-safe */
void uri_rules_free(const struct uri_rules *rules);

struct view_uri_input {
    const struct slice *body; /* pieces of the body view */
    size_t n_body;
    const struct view_html *const *pages;
    size_t n_pages;
    const struct slice *dkim_domains; /* d= of DKIM-Signature and DomainKey-Signature */
    size_t n_dkim;
};
void view_uris_make(struct view_uris *u, struct arena *a, const struct uri_rules *rules,
                    struct regex_scratch *scratch, const struct view_uri_input *in);

/* ---- hosts and domains; where rules is NULL or has no util_rb_tld, the public suffix list cuts, and a TLD
 * is what looks like one */

/* "www.example.co.uk" -> "example.co.uk" by util_rb_*; empty when there is none that is valid */
struct slice uri_registered(const struct uri_rules *rules, struct slice host);
/* ends in a known TLD, has something before it and no white space in it; nothing more is asked */
bool uri_domain_valid(const struct uri_rules *rules, struct slice host);
/* The same cut, of anything: lower case, single dots, valid or not. */
struct slice uri_trim_domain(const struct uri_rules *rules, struct arena *a, struct slice host);
/* labels of letters, digits, hyphens inside, underscores from the third on: lower case or not */
bool uri_fqdn_valid(struct slice host);
bool uri_ip_address(struct slice host);

struct uri_host {
    struct slice host, domain; /* lower case; for an address both are the address */
};
/* Host and registered domain of a URI, a mail address behind "mailto:", or a bare host; false: none valid. */
bool uri_host_of(const struct uri_rules *rules, struct arena *a, struct slice uri, struct uri_host *out);

/* ---- enlist_uri_host and its like */

/* Whether a list has the host or a domain above it, the nearest entry deciding (`!host` says no). entry: that
 * entry, may be NULL. */
bool uri_host_listed(const struct uri_rules *rules, struct slice list, struct slice host,
                     struct slice *entry);

#endif
