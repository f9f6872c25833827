/* names.c - from the name of a signature to what it means; see names.h */
#include "clamglue/names.h"

#include <stdlib.h>

struct row {
    struct slice pattern;
    struct name_meaning meaning;
};

#define LIMIT(pattern, reason)                                                                               \
    {                                                                                                        \
        SLICE_INIT("Heuristics.Limits." pattern),                                                            \
        {                                                                                                    \
            FINDING_CLASS, CLASS_UNCHECKED_LIMIT, 0, reason                                                  \
        }                                                                                                    \
    }

static const struct row rows[] = {
    LIMIT("Exceeded.MaxRecursion", "virus_limit_recursion"),
    LIMIT("Exceeded.MaxFiles", "virus_limit_files"),
    LIMIT("Exceeded.MaxFileSize", "virus_limit_file_size"),
    LIMIT("Exceeded.MaxScanSize", "virus_limit_scan_size"),
    LIMIT("Exceeded.MaxScanTime", "virus_limit_time"),
    LIMIT("*", "virus_limit"),
    { SLICE_INIT("Heuristics.Encrypted.*"), { FINDING_CLASS, CLASS_UNCHECKED_ENCRYPTED, 0, "encrypted" } },
    /* it stops there: what else is in the archive was not looked at */
    { SLICE_INIT("Heuristics.Zip.OverlappingFiles"),
      { FINDING_CLASS, CLASS_UNCHECKED_AMBIGUOUS, 0, "zip_overlapping" } },
    { SLICE_INIT("Heuristics.*"), { FINDING_RULE, CLASS_CLEAN, 0, NULL } },
    { SLICE_INIT("PUA.*"), { FINDING_RULE, CLASS_CLEAN, 0, NULL } },
};
static const struct name_meaning virus = { FINDING_VIRUS, CLASS_VIRUS, 0, NULL };

/* the words that an admin may write */
static const struct row words[] = {
    { SLICE_INIT("virus"), { FINDING_VIRUS, CLASS_VIRUS, 0, NULL } },
    { SLICE_INIT("encrypted"), { FINDING_CLASS, CLASS_UNCHECKED_ENCRYPTED, 0, "encrypted" } },
    { SLICE_INIT("limit"), { FINDING_CLASS, CLASS_UNCHECKED_LIMIT, 0, "virus_limit" } },
    { SLICE_INIT("unsupported"), { FINDING_CLASS, CLASS_UNCHECKED_UNSUPPORTED, 0, "virus_unsupported" } },
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* * stands for any text. Goes back only to the last *, so the work is at most pattern times name. */
static bool fits(struct slice pattern, struct slice name)
{
    size_t p = 0, n = 0, star = SIZE_MAX, again = 0;
    while (n < name.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = ++p;
            again = n;
        } else if (p < pattern.n && pattern.p[p] == name.p[n]) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star;
            n = ++again;
        } else
            return false;
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

static bool read_score(struct slice text, double *score)
{
    char number[32], *end;
    if (text.n == 0 || text.n >= sizeof(number) ||
        !(ascii_digit(text.p[0]) || slice_chr(SLICE("-+."), text.p[0]) >= 0))
        return false;
    memcpy(number, text.p, text.n);
    number[text.n] = 0;
    *score = strtod(number, &end);
    return *end == 0 && *score >= -FINDING_SCORE_MAX && *score <= FINDING_SCORE_MAX;
}

bool name_rule_read(struct slice rule, struct slice *pattern, struct name_meaning *m)
{
    ptrdiff_t at = slice_chr(rule, '=');
    if (at <= 0)
        return false;
    struct slice word = slice_from(rule, (size_t)at + 1);
    if (pattern)
        *pattern = slice_sub(rule, 0, (size_t)at);
    for (size_t i = 0; i < COUNT(words); i++)
        if (slice_eq(words[i].pattern, word)) {
            *m = words[i].meaning;
            return true;
        }
    *m = (struct name_meaning){ .kind = FINDING_RULE };
    return read_score(word, &m->score);
}

void name_meaning(const struct conf_list *rules, struct slice name, struct name_meaning *m)
{
    struct slice pattern;
    if (name.n > sizeof(".UNOFFICIAL") - 1 && slice_iends(name, SLICE(".UNOFFICIAL")))
        name.n -= sizeof(".UNOFFICIAL") - 1;
    for (size_t i = 0; i < rules->n; i++)
        if (name_rule_read(slice_str(rules->v[i]), &pattern, m) && fits(pattern, name))
            return;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (fits(rows[i].pattern, name)) {
            *m = rows[i].meaning;
            return;
        }
    *m = virus;
}

void name_clean(char out[NAME_CLEAN_MAX], struct slice name)
{
    name = slice_sub(name, 0, NAME_CLEAN_MAX - 1);
    if (name.n == 0)
        name = SLICE("?");
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        out[i] = ascii_alnum(c) || (c && slice_chr(SLICE(".-_:/+?"), c) >= 0) ? c : '_';
    }
    out[name.n] = 0;
}
