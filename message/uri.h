/* uri.h - addresses of the web and of mail in text and HTML
 * Finds URIs as mail clients make them clickable (scheme, www., bare mail addresses, bare domains under a
 * known public suffix), takes apart and normalises (RFC 3986, IDNA 2008 to A-labels, percent-decoding of
 * unreserved, default port, user info, IP addresses in odd notations), and cuts the registrable domain
 * (libpsl). Linear. */
#ifndef MESSAGE_URI_H
#define MESSAGE_URI_H

#include "message/html.h"

enum uri_source { URI_TEXT, URI_HTML, URI_HEADER };

enum {
    URI_NO_SCHEME = 1, /* the scheme was guessed */
    URI_IS_IP = 2,     /* host is an address (in any notation) */
    URI_USERINFO = 4,
    URI_ODD_IP = 8,   /* octal, hexadecimal, one number */
    URI_IDN = 16,     /* host was not ASCII or has an A-label */
    URI_PORT = 32,    /* a port that is not the scheme's */
    URI_INVALID = 64, /* no host could be made of it */
};

struct uri {
    struct slice raw;    /* as found */
    struct slice url;    /* normalised */
    struct slice scheme; /* lower case */
    struct slice host;   /* lower case, A-labels; empty for mailto without one */
    struct slice domain; /* registrable; empty for an IP or a bare public suffix */
    struct slice path;   /* with query and fragment, from url */
    unsigned port;
    unsigned flags;
    enum uri_source source;
    enum html_link_kind link; /* for URI_HTML */
    struct uri *next;
};

struct uri_slot {
    struct uri *uri;
    uint64_t hash;
};

/* The same raw text of the same source and kind is listed once. */
struct uri_list {
    struct uri *first, **tail;
    size_t n;
    bool truncated;
    struct uri_slot *seen; /* by hash, n_seen slots */
    size_t n_seen;
};

/* The public suffix list, loaded once a process before the sandbox: the system's file if there, else built
 * in. */
void uri_warm(void);
/* source: URI_TEXT or URI_HEADER */
void uri_from_text(struct uri_list *list, struct arena *a, struct slice text, enum uri_source source,
                   const struct message_limits *l);
void uri_from_html(struct uri_list *list, struct arena *a, const struct html *h,
                   const struct message_limits *l);
/* One URI taken apart; false and URI_INVALID when it has no host and is no mailto. */
bool uri_parse(struct uri *u, struct arena *a, struct slice raw);
/* "mail.example.co.uk" -> "example.co.uk"; empty when the name is itself a public suffix or not a name. */
struct slice uri_registrable(struct slice host);

#endif
