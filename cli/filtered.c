/* filtered.c - whether this service filtered a message for somebody; see filtered.h */
#include "config.h"
#include "cli/filtered.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "policy/seal.h"

int filtered_open(struct filtered *f, const struct config *c, struct slice recipient, struct err *e)
{
    char path[PATH_MAX];
    *f = (struct filtered){ .c = c, .recipient = recipient };
    config_verdict_key(c, path);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_sys(e, "%s (by it lessons of users are known to be of mail that was filtered for them)",
                       path);
    int failed = keyfile_read(fd, path, CONFIG_VERDICT_KEY_FORBIDDEN, f->key, e);
    close(fd);
    return failed;
}

static bool is_good(const struct filtered *f, struct slice message, struct slice recipient)
{
    struct seal_opened opened;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const struct seal_check check = {
        .key = f->key, .recipient = recipient, .now = (int64_t)now.tv_sec * 1000, .max_age = UINT_MAX
    };
    return seal_open(message, &check, &opened) == SEAL_GOOD || seal_is_filtered(f->key, message, recipient);
}

bool filtered_for(const struct filtered *f, struct slice message)
{
    const struct conf_list *domains = &f->c->deliver.domains;
    if (is_good(f, message, f->recipient))
        return true;
    if (slice_chr(f->recipient, '@') >= 0)
        return false;
    for (size_t i = 0; i < domains->n; i++) {
        char address[600];
        int n = snprintf(address, sizeof(address), "%.*s@%s", SLICE_ARG(f->recipient), domains->v[i]);
        if (n > 0 && n < (int)sizeof(address) && is_good(f, message, slice_str(address)))
            return true;
    }
    return false;
}
