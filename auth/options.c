/* options.c - who sent it: the rows; see options.h */
#include "auth/options.h"

#include "message/auth_result.h"

#define AT(field) offsetof(struct auth_options, field)

const struct conf_option auth_option_rows[] = {
    { .name = "spf",
      .type = CONF_BOOL,
      .at = AT(spf),
      .def = "yes",
      .help = "Whether SPF is evaluated (RFC 7208). It takes dns = yes." },
    { .name = "spf_lookups_max",
      .type = CONF_UINT,
      .at = AT(spf_lookups_max),
      .def = "10",
      .min = 1,
      .max = 50,
      .help = "Terms of an SPF record, with those of all records included, that may ask the DNS. A record "
              "with more is permerror (RFC 7208 4.6.4)." },
    { .name = "spf_void_lookups_max",
      .type = CONF_UINT,
      .at = AT(spf_void_lookups_max),
      .def = "2",
      .max = 50,
      .help = "Questions of SPF that may find nothing; a record with more is permerror." },
    { .name = "spf_names_max",
      .type = CONF_UINT,
      .at = AT(spf_names_max),
      .def = "10",
      .min = 1,
      .max = 50,
      .help = "Names that SPF follows of one MX or PTR answer. A domain with more mail exchangers is "
              "permerror, of reverse names the rest is left out." },
    { .name = "dmarc",
      .type = CONF_BOOL,
      .at = AT(dmarc),
      .def = "yes",
      .help = "Whether DMARC is evaluated (RFC 7489). It takes dns = yes." },
    { .name = "dmarc_length",
      .type = CONF_BOOL,
      .at = AT(dmarc_length),
      .def = "no",
      .help =
          "Let a DKIM signature that leaves some of the body unsigned (l= shorter than the body) be enough "
          "for DMARC. Anybody can add what people see to such a message and send it on (RFC 6376 8.2). With "
          "no the signature is still a pass of DKIM, see dkim_length, but proves nothing for DMARC." },
    { .name = "arc_trusted",
      .type = CONF_LIST,
      .at = AT(arc_trusted),
      .def = "",
      .help =
          "Domains whose ARC seals (d=) are believed: where the newest seal of a chain that passes is one "
          "of theirs, and they say that DMARC passed when the message came to them, dmarc_policy = "
          "honour does nothing to it. Name mailing lists and forwarders that your users have." },
    { .name = "dkim",
      .type = CONF_BOOL,
      .at = AT(dkim.dkim),
      .def = "yes",
      .help = "Whether DKIM signatures are verified (RFC 6376). It takes dns = yes." },
    { .name = "arc",
      .type = CONF_BOOL,
      .at = AT(dkim.arc),
      .def = "yes",
      .help = "Whether chains of ARC sets are verified (RFC 8617). It takes dns = yes." },
    { .name = "dkim_signatures_max",
      .type = CONF_UINT,
      .at = AT(dkim.signatures_max),
      .def = "8",
      .min = 1,
      .max = AUTH_SIGNATURES_MAX,
      .help = "Signatures of a message that are verified, from the top. Others are counted." },
    { .name = "dkim_key_bits_min",
      .type = CONF_UINT,
      .at = AT(dkim.key_bits_min),
      .def = "1024",
      .min = 512,
      .max = 16384,
      .help = "The shortest RSA key that counts; a good signature with a shorter one is \"policy\". RFC 8301 "
              "asks for 1024 at least." },
    { .name = "dkim_key_bits_max",
      .type = CONF_UINT,
      .at = AT(dkim.key_bits_max),
      .def = "4096",
      .min = 2048,
      .max = 16384,
      .help = "The longest RSA key that is used; a signature with a longer one is \"policy\" and not "
              "verified, since that is dear." },
    { .name = "dkim_clock_skew",
      .type = CONF_TIME,
      .at = AT(dkim.clock_skew),
      .def = "5m",
      .min = 0,
      .max = 7 * 86400.0 * 1000,
      .help = "How far a signature may lie in the future, or be past its end." },
    { .name = "dkim_length",
      .type = CONF_BOOL,
      .at = AT(dkim.length),
      .def = "yes",
      .help = "Let a signature count that covers only the beginning of the body (l= shorter than the body): "
              "anybody can add to such a message. No: it is \"policy\"." },
};
const size_t auth_option_rows_n = sizeof(auth_option_rows) / sizeof(auth_option_rows[0]);

void auth_options_default(struct auth_options *o)
{
    const struct conf_section section = { .rows = auth_option_rows, .n = auth_option_rows_n };
    const struct conf_schema schema = { .sections = &section, .n = 1, .size = sizeof(*o) };
    struct arena a;
    arena_init(&a, 1 << 20);
    conf_defaults(&schema, &a, o);
    o->arc_trusted = (struct conf_list){ NULL, 0 };
    arena_deinit(&a);
}
