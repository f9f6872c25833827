/* options.c - who sent it: the rows; see options.h */
#include "auth/options.h"

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
};
const size_t auth_option_rows_n = sizeof(auth_option_rows) / sizeof(auth_option_rows[0]);

void auth_options_default(struct auth_options *o)
{
    const struct conf_section section = { .rows = auth_option_rows, .n = auth_option_rows_n };
    const struct conf_schema schema = { .sections = &section, .n = 1, .size = sizeof(*o) };
    struct arena a;
    arena_init(&a, 1 << 20);
    conf_defaults(&schema, &a, o);
    arena_deinit(&a);
}
