/* bayes-rules.c - when rules ask the classifier; see bayes-rules.h */
#include "config.h"
#include "scoring/bayes-rules.h"

#define LEAST 200

static unsigned least(const struct settings *s, const char *name)
{
    double n = settings_number(s, SETTING_BAYES, name, LEAST);
    return n > 0 && n < UINT32_MAX ? (unsigned)n : 0;
}

struct bayes_rules bayes_rules_of(const struct settings *s)
{
    struct bayes_rules r = { .min_spam = least(s, "bayes_min_spam_num"),
                             .min_ham = least(s, "bayes_min_ham_num") };
    r.learns = settings_bool(s, SETTING_BAYES, "use_learner", true) &&
               settings_bool(s, SETTING_BAYES, "use_bayes", true);
    r.used = r.learns && settings_bool(s, SETTING_BAYES, "use_bayes_rules", true);
    return r;
}

static const char files[] = "the store lies in bayes_directory (tamis.conf)";
static const char fixed[] = "the store has a fixed size, and old counts make room by themselves";
static const char written[] = "each lesson is journalled and counts at once";
static const char no_sql[] = "the store is no database: bayes_directory (tamis.conf) says where it lies";

static const struct {
    const char *name, *why;
} without_effect[] = {
    { "bayes_auto_expire", fixed },
    { "bayes_expiry_max_db_size", fixed },
    { "bayes_file_mode", "the store is its owner's alone, as bayes_directory (tamis.conf) is" },
    { "bayes_journal_max_size", written },
    { "bayes_learn_during_report", "nothing is reported to others, so nothing is learned by reporting" },
    { "bayes_learn_to_journal", written },
    { "bayes_path", files },
    { "bayes_seen_ttl", "the last bayes_remember (tamis.conf) lessons are remembered, however old" },
    { "bayes_sql_dsn", no_sql },
    { "bayes_sql_override_username", no_sql },
    { "bayes_sql_password", no_sql },
    { "bayes_sql_username", no_sql },
    { "bayes_sql_username_authorized", no_sql },
    { "bayes_store_module", "there is one kind of store: bayes_directory (tamis.conf) says where it lies" },
    { "bayes_token_ttl", fixed },
    { "bayes_use_hapaxes", "what was met once has little weight, and is learned by" },
};

const char *bayes_directive_why_not(struct slice name)
{
    for (size_t i = 0; i < sizeof(without_effect) / sizeof(*without_effect); i++)
        if (slice_eq(name, slice_str(without_effect[i].name)))
            return without_effect[i].why;
    return NULL;
}

bool bayes_rules_speak(const struct bayes_rules *r, unsigned spam, unsigned ham)
{
    return r->used && spam >= r->min_spam && ham >= r->min_ham;
}
