/* conf-sample.h - a schema with every type, for the test and the fuzz target of conf */
#ifndef BASE_CONF_SAMPLE_H
#define BASE_CONF_SAMPLE_H

#include "base/conf.h"

enum { COLOR_RED, COLOR_GREEN, COLOR_BLUE };
static const char *const colors[] = { "red", "green", "blue", NULL };

struct first {
    bool flag;
    unsigned count, wait;
    size_t size;
    double score;
    int color;
};
struct second {
    const char *text, *secret, *path;
    struct conf_list words, paths;
};
struct all {
    struct first first;
    struct second second;
};

#define AT(member) offsetof(struct first, member)
static const struct conf_option first_rows[] = {
    { "flag", CONF_BOOL, AT(flag), "no", .help = "A flag." },
    { "max_count", CONF_UINT, AT(count), "50", 1, 500, .flags = CONF_RESTART, .help = "How many." },
    { "wait_time", CONF_TIME, AT(wait), "30s", 100, 3600000, .help = "How long." },
    { "max_size", CONF_SIZE, AT(size), "1m", 1024, -1, .help = "How much." },
    { "required_score", CONF_NUMBER, AT(score), "5", -100, 100, .help = "How bad." },
    { "color", CONF_ENUM, AT(color), "red", .names = colors,
      .help = "Which.\n.de and 'quotes' \"here\" \\x" },
};
#undef AT
#define AT(member) offsetof(struct second, member)
static const struct conf_option second_rows[] = {
    { "text", CONF_STRING, AT(text), "", .help = "Some text." },
    { "secret", CONF_STRING, AT(secret), "", .flags = CONF_SECRET, .help = "Nobody's business." },
    { "state_directory", CONF_PATH, AT(path), "/var/lib/x", .flags = CONF_RESTART, .help = "Where." },
    { "words", CONF_LIST, AT(words), "a, b", .help = "Words." },
    { "paths", CONF_PATHS, AT(paths), "", .help = "More." },
};
static const struct conf_section sections[] = {
    { "Numbers", first_rows, 6, offsetof(struct all, first), 1 },
    { "Text", second_rows, 5, offsetof(struct all, second), 2 },
};
static const struct conf_schema schema = { sections, 2, sizeof(struct all) };

#endif
