/* eval-network.c - functions that ask the network
 * None of them can be run yet: their rules are loaded, never hit, and `tamis lint` counts them. A row here
 * is what tells such a rule from one with a misspelt name. */
#include "config.h"
#include "scoring/eval.h"

#define ASKS(plugin_, name_)                                                                                 \
    {                                                                                                        \
        .name = name_, .plugin = plugin_, .flags = EVAL_NETWORK, .max_args = EVAL_ARGS_MAX                   \
    }
/* the first argument names a set of relays */
#define ASKS_LIST(name_)                                                                                     \
    {                                                                                                        \
        .name = name_, .plugin = "DNSEval", .flags = EVAL_NETWORK | EVAL_RBL, .max_args = EVAL_ARGS_MAX      \
    }

static const struct eval_function network_rows[] = {
    ASKS("DKIM", "check_dkim_signed"),
    ASKS("DKIM", "check_arc_signed"),
    ASKS("DKIM", "check_dkim_valid"),
    ASKS("DKIM", "check_arc_valid"),
    ASKS("DKIM", "check_dkim_valid_author_sig"),
    ASKS("DKIM", "check_dkim_testing"),
    ASKS("DKIM", "check_dkim_valid_envelopefrom"),
    ASKS("DKIM", "check_dkim_adsp"),
    ASKS("DKIM", "check_dkim_dependable"),
    ASKS("DKIM", "check_for_dkim_welcomelist_from"),
    ASKS("DKIM", "check_for_dkim_whitelist_from"),
    ASKS("DKIM", "check_for_def_dkim_welcomelist_from"),
    ASKS("DKIM", "check_for_def_dkim_whitelist_from"),
    ASKS("DKIM", "check_dkim_verified"),
    ASKS("DKIM", "check_dkim_signall"),
    ASKS("DKIM", "check_dkim_signsome"),
    ASKS("DMARC", "check_dmarc_pass"),
    ASKS("DMARC", "check_dmarc_reject"),
    ASKS("DMARC", "check_dmarc_quarantine"),
    ASKS("DMARC", "check_dmarc_none"),
    ASKS("DMARC", "check_dmarc_missing"),
    ASKS("DNSEval", "check_rbl_accreditor"),
    ASKS_LIST("check_rbl"),
    ASKS("DNSEval", "check_rbl_ns_from"),
    ASKS_LIST("check_rbl_txt"),
    ASKS_LIST("check_rbl_sub"),
    ASKS("DNSEval", "check_rbl_from_host"),
    ASKS("DNSEval", "check_rbl_from_domain"),
    ASKS("DNSEval", "check_rbl_envfrom"),
    ASKS("DNSEval", "check_rbl_headers"),
    ASKS("DNSEval", "check_rbl_rcvd"),
    ASKS("DNSEval", "check_dns_sender"),
    ASKS("HashBL", "check_hashbl_emails"),
    ASKS("HashBL", "check_hashbl_uris"),
    ASKS("HashBL", "check_hashbl_bodyre"),
    ASKS("HashBL", "check_hashbl_tag"),
    ASKS("HashBL", "check_hashbl_attachments"),
    ASKS("Pyzor", "check_pyzor"),
    ASKS("Razor2", "check_razor2"),
    ASKS("Razor2", "check_razor2_range"),
    ASKS("SPF", "check_for_spf_pass"),
    ASKS("SPF", "check_for_spf_neutral"),
    ASKS("SPF", "check_for_spf_none"),
    ASKS("SPF", "check_for_spf_fail"),
    ASKS("SPF", "check_for_spf_softfail"),
    ASKS("SPF", "check_for_spf_permerror"),
    ASKS("SPF", "check_for_spf_temperror"),
    ASKS("SPF", "check_for_spf_helo_pass"),
    ASKS("SPF", "check_for_spf_helo_neutral"),
    ASKS("SPF", "check_for_spf_helo_none"),
    ASKS("SPF", "check_for_spf_helo_fail"),
    ASKS("SPF", "check_for_spf_helo_softfail"),
    ASKS("SPF", "check_for_spf_helo_permerror"),
    ASKS("SPF", "check_for_spf_helo_temperror"),
    ASKS("SPF", "check_for_spf_welcomelist_from"),
    ASKS("SPF", "check_for_spf_whitelist_from"),
    ASKS("SPF", "check_for_def_spf_welcomelist_from"),
    ASKS("SPF", "check_for_def_spf_whitelist_from"),
    ASKS("SPF", "check_spf_skipped_noenvfrom"),
    ASKS("URIDNSBL", "check_uridnsbl"),
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
