/* session-fuzz.c - a byte string as a sequence of milter events
 * Each event: a byte that says which, then its text up to a NUL. What must hold: nothing is accepted before
 * the end of a message, the spool equals what was fed (or, past message_max, begins with it), at most one
 * conclusion a message, and nothing is left when the connection ends. */
#include "config.h"
#include "milter/session-fixture.h"

#include <netinet/in.h>
#include <stdio.h>
#include "base/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            abort();                                                                                         \
    } while (0)

struct model {
    struct fixture x;
    struct buf wire; /* what the message looked like on the wire */
    bool in_message, header_done, space;
    unsigned recipients;
    uint8_t mood; /* what the engine finds */
};

static struct model m;

static void finds(struct fixture *x, const struct engine_request *q, struct arena *a, struct engine_result *r)
{
    static const enum verdict_class classes[] = { CLASS_BAD_HEADER, CLASS_UNCHECKED_LIMIT,
                                                  CLASS_UNCHECKED_FAULT, CLASS_VIRUS };
    size_t max = x->snapshot->config.gateway.message_max;
    CHECK(x->seen.n == (m.wire.n < max ? m.wire.n : max));
    CHECK(x->seen.n == 0 || memcmp(x->seen.p, m.wire.p, x->seen.n) == 0);
    CHECK(q->envelope->recipients_total == m.recipients);
    if (m.mood & 1)
        finding_add(&r->findings, a, FINDING_RULE, CLASS_CLEAN, m.mood, SLICE("RULE"), SLICE("detail"));
    if (m.mood & 2)
        finding_add(&r->findings, a, FINDING_CLASS, classes[m.mood >> 2 & 3], 0, SLICE("why"),
                    SLICE("where"));
}

static void feed_wire(const char *p, size_t n)
{
    if (m.in_message)
        buf_add(&m.wire, p, n);
}

static void mail(const char *text)
{
    buf_reset(&m.wire);
    m.header_done = false;
    m.recipients = 0;
    CHECK(session_mail(m.x.s, text) == SESSION_CONTINUE);
    m.in_message = true;
}

static void header(const char *text)
{
    const char *value = strchr(text, '=');
    char name[64];
    snprintf(name, sizeof(name), "%.*s", (int)(value ? value - text : 10), text);
    value = value ? value + 1 : "";
    session_header(m.x.s, name, value);
    feed_wire(name, strlen(name));
    feed_wire(": ", m.space ? 1 : 2);
    for (const char *p = value; *p; p++) {
        if (*p == '\n' && (p == value || p[-1] != '\r'))
            feed_wire("\r", 1);
        feed_wire(p, 1);
    }
    feed_wire("\r\n", 2);
}

static void header_end(void)
{
    if (!m.header_done)
        feed_wire("\r\n", 2);
    m.header_done = true;
}

static void body(const char *text)
{
    header_end();
    enum session_reply reply = session_body(m.x.s, slice_str(text));
    feed_wire(text, strlen(text));
    CHECK(reply == SESSION_CONTINUE || reply == SESSION_SKIP);
}

static void end(void)
{
    unsigned checks = m.x.checks;
    header_end();
    enum session_reply reply = session_end_of_message(m.x.s);
    CHECK(m.x.checks <= checks + 1);
    CHECK(m.in_message || reply == SESSION_TEMPFAIL);
    /* what passes was looked at */
    CHECK(reply != SESSION_CONTINUE || m.x.checks == checks + 1);
    m.in_message = false;
}

static void grants(uint8_t bits)
{
    const struct session_grants g = { .edits = bits & 7, .leading_space = bits & 8, .skip = bits & 16 };
    if (m.in_message)
        return;
    session_granted(m.x.s, &g);
    m.space = g.leading_space;
}

static void settle(uint8_t bits)
{
    struct gateway_options *o = &m.x.snapshot->config.gateway;
    if (m.in_message)
        return;
    o->message_max = bits & 1 ? 50 : 1 << 20;
    o->messages_max = bits & 2 ? 0 : 10;
    o->spool_bytes_max = bits & 4 ? 1000 : 1 << 20;
    o->spool_memory_max = bits & 8 ? 64 : 1 << 20;
    m.x.ticks = bits & 16 ? 2 : 0;
    m.x.progress_left = bits & 32 ? 1 : -1;
    m.x.fail_at = bits & 64 ? m.x.effects + 2 : 0;
}

/* NAME=VALUE; the text must live on: macros are asked for later */
static void macro(const char *text)
{
    static char kept[8][80];
    static unsigned next;
    char *at = kept[next++ % 8], *value;
    snprintf(at, sizeof(kept[0]), "%s", text);
    if ((value = strchr(at, '=')) == NULL)
        return;
    *value++ = 0;
    m.x.macros[(next - 1) % 8] = (struct fake_macro){ at, value };
}

static void connect_v6(const char *text)
{
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = 25 };
    snprintf((char *)in6.sin6_addr.s6_addr, 16, "%s", text);
    if (text[0] == 'm') /* mapped */
        memcpy(in6.sin6_addr.s6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
    session_connect(m.x.s, "host.example.com", (struct sockaddr *)&in6);
}

static void event(uint8_t what, const char *text)
{
    struct session *s = m.x.s;
    switch (what % 16) {
    case 0: session_connect(s, text, NULL); break;
    case 1: session_helo(s, text); break;
    case 2: mail(text); break;
    case 3: macro(text); break;
    case 5: connect_v6(text); break;
    case 4:
        session_rcpt(s, text);
        m.recipients += m.in_message;
        break;
    case 6:
        if (session_data(s) != SESSION_CONTINUE)
            m.in_message = false;
        break;
    case 7:
    case 8: header(text); break;
    case 9:
        session_header_done(s);
        header_end();
        break;
    case 10: body(text); break;
    case 11: end(); break;
    case 12:
        session_abort(s);
        m.in_message = false;
        break;
    case 13: grants((uint8_t)text[0]); break;
    case 14: settle((uint8_t)text[0]); break;
    case 15: m.mood = (uint8_t)text[0]; break;
    }
    CHECK(m.x.s->t.active == m.in_message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool quiet;
    struct err e = { 0 };
    char text[300];
    if (!quiet && log_open("/dev/null", "fuzz", &e) != 0)
        return 0;
    quiet = true;
    fixture_init(&m.x);
    m.x.finds = finds;
    m.space = true;
    m.in_message = false;
    m.mood = 0;
    buf_init(&m.wire, 16 << 20);
    while (size > 0) {
        const uint8_t *nul = memchr(data + 1, 0, size - 1);
        size_t n = nul ? (size_t)(nul - data) - 1 : size - 1;
        snprintf(text, sizeof(text), "%.*s", (int)n, (const char *)data + 1);
        event(data[0], text);
        size_t used = n + 1 + (nul != NULL);
        data += used;
        size -= used;
    }
    fixture_deinit(&m.x);
    buf_deinit(&m.wire);
    return 0;
}
