/* learned.c - what the classifier has learned, for a program that only looks; see learned.h */
#include "config.h"
#include "cli/learned.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>
#include "base/log.h"
#include "keeper/bayes-live.h"
#include "keeper/client.h"

#define LOOK_MS 2000

int learned_of_keeper(const struct config *c, struct err *e)
{
    char folder[PATH_MAX], socket[PATH_MAX];
    config_bayes_directory(c, folder);
    snprintf(socket, sizeof(socket), "%.3000s/" KEEPER_SOCKET, c->service.runtime_directory);
    return keeper_block(socket, folder, LOOK_MS, e);
}

int learned_open(const struct config *c)
{
    char folder[PATH_MAX];
    struct err e;
    config_bayes_directory(c, folder);
    if (access(folder, R_OK | X_OK) != 0)
        return -1;
    int fd = learned_of_keeper(c, &e);
    if (fd < 0 && (fd = bayes_live_load(folder, &e)) < 0)
        log_warning("%s: messages are scored without the classifier", e.text);
    return fd;
}
