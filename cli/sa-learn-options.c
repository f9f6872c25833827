/* sa-learn-options.c - the command line of `sa-learn`; see sa-learn-options.h */
#include "config.h"
#include "cli/sa-learn-options.h"

#include <glob.h>
#include <unistd.h>

#define AT(field) offsetof(struct sa_learn_options, field)

static const struct perl_option rows[] = {
    { "spam", PERL_NAME, AT(label), NULL, "What follows is spam." },
    { "ham|nonspam", PERL_NAME, AT(label), NULL, "What follows is wanted mail." },
    { "forget", PERL_FLAG, AT(forget), NULL, "Take back what was learned of these messages." },
    { "f|folders", PERL_TEXT, AT(folders), "FILE",
      "Read names of files and folders from FILE, one a line; spam:FORMAT:PATH and ham:FORMAT:PATH say what "
      "they are, FORMAT is detect, file, dir, mbox or mbx, or nothing." },
    { "mbox", PERL_NAME, AT(format), NULL, "What follows are mboxes, or folders of them." },
    { "mbx", PERL_NAME, AT(format), NULL, "The same in the format of UW IMAP." },
    { "max-size", PERL_TEXT, AT(max_size), "BYTES",
      "Leave out messages that are longer; 512000 if not given, 0: none is." },
    { "showdots", PERL_FLAG, AT(showdots), NULL, "A dot for each message, on standard error." },
    { "progress", PERL_FLAG, AT(progress), NULL, "Tell how far it is, on standard error." },
    { "q|quiet", PERL_FLAG, AT(quiet), NULL, "No summary." },
    { "dump", PERL_OPTIONAL_TEXT, AT(dump), "all|data|magic",
      "Print what was learned: counts of messages (magic) and of tokens (data). A token is a place in our "
      "store, not a word." },
    { "re|regexp", PERL_TEXT, AT(regexp), "REGEXP", "Only tokens whose name in the dump it matches." },
    { "backup", PERL_FLAG, AT(backup), NULL,
      "Print all that was learned, in sa-learn's format with lines of our own, which --restore reads back." },
    { "restore", PERL_TEXT, AT(restore), "FILE",
      "Put a backup in place of what was learned, ours or one of SpamAssassin's own." },
    { "clear", PERL_FLAG, AT(clear), NULL, "Forget everything." },
    { "sync", PERL_FLAG, AT(sync), NULL, "Nothing: lessons are synced when they are learned." },
    { "force-expire|expire", PERL_FLAG, AT(expire), NULL, "Nothing: the store has a fixed size." },
    { "import", PERL_FLAG, AT(import), NULL,
      "Refused: there are no older databases of Tamis. SpamAssassin's come by --backup and --restore." },
    { "db|dbpath", PERL_TEXT, AT(dbpath), "PATH",
      "Another store: the folder PATH_tamis, or bayes_tamis in PATH where that is a folder, beside the "
      "files of SpamAssassin." },
    { "u|username", PERL_TEXT, AT(username), "NAME",
      "Who says so, for the journal and tamis learn --undo; the caller's account if not given." },
    { "use-ignores", PERL_FLAG, AT(use_ignores), NULL,
      "Learn nothing of mail that bayes_ignore_from and bayes_ignore_to name." },
    { "no-sync|nosync", PERL_FLAG, AT(no_sync), NULL, NULL },
    { "rebuild", PERL_FLAG, AT(rebuild), NULL, NULL },
    { "no-rebuild|norebuild", PERL_FLAG, AT(no_rebuild), NULL, NULL },
    { "stopafter", PERL_TEXT, AT(stop_after), "N", "Stop when more than N were learned." },
    { "learnprob", PERL_TEXT, AT(probability), "P", "Learn only a part of the messages, at random." },
    { "randseed", PERL_TEXT, AT(seed), "N", "Where chance begins." },
    { "single", PERL_FLAG, AT(single), NULL, NULL },
    { "dir", PERL_NOTHING, 0, NULL, NULL },
    { "file", PERL_NOTHING, 0, NULL, NULL },
    { "L|local", PERL_NOTHING, 0, NULL, NULL },
    { "C|c|configpath|config-file|config-dir", PERL_TEXT, AT(rules), "PATH",
      "Rule files in place of rules_path, for what they say of the classifier (bayes_ignore_header ...)." },
    { "p|prefspath|prefs-file", PERL_TEXT, AT(prefs), "FILE", "Preferences, read behind them." },
    { "siteconfigpath", PERL_TEXT, AT(site_rules), "PATH", "Rule files of the site, read between them." },
    { "cf", PERL_LIST, AT(cf), "LINE", "A line of a rule file, read behind all. May be repeated." },
    { "tamis-conf", PERL_TEXT, AT(config), "FILE",
      "Configuration of Tamis; the installed one if not given." },
    { "set", PERL_LIST, AT(set), "NAME=VALUE", "One of its options. May be repeated." },
    { "D|debug|debug-level", PERL_OPTIONAL_TEXT, AT(debug), "AREAS", "Tell on standard error what is done." },
    { "V|version", PERL_FLAG, AT(version), NULL, "Print versions." },
    { "h|?|help", PERL_FLAG, AT(help), NULL, "Print this help." },
};

static const struct {
    const char *name;
    enum mail_format format;
} formats[] = { { "detect", MAIL_BY_NAME }, { "", MAIL_BY_NAME },  { "file", MAIL_FILE },
                { "dir", MAIL_DIR },        { "mbox", MAIL_MBOX }, { "mbx", MAIL_MBX } };

static bool find_format(struct slice name, enum mail_format *format)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
        if (slice_eq(name, slice_str(formats[i].name))) {
            *format = formats[i].format;
            return true;
        }
    return false;
}

/* "spam:", "mbox:", "ham::" before a path. */
static const char *read_words(struct sa_learn_target *t, bool *labelled, const char *text)
{
    struct slice rest = slice_str(text), word;
    if (slice_starts(rest, SLICE("spam:")) || slice_starts(rest, SLICE("ham:"))) {
        slice_cut(&rest, ':', &word);
        t->spam = word.n == 4;
        *labelled = true;
        text = rest.p;
    }
    if (slice_chr(rest, ':') >= 0 && slice_cut(&rest, ':', &word) && find_format(word, &t->mail.format))
        text = rest.p;
    return text;
}

static void add_path(struct sa_learn_options *o, struct arena *a, struct sa_learn_target t, const char *path)
{
    o->targets = arena_grow(a, o->targets, o->n_targets, o->n_targets + 1, sizeof(*o->targets));
    t.mail.path = arena_str(a, slice_str(path));
    o->targets[o->n_targets++] = t;
}

/* A name that means several, as csh has it. */
static void add_paths(struct sa_learn_options *o, struct arena *a, struct sa_learn_target t, const char *path)
{
    glob_t found;
    if (glob(path, GLOB_BRACE | GLOB_NOMAGIC | GLOB_TILDE, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++)
        add_path(o, a, t, found.gl_pathv[i]);
    globfree(&found);
}

void sa_learn_add(struct sa_learn_options *o, struct arena *a, const char *text)
{
    struct sa_learn_target t = { .spam = o->label && strcmp(o->label, "spam") == 0 };
    bool labelled = o->label || o->forget;
    find_format(slice_str(o->format ? o->format : ""), &t.mail.format);
    if (access(text, F_OK) != 0)
        text = read_words(&t, &labelled, text);
    o->unlabelled |= !labelled;
    o->named = true;
    add_paths(o, a, t, text);
}

static bool take_operand(void *values, struct arena *a, const char *text)
{
    sa_learn_add(values, a, text);
    return true;
}

const struct perl_program sa_learn_program = {
    .name = "tamis-sa-learn", .rows = rows, .n = sizeof(rows) / sizeof(*rows), .operand = take_operand
};
