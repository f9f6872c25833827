/* dns-frame.c - what a resolver and its clients say to each other; see dns-frame.h */
#include "base/dns-frame.h"

#include "base/dns-name.h"

#define REASON_MAX 200
#define RDATA_MAX 65535
#define FLAG_SECURE 1
#define FLAG_CUT 2

void dns_question_put(struct buf *frame, const struct dns_question *q)
{
    wire_put_u32(frame, q->id);
    wire_put_u16(frame, (uint16_t)q->type);
    wire_put_slice(frame, q->name);
}

bool dns_question_get(struct wire *w, struct dns_question *q)
{
    q->id = wire_u32(w);
    q->type = (enum dns_type)wire_u16(w);
    q->name = wire_slice(w, DNS_NAME_TEXT_MAX);
    return !w->bad;
}

void dns_body_put(struct buf *out, const struct dns_answer *answer)
{
    wire_put_u8(out, (uint8_t)answer->status);
    wire_put_u8(out, (uint8_t)((answer->secure ? FLAG_SECURE : 0) | (answer->cut ? FLAG_CUT : 0)));
    wire_put_u32(out, answer->ttl);
    wire_put_slice(out, answer->canonical);
    wire_put_slice(out, slice_sub(answer->reason, 0, REASON_MAX));
    wire_put_u16(out, (uint16_t)answer->n);
}

/* ---- records */

static bool read_strings(struct arena *a, struct slice rdata, struct slice *out)
{
    char *p = arena_alloc(a, rdata.n + 1);
    size_t n = 0;
    while (rdata.n) {
        size_t len = (unsigned char)rdata.p[0];
        if (len >= rdata.n)
            return false;
        memcpy(p + n, rdata.p + 1, len);
        n += len;
        rdata = slice_from(rdata, len + 1);
    }
    *out = slice_of(p, n);
    return true;
}

/* more: something may stand behind it */
static bool read_name(struct arena *a, struct slice rdata, bool more, struct slice *out)
{
    struct dns_name name;
    if (!dns_name_from_wire(&name, &rdata) || (rdata.n && !more))
        return false;
    *out = arena_dup(a, dns_name_slice(&name));
    return true;
}

static bool read_record(struct arena *a, enum dns_type type, struct slice rdata, struct dns_record *r)
{
    switch (type) {
    case DNS_A:
    case DNS_AAAA: r->data = arena_dup(a, rdata); return rdata.n == (type == DNS_A ? 4 : 16);
    case DNS_TXT: return read_strings(a, rdata, &r->data);
    case DNS_MX:
        if (rdata.n < 2)
            return false;
        r->preference = (unsigned)(unsigned char)rdata.p[0] << 8 | (unsigned char)rdata.p[1];
        return read_name(a, slice_from(rdata, 2), false, &r->data);
    case DNS_NS:
    case DNS_CNAME:
    case DNS_PTR: return read_name(a, rdata, false, &r->data);
    case DNS_SOA: return read_name(a, rdata, true, &r->data);
    }
    return false;
}

static void read_records(struct wire *w, struct arena *a, size_t n, struct dns_answer *answer)
{
    struct dns_record **tail = &answer->records;
    for (size_t i = 0; i < n; i++) {
        struct slice rdata = wire_slice(w, RDATA_MAX);
        if (w->bad)
            return;
        struct dns_record *r = ARENA_NEW(a, struct dns_record);
        if (answer->n >= DNS_RECORDS_MAX || !read_record(a, answer->type, rdata, r)) {
            answer->cut = true;
            continue;
        }
        *tail = r;
        tail = &r->next;
        answer->n++;
    }
}

bool dns_answer_get(struct wire *w, struct arena *a, uint32_t *id, struct dns_answer *answer)
{
    *answer = (struct dns_answer){ .status = DNS_FAILED };
    *id = wire_u32(w);
    answer->type = (enum dns_type)wire_u16(w);
    unsigned status = wire_u8(w), flags = wire_u8(w);
    answer->ttl = wire_u32(w);
    answer->canonical = arena_dup(a, wire_slice(w, DNS_NAME_TEXT_MAX));
    answer->reason = arena_dup(a, wire_slice(w, REASON_MAX));
    size_t n = wire_u16(w);
    answer->secure = flags & FLAG_SECURE;
    answer->cut = flags & FLAG_CUT;
    if (w->bad || status > DNS_LIMIT || n > DNS_RECORDS_MAX) {
        w->bad = true;
        return false;
    }
    answer->status = (enum dns_status)status;
    read_records(w, a, n, answer);
    return !w->bad;
}

/* ---- counts */

void dns_counts_put(struct buf *frame, const struct dns_counts *c)
{
    wire_put_u8(frame, DNS_FRAME_COUNTS);
    wire_put(frame, c, sizeof(*c));
}

bool dns_counts_get(struct wire *w, struct dns_counts *c)
{
    wire_get(w, c, sizeof(*c));
    return wire_done(w);
}
