/* options.c - what is done with which class, and what is written: the rows; see options.h
 * The defaults are the verdict table: strict where a reply tells the sender, mild where only a guess stands
 * behind the class. */
#include "policy/options.h"

static const char *const mode_names[] = { "enforce", "observe", NULL };
static const char *const honour_names[] = { "ignore", "honour", NULL };
static const char *const method_names[] = { "store", "hold", NULL };

#define AT(field) offsetof(struct policy_options, field)

const struct conf_option policy_option_rows[] = {
    { .name = "mode",
      .type = CONF_ENUM,
      .at = AT(mode),
      .def = "enforce",
      .names = mode_names,
      .help = "With observe everything is decided and logged, and nothing is done: every message is accepted "
              "unchanged. The log then shows what enforce would have done." },
    { .name = "required_score",
      .type = CONF_NUMBER,
      .at = AT(required_score),
      .def = "5",
      .min = -1000,
      .max = 1000,
      .help = "A message with this score or more is spammy (action_spammy) and gets X-Spam-Flag. Left at 5, "
              "required_score in /etc/spamassassin or rule files of your own counts." },
    { .name = "reject_score",
      .type = CONF_NUMBER,
      .at = AT(reject_score),
      .def = "15",
      .min = -1000,
      .max = 10000,
      .help = "A message with this score or more is spam (action_spam)." },
    { .name = "action_bad_header",
      .type = CONF_ENUM,
      .at = AT(action_bad_header),
      .def = "pass",
      .names = verdict_action_names,
      .help = "What is done with header syntax that a real mailer does not produce. Of all classes of a "
              "message the strictest action is taken; weakest first they are pass, tag, quarantine, "
              "tempfail, reject, discard." },
    { .name = "action_spammy",
      .type = CONF_ENUM,
      .at = AT(action_spammy),
      .def = "tag",
      .names = verdict_action_names,
      .help = "What is done from required_score on." },
    { .name = "action_spam",
      .type = CONF_ENUM,
      .at = AT(action_spam),
      .def = "reject",
      .names = verdict_action_names,
      .help = "What is done from reject_score on." },
    { .name = "action_dmarc_temperror",
      .type = CONF_ENUM,
      .at = AT(action_dmarc_temperror),
      .def = "tempfail",
      .names = verdict_action_names,
      .help =
          "What is done, with dmarc_policy = honour, with a message of which it is not known whether it "
          "fails DMARC, since the DNS did not answer, where that may matter: its domain asks for quarantine "
          "or reject, or what it asks for is not known either, and the domain itself is not proved. With "
          "tempfail (451 4.7.5) the sender tries again; a message that has failed for fault_age is "
          "quarantined instead, unless DMARC was not known of any other in that time, either: then the DNS "
          "is out of order, and mail waits. With pass it is treated as if it did not fail, and who keeps us "
          "from asking (by a flood of questions, or a name server of the domain that is out of order) is "
          "better off than others who forge." },
    { .name = "action_dmarc_quarantine",
      .type = CONF_ENUM,
      .at = AT(action_dmarc_quarantine),
      .def = "quarantine",
      .names = verdict_action_names,
      .help = "What is done, with dmarc_policy = honour, with a message that fails DMARC where the domain in "
              "From asks for quarantine." },
    { .name = "action_dmarc_reject",
      .type = CONF_ENUM,
      .at = AT(action_dmarc_reject),
      .def = "reject",
      .names = verdict_action_names,
      .help =
          "The same where it asks for rejection. With quarantine, mail that a mailing list has changed is "
          "not lost." },
    { .name = "action_unchecked_encrypted",
      .type = CONF_ENUM,
      .at = AT(action_unchecked_encrypted),
      .def = "tag",
      .names = verdict_action_names,
      .help = "What is done with encrypted archives and documents, which nobody can look into." },
    { .name = "action_unchecked",
      .type = CONF_ENUM,
      .at = AT(action_unchecked),
      .def = "quarantine",
      .names = verdict_action_names,
      .help = "What is done with what could not be checked for another reason: a limit was reached, a "
              "container is not supported, a pattern hit its limit, or two readers would read the message "
              "differently." },
    { .name = "action_unchecked_fault",
      .type = CONF_ENUM,
      .at = AT(action_unchecked_fault),
      .def = "tempfail",
      .names = verdict_action_names,
      .help = "What is done with a message that killed its worker twice, or while a scanner is out of order. "
              "With tempfail, a message that has failed for fault_age is quarantined instead." },
    { .name = "action_banned",
      .type = CONF_ENUM,
      .at = AT(action_banned),
      .def = "quarantine",
      .names = verdict_action_names,
      .help = "What is done with forbidden names and types of attachments." },
    { .name = "action_virus",
      .type = CONF_ENUM,
      .at = AT(action_virus),
      .def = "reject",
      .names = verdict_action_names,
      .help = "What is done with a virus that was found by a signature." },
    { .name = "quarantine_method",
      .type = CONF_ENUM,
      .at = AT(quarantine_method),
      .def = "store",
      .names = method_names,
      .help = "How a message is quarantined. store keeps it below quarantine_directory and tells the sender "
              "that it "
              "was accepted; `tamis quarantine` lists, shows and releases it. A rejected message in which a "
              "virus was "
              "found, or that another class wants quarantined, is stored, too. hold puts it into the hold "
              "queue of "
              "the MTA, for all recipients; with Postfix look at it with postcat -q ID and release it with "
              "postsuper -H ID. Then a message that is also rejected is not kept: the MTA holds none that it "
              "refuses." },
    { .name = "recipient_policy",
      .type = CONF_LIST,
      .at = AT(recipient_policy),
      .def = "",
      .help =
          "Maps that give recipients options of their own, for example text:/etc/tamis/recipients with lines "
          "like \"bob@example.com required_score=7 action_virus=quarantine\". A map is text:PATH (KEY "
          "VALUE), "
          "regex:PATH (/PATTERN/ VALUE) or cidr:PATH (NETWORK VALUE). Looked up are user+ext@domain, "
          "user@domain, @domain, @.domain for each domain above, and *; the first that is found counts. "
          "required_score, reject_score and action_* may be changed." },
    { .name = "sender_allow",
      .type = CONF_LIST,
      .at = AT(sender_allow),
      .def = "",
      .help = "Maps of envelope senders whose mail is not spam, whatever its score (looked up as in "
              "recipient_policy, <> is the null sender; a value of no takes an entry out). Senders can be "
              "forged: "
              "viruses and what could not be checked are treated as ever." },
    { .name = "sender_block",
      .type = CONF_LIST,
      .at = AT(sender_block),
      .def = "",
      .help = "Maps of envelope senders whose mail is spam (action_spam). Blocking wins over allowing." },
    { .name = "client_allow",
      .type = CONF_LIST,
      .at = AT(client_allow),
      .def = "",
      .help = "Maps of client addresses (cidr:PATH) whose mail is not spam, whatever its score." },
    { .name = "client_block",
      .type = CONF_LIST,
      .at = AT(client_block),
      .def = "",
      .help = "Maps of client addresses (cidr:PATH) whose mail is spam (action_spam)." },
    { .name = "fault_age",
      .type = CONF_TIME,
      .at = AT(fault_age),
      .def = "4h",
      .min = 1000,
      .max = 7.0 * 24 * 3600 * 1000,
      .help = "How long the same message (by content, first recipient and client) is tempfailed by "
              "action_unchecked_fault before it is quarantined." },
    { .name = "fault_memory",
      .type = CONF_UINT,
      .at = AT(fault_memory),
      .def = "10000",
      .min = 16,
      .max = 1000000,
      .flags = CONF_RESTART,
      .help = "How many failing messages are remembered for fault_age; about 60 bytes each." },
    { .name = "subject_tag",
      .type = CONF_STRING,
      .at = AT(subject_tag),
      .def = SUBJECT_TAG_DEFAULT,
      .help = "Put before the Subject of spam that is tagged or held. _SCORE_ becomes the score. Empty: the "
              "Subject stays as it is. With the default, rewrite_header Subject of the site's own rule files "
              "counts in its place." },
    { .name = "unchecked_subject_tag",
      .type = CONF_STRING,
      .at = AT(unchecked_subject_tag),
      .def = "[UNCHECKED]",
      .help = "The same for messages that are tagged or held because something in them could not be checked "
              "or is dangerous." },
    { .name = "reject_text",
      .type = CONF_STRING,
      .at = AT(reject_text),
      .def = "_REASON_ (_ID_)",
      .help = "What the sender reads behind \"550 5.7.1\". _REASON_ is a short sentence, _CLASS_ the class, "
              "_ID_ the message's id in the log. At most 200 bytes of ASCII are sent." },
    { .name = "tempfail_text",
      .type = CONF_STRING,
      .at = AT(tempfail_text),
      .def = "Message could not be checked, please try again later (_ID_)",
      .help = "The same for temporary failures." },
    { .name = "dmarc_policy",
      .type = CONF_ENUM,
      .at = AT(dmarc_policy),
      .def = "ignore",
      .names = honour_names,
      .help = "Whether what domains ask for by DMARC is done (RFC 7489): with honour a message that fails is "
              "of class dmarc/quarantine or dmarc/reject, pct= and t= heeded. With ignore only rules score "
              "it. Mailing lists that change messages break signatures; those that seal what they pass on "
              "can be named in arc_trusted. A From without a domain, for which nobody can be asked, is "
              "bad_header (mail of programs and of MTAs may have none: action_bad_header is pass). Where the "
              "DNS does not answer see action_dmarc_temperror." },
    { .name = "authentication_results",
      .type = CONF_BOOL,
      .at = AT(authentication_results),
      .def = "yes",
      .help = "Whether Authentication-Results (RFC 8601) is written into mail that comes in, with the "
              "results of SPF, DKIM, DMARC and ARC. Mail of authenticated clients gets none." },
    { .name = "authserv_id",
      .type = CONF_STRING,
      .at = AT(authserv_id),
      .def = "",
      .help = "Our name in Authentication-Results (RFC 8601). Inbound fields with this name are forgeries "
              "and are removed. Empty: the host name of the MTA." },
    { .name = "remove_headers",
      .type = CONF_LIST,
      .at = AT(remove_headers),
      .def = "X-Spam-* X-Virus-* X-Tamis-*",
      .help = "Names of header fields that are removed when they come with a message, so that nobody outside "
              "can set what filters behind us rely on. A * at the end stands for any rest." },
    { .name = "add_headers_clean",
      .type = CONF_BOOL,
      .at = AT(add_headers_clean),
      .def = "yes",
      .help = "Whether X-Spam-Status and X-Spam-Level are written to messages that simply pass, too." },
};
const size_t policy_option_rows_n = sizeof(policy_option_rows) / sizeof(policy_option_rows[0]);

#define REQUIRED_DEFAULT 5.0 /* as in the row above */

void policy_follow_rules(struct policy_options *o, double required)
{
    if (required != 0 && o->required_score == REQUIRED_DEFAULT)
        o->required_score = required;
}
