/* bayes-bench.c - what the classifier costs a message
 * usage: bayes-bench LIST [LEARN [MEASURE]]
 * LIST has "spam PATH" or "ham PATH" a line. The first LEARN messages (4,000) are learned, then the next
 * MEASURE ones (2,000; from the beginning again where the list ends) are measured, ROUNDS times over: CPU of
 * this thread for features (the message is parsed, its texts and URIs are made), for classifying and, in a
 * walk of its own, as one follows rarely upon the other, for learning. Of each message's rounds the least
 * counts. Prints median and mean in us, of all and of those of 6 to 10 KB. */
#include "config.h"
#include "scoring/bayes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096
#define ROUNDS 5
#define LEARN 4000
#define MEASURE 2000
#define SMALL 6000
#define LARGE 10000

enum stage { FEATURES, CLASSIFY, LESSON, JUDGED, LEARNED, STAGES };

static const char *const stages[STAGES] = { "features", "classify", "learn", "features + classify",
                                            "features + learn" };

struct sample {
    size_t bytes;
    double us[STAGES];
};

struct bench {
    struct bayes_block *block;
    struct message_limits limits;
    struct arena message, made;
    struct sample *samples; /* NULL: not measured */
    size_t n;
};

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void keep_least(double *us, double since)
{
    double took = now_us() - since;
    if (*us == 0 || took < *us)
        *us = took;
}

/* ---- one message */

static void read_message(struct bench *b, struct slice raw, struct message *m)
{
    static const struct envelope env;
    message_parse(m, &b->message, raw, &env, &b->limits);
    message_texts(m);
    message_uris(m);
}

static void measure(struct bench *b, struct slice raw, bool spam, bool learn, struct sample *s)
{
    struct message m;
    struct features f;
    struct bayes_result result;
    read_message(b, raw, &m);
    double at = now_us();
    features_make(&f, &b->made, &m, NULL, NULL);
    struct bayes_features list = bayes_features_of(&f);
    keep_least(&s->us[FEATURES], at);
    at = now_us();
    if (learn)
        bayes_learn(b->block, &list, spam, 1);
    else
        bayes_classify(b->block, &list, 1, 1, &result);
    keep_least(&s->us[learn ? LESSON : CLASSIFY], at);
    s->bytes = raw.n;
    arena_reset(&b->made);
    arena_reset(&b->message);
}

/* ---- the list */

struct labelled {
    bool spam;
    struct slice raw;
};

static struct slice read_file(const char *name)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return SLICE("");
    char *p = fstat(fd, &st) == 0 ? malloc((size_t)st.st_size + 1) : NULL;
    ssize_t got = p ? read(fd, p, (size_t)st.st_size) : -1;
    close(fd);
    if (got > 0)
        return slice_of(p, (size_t)got);
    free(p);
    return SLICE("");
}

/* How many; 0: none. */
static size_t read_list(const char *list, struct labelled *v, size_t max)
{
    char line[LINE_MAX_BYTES], label[8], path[LINE_MAX_BYTES];
    FILE *f = fopen(list, "r");
    size_t n = 0;
    while (f && n < max && fgets(line, sizeof(line), f)) {
        if (sscanf(line, "%7s %4095[^\n]", label, path) != 2)
            continue;
        v[n].spam = strcmp(label, "spam") == 0;
        v[n].raw = read_file(path);
        n += v[n].raw.n > 0;
    }
    if (f)
        fclose(f);
    return n;
}

static void walk(struct bench *b, const struct labelled *v, size_t n, size_t learn)
{
    struct sample unused = { 0 };
    for (size_t i = 0; i < learn && i < n; i++)
        measure(b, v[i].raw, v[i].spam, true, &unused);
    for (int round = 0; round < ROUNDS; round++)
        for (int lesson = 0; lesson < 2; lesson++)
            for (size_t i = 0; i < b->n; i++) {
                const struct labelled *l = &v[(learn + i) % n];
                measure(b, l->raw, l->spam, lesson, &b->samples[i]);
            }
    for (size_t i = 0; i < b->n; i++) {
        double *us = b->samples[i].us;
        us[JUDGED] = us[FEATURES] + us[CLASSIFY];
        us[LEARNED] = us[FEATURES] + us[LESSON];
    }
}

/* ---- what is printed */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_stage(const struct bench *b, enum stage s, size_t from, size_t to, double *v)
{
    size_t n = 0;
    double sum = 0;
    for (size_t i = 0; i < b->n; i++)
        if (b->samples[i].bytes >= from && b->samples[i].bytes < to)
            sum += v[n++] = b->samples[i].us[s];
    if (n == 0)
        return;
    qsort(v, n, sizeof(*v), by_value);
    printf("  %-20s median %7.1f us  mean %7.1f us  %zu messages\n", stages[s], v[n / 2], sum / (double)n, n);
}

static void print(const struct bench *b, double *v)
{
    puts("of all sizes");
    for (int s = 0; s < STAGES; s++)
        print_stage(b, s, 0, SIZE_MAX, v);
    puts("of 6 to 10 KB");
    for (int s = 0; s < STAGES; s++)
        print_stage(b, s, SMALL, LARGE, v);
}

static int run(struct bench *b, const char *list, size_t learn)
{
    size_t max = learn + b->n;
    struct labelled *v = calloc(max, sizeof(*v));
    double *sorted = calloc(b->n, sizeof(*sorted));
    size_t n = v && sorted ? read_list(list, v, max) : 0;
    if (n) {
        walk(b, v, n, learn);
        print(b, sorted);
    }
    for (size_t i = 0; i < n; i++)
        free((void *)v[i].raw.p);
    free(v);
    free(sorted);
    return n ? 0 : -1;
}

static int bench(struct bench *b, const char *list, size_t learn)
{
    message_warm();
    message_limits_default(&b->limits);
    arena_init(&b->message, b->limits.arena_max);
    arena_init(&b->made, b->limits.arena_max);
    bayes_init(b->block);
    int code = run(b, list, learn);
    if (code < 0)
        fprintf(stderr, "bayes-bench: no messages in %s\n", list);
    arena_deinit(&b->message);
    arena_deinit(&b->made);
    return code;
}

int main(int argc, char **argv)
{
    size_t learn = argc > 2 ? strtoul(argv[2], NULL, 10) : LEARN;
    struct bench b = { .n = argc > 3 ? strtoul(argv[3], NULL, 10) : MEASURE };
    if (argc < 2 || b.n == 0) {
        fprintf(stderr, "usage: bayes-bench LIST [LEARN [MEASURE]]\n");
        return 2;
    }
    /* shared, as a scorer has it: no huge pages */
    b.block = mmap(NULL, BAYES_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    b.samples = calloc(b.n, sizeof(*b.samples));
    int code = b.block != MAP_FAILED && b.samples ? bench(&b, argv[1], learn) : -1;
    free(b.samples);
    return code < 0;
}
