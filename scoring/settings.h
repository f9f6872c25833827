/* settings.h - what rule files say besides rules
 * A directive that is no rule's (`trusted_networks`, `welcomelist_from`, `add_header` ...) is one row of a
 * table: its name, the family that understands it, the plugin it needs. Its lines are kept in the order of
 * reading, by family; the family reads them once, when the set is finished (trust_load(), lists_load() ...),
 * and reports what is wrong in them by file and line. Old spellings (whitelist_from) arrive under today's
 * name. Lives in the set's arena, immutable once loaded. A value that begins with a name's ending
 * (`bayes_stopword_de X` is `bayes_stopword` with "de X") has it in front. */
#ifndef SCORING_SETTINGS_H
#define SCORING_SETTINGS_H

#include "scoring/names.h"

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
    const char *plugin; /* without "Mail::SpamAssassin::Plugin::"; two separated by a blank: either will do;
                         * NULL: always understood */
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
    struct names rows; /* every spelling, to its place in setting_rows */
};

extern const struct setting_row setting_rows[];
extern const size_t setting_rows_n;

void settings_init(struct settings *s, struct arena *a);
/* NULL when there is no such directive. A name with an ending (`bayes_stopword_de`, `hashbl_acl_NAME`) gives
 * the row of its beginning; *ending is then the rest, else empty. */
const struct setting_row *settings_find(const struct settings *s, struct slice name, struct slice *ending);
/* Keeps a copy of *line, at the end of its family. */
void settings_add(struct settings *s, struct arena *a, const struct setting_line *line);

/* Lines of a family in the order of reading: for (l = settings_first(s, SETTING_TRUST); l; l = l->next) */
const struct setting_line *settings_first(const struct settings *s, enum setting_family family);
/* for if (setting_is(l, "trusted_networks")) */
bool setting_is(const struct setting_line *l, const char *name);
/* The last line of that name, or NULL. */
const struct setting_line *settings_last(const struct settings *s, enum setting_family family,
                                         const char *name);
/* yes, no, 1, 0 (SpamAssassin's booleans): the last line that is one of them, else `otherwise`. Numbers as
 * SpamAssassin reads them, in the same way. */
bool settings_bool(const struct settings *s, enum setting_family family, const char *name, bool otherwise);
double settings_number(const struct settings *s, enum setting_family family, const char *name,
                       double otherwise);

#endif
