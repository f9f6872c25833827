/* settings.h - what rule files say besides rules
 * A directive that is no rule's (`trusted_networks`, `welcomelist_from`, `add_header` ...) is one row of a
 * table: its name, the family that understands it, the plugin it needs. Its lines are kept in the order of
 * reading, by family; the family reads them once, when the set is finished (trust_load(), lists_load() ...),
 * and reports what is wrong in them by file and line. Old spellings (whitelist_from) arrive under today's
 * name. Lives in the set's arena, immutable once loaded. */
#ifndef SCORING_SETTINGS_H
#define SCORING_SETTINGS_H

#include "base/arena.h"

enum setting_family {
    SETTING_TRUST,    /* trusted_networks, originating_ip_headers, envelope_sender_header ... */
    SETTING_LISTS,    /* welcomelist_*, blocklist_*, enlist_addrlist, *_to, *_subject, *_bounce_relays */
    SETTING_FREEMAIL, /* freemail_* */
    SETTING_URI,      /* util_rb_*, redirector_pattern, enlist_uri_host, parse_dkim_uris ... */
    SETTING_TEXT,     /* normalize_charset, body_part_scan_size, ok_locales ... */
    SETTING_REPORT,   /* required_score, add_header, report, rewrite_header, report_safe, subjprefix ... */
    SETTING_BAYES,    /* bayes_*, use_bayes ... */
    SETTING_NETWORK,  /* DNS, lists of senders, sender authentication: rbl_timeout, uridnsbl*, askdns, dkim_*
                       */
    SETTING_RULES,   /* what changes rules as a whole: replace_*, shortcircuit_*, enable_compat, time_limit */
    SETTING_PLUGIN,  /* of plugins that are off by default */
    SETTING_NOTHING, /* read and without meaning here: paths, databases, user preferences by SQL ... */
    SETTING_FAMILIES
};

/* who is believed for what tamis.conf says as well (required_score, report_safe ...): design, `rules_path` */
enum setting_origin { ORIGIN_STOCK, ORIGIN_SITE };

struct setting_row {
    const char *name;   /* today's name */
    const char *old;    /* other spellings, separated by blanks; NULL: none */
    const char *plugin; /* without "Mail::SpamAssassin::Plugin::"; NULL: always understood */
    enum setting_family family;
};

struct setting_line {
    const struct setting_row *row;
    struct slice value; /* trimmed, may be empty */
    enum setting_origin origin;
    const char *file;
    unsigned line;
    struct setting_line *next; /* of the same family */
};

struct settings {
    struct setting_line *first[SETTING_FAMILIES], **tail[SETTING_FAMILIES];
};

/* Lines of a family in the order of reading: for (l = settings_first(s, SETTING_TRUST); l; l = l->next) */
const struct setting_line *settings_first(const struct settings *s, enum setting_family family);
/* for if (setting_is(l, "trusted_networks")) */
bool setting_is(const struct setting_line *l, const char *name);
/* The last line of that name, or NULL. */
const struct setting_line *settings_last(const struct settings *s, enum setting_family family,
                                         const char *name);
/* yes, no, 1, 0 (SpamAssassin's booleans); `otherwise` when absent or something else */
bool settings_bool(const struct settings *s, enum setting_family family, const char *name, bool otherwise);
double settings_number(const struct settings *s, enum setting_family family, const char *name,
                       double otherwise);

#endif
