/* scorer.c - the worker of a rules loader: findings, and what it is asked to write; see worker.h, wanted.h
 * A text that cannot be written whole ends the process: half a message must not be taken for one. */
#include "engine/worker.h"

#include <unistd.h>
#include "auth/auth.h"
#include "auth/domain.h"
#include "base/dns-link.h"
#include "base/log.h"
#include "base/os.h"
#include "engine/kind.h"
#include "message/address.h"
#include "message/auth_result.h"
#include "scoring/autolearn.h"
#include "scoring/bayes-evidence.h"
#include "scoring/bayes.h"
#include "scoring/eval-lists.h"
#include "scoring/features-settings.h"
#include "scoring/report.h"
#include "scoring/rule.h"
#include "scoring/sa-tokens.h"
#include "scoring/score.h"

#define EXIT_SOFTWARE 70
#define CHUNK (64 * 1024)
#define ITEM_MAX (256 * 1024)
#define EVIDENCE_TOKENS 15 /* each way */
#define IGNORES_MS 1000

struct scoring {
    struct scorer *scorer;
    const struct ruleset *set;
    const struct dns_options *network; /* NULL: there is none */
    struct dns_limits limits;
    struct auth *auth;
    struct dns_link *link; /* NULL: no resolver; questions are answered DNS_LIMIT */
    struct dns dns;        /* of a message */
};

static void on_wait(void *ctx)
{
    (void)ctx;
    worker_tell_waiting();
}

static void begin_dns(struct scoring *s, struct message *m)
{
    if (s->link)
        dns_link_set_client(s->link, m->envelope->client_address);
    dns_init(&s->dns, m->arena, s->link ? dns_link_source(s->link) : NULL, &s->limits);
    s->dns.on_wait = on_wait;
}

/* Who waits for the DNS must never seem to hang. */
static void set_limits(struct scoring *s, unsigned worker_deadline)
{
    unsigned most = worker_deadline / 2;
    s->limits.deadline_ms = s->network->dns_deadline < most ? s->network->dns_deadline : most;
    s->limits.questions = s->network->dns_lookups_max;
}

/* All that can be asked is asked before anybody waits: what the rules need, then what proves who sent it. Of
 * the questions of a message the rules leave half: a text full of names does not keep us from asking whose it
 * is. */
static const struct auth_results *ask_and_prove(struct scoring *s, struct message *m,
                                                struct finding_list *out)
{
    struct auth_results *results = ARENA_NEW(m->arena, struct auth_results);
    struct auth_client client = { .address = { NULL, 0 } };
    s->dns.limits.questions = s->limits.questions - s->limits.questions / 2;
    scorer_ask(s->scorer, m, &s->dns, out);
    s->dns.limits.questions = s->limits.questions;
    scorer_client(s->scorer, &client);
    struct auth_check *check = auth_ask(s->auth, m, &client, &s->dns);
    dns_send(&s->dns);
    auth_check(check, results);
    return results;
}

/* policy/report.c and policy/logline.c read it. */
static void note_dns(const struct dns *d, struct message *m, struct finding_list *out)
{
    if (d->asked || d->refused)
        finding_add(out, m->arena, FINDING_NOTE, CLASS_CLEAN, 0, SLICE("dns"),
                    arena_printf(m->arena, "asked=%u late=%u failed=%u refused=%u ms=%u", d->asked, d->late,
                                 d->failed, d->refused, d->waited_ms));
}

static void look(void *ctx, struct message *m, struct finding_list *out)
{
    struct scoring *s = ctx;
    message_findings(m, out);
    if (s->network) {
        begin_dns(s, m);
        scorer_use_auth(s->scorer, ask_and_prove(s, m, out));
    }
    scorer_evaluate(s->scorer, m, out);
    if (s->network)
        note_dns(&s->dns, m, out);
}

static void asked(void *ctx, struct engine_dns *out)
{
    struct scoring *s = ctx;
    if (s->network)
        *out = (struct engine_dns){ s->dns.asked,   s->dns.late,      s->dns.failed,
                                    s->dns.refused, s->dns.waited_ms, s->dns.gone };
    s->dns = (struct dns){ .a = NULL }; /* the next message may end before it begins to ask */
}

/* ---- a text */

struct writer {
    int fd;
    uint64_t written;
    size_t n;
    char pending[CHUNK];
};

static void write_all(struct writer *w, const char *p, size_t n)
{
    if (fd_write_all(w->fd, p, n) != 0) {
        log_error("a text of more than %llu bytes cannot be written: %m", (unsigned long long)w->written);
        _exit(EXIT_SOFTWARE);
    }
    w->written += n;
}

static void flush(struct writer *w)
{
    write_all(w, w->pending, w->n);
    w->n = 0;
}

static void put(void *ctx, struct slice text)
{
    struct writer *w = ctx;
    if (text.n > CHUNK - w->n)
        flush(w);
    if (text.n > CHUNK) {
        write_all(w, text.p, text.n);
        return;
    }
    if (text.n)
        memcpy(w->pending + w->n, text.p, text.n);
    w->n += text.n;
}

static void put_report(struct report *r, const struct report_sink *sink)
{
    struct buf text;
    buf_init_in(&text, r->a, 4 * REPORT_TEXT_MAX);
    report_text(r, &text);
    sink->put(sink->ctx, buf_slice(&text));
}

static void write_text(struct scoring *s, struct report *r, const struct worker_order *o)
{
    static struct writer w;
    const struct report_sink sink = { put, &w };
    w.fd = o->text_fd;
    w.written = w.n = 0;
    if (o->wanted->what & WANT_STRIPPED)
        report_strip(o->a, s->set, o->raw, &sink);
    if (r && o->wanted->what & WANT_MAIL)
        report_mail(r, &sink);
    if (r && o->wanted->what & WANT_REPORT)
        put_report(r, &sink);
    flush(&w);
    o->written->text = w.written;
}

/* ---- fields of the site */

static void add_field(struct report *r, const struct report_field *f, struct engine_written *w,
                      struct engine_field ***tail, size_t *bytes)
{
    struct buf value;
    struct slice name = arena_printf(r->a, "X-Spam-%.*s", SLICE_ARG(f->name));
    buf_init_in(&value, r->a, WRITTEN_VALUE_MAX);
    report_field_value(r, &value, f);
    size_t need = *bytes + name.n + value.n + 8;
    if (value.full || need > WRITTEN_BYTES_MAX || w->n_fields == WRITTEN_FIELDS_MAX ||
        !written_field_fits(name, buf_slice(&value)))
        return;
    struct engine_field *field = ARENA_NEW(r->a, struct engine_field);
    field->name = name;
    field->value = buf_slice(&value);
    **tail = field;
    *tail = &field->next;
    w->n_fields++;
    *bytes = need;
}

static struct slice filled_tag(struct report *r, struct slice text)
{
    struct buf b;
    buf_init_in(&b, r->a, WRITTEN_TAG_MAX);
    report_fill(r, &b, text);
    struct slice tag = slice_trim(buf_slice(&b));
    return written_tag_fits(tag) && !b.full ? tag : slice_of(NULL, 0);
}

static void write_fields(struct report *r, struct engine_written *w)
{
    static const int tags[REWRITTEN] = {
        [REWRITE_FROM] = TAG_FROM, [REWRITE_TO] = TAG_TO, [REWRITE_SUBJECT] = TAG_SUBJECT
    };
    const struct report_fields *fields = r->spam ? &r->s->spam : &r->s->ham;
    struct engine_field **tail = &w->fields;
    size_t bytes = 0;
    for (size_t i = 0; i < fields->n; i++)
        if (fields->v[i].origin == ORIGIN_SITE)
            add_field(r, &fields->v[i], w, &tail, &bytes);
    for (int i = 0; i < REWRITTEN; i++)
        if (r->s->rewrite[i].p && r->s->rewrite_origin[i] == ORIGIN_SITE && r->spam)
            w->tags[tags[i]] = filled_tag(r, r->s->rewrite[i]);
    if (r->prefixes.p && r->s->rewrite_origin[REWRITE_SUBJECT] == ORIGIN_SITE)
        w->tags[TAG_PREFIX] = filled_tag(r, r->prefixes);
}

/* Mostly it says nothing, and no message has to be looked at for that. */
static bool site_says(const struct report_settings *s)
{
    const struct report_fields *both[] = { &s->spam, &s->ham };
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->n; i++)
            if (both[k]->v[i].origin == ORIGIN_SITE)
                return true;
    for (int i = 0; i < REWRITTEN; i++)
        if (s->rewrite[i].p && s->rewrite_origin[i] == ORIGIN_SITE)
            return true;
    return false;
}

/* ---- for the classifier */

static struct sa_tokens *ask_words(struct scoring *s, struct message *m,
                                   const struct features_options *wanted)
{
    struct sa_tokens *sa = ARENA_NEW(m->arena, struct sa_tokens);
    struct views *v = ARENA_NEW(m->arena, struct views);
    views_init(v, m, s->set);
    sa_tokens_make(sa, v, wanted);
    return sa;
}

static void write_features(struct scoring *s, const struct worker_order *o, struct message *m)
{
    static struct writer w;
    struct features f;
    struct buf item;
    const struct features_options wanted = features_options_of(s->set, scorer_check(s->scorer)->scratch);
    features_make(&f, o->a, m, &wanted, NULL);
    buf_init_in(&item, o->a, ITEM_MAX);
    bayes_item_put(&item, &f, o->wanted->what & WANT_SA_WORDS ? ask_words(s, m, &wanted) : NULL);
    w.fd = o->text_fd;
    w.written = w.n = 0;
    put(&w, buf_slice(&item));
    flush(&w);
    o->written->text = w.written;
}

static void teach(struct scoring *s, const struct worker_order *o)
{
    struct check *c = scorer_check(s->scorer);
    struct finding_list none = { 0 };
    struct message m;
    message_parse(&m, o->a, o->raw, o->envelope, o->limits);
    check_begin(c, &m, &none, IGNORES_MS);
    if (!(o->wanted->what & WANT_IGNORES) || !eval_bayes_ignores(c))
        write_features(s, o, &m);
}

static unsigned lesson_of(enum autolearn_kind kind)
{
    static const unsigned lessons[AUTOLEARN_KINDS] = { [AUTOLEARN_OFF] = LESSON_NONE,
                                                       [AUTOLEARN_NO] = LESSON_NO,
                                                       [AUTOLEARN_HAM] = LESSON_HAM,
                                                       [AUTOLEARN_SPAM] = LESSON_SPAM };
    return lessons[kind];
}

/* All that cannot be written stand for each other. */
static struct slice printable_domain(struct slice domain)
{
    for (size_t i = 0; i < domain.n; i++)
        if (domain.p[i] <= ' ' || domain.p[i] > '~')
            return SLICE("?");
    return slice_sub(domain, 0, WRITTEN_DOMAIN_MAX);
}

static struct slice signed_by(const struct auth_results *auth)
{
    for (size_t i = 0; auth && i < auth->n_signatures; i++)
        if (auth->signatures[i].code == AUTH_PASS)
            return auth->signatures[i].domain;
    return SLICE("");
}

/* Of a good signature, else of the first From: what is registered, since names below it cost nothing. */
static struct slice domain_of(const struct check *c, struct arena *a)
{
    struct address_list list;
    struct message *m = c->m;
    struct slice signer = signed_by(c->auth);
    if (signer.n)
        return printable_domain(auth_domain_org(signer));
    const struct header *h = header_find(m->headers, SLICE("from"), 0);
    if (h == NULL)
        return SLICE("");
    address_parse(&list, a, header_unfold(a, h->value), m->limits);
    return printable_domain(list.n ? auth_domain_org(arena_lower(a, list.v[0].domain)) : SLICE(""));
}

static void decide_lesson(struct scoring *s, struct check *c, struct report *r, const struct worker_order *o)
{
    struct autolearn *l = ARENA_NEW(o->a, struct autolearn);
    struct engine_lesson *lesson = &o->written->lesson;
    autolearn_decide(l, s->set, c->out, r->spam, o->a);
    if ((l->kind == AUTOLEARN_HAM || l->kind == AUTOLEARN_SPAM) && eval_bayes_ignores(c))
        l->kind = AUTOLEARN_NO;
    c->autolearn = l;
    lesson->what = lesson_of(l->kind);
    lesson->forced = l->forced;
    if (l->kind == AUTOLEARN_HAM || l->kind == AUTOLEARN_SPAM) {
        lesson->domain = domain_of(c, o->a);
        write_features(s, o, c->m);
    }
}

static void write_wanted(void *ctx, const struct worker_order *o)
{
    struct scoring *s = ctx;
    struct report r;
    if (o->wanted->what & WANT_FEATURES) {
        teach(s, o);
        return;
    }
    if (o->wanted->what & WANT_STRIPPED) {
        write_text(s, NULL, o);
        return;
    }
    struct check *c = scorer_check(s->scorer);
    unsigned text = o->wanted->what & WANT_TEXT & ~(unsigned)WANT_LESSON,
             fields = o->wanted->what & WANT_FIELDS;
    if (o->wanted->what & WANT_AUTH)
        o->written->auth = c->auth;
    if (o->wanted->what & WANT_EVIDENCE)
        bayes_evidence_note(c, EVIDENCE_TOKENS);
    bool learns = (o->wanted->what & WANT_LESSON) && s->set->autolearns;
    if (!text && !learns && !(fields && site_says(s->set->report)))
        return;
    report_init(&r, s->set, &c->views, c->out, c, o->wanted->required);
    if (log_get_level() == LOG_LEVEL_DEBUG)
        report_debug(&r);
    o->written->spam = r.spam;
    if (learns)
        decide_lesson(s, c, &r, o);
    if (text)
        write_text(s, &r, o);
    if (fields)
        write_fields(&r, o->written);
}

void scorer_main(const struct worker_setup *setup)
{
    static struct scoring s;
    s.set = setup->loaded->rules;
    s.scorer = scorer_new(s.set, &setup->config->scoring);
    scorer_use_bayes(s.scorer, setup->loaded->bayes);
    if (setup->config->dns.dns && setup->loaded->auth) {
        s.network = &setup->config->dns;
        set_limits(&s, setup->config->engine.worker_deadline);
        s.auth = setup->loaded->auth;
        s.link = setup->resolver >= 0 ? dns_link_new(setup->resolver) : NULL;
    }
    const struct worker_work work = { .look = look, .write = write_wanted, .asked = asked, .ctx = &s };
    worker_run(setup, &work);
}
