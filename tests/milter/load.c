/* load.c - mail files played at a milter by N connections at once; see load.h */
#include "tests/milter/load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ANSWER_MAX ((size_t)256 << 20)

const char *const load_reply_names[LOAD_REPLIES] = { "accept", "reject", "tempfail", "discard", "error" };

struct load {
    const struct load_options *o;
    const struct load_message *messages;
    size_t n;
    uint64_t first, every;
    load_tick_fn *tick;
    void *ctx;
    struct load_result *result;
    atomic_uint_fast64_t next, done;
    pthread_mutex_t lock; /* of result */
};

struct player {
    struct load *load;
    struct mt_client client;
    struct arena arena; /* of one message */
    unsigned on_connection;
    char address[32], sender[64];
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Continue, or nothing where nothing is due; else this is the message's verdict. */
static bool goes_on(const struct mt_answer *a)
{
    return a->kind == 0 || a->kind == 'c' || a->kind == 's';
}

static int greet(struct player *p, uint64_t number, struct err *e)
{
    const struct load_options *o = p->load->o;
    static const struct mt_offer offer = { MT_VERSION, MT_ACTIONS_ALL, MT_PROTOCOL_ALL, false };
    struct mt_answer a;
    struct slice host = SLICE("mail.example.org");
    unsigned client = (unsigned)(number % (o->clients ? o->clients : 1)) + 1;
    snprintf(p->address, sizeof(p->address), "198.18.%u.%u", client / 250, client % 250 + 1);
    if (mt_client_open(&p->client, o->socket, e) != 0 || mt_client_negotiate(&p->client, &offer, e) != 0)
        return -1;
    mt_client_default_macros(&p->client, host, slice_str(p->address));
    p->on_connection = 0;
    if (mt_client_connect(&p->client, host, '4', 40404, slice_str(p->address), &p->arena, &a, e) != 0)
        return -1;
    if (!goes_on(&a))
        return err_set(e, ERR_INPUT, "the connection was refused");
    return mt_client_command(&p->client, 'H', SLICE("mail.example.org\0"), &p->arena, &a, e);
}

static int send_envelope(struct player *p, uint64_t number, struct mt_answer *a, struct err *e)
{
    char queue_id[32];
    struct mt_client *c = &p->client;
    mt_client_new_message(c);
    mt_client_macro(c, SLICE("i"), SLICE(""));
    mt_client_macro(c, SLICE("{mail_addr}"), SLICE("ada@example.org"));
    if (mt_client_address(c, 'M', SLICE("<ada@example.org>"), &p->arena, a, e) != 0 || !goes_on(a))
        return a->kind ? 0 : -1;
    mt_client_macro(c, SLICE("{rcpt_addr}"), SLICE("bob@example.net"));
    snprintf(queue_id, sizeof(queue_id), "4B%09llX", (unsigned long long)number);
    if (mt_client_address(c, 'R', SLICE("<bob@example.net>"), &p->arena, a, e) != 0 || !goes_on(a))
        return a->kind ? 0 : -1;
    mt_client_macro(c, SLICE("i"), slice_str(queue_id));
    return mt_client_command(c, 'T', SLICE(""), &p->arena, a, e);
}

static int send_header(struct player *p, const struct mail *m, uint64_t number, struct mt_answer *a,
                       struct err *e)
{
    for (size_t i = 0; i < m->n_fields; i++)
        if (mt_client_header(&p->client, m->fields[i].name, m->fields[i].value, &p->arena, a, e) != 0 ||
            !goes_on(a))
            return a->kind ? 0 : -1;
    if (p->load->o->unique) {
        struct slice value = arena_printf(&p->arena, " %llu", (unsigned long long)number);
        if (mt_client_header(&p->client, SLICE("X-Load-Number"), value, &p->arena, a, e) != 0)
            return -1;
    }
    return goes_on(a) ? mt_client_command(&p->client, 'N', SLICE(""), &p->arena, a, e) : 0;
}

/* One message up to its verdict, in *a; *end_at: when its end was sent. */
static int send_message(struct player *p, const struct mail *m, uint64_t number, struct mt_answer *a,
                        double *end_at, struct err *e)
{
    *end_at = now();
    if (send_envelope(p, number, a, e) != 0 || !goes_on(a))
        return goes_on(a) ? -1 : 0;
    if (send_header(p, m, number, a, e) != 0 || !goes_on(a))
        return goes_on(a) ? -1 : 0;
    if (mt_client_body(&p->client, m->body, &p->arena, a, e) != 0 || !goes_on(a))
        return goes_on(a) ? -1 : 0;
    if (mt_client_flush(&p->client, e) != 0)
        return -1;
    *end_at = now();
    if (mt_client_end(&p->client, SLICE(""), &p->arena, a, e) != 0)
        return -1;
    if (a->kind == 'c')
        a->kind = 'a';
    return 0;
}

static enum load_reply reply_of(const struct mt_answer *a)
{
    switch (a->kind) {
    case 'a': return LOAD_ACCEPT;
    case 'r': return LOAD_REJECT;
    case 't': return LOAD_TEMPFAIL;
    case 'd': return LOAD_DISCARD;
    case 'y': return a->text.n && a->text.p[0] == '5' ? LOAD_REJECT : LOAD_TEMPFAIL;
    default: return LOAD_ERROR;
    }
}

static void count(struct player *p, const struct load_message *m, const struct mt_answer *a, bool failed,
                  double began, double end_at)
{
    struct load *l = p->load;
    double t = now();
    pthread_mutex_lock(&l->lock);
    struct load_result *r = l->result;
    r->replies[failed ? LOAD_ERROR : reply_of(a)]++;
    r->edits += a->n_edits;
    r->held += a->quarantined;
    r->progress += a->progress;
    r->bytes += m->mail.size;
    for (const struct mt_edit *x = a->edits; x; x = x->next)
        r->tagged += x->kind != MT_EDIT_DELETE && slice_ieq(x->name, SLICE("X-Spam-Flag"));
    r->end_ms[r->n] = (float)((t - end_at) * 1000);
    r->whole_ms[r->n++] = (float)((t - began) * 1000);
    pthread_mutex_unlock(&l->lock);
}

static void play_one(struct player *p, uint64_t number)
{
    struct load *l = p->load;
    const struct load_message *m = &l->messages[number % l->n];
    struct mt_answer a = { 0 };
    struct err e = { 0 };
    double began = now(), end_at = began;
    bool failed = false;
    arena_reset(&p->arena);
    if (l->o->per_connection && p->on_connection >= l->o->per_connection && p->client.fd >= 0) {
        failed = mt_client_tell(&p->client, 'Q', &e) != 0;
        mt_client_close(&p->client);
    }
    if (p->client.fd < 0)
        failed = greet(p, number, &e) != 0;
    failed = failed || send_message(p, &m->mail, number, &a, &end_at, &e) != 0;
    p->on_connection++;
    if (failed) {
        if (l->o->log_errors)
            fprintf(stderr, "%s%s: %s\n", l->o->log_errors, m->path, e.text);
        mt_client_close(&p->client);
    }
    count(p, m, &a, failed, began, end_at);
}

static void *play(void *arg)
{
    struct player p = { .load = arg };
    struct load *l = p.load;
    struct err e;
    mt_client_init(&p.client, l->o->timeout_ms);
    arena_init(&p.arena, ANSWER_MAX);
    for (uint64_t i; (i = atomic_fetch_add(&l->next, 1)) < l->o->messages;) {
        play_one(&p, l->first + i);
        uint64_t done = atomic_fetch_add(&l->done, 1) + 1;
        if (l->tick && l->every && done % l->every == 0)
            l->tick(l->ctx, l->first + done);
    }
    if (p.client.fd >= 0 && mt_client_tell(&p.client, 'Q', &e) != 0 && l->o->log_errors)
        fprintf(stderr, "%squit: %s\n", l->o->log_errors, e.text);
    mt_client_deinit(&p.client);
    arena_deinit(&p.arena);
    return NULL;
}

void load_run(const struct load_options *o, const struct load_message *messages, size_t n, uint64_t first,
              uint64_t every, load_tick_fn *tick, void *ctx, struct load_result *r)
{
    struct load l = { .o = o,
                      .messages = messages,
                      .n = n,
                      .first = first,
                      .every = every,
                      .tick = tick,
                      .ctx = ctx,
                      .result = r };
    memset(r, 0, sizeof(*r));
    r->end_ms = calloc(o->messages + 1, sizeof(float));
    r->whole_ms = calloc(o->messages + 1, sizeof(float));
    pthread_t *threads = calloc(o->connections, sizeof(*threads));
    if (r->end_ms == NULL || r->whole_ms == NULL || threads == NULL)
        fatal("no memory for %llu latencies", (unsigned long long)o->messages);
    pthread_mutex_init(&l.lock, NULL);
    double began = now();
    for (unsigned i = 0; i < o->connections; i++)
        if (pthread_create(&threads[i], NULL, play, &l) != 0)
            fatal("cannot start a thread");
    for (unsigned i = 0; i < o->connections; i++)
        pthread_join(threads[i], NULL);
    r->seconds = now() - began;
    pthread_mutex_destroy(&l.lock);
    free(threads);
}

void load_result_deinit(struct load_result *r)
{
    free(r->end_ms);
    free(r->whole_ms);
    memset(r, 0, sizeof(*r));
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

float load_quantile(float *v, size_t n, double q)
{
    if (n == 0)
        return 0;
    qsort(v, n, sizeof(*v), by_value);
    size_t at = (size_t)(q * (double)n);
    return v[at < n ? at : n - 1];
}
