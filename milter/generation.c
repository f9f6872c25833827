/* generation.c - one loaded configuration with its loader; see generation.h */
#include "config.h"
#include "milter/generation.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/os.h"
#include "base/log.h"

#define CONF_BYTES_MAX (16 * 1024 * 1024)
#define ROLE_TEXT_MAX (2 * 1024 * 1024)

static void report(void *ctx, const char *file, unsigned line, const char *text)
{
    (void)ctx;
    if (line)
        log_error("%s:%u: %s", file, line, text);
    else
        log_error("%s: %s", file, text);
}

/* A memfd that nobody can change any more. */
static int sealed(struct slice text, struct err *e)
{
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    int fd = memfd_create("tamis-conf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return err_sys(e, "memfd");
    if (write(fd, text.p, text.n) != (ssize_t)text.n || fcntl(fd, F_ADD_SEALS, seals) != 0) {
        err_sys(e, "memfd");
        fd_close(&fd);
    }
    return fd;
}

static int write_role(struct generation *g, struct err *e)
{
    struct buf text;
    buf_init(&text, ROLE_TEXT_MAX);
    conf_write(&config_schema, &g->config, ROLE_GATEWAY, &text);
    if (text.full)
        err_set(e, ERR_CONFIG, "the configuration is longer than %d bytes", ROLE_TEXT_MAX);
    else
        g->gateway_conf = sealed(buf_slice(&text), e);
    buf_deinit(&text);
    return g->gateway_conf < 0 ? -1 : 0;
}

struct generation *generation_load(const char *path, const char *const *set, size_t n_set, struct err *e)
{
    struct generation *g = calloc(1, sizeof(*g));
    const struct conf_source source = { .path = path, .set = set, .n_set = n_set, .report = report };
    if (g == NULL) {
        err_set(e, ERR_RETRY, "no memory for a configuration");
        return NULL;
    }
    g->gateway_conf = -1;
    arena_init(&g->arena, CONF_BYTES_MAX);
    if (conf_load(&config_schema, &source, &g->arena, &g->config, e) != 0 || write_role(g, e) != 0)
        generation_free(&g);
    return g;
}

void generation_free(struct generation **g)
{
    if (*g == NULL)
        return;
    fd_close(&(*g)->gateway_conf);
    arena_deinit(&(*g)->arena);
    free(*g);
    *g = NULL;
}

int generation_start_loader(struct generation *g, const struct loader_account *account, int bayes,
                            int resolver, int *channel, struct err *e)
{
    const struct loader_config c = {
        .message = g->config.message,
        .scoring = g->config.scoring,
        .auth = g->config.auth,
        .engine = g->config.engine,
        .dns = g->config.dns,
        .bayes = bayes,
        .resolver = resolver,
    };
    g->loader = 0;
    return loader_start(&c, account, &g->loader, channel, e);
}
