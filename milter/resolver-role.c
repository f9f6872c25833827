/* resolver-role.c - the resolver as a process of tamisd; see resolver-role.h */
#include "config.h"
#include "milter/resolver-role.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include "base/log.h"
#include "base/os.h"

#define OPTIONS_MAX (256 * 1024)

int resolver_role_init(struct resolver_role *r, struct err *e)
{
    *r = (struct resolver_role){ .hub = { -1, -1 } };
    buf_init(&r->options, OPTIONS_MAX);
    return resolver_hub_open(&r->hub, e);
}

static void write_options(const struct config *c, struct buf *out)
{
    const struct conf_section section = {
        .rows = dns_option_rows, .n = dns_option_rows_n, .at = offsetof(struct config, dns), .roles = 1
    };
    const struct conf_schema schema = { &section, 1, sizeof(*c) };
    conf_write(&schema, c, 1, out);
}

static void start(struct resolver_role *r, const struct config *c, const struct loader_account *account)
{
    struct err e = { 0 };
    backoff_started(&r->backoff, clock_ms());
    buf_reset(&r->options);
    write_options(c, &r->options);
    if (resolver_start(&c->dns, account, r->hub.resolver, &r->pid, &e) == 0)
        return;
    log_error("resolver: %s", e.text);
    r->pid = 0;
    backoff_died(&r->backoff, clock_ms(), c->service.restart_delay_max);
}

static bool is_outdated(const struct resolver_role *r, const struct config *c)
{
    struct buf now;
    buf_init(&now, OPTIONS_MAX);
    write_options(c, &now);
    bool differs = !slice_eq(buf_slice(&now), buf_slice(&r->options));
    buf_deinit(&now);
    return differs;
}

void resolver_role_follow(struct resolver_role *r, const struct config *c,
                          const struct loader_account *account)
{
    if (r->pid && is_outdated(r, c)) {
        kill(r->pid, SIGKILL); /* its clients get another one */
        r->options.n = 0;
        r->backoff.delay_ms = 0;
    } else if (r->pid == 0 && c->dns.dns && r->backoff.retry_at <= clock_ms())
        start(r, c, account);
}

bool resolver_role_died(struct resolver_role *r, pid_t pid, int status, unsigned delay_max)
{
    if (pid != r->pid || pid == 0)
        return false;
    bool asked = r->options.n == 0;
    r->pid = 0;
    backoff_died(&r->backoff, clock_ms(), delay_max);
    if (!asked)
        log_error("the resolver died (%s %d); a new one starts", WIFSIGNALED(status) ? "signal" : "exit",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return true;
}

uint64_t resolver_role_due(const struct resolver_role *r)
{
    return r->pid ? 0 : r->backoff.retry_at;
}

void resolver_role_stop(struct resolver_role *r)
{
    if (r->pid > 0)
        kill(r->pid, SIGKILL); /* it holds nothing that could be lost */
    resolver_hub_close(&r->hub);
    buf_deinit(&r->options);
}
