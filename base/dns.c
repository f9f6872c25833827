/* dns.c - questions to the DNS; see dns.h
 * An entry for each name and type that was asked. What could not be asked has none: such answers are the same
 * for everybody, and a message that asks for 100,000 names pays for none of them. */
#include "base/dns.h"

#include <arpa/inet.h>
#include "base/dns-name.h"
#include "base/os.h"

#define BUCKETS 256

struct dns_entry {
    struct dns_answer answer;
    uint32_t id;
    bool answered;
    struct dns_entry *next; /* in its bucket */
    struct dns_entry *older;
};

static const struct dns_answer no_name = { .status = DNS_NO_NAME };
static const struct dns_answer over_limit = { .status = DNS_LIMIT };

void dns_init(struct dns *d, struct arena *a, const struct dns_source *source,
              const struct dns_limits *limits)
{
    *d = (struct dns){ .a = a, .source = source, .limits = *limits };
    d->began = clock_ms();
    d->table = arena_array(a, BUCKETS, sizeof(*d->table));
}

/* ---- questions */

static struct dns_entry **bucket(struct dns *d, struct slice name, enum dns_type type)
{
    uint32_t h = 2166136261u ^ (uint32_t)type;
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned char)name.p[i]) * 16777619u;
    return &d->table[(h ^ h >> 16) % BUCKETS];
}

static struct dns_entry *find(struct dns *d, struct slice name, enum dns_type type)
{
    for (struct dns_entry *e = *bucket(d, name, type); e; e = e->next)
        if (e->answer.type == type && slice_eq(e->answer.name, name))
            return e;
    return NULL;
}

static struct dns_entry *add(struct dns *d, struct slice name, enum dns_type type)
{
    struct dns_entry *e = ARENA_NEW(d->a, struct dns_entry);
    struct dns_entry **at = bucket(d, name, type);
    e->answer = (struct dns_answer){ .status = DNS_LATE, .name = arena_dup(d->a, name), .type = type };
    e->id = d->source->new_id(d->source->ctx);
    e->next = *at;
    *at = e;
    e->older = d->newest;
    d->newest = e;
    d->n++;
    d->asked++;
    if (!d->gone && !d->source->ask(d->source->ctx, e->id, e->answer.name, type))
        d->gone = true;
    return e;
}

/* NULL: *instead is the answer. */
static struct dns_entry *entry(struct dns *d, struct slice text, enum dns_type type,
                               const struct dns_answer **instead)
{
    struct dns_name name;
    *instead = &no_name;
    if (!dns_name_from_text(&name, text))
        return NULL;
    struct dns_entry *e = find(d, dns_name_slice(&name), type);
    if (e)
        return e;
    *instead = &over_limit;
    if (d->source == NULL)
        return NULL;
    if (d->n >= d->limits.questions) {
        d->refused++;
        return NULL;
    }
    return add(d, dns_name_slice(&name), type);
}

void dns_ask(struct dns *d, struct slice name, enum dns_type type)
{
    const struct dns_answer *instead;
    entry(d, name, type, &instead);
}

void dns_send(struct dns *d)
{
    if (d->source && !d->gone)
        d->source->flush(d->source->ctx);
}

/* ---- answers */

static bool is_name(struct slice data)
{
    struct dns_name name;
    return data.n == 0 || (dns_name_from_text(&name, data) && slice_eq(dns_name_slice(&name), data));
}

static bool record_good(enum dns_type type, const struct dns_record *r)
{
    switch (type) {
    case DNS_A: return r->data.n == 4;
    case DNS_AAAA: return r->data.n == 16;
    case DNS_TXT: return r->data.n < DNS_ANSWER_MAX;
    default: return is_name(r->data);
    }
}

/* Leaves those that are what they say, and not too many. */
static void sift(struct dns_answer *answer)
{
    struct dns_record **at = &answer->records;
    answer->n = 0;
    while (*at && answer->n < DNS_RECORDS_MAX) {
        if (record_good(answer->type, *at)) {
            at = &(*at)->next;
            answer->n++;
        } else {
            *at = (*at)->next;
            answer->cut = true;
        }
    }
    answer->cut = answer->cut || *at;
    *at = NULL;
}

static void settle(struct dns *d, struct dns_entry *e, struct dns_answer answer)
{
    answer.name = e->answer.name;
    answer.type = e->answer.type;
    if (answer.status != DNS_FOUND)
        answer.records = NULL;
    sift(&answer);
    if (answer.status == DNS_FOUND && answer.n == 0) {
        answer.status = DNS_FAILED;
        answer.reason = SLICE("records that are none of their type");
    }
    if (!is_name(answer.canonical))
        answer.canonical = slice_of(NULL, 0);
    e->answer = answer;
    e->answered = true;
    d->n_answered += answer.status != DNS_LATE;
    d->late += answer.status == DNS_LATE;
    d->failed += answer.status == DNS_FAILED;
}

static struct dns_entry *asked_as(struct dns *d, uint32_t id)
{
    for (struct dns_entry *e = d->newest; e; e = e->older)
        if (e->id == id)
            return e->answered ? NULL : e;
    return NULL;
}

/* One answer, if one comes: whether to go on. */
static bool take(struct dns *d, unsigned timeout_ms)
{
    struct dns_answer answer = { .status = DNS_FAILED };
    uint32_t id = 0;
    int rc = d->source->take(d->source->ctx, timeout_ms, d->a, &id, &answer);
    if (rc < 0)
        d->gone = true;
    if (rc <= 0)
        return false;
    struct dns_entry *e = asked_as(d, id);
    if (e)
        settle(d, e, answer);
    return true;
}

uint64_t dns_ends(const struct dns *d)
{
    uint64_t most = d->limits.deadline_ms, least = most * DNS_LEAST_PERCENT / 100;
    uint64_t n = d->n ? d->n : 1, done = d->n_answered;
    return d->began + most - (most - least) * done * done / (n * n);
}

static void wait_for(struct dns *d, struct dns_entry *e)
{
    uint64_t began = clock_ms(), now = began;
    for (uint64_t end; !e->answered && !d->gone && now < (end = dns_ends(d));) {
        uint64_t left = end - now, patience = began + DNS_PATIENCE_MS;
        if (d->on_wait && now < patience && patience - now < left)
            left = patience - now;
        take(d, (unsigned)left);
        now = clock_ms();
        if (d->on_wait && !e->answered && !d->gone && now >= patience) {
            d->on_wait(d->on_wait_ctx);
            d->on_wait = NULL;
        }
    }
    d->waited_ms += (unsigned)(now - began);
}

static void take_all_here(struct dns *d)
{
    while (!d->gone && take(d, 0))
        ;
}

static void conclude(struct dns *d, struct dns_entry *e)
{
    if (d->gone)
        settle(d, e, (struct dns_answer){ .status = DNS_FAILED, .reason = SLICE("the resolver is gone") });
    else
        settle(d, e, (struct dns_answer){ .status = DNS_LATE });
}

const struct dns_answer *dns_get(struct dns *d, struct slice name, enum dns_type type)
{
    const struct dns_answer *instead;
    struct dns_entry *e = entry(d, name, type, &instead);
    if (e == NULL)
        return instead;
    if (!e->answered) {
        dns_send(d);
        take_all_here(d);
    }
    if (!e->answered)
        wait_for(d, e);
    if (!e->answered)
        conclude(d, e);
    return &e->answer;
}

const struct dns_answer *dns_peek(struct dns *d, struct slice name, enum dns_type type)
{
    const struct dns_answer *instead;
    struct dns_entry *e = entry(d, name, type, &instead);
    if (e == NULL)
        return instead;
    if (!e->answered) {
        dns_send(d);
        take_all_here(d);
    }
    if (!e->answered && (d->gone || clock_ms() >= dns_ends(d)))
        conclude(d, e);
    return e->answered ? &e->answer : NULL;
}

/* ---- names of things */

static const struct {
    enum dns_type type;
    const char *name;
} types[] = {
    { DNS_A, "A" },     { DNS_NS, "NS" }, { DNS_CNAME, "CNAME" }, { DNS_SOA, "SOA" },
    { DNS_PTR, "PTR" }, { DNS_MX, "MX" }, { DNS_TXT, "TXT" },     { DNS_AAAA, "AAAA" },
};
#define TYPES (sizeof(types) / sizeof(types[0]))

const char *dns_type_name(enum dns_type type)
{
    for (size_t i = 0; i < TYPES; i++)
        if (types[i].type == type)
            return types[i].name;
    return "?";
}

enum dns_type dns_type_by_name(struct slice name)
{
    for (size_t i = 0; i < TYPES; i++)
        if (slice_ieq(slice_str(types[i].name), name))
            return types[i].type;
    return (enum dns_type)0;
}

const char *dns_status_name(enum dns_status status)
{
    static const char *const names[] = {
        [DNS_FOUND] = "found",   [DNS_NO_DATA] = "no data", [DNS_NO_NAME] = "no name",
        [DNS_FAILED] = "failed", [DNS_LATE] = "late",       [DNS_LIMIT] = "over the limit",
    };
    return names[status];
}

static struct slice reversed6(struct arena *a, const unsigned char *bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *p = arena_alloc(a, 64);
    for (size_t i = 0; i < 32; i++) {
        unsigned byte = bytes[15 - i / 2];
        p[2 * i] = digits[i % 2 ? byte >> 4 : byte & 15];
        p[2 * i + 1] = '.';
    }
    return slice_of(p, 63);
}

struct slice dns_reversed(struct arena *a, struct slice address)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    unsigned char b[16];
    char text[INET6_ADDRSTRLEN];
    if (address.n == 0 || address.n >= sizeof(text) || slice_chr(address, 0) >= 0)
        return slice_of(NULL, 0);
    memcpy(text, address.p, address.n);
    text[address.n] = 0;
    if (inet_pton(AF_INET, text, b + 12) != 1) {
        if (inet_pton(AF_INET6, text, b) != 1)
            return slice_of(NULL, 0);
        if (memcmp(b, mapped, sizeof(mapped)) != 0)
            return reversed6(a, b);
    }
    return arena_printf(a, "%u.%u.%u.%u", b[15], b[14], b[13], b[12]);
}
