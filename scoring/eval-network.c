/* eval-network.c - functions that ask others than the DNS, or by other protocols
 * None of them can be run yet: their rules are loaded, never hit, and `tamis lint` counts them. A row here
 * is what tells such a rule from one with a misspelt name. */
#include "config.h"
#include "scoring/eval.h"

#define ASKS(plugin_, name_)                                                                                 \
    {                                                                                                        \
        .name = name_, .plugin = plugin_, .flags = EVAL_NETWORK, .max_args = EVAL_ARGS_MAX                   \
    }

static const struct eval_function network_rows[] = {
    ASKS("Pyzor", "check_pyzor"),
    ASKS("Razor2", "check_razor2"),
    ASKS("Razor2", "check_razor2_range"),
    ASKS("URILocalBL", "check_uri_local_bl"),
    ASKS("DCC", "check_dcc"),
    ASKS("DCC", "check_dcc_reputation_range"),
    ASKS("DecodeShortURLs", "short_url"),
    ASKS("DecodeShortURLs", "short_url_redir"),
    ASKS("DecodeShortURLs", "short_url_200"),
    ASKS("DecodeShortURLs", "short_url_404"),
    ASKS("DecodeShortURLs", "short_url_code"),
    ASKS("DecodeShortURLs", "short_url_chained"),
    ASKS("DecodeShortURLs", "short_url_maxchain"),
    ASKS("DecodeShortURLs", "short_url_loop"),
    ASKS("DecodeShortURLs", "short_url_tests"),
    ASKS("ASN", "check_asn"),
};
EVAL_FAMILY(eval_network, "network", network_rows);
