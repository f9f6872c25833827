/* net-fuzz.c - rules that ask the DNS, over any message and any answers
 * Lines of a zone (base/dns-table.h) up to a line "=", then a message. Rules of each kind. */
#include "config.h"
#include <stdlib.h>
#include "base/dns-table.h"
#include "base/log.h"
#include "scoring/rule.h"
#include "scoring/score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX 65536

static const char rules[] =
    "loadplugin Mail::SpamAssassin::Plugin::AuthRes\nauthres_networks all\n"
    "loadplugin Mail::SpamAssassin::Plugin::DNSEval\nloadplugin Mail::SpamAssassin::Plugin::URIDNSBL\n"
    "loadplugin Mail::SpamAssassin::Plugin::AskDNS\nloadplugin Mail::SpamAssassin::Plugin::HashBL\n"
    "loadplugin Mail::SpamAssassin::Plugin::SPF\nloadplugin Mail::SpamAssassin::Plugin::DKIM\n"
    "util_rb_tld example com net org\nenvelope_sender_header X-From\n"
    "header R1 eval:check_rbl('r', 'l.example')\nheader R2 eval:check_rbl_sub('r', '2')\n"
    "header R3 eval:check_rbl('r-lastexternal', 'l.example', '^127\\.0\\.0\\.[12]$')\n"
    "header R4 eval:check_rbl_txt('t-untrusted', 'l.example', 'x')\n"
    "header R5 eval:check_rbl_from_host('h', 'l.example')\nheader R6 eval:check_rbl_from_domain('h', "
    "'l.example')\n"
    "header R7 eval:check_rbl_envfrom('h', 'l.example')\nheader R8 eval:check_rbl_headers('h', 'l.example')\n"
    "header R9 eval:check_rbl_rcvd('h', 'l.example')\nheader RA eval:check_rbl_ns_from('h', 'l.example')\n"
    "header RB eval:check_rbl_accreditor('a', 'l.example', '', 'tag')\ndns_block_rule R1 b.example\n"
    "urirhssub U1 l.example A 2\nbody U1 eval:check_uridnsbl('U1')\n"
    "urinsrhsbl U2 l.example A\nbody U2 eval:check_uridnsbl('U2')\n"
    "urifullnsrhssub U3 l.example A 127.0.0.2-127.0.0.9\nbody U3 eval:check_uridnsbl('U3')\n"
    "uridnssub U4 l.example A 127.0.0.2/0xff\nbody U4 eval:check_uridnsbl('U4')\ntflags U4 net a ns\n"
    "urirhsbl U5 l.example TXT\nbody U5 eval:check_uridnsbl('U5')\ntflags U5 net notrim\n"
    "askdns A1 _AUTHORDOMAIN_.l.example A /^127/\naskdns A2 _SENDERDOMAIN_ TXT /x/\n"
    "askdns A3 _HEADER(Subject)_._URIHOSTS_ MX\naskdns A4 _RELAYSUNTRUSTEDREVIP_.l.example AAAA [NXDOMAIN]\n"
    "askdns A5 _LASTEXTERNALHELO_ NS\n"
    "header H1 eval:check_hashbl_emails('l.example', 'md5/nouri/nodot/notag')\n"
    "header H2 eval:check_hashbl_uris('l.example')\nheader H4 eval:check_hashbl_tag('l.example', 'raw', "
    "'URIHOSTS')\n"
    "body H3 eval:check_hashbl_bodyre('l.example', 'raw', '([a-z]+)')\n"
    "body H5 eval:check_hashbl_attachments('l.example', 'sha256')\n"
    "header S1 eval:check_for_spf_pass()\nheader S2 eval:check_for_spf_helo_fail()\n"
    "header D1 eval:check_dkim_adsp('*')\nfull D2 eval:check_dkim_valid()\n"
    "header D3 eval:check_for_dkim_welcomelist_from()\nwelcomelist_auth *@*.example\n"
    "header T1 eval:check_authres_result('dkim', 'pass')\n";

static struct arena arena;
static struct scorer *scorer;
static struct message_limits limits;

static void setup(void)
{
    static struct scoring_options o = {
        .regex_match_limit = 10000, .message_budget = 10000, .rules_max = 1000, .network = true
    };
    struct err e;
    log_set_level(LOG_LEVEL_ERROR);
    arena_init(&arena, (size_t)256 << 20);
    message_limits_default(&limits);
    struct ruleset *set = ruleset_load_text(&o, slice_str(rules), "f.cf", &arena, NULL, &e);
    if (set == NULL)
        abort();
    scorer = scorer_new(set, &o);
}

/* Lines that are none of a zone are left out. */
static struct slice read_zone(struct dns_table *t, struct slice rest)
{
    struct slice line;
    struct err e;
    while (slice_line(&rest, &line) && !slice_eq(slice_trim(line), SLICE("=")))
        if (dns_table_add(t, line, &e) < 0)
            continue;
    return rest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct envelope none = { .my_name = SLICE_INIT("mx.example.org") };
    const struct dns_limits few = { .deadline_ms = 2, .questions = 300 };
    struct auth_signature signature = { .code = AUTH_PASS,
                                        .domain = SLICE("a.example"),
                                        .identity = SLICE("@b.a.example"),
                                        .algorithm = SLICE("rsa-sha256"),
                                        .key_bits = 2048 };
    const struct auth_results auth = { .spf.code = AUTH_PASS,
                                       .n_signatures = data && size % 2,
                                       .signatures = &signature };
    struct auth_client client;
    struct finding_list found = { 0 };
    struct message m;
    struct dns d;
    if (scorer == NULL)
        setup();
    struct dns_table *table = dns_table_new(&arena);
    struct slice text = read_zone(table, slice_of((const char *)data, size < INPUT_MAX ? size : INPUT_MAX));
    message_parse(&m, &arena, text, &none, &limits);
    dns_init(&d, &arena, dns_table_source(table), &few);
    scorer_ask(scorer, &m, &d, &found);
    scorer_client(scorer, &client);
    scorer_use_auth(scorer, &auth);
    scorer_evaluate(scorer, &m, &found);
    arena_reset(&arena);
    return 0;
}
