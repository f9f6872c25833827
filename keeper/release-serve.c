/* release-serve.c - for tests: a keeper that only releases, its store in memory
 * usage: release-serve SOCKET RELAY DIRECTORY       serves; entry N is DIRECTORY/N.eml, held for
 * bob@example.net and carol@example.net as spam release-serve SOCKET ID [ADDRESS]...       asks it; a line an
 * address; exit 0 when all were released */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/ipc.h"
#include "keeper/client-release.h"
#include "keeper/release.h"

#define MARKS_MAX 10000
#define TIMEOUT_MS 60000

/* ---- the store: marks are all it remembers */

static struct known_mark {
    char id[40], address[100], hmac[MARK_HMAC_HEX];
    bool used;
} known[MARKS_MAX];
static size_t n_known;
static const char *directory;

static bool same(const struct known_mark *m, struct slice id, struct slice address)
{
    return slice_eq(slice_str(m->id), id) && slice_eq(slice_str(m->address), address);
}

static void take_marks(struct slice id, struct arena *a, struct release_entry *entry)
{
    entry->marks = arena_array(a, n_known + 1, sizeof(*entry->marks));
    for (size_t i = 0; i < n_known; i++)
        if (slice_eq(slice_str(known[i].id), id))
            entry->marks[entry->n_marks++] =
                (struct release_mark){ slice_str(known[i].address), slice_of(known[i].hmac, MARK_HMAC_HEX),
                                       known[i].used };
}

static int store_open(void *ctx, struct slice id, struct arena *a, struct release_entry *entry, struct err *e)
{
    static struct release_recipient recipients[] = { { .address = SLICE_INIT("bob@example.net") },
                                                     { .address = SLICE_INIT("carol@example.net") } };
    struct stat st;
    const char *path = arena_printf(a, "%s/%.*s.eml", directory, SLICE_ARG(id)).p;
    *entry = (struct release_entry){ .message = open(path, O_RDONLY | O_CLOEXEC),
                                     .sender = SLICE("ada@example.org"),
                                     .classes = CLASS_BIT(CLASS_SPAM) | CLASS_BIT(CLASS_SPAMMY),
                                     .recipients = recipients,
                                     .n_recipients = 2 };
    if (entry->message < 0 || fstat(entry->message, &st) != 0)
        return err_set(e, ERR_INPUT, "there is no entry %.*s", SLICE_ARG(id));
    entry->size = (size_t)st.st_size;
    take_marks(id, a, entry);
    return 0;
}

static int store_note(void *ctx, struct slice id, enum release_event what, struct slice address,
                      struct slice hmac, struct err *e)
{
    size_t i = 0;
    while (i < n_known && !same(&known[i], id, address))
        i++;
    if (what == RELEASE_NOTE_SENDING) {
        if (i == n_known && ++n_known == MARKS_MAX)
            return err_set(e, ERR_RETRY, "too many marks");
        snprintf(known[i].id, sizeof(known[i].id), "%.*s", SLICE_ARG(id));
        snprintf(known[i].address, sizeof(known[i].address), "%.*s", SLICE_ARG(address));
        memcpy(known[i].hmac, hmac.p, MARK_HMAC_HEX);
        known[i].used = false;
    } else if (what == RELEASE_NOTE_USED)
        known[i].used = true;
    else if (i < n_known)
        known[i] = known[--n_known];
    return 0;
}

/* ---- serving: one request at a time, but marks are redeemed while a release works */

static void take_request(const struct release_host *h, int listening, struct release **job, int *asker)
{
    static char frame[IPC_FRAME_MAX];
    struct ipc_received got;
    struct err e = { 0 };
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (ipc_recv(fd, frame, sizeof(frame), 0, &got, &e) != 1) {
        close(fd);
        return;
    }
    struct slice request = slice_of(frame + 1, got.n - 1);
    if (frame[0] == KEEPER_ASK_REDEEM) {
        struct buf answer;
        buf_init(&answer, IPC_FRAME_MAX);
        release_redeem(h, request, &answer);
        if (ipc_send(fd, buf_slice(&answer), NULL, 0, &e) != 0)
            fprintf(stderr, "release-serve: %s\n", e.text);
        buf_deinit(&answer);
    } else if (*job == NULL && (*job = release_begin(h, RELEASE_BY_ADMIN, request, fd, &e)) != NULL) {
        *asker = fd;
        return;
    } else
        release_refuse(fd, &e);
    close(fd);
}

static int serve(const char *path, const char *relay)
{
    const struct release_store store = { store_open, store_note, NULL };
    const struct mark_key key = { "for tests" };
    const struct release_host h = { .store = &store,
                                    .key = &key,
                                    .relay = relay,
                                    .helo = "mx.example.net",
                                    .from = "",
                                    .timeout_ms = TIMEOUT_MS,
                                    .mark_life_ms = 600000 };
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    struct release *job = NULL;
    int asker = -1, listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    snprintf(u.sun_path, sizeof(u.sun_path), "%s", path);
    if (bind(listening, (struct sockaddr *)&u, sizeof(u)) != 0 || chmod(path, 0777) != 0 ||
        listen(listening, 50) != 0)
        return perror("release-serve"), 1;
    for (;;) {
        struct pollfd p[2] = { { .fd = listening, .events = POLLIN },
                               { .fd = job ? release_fd(job) : -1, .events = POLLIN } };
        poll(p, 2, 1000);
        if (job && release_step(job)) {
            release_free(&job);
            close(asker);
        }
        if (p[0].revents)
            take_request(&h, listening, &job, &asker);
    }
}

/* ---- asking */

static void show(void *ctx, const struct release_line *l)
{
    printf("%.*s\t%s\t%.*s\n", SLICE_ARG(l->address), release_result_names[l->result], SLICE_ARG(l->text));
    *(int *)ctx |= l->result != RELEASE_DONE;
}

static int ask(int argc, char **argv)
{
    struct slice to[RELEASE_TO_MAX];
    struct release_order o = { .id = slice_str(argv[2]), .to = to, .all = argc == 3 };
    struct err e = { 0 };
    int bad = 0;
    for (int i = 3; i < argc && i < RELEASE_TO_MAX; i++)
        to[o.n_to++] = slice_str(argv[i]);
    if (keeper_release(argv[1], &o, 2 * TIMEOUT_MS, show, &bad, &e) != 0)
        return fprintf(stderr, "release-serve: %s\n", e.text), 1;
    return bad;
}

int main(int argc, char **argv)
{
    struct stat st;
    if (argc == 4 && stat(argv[3], &st) == 0 && S_ISDIR(st.st_mode)) {
        directory = argv[3];
        return serve(argv[1], argv[2]);
    }
    return argc >= 3 ? ask(argc, argv) : 2;
}
