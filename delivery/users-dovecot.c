/* users-dovecot.c - users by Dovecot's auth-userdb socket; see users-priv.h
 * Asked as written and then in lower case, for Dovecot's own settings say whether case counts. A connection
 * a question: none is ever carried over a fork. Fails: ERR_RETRY where Dovecot is out of order or takes
 * longer than SECONDS, ERR_CONFIG for a wrong socket, and for mail that we can't file where Dovecot looks. */
#include "delivery/users-priv.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/os.h"
#include "base/smtp-send.h"
#include "delivery/dovecot-auth.h"
#include "delivery/place.h"

#define SECONDS 10

static int open_source(struct users_source *s, struct arena *a, struct err *e)
{
    if (s->argument[0] != '/' || strlen(s->argument) > 100)
        return err_set(e, ERR_CONFIG,
                       "deliver_users: dovecot:%.100s: write dovecot:/PATH, and no more than 100 letters",
                       s->argument);
    s->state = arena_str(a, arena_printf(a, "unix:%s", s->argument));
    return 0;
}

/* ---- the socket */

static int wait_for(int fd, short events, uint64_t deadline, struct err *e)
{
    for (;;) {
        uint64_t now = clock_ms();
        struct pollfd p = { .fd = fd, .events = events };
        int n = now < deadline ? poll(&p, 1, (int)(deadline - now)) : 0;
        if (n > 0)
            return 0;
        if (n == 0)
            return err_set(e, ERR_RETRY, "no answer from Dovecot within %d seconds", SECONDS);
        if (errno != EINTR)
            return err_sys(e, "poll");
    }
}

static int put(int fd, struct slice text, uint64_t deadline, struct err *e)
{
    while (text.n) {
        ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);
        if (n > 0)
            text = slice_from(text, (size_t)n);
        else if (errno == EPIPE)
            return 0; /* what it said before it closed says why */
        else if (errno != EAGAIN && errno != EINTR)
            return err_set(e, ERR_RETRY, "Dovecot: %s", strerror(errno));
        else if (wait_for(fd, POLLOUT, deadline, e) != 0)
            return -1;
    }
    return 0;
}

static int get(int fd, struct dovecot_auth *d, uint64_t deadline, struct err *e)
{
    char bytes[4096];
    while (d->state == DOVECOT_MORE) {
        if (wait_for(fd, POLLIN, deadline, e) != 0)
            return -1;
        ssize_t n = recv(fd, bytes, sizeof(bytes), 0);
        if (n == 0)
            return err_set(e, ERR_RETRY, "Dovecot closed the connection without an answer");
        if (n > 0)
            dovecot_auth_feed(d, slice_of(bytes, (size_t)n), e);
        else if (errno != EAGAIN && errno != EINTR)
            return err_set(e, ERR_RETRY, "Dovecot: %s", strerror(errno));
    }
    return d->state == DOVECOT_FAIL ? -1 : 0;
}

/* Without the arena, which may jump: the socket would stay open. */
static int talk(const char *relay, struct slice name, struct dovecot_auth *d, struct err *e)
{
    struct buf out;
    uint64_t deadline = clock_ms() + SECONDS * 1000;
    int fd = smtp_connect(relay, deadline, e);
    if (fd < 0)
        return -1;
    buf_init(&out, 4096);
    dovecot_auth_ask(name, &out);
    int rc =
        out.full ? err_set(e, ERR_INPUT, "a name that is too long") : put(fd, buf_slice(&out), deadline, e);
    if (rc == 0)
        rc = get(fd, d, deadline, e);
    buf_deinit(&out);
    fd_close(&fd);
    return rc;
}

/* ---- mail=maildir:~/Maildir:INDEX=/var/index */

struct location {
    struct slice driver, path, inbox;
};

/* What only says where Dovecot keeps its own files does not change where mail lies. */
static int take_option(struct location *l, struct slice option)
{
    static const struct slice own[] = { SLICE_INIT("INDEX"),       SLICE_INIT("INDEXPVT"),
                                        SLICE_INIT("INDEXCACHE"),  SLICE_INIT("CONTROL"),
                                        SLICE_INIT("VOLATILEDIR"), SLICE_INIT("LISTINDEX") };
    struct slice name, value = option;
    slice_cut(&value, '=', &name);
    bool maildir = slice_eq(l->driver, SLICE("maildir"));
    if (slice_eq(name, SLICE("LAYOUT")))
        return slice_ieq(value, maildir ? SLICE("maildir++") : SLICE("fs")) ? 0 : -1;
    if (slice_eq(name, SLICE("INBOX")) && !maildir) {
        l->inbox = value;
        return 0;
    }
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (slice_eq(name, own[i]))
            return 0;
    return -1;
}

static bool path_good(struct slice s)
{
    return s.n && (s.p[0] == '/' || slice_eq(s, SLICE("~")) || slice_starts(s, SLICE("~/")));
}

static int split_location(struct location *l, struct slice text)
{
    struct slice option;
    *l = (struct location){ 0 };
    slice_cut(&text, ':', &l->driver);
    slice_cut(&text, ':', &l->path);
    if (!slice_eq(l->driver, SLICE("maildir")) && !slice_eq(l->driver, SLICE("mbox")))
        return -1;
    while (slice_cut(&text, ':', &option))
        if (take_option(l, option) != 0)
            return -1;
    return path_good(l->path) && (l->inbox.n == 0 || path_good(l->inbox)) ? 0 : -1;
}

/* Dovecot has put in all variables: a percent sign is one. */
static void put_path(struct buf *b, struct slice path)
{
    for (size_t i = 0; i < path.n; i++) {
        buf_add_char(b, path.p[i]);
        if (path.p[i] == '%')
            buf_add_char(b, '%');
    }
}

/* An mbox without INBOX= has its inbox among the folders. */
static const char *spec_of(const struct location *l, struct arena *a)
{
    struct buf b;
    buf_init_in(&b, a, 3 * DOVECOT_LINE_MAX);
    buf_add_slice(&b, l->driver);
    buf_add_char(&b, ':');
    put_path(&b, l->path);
    if (slice_eq(l->driver, SLICE("mbox"))) {
        buf_add_str(&b, ":INBOX=");
        put_path(&b, l->inbox.n ? l->inbox : l->path);
        buf_add_str(&b, l->inbox.n ? "" : "/inbox");
    }
    return b.p;
}

/* Dovecot 2.4 says in three fields what was one. */
static bool mail_field(const struct dovecot_auth *d, struct arena *a, struct slice *mail)
{
    struct slice driver = { NULL, 0 }, path, inbox;
    if (dovecot_auth_field(d, "mail", a, mail) || dovecot_auth_field(d, "mail_location", a, mail))
        return mail->n > 0;
    if (!dovecot_auth_field(d, "mail_path", a, &path))
        return false;
    (void)dovecot_auth_field(d, "mail_driver", a, &driver);
    bool has_inbox = dovecot_auth_field(d, "mail_inbox_path", a, &inbox) && inbox.n;
    *mail = arena_printf(a, "%.*s:%.*s%s%.*s", SLICE_ARG(driver), SLICE_ARG(path), has_inbox ? ":INBOX=" : "",
                         has_inbox ? (int)inbox.n : 0, has_inbox ? inbox.p : "");
    return true;
}

static int take_mail(const struct users_source *s, const struct dovecot_auth *d, struct arena *a,
                     struct user *user, struct err *e)
{
    struct slice mail;
    struct location l;
    if (strncmp(s->o->mailbox, "lmtp:", 5) == 0 || !mail_field(d, a, &mail))
        return 0;
    if (memchr(mail.p, 0, mail.n) || split_location(&l, mail) != 0)
        return err_set(e, ERR_CONFIG,
                       "Dovecot says mail=%.*s, where we can't file: hand over by deliver_mailbox = lmtp:...",
                       SLICE_ARG(slice_sub(mail, 0, 60)));
    user->mailbox = spec_of(&l, a);
    return place_check(user->mailbox, e);
}

/* ---- the answer */

static int take_id(const struct dovecot_auth *d, const char *name, struct arena *a, unsigned *id,
                   struct err *e)
{
    struct slice text = { NULL, 0 };
    uint64_t n = 0;
    if (!dovecot_auth_field(d, name, a, &text) || !slice_uint(text, UINT32_MAX - 1, &n))
        return err_set(e, ERR_CONFIG, "Dovecot says no %s of the user, or no number: let its userdb give it",
                       name);
    *id = (unsigned)n;
    return 0;
}

static int take_home(const struct dovecot_auth *d, struct arena *a, struct user *user, struct err *e)
{
    struct slice home, root;
    user->home = "";
    if (dovecot_auth_field(d, "chroot", a, &root) && root.n)
        return err_set(e, ERR_CONFIG, "Dovecot says chroot=%.*s, which we don't do",
                       SLICE_ARG(slice_sub(root, 0, 60)));
    if (!dovecot_auth_field(d, "home", a, &home) || home.n == 0)
        return 0;
    if (home.p[0] != '/' || memchr(home.p, 0, home.n))
        return err_set(e, ERR_CONFIG, "Dovecot says home=%.*s, which is no path that begins with /",
                       SLICE_ARG(slice_sub(home, 0, 60)));
    user->home = home.p;
    return 0;
}

static int take_user(const struct users_source *s, const struct dovecot_auth *d, struct arena *a,
                     struct user *user, struct err *e)
{
    struct slice name = dovecot_auth_user(d, a);
    *user = (struct user){ .name = name.p };
    if (memchr(name.p, 0, name.n))
        return err_set(e, ERR_RETRY, "Dovecot's answer has a NUL in the name of the user");
    if (take_id(d, "uid", a, &user->uid, e) != 0 || take_id(d, "gid", a, &user->gid, e) != 0 ||
        take_home(d, a, user, e) != 0)
        return -1;
    return take_mail(s, d, a, user, e);
}

static enum user_found find_name(const struct users_source *s, struct slice name, struct arena *a,
                                 struct user *user, struct err *e)
{
    struct dovecot_auth d;
    struct err why = { 0 };
    dovecot_auth_init(&d);
    int rc = talk(s->state, name, &d, &why);
    if (rc == 0 && d.state == DOVECOT_NONE)
        return USER_NONE;
    if (rc == 0 && take_user(s, &d, a, user, &why) == 0)
        return USER_FOUND;
    err_set(e, why.kind, "dovecot:%.60s: %.130s", s->argument, why.text);
    return USER_FAULT;
}

static enum user_found find(const struct users_source *s, const struct users_key *key, struct arena *a,
                            struct user *user, struct err *e)
{
    struct slice name = key->domain.n
                            ? arena_printf(a, "%.*s@%.*s", SLICE_ARG(key->local), SLICE_ARG(key->domain))
                            : key->local;
    enum user_found found = find_name(s, name, a, user, e);
    return found == USER_NONE && !slice_eq(name, key->address) ? find_name(s, key->address, a, user, e)
                                                               : found;
}

const struct users_source_kind users_dovecot = { "dovecot", "dovecot:/SOCKET", open_source, NULL, find };
