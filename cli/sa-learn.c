/* sa-learn.c - tamis-sa-learn: does what `sa-learn` does, so that a path changed is all it takes
 * Workers of our own read the messages; lessons go to the keeper of a running service or into the store, as
 * with `tamis learn`. All spam first, then all ham.
 *
 * Exit codes: 0; 1 no message was read, or the answer is no; 64 usage; 75 nothing can be learned now (what
 * was learned before stays, the same command again goes on). */
#include "config.h"

#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/conf.h"
#include "base/log.h"
#include "base/os.h"
#include "cli/items.h"
#include "cli/lesson-rules.h"
#include "cli/sa-learn-options.h"
#include "cli/sa-learn-store.h"
#include "cli/sa-paths.h"
#include "cli/settings.h"
#include "cli/teacher.h"
#include "engine/loader.h"

#define MEMORY_MAX ((size_t)1 << 30)
#define MAX_SIZE (500 * 1024)
#define SYNC_EVERY 64
#define PROGRESS_MS 500

enum { EXIT_NO = 1, EXIT_USAGE = 64, EXIT_TRY_AGAIN = 75 };

struct learning {
    const struct sa_learn_options *o;
    const struct sa_learn_target *targets;
    struct teacher *teacher;
    struct slice who;
    size_t examined, learned, passed, unsynced;
    size_t stop_after;
    double probability;
    uint64_t begun_at, told_at;
    size_t told;
    bool failed, stopped;
};

/* ---- what it says */

static int print(const struct buf *b)
{
    return fwrite(b->p, 1, b->n, stdout) == b->n && fflush(stdout) == 0 ? 0 : EXIT_TRY_AGAIN;
}

static int show_version(void)
{
    printf("SpamAssassin version 4.0.1\n  running on Tamis version " PACKAGE_VERSION "\n");
    return fflush(stdout) == 0 ? 0 : EXIT_TRY_AGAIN;
}

static void show_help(FILE *f)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    buf_add_str(&b, "Teaches the classifier as `sa-learn` does, by Tamis.\n"
                    "usage: tamis-sa-learn --spam|--ham|--forget [OPTION]... [FILE|FOLDER]...\n\n");
    perl_options_help(&sa_learn_program, &b);
    fwrite(b.p, 1, b.n, f);
    buf_deinit(&b);
}

static int usage(const char *why)
{
    fprintf(stderr, "%s\n\n", why);
    show_help(stderr);
    return EXIT_USAGE;
}

static int show_man(void)
{
    struct buf b;
    buf_init(&b, 256 * 1024);
    buf_add_str(&b, ".TH TAMIS-SA-LEARN 1 \"\" \"tamis " PACKAGE_VERSION "\" \"Tamis\"\n"
                    ".SH NAME\ntamis\\-sa\\-learn \\- teach the classifier as sa\\-learn does\n"
                    ".SH SYNOPSIS\n\\fBtamis\\-sa\\-learn\\fP \\fB\\-\\-spam\\fP|\\fB\\-\\-ham\\fP|"
                    "\\fB\\-\\-forget\\fP [\\fIOPTION\\fP]... [\\fIFILE\\fP|\\fIFOLDER\\fP]...\n"
                    ".SH DESCRIPTION\n");
    conf_man_text(
        "Learns messages as spam or ham: what sa-learn(1) does, with its options, output and exit codes, so "
        "that scripts go on working when its path is changed. Files are one message each, or, where the name "
        "holds .mbox or after --mbox, mboxes; folders are read with all below them; gzip is undone; without "
        "a name the message comes on standard input. Messages are read by sandboxed workers. There is one "
        "classifier for the site: with a running service its keeper learns, without one this program writes "
        "the store itself.\n\nIn other ways than sa-learn: of rule files only what they say of "
        "the classifier counts, those of rules_path in tamis.conf are read where no others are named, and "
        "preferences of users are not; lessons are durable at once, so that --no-sync "
        "and --sync do nothing; that a message was learned is known of the last 50,000 or so and not for "
        "ever (bayes_remember in tamis.conf: what tamis learn --undo can take back); --clear and --restore "
        "need the service stopped. "
        "--restore takes SpamAssassin's own backups, too, as tamis bayes import does, in place of what was "
        "learned; our --backup is of no use to SpamAssassin: its tokens are other hashes than ours.",
        &b);
    buf_add_str(&b, ".SH OPTIONS\n");
    perl_options_man(&sa_learn_program, &b);
    buf_add_str(&b, ".SH \"EXIT STATUS\"\n.TP\n0\nDone.\n"
                    ".TP\n1\nNo message could be read, or a backup is not good.\n"
                    ".TP\n64\nThe command line is wrong.\n"
                    ".TP\n75\nNothing can be learned now. What was learned stays; the same command again "
                    "goes on.\n"
                    ".SH \"SEE ALSO\"\n\\fBtamis\\fP(1), \\fBtamis.conf\\fP(5)\n");
    int code = print(&b);
    buf_deinit(&b);
    return code;
}

/* Without a terminal: a dot a message, at times. */
static void tell_progress(struct learning *l)
{
    uint64_t now = clock_ms();
    if (!l->o->progress || now - l->told_at < PROGRESS_MS)
        return;
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "\r%zu msgs %8.2f msgs/sec", l->examined,
                (double)l->examined * 1000 / (double)(now - l->begun_at + 1));
    for (size_t i = l->told; !isatty(STDIN_FILENO) && i < l->examined; i++)
        putc('.', stderr);
    l->told_at = now;
    l->told = l->examined;
}

static void end_progress(const struct learning *l)
{
    uint64_t seconds = (clock_ms() - l->begun_at) / 1000;
    if (l->o->showdots)
        putc('\n', stderr);
    if (l->o->progress)
        fprintf(stderr, "\n%3d%% Completed %6.2f msgs/sec in %2dm%2ds\n", 100,
                (double)l->examined / (double)(seconds ? seconds : 1), (int)(seconds / 60),
                (int)(seconds % 60));
}

/* ---- learning */

static bool lesson_failed(struct learning *l, const struct err *e)
{
    sa_learn_failed(e);
    l->failed = true;
    return false;
}

static enum bayes_kind kind_of(const struct learning *l, size_t target)
{
    if (l->o->forget)
        return BAYES_TAKE_BACK_HAM;
    return l->targets[target].spam ? BAYES_LEARN_SPAM : BAYES_LEARN_HAM;
}

/* item NULL: one that is ignored */
static bool teach(struct learning *l, size_t target, const struct bayes_item *item)
{
    struct err e;
    l->examined++;
    if (item == NULL)
        return true;
    int done = teacher_give(l->teacher, kind_of(l, target), item, l->who, &e);
    if (done < 0)
        return lesson_failed(l, &e);
    l->learned += done == BAYES_DONE;
    if (++l->unsynced >= SYNC_EVERY) {
        l->unsynced = 0;
        if (teacher_sync(l->teacher, &e) != 0)
            return lesson_failed(l, &e);
    }
    return true;
}

static bool take_item(void *ctx, const char *name, size_t target, const struct bayes_item *item,
                      const char *why, double ms)
{
    struct learning *l = ctx;
    (void)ms;
    if (l->failed || l->stopped)
        return false;
    if (item == NULL && why) {
        fprintf(stderr, "tamis-sa-learn: no access to %s: %s\n", name, why);
        return true;
    }
    bool passed = l->o->probability && drand48() >= l->probability;
    l->stopped = !passed && l->o->stop_after && l->learned > l->stop_after;
    if (l->stopped || (!passed && !teach(l, target, item)))
        return false;
    l->passed += passed;
    if (l->o->showdots)
        putc(passed ? '_' : '.', stderr);
    tell_progress(l);
    return true;
}

static void add_line(struct sa_learn_options *o, struct arena *a, const char *line)
{
    struct slice s = slice_chomp(slice_str(line));
    if (slice_trim(s).n)
        sa_learn_add(o, a, arena_str(a, s));
}

static int read_folders(struct sa_learn_options *o, struct arena *a)
{
    char line[8192];
    FILE *f = fopen(o->folders, "re");
    if (f == NULL) {
        fprintf(stderr, "cannot open %s: %m\n", o->folders);
        return -1;
    }
    while (fgets(line, sizeof(line), f))
        add_line(o, a, line);
    fclose(f);
    return 0;
}

/* All spam, then all ham. */
static struct items_source sort_targets(struct learning *l, struct arena *a)
{
    size_t n = l->o->n_targets, at = 0;
    struct sa_learn_target *sorted = arena_array(a, n + 1, sizeof(*sorted));
    struct mail_target *mail = arena_array(a, n + 1, sizeof(*mail));
    for (int spam = 1; spam >= 0; spam--)
        for (size_t i = 0; i < n; i++)
            if (l->o->targets[i].spam == spam)
                sorted[at++] = l->o->targets[i];
    for (size_t i = 0; i < n; i++)
        mail[i] = sorted[i].mail;
    l->targets = sorted;
    return (struct items_source){ .targets = mail,
                                  .n = n,
                                  .max = l->o->max_size ? strtoull(l->o->max_size, NULL, 10) : MAX_SIZE };
}

static struct slice who_says(const struct sa_learn_options *o, struct arena *a)
{
    const struct passwd *pw = o->username ? NULL : getpwuid(getuid());
    return slice_str(o->username ? o->username : pw ? arena_str(a, slice_str(pw->pw_name)) : "?");
}

static int run_all(struct learning *l, struct config *c, struct arena *a)
{
    struct items_totals t = { 0 };
    struct items_source source = sort_targets(l, a);
    struct err e;
    source.use_ignores = l->o->use_ignores && !l->o->forget;
    l->begun_at = l->told_at = clock_ms();
    int code = items_run("tamis-sa-learn", c, &source, take_item, l, &t);
    if (!l->failed && teacher_sync(l->teacher, &e) != 0)
        lesson_failed(l, &e);
    end_progress(l);
    if (l->failed || code == CLI_TRY_AGAIN)
        return EXIT_TRY_AGAIN;
    if (!l->o->quiet)
        printf("%s tokens from %zu message(s) (%zu message(s) examined)\n",
               l->o->forget ? "Forgot" : "Learned", l->learned, l->examined);
    if (fflush(stdout) != 0)
        return EXIT_TRY_AGAIN;
    return t.faults || (l->examined + l->passed == 0 && !l->stopped) ? EXIT_NO : 0;
}

static int learn(struct sa_learn_options *o, struct config *c, struct arena *a)
{
    struct learning l = { .o = o, .who = who_says(o, a) };
    struct err e;
    if (o->folders && read_folders(o, a) != 0)
        return EXIT_NO;
    if (o->single || (!o->named && o->folders == NULL))
        sa_learn_add(o, a, "-");
    if (o->unlabelled)
        return usage("Please select either --spam or --ham or --forget before the first target");
    l.probability = o->probability ? strtod(o->probability, NULL) : 1;
    l.stop_after = o->stop_after ? strtoull(o->stop_after, NULL, 10) : 0;
    srand48(o->seed ? strtol(o->seed, NULL, 10) : (long)clock_ms());
    l.teacher = teacher_new(c, &e);
    if (l.teacher == NULL)
        return sa_learn_failed(&e);
    int code = run_all(&l, c, a);
    teacher_free(&l.teacher);
    return code;
}

/* ---- the program */

/* --dbpath: beside the files that sa-learn would have there */
static void use_dbpath(struct config *c, struct arena *a, const char *path)
{
    char absolute[PATH_MAX];
    const char *last = access(path, F_OK) == 0 ? "/bayes" : "";
    const char *before = *path != '/' && getcwd(absolute, sizeof(absolute)) ? absolute : NULL;
    c->bayes.directory =
        arena_printf(a, "%s%s%s%s_tamis", before ? before : "", before ? "/" : "", path, last).p;
}

/* Of rule files only what they say of the classifier counts here. Those of tamis.conf, as the service has
 * them, unless others are named. */
static int use_rules(struct config *c, const struct sa_learn_options *o, struct sa_paths *paths,
                     struct arena *a)
{
    const struct sa_options names = {
        .rules = o->rules, .site_rules = o->site_rules, .prefs = o->prefs, .cf = o->cf
    };
    bool others = o->rules || o->site_rules || o->prefs;
    struct err e;
    int done = others ? sa_paths_make(paths, a, &names, &c->scoring.rules_path, &e)
                      : sa_paths_extend(paths, a, &c->scoring.rules_path, &o->cf, &e);
    if (done != 0) {
        fprintf(stderr, "tamis-sa-learn: %s\n", e.text);
        return -1;
    }
    c->scoring.rules_path = paths->list;
    if (others)
        c->scoring.rules_updates = "";
    return 0;
}

static int disabled(void)
{
    fprintf(stderr, "ERROR: configuration specifies 'use_bayes 0', sa-learn disabled\n");
    return EXIT_NO;
}

static bool says_what(const struct sa_learn_options *o)
{
    return o->label || o->sync || o->rebuild || o->expire || o->forget || o->dump.given || o->import ||
           o->clear || o->backup || o->restore || o->folders;
}

static int refuse_import(void)
{
    fprintf(stderr, "tamis-sa-learn: --import: Tamis has no older databases; SpamAssassin's come by "
                    "sa-learn --backup >FILE and --restore FILE\n");
    return EXIT_NO;
}

static int carry_out(struct sa_learn_options *o, struct config *c, struct arena *a)
{
    if (o->dump.given)
        return sa_learn_dump(o, c);
    if (o->import)
        return refuse_import();
    if (o->clear)
        return sa_learn_clear(c);
    if (o->backup)
        return sa_learn_backup(c);
    if (o->restore)
        return sa_learn_restore(o, c);
    struct sa_paths paths;
    int code = EXIT_TRY_AGAIN;
    if (use_rules(c, o, &paths, a) == 0) {
        bool allowed = lesson_rules_allow(c);
        code = !allowed ? disabled() : o->sync || o->rebuild || o->expire ? 0 : learn(o, c, a);
    }
    sa_paths_drop(&paths);
    return code;
}

static void warn_of_old(const struct sa_learn_options *o)
{
    if (o->rebuild)
        fprintf(stderr, "The --rebuild option has been deprecated.  Please use --sync instead.\n");
    if (o->no_rebuild)
        fprintf(stderr, "The --no-rebuild option has been deprecated.  Please use --no-sync instead.\n");
    if (o->forget && (o->no_sync || o->no_rebuild))
        fprintf(stderr, "sa-learn warning: --forget requires read/write access to the database, and is "
                        "incompatible with --no-sync\n");
}

static int run(struct sa_learn_options *o, struct arena *a)
{
    struct config *c = ARENA_NEW(a, struct config);
    struct cli_common common = { .arena = a, .config = o->config, .set = { o->set.v, o->set.n } };
    if (o->showdots && o->progress) {
        printf("--showdots and --progress may not be used together, please select just one\n");
        return 0;
    }
    if (!says_what(o))
        return usage("Please select either --spam, --ham, --folders, --forget, --sync, --import,\n"
                     "--dump, --clear, --backup or --restore");
    warn_of_old(o);
    if (settings_load(&common, c) < 0)
        return EXIT_USAGE;
    if (o->dbpath)
        use_dbpath(c, a, o->dbpath);
    log_set_level(o->debug.given ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING);
    return carry_out(o, c, a);
}

int main(int argc, char **argv)
{
    struct arena a;
    struct sa_learn_options o = { 0 };
    engine_role_main(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    arena_init(&a, MEMORY_MAX);
    if (argc == 2 && strcmp(argv[1], "--man") == 0)
        return show_man();
    if (perl_options_read(&sa_learn_program, &o, &a, argc, argv) < 0)
        return EXIT_USAGE;
    if (o.help)
        return usage("For more information read the manual page");
    if (o.version)
        return show_version();
    int code = run(&o, &a);
    arena_deinit(&a);
    return code;
}
