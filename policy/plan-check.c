/* plan-check.c - the proof that a plan cannot break a header, a reply or a log line; see plan.h
 * Written without the functions that make plans, so that a mistake there is found here. Linear in the plan.
 */
#include "policy/plan.h"

#define VALUES_MAX (64 * 1024)
#define LINE_MAX 998 /* RFC 5322 2.1.1 */

static bool name_ok(const struct plan_edit *e)
{
    bool foreign = e->kind == EDIT_DELETE_HEADER; /* as the sender wrote it: UTF-8 is possible (RFC 6532) */
    if (e->name == NULL || *e->name == 0)
        return false;
    for (const char *c = e->name; *c; c++) {
        bool printable = *c > ' ' && *c < 0x7f && *c != ':';
        if (!(foreign ? printable || (unsigned char)*c >= 0x80 : ascii_alnum(*c) || *c == '-'))
            return false;
    }
    return true;
}

/* NULL or what is wrong; *total grows by the value's length */
static const char *value_fault(const struct plan_edit *e, size_t *total)
{
    size_t line = strlen(e->name) + 2;
    bool text = true; /* the first line may be empty */
    for (const char *c = e->value; *c; c++, ++*total) {
        if (*c == '\r')
            return "CR in a header value";
        if (*c == '\n') {
            if (c[1] != ' ' && c[1] != '\t')
                return "line end without white space in a header value";
            if (!text)
                return "blank line in a header value";
            text = false;
            line = 0;
            continue;
        }
        text = text || (*c != ' ' && *c != '\t');
        if (++line > LINE_MAX)
            return "header line over 998 bytes";
    }
    if (!text)
        return "blank line in a header value";
    return *total > VALUES_MAX ? "header values over 64 KiB" : NULL;
}

static const char *edit_fault(const struct plan_edit *e, size_t *total)
{
    if (e->kind > EDIT_DELETE_HEADER)
        return "unknown edit";
    if (!name_ok(e))
        return "bad header name";
    if (e->kind != EDIT_ADD_HEADER && e->index == 0)
        return "header index 0";
    if (e->kind == EDIT_DELETE_HEADER)
        return e->value ? "deletion with a value" : NULL;
    return e->value ? value_fault(e, total) : "edit without a value";
}

/* printable ASCII without the `%` of formats, 1..max bytes */
static bool plain(const char *s, size_t max)
{
    size_t n = 0;
    if (s == NULL || *s == 0)
        return false;
    for (; *s; s++)
        if (*s < ' ' || *s > '~' || *s == '%' || ++n > max)
            return false;
    return true;
}

/* "5.7.1": digit of the class, one to three digits twice (RFC 3463 2) */
static bool enhanced_ok(const char *s, char class)
{
    if (s == NULL || s[0] != class)
        return false;
    s++;
    for (int part = 0; part < 2; part++) {
        size_t n = 0;
        if (*s++ != '.')
            return false;
        while (n < 4 && ascii_digit(s[n]))
            n++;
        if (n < 1 || n > 3)
            return false;
        s += n;
    }
    return *s == 0;
}

static const char *reply_fault(const struct plan *p)
{
    if (p->reply == REPLY_ACCEPT || p->reply == REPLY_DISCARD)
        return p->code || p->enhanced || p->text ? "reply text where there is no refusal" : NULL;
    if (p->reply != REPLY_REJECT && p->reply != REPLY_TEMPFAIL)
        return "unknown reply";
    /* A 5xx with a temporary failure, or the other way round, is silently dropped by libmilter. */
    const char *want = p->reply == REPLY_REJECT ? "550" : "451";
    if (p->code == NULL || strcmp(p->code, want) != 0)
        return "reply code does not belong to the reply";
    if (!enhanced_ok(p->enhanced, *want))
        return "bad enhanced status code";
    if (!plain(p->text, 200))
        return "bad reply text";
    return p->n_edits || p->hold_reason ? "a refused message is neither edited nor held" : NULL;
}

/* "<...>" without what would end a milter's argument or a line. */
static bool is_address(const char *s)
{
    size_t n = strlen(s);
    return n >= 2 && s[0] == '<' && s[n - 1] == '>' && strpbrk(s, "\r\n") == NULL;
}

const char *plan_check(const struct plan *p)
{
    size_t n = 0, total = 0;
    const char *fault = reply_fault(p);
    for (const struct plan_edit *e = p->first; e && !fault; e = e->next, n++)
        fault = edit_fault(e, &total);
    if (fault)
        return fault;
    if (n != p->n_edits)
        return "wrong number of edits";
    if (p->hold_reason && !plain(p->hold_reason, PLAN_HOLD_MAX))
        return "bad hold reason";
    if (p->store && p->reply == REPLY_TEMPFAIL)
        return "a message that comes again is stored";
    for (const struct plan_removal *r = p->removals; r; r = r->next)
        if (!is_address(r->address))
            return "bad recipient";
    if (p->removals && p->reply != REPLY_ACCEPT)
        return "recipients of a message that nobody gets are removed";
    if (p->observed && (n || p->hold_reason || p->store || p->reply != REPLY_ACCEPT))
        return "an observed message is changed";
    return p->reply == REPLY_DISCARD && (n || p->hold_reason) ? "a discarded message is edited or held"
                                                              : NULL;
}
