/* deliver-options.c - the rows; see deliver-options.h */
#include "policy/deliver-options.h"

#define AT(field) offsetof(struct deliver_options, field)
#define VERDICT(field) offsetof(struct verdict_options, field)
#define SECOND 1000.0
#define DAY (86400 * SECOND)
#define MIB (1024.0 * 1024)

static const char *const detail_names[] = { "no", "existing", "create", NULL };
static const char *const quota_names[] = { "tempfail", "reject", NULL };

const struct conf_option deliver_option_rows[] = {
    { .name = "deliver_listen",
      .type = CONF_STRING,
      .at = AT(listen),
      .def = "unix:/var/spool/postfix/tamis/lmtp.sock",
      .help = "Where tamis-deliver --lmtp listens: unix:/path or inet:host:port. For a Postfix whose lmtp "
              "client is chrooted it must lie below the queue directory. With inet every local user can hand "
              "mail in, as every local user can by sendmail(1)." },
    { .name = "deliver_socket_mode",
      .type = CONF_UINT,
      .at = AT(socket_mode),
      .def = "660",
      .min = 1,
      .max = 777,
      .help = "Permissions of the unix socket, octal as for chmod(1)." },
    { .name = "deliver_socket_group",
      .type = CONF_STRING,
      .at = AT(socket_group),
      .def = "postfix",
      .help = "Group of the unix socket and of its directory. Empty: our own. Not used when started by an "
              "ordinary user." },
    { .name = "deliver_users",
      .type = CONF_LIST,
      .at = AT(users),
      .def = "passwd",
      .help = "Where users are looked up, in this order: passwd (accounts of the system), text:PATH or "
              "regex:PATH (a map whose values read \"uid=5000 gid=5000 home=/srv/mail/%d/%n\"), sqlite:PATH, "
              "dovecot:SOCKET (Dovecot's auth-userdb). A source that is out of order is a temporary failure, "
              "never \"no such user\"." },
    { .name = "deliver_sqlite_query",
      .type = CONF_STRING,
      .at = AT(sqlite_query),
      .def = "SELECT uid, gid, home, mailbox FROM users WHERE address = ?1",
      .help = "What a sqlite source is asked. ?1 is the address in lower case, ?2 its local part, ?3 its "
              "domain. The first row counts; mailbox may be null." },
    { .name = "deliver_catch_all",
      .type = CONF_STRING,
      .at = AT(catch_all),
      .def = "",
      .help = "Address that gets the mail of unknown users. Empty: they are refused (5.1.1)." },
    { .name = "recipient_delimiter",
      .type = CONF_STRING,
      .at = AT(delimiter),
      .def = "+",
      .help = "Characters that part a local part from its detail (bob+lists), as Postfix's option of this "
              "name. Empty: none." },
    { .name = "deliver_domains",
      .type = CONF_LIST,
      .at = AT(domains),
      .def = "",
      .help = "Domains whose local parts are looked up in passwd. Empty: whatever the MTA hands in. A "
              "recipient that is "
              "handed in without a domain, as Sendmail does it, has its verdict by one of these." },
    { .name = "deliver_mailbox",
      .type = CONF_STRING,
      .at = AT(mailbox),
      .def = "maildir:~/Maildir",
      .help = "Where a user's mail lies, unless the user's source says so: maildir:PATH, mbox:PATH, or "
              "lmtp:unix:PATH and lmtp:inet:HOST:PORT to hand it over to Dovecot or Cyrus. ~ is the user's "
              "home, %u the user, %n the local part, %d the domain." },
    { .name = "deliver_mbox_group",
      .type = CONF_STRING,
      .at = AT(mbox_group),
      .def = "mail",
      .help =
          "Group that may make lock files in the spool of mboxes (/var/mail): a delivery to an mbox has it "
          "besides the user's own. Empty: none; the mbox is then locked by the kernel alone." },
    { .name = "deliver_min_uid",
      .type = CONF_UINT,
      .at = AT(min_uid),
      .def = "500",
      .min = 1,
      .max = 4294967294.0,
      .help = "No mail is delivered as a user below this uid." },
    { .name = "deliver_junk_folder",
      .type = CONF_STRING,
      .at = AT(junk_folder),
      .def = "Junk",
      .help = "Folder for spam, made and subscribed when it is first needed. Give it the name of the mailbox "
              "that "
              "the IMAP server marks as Junk (special_use, RFC 6154). Levels are apart by /. Empty: spam "
              "stays in the inbox." },
    { .name = "deliver_detail_folder",
      .type = CONF_ENUM,
      .at = AT(detail_folder),
      .def = "no",
      .names = detail_names,
      .help = "Whether mail for bob+lists goes to the folder lists: no, only if there is one (existing), or "
              "always (create). Spam goes to deliver_junk_folder all the same." },
    { .name = "deliver_message_max",
      .type = CONF_SIZE,
      .at = AT(message_max),
      .def = "128m",
      .min = 64 * 1024,
      .max = 4096 * MIB,
      .help = "Larger messages are refused (5.3.4). Keep it above the size that the MTA accepts." },
    { .name = "deliver_timeout",
      .type = CONF_TIME,
      .at = AT(timeout),
      .def = "300s",
      .min = SECOND,
      .max = 900 * SECOND,
      .help = "Longest time for one message; past it, it is tempfailed. Postfix bounces mail whose command "
              "takes more than 1000 seconds." },
    { .name = "deliver_lock_timeout",
      .type = CONF_TIME,
      .at = AT(lock_timeout),
      .def = "30s",
      .min = 100,
      .max = 600 * SECOND,
      .help = "How long a locked mailbox is waited for." },
    { .name = "deliver_connections_max",
      .type = CONF_UINT,
      .at = AT(connections_max),
      .def = "100",
      .min = 1,
      .max = 10000,
      .help = "LMTP connections at once; further ones wait." },
    { .name = "deliver_recipients_max",
      .type = CONF_UINT,
      .at = AT(recipients_max),
      .def = "1000",
      .min = 1,
      .max = 100000,
      .help = "Recipients of one message; further ones are asked to come again." },
    { .name = "deliver_quota",
      .type = CONF_ENUM,
      .at = AT(quota),
      .def = "tempfail",
      .names = quota_names,
      .help = "What is said when the file system's quota of the user is reached: try again, or refused." },
};
const size_t deliver_option_rows_n = sizeof(deliver_option_rows) / sizeof(deliver_option_rows[0]);

const struct conf_option verdict_option_rows[] = {
    { .name = "verdict_key",
      .type = CONF_PATH,
      .at = VERDICT(key),
      .def = "",
      .flags = CONF_RESTART,
      .help =
          "File with the key of X-Tamis-Verdict, made at first start, to be read by root and the group of "
          "`user` (`tamis learn --for` needs it). Who can read it can make verdicts. A second machine that "
          "delivers needs a copy of it. Empty: verdict.key "
          "below state_directory." },
    { .name = "verdict_max_age",
      .type = CONF_TIME,
      .at = VERDICT(max_age),
      .def = "7d",
      .min = 60 * SECOND,
      .max = 40 * DAY,
      .help = "A verdict that is older is not believed. Longer than the MTA keeps mail in its queue." },
};
const size_t verdict_option_rows_n = sizeof(verdict_option_rows) / sizeof(verdict_option_rows[0]);
