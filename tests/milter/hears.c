/* hears.c - the steps of a session file in which the MTA checks what it heard; see play.h, tests/README */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include "tests/milter/heard.h"
#include "tests/milter/play.h"

#define LOG_WAIT_MS 3000

struct reply_row {
    const char *name;
    char kind, first_digit; /* the plain answer, and the codes that mean the same */
};

static const struct reply_row replies[] = {
    { "accept", 'a', 0 },     { "continue", 'c', 0 }, { "reject", 'r', '5' },
    { "tempfail", 't', '4' }, { "discard", 'd', 0 },  { "skip", 's', 0 },
};

static bool reply_is(const struct talk *t, const struct reply_row *row)
{
    const struct mt_answer *a = &t->answer;
    if (a->kind == 'y')
        return row->first_digit && a->text.n && a->text.p[0] == row->first_digit;
    /* at the end of a message both mean that it is taken */
    if (row->kind == 'a' && a->kind == 'c' && slice_eq(t->last, SLICE("end")))
        return true;
    /* nothing said where no answer is due is consent */
    return a->kind == row->kind || (row->kind == 'c' && a->kind == 0);
}

/* reply KIND [TEXT]: TEXT may hold `*` */
static int hear_reply(struct play *p, struct slice rest, struct err *e)
{
    struct talk *t = p->talk;
    struct slice kind;
    const struct reply_row *row = NULL;
    script_word(&rest, &kind);
    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
        if (slice_eq(kind, slice_str(replies[i].name)))
            row = &replies[i];
    if (row == NULL)
        return err_set(e, ERR_INPUT, "write accept, continue, reject, tempfail, discard or skip");
    t->unheard = false;
    if (!reply_is(t, row) || (rest.n && !script_match(rest, t->answer.text)))
        return err_set(e, ERR_INPUT, "the reply is %s %.*s", talk_answer_name(t->answer.kind),
                       SLICE_ARG(t->answer.text));
    const char *fault = slice_eq(t->last, SLICE("end")) ? heard_sound(t) : NULL;
    return fault ? err_set(e, ERR_INPUT, "%s", fault) : 0;
}

static const char *edit_name(const struct mt_edit *edit)
{
    switch (edit->kind) {
    case MT_EDIT_ADD: return "add";
    case MT_EDIT_INSERT: return "insert";
    case MT_EDIT_CHANGE: return "change";
    case MT_EDIT_DELETE: return "delete";
    default: return "other";
    }
}

static void print_edits(struct buf *b, const struct talk *t)
{
    for (const struct mt_edit *x = t->answer.edits; x; x = x->next)
        buf_printf(b, "%s%s %u %.*s:%.*s", b->n ? "; " : "", edit_name(x), x->index, SLICE_ARG(x->name),
                   SLICE_ARG(x->value));
}

static int no_such_edit(struct play *p, struct err *e)
{
    struct buf b;
    buf_init_in(&b, p->arena, 4096);
    print_edits(&b, p->talk);
    return err_set(e, ERR_INPUT, "no such edit among: %.150s", b.p);
}

static int hear_edit(struct play *p, enum mt_edit_kind kind, bool any_index, uint32_t index,
                     struct slice name, struct slice pattern, struct err *e)
{
    for (const struct mt_edit *x = p->talk->answer.edits; x; x = x->next)
        if (x->kind == kind && slice_ieq(x->name, name) && (any_index || x->index == index) &&
            (kind == MT_EDIT_DELETE ||
             script_match(slice_trim(pattern), heard_unfolded(heard_value(x->value), p->arena))))
            return 0;
    return no_such_edit(p, e);
}

/* add NAME: VALUE */
static int hear_add(struct play *p, struct slice rest, struct err *e)
{
    struct slice name, value;
    return play_field(rest, &name, &value, e) != 0 ? -1 : hear_edit(p, MT_EDIT_ADD, true, 0, name, value, e);
}

static int indexed(struct play *p, enum mt_edit_kind kind, struct slice name, struct slice index,
                   struct slice value, struct err *e)
{
    uint64_t n;
    if (!slice_uint(slice_trim(index), UINT32_MAX, &n))
        return err_set(e, ERR_INPUT, "write insert N NAME: VALUE, change NAME N: VALUE or delete NAME N");
    return hear_edit(p, kind, false, (uint32_t)n, slice_trim(name), value, e);
}

/* insert N NAME: VALUE */
static int hear_insert(struct play *p, struct slice rest, struct err *e)
{
    struct slice index, name, value;
    script_word(&rest, &index);
    return play_field(rest, &name, &value, e) != 0 ? -1 : indexed(p, MT_EDIT_INSERT, name, index, value, e);
}

/* change NAME N: VALUE */
static int hear_change(struct play *p, struct slice rest, struct err *e)
{
    struct slice index, name, value;
    if (play_field(rest, &index, &value, e) != 0)
        return -1;
    script_word(&index, &name);
    return indexed(p, MT_EDIT_CHANGE, name, index, value, e);
}

/* delete NAME N */
static int hear_delete(struct play *p, struct slice rest, struct err *e)
{
    struct slice name;
    script_word(&rest, &name);
    return indexed(p, MT_EDIT_DELETE, name, rest, SLICE(""), e);
}

static int count_fields(struct play *p, struct slice name, struct slice pattern, size_t want, struct err *e)
{
    size_t n, found = 0;
    const struct mail_field *f = heard_fields(p->talk, &n);
    struct slice other = SLICE("");
    for (size_t i = 0; i < n; i++) {
        if (!slice_ieq(slice_trim(f[i].name), name))
            continue;
        found += script_match(pattern, heard_unfolded(f[i].value, p->arena));
        other = f[i].value;
    }
    return found == want ? 0
                         : err_set(e, ERR_INPUT, "%zu such fields %.*s; one is: %.*s", found, SLICE_ARG(name),
                                   (int)(other.n < 100 ? other.n : 100), other.p ? other.p : "");
}

/* final NAME: VALUE (exactly one such field), final no NAME, final N NAME */
static int hear_final(struct play *p, struct slice rest, struct err *e)
{
    struct slice name, value, word = rest, tail = rest;
    uint64_t n;
    script_word(&tail, &word);
    if (slice_eq(word, SLICE("no")))
        return count_fields(p, tail, SLICE("*"), 0, e);
    if (slice_uint(word, 100000, &n))
        return count_fields(p, tail, SLICE("*"), n, e);
    if (play_field(rest, &name, &value, e) != 0)
        return -1;
    if (count_fields(p, name, SLICE("*"), 1, e) != 0)
        return -1;
    return count_fields(p, name, slice_trim(value), 1, e);
}

static int hear_edits(struct play *p, struct slice rest, struct err *e)
{
    uint64_t n;
    if (!slice_uint(rest, 100000, &n))
        return err_set(e, ERR_INPUT, "write edits N");
    if (p->talk->answer.n_edits == n)
        return 0;
    struct buf b;
    buf_init_in(&b, p->arena, 4096);
    print_edits(&b, p->talk);
    return err_set(e, ERR_INPUT, "%zu edits: %.150s", p->talk->answer.n_edits, b.p);
}

/* hold [REASON] */
static int hear_hold(struct play *p, struct slice rest, struct err *e)
{
    const struct mt_answer *a = &p->talk->answer;
    if (!a->quarantined)
        return err_set(e, ERR_INPUT, "the message is not held");
    return rest.n == 0 || script_match(rest, a->quarantine)
               ? 0
               : err_set(e, ERR_INPUT, "held because of: %.*s", SLICE_ARG(a->quarantine));
}

/* remove ADDRESS: this recipient, so spelled, is taken off, once; empty: any */
static unsigned count_removed(const struct play *p, struct slice address)
{
    unsigned n = 0;
    for (const struct mt_edit *x = p->talk->answer.edits; x; x = x->next) {
        struct slice removed = x->value;
        if (x->command != '-')
            continue;
        if (removed.n && removed.p[removed.n - 1] == 0)
            removed.n--;
        n += address.n == 0 || slice_eq(removed, address);
    }
    return n;
}

static int hear_remove(struct play *p, struct slice rest, struct err *e)
{
    struct slice address = slice_trim(rest);
    if (address.n == 0)
        return err_set(e, ERR_INPUT, "write remove <ADDRESS>");
    unsigned n = count_removed(p, address);
    return n == 1 ? 0 : err_set(e, ERR_INPUT, "%.*s is taken off %u times", SLICE_ARG(address), n);
}

/* The whole lines of the log since the case began: how many match. */
static unsigned count_log(struct play *p, struct slice pattern, struct slice *last)
{
    FILE *f = fopen(p->o->log, "rb");
    unsigned n = 0;
    char *line = NULL;
    size_t room = 0;
    ssize_t got;
    if (f == NULL || fseek(f, p->log_from, SEEK_SET) != 0)
        return 0;
    while ((got = getline(&line, &room, f)) > 0) {
        struct slice s = slice_chomp(slice_of(line, (size_t)got));
        if (s.n == (size_t)got)
            break;
        n += script_match(pattern, s);
        *last = arena_dup(p->arena, s);
    }
    free(line);
    fclose(f);
    return n;
}

/* log PATTERN: exactly one line of the log matches since the case began */
static int hear_log(struct play *p, struct slice rest, struct err *e)
{
    struct slice last = SLICE("");
    unsigned n = 0;
    if (p->o->log == NULL)
        return 0;
    for (int waited = 0; waited < LOG_WAIT_MS && (n = count_log(p, rest, &last)) == 0; waited += 20)
        poll(NULL, 0, 20);
    return n == 1 ? 0
                  : err_set(e, ERR_INPUT, "%u log lines match; the last line: %.*s", n,
                            (int)(last.n < 130 ? last.n : 130), last.p ? last.p : "");
}

/* no edits, no hold, no remove [ADDRESS], no log PATTERN */
static int hear_no(struct play *p, struct slice rest, struct err *e)
{
    struct slice word, last;
    script_word(&rest, &word);
    if (slice_eq(word, SLICE("edits")))
        return hear_edits(p, SLICE("0"), e);
    if (slice_eq(word, SLICE("hold")))
        return p->talk->answer.quarantined
                   ? err_set(e, ERR_INPUT, "the message is held: %.*s", SLICE_ARG(p->talk->answer.quarantine))
                   : 0;
    if (slice_eq(word, SLICE("remove")))
        return count_removed(p, slice_trim(rest)) ? err_set(e, ERR_INPUT, "a recipient is taken off") : 0;
    if (slice_eq(word, SLICE("log")))
        return p->o->log && count_log(p, rest, &last) ? err_set(e, ERR_INPUT, "the log has such a line") : 0;
    return err_set(e, ERR_INPUT, "write no edits, no hold, no remove [ADDRESS] or no log PATTERN");
}

/* wants ADDHDRS CHGHDRS: exactly these actions were asked for */
static int hear_wants(struct play *p, struct slice rest, struct err *e)
{
    uint32_t want = 0;
    struct slice word;
    if (talk_reach(p->talk, TALK_NEGOTIATED, e) != 0)
        return -1;
    while (script_word(&rest, &word)) {
        uint32_t bit = mt_action_by_name(word);
        if (bit == 0)
            return err_set(e, ERR_INPUT, "`%.*s` is no action", SLICE_ARG(word));
        want |= bit;
    }
    struct buf b;
    buf_init_in(&b, p->arena, 1000);
    mt_actions_print(&b, p->talk->client.got.actions);
    return want == p->talk->client.got.actions ? 0 : err_set(e, ERR_INPUT, "the filter wants %s", b.p);
}

/* steps FLAG -FLAG: the filter asked for the first, not for the second */
static int hear_steps(struct play *p, struct slice rest, struct err *e)
{
    struct slice word;
    if (talk_reach(p->talk, TALK_NEGOTIATED, e) != 0)
        return -1;
    while (script_word(&rest, &word)) {
        bool no = word.p[0] == '-';
        uint32_t bit = mt_protocol_by_name(slice_from(word, no));
        if (bit == 0)
            return err_set(e, ERR_INPUT, "`%.*s` is no protocol flag", SLICE_ARG(word));
        if (!(p->talk->client.got.protocol & bit) != no)
            return err_set(e, ERR_INPUT, "%.*s: the filter's flags are 0x%x", SLICE_ARG(word),
                           p->talk->client.got.protocol);
    }
    return 0;
}

static int hear_progress(struct play *p, struct slice rest, struct err *e)
{
    return p->talk->answer.progress ? 0 : err_set(e, ERR_INPUT, "no progress was reported");
}

static int hear_closed(struct play *p, struct slice rest, struct err *e)
{
    return mt_client_wait_closed(&p->talk->client, p->o->timeout_ms, e);
}

/* within MS: the last step took no longer (a deadline of the product, not a measure of speed) */
static int hear_within(struct play *p, struct slice rest, struct err *e)
{
    uint64_t ms;
    if (!slice_uint(rest, 600000, &ms))
        return err_set(e, ERR_INPUT, "write within MILLISECONDS");
    return p->talk->elapsed_ms <= ms ? 0 : err_set(e, ERR_INPUT, "it took %u ms", p->talk->elapsed_ms);
}

const struct play_verb play_hears[] = {
    { "reply", true, false, hear_reply },   { "add", true, false, hear_add },
    { "insert", true, false, hear_insert }, { "change", true, false, hear_change },
    { "delete", true, false, hear_delete }, { "final", true, false, hear_final },
    { "edits", true, false, hear_edits },   { "hold", true, false, hear_hold },
    { "remove", true, false, hear_remove }, { "no", true, false, hear_no },
    { "log", true, false, hear_log },       { "wants", true, false, hear_wants },
    { "steps", true, false, hear_steps },   { "progress", true, false, hear_progress },
    { "closed", true, false, hear_closed }, { "within", true, false, hear_within },
};
const size_t play_hears_n = sizeof(play_hears) / sizeof(play_hears[0]);
