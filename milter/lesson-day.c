/* lesson-day.c - how many lessons a day has had; see lesson-day.h */
#include "config.h"
#include "milter/lesson-day.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/random.h>
#include "base/err.h"
#include "base/wire.h"
#include "message/keyed-hash.h"

#define MAGIC UINT64_C(0x74616d6973646179) /* "tamisday" */
#define SLOTS (2 * LESSON_DAY_NAMES)

void lesson_day_init(struct lesson_day *d)
{
    *d = (struct lesson_day){ .names = calloc(SLOTS, sizeof(*d->names)) };
    if (d->names == NULL)
        fatal("no memory for lessons");
    if (getrandom(&d->key, sizeof(d->key), 0) != sizeof(d->key))
        d->key = keyed_hash_key();
    d->key %= KEYED_HASH_PRIME;
}

void lesson_day_deinit(struct lesson_day *d)
{
    free(d->names);
    d->names = NULL;
}

/* ---- names */

static uint64_t hash_of(const struct lesson_day *d, char kind, struct slice text)
{
    uint64_t h = keyed_hash_add(0, d->key, kind);
    for (size_t i = 0; i < text.n; i++)
        h = keyed_hash_add(h, d->key, ascii_lower(text.p[i]));
    return h ? h : 1;
}

/* A /24, or a /48 of IPv6; what is no address stands for itself. */
static uint64_t hash_of_network(const struct lesson_day *d, struct slice address)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    char text[INET6_ADDRSTRLEN + 1];
    unsigned char b[16];
    if (address.n >= sizeof(text))
        return hash_of(d, 'n', address);
    memcpy(text, address.p, address.n);
    text[address.n] = 0;
    if (inet_pton(AF_INET, text, b) == 1)
        return hash_of(d, '4', slice_of((const char *)b, 3));
    if (inet_pton(AF_INET6, text, b) != 1)
        return hash_of(d, 'n', address);
    bool v4 = memcmp(b, mapped, sizeof(mapped)) == 0;
    return v4 ? hash_of(d, '4', slice_of((const char *)b + 12, 3))
              : hash_of(d, '6', slice_of((const char *)b, 6));
}

/* NULL: the table is full */
static struct lesson_name *name_of(struct lesson_day *d, uint64_t hash)
{
    size_t at = hash % SLOTS;
    while (d->names[at].hash && d->names[at].hash != hash)
        at = (at + 1) % SLOTS;
    if (d->names[at].hash == 0) {
        if (d->n_names == LESSON_DAY_NAMES)
            return NULL;
        d->n_names++;
        d->names[at].hash = hash;
    }
    return &d->names[at];
}

static void begin_day(struct lesson_day *d, uint32_t day)
{
    d->day = day;
    d->n_names = 0;
    memset(d->lessons, 0, sizeof(d->lessons));
    memset(d->names, 0, SLOTS * sizeof(*d->names));
}

bool lesson_day_take(struct lesson_day *d, const struct lesson_bounds *b, bool spam, struct slice domain,
                     struct slice client, unsigned day)
{
    if (d->day != day)
        begin_day(d, day);
    struct lesson_name *of_domain = domain.n ? name_of(d, hash_of(d, 'd', domain)) : NULL;
    struct lesson_name *of_client = client.n ? name_of(d, hash_of_network(d, client)) : NULL;
    if (d->lessons[spam] >= b->day || (of_domain && of_domain->lessons >= b->domain) ||
        (of_client && of_client->lessons >= b->network) || (domain.n && of_domain == NULL) ||
        (client.n && of_client == NULL))
        return false;
    d->lessons[spam]++;
    if (of_domain)
        of_domain->lessons++;
    if (of_client)
        of_client->lessons++;
    return true;
}

/* ---- as text */

static uint64_t checksum(struct slice text)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text.n; i++)
        h = (h ^ (unsigned char)text.p[i]) * 0x100000001b3u;
    return h;
}

void lesson_day_write(const struct lesson_day *d, struct buf *out)
{
    wire_put_u64(out, MAGIC);
    wire_put_u64(out, d->key);
    wire_put_u32(out, d->day);
    wire_put_u32(out, d->lessons[0]);
    wire_put_u32(out, d->lessons[1]);
    wire_put_u32(out, d->n_names);
    for (size_t i = 0; i < SLOTS; i++)
        if (d->names[i].hash) {
            wire_put_u64(out, d->names[i].hash);
            wire_put_u32(out, d->names[i].lessons);
        }
    wire_put_u64(out, checksum(buf_slice(out)));
}

static bool is_whole(struct slice text)
{
    uint64_t sum;
    if (text.n < sizeof(sum) || text.n > LESSON_DAY_BYTES)
        return false;
    memcpy(&sum, text.p + text.n - sizeof(sum), sizeof(sum));
    return sum == checksum(slice_sub(text, 0, text.n - sizeof(sum)));
}

bool lesson_day_read(struct lesson_day *d, struct slice text)
{
    struct wire w;
    if (!is_whole(text))
        return false;
    wire_read(&w, slice_sub(text, 0, text.n - sizeof(uint64_t)));
    uint64_t magic = wire_u64(&w), key = wire_u64(&w);
    uint32_t day = wire_u32(&w), ham = wire_u32(&w), spam = wire_u32(&w), n = wire_u32(&w);
    if (w.bad || magic != MAGIC || key >= KEYED_HASH_PRIME || n > LESSON_DAY_NAMES || w.rest.n != n * 12u)
        return false;
    d->key = key;
    begin_day(d, day);
    d->lessons[0] = ham;
    d->lessons[1] = spam;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t hash = wire_u64(&w);
        uint32_t lessons = wire_u32(&w);
        struct lesson_name *name = hash ? name_of(d, hash) : NULL;
        if (name)
            name->lessons = lessons;
    }
    return true;
}
