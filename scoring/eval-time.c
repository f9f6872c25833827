/* eval-time.c - functions that compare dates: Date against Received, Date against Outlook's Message-ID */
#include "config.h"
#include "scoring/eval.h"

#include <stdlib.h>
#include <time.h>
#include "scoring/eval-date.h"
#include "scoring/eval-text.h"

struct times {
    bool has_date, has_received, has_fetched;
    int64_t date;     /* Resent-Date, or else Date */
    int64_t received; /* by the first Received line that says */
    int64_t fetched;  /* by fetchmail's lines */
    int64_t shift;    /* seconds from the nearest Received line to Date */
};

/* ---- reading */

static bool first_date(struct check *c, struct slice name, int64_t *seconds)
{
    const struct view_header *h = views_get(&c->views, name);
    for (size_t i = 0; i < h->n; i++)
        if (rule_date(c->m->arena, text_chomp(h->v[i]), seconds))
            return true;
    return false;
}

static bool received_date(struct check *c, struct slice line, int64_t *seconds)
{
    struct slice text = rule_received_date(line);
    return text.n && rule_date(c->m->arena, text, seconds);
}

/* a word that ends in \b127.0.0.1\b */
static bool is_loopback(struct slice word)
{
    static const struct slice address = SLICE_INIT("127.0.0.1");
    for (size_t i = 0; i + address.n <= word.n; i++)
        if (text_at(word, i, address) && text_boundary(word, i) && text_boundary(word, i + address.n))
            return true;
    return false;
}

/* "from localhost ", or 127.0.0.1 in the second or third word behind "from" */
static bool from_here(struct slice line)
{
    static const struct slice from = SLICE_INIT("from ");
    for (size_t i = 0; i + from.n <= line.n; i++) {
        size_t at = i + from.n, end;
        if (!text_at(line, i, from) || !text_boundary(line, i))
            continue;
        if (text_at(line, at, SLICE("localhost")) && at + 9 < line.n && text_space(line.p[at + 9]))
            return true;
        for (int words = 0; words < 2; words++) {
            end = text_skip_word(line, at);
            if (end == at || end == line.n || line.p[end] != ' ')
                break;
            at = end + 1;
            if (is_loopback(slice_sub(line, at, text_skip_word(line, at) - at)))
                return true;
        }
    }
    return false;
}

/* digits between two words, "qmail 123 invoked" */
static bool has_numbered(struct slice line, struct slice before, struct slice behind)
{
    for (size_t i = 0; i + before.n <= line.n; i++) {
        size_t at = i + before.n, end = text_skip_digits(line, at);
        if (text_at(line, i, before) && end > at && text_at(line, end, behind) && end + behind.n < line.n &&
            ascii_digit(line.p[end + behind.n]))
            return true;
    }
    return false;
}

/* "by localhost with POP3 (fetchmail-6." */
static bool by_fetchmail(struct slice line)
{
    static const struct slice by = SLICE_INIT("by localhost with "), tail = SLICE_INIT(" (fetchmail-");
    for (size_t i = 0; i + by.n <= line.n; i++) {
        size_t at = i + by.n;
        if (!text_at(line, i, by) || !text_boundary(line, i))
            continue;
        while (at < line.n && text_word(line.p[at]))
            at++;
        if (at == i + by.n || !text_at(line, at, tail) || at + tail.n == line.n)
            continue;
        char next = line.p[at + tail.n];
        if (ascii_digit(next) || next == '.')
            return true;
    }
    return false;
}

/* How many of the first lines are of fetching mail on this host. */
static size_t local_lines(const struct slice *lines, size_t n)
{
    size_t here =
        n && (from_here(lines[0]) || has_numbered(lines[0], SLICE("qmail "), SLICE(" invoked by uid ")));
    return here < n && by_fetchmail(lines[here]) ? here + 1 : 0;
}

static void read_fetched(struct check *c, struct times *t, const struct slice *lines, size_t n)
{
    int64_t seconds, now = (int64_t)time(NULL);
    for (size_t i = 0; i < n; i++)
        if (received_date(c, lines[i], &seconds) && seconds <= now) {
            t->fetched = t->has_fetched && t->fetched > seconds ? t->fetched : seconds;
            t->has_fetched = true;
        }
}

/* The smallest difference is believed; one of none in the last line is not counted. */
static void read_received(struct check *c, struct times *t, const struct slice *lines, size_t n)
{
    int64_t seconds, best = 0, last = 0;
    size_t seen = 0;
    for (size_t i = 0; i < n; i++) {
        if (!received_date(c, lines[i], &seconds))
            continue;
        if (seen == 0)
            t->received = seconds;
        t->has_received = true;
        if (seen && (seen == 1 || llabs(last) < llabs(best)))
            best = last;
        last = t->date - seconds;
        seen++;
    }
    if (seen == 1 || (seen && last != 0 && llabs(last) < llabs(best)))
        best = last;
    t->shift = t->has_date && seen ? best : 0;
}

static const struct times *times_of(struct check *c)
{
    if (c->state[CHECK_HEADER])
        return c->state[CHECK_HEADER];
    struct times *t = c->state[CHECK_HEADER] = ARENA_NEW(c->m->arena, struct times);
    struct slice rest = views_get(&c->views, SLICE("Received"))->text, line;
    size_t n = 0, max = 0, local;
    for (size_t i = 0; i < rest.n; i++)
        max += rest.p[i] == '\n';
    struct slice *lines = arena_array(c->m->arena, max + 1, sizeof(*lines));
    while (slice_line(&rest, &line))
        if (!text_blank(line))
            lines[n++] = text_chomp(line);
    t->has_date = first_date(c, SLICE("Resent-Date"), &t->date) || first_date(c, SLICE("Date"), &t->date);
    local = local_lines(lines, n);
    read_fetched(c, t, lines, local);
    read_received(c, t, lines + local, n - local);
    return t;
}

/* ---- functions */

/* between two bounds, the lower one included; "undef" is none */
static bool within(double value, const struct eval_args *args, double unit)
{
    struct slice min = eval_arg(args, 0), max = eval_arg(args, 1), none = SLICE("undef");
    return (slice_eq(min, none) || value >= unit * eval_number(args, 0, 0)) &&
           (slice_eq(max, none) || value < unit * eval_number(args, 1, 0));
}

/* hours that Date is ahead of Received */
static double check_for_shifted_date(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return within((double)times_of(c)->shift, args, 3600);
}

static int later_first(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

/* when the message came in: the middle one of what is known */
static int64_t arrival(const struct times *t)
{
    int64_t known[4];
    size_t n = 0;
    if (t->has_date)
        known[n++] = t->date;
    if (t->has_received)
        known[n++] = t->received;
    if (t->has_fetched)
        known[n++] = t->fetched;
    if (t->has_date && t->has_received)
        known[n++] = t->date - t->shift;
    qsort(known, n, sizeof(*known), later_first);
    return n ? known[(n - 1) / 2] : 0;
}

static double received_within_months(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return within((double)((int64_t)time(NULL) - arrival(times_of(c))), args, 31556952.0 / 12);
}

/* eight lower-case hexadecimal digits: their value, else -1 */
static int64_t hex8(struct slice s)
{
    int64_t value = 0;
    for (size_t i = 0; i < 8; i++) {
        if (i >= s.n || ascii_hex(s.p[i]) < 0 || (s.p[i] >= 'A' && s.p[i] <= 'F'))
            return -1;
        value = value * 16 + ascii_hex(s.p[i]);
    }
    return value;
}

/* Outlook's clock in its Message-ID, <xxxxTTTTTTTT$xxxxxxxx$xxxxxxxx@; -1: not such an ID */
static int64_t outlook_ticks(struct slice id)
{
    if (id.n < 32 || id.p[0] != '<' || hex8(slice_sub(id, 1, 8)) < 0 || id.p[13] != '$' || id.p[22] != '$' ||
        id.p[31] != '@' || hex8(slice_from(id, 14)) < 0 || hex8(slice_from(id, 23)) < 0)
        return -1;
    return hex8(slice_from(id, 5));
}

static bool ticks_fit(struct check *c, int64_t ticks, struct slice text)
{
    int64_t seconds;
    if (!rule_date(c->m->arena, text, &seconds))
        seconds = 0;
    int64_t expected = (int64_t)((double)seconds * 0.0023283064365387 + 27111902.8329849);
    return llabs(ticks - expected) < 250;
}

/* Whether neither Date nor Received agrees with it. */
static double check_outlook_message_id(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args, (void)prepared;
    int64_t ticks = outlook_ticks(views_get(&c->views, SLICE("MESSAGEID"))->text);
    return ticks >= 0 && !ticks_fit(c, ticks, views_get(&c->views, SLICE("Date"))->text) &&
           !ticks_fit(c, ticks, views_get(&c->views, SLICE("Received"))->text);
}

static const struct eval_function time_rows[] = {
    { "check_for_shifted_date", "HeaderEval", 0, 2, 2, NULL, check_for_shifted_date, NULL },
    { "received_within_months", "HeaderEval", 0, 2, 2, NULL, received_within_months, NULL },
    { "check_outlook_message_id", "HeaderEval", 0, 0, 0, NULL, check_outlook_message_id, NULL },
};
EVAL_FAMILY(eval_time, "HeaderEval: dates", time_rows);
