/* release-test.c - releases to a scripted relay, with a store in memory */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/ipc.h"
#include "base/smtp-send.h"
#include "keeper/redeem.h"
#include "keeper/release.h"
#include "message/spool.h"

#define STORED "From: ada@example.org\r\nSubject: x\r\n\r\nhello\r\n.\r\n"

/* ---- the relay: one connection after the other, each with its own manners */

enum manners { TAKES, REFUSES, LATER, HANGS_UP, SAYS_NOTHING };

#define RELAY_MAX 16 /* connections of one case */

struct relay {
    char path[60];
    int listening;
    enum manners manners[RELAY_MAX];
    pthread_t thread;
    atomic_uint n; /* connections */
    char heard[RELAY_MAX][4000];
    size_t n_heard[RELAY_MAX];
};

static bool hear_until(int fd, char *heard, size_t *n, const char *what)
{
    while (memmem(heard, *n, what, strlen(what)) == NULL) {
        ssize_t got = *n < 3999 ? read(fd, heard + *n, 3999 - *n) : 0;
        if (got <= 0)
            return false;
        *n += (size_t)got;
    }
    return true;
}

static void say(int fd, const char *text)
{
    (void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void serve_one(int fd, enum manners manners, char *heard, size_t *n)
{
    say(fd, "220 relay\r\n");
    if (!hear_until(fd, heard, n, "EHLO"))
        return;
    say(fd, "250-relay\r\n250 8BITMIME\r\n");
    hear_until(fd, heard, n, "MAIL");
    say(fd, "250 ok\r\n");
    hear_until(fd, heard, n, "RCPT");
    say(fd, "250 ok\r\n");
    hear_until(fd, heard, n, "DATA\r\n");
    say(fd, "354 go\r\n");
    hear_until(fd, heard, n, "\r\n.\r\n");
    if (manners == HANGS_UP)
        return;
    say(fd, manners == TAKES     ? "250 2.0.0 queued\r\n"
            : manners == REFUSES ? "550 5.7.1 virus\r\n"
            : manners == LATER   ? "451 4.3.0 not now\r\n"
                                 : "");
    hear_until(fd, heard, n, "QUIT\r\n");
}

static void *serve(void *arg)
{
    struct relay *r = arg;
    for (;;) {
        int fd = accept(r->listening, NULL, NULL);
        if (fd < 0)
            return NULL;
        unsigned i = atomic_fetch_add(&r->n, 1);
        serve_one(fd, r->manners[i], r->heard[i], &r->n_heard[i]);
        close(fd);
    }
}

/* ---- the store */

struct memory_store {
    struct release_recipient recipients[3];
    struct release_mark marks[4];
    char hmacs[4][MARK_HMAC_HEX];
    size_t n_marks;
    class_set classes;
    bool fails;
    int steps_left;   /* 0: the keeper is killed here; -1: never */
    char notes[1000]; /* one word each */
};

static int store_open(void *ctx, struct slice id, struct arena *a, struct release_entry *entry, struct err *e)
{
    struct memory_store *s = ctx;
    static struct slice viruses[] = { SLICE_INIT("Test.Virus") };
    if (!slice_eq(id, SLICE("entry1")))
        return err_set(e, ERR_INPUT, "there is no entry %.*s", SLICE_ARG(id));
    *entry = (struct release_entry){ .message = memfd_create("stored", MFD_CLOEXEC | MFD_ALLOW_SEALING),
                                     .size = sizeof(STORED) - 1,
                                     .sender = SLICE("ada@example.org"),
                                     .subject = SLICE("x"),
                                     .classes = s->classes,
                                     .viruses = viruses,
                                     .n_viruses = 1,
                                     .recipients = s->recipients,
                                     .n_recipients = 3,
                                     .marks = s->marks,
                                     .n_marks = s->n_marks };
    assert_int_equal(write(entry->message, STORED, entry->size), entry->size);
    assert_int_equal(
        fcntl(entry->message, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL), 0);
    return 0;
}

static struct release_mark *slot(struct memory_store *s, struct slice address)
{
    size_t i = 0;
    while (i < s->n_marks && !slice_eq(s->marks[i].address, address))
        i++;
    return &s->marks[i];
}

static void forget(struct memory_store *s, struct slice address)
{
    struct release_mark *m = slot(s, address), *last = &s->marks[s->n_marks - 1];
    if (m > last)
        return;
    memcpy(s->hmacs[m - s->marks], s->hmacs[last - s->marks], MARK_HMAC_HEX);
    *m = (struct release_mark){ last->address, slice_of(s->hmacs[m - s->marks], MARK_HMAC_HEX), last->used };
    s->n_marks--;
}

/* As kill -9 at this point would; the store is in memory that outlives the process. */
static void may_die(struct memory_store *s)
{
    if (s->steps_left == 0)
        kill(getpid(), SIGKILL);
    s->steps_left -= s->steps_left > 0;
}

static void put_mark(struct memory_store *s, struct slice address, struct slice hmac)
{
    struct release_mark *m = slot(s, address);
    if (m == s->marks + s->n_marks)
        s->n_marks++;
    memcpy(s->hmacs[m - s->marks], hmac.p, MARK_HMAC_HEX);
    for (size_t i = 0; i < 3; i++) /* the caller's slice goes */
        if (slice_eq(s->recipients[i].address, address))
            address = s->recipients[i].address;
    *m = (struct release_mark){ address, slice_of(s->hmacs[m - s->marks], MARK_HMAC_HEX), false };
}

static int store_note(void *ctx, struct slice id, enum release_event what, struct slice address,
                      struct slice hmac, struct err *e)
{
    static const char *const words[] = { "sending ", "used ", "done ", "failed " };
    struct memory_store *s = ctx;
    if (s->fails)
        return err_set(e, ERR_RETRY, "the disk is full");
    may_die(s);
    strcat(s->notes, words[what]);
    if (what == RELEASE_NOTE_SENDING)
        put_mark(s, address, hmac);
    else if (what == RELEASE_NOTE_USED)
        slot(s, address)->used = true;
    else
        forget(s, address);
    for (size_t i = 0; i < 3; i++)
        if (what == RELEASE_NOTE_DONE && slice_eq(s->recipients[i].address, address))
            s->recipients[i].state = RELEASE_STATE_RELEASED;
    may_die(s);
    return 0;
}

/* ---- the rig */

struct rig {
    struct relay relay;
    struct memory_store store;
    struct release_store table;
    struct mark_key key;
    struct release_host host;
    char relay_name[80], told[2000];
    struct err e;
    enum redeem_answer redeemed;
};

static int rig_make(void **state)
{
    struct rig *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(r, MAP_FAILED);
    r->store.steps_left = -1;
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    strcpy(r->relay.path, "/tmp/release-test-XXXXXX");
    assert_non_null(mkdtemp(r->relay.path));
    snprintf(u.sun_path, sizeof(u.sun_path), "%s/s", r->relay.path);
    snprintf(r->relay_name, sizeof(r->relay_name), "unix:%s/s", r->relay.path);
    r->relay.listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(r->relay.listening, (struct sockaddr *)&u, sizeof(u)), 0);
    assert_int_equal(listen(r->relay.listening, 8), 0);
    pthread_create(&r->relay.thread, NULL, serve, &r->relay);
    const char *const addresses[] = { "bob@example.net", "carol@example.net", "dave@example.net" };
    for (size_t i = 0; i < 3; i++)
        r->store.recipients[i].address = slice_str(addresses[i]);
    r->table = (struct release_store){ store_open, store_note, &r->store };
    strcpy((char *)r->key.bytes, "a key");
    r->host = (struct release_host){ .store = &r->table,
                                     .key = &r->key,
                                     .relay = r->relay_name,
                                     .helo = "mx",
                                     .from = "",
                                     .timeout_ms = 60000,
                                     .mark_life_ms = 600000 };
    *state = r;
    return 0;
}

static int rig_remove(void **state)
{
    struct rig *r = *state;
    char path[80];
    shutdown(r->relay.listening, SHUT_RDWR);
    pthread_join(r->relay.thread, NULL);
    close(r->relay.listening);
    snprintf(path, sizeof(path), "%s/s", r->relay.path);
    unlink(path);
    int rc = rmdir(r->relay.path);
    munmap(r, sizeof(*r));
    return rc;
}

static void take_lines(struct rig *r, int fd)
{
    char frame[2000];
    struct ipc_received got;
    struct release_line l;
    struct wire in;
    struct err e;
    r->told[0] = 0;
    while (ipc_recv(fd, frame, sizeof(frame), 0, &got, &e) == 1) {
        wire_read(&in, slice_of(frame, got.n));
        assert_true(release_line_get(&in, &l));
        if (l.end)
            break;
        snprintf(r->told + strlen(r->told), sizeof(r->told) - strlen(r->told), "%.*s %s|",
                 SLICE_ARG(l.address), release_result_names[l.result]);
    }
}

static bool run(struct rig *r, enum release_asker asker, const struct release_order *o)
{
    struct buf b;
    int fds[2];
    r->e = (struct err){ 0 };
    assert_int_equal(ipc_pair(fds, &r->e), 0);
    buf_init(&b, 10000);
    release_order_put(&b, o);
    r->store.notes[0] = 0;
    struct release *job = release_begin(&r->host, asker, buf_slice(&b), fds[1], &r->e);
    bool begun = job != NULL;
    while (job) {
        struct pollfd p = { .fd = release_fd(job), .events = POLLIN };
        uint64_t now = clock_ms(), until = release_deadline(job);
        poll(&p, 1, now < until ? (int)(until - now) : 0);
        if (release_step(job))
            release_free(&job);
    }
    close(fds[1]);
    take_lines(r, fds[0]);
    close(fds[0]);
    buf_deinit(&b);
    return begun;
}

static const struct release_order all = { .id = SLICE_INIT("entry1"), .all = true };

static struct slice to_bob[] = { SLICE_INIT("BOB@example.net") };
static const struct release_order bob = { .id = SLICE_INIT("entry1"), .to = to_bob, .n_to = 1 };

/* The text that the relay took in its nth connection, as a milter would see it. */
static struct slice taken(struct rig *r, unsigned n)
{
    static char text[4000];
    size_t used = 0;
    struct slice heard = slice_of(r->relay.heard[n], r->relay.n_heard[n]), line;
    ptrdiff_t at = slice_find(heard, SLICE("DATA\r\n"));
    heard = slice_from(heard, (size_t)at + 6);
    while (slice_line(&heard, &line) && !slice_eq(line, SLICE(".\r\n"))) {
        if (line.p[0] == '.')
            line = slice_from(line, 1);
        memcpy(text + used, line.p, line.n);
        used += line.n;
    }
    return slice_of(text, used);
}

static enum redeem_answer redeem(struct rig *r, struct slice text, const char *recipient, const char *client)
{
    struct redeem_request q = { .recipient = slice_str(recipient), .client = slice_str(client) };
    struct redeem_pass pass;
    struct buf request, answer;
    struct arena a;
    struct wire in;
    arena_init(&a, 1 << 20);
    buf_init(&request, 10000);
    buf_init(&answer, 10000);
    struct slice line = text;
    slice_line(&text, &line);
    assert_true(slice_starts(line, SLICE(MARK_FIELD ": ")));
    q.mark = slice_from(slice_chomp(line), sizeof(MARK_FIELD ": ") - 1);
    mark_hash(text, q.hash);
    redeem_request_put(&request, &q);
    release_redeem(&r->host, buf_slice(&request), &answer);
    wire_read(&in, buf_slice(&answer));
    assert_true(redeem_pass_get(&in, &a, &pass));
    if (pass.answer == REDEEM_GOOD) {
        assert_true(slice_eq(pass.id, SLICE("entry1")) && pass.n_viruses == 1);
        assert_int_equal(pass.waived, r->store.classes);
    }
    enum redeem_answer said = pass.answer;
    buf_deinit(&request);
    buf_deinit(&answer);
    arena_deinit(&a);
    return said;
}

/* ---- the cases */

static void everybody_gets_one_and_none_twice(void **state)
{
    struct rig *r = *state;
    assert_true(run(r, RELEASE_BY_ADMIN, &all));
    assert_string_equal(r->told,
                        "bob@example.net released|carol@example.net released|dave@example.net released|");
    assert_string_equal(r->store.notes, "sending done sending done sending done ");
    assert_int_equal(r->relay.n, 3);
    assert_non_null(strstr(r->relay.heard[1],
                           "MAIL FROM:<ada@example.org> BODY=7BIT\r\nRCPT TO:<carol@example.net>\r\n"));
    assert_non_null(strstr(r->relay.heard[1], "\r\n\r\nhello\r\n..\r\n.\r\n"));
    assert_true(run(r, RELEASE_BY_ADMIN, &all));
    assert_string_equal(r->told,
                        "bob@example.net skipped|carol@example.net skipped|dave@example.net skipped|");
    assert_int_equal(r->relay.n, 3);
}

static void one_of_three(void **state)
{
    struct rig *r = *state;
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    assert_string_equal(r->told, "bob@example.net released|");
    assert_int_equal(r->store.recipients[1].state, RELEASE_STATE_HELD);
}

static void again_sends_again(void **state)
{
    struct rig *r = *state;
    struct release_order again = bob;
    again.again = true;
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    assert_true(run(r, RELEASE_BY_ADMIN, &again));
    assert_string_equal(r->told, "bob@example.net released|");
    assert_int_equal(r->relay.n, 2);
}

static void orders_that_are_refused(void **state)
{
    struct rig *r = *state;
    struct slice eve[] = { SLICE("bob@example.net"), SLICE("eve@example.net") };
    const struct release_order stranger = { .id = SLICE("entry1"), .to = eve, .n_to = 2 };
    const struct release_order nobody = { .id = SLICE("entry1") };
    const struct release_order unknown = { .id = SLICE("entry2"), .all = true };
    const struct release_order both = { .id = SLICE("entry1"), .all = true, .attach_to = SLICE("x@y") };
    assert_false(run(r, RELEASE_BY_ADMIN, &stranger));
    assert_non_null(strstr(r->e.text, "eve@example.net is no recipient"));
    assert_false(run(r, RELEASE_BY_ADMIN, &nobody));
    assert_non_null(strstr(r->e.text, "--all"));
    assert_false(run(r, RELEASE_BY_ADMIN, &unknown));
    assert_false(run(r, RELEASE_BY_ADMIN, &both));
    assert_int_equal(r->relay.n, 0);
}

static void what_only_an_admin_may(void **state)
{
    struct rig *r = *state;
    static const enum verdict_class never[] = { CLASS_VIRUS, CLASS_BANNED, CLASS_UNCHECKED_ENCRYPTED,
                                                CLASS_UNCHECKED_LIMIT };
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        assert_false(release_may(RELEASE_BY_USER, CLASS_BIT(CLASS_SPAM) | CLASS_BIT(never[i])));
        assert_true(release_may(RELEASE_BY_ADMIN, CLASS_BIT(never[i])));
    }
    assert_true(release_may(RELEASE_BY_USER, CLASS_BIT(CLASS_SPAM) | CLASS_BIT(CLASS_SPAMMY)));
    r->store.classes = CLASS_BIT(CLASS_VIRUS);
    assert_false(run(r, RELEASE_BY_USER, &bob));
    assert_non_null(strstr(r->e.text, "virus"));
}

static void a_relay_that_says_no_leaves_it_held(void **state)
{
    struct rig *r = *state;
    r->relay.manners[0] = REFUSES;
    r->relay.manners[1] = LATER;
    assert_true(run(r, RELEASE_BY_ADMIN, &all));
    assert_string_equal(r->told,
                        "bob@example.net refused|carol@example.net later|dave@example.net released|");
    assert_string_equal(r->store.notes, "sending failed sending failed sending done ");
    assert_true(run(r, RELEASE_BY_ADMIN, &all));
    assert_string_equal(r->told,
                        "dave@example.net skipped|bob@example.net released|carol@example.net released|");
}

static void no_answer_is_no_second_release(void **state)
{
    struct rig *r = *state;
    struct release_order again = bob;
    again.again = true;
    r->relay.manners[0] = HANGS_UP;
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    assert_string_equal(r->told, "bob@example.net unsure|");
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    assert_string_equal(r->told, "bob@example.net skipped|");
    assert_int_equal(r->relay.n, 1);
    assert_true(run(r, RELEASE_BY_ADMIN, &again));
    assert_string_equal(r->told, "bob@example.net released|");
}

static void the_time_is_limited(void **state)
{
    struct rig *r = *state;
    r->relay.manners[0] = SAYS_NOTHING;
    r->host.timeout_ms = 500;
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    assert_string_equal(r->told, "bob@example.net unsure|");
}

static void nobody_there_is_said(void **state)
{
    struct rig *r = *state;
    r->host.relay = "unix:/nonexistent/relay";
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    assert_string_equal(r->told, "bob@example.net later|");
    assert_string_equal(r->store.notes, "");
}

static void nothing_goes_out_that_cannot_be_noted(void **state)
{
    struct rig *r = *state;
    r->store.fails = true;
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    assert_string_equal(r->told, "bob@example.net later|");
    assert_null(strstr(r->relay.heard[0], "hello"));
}

static void as_an_attachment_to_somebody_else(void **state)
{
    struct rig *r = *state;
    const struct release_order o = { .id = SLICE("entry1"), .attach_to = SLICE("admin@example.net") };
    assert_true(run(r, RELEASE_BY_ADMIN, &o));
    assert_string_equal(r->told, "admin@example.net released|");
    assert_non_null(strstr(r->relay.heard[0], "MAIL FROM:<postmaster@mx>"));
    assert_non_null(strstr(r->relay.heard[0], "RCPT TO:<admin@example.net>"));
    assert_non_null(strstr(r->relay.heard[0], "Content-Type: message/rfc822\r\n"));
    assert_int_equal(r->store.recipients[0].state, RELEASE_STATE_HELD);
}

/* Released, but the keeper is told to forget nothing: the relay hung up, as a crash would. */
static struct slice sent_to_bob(struct rig *r)
{
    r->relay.manners[0] = HANGS_UP;
    r->store.classes = CLASS_BIT(CLASS_VIRUS) | CLASS_BIT(CLASS_SPAM);
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    return taken(r, 0);
}

static void a_mark_is_good_once(void **state)
{
    struct rig *r = *state;
    struct slice text = sent_to_bob(r);
    assert_int_equal(redeem(r, text, "bob@example.net", ""), REDEEM_GOOD);
    assert_string_equal(r->store.notes, "sending used ");
    assert_int_equal(redeem(r, text, "bob@example.net", ""), REDEEM_NO);
}

static void a_mark_is_good_for_nothing_else(void **state)
{
    struct rig *r = *state;
    struct slice text = sent_to_bob(r);
    char changed[4000];
    memcpy(changed, text.p, text.n);
    changed[text.n - 5] ^= 1;
    assert_int_equal(redeem(r, text, "carol@example.net", ""), REDEEM_NO);
    assert_int_equal(redeem(r, text, "bob@example.net", "127.0.0.1"), REDEEM_NO);
    assert_int_equal(redeem(r, slice_of(changed, text.n), "bob@example.net", ""), REDEEM_NO);
    memcpy(changed, text.p, text.n);
    changed[strlen(MARK_FIELD ": entry1 1")] ^= 1; /* another expiry */
    assert_int_equal(redeem(r, slice_of(changed, text.n), "bob@example.net", ""), REDEEM_NO);
    r->key.bytes[0] ^= 1;
    assert_int_equal(redeem(r, text, "bob@example.net", ""), REDEEM_NO);
    r->key.bytes[0] ^= 1;
    assert_int_equal(redeem(r, text, "bob@example.net", ""), REDEEM_GOOD);
}

static void what_cannot_be_noted_is_not_good(void **state)
{
    struct rig *r = *state;
    struct slice text = sent_to_bob(r);
    r->store.fails = true;
    assert_int_equal(redeem(r, text, "bob@example.net", ""), REDEEM_FAULT);
    r->store.fails = false;
    assert_int_equal(redeem(r, text, "bob@example.net", ""), REDEEM_GOOD);
}

static void a_mark_of_a_release_that_is_over_is_used_up(void **state)
{
    struct rig *r = *state;
    assert_true(run(r, RELEASE_BY_ADMIN, &bob));
    assert_int_equal(redeem(r, taken(r, 0), "bob@example.net", ""), REDEEM_NO);
}

/* ---- kill -9 of the keeper, at each point where it writes */

/* In a process of its own that dies at its nth step; false: it came to its end before. */
static bool killed_at(struct rig *r, int step, void (*work)(struct rig *r))
{
    int status;
    r->store.steps_left = step;
    pid_t pid = fork();
    if (pid == 0) {
        work(r);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    r->store.steps_left = -1;
    return WIFSIGNALED(status);
}

static void release_all(struct rig *r)
{
    run(r, RELEASE_BY_ADMIN, &all);
}

/* The relay is done with those before. */
static void relay_is_idle(struct rig *r)
{
    struct err e;
    char c;
    int fd = smtp_connect(r->relay_name, clock_ms() + 60000, &e);
    assert_true(fd >= 0);
    struct pollfd p = { .fd = fd, .events = POLLIN };
    assert_int_equal(poll(&p, 1, 60000), 1);
    assert_int_equal(read(fd, &c, 1), 1);
    close(fd);
}

static unsigned whole_texts(struct rig *r, struct slice address)
{
    unsigned n = 0;
    for (unsigned i = 0; i < r->relay.n; i++) {
        struct slice heard = slice_of(r->relay.heard[i], r->relay.n_heard[i]);
        n += slice_find(heard, address) >= 0 && slice_find(heard, SLICE("\r\n.\r\n")) >= 0;
    }
    return n;
}

static void nobody_got_it_twice(struct rig *r)
{
    for (size_t i = 0; i < 3; i++) {
        struct slice address = r->store.recipients[i].address;
        unsigned n = whole_texts(r, address);
        assert_true(n <= 1);
        /* who did not get it can be sent to, now or by --again */
        assert_true(n == 1 || r->store.recipients[i].state == RELEASE_STATE_HELD);
    }
}

static void killed_while_it_releases(void **state)
{
    bool killed = true;
    for (int step = 0; killed; step++) {
        void *s;
        assert_int_equal(rig_make(&s), 0);
        struct rig *r = s;
        killed = killed_at(r, step, release_all);
        relay_is_idle(r);
        nobody_got_it_twice(r);
        assert_true(run(r, RELEASE_BY_ADMIN, &all));
        relay_is_idle(r);
        nobody_got_it_twice(r);
        struct release_order again = all;
        again.again = true;
        assert_true(run(r, RELEASE_BY_ADMIN, &again));
        assert_string_equal(r->told,
                            "bob@example.net released|carol@example.net released|dave@example.net released|");
        assert_int_equal(rig_remove(&s), 0);
        assert_true(step < 100);
    }
}

static void redeem_it(struct rig *r)
{
    r->redeemed = redeem(r, taken(r, 0), "bob@example.net", "");
}

static void killed_while_it_redeems(void **state)
{
    struct rig *r = *state;
    sent_to_bob(r);
    r->redeemed = REDEEM_NO;
    assert_true(killed_at(r, 0, redeem_it)); /* before it is on disk */
    assert_int_equal(r->redeemed, REDEEM_NO);
    assert_true(killed_at(r, 1, redeem_it)); /* behind it, before the answer */
    assert_int_equal(r->redeemed, REDEEM_NO);
    redeem_it(r);
    assert_int_equal(r->redeemed, REDEEM_NO);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, rig_make, rig_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(everybody_gets_one_and_none_twice),
        CASE(one_of_three),
        CASE(again_sends_again),
        CASE(orders_that_are_refused),
        CASE(what_only_an_admin_may),
        CASE(a_relay_that_says_no_leaves_it_held),
        CASE(no_answer_is_no_second_release),
        CASE(the_time_is_limited),
        CASE(nobody_there_is_said),
        CASE(nothing_goes_out_that_cannot_be_noted),
        CASE(as_an_attachment_to_somebody_else),
        CASE(a_mark_is_good_once),
        CASE(a_mark_is_good_for_nothing_else),
        CASE(what_cannot_be_noted_is_not_good),
        CASE(a_mark_of_a_release_that_is_over_is_used_up),
        cmocka_unit_test(killed_while_it_releases),
        CASE(killed_while_it_redeems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
