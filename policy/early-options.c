/* early-options.c - who is refused before its message is read: the rows; see early.h */
#include "policy/early.h"

#define AT(field) offsetof(struct early_options, field)

static const char *const stage_names[] = { "recipient", "connect", NULL };
static const char *const unknown_names[] = { "accept", "defer", NULL };
static const char *const spf_names[] = { "no", "fail", "softfail", NULL };

const struct conf_option early_option_rows[] = {
    { .name = "client_reject",
      .type = CONF_LIST,
      .at = AT(client_reject),
      .def = "",
      .help = "Maps of client addresses (cidr:PATH) that are refused before their messages are read. A value "
              "of no takes an entry out." },
    { .name = "sender_reject",
      .type = CONF_LIST,
      .at = AT(sender_reject),
      .def = "",
      .help = "Maps of envelope senders that are refused, looked up as in recipient_policy." },
    { .name = "dnsbl_sites",
      .type = CONF_LIST,
      .at = AT(dnsbl_sites),
      .def = "",
      .help = "Lists in the DNS that vote on a client's address, each written ZONE[=FILTER][*WEIGHT] as in "
              "Postfix's postscreen_dnsbl_sites: zen.spamhaus.org=127.0.0.[2..11]*2, list.dnswl.org*-2. "
              "Answers outside 127.0.0.0/8 and refusals (127.255.255.x) are no votes. A list that does not "
              "answer in time has no vote either. Mind that most lists want to be asked by a resolver of "
              "your own, not by a public one." },
    { .name = "dnsbl_threshold",
      .type = CONF_UINT,
      .at = AT(dnsbl_threshold),
      .def = "1",
      .min = 1,
      .max = 1000000,
      .help = "A client with this sum of votes of dnsbl_sites is refused." },
    { .name = "spf_reject",
      .type = CONF_ENUM,
      .at = AT(spf_reject),
      .def = "no",
      .names = spf_names,
      .help = "Which results of SPF for the envelope sender are refused: fail, or softfail and fail. Mail "
              "that other sites forward breaks SPF: exempt them by client_allow." },
    { .name = "spf_temperror",
      .type = CONF_ENUM,
      .at = AT(spf_temperror),
      .def = "defer",
      .names = unknown_names,
      .help =
          "With spf_reject: what becomes of a sender whose SPF could not be asked for. defer: 451 4.7.24 "
          "(RFC 7208 8.6), so that nobody gets past spf_reject by keeping us from asking; where it cannot "
          "be had for fault_age from the same client for the same domain, the message goes on. accept: it "
          "goes on at once. The log says early=refused reason=spf_temperror." },
    { .name = "early_exempt",
      .type = CONF_LIST,
      .at = AT(early_exempt),
      .def = "",
      .help = "Maps of recipients for whom nobody is refused early, looked up as in recipient_policy. "
              "postmaster always is one. Clients that have authenticated, and those in client_allow and "
              "sender_allow, are never refused early." },
    { .name = "early_stage",
      .type = CONF_ENUM,
      .at = AT(early_stage),
      .def = "recipient",
      .names = stage_names,
      .help = "When a client is refused that client_reject or dnsbl_sites knows: for each recipient, so that "
              "the log names sender and recipient, and early_exempt and logins count; or as soon as it "
              "connects, before it could log in or name anybody, which is nothing for ports that people "
              "submit mail to." },
    { .name = "early_wait",
      .type = CONF_TIME,
      .at = AT(early_wait),
      .def = "5s",
      .min = 0,
      .max = 60000,
      .help = "How long a client waits, in all, for answers of dnsbl_sites and SPF. Who is not known to be "
              "bad by then goes on (but see spf_temperror)." },
};
const size_t early_option_rows_n = sizeof(early_option_rows) / sizeof(early_option_rows[0]);
