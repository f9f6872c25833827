/* test-rig.h - an engine with its real loader, for tests
 * The test program executes itself as the loader (rig_main, first thing in main) with the workers of the
 * product or those of engine/test-worker.c. Rules lie in a private directory. rig_stop proves that loader and
 * workers are gone and that nobody died whom the test did not end (rig->deaths etc. say what is expected). */
#ifndef ENGINE_TEST_RIG_H
#define ENGINE_TEST_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <cmocka.h>
#include "engine/engine.h"
#include "engine/loader.h"

/* enum engine_kind of the next rig_init: workers of test-worker.h lie behind either loader. */
extern int rig_kind;

struct rig {
    struct loader_config config; /* defaults; a test changes it between rig_init and rig_start */
    struct loader_account account;
    struct engine *engine;
    pid_t loader;
    char dir[64];
    struct arena a; /* of rig_check's answers; emptied by rig_stop */
    const char *paths[1];
    char database[80], scratch[80]; /* ENGINE_VIRUS */
    struct spool_options spool_options;
};

/* worker: "scorer", or one of test-worker.h */
void rig_main(int argc, char **argv);
void rig_init(struct rig *rig);
/* NAME in the rules' directory. */
void rig_write_rules(struct rig *rig, const char *name, const char *text);
/* Until all workers are there. */
void rig_start(struct rig *rig, const char *worker);
/* loader started, engine not waited for */
void rig_launch(struct rig *rig, const char *worker);
struct rig_end {
    uint64_t deaths, kills, lies; /* what the test has caused */
};
void rig_stop(struct rig *rig, const struct rig_end *expected);

/* A message with that text, from that client ("" for none). Thread-safe with an arena of its own. */
void rig_check_in(struct rig *rig, struct arena *a, const char *text, const char *client,
                  const struct engine_request *more, struct engine_result *r);
struct engine_result rig_check(struct rig *rig, const char *text, const char *client);
/* Whether there is exactly one class finding of that class, with that name. */
bool rig_is_class(const struct engine_result *r, enum verdict_class class, const char *name);
/* The finding of that name, or NULL. */
const struct finding *rig_finding(const struct engine_result *r, const char *name);
bool rig_has_rule(const struct engine_result *r, const char *name, double score);
/* Two messages for the rules that rig_init writes, and whether the result is theirs. */
extern const char rig_offer[], rig_plain[];
bool rig_is_offer(const struct engine_result *r);
bool rig_is_plain(const struct engine_result *r);
struct engine_status rig_status(struct rig *rig);
/* Waits until the condition holds; fails after 20 s. */
#define RIG_WAIT(condition)                                                                                  \
    do {                                                                                                     \
        for (int rig_i_ = 0; !(condition); rig_i_++) {                                                       \
            assert_true(rig_i_ < 4000);                                                                      \
            usleep(5000);                                                                                    \
        }                                                                                                    \
    } while (0)

#endif
