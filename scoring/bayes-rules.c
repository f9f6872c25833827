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
    return (struct bayes_rules){ .used = settings_bool(s, SETTING_BAYES, "use_bayes", true) &&
                                         settings_bool(s, SETTING_BAYES, "use_bayes_rules", true),
                                 .min_spam = least(s, "bayes_min_spam_num"),
                                 .min_ham = least(s, "bayes_min_ham_num") };
}

bool bayes_directive_counts(struct slice name)
{
    static const struct slice good[] = { SLICE_INIT("use_bayes"), SLICE_INIT("bayes_min_"),
                                         SLICE_INIT("bayes_auto_learn") };
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        if (slice_starts(name, good[i]))
            return true;
    return false;
}

bool bayes_rules_speak(const struct bayes_rules *r, unsigned spam, unsigned ham)
{
    return r->used && spam >= r->min_spam && ham >= r->min_ham;
}
