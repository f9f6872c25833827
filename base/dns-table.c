/* dns-table.c - a dns_source from memory; see dns-table.h
 * A node for each name, and for those above it, so that an empty one between is known to be there. */
#include "base/dns-table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include "base/dns-name.h"
#include "base/os.h"

#define BUCKETS 1024
#define CHAIN_MAX 12 /* as unbound has it */
#define TTL 300
#define DELAY_MAX 60000

struct row {
    enum dns_type type; /* 0: all */
    enum dns_status status;
    struct dns_record record;
    bool secure, lies;
    unsigned delay;
    struct row *next;
};

struct node {
    struct slice name;
    struct row *rows, **tail;
    struct node *next;
};

struct pending {
    uint32_t id;
    struct slice name;
    enum dns_type type;
    uint64_t due; /* UINT64_MAX: never */
    unsigned lie; /* answers that were lies */
    struct pending *next;
};

struct dns_table {
    struct arena *a;
    struct dns_source source;
    struct node *nodes[BUCKETS];
    struct pending *pending;
    enum dns_status otherwise;
    uint32_t last_id;
    unsigned asked;
    bool dead;
};

/* ---- what is there */

static struct node **bucket(struct dns_table *t, struct slice name)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned char)name.p[i]) * 16777619u;
    return &t->nodes[(h ^ h >> 16) % BUCKETS];
}

static struct node *find(struct dns_table *t, struct slice name)
{
    for (struct node *n = *bucket(t, name); n; n = n->next)
        if (slice_eq(n->name, name))
            return n;
    return NULL;
}

/* "b.c" of "a.b.c"; empty: there is nothing above */
static struct slice above(struct slice name)
{
    ptrdiff_t dot = slice_chr(name, '.');
    return dot < 0 ? slice_of(NULL, 0) : slice_from(name, (size_t)dot + 1);
}

static struct node *make(struct dns_table *t, struct slice name)
{
    struct node *made = find(t, name), *n;
    for (; name.n && find(t, name) == NULL; name = above(name)) {
        struct node **at = bucket(t, name);
        n = ARENA_NEW(t->a, struct node);
        n->name = arena_dup(t->a, name);
        n->tail = &n->rows;
        n->next = *at;
        *at = n;
        made = made ? made : n;
    }
    return made;
}

static struct row *add_row(struct dns_table *t, struct slice text, enum dns_type type)
{
    struct dns_name name;
    if (!dns_name_from_text(&name, text))
        return NULL;
    struct node *n = make(t, dns_name_slice(&name));
    struct row *r = ARENA_NEW(t->a, struct row);
    r->type = type;
    *n->tail = r;
    n->tail = &r->next;
    return r;
}

void dns_table_put(struct dns_table *t, struct slice name, enum dns_type type, enum dns_status status,
                   struct slice data, unsigned preference)
{
    struct row *r = add_row(t, name, type);
    if (r == NULL)
        return; /* nobody can ask for it */
    r->status = status;
    r->record.data = arena_dup(t->a, data);
    r->record.preference = preference;
}

/* ---- lines */

static struct slice word(struct slice *rest)
{
    struct slice s = slice_trim(*rest);
    size_t n = 0;
    while (n < s.n && !ascii_space(s.p[n]))
        n++;
    *rest = slice_trim(slice_from(s, n));
    return slice_sub(s, 0, n);
}

static bool read_word(struct row *r, struct slice text)
{
    static const struct {
        const char *word;
        enum dns_status status;
    } words[] = { { "NXDOMAIN", DNS_NO_NAME }, { "SERVFAIL", DNS_FAILED }, { "TIMEOUT", DNS_LATE } };
    struct slice rest = text, w = word(&rest);
    uint64_t ms;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_eq(text, slice_str(words[i].word))) {
            r->status = words[i].status;
            return true;
        }
    r->secure = slice_eq(text, SLICE("SECURE"));
    r->lies = slice_eq(text, SLICE("LIES"));
    if (slice_eq(w, SLICE("DELAY")) && slice_uint(rest, DELAY_MAX, &ms))
        r->delay = (unsigned)ms + 1;
    return r->secure || r->lies || r->delay;
}

static char string_byte(struct slice *s)
{
    uint64_t value;
    char c = s->p[0];
    size_t n = 1;
    if (c == '\\' && slice_uint(slice_sub(*s, 1, 3), 255, &value) && s->n > 3) {
        c = (char)value;
        n = 4;
    } else if (c == '\\' && s->n > 1) {
        c = s->p[1];
        n = 2;
    }
    *s = slice_from(*s, n);
    return c;
}

/* Its strings, joined. */
static bool read_txt(struct arena *a, struct slice text, struct slice *out)
{
    char *p = arena_alloc(a, text.n + 1);
    size_t n = 0;
    if (text.n == 0 || text.p[0] != '"') {
        *out = arena_dup(a, text);
        return true;
    }
    while (text.n) {
        if (text.p[0] != '"')
            return false;
        text = slice_from(text, 1);
        while (text.n && text.p[0] != '"')
            p[n++] = string_byte(&text);
        if (text.n == 0)
            return false;
        text = slice_trim(slice_from(text, 1));
    }
    *out = slice_of(p, n);
    return true;
}

static bool read_address(struct arena *a, int family, struct slice text, struct slice *out)
{
    unsigned char b[16];
    if (inet_pton(family, arena_str(a, text), b) != 1)
        return false;
    *out = arena_dup(a, slice_of((char *)b, family == AF_INET ? 4 : 16));
    return true;
}

static bool read_name(struct arena *a, struct slice text, struct slice *out)
{
    struct dns_name name;
    name.n = 0;
    if (!slice_eq(text, SLICE(".")) && !dns_name_from_text(&name, text))
        return false;
    *out = arena_dup(a, dns_name_slice(&name));
    return true;
}

static bool read_data(struct arena *a, enum dns_type type, struct slice text, struct dns_record *r)
{
    uint64_t preference;
    switch (type) {
    case DNS_A: return read_address(a, AF_INET, text, &r->data);
    case DNS_AAAA: return read_address(a, AF_INET6, text, &r->data);
    case DNS_TXT: return read_txt(a, text, &r->data);
    case DNS_MX:
        if (!slice_uint(word(&text), 65535, &preference))
            return false;
        r->preference = (unsigned)preference;
        return read_name(a, text, &r->data);
    default: return read_name(a, word(&text), &r->data);
    }
}

static bool add_line(struct dns_table *t, struct slice line)
{
    struct slice name = word(&line), type_name = word(&line);
    bool all = slice_eq(type_name, SLICE("*"));
    enum dns_type type = dns_type_by_name(type_name);
    struct row *r = type || all ? add_row(t, name, type) : NULL;
    return r && (read_word(r, line) || (!all && read_data(t->a, type, line, &r->record)));
}

int dns_table_add(struct dns_table *t, struct slice lines, struct err *e)
{
    struct slice line;
    while (slice_line(&lines, &line)) {
        line = slice_trim(line);
        if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
            continue;
        if (!add_line(t, line))
            return err_set(e, ERR_INPUT, "no record: %.*s", SLICE_ARG(slice_sub(line, 0, 150)));
    }
    return 0;
}

/* ---- questions */

static struct row *row_with(const struct node *n, enum dns_type type, bool (*is)(const struct row *))
{
    for (struct row *r = n ? n->rows : NULL; r; r = r->next)
        if ((r->type == type || r->type == 0) && is(r))
            return r;
    return NULL;
}

static bool is_data(const struct row *r)
{
    return !r->secure && !r->lies && !r->delay;
}
static bool is_delay(const struct row *r)
{
    return r->delay > 0;
}
static bool is_secure(const struct row *r)
{
    return r->secure;
}
static bool is_lie(const struct row *r)
{
    return r->lies;
}
static bool is_never(const struct row *r)
{
    return r->status == DNS_LATE;
}

/* The name itself, or the wildcard that covers it (RFC 4592: of the closest encloser alone). */
static const struct node *node_for(struct dns_table *t, struct slice name)
{
    const struct node *n = find(t, name);
    struct dns_name wild = { .n = 2, .text = "*." };
    struct slice up = above(name);
    while (n == NULL && up.n && find(t, up) == NULL)
        up = above(up);
    if (n || up.n == 0 || up.n > sizeof(wild.text) - 2)
        return n;
    memcpy(wild.text + 2, up.p, up.n);
    wild.n += up.n;
    return find(t, dns_name_slice(&wild));
}

static struct pending **last(struct dns_table *t)
{
    struct pending **at = &t->pending;
    while (*at)
        at = &(*at)->next;
    return at;
}

static bool ask(void *ctx, uint32_t id, struct slice name, enum dns_type type)
{
    struct dns_table *t = ctx;
    const struct node *n = node_for(t, name);
    const struct row *delay = row_with(n, type, is_delay);
    if (t->dead)
        return false;
    struct pending *p = ARENA_NEW(t->a, struct pending);
    *p = (struct pending){ .id = id, .name = arena_dup(t->a, name), .type = type };
    p->due = row_with(n, type, is_never) ? UINT64_MAX : delay ? clock_ms() + delay->delay - 1 : 0;
    p->lie = row_with(n, type, is_lie) ? 3 : 0;
    *last(t) = p;
    t->asked++;
    return true;
}

static void flush(void *ctx) {}

static uint32_t new_id(void *ctx)
{
    return ++((struct dns_table *)ctx)->last_id;
}

/* ---- answers */

static void copy_records(struct arena *a, const struct node *n, enum dns_type type, struct dns_answer *out)
{
    struct dns_record **tail = &out->records;
    for (const struct row *r = n->rows; r; r = r->next) {
        if (r->type != type || !is_data(r) || r->status != DNS_FOUND)
            continue;
        *tail = ARENA_NEW(a, struct dns_record);
        **tail = r->record;
        (*tail)->data = arena_dup(a, r->record.data);
        tail = &(*tail)->next;
        out->n++;
    }
    out->status = out->n ? DNS_FOUND : DNS_NO_DATA;
    out->secure = row_with(n, type, is_secure) != NULL;
}

/* The node that answers, at the end of CNAMEs; NULL: *out says all. */
static const struct node *follow(struct dns_table *t, struct arena *a, const struct pending *p,
                                 struct dns_answer *out)
{
    struct slice name = p->name;
    for (int i = 0; i < CHAIN_MAX; i++) {
        const struct node *n = node_for(t, name);
        const struct row *own = row_with(n, p->type, is_data);
        const struct row *cname = row_with(n, DNS_CNAME, is_data);
        if (n == NULL || own || cname == NULL) {
            out->status = n == NULL ? t->otherwise : own ? own->status : DNS_NO_DATA;
            return n && out->status == DNS_FOUND ? n : NULL;
        }
        name = cname->record.data;
        out->canonical = arena_dup(a, name);
    }
    out->status = DNS_FAILED;
    out->reason = SLICE("too many CNAMEs");
    return NULL;
}

static void lie(struct arena *a, struct dns_answer *out)
{
    static char many[16];
    struct dns_record **tail = &out->records;
    for (unsigned i = 0; i < 2 * DNS_RECORDS_MAX; i++) {
        *tail = ARENA_NEW(a, struct dns_record);
        (*tail)->data = slice_of(many, i % sizeof(many));
        tail = &(*tail)->next;
    }
    out->status = DNS_FOUND;
    out->canonical = SLICE("..");
}

static void answer_of(struct dns_table *t, struct arena *a, const struct pending *p, struct dns_answer *out)
{
    *out = (struct dns_answer){ .ttl = TTL, .name = p->name, .type = p->type };
    const struct node *n = follow(t, a, p, out);
    if (n)
        copy_records(a, n, p->type, out);
    if (p->lie)
        lie(a, out);
}

static struct pending **soonest(struct dns_table *t)
{
    struct pending **best = NULL;
    for (struct pending **at = &t->pending; *at; at = &(*at)->next)
        if (best == NULL || (*at)->due < (*best)->due)
            best = at;
    return best;
}

/* Until *at is due or the time is over. */
static bool wait_until(uint64_t due, unsigned timeout_ms)
{
    uint64_t now = clock_ms(), end = now + timeout_ms, until = due < end ? due : end;
    while (now < until) {
        poll(NULL, 0, (int)(until - now));
        now = clock_ms();
    }
    return due <= now;
}

static int take(void *ctx, unsigned timeout_ms, struct arena *a, uint32_t *id, struct dns_answer *answer)
{
    struct dns_table *t = ctx;
    struct pending **at = soonest(t);
    if (t->dead)
        return -1;
    if (!wait_until(at ? (*at)->due : UINT64_MAX, timeout_ms))
        return 0;
    struct pending *p = *at;
    answer_of(t, a, p, answer);
    *id = p->lie == 3 ? p->id + 1000000 : p->id;
    if (p->lie)
        p->lie--;
    if (p->lie == 0)
        *at = p->next;
    return 1;
}

/* ---- a table */

struct dns_table *dns_table_new(struct arena *a)
{
    struct dns_table *t = ARENA_NEW(a, struct dns_table);
    t->a = a;
    t->otherwise = DNS_NO_NAME;
    t->source = (struct dns_source){ .ctx = t, .ask = ask, .flush = flush, .take = take, .new_id = new_id };
    return t;
}

void dns_table_default(struct dns_table *t, enum dns_status status)
{
    t->otherwise = status;
}

void dns_table_die(struct dns_table *t)
{
    t->dead = true;
}

unsigned dns_table_asked(const struct dns_table *t)
{
    return t->asked;
}

const struct dns_source *dns_table_source(struct dns_table *t)
{
    return &t->source;
}
