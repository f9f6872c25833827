/* store.c - a message into a user's mailbox; see store.h */
#include "delivery/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "base/smtp-send.h"
#include "delivery/folder.h"
#include "delivery/handover.h"
#include "delivery/maildir.h"
#include "delivery/mbox.h"

#define SWEEP_ONE_IN 32

struct storing {
    const struct store_job *j;
    struct filing filing;
    struct place place;
    struct arena *arena;
};

static int stored(struct answer *a, const struct storing *s, struct slice folder)
{
    answer_set(a, ANSWER_DONE, "stored in %.*s, verdict: %s", SLICE_ARG(folder.n ? folder : SLICE("INBOX")),
               s->filing.said);
    return 0;
}

/* The descriptor of the folder; *folder is emptied where the inbox takes it. */
static int open_folder(const struct storing *s, struct slice *folder, struct answer *a)
{
    int dir = tree_open(s->place.path, s->j->user->home, true, a);
    if (dir < 0 || folder->n == 0)
        return dir;
    int below = folder_open(dir, *folder, s->filing.create, a);
    if (below < 0 && a->kind == ANSWER_DONE) { /* there is none, and none is to be made */
        *folder = slice_of(NULL, 0);
        return dir;
    }
    fd_close(&dir);
    return below;
}

static int to_maildir(const struct storing *s, struct answer *a)
{
    struct maildir m;
    struct slice folder = s->filing.folder;
    int dir = open_folder(s, &folder, a);
    if (dir < 0 || maildir_open(&m, dir, a) != 0)
        return -1;
    int r = maildir_save(&m, s->filing.pieces, s->filing.n, s->j->host, a);
    if (s->j->rules->now % SWEEP_ONE_IN == 0)
        maildir_sweep(&m);
    maildir_close(&m);
    return r == 0 ? stored(a, s, folder) : -1;
}

/* ---- mbox */

#define LOCK_STALE_SECONDS 300

/* The folder that a box lies in. The spool of all users is the admin's; what is below home is the user's. */
static int open_parent(const struct storing *s, const char *path, const char **name, struct answer *a)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash[1] == 0)
        return answer_set(a, ANSWER_CONFIG, "the mailbox %.100s has no name", path);
    *name = slash + 1;
    const char *parent = slash == path ? "/" : arena_str(s->arena, slice_of(path, (size_t)(slash - path)));
    if (tree_is_below(parent, s->j->user->home))
        return tree_open(parent, s->j->user->home, true, a);
    int dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dir >= 0 ? dir : answer_sys(a, "cannot open the folder %.200s", parent);
}

static int open_folders(const struct storing *s, struct answer *a)
{
    return s->place.folders
               ? tree_open(s->place.folders, s->j->user->home, true, a)
               : answer_set(a, ANSWER_CONFIG, "%.60s has no home for mail folders", s->j->user->name);
}

static bool exists(int dir, const char *name)
{
    return faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A folder is a box of that name; levels have none here. */
static int open_box(const struct storing *s, struct slice *folder, const char **name, struct answer *a)
{
    if (folder->n == 0)
        return open_parent(s, s->place.path, name, a);
    if (!folder_name_good(*folder) || slice_chr(*folder, '/') >= 0)
        return answer_set(a, ANSWER_CONFIG, "%.*s is no name for a folder",
                          SLICE_ARG(slice_sub(*folder, 0, 100)));
    int dir = open_folders(s, a);
    *name = arena_str(s->arena, *folder);
    if (dir < 0 || s->filing.create || exists(dir, *name))
        return dir;
    fd_close(&dir);
    *folder = slice_of(NULL, 0);
    return open_parent(s, s->place.path, name, a);
}

static int to_mbox(const struct storing *s, struct answer *a)
{
    const struct store_job *j = s->j;
    const struct mbox_lock_options o = { j->rules->o->lock_timeout, LOCK_STALE_SECONDS };
    struct slice folder = s->filing.folder;
    const char *name;
    int dir = open_box(s, &folder, &name, a);
    if (dir < 0)
        return -1;
    int r = mbox_append(dir, name, s->filing.pieces, s->filing.n, j->mail->sender, j->rules->now / 1000, &o,
                        s->arena, a);
    fd_close(&dir);
    return r == 0 ? stored(a, s, folder) : -1;
}

static int to_lmtp(const struct storing *s, struct answer *a)
{
    const struct store_job *j = s->j;
    const struct handover h = { .fd = j->server,
                                .host = j->host,
                                .sender = j->mail->sender,
                                .local = j->names->local,
                                .domain = j->names->domain,
                                .folder = s->filing.folder,
                                .delimiter = j->rules->o->delimiter[0],
                                .timeout = j->rules->o->timeout };
    return handover(&h, s->filing.pieces, s->filing.n, a);
}

typedef int store_fn(const struct storing *s, struct answer *a);

static store_fn *const ways[] = {
    [PLACE_MAILDIR] = to_maildir,
    [PLACE_MBOX] = to_mbox,
    [PLACE_LMTP] = to_lmtp,
};

static int find_place(struct place *p, const struct store_job *j, struct arena *a, struct answer *answer)
{
    struct err e = { 0 };
    const char *spec = j->user->mailbox ? j->user->mailbox : j->rules->o->mailbox;
    return place_make(p, spec, j->user, j->names, a, &e) == 0 ? 0 : answer_err(answer, &e);
}

int store_connect(struct store_job *j, struct arena *a, struct answer *answer)
{
    struct place place;
    struct err e = { 0 };
    j->server = -1;
    if (find_place(&place, j, a, answer) != 0)
        return -1;
    if (place.kind != PLACE_LMTP)
        return 0;
    j->server = smtp_connect(place.path, clock_ms() + j->rules->o->timeout, &e);
    return j->server >= 0 ? 0 : answer_set(answer, ANSWER_FAULT, "handing it over: %s", e.text);
}

int store_message(const struct store_job *j, struct arena *a, struct answer *answer)
{
    struct storing s = { .j = j, .arena = a };
    if (find_place(&s.place, j, a, answer) != 0)
        return -1;
    filing_decide(&s.filing, j->mail, j->rules, a);
    return ways[s.place.kind](&s, answer);
}
