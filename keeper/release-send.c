/* release-send.c - the forked child of a release; see release-send.h
 * The same text goes to all recipients, only the mark above it differs; made once for each kind of server. */
#include "config.h"
#include "keeper/release-send.h"

#include <stdio.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include "base/ipc.h"
#include "base/smtp-send.h"
#include "keeper/letter.h"
#include "message/spool.h"

#define FRAME_MAX 2000
#define NAME_SIZE 256

struct child {
    const struct release_work *w;
    const struct release_target *target;
    uint32_t number; /* of the target */
    struct slice message;
    char helo[NAME_SIZE], from[NAME_SIZE + 16];
    char client[SMTP_LOCAL_SIZE];
    char mark[MARK_VALUE_SIZE];
    struct buf text, marked;
};

/* ---- talking to the parent */

static int say(struct child *c, enum release_said kind, enum release_result result, struct slice text,
               struct err *e)
{
    struct buf b;
    buf_init(&b, FRAME_MAX);
    wire_put_u8(&b, kind);
    wire_put_u32(&b, c->number);
    wire_put_u8(&b, result);
    wire_put_slice(&b, slice_sub(text, 0, RELEASE_TEXT_MAX));
    int r = ipc_send(c->w->parent, buf_slice(&b), NULL, 0, e);
    buf_deinit(&b);
    return r;
}

static int hear_go(struct child *c, struct err *e)
{
    char frame[FRAME_MAX];
    struct ipc_received got;
    struct wire in;
    if (ipc_recv(c->w->parent, frame, sizeof(frame), 0, &got, e) != 1)
        return err_set(e, ERR_SYSTEM, "the keeper is gone");
    wire_read(&in, slice_of(frame, got.n));
    uint8_t go = wire_u8(&in);
    struct slice why = wire_slice(&in, FRAME_MAX);
    if (!wire_done(&in) || go != 1)
        return err_set(e, ERR_RETRY, "the mark cannot be noted: %.*s", SLICE_ARG(why));
    return 0;
}

/* ---- the text */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void fill_cover(struct child *c, struct letter_cover *cover, char date[64], char id[NAME_SIZE + 80],
                       char subject[300])
{
    time_t now = time(NULL);
    struct tm tm;
    unsigned long long random = 0;
    if (getrandom(&random, sizeof(random), 0) != sizeof(random))
        fatal("no random bytes");
    strftime(date, 64, "%a, %d %b %Y %H:%M:%S %z", localtime_r(&now, &tm));
    snprintf(id, NAME_SIZE + 80, "<%.*s.%llx@%s>", SLICE_ARG(c->w->id), random, c->helo);
    snprintf(subject, 300, "Held message: %.*s",
             SLICE_ARG(slice_sub(slice_trim(c->w->entry->subject), 0, 200)));
    cover->date = date;
    cover->message_id = id;
    cover->subject = subject;
}

static int attachment(struct child *c, bool eight_bit, enum letter_form *form, struct err *e)
{
    char date[64], id[NAME_SIZE + 80], subject[300], to[NAME_SIZE * 2];
    struct letter_cover cover = { .from = c->from,
                                  .to = to,
                                  .intro =
                                      "A message that was held is attached. Whoever sent it, it was held\n"
                                      "for a reason: look at it with care.\n" };
    snprintf(to, sizeof(to), "%.*s", SLICE_ARG(c->target->address));
    fill_cover(c, &cover, date, id, subject);
    return letter_attach(&c->text, c->message, eight_bit, &cover, form, e);
}

static void put_mark(struct child *c)
{
    unsigned char hash[MARK_HASH_SIZE];
    const struct mark_scope scope = { .hash = hash,
                                      .recipient = c->target->address,
                                      .client = slice_str(c->client) };
    const struct release_host *h = c->w->host;
    mark_hash(buf_slice(&c->text), hash);
    mark_make(h->key, c->w->id, now_ms() + h->mark_life_ms, &scope, c->mark);
}

static int give_text(void *ctx, unsigned extensions, struct slice *text, struct err *e)
{
    struct child *c = ctx;
    enum letter_form form;
    bool eight_bit = extensions & SMTP_8BITMIME;
    buf_reset(&c->text);
    buf_reset(&c->marked);
    if ((c->target->attach ? attachment(c, eight_bit, &form, e)
                           : letter_make(&c->text, c->message, eight_bit, &form, e)) != 0)
        return -1;
    put_mark(c);
    buf_printf(&c->marked, MARK_FIELD ": %s\r\n", c->mark);
    buf_add_slice(&c->marked, buf_slice(&c->text));
    *text = buf_slice(&c->marked);
    return c->marked.full ? err_set(e, ERR_RETRY, "no memory for the message") : 0;
}

static int commit(void *ctx, struct err *e)
{
    struct child *c = ctx;
    struct mark m;
    if (!mark_parse(slice_str(c->mark), &m))
        bug("release: a mark that is none");
    return say(c, RELEASE_SAID_SENDING, RELEASE_UNSURE, m.hmac, e) == 0 ? hear_go(c, e) : -1;
}

/* ---- one address after the other */

static enum release_result result_of(enum smtp_outcome outcome, const struct err *e)
{
    switch (outcome) {
    case SMTP_TAKEN: return RELEASE_DONE;
    case SMTP_REFUSED: return RELEASE_REFUSED;
    case SMTP_UNSURE: return RELEASE_UNSURE;
    default: return e->kind == ERR_INPUT ? RELEASE_REFUSED : RELEASE_LATER;
    }
}

static void deliver(struct child *c)
{
    const struct release_host *h = c->w->host;
    const struct smtp_delivery d = { .helo = c->helo,
                                     .from = c->target->attach ? slice_str(c->from) : c->w->entry->sender,
                                     .to = c->target->address,
                                     .text = give_text,
                                     .commit = commit,
                                     .ctx = c };
    uint64_t deadline = clock_ms() + h->timeout_ms;
    struct smtp_reply reply = { 0 };
    struct err e = { 0 };
    enum release_result result = RELEASE_LATER;
    int fd = smtp_connect(h->relay, deadline, &e);
    if (fd >= 0) {
        smtp_local_address(fd, c->client);
        result = result_of(smtp_deliver(fd, &d, deadline, &reply, &e), &e);
    }
    fd_close(&fd);
    struct slice text = result == RELEASE_DONE ? slice_of(reply.text, reply.n) : slice_str(e.text);
    if (say(c, RELEASE_SAID_OVER, result, text, &e) != 0)
        _exit(1);
}

static void name_us(struct child *c)
{
    const struct release_host *h = c->w->host;
    char name[NAME_SIZE] = "";
    if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == 0)
        strcpy(name, "localhost");
    snprintf(c->helo, sizeof(c->helo), "%s", h->helo[0] ? h->helo : name);
    if (h->from[0])
        snprintf(c->from, sizeof(c->from), "%s", h->from);
    else
        snprintf(c->from, sizeof(c->from), "postmaster@%s", c->helo);
}

void release_child(const struct release_work *w)
{
    struct child c = { .w = w };
    struct err e = { 0 };
    name_us(&c);
    buf_init(&c.text, SIZE_MAX / 4);
    buf_init(&c.marked, SIZE_MAX / 4);
    if (spool_map(w->entry->message, w->entry->size, &c.message, &e) != 0)
        w = NULL;
    for (; c.number < c.w->n_targets; c.number++) {
        c.target = &c.w->targets[c.number];
        if (w)
            deliver(&c);
        else if (say(&c, RELEASE_SAID_OVER, RELEASE_LATER, slice_str(e.text), &e) != 0)
            break;
    }
    _exit(0);
}
