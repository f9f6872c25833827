/* virus-life.c - virus loaders: started, replaced, kept; see virus-life.h */
#include "config.h"
#include "milter/virus-life.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "base/log.h"
#include "base/os.h"
#include "base/sweep.h"
#include "milter/control.h"
#include "milter/memory.h"

#define OPTIONS_MAX (2 * 1024 * 1024)
/* beside a second database: what messages may want meanwhile */
#define SPARE_MEMORY ((uint64_t)200 << 20)

void virus_life_init(struct virus_life *v, const struct loader_account *account, const char *scratch)
{
    *v = (struct virus_life){ .account = account, .scratch = scratch };
    buf_init(&v->options, OPTIONS_MAX);
}

void virus_life_deinit(struct virus_life *v)
{
    buf_deinit(&v->options);
}

/* ---- a new loader */

static void fail(struct virus_life *v, const struct err *why)
{
    bool news = strcmp(why->text, v->last.text) != 0;
    log_write(news ? LOG_LEVEL_ERROR : LOG_LEVEL_DEBUG, "viruses: %s; %s", why->text,
              v->current ? "the old database stays" : "mail is tempfailed until there is one");
    v->last = *why;
    v->phase = VIRUS_WAITING;
    backoff_died(&v->backoff, clock_ms(), v->config->service.restart_delay_max);
    if (v->current && why->kind == ERR_CONFIG) /* it says so when there is something newer again */
        v->phase = VIRUS_DONE;
}

static int offer(struct virus_life *v, int control, unsigned *serial, struct err *e)
{
    struct loader_config c = { .kind = ENGINE_VIRUS,
                               .message = v->config->message,
                               .virus = v->config->virus };
    const struct control_frame f = { .type = CONTROL_VIRUS, .serial = ++*serial };
    int channel;
    engine_options_virus(&c.engine, &v->config->engine, &v->config->virus);
    c.virus.scratch = v->scratch;
    v->next = 0;
    if (loader_start(&c, v->account, &v->next, &channel, e) != 0)
        return -1;
    v->next_serial = f.serial;
    int failed = control_send(control, &f, &channel, 1, e);
    fd_close(&channel); /* without the gateway the loader ends by itself */
    return failed;
}

static void start(struct virus_life *v, int control, unsigned *serial)
{
    struct err e = { 0 };
    v->phase = VIRUS_LOADING;
    v->again = false;
    backoff_started(&v->backoff, clock_ms());
    if (offer(v, control, serial, &e) != 0)
        fail(v, &e);
}

/* ---- beside the old one, or after it */

static bool fits_beside(const struct virus_life *v)
{
    uint64_t wanted = memory_of(v->current) + memory_of(v->current) / 8 + SPARE_MEMORY,
             there = memory_available();
    if (there >= wanted)
        return true;
    log_warning(
        "viruses: %llu MB of memory are free and a second database wants %llu: the old one goes first",
        (unsigned long long)there >> 20, (unsigned long long)wanted >> 20);
    return false;
}

static void replace(struct virus_life *v, int control, unsigned *serial)
{
    const struct control_frame drop = { .type = CONTROL_VIRUS_DROP };
    struct err e = { 0 };
    int mode = v->config->virus.reload;
    if (v->phase == VIRUS_LOADING || v->phase == VIRUS_DROPPING) {
        v->again = true;
        return;
    }
    if (v->current == 0 || mode == VIRUS_RELOAD_CONCURRENT || (mode == VIRUS_RELOAD_AUTO && fits_beside(v))) {
        start(v, control, serial);
        return;
    }
    v->phase = VIRUS_DROPPING;
    if (control_send(control, &drop, NULL, 0, &e) != 0)
        log_error("viruses: %s", e.text); /* the gateway is dying */
}

/* ---- what happens */

void virus_life_follow(struct virus_life *v, const struct config *c, int control, unsigned *serial)
{
    struct buf options;
    v->config = c;
    if (!c->virus.scan) {
        const struct control_frame drop = { .type = CONTROL_VIRUS_DROP };
        struct err e = { 0 };
        if (v->phase != VIRUS_OFF && control_send(control, &drop, NULL, 0, &e) != 0)
            log_error("viruses: %s", e.text);
        v->phase = VIRUS_OFF;
        return;
    }
    buf_init(&options, OPTIONS_MAX);
    conf_write(&config_schema, c, ROLE_VIRUS_LOADER, &options);
    bool same = slice_eq(buf_slice(&options), buf_slice(&v->options));
    buf_reset(&v->options);
    buf_add_slice(&v->options, buf_slice(&options));
    buf_deinit(&options);
    if (!same || v->phase == VIRUS_OFF || v->phase == VIRUS_WAITING)
        replace(v, control, serial);
}

void virus_life_stop(struct virus_life *v)
{
    v->phase = VIRUS_OFF;
    v->current = v->next = 0;
}

/* The one in force is gone: another one, in a while. */
static void died(struct virus_life *v)
{
    v->phase = VIRUS_WAITING;
    backoff_died(&v->backoff, clock_ms(), v->config->service.restart_delay_max);
}

bool virus_life_taken(struct virus_life *v, unsigned serial, int control, unsigned *last_serial)
{
    if (v->phase != VIRUS_LOADING || serial != v->next_serial)
        return false;
    v->current = v->next;
    v->next = 0;
    if (v->current == 0) { /* it died between being ready and being taken */
        died(v);
        return true;
    }
    v->phase = VIRUS_DONE;
    v->backoff.delay_ms = 0;
    v->last = (struct err){ 0 };
    log_info("viruses: the database is in force");
    if (v->again)
        replace(v, control, last_serial);
    return true;
}

bool virus_life_refused(struct virus_life *v, unsigned serial, const struct err *why)
{
    if (v->phase != VIRUS_LOADING || serial != v->next_serial)
        return false;
    v->next = 0;
    fail(v, why);
    return true;
}

void virus_life_changed(struct virus_life *v, int control, unsigned *serial)
{
    if (v->phase != VIRUS_OFF)
        replace(v, control, serial);
}

void virus_life_gone(struct virus_life *v, int control, unsigned *serial)
{
    v->current = 0;
    if (v->phase == VIRUS_DROPPING)
        start(v, control, serial);
}

/* Folders of loaders that were killed; who ends by itself has removed its own. */
static void tidy_up(const struct virus_life *v)
{
    char path[PATH_MAX];
    DIR *dir = opendir(v->scratch);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL) {
        pid_t pid = atoi(entry->d_name);
        if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH &&
            snprintf(path, sizeof(path), "%s/%d", v->scratch, (int)pid) < (int)sizeof(path))
            sweep(path, true);
    }
    if (dir)
        closedir(dir);
}

bool virus_life_died(struct virus_life *v, pid_t pid, int status)
{
    tidy_up(v);
    if (pid == v->next) { /* the gateway sees it and refuses */
        v->next = 0;
        return true;
    }
    if (pid != v->current || pid == 0)
        return false;
    v->current = 0;
    if (v->phase == VIRUS_DONE) {
        died(v);
        log_error("the virus loader died (%s %d); a new one starts", WIFSIGNALED(status) ? "signal" : "exit",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
    return true;
}

uint64_t virus_life_due(const struct virus_life *v)
{
    return v->phase == VIRUS_WAITING ? v->backoff.retry_at : 0;
}

void virus_life_tick(struct virus_life *v, int control, unsigned *serial)
{
    if (v->phase == VIRUS_WAITING && v->backoff.retry_at <= clock_ms())
        replace(v, control, serial);
}
