/* bayes-soak.c - the classifier's store while it is written: killed, and read by others
 * usage: bayes-soak kill TIMES DIRECTORY | bayes-soak read LESSONS READERS DIRECTORY
 *
 * kill: a process learns lesson after lesson and says so when each is durable; at a random moment it is
 * killed by signal 9. Then the store must open, and have every lesson that was said to be durable, and at
 * most one more. read: READERS processes judge messages without a pause while LESSONS are learned. No
 * judgement may be other than finite, the store must be known all the time, counts must not go back, and no
 * reader may ever wait (context switches that it asked for); prints the longest judgement by the clock and by
 * CPU, with and without a writer. */
#include "config.h"
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "keeper/bayes-live.h"
#include "keeper/bayes-store.h"

#define TOKENS 300
#define PAIRS 400
#define GRAMS 1500

/* The memory is that of all writers, one after the other, and of readers. */
static struct bayes_store_options options = { .remember = 50, .unsaved = 40 };

struct lesson_memory {
    uint64_t tokens[TOKENS], pairs[PAIRS], grams[GRAMS];
};

static uint64_t number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state ^ *state >> 29) | 1;
}

/* Half of its features are those of its kind, half its own. */
static struct bayes_lesson lesson(struct lesson_memory *m, uint64_t n)
{
    struct bayes_lesson l = { .kind = n % 2 ? BAYES_LEARN_SPAM : BAYES_LEARN_HAM,
                              .weight = 1,
                              .who = SLICE("soak") };
    uint64_t own = n * 0x9e3779b97f4a7c15u, kind = n % 2;
    uint64_t *const sets[] = { m->tokens, m->pairs, m->grams };
    static const size_t sizes[] = { TOKENS, PAIRS, GRAMS };
    for (int k = 0; k < 3; k++)
        for (size_t i = 0; i < sizes[k]; i++)
            sets[k][i] = number(i % 2 ? &own : &kind);
    memcpy(l.id, &n, sizeof(n));
    l.features = (struct bayes_features){ .tokens = m->tokens, .pairs = m->pairs, .grams = m->grams };
    l.features.n_tokens = TOKENS;
    l.features.n_pairs = PAIRS;
    l.features.n_grams = GRAMS;
    l.features.cuts[0] = (struct feature_cut){ TOKENS / 2, PAIRS / 2, GRAMS / 2 };
    l.features.n_cuts = 1;
    return l;
}

static void die(const char *what, const struct err *e)
{
    fprintf(stderr, "bayes-soak: %s: %s\n", what, e->text);
    exit(1);
}

static struct bayes_store *open_store(const char *folder)
{
    struct bayes_store *s;
    struct err e = { 0 };
    if (bayes_store_open(&s, folder, &options, &e) != 0)
        die("the store does not open", &e);
    return s;
}

static void learn_one(struct bayes_store *s, uint64_t n)
{
    static struct lesson_memory m;
    struct err e = { 0 };
    struct bayes_lesson l = lesson(&m, n);
    if (bayes_store_learn(s, &l, &e) < 0 || bayes_store_sync(s, &e) != 0)
        die("a lesson is refused", &e);
}

/* ---- kill */

static void __attribute__((noreturn)) learn_for_ever(const char *folder, int said)
{
    struct bayes_store *s = open_store(folder);
    for (uint64_t n = bayes_store_block(s)->serial + 1;; n++) {
        learn_one(s, n);
        if (write(said, &n, sizeof(n)) != sizeof(n))
            _exit(0);
    }
}

/* The last number that was said. */
static uint64_t last_said(int fd, uint64_t before)
{
    uint64_t n;
    while (read(fd, &n, sizeof(n)) == sizeof(n))
        before = n;
    return before;
}

static int kill_once(const char *folder, uint64_t *durable, unsigned *more)
{
    int said[2];
    if (pipe(said) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(said[0]);
        learn_for_ever(folder, said[1]);
    }
    close(said[1]);
    usleep((useconds_t)(5000 + rand() % 400000));
    kill(pid, SIGKILL);
    *durable = last_said(said[0], *durable);
    waitpid(pid, NULL, 0);
    close(said[0]);
    struct bayes_store *s = open_store(folder);
    uint64_t serial = bayes_store_block(s)->serial;
    uint32_t learned = bayes_store_block(s)->learned.spam + bayes_store_block(s)->learned.ham;
    struct err e = { 0 };
    int good = bayes_check(bayes_store_block(s), &e) == 0 && serial >= *durable && serial <= *durable + 1 &&
               learned == serial;
    bayes_store_close(&s);
    if (!good)
        fprintf(stderr, "bayes-soak: %llu were durable, the store has %llu (%u messages)\n",
                (unsigned long long)*durable, (unsigned long long)serial, learned);
    *more += serial > *durable;
    *durable = serial;
    return good ? 0 : -1;
}

static int kills(unsigned times, const char *folder)
{
    uint64_t durable = 0;
    unsigned more = 0;
    for (unsigned i = 0; i < times; i++)
        if (kill_once(folder, &durable, &more) != 0)
            return 1;
    printf("%u kills: the store opened each time with all %llu lessons that were said to be durable (%u "
           "times with one more)\n",
           times, (unsigned long long)durable, more);
    return 0;
}

/* ---- read */

struct seen {
    unsigned long long judged;
    double clock_ms, cpu_ms; /* the longest */
    long waits;
    bool torn;
};

static double ms_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void judge(const struct bayes_block *b, const struct bayes_features *f, struct seen *seen,
                  uint32_t *learned)
{
    struct bayes_result r;
    double clock = ms_of(CLOCK_MONOTONIC), cpu = ms_of(CLOCK_THREAD_CPUTIME_ID);
    bayes_classify(b, f, 1, 1, &r);
    cpu = ms_of(CLOCK_THREAD_CPUTIME_ID) - cpu;
    clock = ms_of(CLOCK_MONOTONIC) - clock;
    uint32_t now = __atomic_load_n(&b->learned.spam, __ATOMIC_RELAXED);
    seen->torn |= !r.known || !isfinite(r.logit) || now < *learned;
    *learned = now;
    seen->judged++;
    seen->clock_ms = fmax(seen->clock_ms, clock);
    seen->cpu_ms = fmax(seen->cpu_ms, cpu);
}

static void __attribute__((noreturn))
read_until(const struct bayes_block *b, volatile int *stop, struct seen *seen)
{
    static struct lesson_memory m;
    struct rusage before, after;
    uint32_t learned = 0;
    uint64_t n = (uint64_t)getpid();
    getrusage(RUSAGE_SELF, &before);
    while (!*stop) {
        struct bayes_lesson l = lesson(&m, n++);
        judge(b, &l.features, seen, &learned);
    }
    getrusage(RUSAGE_SELF, &after);
    seen->waits = after.ru_nvcsw - before.ru_nvcsw;
    _exit(0);
}

struct shared {
    int stop;
    struct seen seen[64];
};

static const struct bayes_block *map_live(void)
{
    struct err e = { 0 };
    int fd = bayes_live_reader(options.live, &e);
    void *p = fd < 0 ? MAP_FAILED : mmap(NULL, BAYES_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        die("no live block", &e);
    fd_close(&fd);
    return p;
}

static int run_readers(unsigned readers, struct bayes_store *s, unsigned lessons, const char *title)
{
    struct shared *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const struct bayes_block *b = map_live();
    struct seen all = { 0 };
    double longest = 0; /* lesson */
    memset(shared, 0, sizeof(*shared));
    for (unsigned i = 0; i < readers; i++)
        if (fork() == 0)
            read_until(b, &shared->stop, &shared->seen[i]);
    uint64_t first = bayes_store_block(s)->serial + 1;
    for (unsigned i = 0; i < lessons; i++) {
        double clock = ms_of(CLOCK_MONOTONIC);
        learn_one(s, first + i);
        longest = fmax(longest, ms_of(CLOCK_MONOTONIC) - clock);
    }
    if (lessons == 0)
        sleep(5);
    shared->stop = 1;
    while (wait(NULL) > 0)
        ;
    for (unsigned i = 0; i < readers; i++) {
        const struct seen *one = &shared->seen[i];
        all.judged += one->judged;
        all.clock_ms = fmax(all.clock_ms, one->clock_ms);
        all.cpu_ms = fmax(all.cpu_ms, one->cpu_ms);
        all.waits += one->waits;
        all.torn |= one->torn;
    }
    printf("%s: %llu judged, longest %.2f ms by the clock, %.2f ms of CPU, waited %ld times, torn: %s\n",
           title, all.judged, all.clock_ms, all.cpu_ms, all.waits, all.torn ? "YES" : "no");
    if (lessons)
        printf("longest lesson: %.1f ms by the clock, durable\n", longest);
    return all.torn || all.waits > (long)readers || all.judged == 0;
}

static int reads(unsigned lessons, unsigned readers, const char *folder)
{
    options.remember = 1000; /* as a service has them */
    options.unsaved = 400;
    struct bayes_store *s = open_store(folder);
    for (uint64_t n = 1; n <= 100; n++)
        learn_one(s, n);
    int bad = run_readers(readers, s, 0, "nobody writes");
    bad |= run_readers(readers, s, lessons, "lessons meanwhile");
    bayes_store_close(&s);
    return bad;
}

int main(int argc, char **argv)
{
    struct err e = { 0 };
    options.live = bayes_live_new(&e);
    if (options.live < 0)
        die("no memory", &e);
    log_set_level(LOG_LEVEL_ERROR); /* a cut lesson is what this is about */
    if (argc == 4 && strcmp(argv[1], "kill") == 0)
        return kills((unsigned)atoi(argv[2]), argv[3]);
    if (argc == 5 && strcmp(argv[1], "read") == 0 && atoi(argv[3]) <= 64)
        return reads((unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]), argv[4]);
    fprintf(stderr, "usage: bayes-soak kill TIMES DIRECTORY | bayes-soak read LESSONS READERS DIRECTORY\n");
    return 2;
}
