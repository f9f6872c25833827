/* own-engine.c - a loader and its workers for one run of a program; see own-engine.h */
#include "config.h"
#include "cli/own-engine.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "engine/resolver.h"

#define END_MS 3000
#define NAME_SERVERS_MAX 16

static int find_account(struct loader_account *account, const struct config *c, struct err *e)
{
    const char *wanted = *c->service.worker_user ? c->service.worker_user : c->service.user;
    account->drop = sandbox_is_root();
    if (!account->drop || sandbox_account(wanted, &account->uid, &account->gid, e) == 0)
        return 0;
    log_debug("%s; the workers run as nobody", e->text);
    return sandbox_account("nobody", &account->uid, &account->gid, e);
}

/* Without one the network is asked nothing, and messages are marked. */
static void start_resolver(struct own_engine *s, const struct config *c, const struct loader_account *account,
                           struct resolver_hub *hub)
{
    struct err e;
    if (resolver_hub_open(hub, &e) == 0 &&
        (s->dns_by_rules || resolver_start(&c->dns, account, hub->resolver, &s->resolver, &e) == 0)) {
        if (s->dns_by_rules) {
            s->hub = hub->resolver;
            hub->resolver = -1;
        }
        return;
    }
    log_warning("%s", e.text);
    s->resolver = 0;
}

/* What is there, as a list of a configuration; in the text itself. */
static struct conf_list list_of(char *lines, const char *v[], size_t max)
{
    struct conf_list list = { v, 0 };
    char *rest;
    for (char *line = strtok_r(lines, "\n", &rest); line && list.n < max; line = strtok_r(NULL, "\n", &rest))
        v[list.n++] = line;
    return list;
}

void own_engine_ask(struct own_engine *s, const struct config *c)
{
    struct loader_account account = { 0 };
    struct dns_options dns = c->dns;
    struct engine_status status;
    const char *v[NAME_SERVERS_MAX];
    struct err e;
    if (s->hub <= 0)
        return;
    engine_get_status(s->engine, &status);
    struct conf_list servers = list_of(status.rules.name_servers, v, NAME_SERVERS_MAX);
    if (servers.n)
        dns.dns_forwarders = servers;
    if (find_account(&account, c, &e) != 0 || resolver_start(&dns, &account, s->hub, &s->resolver, &e) != 0) {
        log_warning("%s", e.text);
        s->resolver = 0;
    }
    fd_close(&s->hub);
}

void own_engine_start(struct own_engine *s, enum engine_kind kind, const struct config *c, struct err *e)
{
    struct loader_config lc = {
        .kind = kind,
        .message = c->message,
        .scoring = c->scoring,
        .auth = c->auth,
        .engine = c->engine,
        .virus = c->virus,
    };
    lc.dns = c->dns;
    lc.dns.dns = c->dns.dns && !s->bare;
    lc.bare = s->bare;
    lc.dns_by_rules = s->dns_by_rules;
    lc.bayes = s->bayes;
    struct loader_account account = { 0 };
    struct resolver_hub hub = { -1, -1 };
    int channel;
    if (kind == ENGINE_VIRUS)
        engine_options_virus(&lc.engine, &c->engine, &c->virus);
    if (find_account(&account, c, e) != 0)
        return;
    if (kind == ENGINE_RULES && c->dns.dns && !s->bare)
        start_resolver(s, c, &account, &hub);
    lc.resolver = hub.clients > 0 ? hub.clients : 0;
    if (loader_start(&lc, &account, &s->loader, &channel, e) == 0)
        s->engine = engine_new(kind, &lc.engine, channel, e);
    resolver_hub_close(&hub); /* it ends with the loader */
}

/* It ends when its channel is closed; should it not, it is made to. */
void own_engine_await(pid_t *pid)
{
    for (uint64_t until = clock_ms() + END_MS; *pid > 0 && clock_ms() < until; usleep(500))
        if (waitpid(*pid, NULL, WNOHANG) != 0)
            *pid = 0;
    if (*pid > 0) {
        kill(*pid, SIGKILL);
        waitpid(*pid, NULL, 0);
        *pid = 0;
    }
}

void own_engine_stop(struct own_engine *s)
{
    engine_free(&s->engine);
    if (s->hub > 0)
        fd_close(&s->hub);
    own_engine_await(&s->loader);
    own_engine_await(&s->resolver);
}

int own_engine_resolver(const struct config *c, pid_t *resolver, struct err *e)
{
    struct loader_account account = { 0 };
    struct resolver_hub hub = { -1, -1 };
    if (find_account(&account, c, e) != 0 || resolver_hub_open(&hub, e) != 0)
        return -1;
    int clients = -1;
    if (resolver_start(&c->dns, &account, hub.resolver, resolver, e) == 0) {
        clients = hub.clients;
        hub.clients = -1;
    }
    resolver_hub_close(&hub);
    return clients;
}
