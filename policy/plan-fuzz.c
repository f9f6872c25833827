/* plan-fuzz.c - whatever comes with a message and from a worker, its plan passes plan_check
 * Input: the first bytes choose actions and what there is; the rest, apart by 0xfe, are subject, id, names of
 * inbound fields with their values, and details of findings. */
#include <stdlib.h>
#include "base/err.h"
#include "policy/logline.h"
#include "policy/plan.h"
#include "policy/report.h"
#include "policy/strip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const remove_names[] = { "X-Spam-*", "X-Virus-*", "X-Tamis-*" };

static void set_options(struct policy_options *o, const uint8_t *d)
{
    int *const actions[] = { &o->action_bad_header,
                             &o->action_spammy,
                             &o->action_spam,
                             &o->action_unchecked_encrypted,
                             &o->action_unchecked,
                             &o->action_unchecked_fault,
                             &o->action_banned,
                             &o->action_virus,
                             &o->action_dmarc_quarantine,
                             &o->action_dmarc_reject,
                             &o->action_dmarc_temperror };
    memset(o, 0, sizeof(*o));
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        *actions[i] = (d[i / 2] >> (i % 2 * 4) & 15) % ACTION_COUNT;
    o->required_score = 5;
    o->reject_score = 15;
    o->subject_tag = d[4] & 1 ? "[SPAM _SCORE_]" : "";
    o->unchecked_subject_tag = d[4] & 2 ? "[?\xc3\xa4]" : "";
    o->reject_text = "_REASON_ _CLASS_ (_ID_)";
    o->tempfail_text = "_ID_";
    o->authserv_id = "";
    o->remove_headers = (struct conf_list){ remove_names, 3 };
    o->add_headers_clean = d[4] & 4;
    o->quarantine_method = d[4] & 8 ? QUARANTINE_HOLD : QUARANTINE_STORE;
    o->mode = d[4] & 16 ? MODE_OBSERVE : MODE_ENFORCE;
}

/* one finding: kind, class, points, then nine bytes of name and the detail */
static void add_findings(struct finding_list *list, struct arena *a, struct slice rest)
{
    struct slice text;
    for (unsigned i = 0; i < 50 && slice_cut(&rest, '\xfe', &text); i++) {
        unsigned char head[3] = { 0 };
        memcpy(head, text.p, text.n < 3 ? text.n : 3);
        enum verdict_class class = (enum verdict_class)(1 + head[1] % (CLASS_COUNT - 1));
        finding_add(list, a, (enum finding_kind)(head[0] % FINDING_KIND_COUNT), class, head[2] / 9.0 - 3,
                    slice_sub(text, 3, 9), slice_from(text, 12));
    }
}

static size_t add_inbound(struct plan_inbound *to, size_t max, const struct policy_options *o,
                          struct slice *rest)
{
    struct slice name, value;
    size_t n = 0;
    while (n < max && slice_cut(rest, '\xfe', &name) && name.n && slice_cut(rest, '\xfe', &value))
        if (strip_matches(o, SLICE("mx.example.com"), name, value)) {
            to[n].name = name;
            to[n].index = (unsigned)n + 1;
            n++;
        }
    return n;
}

/* As the milter protocol brings it: with a line end the checker refuses the plan, and the message is
 * tempfailed. */
static struct slice one_line(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == 0)
            return slice_sub(s, 0, i);
    return s;
}

static void must(const char *fault)
{
    if (fault)
        bug("plan_check: %s", fault);
}

/* ---- the checker by itself: what it passes holds what it promises, whatever the plan is */

static const char *take(struct arena *a, struct slice *rest)
{
    struct slice text;
    if (!slice_cut(rest, '\xfe', &text) || (text.n && text.p[0] == '\xfd'))
        return NULL;
    return arena_str(a, text);
}

static void check_value(const char *v)
{
    if (strchr(v, '\r'))
        bug("CR in a value");
    for (const char *lf = strchr(v, '\n'); lf; lf = strchr(lf + 1, '\n'))
        if (lf[1] != ' ' && lf[1] != '\t')
            bug("a line of its own in a value");
}

static void check_any(const uint8_t *d, struct slice rest)
{
    struct arena a;
    struct plan p = { .reply = (enum plan_reply)(d[0] % 5), .store = d[1] & 1, .observed = d[1] & 2 };
    arena_init(&a, 16 << 20);
    p.tail = &p.first;
    p.code = take(&a, &rest);
    p.enhanced = take(&a, &rest);
    p.text = take(&a, &rest);
    p.hold_reason = take(&a, &rest);
    for (unsigned i = 0; i < d[2] % 3U; i++) {
        struct plan_removal *r = ARENA_NEW(&a, struct plan_removal);
        const char *address = take(&a, &rest);
        *r = (struct plan_removal){ address ? address : "", p.removals };
        p.removals = r;
    }
    for (unsigned i = 0; i < d[3] % 4U; i++) {
        struct plan_edit *e = ARENA_NEW(&a, struct plan_edit);
        const char *name = take(&a, &rest);
        *e = (struct plan_edit){ (enum plan_edit_kind)(d[4] % 5), name ? name : "", take(&a, &rest),
                                 d[5] % 3U, NULL };
        *p.tail = e;
        p.tail = &e->next;
    }
    p.n_edits = d[3] % 4U + (d[1] & 4 ? 1 : 0);
    if (plan_check(&p) == NULL) {
        for (const struct plan_edit *e = p.first; e; e = e->next)
            if (e->value)
                check_value(e->value);
        if (p.text && strpbrk(p.text, "%\r\n"))
            bug("a reply text that libmilter would read as more");
    }
    arena_deinit(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 8 && data[7] & 1)
        check_any(data, slice_of((const char *)data + 8, size - 8));
    if (size < 8)
        return 0;
    struct arena a;
    struct policy_options o;
    struct finding_list findings = { 0 };
    struct verdict v;
    struct plan p;
    struct plan_inbound inbound[20];
    struct slice rest = slice_of((const char *)data + 8, size - 8), rcpt[3];
    struct plan_message m = { .remove = inbound, .has_subject = data[5] & 1, .leading_space = data[5] & 2 };
    struct envelope env = { .recipients = rcpt, .n_recipients = 3 };
    static const unsigned char key[KEYFILE_BYTES];
    struct plan_seal seal = { .key = key, .now = 1 };
    struct recipients_decision decision;
    struct verdict strict;
    arena_init(&a, 16 << 20);
    set_options(&o, data);
    slice_cut(&rest, '\xfe', &m.subject);
    if (!slice_cut(&rest, '\xfe', &m.id))
        m.id = SLICE("1");
    m.envelope = &env;
    m.n_remove = add_inbound(inbound, 20, &o, &rest);
    add_findings(&findings, &a, rest);
    env.helo = env.sender = env.client_address = rcpt[0] = m.subject;
    rcpt[1] = SLICE("bob@example.com");
    rcpt[2] = one_line(m.id);
    rcpt[0] = one_line(rcpt[0]);
    verdict_decide(&v, &findings, &o, data[5] & 4);
    /* somebody has a policy of his own */
    strict = v;
    strict.action = (enum verdict_action)(data[6] % ACTION_COUNT);
    const struct verdict *const of[] = { &v, &strict, &v };
    recipients_decide(&decision, &a, of, 3);
    seal.verdicts = of;
    m.decision = data[5] & 8 ? &decision : NULL;
    m.seal = data[5] & 16 ? &seal : NULL;
    m.scanned = data[5] & 32;
    m.scanner = data[5] & 32 ? "libclamav" : NULL;
    m.incomplete = data[5] & 64;
    plan_make(&p, &a, &v, &m, &o);
    must(plan_check(&p));

    struct buf b;
    static const struct logline_numbers numbers;
    buf_init_in(&b, &a, 4 << 20);
    logline_make(&b, m.id, &env, &v, &numbers, false);
    if (b.n >= 4000)
        bug("log line of %zu bytes", b.n);
    report_json(&b, arena_str(&a, m.subject), &v, NULL, 0);
    if (b.full)
        bug("report does not fit");
    arena_deinit(&a);
    return 0;
}
