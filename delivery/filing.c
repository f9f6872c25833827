/* filing.c - where a message goes, and how it reads there; see filing.h */
#include "delivery/filing.h"

#include <stdio.h>
#include "base/buf.h"
#include "delivery/folder.h"
#include "message/field.h"
#include "policy/headers.h"

#define OWN_FIELDS_MAX (64 * 1024)
#define ADDRESS_SHOWN 1000

struct making {
    struct filing *f;
    const struct filing_mail *m;
    const struct filing_rules *r;
    struct arena *a;
    enum seal_state state;
    struct seal_opened opened;
    struct buf own;       /* fields of ours */
    bool rewrite;         /* X-Spam-Flag and -Status say what is so for somebody else */
    struct slice *pieces; /* the first is for `own` */
    size_t n, cap;
};

/* ---- the folder */

static void choose_folder(struct making *k)
{
    struct filing *f = k->f;
    const struct deliver_options *o = k->r->o;
    struct slice junk = slice_str(o->junk_folder);
    bool believed = k->state == SEAL_GOOD || k->state == SEAL_OTHER;
    f->spam = believed && k->opened.verdict.spam;
    if (f->spam && junk.n) {
        f->folder = junk;
        f->create = true;
    } else if (!f->spam && o->detail_folder != DETAIL_NO && folder_name_good(k->m->detail) &&
               slice_chr(k->m->detail, '/') < 0) {
        f->folder = k->m->detail;
        f->create = o->detail_folder == DETAIL_CREATE;
    }
}

/* ---- our own fields */

static void put_address(struct buf *b, struct slice address)
{
    address = slice_sub(address, 0, ADDRESS_SHOWN);
    for (size_t i = 0; i < address.n; i++) {
        unsigned char c = (unsigned char)address.p[i];
        buf_add_char(b, c < ' ' || c == 0x7f ? '?' : (char)c);
    }
}

static void put_status(struct making *k, struct slice old)
{
    ptrdiff_t tests = slice_find(old, SLICE("tests="));
    buf_printf(&k->own, "X-Spam-Status: %s, score=%.1f required=%.1f", k->opened.verdict.spam ? "Yes" : "No",
               header_shown_score(k->opened.score, k->opened.verdict.required, k->opened.verdict.spam),
               k->opened.verdict.required);
    if (tests > 0) {
        struct slice rest = slice_from(old, (size_t)tests);
        buf_add_str(&k->own, "\n\t");
        buf_add_slice(&k->own, rest);
    }
    if (k->own.n && k->own.p[k->own.n - 1] != '\n')
        buf_add_char(&k->own, '\n');
}

static bool says(struct slice status, const struct seal_verdict *v)
{
    char required[64];
    snprintf(required, sizeof(required), "required=%.1f", v->required);
    return slice_starts(slice_trim(status), v->spam ? SLICE("Yes") : SLICE("No")) &&
           slice_find(status, slice_str(required)) >= 0;
}

/* The fields were written for all recipients, by the site's threshold. */
static void rewrite_spam_fields(struct making *k)
{
    struct slice rest = k->m->text;
    struct field f = { 0 };
    if (k->state != SEAL_GOOD)
        return;
    while (field_take(&rest, &f))
        if (slice_ieq(f.name, SLICE("X-Spam-Status")))
            break;
    if (f.name.n == 0 || !slice_ieq(f.name, SLICE("X-Spam-Status")) || says(f.value, &k->opened.verdict))
        return;
    k->rewrite = true;
    if (k->opened.verdict.spam)
        buf_add_str(&k->own, "X-Spam-Flag: YES\n");
    put_status(k, f.value);
}

static void put_own_fields(struct making *k)
{
    const struct filing_mail *m = k->m;
    if (m->has_sender) {
        buf_add_str(&k->own, "Return-Path: <");
        put_address(&k->own, m->sender);
        buf_add_str(&k->own, ">\n");
    }
    buf_add_str(&k->own, "Delivered-To: ");
    put_address(&k->own, m->recipient);
    /* one for somebody else says nothing where it says that a message is no spam */
    if (k->state == SEAL_GOOD || (k->state == SEAL_OTHER && k->f->spam))
        buf_printf(&k->own, "\nX-Tamis-Delivery: verified (%s); class=%s id=%.*s\n", k->f->said,
                   verdict_classes[k->opened.verdict.class].name, SLICE_ARG(k->opened.id));
    else
        buf_printf(&k->own, "\nX-Tamis-Delivery: unverified (%s)\n", k->f->said);
    if (k->state == SEAL_GOOD) { /* of such messages their owner may teach the classifier */
        char hex[SEAL_FILTERED_HEX + 1];
        seal_filtered(k->r->key, m->text, m->recipient, hex);
        buf_printf(&k->own, SEAL_FILTERED_FIELD ": %s\n", hex);
    }
    rewrite_spam_fields(k);
}

/* ---- the pieces */

static void add_piece(struct making *k, struct slice s)
{
    if (s.n == 0)
        return;
    struct slice *last = k->n > 1 ? &k->pieces[k->n - 1] : NULL;
    if (last && last->p + last->n == s.p) {
        last->n += s.n;
        return;
    }
    if (k->n == k->cap) {
        struct slice *more = arena_array(k->a, 2 * k->cap, sizeof(*more));
        memcpy(more, k->pieces, k->n * sizeof(*more));
        k->pieces = more;
        k->cap *= 2;
    }
    k->pieces[k->n++] = s;
}

/* A verdict has done its work; kept, its owner could play it again. */
static bool is_dropped(const struct making *k, struct slice name)
{
    return slice_ieq(name, SLICE(SEAL_FIELD)) || slice_ieq(name, SLICE(SEAL_FILTERED_FIELD)) ||
           slice_ieq(name, SLICE("X-Tamis-Delivery")) ||
           (k->m->has_sender && slice_ieq(name, SLICE("Return-Path"))) ||
           (k->rewrite && (slice_ieq(name, SLICE("X-Spam-Flag")) || slice_ieq(name, SLICE("X-Spam-Status"))));
}

static void cut(struct making *k)
{
    struct slice rest = k->m->text, before = rest;
    struct field f;
    k->cap = 16;
    k->pieces = arena_array(k->a, k->cap, sizeof(*k->pieces));
    if (rest.n && (rest.p[0] == ' ' || rest.p[0] == '\t')) /* no field, and no end of one of ours: a body */
        buf_add_char(&k->own, '\n');
    k->pieces[k->n++] = buf_slice(&k->own);
    while (field_take(&rest, &f)) {
        if (!is_dropped(k, f.name))
            add_piece(k, f.raw);
        before = rest;
    }
    add_piece(k, before); /* the empty line and the body */
}

static struct slice without_mbox_line(struct slice text)
{
    struct slice line;
    if (slice_starts(text, SLICE("From ")))
        slice_line(&text, &line);
    return text;
}

/* A recipient without a domain, as Sendmail's local mailer has it, is looked for with each of ours. */
static void open_verdict(struct making *k)
{
    const struct filing_rules *r = k->r;
    struct seal_check c = { r->key, k->m->recipient, k->m->before, r->now, r->max_age };
    k->state = seal_open(k->m->text, &c, &k->opened);
    if (slice_chr(k->m->recipient, '@') >= 0)
        return;
    for (size_t i = 0; k->state == SEAL_OTHER && i < r->o->domains.n; i++) {
        c.recipient = arena_printf(k->a, "%.*s@%s", SLICE_ARG(k->m->recipient), r->o->domains.v[i]);
        k->state = seal_open(k->m->text, &c, &k->opened);
    }
}

void filing_decide(struct filing *f, const struct filing_mail *m, const struct filing_rules *r,
                   struct arena *a)
{
    struct filing_mail mail = *m;
    struct making k = { .f = f, .m = &mail, .r = r, .a = a, .state = SEAL_NONE };
    mail.text = without_mbox_line(m->text);
    *f = (struct filing){ 0 };
    if (r->key)
        open_verdict(&k);
    f->said = r->key ? seal_state_texts[k.state] : "no key to check it with";
    choose_folder(&k);
    buf_init_in(&k.own, a, OWN_FIELDS_MAX + m->text.n);
    put_own_fields(&k);
    cut(&k);
    f->pieces = k.pieces;
    f->n = k.n;
}
