/* dns-frame.h - what a resolver and its clients say to each other
 * Client -> resolver, ASK: u8, u64 on whose behalf (0: nobody's), then questions to the end of the frame:
 * u32 id, u16 type, slice name. COUNTS: u8 alone.
 * Resolver -> client, ANSWERS: u8, then answers to the end: u32 id, u16 type, body. A body is u8 status, u8
 * flags, u32 ttl, slice canonical, slice reason, u16 n, n slices: rdata as in a packet, names uncompressed.
 * COUNTS: u8, the numbers of struct dns_counts.
 * Frames go by base/ipc.h. Readers take nothing on trust and say false; what a body says of records is read
 * by who is in the tighter sandbox, the client. */
#ifndef BASE_DNS_FRAME_H
#define BASE_DNS_FRAME_H

#include "base/dns.h"
#include "base/wire.h"

enum dns_frame { DNS_FRAME_ASK = 1, DNS_FRAME_ANSWERS, DNS_FRAME_COUNTS };

struct dns_question {
    uint32_t id;
    enum dns_type type;
    struct slice name;
};
#define DNS_QUESTION_MAX (10 + 4 * DNS_NAME_MAX) /* bytes in a frame */
void dns_question_put(struct buf *frame, const struct dns_question *q);
/* Of a frame whose head was read. */
bool dns_question_get(struct wire *w, struct dns_question *q);

/* Records are the caller's to put behind it, n slices. */
void dns_body_put(struct buf *out, const struct dns_answer *answer);
/* id, type, body; the answer lives in `a`. Records that cannot be read are left out, and `cut` is set. */
bool dns_answer_get(struct wire *w, struct arena *a, uint32_t *id, struct dns_answer *answer);

struct dns_counts {
    uint64_t questions, cached, joined, lookups; /* cached, joined: not asked again */
    uint64_t failed, late, limited, in_flight, entries, bytes;
};
void dns_counts_put(struct buf *frame, const struct dns_counts *c);
bool dns_counts_get(struct wire *w, struct dns_counts *c);

#endif
