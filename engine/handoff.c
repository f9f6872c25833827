/* handoff.c - what the starter of a loader tells it; see handoff.h */
#include "engine/handoff.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"

#define TEXT_MAX (1024 * 1024)
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

/* what is no row of another table */
struct extra {
    int kind;
    bool drop, bare, dns_by_rules;
    unsigned uid, gid;
    int log_level;
    const char *log_areas;
};

struct handoff {
    struct loader_config config;
    struct extra extra;
};

/* in the order of enum log_level */
static const char *const log_levels[] = { "error", "warning", "info", "debug", NULL };

/* in the order of enum engine_kind, and HANDOFF_RESOLVER */
static const char *const kind_names[] = { "rules", "virus", "resolver", NULL };

static const struct conf_option extra_rows[] = {
    { .name = "loader_kind",
      .type = CONF_ENUM,
      .at = offsetof(struct extra, kind),
      .def = "rules",
      .names = kind_names },
    { .name = "loader_log_level",
      .type = CONF_ENUM,
      .at = offsetof(struct extra, log_level),
      .def = "info",
      .names = log_levels },
    { .name = "loader_log_areas", .type = CONF_STRING, .at = offsetof(struct extra, log_areas), .def = "" },
    { .name = "loader_bare", .type = CONF_BOOL, .at = offsetof(struct extra, bare), .def = "no" },
    { .name = "loader_dns_by_rules",
      .type = CONF_BOOL,
      .at = offsetof(struct extra, dns_by_rules),
      .def = "no" },
    { .name = "loader_drop", .type = CONF_BOOL, .at = offsetof(struct extra, drop), .def = "no" },
    { .name = "loader_uid",
      .type = CONF_UINT,
      .at = offsetof(struct extra, uid),
      .def = "0",
      .max = UINT_MAX },
    { .name = "loader_gid",
      .type = CONF_UINT,
      .at = offsetof(struct extra, gid),
      .def = "0",
      .max = UINT_MAX },
};

#define SECTIONS 7
#define ROLE(kind) (1U << (kind))
#define BOTH (ROLE(ENGINE_RULES) | ROLE(ENGINE_VIRUS))
#define ALL (BOTH | ROLE(HANDOFF_RESOLVER))

static void fill_sections(struct conf_section s[SECTIONS])
{
    s[0] = (struct conf_section){ .title = "message",
                                  .rows = message_option_rows,
                                  .n = message_option_rows_n,
                                  .at = offsetof(struct handoff, config.message),
                                  .roles = BOTH };
    s[1] = (struct conf_section){ .title = "scoring",
                                  .rows = scoring_option_rows,
                                  .n = scoring_option_rows_n,
                                  .at = offsetof(struct handoff, config.scoring),
                                  .roles = ROLE(ENGINE_RULES) };
    s[2] = (struct conf_section){ .title = "engine",
                                  .rows = engine_option_rows,
                                  .n = engine_option_rows_n,
                                  .at = offsetof(struct handoff, config.engine),
                                  .roles = BOTH };
    s[3] = (struct conf_section){ .title = "loader",
                                  .rows = extra_rows,
                                  .n = sizeof(extra_rows) / sizeof(extra_rows[0]),
                                  .at = offsetof(struct handoff, extra),
                                  .roles = ALL };
    s[4] = (struct conf_section){ .title = "virus",
                                  .rows = virus_option_rows,
                                  .n = virus_option_rows_n,
                                  .at = offsetof(struct handoff, config.virus),
                                  .roles = ROLE(ENGINE_VIRUS) };
    s[5] = (struct conf_section){ .title = "auth",
                                  .rows = auth_option_rows,
                                  .n = auth_option_rows_n,
                                  .at = offsetof(struct handoff, config.auth),
                                  .roles = ROLE(ENGINE_RULES) };
    s[6] = (struct conf_section){ .title = "dns",
                                  .rows = dns_option_rows,
                                  .n = dns_option_rows_n,
                                  .at = offsetof(struct handoff, config.dns),
                                  .roles = ROLE(ENGINE_RULES) | ROLE(HANDOFF_RESOLVER) };
}

static int sealed_text(struct slice text, struct err *e)
{
    int fd = memfd_create("tamis-loader", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return err_sys(e, "memory file");
    if (fd_write_all(fd, text.p, text.n) != 0) {
        err_sys(e, "configuration of a loader");
        fd_close(&fd);
        return -1;
    }
    if (fcntl(fd, F_ADD_SEALS, SEALS) != 0) {
        err_sys(e, "seal of a memory file");
        fd_close(&fd);
        return -1;
    }
    return fd;
}

int handoff_write(const struct loader_config *c, const struct loader_account *account, struct err *e)
{
    struct conf_section sections[SECTIONS];
    struct conf_schema schema = { sections, SECTIONS, sizeof(struct handoff) };
    struct handoff h = { .config = *c,
                         .extra = { .kind = c->kind,
                                    .drop = account->drop,
                                    .bare = c->bare,
                                    .dns_by_rules = c->dns_by_rules,
                                    .uid = account->uid,
                                    .gid = account->gid,
                                    .log_level = (int)log_get_level(),
                                    .log_areas = log_get_areas() } };
    struct buf text;
    buf_init(&text, TEXT_MAX);
    fill_sections(sections);
    conf_write(&schema, &h, ROLE(c->kind), &text);
    int fd = text.full ? err_set(e, ERR_CONFIG, "the options of a loader take more than %d bytes", TEXT_MAX)
                       : sealed_text(buf_slice(&text), e);
    buf_deinit(&text);
    return fd;
}

static int read_text(int fd, struct arena *a, struct slice *out, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_sys(e, "configuration on descriptor %d", fd);
    if (st.st_size > TEXT_MAX)
        return err_set(e, ERR_INPUT, "configuration on descriptor %d is too long", fd);
    char *p = arena_alloc(a, (size_t)st.st_size + 1);
    for (off_t at = 0; at < st.st_size;) {
        ssize_t n = pread(fd, p + at, (size_t)(st.st_size - at), at);
        if (n <= 0)
            return err_sys(e, "configuration on descriptor %d", fd);
        at += n;
    }
    *out = slice_of(p, (size_t)st.st_size);
    return 0;
}

int handoff_read(int fd, struct arena *a, struct loader_config *c, struct loader_account *account,
                 struct err *e)
{
    struct conf_section sections[SECTIONS];
    struct conf_schema schema = { sections, SECTIONS, sizeof(struct handoff) };
    struct conf_source source = { .path = NULL };
    struct handoff h;
    fill_sections(sections);
    if (read_text(fd, a, &source.text, e) != 0 || conf_load(&schema, &source, a, &h, e) != 0)
        return -1;
    *c = h.config;
    c->kind = h.extra.kind;
    c->bare = h.extra.bare;
    c->dns_by_rules = h.extra.dns_by_rules;
    log_set_level((enum log_level)h.extra.log_level);
    log_set_areas(h.extra.log_areas);
    *account = (struct loader_account){ h.extra.drop, h.extra.uid, h.extra.gid };
    return 0;
}
