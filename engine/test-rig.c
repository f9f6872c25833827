/* test-rig.c - an engine with its real loader; see test-rig.h */
#include "engine/test-rig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "engine/test-worker.h"
#include "engine/worker.h"

#define WORKER_VARIABLE "TAMIS_TEST_WORKER"

static const char rules[] = "header TEST_SUBJECT Subject =~ /offer/\n"
                            "describe TEST_SUBJECT Subject speaks of an offer\n"
                            "score TEST_SUBJECT 2.5\n"
                            "body __TEST_BODY /unsubscribe/\n"
                            "meta TEST_BOTH TEST_SUBJECT && __TEST_BODY\n"
                            "score TEST_BOTH 1\n";

const char rig_offer[] = "From: a@example.com\r\n"
                         "To: b@example.org\r\n"
                         "Subject: An offer\r\n"
                         "Message-ID: <1@example.com>\r\n"
                         "Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n"
                         "\r\n"
                         "To unsubscribe write to us.\r\n";
const char rig_plain[] = "From: a@example.com\r\n"
                         "To: b@example.org\r\n"
                         "Subject: Hello\r\n"
                         "Message-ID: <2@example.com>\r\n"
                         "Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n"
                         "\r\n"
                         "How are you?\r\n";

void rig_main(int argc, char **argv)
{
    const char *worker = getenv(WORKER_VARIABLE);
    if (worker == NULL || strcmp(worker, "scorer") == 0)
        engine_role_main(argc, argv);
    else
        engine_role_main_with(argc, argv, test_worker_by_name(worker));
    log_set_level(getenv("TAMIS_TEST_LOG") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
}

void rig_write_rules(struct rig *rig, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", rig->dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

int rig_kind = ENGINE_RULES;

/* A database of one signature, and a scratch folder that rig_stop finds empty. */
static void init_virus(struct rig *rig)
{
    virus_options_default(&rig->config.virus);
    snprintf(rig->database, sizeof(rig->database), "%s/database", rig->dir);
    snprintf(rig->scratch, sizeof(rig->scratch), "%s/scratch", rig->dir);
    assert_int_equal(mkdir(rig->database, 0755), 0);
    assert_int_equal(mkdir(rig->scratch, 0777), 0);
    assert_int_equal(chmod(rig->scratch, 0777), 0);
    rig_write_rules(rig, "database/test.ndb", "Tamis.Test:0:*:74616d69732d746573742d7369676e6174757265\n");
    rig->config.virus.database = rig->database;
    rig->config.virus.scratch = rig->scratch;
    rig->config.engine.worker_memory = (size_t)1 << 30;
}

void rig_init(struct rig *rig)
{
    struct conf_section sections[] = {
        { .rows = scoring_option_rows,
          .n = scoring_option_rows_n,
          .at = offsetof(struct loader_config, scoring) },
        { .rows = engine_option_rows,
          .n = engine_option_rows_n,
          .at = offsetof(struct loader_config, engine) },
        { .rows = dns_option_rows, .n = dns_option_rows_n, .at = offsetof(struct loader_config, dns) },
        { .rows = auth_option_rows, .n = auth_option_rows_n, .at = offsetof(struct loader_config, auth) },
    };
    struct conf_schema schema = { sections, 4, sizeof(struct loader_config) };
    memset(rig, 0, sizeof(*rig));
    strcpy(rig->dir, "/tmp/tamis-engine-XXXXXX");
    assert_non_null(mkdtemp(rig->dir));
    assert_int_equal(chmod(rig->dir, 0755), 0);
    arena_init(&rig->a, 256 << 20);
    conf_defaults(&schema, &rig->a, &rig->config);
    message_limits_default(&rig->config.message);
    rig->paths[0] = rig->dir;
    rig->config.scoring.rules_path = (struct conf_list){ rig->paths, 1 };
    rig->config.engine.workers = 2;
    rig->config.engine.crash_limit = 0;
    rig->spool_options = (struct spool_options){ .dir_fd = -1, .memory_max = 64 << 20, .max = 64 << 20 };
    rig_write_rules(rig, "test.cf", rules);
    rig->config.kind = rig_kind;
    if (rig_kind == ENGINE_VIRUS)
        init_virus(rig);
}

void rig_launch(struct rig *rig, const char *worker)
{
    struct err e = { ERR_NONE, "" };
    int channel;
    setenv(WORKER_VARIABLE, worker, 1);
    if (rig->config.kind == ENGINE_VIRUS && rig->config.engine.worker_deadline <= rig->config.virus.scan_time)
        rig->config.virus.scan_time = rig->config.engine.worker_deadline - 50;
    if (loader_start(&rig->config, &rig->account, &rig->loader, &channel, &e) != 0)
        fail_msg("%s", e.text);
    rig->engine = engine_new((enum engine_kind)rig->config.kind, &rig->config.engine, channel, &e);
    assert_non_null(rig->engine);
}

void rig_start(struct rig *rig, const char *worker)
{
    struct err e = { ERR_NONE, "" };
    rig_launch(rig, worker);
    if (engine_wait_ready(rig->engine, 60000, &e) != 0)
        fail_msg("%s", e.text);
    RIG_WAIT(rig_status(rig).workers == rig->config.engine.workers); /* ready is with the first */
}

static void remove_rules(struct rig *rig)
{
    DIR *d = opendir(rig->dir);
    assert_non_null(d);
    if (rig->config.kind == ENGINE_VIRUS) {
        unlinkat(dirfd(d), "database/test.ndb", 0);
        assert_int_equal(rmdir(rig->database), 0);
        assert_int_equal(rmdir(rig->scratch), 0); /* no worker left anything */
    }
    for (struct dirent *entry; (entry = readdir(d));)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(d), entry->d_name, 0);
    closedir(d);
    assert_int_equal(rmdir(rig->dir), 0);
}

/* The loader has waited for each of its workers before it ends: then their pids are nobody's. */
static void expect_gone(const struct rig *rig, const struct engine_status *s)
{
    int status;
    assert_int_equal(waitpid(rig->loader, &status, 0), rig->loader);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    for (unsigned i = 0; i < s->workers && i < 64; i++)
        RIG_WAIT(kill(s->worker_pids[i], 0) != 0 && errno == ESRCH);
}

void rig_stop(struct rig *rig, const struct rig_end *expected)
{
    static const struct rig_end nothing;
    struct engine_status s = rig_status(rig);
    const struct rig_end *want = expected ? expected : &nothing;
    engine_free(&rig->engine);
    assert_null(rig->engine);
    expect_gone(rig, &s);
    remove_rules(rig);
    arena_deinit(&rig->a);
    assert_int_equal(s.deaths, want->deaths);
    assert_int_equal(s.kills, want->kills);
    assert_int_equal(s.lies, want->lies);
    assert_int_equal(s.busy, 0);
}

void rig_check_in(struct rig *rig, struct arena *a, const char *text, const char *client,
                  const struct engine_request *more, struct engine_result *r)
{
    struct spool spool;
    struct err e = { ERR_NONE, "" };
    struct envelope env = { .has_client = true, .client_address = slice_str(client) };
    struct engine_request q = { 0 };
    if (more)
        q = *more;
    q.envelope = &env;
    q.spool = &spool;
    if (spool_open(&spool, &rig->spool_options, &e) != 0 || spool_add(&spool, slice_str(text), &e) != 0 ||
        spool_finish(&spool, &e) != 0)
        fail_msg("%s", e.text);
    engine_check(rig->engine, &q, a, r);
    spool_close(&spool);
}

struct engine_result rig_check(struct rig *rig, const char *text, const char *client)
{
    struct engine_result r;
    rig_check_in(rig, &rig->a, text, client, NULL, &r);
    return r;
}

bool rig_is_class(const struct engine_result *r, enum verdict_class class, const char *name)
{
    const struct finding *f = r->findings.first;
    return r->findings.n == 1 && f->kind == FINDING_CLASS && f->class == class &&
           slice_eq(f->name, slice_str(name));
}

const struct finding *rig_finding(const struct engine_result *r, const char *name)
{
    for (const struct finding *f = r->findings.first; f; f = f->next)
        if (slice_eq(f->name, slice_str(name)))
            return f;
    return NULL;
}

bool rig_has_rule(const struct engine_result *r, const char *name, double score)
{
    const struct finding *f = rig_finding(r, name);
    return f && f->kind == FINDING_RULE && f->score == score;
}

bool rig_is_offer(const struct engine_result *r)
{
    const struct finding *sub = rig_finding(r, "__TEST_BODY");
    return rig_has_rule(r, "TEST_SUBJECT", 2.5) && rig_has_rule(r, "TEST_BOTH", 1) && sub &&
           sub->kind == FINDING_SUBRULE && r->findings.classes == 0;
}

bool rig_is_plain(const struct engine_result *r)
{
    return rig_finding(r, "TEST_SUBJECT") == NULL && rig_finding(r, "__TEST_BODY") == NULL &&
           r->findings.classes == 0;
}

struct engine_status rig_status(struct rig *rig)
{
    struct engine_status s;
    engine_get_status(rig->engine, &s);
    return s;
}
