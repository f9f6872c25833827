/* status.c - `tamis status`: how the service is doing
 * The service writes one JSON object to whoever connects to status.sock in runtime_directory. What is in it
 * is printed, known or not: a newer service has more to say. Exit 75 when nobody listens. */
#include "config.h"
#include "cli/settings.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"

#define ANSWER_MAX (1024 * 1024)
#define WAIT_MS 5000
#define DEPTH_MAX 8

struct status_values {
    struct cli_common common;
    bool json;
};

static int connect_to(const char *path)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    memcpy(to.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
        return fd;
    const char *hint =
        errno == ENOENT || errno == ECONNREFUSED ? "; is tamisd running, with this runtime_directory?" : "";
    cli_complain("status: %s: %s%s", path, strerror(errno), hint);
    fd_close(&fd);
    return -1;
}

/* All that comes until the other side closes. */
static int read_all(int fd, struct buf *b)
{
    uint64_t until = clock_ms() + WAIT_MS;
    for (;;) {
        uint64_t now = clock_ms();
        struct pollfd p = { .fd = fd, .events = POLLIN };
        char *to = buf_reserve(b, 4096);
        if (to == NULL || now >= until || poll(&p, 1, (int)(until - now)) == 0) {
            cli_complain("status: the service does not answer as it should");
            return -1;
        }
        ssize_t n = read(fd, to, 4096);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            cli_complain("status: %s", strerror(errno));
        if (n <= 0)
            return (int)n;
        b->n += (size_t)n;
        b->p[b->n] = 0;
    }
}

static void put_text(struct buf *out, const char *text)
{
    log_escape(out, slice_str(text));
}

static void put_scalar(struct buf *out, const char *key, const json_t *j)
{
    if (json_is_string(j))
        put_text(out, json_string_value(j));
    else if (json_is_integer(j) && strcmp(key, "uptime") == 0) {
        json_int_t s = json_integer_value(j);
        buf_printf(out, "%lldd %02lld:%02lld:%02lld", (long long)(s / 86400), (long long)(s / 3600 % 24),
                   (long long)(s / 60 % 60), (long long)(s % 60));
    } else if (json_is_integer(j))
        buf_printf(out, "%lld", (long long)json_integer_value(j));
    else if (json_is_real(j))
        buf_printf(out, "%.3f", json_real_value(j));
    else
        buf_add_str(out, json_is_true(j) ? "yes" : json_is_false(j) ? "no" : "-");
}

static void put_array(struct buf *out, const char *key, json_t *j)
{
    size_t i;
    json_t *element;
    json_array_foreach(j, i, element)
    {
        buf_add_str(out, i ? " " : "");
        put_scalar(out, key, element);
    }
}

/* Scalars as "name  value", an object as a heading and its members one step further in. */
static void put_object(struct buf *out, json_t *object, unsigned depth)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        buf_printf(out, "%*s", (int)(2 * depth), "");
        size_t start = out->n;
        put_text(out, key);
        if (json_is_object(value)) {
            buf_add_char(out, '\n');
            if (depth < DEPTH_MAX)
                put_object(out, value, depth + 1);
            continue;
        }
        size_t width = 18 - 2 * (depth < 4 ? depth : 4), used = out->n - start;
        buf_printf(out, "%*s", used < width ? (int)(width - used) : 1, "");
        if (json_is_array(value))
            put_array(out, key, value);
        else
            put_scalar(out, key, value);
        buf_add_char(out, '\n');
    }
}

static int show(const struct buf *answer, struct arena *a, bool raw)
{
    json_error_t e;
    struct buf out;
    json_t *root = json_loadb(answer->p, answer->n, JSON_REJECT_DUPLICATES, &e);
    if (!json_is_object(root)) {
        cli_complain("status: what the service says cannot be read: %s", root ? "not an object" : e.text);
        json_decref(root);
        return CLI_TRY_AGAIN;
    }
    buf_init_in(&out, a, 8 * ANSWER_MAX);
    if (raw) {
        buf_add_slice(&out, slice_trim(buf_slice(answer)));
        buf_add_char(&out, '\n');
    } else
        put_object(&out, root, 0);
    json_decref(root);
    return cli_write(&out) < 0 ? CLI_TRY_AGAIN : CLI_DONE;
}

static int run(void *values)
{
    const struct status_values *v = values;
    struct config *c = ARENA_NEW(v->common.arena, struct config);
    struct buf answer;
    if (settings_load(&v->common, c) < 0)
        return CLI_USAGE;
    const char *path =
        arena_printf(v->common.arena, "%s/" CONFIG_STATUS_SOCKET, c->service.runtime_directory).p;
    if (strlen(path) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
        cli_complain("status: %s is too long for a socket; set a shorter runtime_directory", path);
        return CLI_USAGE;
    }
    int fd = connect_to(path);
    if (fd < 0)
        return CLI_TRY_AGAIN;
    buf_init_in(&answer, v->common.arena, ANSWER_MAX);
    int r = read_all(fd, &answer);
    fd_close(&fd);
    return r < 0 ? CLI_TRY_AGAIN : show(&answer, v->common.arena, v->json);
}

static const struct cli_option options[] = {
    { "json", 0, CLI_FLAG, offsetof(struct status_values, json), NULL,
      "One JSON object, as the service gives it." },
};

const struct cli_command cli_status = {
    .name = "status",
    .args = "[--json]",
    .summary = "show how the service is doing",
    .about =
        "Asks the running service for its processes, rules, workers and counts of messages. Exits 75 when it "
        "does not answer.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct status_values),
    .examples = "tamis status\tfor people\n"
                "tamis status --json | jq .messages\tfor programs",
    .run = run,
};
