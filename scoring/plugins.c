/* plugins.c - which of SpamAssassin's plugins rule files find loaded; see plugins.h */
#include "config.h"
#include "scoring/plugins.h"

#define PREFIX "Mail::SpamAssassin::Plugin::"

/* features: what has_NAME functions the plugin has, apart by blanks */
static const struct plugin {
    const char *name;
    bool by_default;
    const char *features;
} known[] = {
    { "ASN", false, "asn_lookup_ipv6 asn_geodb check_asn check_asn_tag" },
    { "AWL", false, "" },
    { "AccessDB", false, "" },
    { "AntiVirus", false, "" },
    { "AskDNS", true, "tag_header" },
    { "AuthRes", false, "" },
    { "AutoLearnThreshold", true, "" },
    { "Bayes", true, "" },
    { "BodyEval", true, "check_body_length plaintext_body_sig_ratio" },
    { "Check", true, "" },
    { "DCC", false, "" },
    { "DKIM", true, "arc" },
    { "DMARC", true, "" },
    { "DNSEval", true, "tflags_domains_only tflags_ips_only" },
    { "DecodeShortURLs", false,
      "short_url autoclean short_url_code user_agent get clear timeout max_redirections short_url_redir" },
    { "ExtractText", false, "" },
    { "FreeMail", true, "" },
    { "FromNameSpoof", false, "" },
    { "HTMLEval", true, "" },
    { "HTTPSMismatch", true, "" },
    { "HashBL", true,
      "hashbl_bodyre hashbl_bodyre_num hashbl_emails hashbl_uris hashbl_ignore hashbl_email_regex "
      "hashbl_email_welcomelist hashbl_email_whitelist hashbl_tag hashbl_sha256 hashbl_attachments "
      "hashbl_email_domain hashbl_email_domain_alias" },
    { "HeaderEval", true, "" },
    { "ImageInfo", true, "" },
    { "MIMEEval", true, "check_for_ascii_text_illegal check_abundant_unicode_ratio check_qp_ratio" },
    { "MIMEHeader", true, "all_header tflags_range tflags_concat tflags_multiple capture_rules" },
    { "OLEVBMacro", false, "olemacro_redirect_uri olemacro_mhtml_uri olertfobject" },
    { "PDFInfo", false, "" },
    { "PhishTag", false, "" },
    { "Phishing", false, "" },
    { "Pyzor", true, "fork perl" },
    { "Razor2", true, "fork" },
    { "RelayCountry", false, "" },
    { "RelayEval", true, "" },
    { "ReplaceTags", true, "" },
    { "ResourceLimits", false, "" },
    { "Reuse", false, "" },
    { "Rule2XSBody", false, "" },
    { "SPF", true, "check_for_spf_errors check_spf_skipped_noenvfrom" },
    { "Shortcircuit", false, "" },
    { "SpamCop", true, "" },
    { "Test", false, "" },
    { "TextCat", false, "" },
    { "TxRep", false, "" },
    { "URIDNSBL", true,
      "tflags_domains_only subtest_for_ranges uridnsbl_for_a uridnsbl_a_ns tflags_notrim "
      "uridnsbl_skip_mailto" },
    { "URIDetail", true, "host_key" },
    { "URIEval", true, "" },
    { "URILocalBL", false, "" },
    { "VBounce", true, "" },
    { "WLBLEval", true, "" },
    { "WelcomeListSubject", true, "" },
};
#define KNOWN_N (sizeof(known) / sizeof(*known))
_Static_assert(KNOWN_N <= PLUGINS_MAX, "PLUGINS_MAX");

/* functions of Mail::SpamAssassin::Conf */
static const char conf_features[] =
    "feature_originating_ip_headers feature_dns_local_ports_permit_avoid feature_bayes_auto_learn_on_error "
    "feature_uri_host_listed feature_yesno_takes_args feature_bug6558_free feature_edns "
    "feature_dns_query_restriction feature_registryboundaries feature_geodb feature_dns_block_rule "
    "feature_compile_regexp feature_meta_rules_matching feature_subjprefix feature_bayes_stopwords "
    "feature_get_host feature_blocklist_welcomelist feature_welcomelist_blocklist "
    "feature_header_address_parser feature_local_tests_only feature_header_first_last "
    "feature_header_match_many feature_capture_rules has_tflags_nosubject has_tflags_nolog "
    "perl_min_version_5010000";

/* names of other versions for the same thing */
static const struct {
    struct slice other, name;
} renamed[] = {
    { SLICE_INIT("Dmarc"), SLICE_INIT("DMARC") },
    { SLICE_INIT("WhiteListSubject"), SLICE_INIT("WelcomeListSubject") },
};

void plugins_init(struct plugins *p, struct arena *a)
{
    memset(p, 0, sizeof(*p));
    names_init(&p->compat, a);
}

void plugins_default(struct plugins *p)
{
    for (size_t i = 0; i < KNOWN_N; i++)
        p->loaded[i] |= known[i].by_default;
    plugins_compat(p, SLICE("welcomelist_blocklist"));
}

/* KNOWN_N: none */
static size_t find(struct slice name)
{
    size_t i = 0;
    for (size_t k = 0; k < sizeof(renamed) / sizeof(*renamed); k++)
        if (slice_eq(name, renamed[k].other))
            name = renamed[k].name;
    while (i < KNOWN_N && !slice_eq(name, slice_str(known[i].name)))
        i++;
    return i;
}

/* false when it is no plugin's */
static bool take_prefix(struct slice *name)
{
    static const struct slice prefix = SLICE_INIT(PREFIX);
    if (!slice_starts(*name, prefix))
        return false;
    *name = slice_from(*name, prefix.n);
    return true;
}

bool plugins_load(struct plugins *p, struct slice name)
{
    size_t i = take_prefix(&name) ? find(name) : KNOWN_N;
    if (i < KNOWN_N)
        p->loaded[i] = true;
    return i < KNOWN_N;
}

void plugins_compat(struct plugins *p, struct slice name)
{
    names_add(&p->compat, name, 0);
}

bool plugins_have(const struct plugins *p, struct slice names)
{
    struct slice word;
    while (slice_cut(&names, ' ', &word)) {
        size_t i = find(word);
        if (i < KNOWN_N && p->loaded[i])
            return true;
    }
    return false;
}

bool plugins_loaded(const struct plugins *p, struct slice name)
{
    if (!take_prefix(&name))
        return false;
    size_t i = find(name);
    return (i < KNOWN_N && p->loaded[i]) || slice_eq(name, SLICE("RaciallyCharged"));
}

static bool among(struct slice name, struct slice words)
{
    struct slice word;
    while (slice_cut(&words, ' ', &word))
        if (slice_eq(name, word))
            return true;
    return false;
}

static bool conf_can(const struct plugins *p, struct slice function)
{
    static const struct slice compat = SLICE_INIT("compat_");
    if (slice_starts(function, compat))
        return names_find(&p->compat, slice_from(function, compat.n)) != NAMES_NONE;
    return among(function, slice_str(conf_features));
}

/* The plugin for trying conditions out: a function that says no is there, but cannot. */
static const struct slice test_functions = SLICE_INIT("check_test_plugin test_feature_xxxx_true");
static const struct slice test_no = SLICE_INIT(PREFIX "Test::test_feature_xxxx_false");

bool plugins_has(const struct plugins *p, struct slice function)
{
    return plugins_can(p, function) || (slice_eq(function, test_no) && plugins_have(p, SLICE("Test")));
}

bool plugins_can(const struct plugins *p, struct slice function)
{
    static const struct slice conf = SLICE_INIT("Mail::SpamAssassin::Conf::"), has = SLICE_INIT("has_");
    struct slice plugin;
    if (slice_starts(function, conf))
        return conf_can(p, slice_from(function, conf.n));
    ptrdiff_t colon = take_prefix(&function) ? slice_find(function, SLICE("::")) : SLICE_NONE;
    if (colon < 0)
        return false;
    plugin = slice_sub(function, 0, (size_t)colon);
    function = slice_from(function, (size_t)colon + 2);
    size_t i = find(plugin);
    if (slice_eq(plugin, SLICE("Test")))
        return p->loaded[i] && among(function, test_functions);
    return i < KNOWN_N && p->loaded[i] && slice_starts(function, has) &&
           among(slice_from(function, has.n), slice_str(known[i].features));
}
