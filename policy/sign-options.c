/* sign-options.c - the rows; see sign-options.h */
#include "policy/sign-options.h"

#define AT(field) offsetof(struct sign_options, field)

static const char *const canons[] = { "simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed",
                                      NULL };

const struct conf_option sign_option_rows[] = {
    { .name = "dkim_keys",
      .type = CONF_LIST,
      .at = AT(keys),
      .def = "",
      .help =
          "Maps of domains whose mail is signed (DKIM). The key of a line is a domain as it stands in From, "
          "or "
          ".example.com for all below example.com (d= is then example.com); its value SELECTOR FILE, or "
          "several of them apart by commas: each signs. FILE is an absolute path of a private key as tamis "
          "dkim keygen makes it; it belongs to root or to user, and nobody else may read it (a group may). "
          "Example: text:/etc/tamis/dkim.keys. Empty: nothing is signed." },
    { .name = "dkim_sign_networks",
      .type = CONF_LIST,
      .at = AT(networks),
      .def = "127.0.0.0/8 ::1",
      .help = "Networks of clients whose mail is signed, as addresses or ADDRESS/BITS. Postfix names "
              "127.0.0.1 for mail that is handed to sendmail(1). Not for relays that pass on what others "
              "wrote: where another filter hands mail back over loopback, name neither, or strangers' "
              "mail with your domain in From is signed." },
    { .name = "dkim_sign_authenticated",
      .type = CONF_BOOL,
      .at = AT(authenticated),
      .def = "yes",
      .help = "Sign mail of clients that logged in (SASL). Which From a login may use is the MTA's to check: "
              "smtpd_sender_login_maps of Postfix looks at the envelope alone." },
    { .name = "dkim_sign_inet",
      .type = CONF_BOOL,
      .at = AT(inet),
      .def = "no",
      .help =
          "Sign also with milter_listen = inet:. Whoever can connect to such a socket can claim to be the "
          "MTA "
          "and name any client and login, and gets a signature for it. Only where nobody else reaches it; "
          "a unix socket has permissions and needs none of this." },
    { .name = "dkim_sign_fields",
      .type = CONF_LIST,
      .at = AT(fields),
      .def = "From Sender Reply-To Subject Date Message-ID To Cc MIME-Version Content-Type "
             "Content-Transfer-Encoding Content-Disposition In-Reply-To References List-Id List-Help "
             "List-Unsubscribe List-Unsubscribe-Post List-Subscribe List-Post List-Owner List-Archive "
             "Resent-From Resent-To Resent-Cc Resent-Date Resent-Message-ID Autocrypt Openpgp",
      .help = "Fields that a signature covers, as often as they are there. From is always one of them." },
    { .name = "dkim_oversign_fields",
      .type = CONF_LIST,
      .at = AT(oversign),
      .def =
          "From Subject Date To Cc Reply-To Message-ID MIME-Version Content-Type Content-Transfer-Encoding",
      .help =
          "Of these a signature says that there are no more than those: nobody can add one without breaking "
          "it (RFC 6376 8.15). From is always one of them." },
    { .name = "dkim_sign_canonicalization",
      .type = CONF_ENUM,
      .at = AT(canon),
      .def = "relaxed/relaxed",
      .names = canons,
      .help = "Which changes on the way a signature outlives, of the header and of the body." },
    { .name = "dkim_sign_lifetime",
      .type = CONF_TIME,
      .at = AT(lifetime),
      .def = "0",
      .min = 0,
      .max = 365 * 86400.0 * 1000,
      .help = "For how long signatures count (x=). 0: it is not said. Mail waits in queues for five days." },
    { .name = "arc_seal",
      .type = CONF_STRING,
      .at = AT(arc_seal),
      .def = "",
      .help = "Domain of dkim_keys whose first key seals mail that passes through (ARC, RFC 8617): what we "
              "found, "
              "for whoever gets it behind us when it is forwarded. Mail that is signed is not sealed. Empty: "
              "no." },
};
const size_t sign_option_rows_n = sizeof(sign_option_rows) / sizeof(*sign_option_rows);
