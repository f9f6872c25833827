/* dnsbl.c - lists of client addresses in the DNS; see dnsbl.h */
#include "policy/dnsbl.h"

#include <arpa/inet.h>
#include <string.h>

/* ---- how a site is written */

static void add_range(struct dnsbl_part *part, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++)
        part->values[i / 64] |= (uint64_t)1 << (i % 64);
}

static bool has(const struct dnsbl_part *part, unsigned char value)
{
    return part->values[value / 64] >> (value % 64) & 1;
}

/* "4" or "4..7" */
static bool read_range(struct slice text, struct dnsbl_part *part)
{
    uint64_t from, to;
    ptrdiff_t dots = slice_find(text, SLICE(".."));
    struct slice first = dots < 0 ? text : slice_sub(text, 0, (size_t)dots);
    struct slice last = dots < 0 ? text : slice_from(text, (size_t)dots + 2);
    if (!slice_uint(first, 255, &from) || !slice_uint(last, 255, &to) || from > to)
        return false;
    add_range(part, (unsigned)from, (unsigned)to);
    return true;
}

/* "[1;4..7]" */
static bool read_set(struct slice text, struct dnsbl_part *part)
{
    struct slice range;
    while (slice_cut(&text, ';', &range))
        if (!read_range(range, part))
            return false;
    return true;
}

/* Takes a part of an address, and the dot behind it. */
static bool take_part(struct slice *text, struct dnsbl_part *part, bool last)
{
    bool set = text->n && text->p[0] == '[';
    ptrdiff_t end = set ? slice_chr(*text, ']') : slice_chr(*text, '.');
    if (set && end < 2)
        return false;
    if (end < 0)
        end = (ptrdiff_t)text->n;
    struct slice value = slice_sub(*text, set, (size_t)end - set);
    *text = slice_from(*text, (size_t)end + set);
    if (!(set ? read_set(value, part) : read_range(value, part)))
        return false;
    if (last)
        return text->n == 0;
    if (text->n == 0 || text->p[0] != '.')
        return false;
    *text = slice_from(*text, 1);
    return true;
}

static bool read_filter(struct slice text, struct dnsbl_part parts[4])
{
    memset(parts, 0, 4 * sizeof(*parts));
    for (unsigned i = 0; i < 4; i++)
        if (!take_part(&text, &parts[i], i == 3))
            return false;
    return true;
}

static bool read_weight(struct slice text, int *weight)
{
    uint64_t n;
    bool minus = text.n && text.p[0] == '-';
    if (!slice_uint(slice_from(text, minus), DNSBL_WEIGHT_MAX, &n) || n == 0)
        return false;
    *weight = minus ? -(int)n : (int)n;
    return true;
}

static bool is_zone(struct slice zone)
{
    if (zone.n == 0 || zone.n > DNS_NAME_MAX - 75) /* an IPv6 address in front of it takes 64 */
        return false;
    for (size_t i = 0; i < zone.n; i++)
        if (!ascii_alnum(zone.p[i]) && zone.p[i] != '.' && zone.p[i] != '-' && zone.p[i] != '_')
            return false;
    return slice_chr(zone, '.') > 0;
}

static int read_site(struct slice word, struct arena *a, struct dnsbl_site *site, struct err *e)
{
    struct slice whole = word;
    ptrdiff_t star = slice_chr(word, '*'), equal;
    site->weight = 1;
    memset(site->parts, 0xff, sizeof(site->parts));
    if (star >= 0 && !read_weight(slice_from(word, (size_t)star + 1), &site->weight))
        return err_set(e, ERR_CONFIG, "%.*s: the weight is no number from -%d to %d but 0: write ZONE*2",
                       (int)(whole.n > 100 ? 100 : whole.n), whole.p, DNSBL_WEIGHT_MAX, DNSBL_WEIGHT_MAX);
    word = star < 0 ? word : slice_sub(word, 0, (size_t)star);
    equal = slice_chr(word, '=');
    if (equal >= 0 && !read_filter(slice_from(word, (size_t)equal + 1), site->parts))
        return err_set(e, ERR_CONFIG, "%.*s: no filter of answers: write ZONE=127.0.0.[2;4..8]",
                       (int)(whole.n > 100 ? 100 : whole.n), whole.p);
    word = equal < 0 ? word : slice_sub(word, 0, (size_t)equal);
    if (!is_zone(word))
        return err_set(e, ERR_CONFIG, "%.*s: no zone of the DNS: write ZONE[=127.0.0.2][*WEIGHT]",
                       (int)(whole.n > 100 ? 100 : whole.n), whole.p);
    site->zone = arena_lower(a, word);
    return 0;
}

int dnsbl_sites_read(const struct conf_list *words, struct arena *a, struct dnsbl_sites *out, struct err *e)
{
    if (words->n > DNSBL_SITES_MAX)
        return err_set(e, ERR_CONFIG, "more than %d lists", DNSBL_SITES_MAX);
    out->n = 0;
    out->v = arena_array(a, words->n, sizeof(*out->v));
    for (; out->n < words->n; out->n++)
        if (read_site(slice_str(words->v[out->n]), a, &out->v[out->n], e) != 0)
            return -1;
    return 0;
}

/* ---- asking */

static bool address4_is_public(const unsigned char *ip)
{
    return !(ip[0] == 0 || ip[0] == 10 || ip[0] == 127 || ip[0] >= 224 || (ip[0] == 169 && ip[1] == 254) ||
             (ip[0] == 172 && (ip[1] & 0xf0) == 16) || (ip[0] == 192 && ip[1] == 168) ||
             (ip[0] == 100 && (ip[1] & 0xc0) == 64));
}

/* Only 2000::/3 is given out. */
static bool address6_is_public(const unsigned char *ip)
{
    return (ip[0] & 0xe0) == 0x20;
}

bool dnsbl_may_ask(struct slice address)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char ip[16];
    if (address.n == 0 || address.n >= sizeof(text))
        return false;
    memcpy(text, address.p, address.n);
    text[address.n] = 0;
    if (inet_pton(AF_INET, text, ip) == 1)
        return address4_is_public(ip);
    return inet_pton(AF_INET6, text, ip) == 1 && address6_is_public(ip);
}

static struct slice question(struct dns *d, struct slice reversed, const struct dnsbl_site *site)
{
    return arena_printf(d->a, "%.*s.%.*s", SLICE_ARG(reversed), SLICE_ARG(site->zone));
}

void dnsbl_sites_ask(const struct dnsbl_sites *sites, struct dns *d, struct slice address)
{
    struct slice reversed = dns_reversed(d->a, address);
    for (size_t i = 0; i < sites->n && reversed.n; i++)
        dns_ask(d, question(d, reversed, &sites->v[i]), DNS_A);
}

void dnsbl_zones_ask(struct slice lines, struct dns *d, struct slice address)
{
    struct slice reversed = dns_reversed(d->a, address), line, type;
    while (reversed.n && slice_cut(&lines, '\n', &line)) {
        if (!slice_cut(&line, ' ', &type) || line.n == 0)
            continue;
        struct slice name = arena_printf(d->a, "%.*s.%.*s", SLICE_ARG(reversed), SLICE_ARG(line));
        dns_ask(d, name, slice_eq(type, SLICE("TXT")) ? DNS_TXT : DNS_A);
    }
}

static bool is_refusal(const unsigned char *ip)
{
    return ip[0] != 127 || (ip[1] == 255 && ip[2] == 255);
}

static bool counts(const struct dnsbl_site *site, const unsigned char *ip)
{
    return has(&site->parts[0], ip[0]) && has(&site->parts[1], ip[1]) && has(&site->parts[2], ip[2]) &&
           has(&site->parts[3], ip[3]);
}

/* One list has one vote, however many addresses it answers. */
static bool is_listed(const struct dnsbl_site *site, const struct dns_answer *answer, unsigned *unheard)
{
    bool listed = false;
    if (answer->status >= DNS_FAILED)
        ++*unheard;
    for (const struct dns_record *r = answer->records; r; r = r->next) {
        const unsigned char *ip = (const unsigned char *)r->data.p;
        if (r->data.n != 4)
            continue;
        if (is_refusal(ip)) {
            ++*unheard;
            return false;
        }
        listed |= counts(site, ip);
    }
    return listed;
}

void dnsbl_sites_count(const struct dnsbl_sites *sites, struct dns *d, struct slice address,
                       struct dnsbl_votes *votes)
{
    struct slice reversed = dns_reversed(d->a, address);
    int heaviest = 0;
    memset(votes, 0, sizeof(*votes));
    for (size_t i = 0; i < sites->n && reversed.n; i++) {
        const struct dnsbl_site *site = &sites->v[i];
        if (!is_listed(site, dns_get(d, question(d, reversed, site), DNS_A), &votes->unheard))
            continue;
        votes->sum += site->weight;
        if (site->weight > heaviest) {
            heaviest = site->weight;
            votes->worst = site->zone;
        }
    }
}
