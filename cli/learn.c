/* learn.c - `tamis learn`: what is spam, and what is not
 * Workers of our own read the messages; the lessons go to the keeper or, where no service runs, into the
 * store. Each message counts once, so that a run that was stopped is begun anew. */
#include "config.h"
#include "cli/command.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/os.h"
#include "cli/filtered.h"
#include "cli/items.h"
#include "cli/lesson-rules.h"
#include "cli/settings.h"
#include "cli/teacher.h"

#define AT(field) offsetof(struct learn_values, field)
#define SYNC_EVERY 64
#define PROGRESS_MS 500
#define HOURS_MAX 100000

struct learn_values {
    struct cli_common common;
    bool spam, ham, forget, quiet;
    const char *who, *undo, *for_whom;
};

struct lessons {
    struct teacher *teacher;
    enum bayes_kind kind;
    struct slice who;
    const char *for_whom;
    size_t done, known, unsynced;
    bool progress, failed;
    uint64_t told_at;
};

static void tell_progress(struct lessons *l, bool last)
{
    uint64_t now = clock_ms();
    if (!l->progress || (!last && now - l->told_at < PROGRESS_MS))
        return;
    l->told_at = now;
    fprintf(stderr, "\r%zu learned, %zu known before%s", l->done, l->known, last ? "\n" : "");
}

static bool lesson_failed(struct lessons *l, const struct err *e)
{
    cli_complain("learn: %s", e->text);
    l->failed = true;
    return false;
}

static bool give(void *ctx, const char *name, size_t target, const struct bayes_item *item, const char *why,
                 double ms)
{
    struct lessons *l = ctx;
    struct err e;
    (void)target, (void)ms;
    if (l->failed)
        return false;
    if (item == NULL) {
        cli_complain("learn: %s: %s", name, why);
        return true;
    }
    int done = teacher_give(l->teacher, l->kind, item, l->who, &e);
    if (done < 0)
        return lesson_failed(l, &e);
    l->done += done == BAYES_DONE;
    l->known += done != BAYES_DONE;
    if (++l->unsynced >= SYNC_EVERY) {
        l->unsynced = 0;
        if (teacher_sync(l->teacher, &e) != 0)
            return lesson_failed(l, &e);
    }
    tell_progress(l, false);
    return true;
}

static int summary(const struct lessons *l, const struct items_totals *t)
{
    const struct bayes_block *b = teacher_block(l->teacher);
    struct buf out;
    buf_init(&out, 1000);
    if (bayes_is_learned(l->kind))
        buf_printf(&out, "%zu learned as %s, %zu known before", l->done,
                   bayes_is_spam(l->kind) ? "spam" : "ham", l->known);
    else
        buf_printf(&out, "%zu forgotten, %zu not remembered", l->done, l->known);
    if (t->unreadable)
        buf_printf(&out, ", %zu not read", t->unreadable);
    if (t->refused)
        buf_printf(&out, ", %zu not filtered for %s", t->refused, l->for_whom);
    buf_printf(&out, "; the classifier knows %u spam and %u ham\n", b->learned.spam, b->learned.ham);
    int written = cli_write(&out);
    buf_deinit(&out);
    return written;
}

/* Who says so: --who, else the account. */
static struct slice teacher_name(const struct learn_values *v)
{
    if (v->who || v->for_whom)
        return slice_str(v->who ? v->who : v->for_whom);
    const struct passwd *pw = getpwuid(getuid());
    return slice_str(pw ? arena_str(v->common.arena, slice_str(pw->pw_name)) : "?");
}

static bool was_filtered(const void *ctx, struct slice message)
{
    return filtered_for(ctx, message);
}

static int learn(struct lessons *l, struct config *c, const struct learn_values *v)
{
    struct items_totals t;
    struct err e;
    struct mail_target *targets = arena_array(v->common.arena, v->common.n_operands, sizeof(*targets));
    struct filtered filtered;
    struct items_source source = { .targets = targets, .n = v->common.n_operands };
    if (v->for_whom && c->bayes.users == BAYES_USERS_FILTERED) {
        if (filtered_open(&filtered, c, slice_str(v->for_whom), &e) != 0) {
            lesson_failed(l, &e);
            return CLI_TRY_AGAIN;
        }
        source.may = was_filtered;
        source.may_ctx = &filtered;
        l->for_whom = v->for_whom;
    }
    for (size_t i = 0; i < source.n; i++)
        targets[i] = (struct mail_target){ v->common.operands[i].text, MAIL_BY_CONTENT };
    l->progress = isatty(STDERR_FILENO) && !v->quiet;
    int code = items_run("tamis: learn", c, &source, give, l, &t);
    if (!l->failed && teacher_sync(l->teacher, &e) != 0)
        lesson_failed(l, &e);
    tell_progress(l, true);
    if (l->failed || (!v->quiet && summary(l, &t) < 0))
        return CLI_TRY_AGAIN;
    return code;
}

/* "36h", "2d": hours back; anything else is a name. */
static bool read_hours(struct slice text, unsigned *hours)
{
    uint64_t n;
    char unit = text.n ? text.p[text.n - 1] : 0;
    if ((unit != 'h' && unit != 'd') || !slice_uint(slice_sub(text, 0, text.n - 1), HOURS_MAX / 24, &n) ||
        n == 0)
        return false;
    *hours = (unsigned)n * (unit == 'd' ? 24 : 1);
    return true;
}

static int undo(struct lessons *l, const char *what)
{
    struct err e;
    struct slice who = slice_str(what);
    unsigned hours = 0, n = 0;
    if (read_hours(who, &hours))
        who = SLICE("");
    if (teacher_take_back(l->teacher, who, hours, &n, &e) != 0 || teacher_sync(l->teacher, &e) != 0) {
        lesson_failed(l, &e);
        return CLI_TRY_AGAIN;
    }
    printf("%u lessons taken back\n", n);
    return n ? CLI_DONE : CLI_NO;
}

static int run(void *values)
{
    struct learn_values *v = values;
    struct config *c = ARENA_NEW(v->common.arena, struct config);
    struct err e;
    if (v->spam + v->ham + v->forget + (v->undo != NULL) != 1) {
        cli_complain("learn: what? Write one of --spam, --ham, --forget with messages, or --undo WHO|TIME");
        return CLI_USAGE;
    }
    if (!v->undo == !v->common.n_operands) {
        cli_complain(v->undo ? "learn: --undo takes no messages"
                             : "learn: which messages? Name files or directories");
        return CLI_USAGE;
    }
    if (settings_load(&v->common, c) < 0)
        return CLI_USAGE;
    if (!v->undo && !lesson_rules_allow(c)) {
        cli_complain("learn: the rule files say use_bayes 0: nothing is learned, nor forgotten");
        return CLI_NO;
    }
    struct lessons l = { .teacher = teacher_new(c, &e), .who = teacher_name(v) };
    l.kind = v->spam ? BAYES_LEARN_SPAM : v->ham ? BAYES_LEARN_HAM : BAYES_TAKE_BACK_HAM;
    if (l.teacher == NULL) {
        cli_complain("learn: %s", e.text);
        return CLI_TRY_AGAIN;
    }
    int code = v->undo ? undo(&l, v->undo) : learn(&l, c, v);
    teacher_free(&l.teacher);
    return code;
}

static const struct cli_option options[] = {
    { "spam", 0, CLI_FLAG, AT(spam), NULL, "These messages are spam." },
    { "ham", 0, CLI_FLAG, AT(ham), NULL, "These are wanted mail." },
    { "forget", 0, CLI_FLAG, AT(forget), NULL, "Take back what was learned of these." },
    { "who", 0, CLI_TEXT, AT(who), "NAME",
      "Who says so, for the journal and --undo; the caller's account if not given." },
    { "for", 0, CLI_TEXT, AT(for_whom), "ADDRESS",
      "A user says so, who has this address: only messages count that this service filtered for it, by "
      "X-Tamis-Verdict (see bayes_users); the name for --undo, too." },
    { "undo", 0, CLI_TEXT, AT(undo), "WHO|TIME",
      "Take back what WHO taught, or what anybody did in the last TIME (36h, 2d), as long as it is "
      "remembered." },
    { "quiet", 'q', CLI_FLAG, AT(quiet), NULL, "No progress and no summary." },
};

const struct cli_command cli_learn = {
    .name = "learn",
    .args = "--spam|--ham|--forget [OPTION]... PATH...",
    .summary = "teach the classifier what is spam",
    .about =
        "Teaches the classifier messages: files, directories with all below them, Maildirs, mboxes (- "
        "is standard "
        "input). The same message counts once, also when 50,000 others were learned since, and under the "
        "other label "
        "it is taken back first. With a running service its keeper learns; without one this command "
        "writes the "
        "store itself, which only one can at a time.\n\nThe rules BAYES_00 to BAYES_999 begin with "
        "200 spam and 200 ham, in a running service by themselves.\n\nExits 1 when a message could not "
        "be read, 75 "
        "when nothing "
        "can be learned now: what was learned before stays, and the same command again goes on.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct learn_values),
    .min_operands = 0,
    .max_operands = SIZE_MAX,
    .examples = "tamis learn --spam Maildir/.Junk/cur\ta folder of junk\n"
                "tamis learn --ham archive.mbox\tall messages of an mbox\n"
                "tamis learn --forget message.eml\tas if it had not been seen\n"
                "tamis learn --undo 2d\ttake back the lessons of two days",
    .run = run,
};
