/* upstream.c - names looked up by libunbound; see upstream.h
 * libunbound reads its settings at the first question: upstream_settle asks for "localhost", which it answers
 * itself. Its thread starts with the first question that does not wait, in the sandbox. */
#include "engine/upstream.h"

#include <stdio.h>
#include <stdlib.h>
#include <unbound.h>
#include "base/dns-frame.h"
#include "base/dns-name.h"
#include "base/log.h"

#define CLASS_IN 1
#define RCODE_NOERROR 0
#define RCODE_NXDOMAIN 3
#define BODY_MAX (DNS_ANSWER_MAX + 8 * 1024)
#define ZONE_FILE_MAX (64 * 1024 * 1024)

struct upstream {
    struct ub_ctx *ctx;
    upstream_done *done;
    struct buf body;
};

/* of a question on its way */
struct errand {
    struct upstream *u;
    void *ctx;
    int id;
};

/* Published by IANA (root-anchors.xml): key tags 20326 and 38696. */
static const char *const root_keys[] = {
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};

static int failed(struct err *e, enum err_kind kind, const char *what, int rc)
{
    return err_set(e, kind, "resolver: %s: %s", what, ub_strerror(rc));
}

/* ---- settings */

static int set_options(struct upstream *u, struct err *e)
{
    static const char *const options[][2] = {
        { "do-not-query-localhost:", "no" }, /* a forwarder may well be there */
        { "outgoing-range:", "2000" },
        { "num-queries-per-thread:", "4000" },
        { "msg-cache-size:", "4m" }, /* answers are kept before they come here, too */
        { "rrset-cache-size:", "8m" },
        { "infra-host-ttl:", "60" },
        { "infra-keep-probing:", "yes" }, /* a forwarder that was away is soon asked again */
        { "use-syslog:", "no" },
    };
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        int rc = ub_ctx_set_option(u->ctx, options[i][0], options[i][1]);
        if (rc != 0)
            return failed(e, ERR_SYSTEM, options[i][0], rc);
    }
    if (log_get_level() != LOG_LEVEL_DEBUG)
        ub_ctx_debugout(u->ctx, NULL);
    return 0;
}

/* A file of hints would be read once more in the sandbox, by libunbound's thread. */
static int set_root(struct upstream *u, const struct conf_list *list, struct err *e)
{
    for (size_t i = 0; i < list->n; i++)
        if (ub_ctx_set_stub(u->ctx, ".", list->v[i], 1) != 0)
            return err_set(e, ERR_CONFIG, "dns_root_servers: %.60s is no address", list->v[i]);
    return 0;
}

static int set_forwarders(struct upstream *u, const struct conf_list *list, struct err *e)
{
    int rc = 0;
    if (list->n == 0) {
        rc = ub_ctx_resolvconf(u->ctx, NULL);
        if (rc != 0)
            log_warning("/etc/resolv.conf cannot be read: name servers are asked from the root on");
        return 0;
    }
    if (list->n == 1 && strcmp(list->v[0], "none") == 0)
        return 0;
    for (size_t i = 0; i < list->n && rc == 0; i++)
        if ((rc = ub_ctx_set_fwd(u->ctx, list->v[i])) != 0)
            return err_set(e, ERR_CONFIG, "dns_forwarders: %.60s is no address or address@port", list->v[i]);
    return 0;
}

static int set_anchor(struct upstream *u, const struct dns_options *o, struct err *e)
{
    int rc = 0;
    if (!o->dnssec)
        return 0;
    if (*o->dnssec_trust_anchor)
        rc = ub_ctx_add_ta_file(u->ctx, o->dnssec_trust_anchor);
    else
        for (size_t i = 0; i < sizeof(root_keys) / sizeof(root_keys[0]) && rc == 0; i++)
            rc = ub_ctx_add_ta(u->ctx, root_keys[i]);
    return rc == 0 ? 0 : failed(e, ERR_CONFIG, "trust anchor", rc);
}

/* One line: a record, or "zone NAME TYPE". */
static int add_line(struct upstream *u, char *line)
{
    char *name, *type, *rest;
    if (strncmp(line, "zone ", 5) != 0)
        return ub_ctx_data_add(u->ctx, line);
    name = strtok_r(line + 5, " \t", &rest);
    type = strtok_r(NULL, " \t", &rest);
    return name && type ? ub_ctx_zone_add(u->ctx, name, type) : -1;
}

static int read_zone(struct upstream *u, const char *path, struct err *e)
{
    FILE *f = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    unsigned number = 0;
    int rc = 0;
    if (f == NULL)
        return err_sys(e, "dns_zones: %s", path);
    while (rc == 0 && (n = getline(&line, &room, f)) >= 0) {
        number++;
        struct slice text = slice_trim(slice_of(line, (size_t)n));
        if (text.n == 0 || text.p[0] == '#' || text.p[0] == ';')
            continue;
        line[text.p - line + (ptrdiff_t)text.n] = 0;
        if (add_line(u, line + (text.p - line)) != 0)
            rc = err_set(e, ERR_CONFIG, "%.120s:%u: neither a record nor a zone", path, number);
    }
    free(line);
    fclose(f);
    return rc;
}

struct upstream *upstream_open(const struct dns_options *o, struct err *e)
{
    struct upstream *u = calloc(1, sizeof(*u));
    if (u)
        u->ctx = ub_ctx_create();
    if (u == NULL || u->ctx == NULL)
        fatal("resolver: out of memory");
    buf_init(&u->body, BODY_MAX);
    ub_ctx_async(u->ctx, 1);
    int rc = set_options(u, e);
    if (rc == 0)
        rc = set_forwarders(u, &o->dns_forwarders, e);
    if (rc == 0)
        rc = set_root(u, &o->dns_root_servers, e);
    if (rc == 0)
        rc = set_anchor(u, o, e);
    for (size_t i = 0; i < o->dns_zones.n && rc == 0; i++)
        rc = read_zone(u, o->dns_zones.v[i], e);
    if (rc != 0)
        upstream_free(&u);
    return u;
}

void upstream_free(struct upstream **u)
{
    if (*u == NULL)
        return;
    ub_ctx_delete((*u)->ctx);
    buf_deinit(&(*u)->body);
    free(*u);
    *u = NULL;
}

int upstream_settle(struct upstream *u, struct err *e)
{
    struct ub_result *result = NULL;
    int rc = ub_resolve(u->ctx, "localhost.", DNS_A, CLASS_IN, &result);
    ub_resolve_free(result);
    return rc == 0 ? 0 : failed(e, ERR_SYSTEM, "start", rc);
}

int upstream_fd(struct upstream *u)
{
    return ub_fd(u->ctx);
}

void upstream_process(struct upstream *u)
{
    ub_process(u->ctx);
}

void upstream_on_answer(struct upstream *u, upstream_done *done)
{
    u->done = done;
}

/* ---- answers */

static size_t records(const struct ub_result *r, bool *cut)
{
    size_t n = 0, bytes = 0;
    while (n < DNS_RECORDS_MAX && r->data[n] && r->len[n] >= 0) {
        bytes += (size_t)r->len[n] + 4;
        if (bytes > DNS_ANSWER_MAX)
            break;
        n++;
    }
    *cut = r->data[n] != NULL;
    return n;
}

static enum dns_status status_of(const struct ub_result *r)
{
    if (r->bogus)
        return DNS_FAILED;
    if (r->rcode == RCODE_NXDOMAIN)
        return DNS_NO_NAME;
    if (r->rcode != RCODE_NOERROR)
        return DNS_FAILED;
    return r->havedata && r->data[0] ? DNS_FOUND : DNS_NO_DATA;
}

static struct slice reason_of(const struct ub_result *r, char out[40])
{
    if (r->bogus)
        return slice_str(r->why_bogus ? r->why_bogus : "bad signature");
    snprintf(out, 40, "rcode %d", r->rcode);
    return slice_str(out);
}

static void put_result(struct buf *body, const struct ub_result *r, struct dns_answer *a)
{
    struct dns_name asked, canonical;
    char reason[40];
    a->status = status_of(r);
    a->secure = r->secure;
    a->ttl = r->ttl > 0 ? (uint32_t)r->ttl : 0;
    if (a->status == DNS_FAILED)
        a->reason = reason_of(r, reason);
    if (a->status == DNS_FOUND)
        a->n = records(r, &a->cut);
    if (a->n == 0 && a->status == DNS_FOUND) {
        a->status = DNS_FAILED;
        a->reason = SLICE("too long");
    }
    if (r->canonname && dns_name_from_text(&canonical, slice_str(r->canonname)) &&
        !(dns_name_from_text(&asked, slice_str(r->qname)) &&
          slice_eq(dns_name_slice(&asked), dns_name_slice(&canonical))))
        a->canonical = dns_name_slice(&canonical);
    dns_body_put(body, a);
    for (size_t i = 0; i < a->n; i++)
        wire_put_slice(body, slice_of(r->data[i], (size_t)r->len[i]));
}

static void on_result(void *arg, int rc, struct ub_result *r)
{
    struct errand *errand = arg;
    struct upstream *u = errand->u;
    void *ctx = errand->ctx;
    struct dns_answer a = { .status = DNS_FAILED };
    free(errand);
    buf_reset(&u->body);
    if (rc == 0 && r)
        put_result(&u->body, r, &a);
    else {
        a.reason = slice_str(ub_strerror(rc));
        dns_body_put(&u->body, &a);
    }
    ub_resolve_free(r);
    u->done(ctx, a.status, a.ttl, buf_slice(&u->body));
}

struct errand *upstream_ask(struct upstream *u, const char *name, enum dns_type type, void *ctx)
{
    struct errand *errand = malloc(sizeof(*errand));
    if (errand == NULL)
        return NULL;
    *errand = (struct errand){ .u = u, .ctx = ctx };
    if (ub_resolve_async(u->ctx, name, (int)type, CLASS_IN, errand, on_result, &errand->id) == 0)
        return errand;
    free(errand);
    return NULL;
}

void upstream_cancel(struct errand *errand)
{
    ub_cancel(errand->u->ctx, errand->id);
    free(errand);
}
