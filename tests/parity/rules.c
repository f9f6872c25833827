/* rules.c - what we make of rule files, a line a rule; rules.pl prints SpamAssassin's
 * usage: rules DIRECTORY...
 * Columns, apart by tabs: name, type, four scores, priority, flags, field, ! when negated, if-unset, test,
 * description. Bytes that are not printable are \xNN. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include "scoring/rule.h"

static const char *const types[] = {
    [RULE_HEADER] = "header", [RULE_EXISTS] = "exists",         [RULE_BODY] = "body",
    [RULE_URI] = "uri",       [RULE_RAWBODY] = "rawbody",       [RULE_FULL] = "full",
    [RULE_META] = "meta",     [RULE_MIMEHEADER] = "mimeheader", [RULE_URI_DETAIL] = "uri_detail",
    [RULE_EMPTY] = "empty"
};

/* by name; maxhits has no bit */
static const struct {
    const char *name;
    unsigned bit;
} flags[] = {
    { "autolearn_body", TFLAG_AUTOLEARN_BODY },
    { "autolearn_force", TFLAG_AUTOLEARN_FORCE },
    { "autolearn_header", TFLAG_AUTOLEARN_HEADER },
    { "concat", TFLAG_CONCAT },
    { "domains_only", TFLAG_DOMAINS_ONLY },
    { "ips_only", TFLAG_IPS_ONLY },
    { "learn", TFLAG_LEARN },
    { "maxhits", 0 },
    { "multiple", TFLAG_MULTIPLE },
    { "net", TFLAG_NET },
    { "nice", TFLAG_NICE },
    { "noautolearn", TFLAG_NOAUTOLEARN },
    { "nolog", TFLAG_NOLOG },
    { "nosubject", TFLAG_NOSUBJECT },
    { "notrim", TFLAG_NOTRIM },
    { "userconf", TFLAG_USERCONF },
};

static void put(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c >= 0x7f || c == '\\')
            printf("\\x%02x", c);
        else
            putchar(c);
    }
}

/* m/x/i as (?i)x, which is how Perl shows it */
static void put_pattern(struct slice text)
{
    size_t from = slice_starts(text, SLICE("qr")) ? 3 : slice_starts(text, SLICE("m")) ? 2 : 1, end = text.n;
    while (end > from && ascii_alpha(text.p[end - 1]))
        end--;
    if (end < text.n)
        printf("(?%.*s)", SLICE_ARG(slice_from(text, end)));
    put(slice_sub(text, from, end - 1 - from));
}

static void put_call(const struct rule_test *t)
{
    put(slice_sub(t->text, 0, (size_t)slice_chr(t->text, '(')));
    for (size_t i = 0; i < t->eval.args.n; i++) {
        printf("\\x01");
        put(t->eval.args.v[i]);
    }
}

static void put_flags(const struct rule *r)
{
    const char *blank = "";
    for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
        if (flags[i].bit ? !(r->tflags & flags[i].bit) : r->maxhits == 0)
            continue;
        printf("%s%s", blank, flags[i].name);
        if (flags[i].bit == 0)
            printf("=%u", r->maxhits);
        blank = " ";
    }
}

static void put_field(const struct ruleset *set, const struct rule_test *t)
{
    struct slice field = t->field;
    if (t->type == RULE_HEADER || t->type == RULE_EXISTS)
        field = set->specs.v[t->spec].request;
    if (slice_iends(field, SLICE(":")))
        field.n--;
    printf("%.*s%s", SLICE_ARG(field), t->raw_field ? ":raw" : "");
}

static void put_test(const struct rule_test *t)
{
    if (t->type == RULE_EVAL)
        put_call(t);
    else if (t->type == RULE_META)
        put(t->text);
    else if (t->text.n)
        put_pattern(t->pattern);
}

static void put_rule(const struct ruleset *set, const struct rule *r)
{
    const struct rule_test *t = &r->test;
    bool call = t->type == RULE_EVAL;
    printf("%.*s\t%s%s\t%.3f %.3f %.3f %.3f\t%d\t", SLICE_ARG(r->name), types[call ? t->eval_of : t->type],
           call ? "-eval" : "", r->scores[0], r->scores[1], r->scores[2], r->scores[3], r->priority);
    put_flags(r);
    putchar('\t');
    put_field(set, t);
    printf("\t%s\t", t->negated ? "!" : "");
    put(t->if_unset);
    putchar('\t');
    put_test(t);
    putchar('\t');
    put(slice_str(r->describe));
    putchar('\n');
}

int main(int argc, char **argv)
{
    const struct scoring_options o = { .rules_path = { (const char *const *)argv + 1, (size_t)argc - 1 },
                                       .rules_max = 100000 };
    struct arena a;
    struct err e;
    arena_init(&a, (size_t)256 << 20);
    struct ruleset *set = ruleset_load(&o, &a, NULL, &e);
    if (set == NULL) {
        fprintf(stderr, "rules: %s\n", e.text);
        return 1;
    }
    for (size_t i = 0; i < set->n; i++)
        if (set->rules[i]->test.type != RULE_NONE)
            put_rule(set, set->rules[i]);
    ruleset_free(&set);
    arena_deinit(&a);
    return 0;
}
