/* own-engine.c - a loader and its workers for one run of a program; see own-engine.h */
#include "config.h"
#include "cli/own-engine.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "engine/loader.h"

#define END_MS 3000

static int find_account(struct loader_account *account, const struct config *c, struct err *e)
{
    const char *wanted = *c->service.worker_user ? c->service.worker_user : c->service.user;
    account->drop = sandbox_is_root();
    if (!account->drop || sandbox_account(wanted, &account->uid, &account->gid, e) == 0)
        return 0;
    log_debug("%s; the workers run as nobody", e->text);
    return sandbox_account("nobody", &account->uid, &account->gid, e);
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
    lc.bare = s->bare;
    lc.bayes = s->bayes;
    struct loader_account account = { 0 };
    int channel;
    if (kind == ENGINE_VIRUS)
        engine_options_virus(&lc.engine, &c->engine, &c->virus);
    if (find_account(&account, c, e) == 0 && loader_start(&lc, &account, &s->loader, &channel, e) == 0)
        s->engine = engine_new(kind, &lc.engine, channel, e);
}

/* The loader ends when its channel is closed; should it not, it is made to. */
void own_engine_stop(struct own_engine *s)
{
    engine_free(&s->engine);
    for (uint64_t until = clock_ms() + END_MS; s->loader > 0 && clock_ms() < until; usleep(500))
        if (waitpid(s->loader, NULL, WNOHANG) != 0)
            return;
    if (s->loader > 0) {
        kill(s->loader, SIGKILL);
        waitpid(s->loader, NULL, 0);
    }
}
