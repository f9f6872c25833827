/* quarantine.c - `tamis quarantine`: what is held, and what becomes of it
 * All of it is asked of the keeper, by its socket in runtime_directory; so it needs to be root or the
 * service's account. What mail says (addresses, subjects) is escaped before it reaches a terminal. Exit 75
 * where there is no keeper, 1 where there is no such entry. */
#include "config.h"
#include "cli/settings.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"
#include "cli/quarantine-release.h"
#include "keeper/client.h"
#include "keeper/sidecar.h"

#define AT(field) offsetof(struct quarantine_values, field)
#define LIST_MAX ((size_t)1 << 30)
#define LISTED 100
#define SUBJECT_WIDTH 40
#define ADDRESS_WIDTH 28

struct quarantine_values {
    struct cli_common common;
    bool json, raw, all, every, again;
    struct cli_list to;
    const char *attach_to;
};

struct call {
    const struct quarantine_values *v;
    const struct config *c;
    char socket[200];
    const char *const *words; /* behind the sub-command */
    size_t n_words;
    unsigned timeout;
};

static int failed(const struct err *e)
{
    cli_complain("quarantine: %s", e->text);
    return e->kind == ERR_INPUT ? CLI_NO : e->kind == ERR_CONFIG ? CLI_USAGE : CLI_TRY_AGAIN;
}

/* ---- list and search */

/* Escaped, and cut with dots to so many bytes. */
static void put_cell(struct buf *out, const char *text, size_t width)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    log_escape(&b, slice_str(text ? text : ""));
    if (b.n > width) {
        while (width > 3 && (b.p[width - 3] & 0xc0) == 0x80) /* not inside a character */
            width--;
        buf_printf(out, "%.*s...", (int)width - 3, b.p);
    } else
        buf_printf(out, "%-*s", (int)width, b.n ? b.p : "");
    buf_deinit(&b);
}

static const char *text_of(const json_t *row, const char *key)
{
    const char *s = json_string_value(json_object_get(row, key));
    return s ? s : "";
}

static const char *first_recipient(const json_t *row)
{
    const char *s =
        json_string_value(json_object_get(json_array_get(json_object_get(row, "to"), 0), "address"));
    return s ? s : "";
}

static void put_row(struct buf *out, const json_t *row)
{
    char when[32] = "";
    time_t t = (time_t)json_integer_value(json_object_get(row, "time"));
    struct tm tm;
    if (json_is_true(json_object_get(row, "damaged"))) {
        buf_printf(out, "%-26s  damaged: its files are not as they were, see the log\n", text_of(row, "id"));
        return;
    }
    if (localtime_r(&t, &tm))
        strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
    buf_printf(out, "%-26s  %-16s  %-21s %6.1f  ", text_of(row, "id"), when, text_of(row, "class"),
               json_number_value(json_object_get(row, "score")));
    put_cell(out, text_of(row, "from"), ADDRESS_WIDTH);
    buf_add_str(out, "  ");
    put_cell(out, first_recipient(row), ADDRESS_WIDTH);
    json_int_t n = json_integer_value(json_object_get(row, "recipients"));
    buf_printf(out, " %-4s ", n > 1 ? "+" : "");
    put_cell(out, text_of(row, "subject"), SUBJECT_WIDTH);
    while (out->n && out->p[out->n - 1] == ' ')
        out->n--;
    buf_add_char(out, '\n');
}

static void put_table(struct buf *out, struct slice lines)
{
    struct slice line;
    size_t n = 0;
    while (slice_line(&lines, &line)) {
        json_t *row = json_loadb(line.p, line.n, JSON_DISABLE_EOF_CHECK, NULL);
        if (row && n++ == 0)
            buf_printf(out, "%-26s  %-16s  %-21s %6s  %-*s  %-*s       %s\n", "ID", "held", "class", "score",
                       ADDRESS_WIDTH, "from", ADDRESS_WIDTH, "to", "subject");
        if (row)
            put_row(out, row);
        json_decref(row);
    }
    if (n == 0)
        buf_add_str(out, "nothing is held\n");
}

static int list_words(const struct call *q, struct slice words)
{
    struct buf lines, out;
    struct err e;
    buf_init(&lines, LIST_MAX);
    buf_init(&out, LIST_MAX);
    uint32_t most = q->v->every || q->v->json ? UINT32_MAX : LISTED;
    int rc = keeper_list(q->socket, words, most, q->timeout, &lines, &e);
    int code = rc == 0 ? CLI_DONE : failed(&e);
    if (rc == 0 && !q->v->json)
        put_table(&out, buf_slice(&lines));
    if (rc == 0 && cli_write(q->v->json ? &lines : &out) < 0)
        code = CLI_TRY_AGAIN;
    buf_deinit(&lines);
    buf_deinit(&out);
    return code;
}

static int list(const struct call *q)
{
    struct buf words;
    buf_init(&words, KEEPER_WORDS_MAX);
    for (size_t i = 0; i < q->n_words; i++)
        buf_printf(&words, "%s%s", i ? " " : "", q->words[i]);
    int code = list_words(q, buf_slice(&words));
    buf_deinit(&words);
    return code;
}

/* ---- show */

static void put_line(struct buf *out, const char *name, struct slice value)
{
    buf_printf(out, "%-12s ", name);
    log_escape(out, value);
    buf_add_char(out, '\n');
}

static void put_entry(struct buf *out, const struct keeper_entry *entry)
{
    char when[32] = "";
    time_t t = (time_t)entry->held_at;
    struct tm tm;
    if (localtime_r(&t, &tm))
        strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
    put_line(out, "id", slice_str(entry->id));
    put_line(out, "held", slice_str(when));
    put_line(out, "class", slice_str(verdict_classes[entry->class].name));
    buf_printf(out, "%-12s %.1f of %.1f\n%-12s %llu bytes\n", "score", entry->score, entry->required, "size",
               (unsigned long long)entry->size);
    put_line(out, "log id", entry->message_id);
    put_line(out, "client", entry->envelope.client_address);
    put_line(out, "helo", entry->envelope.helo);
    put_line(out, "from", entry->envelope.sender);
    put_line(out, "subject", entry->subject);
    for (size_t i = 0; i < entry->n_recipients; i++) {
        buf_printf(out, "%-12s ", i ? "" : "to");
        log_escape(out, entry->recipients[i].address);
        buf_printf(out, ": %s\n", keeper_state_names[entry->recipients[i].state]);
    }
}

static void put_findings(struct buf *out, const struct keeper_entry *entry)
{
    for (const struct finding *f = entry->findings.first; f; f = f->next) {
        if (f->kind == FINDING_SUBRULE)
            continue;
        if (f->kind == FINDING_RULE)
            buf_printf(out, "%12.1f %.*s", f->score, SLICE_ARG(f->name));
        else
            buf_printf(out, "%12s %.*s", f->kind == FINDING_NOTE ? "note" : verdict_classes[f->class].name,
                       SLICE_ARG(f->name));
        if (f->detail.n) {
            buf_add_str(out, ": ");
            log_escape(out, f->detail);
        }
        buf_add_char(out, '\n');
    }
}

static int copy_message(int fd)
{
    char bytes[65536];
    ssize_t n;
    while ((n = read(fd, bytes, sizeof(bytes))) > 0)
        if (fwrite(bytes, 1, (size_t)n, stdout) != (size_t)n)
            return CLI_TRY_AGAIN;
    return n < 0 || fflush(stdout) ? CLI_TRY_AGAIN : CLI_DONE;
}

static int print_entry(const struct call *q, struct slice sidecar)
{
    struct keeper_entry *entry = ARENA_NEW(q->v->common.arena, struct keeper_entry);
    struct buf out;
    struct err e;
    if (sidecar_read(sidecar, "sidecar", q->v->common.arena, entry, &e) != 0)
        return failed(&e);
    buf_init(&out, LIST_MAX);
    put_entry(&out, entry);
    put_findings(&out, entry);
    int code = cli_write(&out) < 0 ? CLI_TRY_AGAIN : CLI_DONE;
    buf_deinit(&out);
    return code;
}

static int show(const struct call *q)
{
    int code = CLI_DONE;
    for (size_t i = 0; i < q->n_words && code == CLI_DONE; i++) {
        struct buf sidecar;
        struct err e;
        int message;
        buf_init(&sidecar, SIDECAR_MAX + 1);
        if (keeper_show(q->socket, q->words[i], q->timeout, &sidecar, &message, &e) != 0)
            code = failed(&e);
        else if (q->v->raw)
            code = copy_message(message);
        else if (q->v->json)
            code = cli_write(&sidecar) < 0 ? CLI_TRY_AGAIN : CLI_DONE;
        else
            code = print_entry(q, buf_slice(&sidecar));
        fd_close(&message);
        buf_deinit(&sidecar);
    }
    return code;
}

/* ---- delete, expire, release */

static int delete (const struct call *q)
{
    int code = CLI_DONE;
    for (size_t i = 0; i < q->n_words; i++) {
        struct err e;
        if (keeper_delete(q->socket, q->words[i], q->timeout, &e) != 0)
            code = failed(&e);
    }
    return code;
}

static int expire(const struct call *q)
{
    unsigned gone = 0;
    struct err e;
    if (keeper_expire(q->socket, q->timeout, &gone, &e) != 0)
        return failed(&e);
    printf("%u entries expired\n", gone);
    return CLI_DONE;
}

static int release(const struct call *q)
{
    const struct quarantine_release r = { .socket = q->socket,
                                          .timeout = q->c->quarantine.release_timeout,
                                          .ids = q->words,
                                          .n_ids = q->n_words,
                                          .to = q->v->to,
                                          .all = q->v->all,
                                          .again = q->v->again,
                                          .json = q->v->json,
                                          .attach_to = q->v->attach_to };
    return quarantine_release(q->v->common.arena, &r);
}

/* ---- the command */

static const struct sub {
    const char *name;
    bool ids; /* wants at least one */
    bool words;
    int (*run)(const struct call *q);
} subs[] = {
    { "list", false, true, list },      { "search", false, true, list },  { "show", true, true, show },
    { "release", true, true, release }, { "delete", true, true, delete }, { "expire", false, false, expire },
};

static const struct sub *find_sub(const char *name)
{
    for (size_t i = 0; i < sizeof(subs) / sizeof(subs[0]); i++)
        if (strcmp(subs[i].name, name) == 0)
            return &subs[i];
    return NULL;
}

static int run(void *values)
{
    const struct quarantine_values *v = values;
    struct config *c = ARENA_NEW(v->common.arena, struct config);
    const char *name = v->common.operands[0].text;
    const struct sub *sub = find_sub(name);
    const char **words = arena_array(v->common.arena, v->common.n_operands + 1, sizeof(*words));
    struct call q = { .v = v, .c = c, .words = words, .n_words = v->common.n_operands - 1 };
    if (sub == NULL) {
        cli_complain("quarantine: there is no %s: write list, search, show, release, delete or expire", name);
        return CLI_USAGE;
    }
    if ((sub->ids && q.n_words == 0) || (!sub->words && q.n_words)) {
        cli_complain(sub->ids ? "quarantine %s: which one? write its ID, see tamis quarantine list"
                              : "quarantine %s takes nothing",
                     name);
        return CLI_USAGE;
    }
    for (size_t i = 0; i < q.n_words; i++)
        words[i] = v->common.operands[i + 1].text;
    if (settings_load(&v->common, c) < 0)
        return CLI_USAGE;
    q.timeout = c->quarantine.keeper_timeout;
    snprintf(q.socket, sizeof(q.socket), "%.180s/" KEEPER_SOCKET, c->service.runtime_directory);
    return sub->run(&q);
}

static const struct cli_option options[] = {
    { "json", 0, CLI_FLAG, AT(json), NULL,
      "JSON: list and release print one object a line, show the sidecar." },
    { "every", 0, CLI_FLAG, AT(every), NULL, "list: all entries, not the newest 100." },
    { "raw", 0, CLI_FLAG, AT(raw), NULL, "show: the message itself." },
    { "to", 0, CLI_LIST, AT(to), "ADDRESS", "release: to this recipient. May be repeated." },
    { "all", 0, CLI_FLAG, AT(all), NULL, "release: to every recipient who has not got it." },
    { "again", 0, CLI_FLAG, AT(again), NULL, "release: also to who got it, or may have got it, before." },
    { "attach-to", 0, CLI_TEXT, AT(attach_to), "ADDRESS",
      "release: to this address instead, as an attachment of a new message." },
};

const struct cli_command cli_quarantine = {
    .name = "quarantine",
    .args = "list|search|show|release|delete|expire [OPTION]... [ID|WORD]...",
    .summary = "held mail: look, let out, delete",
    .about = "list shows what is held, newest first; with words, what has them all in its addresses, "
             "subject, class, "
             "client or ids (search is the same). show prints what is known of an entry, or with --raw the "
             "message. "
             "release sends it to release_relay, for its only recipient or those named; today's virus "
             "database looks "
             "at it again. delete removes entries; expire removes what is older than quarantine_max_age or "
             "too much "
             "for quarantine_max_size, now.\n\nNeeds root or the service's account. Exits 1 when there is no "
             "such entry "
             "or something was refused, 75 when keeper or relay are not there.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct quarantine_values),
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .examples =
        "tamis quarantine list\tthe newest 100\n"
        "tamis quarantine search bob@example.com invoice\tin any field\n"
        "tamis quarantine show 01k86gtd20i55pqufumiik3nnb\twhy it is held\n"
        "tamis quarantine release 01k86gtd20i55pqufumiik3nnb --to bob@example.com\tlet it out to him\n"
        "tamis quarantine release 01k86gtd20i55pqufumiik3nnb --attach-to admin@example.com\tas an attachment",
    .run = run,
};
