/* eval-uridnsbl.h - which hosts of a message's URIs are asked about */
#ifndef SCORING_EVAL_URIDNSBL_H
#define SCORING_EVAL_URIDNSBL_H

#include "scoring/check.h"

struct uribl_host {
    struct slice host, domain; /* in lower case */
    bool address;              /* host is one, and public */
};

struct uribl_hosts {
    struct uribl_host *v;
    size_t n;
};

/* Those of uridnsbl_max_domains hosts that matter most: links with text, forms, images, other links, plain
 * text, links without text. Not those of uridnsbl_skip_domain. */
const struct uribl_hosts *uribl_hosts(struct check *c);

#endif
