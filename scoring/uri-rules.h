/* uri-rules.h - the inside of struct uri_rules; between the files that read URIs */
#ifndef SCORING_URI_RULES_H
#define SCORING_URI_RULES_H

#include "scoring/literal-set.h"
#include "scoring/names.h"
#include "scoring/view-uri.h"

enum uri_host_state { URI_HOST_NO, URI_HOST_YES, URI_HOST_GONE };

/* enlist_uri_host (NAME) ... */
struct uri_hosts {
    struct slice name;
    struct names hosts; /* to their place in states, which grows at powers of two */
    unsigned char *states;
    struct uri_hosts *next;
};

struct uri_redirector {
    struct regex *re; /* its first group is where one gets to */
    struct literal_set literals;
    struct uri_redirector *next;
};

struct uri_rules {
    struct names tlds, two, three; /* "com", "co.uk", "demon.co.uk", lower case */
    struct uri_redirector *redirectors, **redirectors_tail;
    struct uri_hosts *lists;
    bool parse_dkim;
};

/* For bare hosts in text: as uri_domain_valid(), but never by looks alone. */
bool uri_tld_valid(const struct uri_rules *rules, struct slice host);

#endif
