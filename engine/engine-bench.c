/* engine-bench.c - what a message costs between engine and scorers
 * usage: engine-bench [MESSAGES [RULES]]
 * A message of 8 KB goes MESSAGES times (20000) through an engine, by 1 and by 8 threads; RULES is a
 * directory or file of rules, without which there is a single one. Prints messages/s, CPU us a message in
 * this process (the gateway's part) and in the scorers, and times in us. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/os.h"
#include "engine/engine.h"
#include "engine/loader.h"

#define THREADS_MAX 8
#define MESSAGE_BYTES 8192

struct load {
    struct engine *engine;
    const struct spool *spool;
    unsigned n, wrong;
    uint64_t scorer_us;
    uint32_t *took; /* us, n of them */
    pthread_t thread;
};

static void __attribute__((noreturn)) give_up(const struct err *e)
{
    fprintf(stderr, "engine-bench: %s\n", e->text);
    exit(1);
}

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void *run_load(void *arg)
{
    struct load *l = arg;
    struct envelope env = { .client_address = SLICE_INIT("192.0.2.1"), .has_client = true };
    struct engine_request q = { .envelope = &env, .spool = l->spool };
    struct engine_result r;
    struct arena a;
    arena_init(&a, 16 << 20);
    for (unsigned i = 0; i < l->n; i++) {
        uint64_t from = now_us();
        engine_check(l->engine, &q, &a, &r);
        l->took[i] = (uint32_t)(now_us() - from);
        l->scorer_us += r.cpu_us;
        l->wrong +=
            (r.findings.classes & (CLASS_BIT(CLASS_UNCHECKED_CRASH) | CLASS_BIT(CLASS_UNCHECKED_FAULT))) != 0;
        arena_reset(&a);
    }
    arena_deinit(&a);
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static unsigned measure(struct engine *engine, const struct spool *spool, unsigned threads, unsigned messages)
{
    struct load loads[THREADS_MAX];
    unsigned each = messages / threads, n = each * threads, wrong = 0;
    uint32_t *took = calloc(n, sizeof(*took));
    uint64_t scorer = 0, from = now_us(), cpu = cpu_us();
    for (unsigned i = 0; i < threads; i++) {
        loads[i] = (struct load){ .engine = engine, .spool = spool, .n = each, .took = took + i * each };
        pthread_create(&loads[i].thread, NULL, run_load, &loads[i]);
    }
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(loads[i].thread, NULL);
        scorer += loads[i].scorer_us;
        wrong += loads[i].wrong;
    }
    double seconds = (double)(now_us() - from) / 1e6;
    cpu = cpu_us() - cpu;
    qsort(took, n, sizeof(*took), by_value);
    printf("threads %u  messages/s %.0f  cpu-us engine %.1f  scorer %.1f  time-us p50 %u  p99 %u  wrong %u\n",
           threads, n / seconds, (double)cpu / n, (double)scorer / n, took[n / 2], took[n - 1 - n / 100],
           wrong);
    free(took);
    return wrong;
}

static void make_spool(struct spool *spool)
{
    static const struct spool_options o = { .dir_fd = -1, .memory_max = 1 << 20, .max = 1 << 20 };
    struct err e;
    char line[100];
    if (spool_open(spool, &o, &e) != 0 ||
        spool_add(
            spool,
            SLICE("Received: from mx.example.com (mx.example.com [192.0.2.1]) by mail.example.org with ESMTP "
                  "id "
                  "4ABCDE; Mon, 01 Jan 2024 00:00:00 +0000\r\nFrom: \"A. Sender\" <a@example.com>\r\nTo: "
                  "b@example.org\r\nSubject: Your order of last week\r\nDate: Mon, 01 Jan 2024 00:00:00 "
                  "+0000\r\n"
                  "Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
                  "charset=utf-8\r\n\r\n"),
            &e) != 0)
        give_up(&e);
    for (unsigned i = 0; spool->n < MESSAGE_BYTES; i++) {
        int n =
            snprintf(line, sizeof(line),
                     i % 20 ? "Line %u: we write to you about nothing at all, as you may have seen.\r\n"
                            : "Line %u: see http://www.example.com/more for all that is left out here.\r\n",
                     i);
        if (spool_add(spool, slice_of(line, (size_t)n), &e) != 0)
            give_up(&e);
    }
    if (spool_finish(spool, &e) != 0)
        give_up(&e);
}

static const char *one_rule(char *dir)
{
    char path[100];
    if (mkdtemp(dir) == NULL)
        exit(1);
    snprintf(path, sizeof(path), "%s/a.cf", dir);
    FILE *f = fopen(path, "w");
    if (f == NULL || fputs("header BENCH Subject =~ /order/\n", f) < 0 || fclose(f) != 0)
        exit(1);
    return dir;
}

int main(int argc, char **argv)
{
    engine_role_main(argc, argv);
    char dir[] = "/tmp/tamis-bench-XXXXXX", file[100];
    const char *rules = argc > 2 ? argv[2] : one_rule(dir);
    unsigned messages = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20000, wrong;
    struct conf_section sections[] = {
        { .rows = scoring_option_rows,
          .n = scoring_option_rows_n,
          .at = offsetof(struct loader_config, scoring) },
        { .rows = engine_option_rows,
          .n = engine_option_rows_n,
          .at = offsetof(struct loader_config, engine) },
        { .rows = auth_option_rows, .n = auth_option_rows_n, .at = offsetof(struct loader_config, auth) },
    };
    struct conf_schema schema = { sections, 3, sizeof(struct loader_config) };
    struct loader_account account = { .drop = false };
    struct loader_config c;
    struct spool spool;
    struct arena a;
    struct err e;
    pid_t pid;
    int channel;
    arena_init(&a, 1 << 20);
    conf_defaults(&schema, &a, &c);
    message_limits_default(&c.message);
    c.scoring.rules_path = (struct conf_list){ &rules, 1 };
    make_spool(&spool);
    if (loader_start(&c, &account, &pid, &channel, &e) != 0)
        give_up(&e);
    struct engine *engine = engine_new(ENGINE_RULES, &c.engine, channel, &e);
    if (engine == NULL || engine_wait_ready(engine, 60000, &e) != 0)
        give_up(&e);
    measure(engine, &spool, 1, 1000 < messages ? 1000 : messages); /* to get warm */
    wrong = measure(engine, &spool, 1, messages) + measure(engine, &spool, THREADS_MAX, messages);
    engine_free(&engine);
    waitpid(pid, NULL, 0);
    spool_close(&spool);
    arena_deinit(&a);
    if (argc <= 2) {
        snprintf(file, sizeof(file), "%s/a.cf", dir);
        unlink(file);
        rmdir(dir);
    }
    return wrong != 0;
}
