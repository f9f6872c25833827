/* classify.c - `tamis classify`: what the classifier alone thinks of messages, and with --learn-after how it
 * would have done had it learned each right after it saw it. The order of the list is kept. Labels are the
 * list's: `spam PATH`, `ham PATH`; `autospam PATH` and `autoham PATH` are learned as autolearn would, `only
 * PATH` is judged and not learned. */
#include "config.h"
#include "cli/command.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include "cli/items.h"
#include "cli/settings.h"
#include "cli/teacher.h"

#define AT(field) offsetof(struct classify_values, field)
#define LINE_MAX_BYTES 8192
#define MIN_LEARNED 1

struct classify_values {
    struct cli_common common;
    bool json, learn_after;
};

/* what is done with a message once it is judged */
struct label {
    struct slice word;
    enum bayes_kind kind; /* 0: nothing */
    unsigned percent;     /* weight */
};

static const struct label labels[] = {
    { SLICE_INIT("spam"), BAYES_LEARN_SPAM, 100 },
    { SLICE_INIT("ham"), BAYES_LEARN_HAM, 100 },
    { SLICE_INIT("autospam"), BAYES_LEARN_SPAM, BAYES_AUTOLEARN_PERCENT },
    { SLICE_INIT("autoham"), BAYES_LEARN_HAM, BAYES_AUTOLEARN_PERCENT },
    { SLICE_INIT("only"), 0, 0 },
};

struct list {
    struct arena *a;
    struct mail_target *targets;
    const struct label **labels; /* NULL: none was written */
    size_t n, cap;
};

struct judging {
    struct teacher *teacher;
    const struct list *list;
    bool json, learn, failed;
};

/* ---- the list */

static void add(struct list *l, struct slice path, const struct label *label)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 256;
        l->targets = arena_grow(l->a, l->targets, l->n, cap, sizeof(*l->targets));
        l->labels = arena_grow(l->a, l->labels, l->n, cap, sizeof(*l->labels));
        l->cap = cap;
    }
    l->targets[l->n] = (struct mail_target){ arena_str(l->a, path), MAIL_WHOLE };
    l->labels[l->n++] = label;
}

static const struct label *label_of(struct slice word)
{
    for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
        if (slice_ieq(word, labels[i].word))
            return &labels[i];
    return NULL;
}

static bool add_line(struct list *l, struct slice line, bool labelled)
{
    ptrdiff_t blank = slice_chr(line, ' ');
    const struct label *label = blank > 0 ? label_of(slice_sub(line, 0, (size_t)blank)) : NULL;
    if (label == NULL && labelled)
        return false;
    add(l, label ? slice_trim(slice_from(line, (size_t)blank)) : line, label);
    return true;
}

static int read_list(struct list *l, const char *path, bool labelled)
{
    char line[LINE_MAX_BYTES];
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (f == NULL) {
        cli_complain("classify: list %s: %m", path);
        return -1;
    }
    int done = 0;
    for (unsigned n = 1; done == 0 && fgets(line, sizeof(line), f); n++) {
        struct slice s = slice_trim(slice_str(line));
        if (s.n && !add_line(l, s, labelled)) {
            cli_complain("classify: %s:%u: write \"spam PATH\" or \"ham PATH\"", path, n);
            done = -1;
        }
    }
    if (f != stdin)
        fclose(f);
    return done;
}

static int read_operands(struct list *l, const struct classify_values *v)
{
    for (size_t i = 0; i < v->common.n_operands; i++) {
        const struct cli_operand *o = &v->common.operands[i];
        if (o->by_option ? read_list(l, o->text, v->learn_after) < 0 : v->learn_after) {
            if (!o->by_option)
                cli_complain("classify: --learn-after needs labels: name the messages by --files-from LIST");
            return -1;
        }
        if (!o->by_option)
            add(l, slice_str(o->text), NULL);
    }
    return 0;
}

/* ---- judging */

static bool print_json(const char *name, const struct bayes_result *r, bool known, double ms)
{
    json_t *bayes = known ? json_real(r->probability) : json_null();
    json_t *line = json_pack("{s:s%, s:o, s:f, s:f}", "file", name, strlen(name), "bayes", bayes, "logit",
                             r->logit, "cpu_ms", ms);
    if (line == NULL) /* a name that is no UTF-8 */
        line =
            json_pack("{s:s, s:o, s:f, s:f}", "file", "?", "bayes", bayes, "logit", r->logit, "cpu_ms", ms);
    bool written = json_dumpf(line, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF;
    json_decref(line);
    return written;
}

static bool print(const struct judging *j, const char *name, const struct bayes_result *r, double ms)
{
    const struct bayes_block *b = teacher_block(j->teacher);
    bool known = b->learned.spam >= MIN_LEARNED && b->learned.ham >= MIN_LEARNED;
    if (j->json)
        return print_json(name, r, known, ms);
    if (!known)
        return printf("%8s  %s\n", "unknown", name) > 0;
    return printf("%7.2f%%  %s\n", 100 * r->probability, name) > 0;
}

static bool judge(void *ctx, const char *name, size_t target, const struct bayes_item *item, const char *why,
                  double ms)
{
    struct judging *j = ctx;
    struct bayes_result r;
    struct err e;
    if (item == NULL) {
        cli_complain("classify: %s: %s", name, why);
        return true;
    }
    bayes_classify(teacher_block(j->teacher), &item->features, 0, 0, &r);
    if (!print(j, name, &r, ms))
        return false;
    const struct label *label = j->list->labels[target];
    if (!j->learn || label == NULL || label->kind == 0)
        return true;
    struct bayes_lesson l = { .kind = label->kind, .who = SLICE("classify") };
    l.weight = (float)label->percent / 100;
    if (teacher_teach(j->teacher, &l, item, &e) >= 0)
        return true;
    cli_complain("classify: %s", e.text);
    j->failed = true;
    return false;
}

static int run(void *values)
{
    struct classify_values *v = values;
    struct config *c = ARENA_NEW(v->common.arena, struct config);
    struct list list = { .a = v->common.arena };
    struct items_totals t;
    struct err e;
    if (settings_load(&v->common, c) < 0 || read_operands(&list, v) < 0)
        return CLI_USAGE;
    if (list.n == 0)
        return CLI_DONE;
    struct judging j = {
        .teacher = teacher_new(c, &e), .list = &list, .json = v->json, .learn = v->learn_after
    };
    if (j.teacher == NULL) {
        cli_complain("classify: %s", e.text);
        return CLI_TRY_AGAIN;
    }
    const struct items_source source = { .targets = list.targets,
                                         .n = list.n,
                                         .sa_words = bayes_wants_sa(teacher_block(j.teacher)) };
    int code = items_run("tamis: classify", c, &source, judge, &j, &t);
    if (teacher_sync(j.teacher, &e) != 0)
        j.failed = true;
    teacher_free(&j.teacher);
    return j.failed || fflush(stdout) != 0 ? CLI_TRY_AGAIN : code;
}

static const struct cli_option options[] = {
    { "json", 0, CLI_FLAG, AT(json), NULL,
      "One JSON object a message and line: file, bayes (probability of spam, null while too little was "
      "learned), logit "
      "(the same without an end) and cpu_ms." },
    { "learn-after", 0, CLI_FLAG, AT(learn_after), NULL,
      "Learn each message right after it was judged, from the list's label: how the classifier does on a "
      "stream." },
    { "files-from", 0, CLI_OPERAND, 0, "LIST",
      "Read names of files from LIST, one a line (- is standard input), or with labels: \"spam FILE\", \"ham "
      "FILE\"; \"autospam FILE\", \"autoham FILE\" are learned with the weight of autolearn, \"only FILE\" "
      "is judged "
      "alone." },
};

const struct cli_command cli_classify = {
    .name = "classify",
    .args = "[OPTION]... FILE...",
    .summary = "ask the classifier alone",
    .about = "Prints how likely each message is spam by what the classifier has learned, in the order given. "
             "No rules are "
             "run. With --learn-after it learns on: use a bayes_directory of its own for that (--set "
             "bayes_directory=DIR).",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct classify_values),
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .examples =
        "tamis classify message.eml\thow likely it is spam\n"
        "tamis classify --learn-after --json --files-from list --set bayes_directory=/tmp/try\ta stream",
    .run = run,
};
