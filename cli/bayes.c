/* bayes.c - `tamis bayes`: the classifier's store
 * All but restore and import only look, beside a keeper that writes: they see what was synced. */
#include "config.h"
#include "cli/command.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"
#include "cli/settings.h"
#include "cli/teacher.h"
#include "keeper/bayes-checkpoint.h"
#include "keeper/bayes-import.h"
#include "keeper/bayes-store.h"
#include "keeper/bayes-text.h"

struct bayes_values {
    struct cli_common common;
};

struct call {
    struct config *c;
    char folder[PATH_MAX];
    const char *file; /* backup, restore */
};

static int complain(const struct err *e)
{
    cli_complain("bayes: %s", e->text);
    return e->kind == ERR_INPUT ? CLI_NO : CLI_TRY_AGAIN;
}

static int open_to_look(const struct call *q, struct bayes_store **s, struct err *e)
{
    const struct bayes_store_options o = { .read_only = true };
    return bayes_store_open(s, q->folder, &o, e);
}

static void print_imported(const struct bayes_block *b)
{
    printf("taken over          %10u spam, %u ham, of %s; it speaks with %.0f %%\n", b->imported.spam,
           b->imported.ham, b->imported_kind == BAYES_SA_KEYS ? "SpamAssassin" : "bogofilter",
           100 * bayes_import_part(b));
}

static int stats(const struct call *q)
{
    struct bayes_store *s;
    struct err e;
    if (open_to_look(q, &s, &e) != 0)
        return complain(&e);
    const struct bayes_block *b = bayes_store_block(s);
    printf("spam learned        %10u\nham learned         %10u\nlessons             %10llu\nremembered       "
           "   %10u\n"
           "size                %10zu\n",
           b->learned.spam, b->learned.ham, (unsigned long long)b->serial, bayes_store_remembered(s),
           BAYES_BYTES);
    if (b->imported.spam || b->imported.ham)
        print_imported(b);
    bayes_store_close(&s);
    return CLI_DONE;
}

static int check(const struct call *q)
{
    struct bayes_store *s;
    struct err e;
    if (open_to_look(q, &s, &e) != 0)
        return complain(&e);
    printf("%s: good, %llu lessons\n", q->folder, (unsigned long long)bayes_store_block(s)->serial);
    bayes_store_close(&s);
    return CLI_DONE;
}

/* Folder and name of a path, for a file that is put into place whole. */
static int open_folder_of(const char *path, const char **name, struct err *e)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 ? fd : err_sys(e, "%s", folder);
}

static int backup(const struct call *q)
{
    struct bayes_store *s;
    struct err e;
    const char *name;
    int folder, done = -1;
    if (open_to_look(q, &s, &e) != 0)
        return complain(&e);
    folder = open_folder_of(q->file, &name, &e);
    if (folder >= 0)
        done = bayes_checkpoint_write(folder, name, bayes_store_block(s), &e);
    fd_close(&folder);
    bayes_store_close(&s);
    return done == 0 ? CLI_DONE : complain(&e);
}

/* What was there before goes: a backup is the whole. What is damaged cannot be read, and is set aside. */
static int put_back(const struct call *q, struct bayes_block *b, struct err *e)
{
    struct bayes_store_options o;
    struct bayes_store *s;
    teacher_store_options(q->c, &o);
    int opened = bayes_store_open(&s, q->folder, &o, e);
    if (opened != 0 && e->kind == ERR_INPUT) {
        cli_complain("bayes: %s: what was there stays as checkpoint.old and journal.old", e->text);
        o.anew = true;
        opened = bayes_store_open(&s, q->folder, &o, e);
    }
    if (opened != 0)
        return -1;
    int done = bayes_store_replace(s, b, e);
    bayes_store_close(&s);
    return done;
}

static int restore(const struct call *q)
{
    struct err e;
    const char *name;
    struct bayes_block *b = malloc(BAYES_BYTES);
    if (b == NULL)
        fatal("no memory for a backup");
    int folder = open_folder_of(q->file, &name, &e);
    int found = folder < 0 ? -1 : bayes_checkpoint_read(folder, name, b, &e);
    fd_close(&folder);
    if (found == 0)
        err_set(&e, ERR_INPUT, "%s is not there", q->file);
    int done = found == 1 ? put_back(q, b, &e) : -1;
    free(b);
    return done == 0 ? CLI_DONE : complain(&e);
}

/* ---- from and for other programs */

static bool is_backup(FILE *f)
{
    char begin[3] = "";
    bool is = fgets(begin, sizeof(begin), f) && begin[0] == 'v' && ascii_space(begin[1]);
    rewind(f);
    return is;
}

static void tell(uint64_t lines)
{
    fprintf(stderr, "\r%llu lines", (unsigned long long)lines);
}

/* Whole: all that we learned; else what another program did. -1 *e. */
static int take_over(FILE *f, struct bayes_block *b, struct bayes_imported *done, struct err *e)
{
    if (!is_backup(f))
        return bayes_import_bogofilter(f, b, done, e);
    int whole = bayes_text_read(f, b, e);
    if (whole != 0)
        return whole < 0 ? -1 : 0;
    rewind(f);
    return bayes_import_sa(f, b, done, isatty(STDERR_FILENO) ? tell : NULL, e);
}

static void summarize(const struct bayes_imported *done)
{
    if (done->spam == 0)
        return; /* our own backup */
    printf("%llu of %llu tokens taken over, from %u spam and %u ham\n", (unsigned long long)done->used,
           (unsigned long long)done->tokens, done->spam, done->ham);
    if (done->seen)
        printf(
            "%llu messages that it remembers passed over: what of them is learned here again counts again\n",
            (unsigned long long)done->seen);
}

static int replace(const struct call *q, FILE *f, struct bayes_store *s, struct err *e)
{
    struct bayes_imported imported = { 0 };
    struct err why;
    struct bayes_block *b = malloc(BAYES_BYTES);
    if (b == NULL)
        fatal("no memory for what is taken over");
    memcpy(b, bayes_store_block(s), BAYES_BYTES);
    int done = take_over(f, b, &imported, &why);
    done = done == 0 ? bayes_store_replace(s, b, e) : err_set(e, why.kind, "%s: %s", q->file, why.text);
    if (done == 0)
        summarize(&imported);
    free(b);
    return done;
}

static int import(const struct call *q)
{
    struct bayes_store *s;
    struct err e;
    struct bayes_store_options o;
    FILE *f = fopen(q->file, "re");
    teacher_store_options(q->c, &o);
    int done = f ? bayes_store_open(&s, q->folder, &o, &e) : err_set(&e, ERR_INPUT, "%s: %m", q->file);
    if (done == 0) {
        done = replace(q, f, s, &e);
        bayes_store_close(&s);
    }
    if (f)
        fclose(f);
    return done == 0 ? CLI_DONE : complain(&e);
}

static int export(const struct call *q)
{
    struct bayes_store *s;
    struct err e;
    if (open_to_look(q, &s, &e) != 0)
        return complain(&e);
    FILE *f = strcmp(q->file, "-") == 0 ? stdout : fopen(q->file, "wxe");
    int done = f ? 0 : err_set(&e, ERR_INPUT, "%s: %m", q->file);
    if (f) {
        bayes_text_write(f, s);
        bool bad = fflush(f) != 0 || ferror(f);
        done = (f != stdout && fclose(f) != 0) || bad ? err_set(&e, ERR_SYSTEM, "%s: %m", q->file) : 0;
    }
    bayes_store_close(&s);
    return done == 0 ? CLI_DONE : complain(&e);
}

static const struct sub {
    const char *name;
    bool file;
    int (*run)(const struct call *q);
} subs[] = { { "stats", false, stats },  { "check", false, check },  { "backup", true, backup },
             { "import", true, import }, { "export", true, export }, { "restore", true, restore } };

static int run(void *values)
{
    struct bayes_values *v = values;
    struct call q = { .c = ARENA_NEW(v->common.arena, struct config) };
    const struct sub *sub = NULL;
    for (size_t i = 0; i < sizeof(subs) / sizeof(*subs); i++)
        if (strcmp(v->common.operands[0].text, subs[i].name) == 0)
            sub = &subs[i];
    if (sub == NULL || v->common.n_operands != (sub->file ? 2U : 1U)) {
        cli_complain("bayes: write stats, check, backup FILE, restore FILE, import FILE or export FILE");
        return CLI_USAGE;
    }
    if (settings_load(&v->common, q.c) < 0)
        return CLI_USAGE;
    q.file = sub->file ? v->common.operands[1].text : NULL;
    config_bayes_directory(q.c, q.folder);
    return sub->run(&q);
}

const struct cli_command cli_bayes = {
    .name = "bayes",
    .args = "stats|check|backup FILE|restore FILE|import FILE|export FILE",
    .summary = "the classifier's store: look, save, bring back, take over",
    .about =
        "stats shows how much was learned; check reads all files and says whether they are whole. "
        "backup writes all that was learned into one file, also while the service learns; restore puts it in "
        "place of what is there (stop the service first: there is one writer); what was damaged stays beside "
        "it as *.old. A backup is for this version of Tamis and this kind of machine.\n\nimport takes over "
        "what another program has learned, from one file and once, with the service stopped. It speaks alone "
        "at first, from the first message on, and gives way to what is learned here, wholly after 2,000 "
        "messages; it is never learned into. Of SpamAssassin: what sa-learn --backup prints. All its tokens "
        "come over; they are hashes, so that the words of each message are made as SpamAssassin makes them "
        "to "
        "look them up, which costs a good half of a millisecond a message as long as they speak. The "
        "messages "
        "that it remembers are passed over: who learns them here again, has them counted again. Of "
        "bogofilter: a dump made by bogoutil -d wordlist.db. Its words come over with their counts, those "
        "that it marks head: or mime: only in part.\n\nexport writes what was learned in the form of "
        "sa-learn "
        "--backup (- is standard output): how many messages, a line a token with its counts, a line a "
        "message "
        "that is remembered. sa-learn --restore takes it, but it is of no use to SpamAssassin, which then "
        "believes to know much and finds none of its tokens: ours are other hashes. Lines of our own let "
        "import and tamis-sa-learn --restore bring everything back.\n\nExits 1 when the store, the backup or "
        "the file is damaged.",
    .options = NULL,
    .n_options = 0,
    .size = sizeof(struct bayes_values),
    .min_operands = 1,
    .max_operands = 2,
    .examples =
        "tamis bayes stats\thow much was learned\n"
        "tamis bayes backup /var/backups/tamis.bayes\tsave it\n"
        "sa-learn --backup >known; tamis bayes import known\ttake over from SpamAssassin\n"
        "bogoutil -d ~/.bogofilter/wordlist.db >words; tamis bayes import words\ttake over from bogofilter",
    .run = run,
};
