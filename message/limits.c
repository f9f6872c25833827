/* limits.c - the limits as options; see limits.h
 * Defaults let through whatever people send and keep the work for a message of 64 MB below a second. */
#include "message/limits.h"

#define AT(field) offsetof(struct message_limits, field)
#define KIB 1024.0
#define MIB (1024.0 * KIB)
#define GIB (1024.0 * MIB)

const struct conf_option message_option_rows[] = {
    { .name = "arena_max",
      .type = CONF_SIZE,
      .at = AT(arena_max),
      .def = "64m",
      .min = MIB,
      .max = 16 * GIB,
      .help = "Memory that reading one message may take, beside the message itself. A message that needs "
              "more is of class unchecked/limit." },
    { .name = "header_max_count",
      .type = CONF_UINT,
      .at = AT(header_max_count),
      .def = "2000",
      .min = 10,
      .max = 1000000,
      .help = "Header fields read of a message, and of each of its parts. Those behind are not looked at, "
              "and the message is of class unchecked/limit." },
    { .name = "header_max_bytes",
      .type = CONF_SIZE,
      .at = AT(header_max_bytes),
      .def = "1m",
      .min = 4 * KIB,
      .max = GIB,
      .help = "Bytes of header read of a message, and of each of its parts. Fields behind are not looked "
              "at, and the message is of class unchecked/limit." },
    { .name = "mime_max_depth",
      .type = CONF_UINT,
      .at = AT(mime_max_depth),
      .def = "50",
      .min = 1,
      .max = 500,
      .help = "Nesting of MIME parts read before the rest is one part that is not taken apart. Such a "
              "message is of class unchecked/limit." },
    { .name = "mime_max_parts",
      .type = CONF_UINT,
      .at = AT(mime_max_parts),
      .def = "2000",
      .min = 1,
      .max = 1000000,
      .help = "MIME parts read of a message before the rest is one part that is not taken apart. Such a "
              "message is of class unchecked/limit." },
    { .name = "decoded_max",
      .type = CONF_SIZE,
      .at = AT(decoded_max),
      .def = "32m",
      .min = 64 * KIB,
      .max = 4 * GIB,
      .help = "Bytes of text decoded of all parts of a message together." },
    { .name = "text_max",
      .type = CONF_SIZE,
      .at = AT(text_max),
      .def = "1m",
      .min = 16 * KIB,
      .max = GIB,
      .help = "Bytes of text taken from one part, plain or HTML. Mail clients show no more at a glance, "
              "and neither rules nor the classifier gain from more." },
    { .name = "html_max_tags",
      .type = CONF_UINT,
      .at = AT(html_max_tags),
      .def = "100000",
      .min = 100,
      .max = 10000000,
      .help = "HTML tags read of one part." },
    { .name = "html_max_links",
      .type = CONF_UINT,
      .at = AT(html_max_links),
      .def = "5000",
      .min = 10,
      .max = 1000000,
      .help = "Links, images and forms noted of one HTML part." },
    { .name = "uri_max_count",
      .type = CONF_UINT,
      .at = AT(uri_max_count),
      .def = "5000",
      .min = 10,
      .max = 1000000,
      .help = "Different URIs noted of one message." },
    { .name = "received_max_count",
      .type = CONF_UINT,
      .at = AT(received_max_count),
      .def = "200",
      .min = 1,
      .max = 100000,
      .help = "Received fields read of one message, the newest first. MTAs take more than 50 to 100 for a "
              "loop." },
    { .name = "address_max_count",
      .type = CONF_UINT,
      .at = AT(address_max_count),
      .def = "2000",
      .min = 1,
      .max = 1000000,
      .help = "Addresses read of one header field." },
};
const size_t message_option_rows_n = sizeof(message_option_rows) / sizeof(message_option_rows[0]);

void message_limits_default(struct message_limits *l)
{
    const struct conf_section section = { .rows = message_option_rows, .n = message_option_rows_n };
    const struct conf_schema schema = { .sections = &section, .n = 1, .size = sizeof(*l) };
    struct arena a;
    arena_init(&a, MIB);
    conf_defaults(&schema, &a, l);
    arena_deinit(&a);
}
