/* eval-stock.c - check_stock_info: how many of the labels of a stock tip ("Target price: ...") the text has
 * Looks at the first part of plain text, in pieces of two to four thousand characters: a label that a border
 * cuts is not seen. */
#include "config.h"
#include "scoring/eval.h"

#include "message/charset.h"
#include "scoring/eval-text.h"
#include "scoring/view-html-char.h"

#define LABEL_MAX 30   /* characters */
#define LABELS_MAX 200 /* different ones, as counted; there are some 100 */

/* ---- what a label's letters may end with */

/* s without `words` (one of them, separated by bars) at its beginning; false when none is there */
static bool eat(struct slice *s, const char *words)
{
    struct slice rest = slice_str(words), word;
    while (slice_cut(&rest, '|', &word))
        if (slice_starts(*s, word)) {
            *s = slice_from(*s, word.n);
            return true;
        }
    return false;
}

/* Whether s is the letters of `word` (lower case) with at most one other letter between each two of them.
 * All ways are followed at once: bit i of `at` says that the first i letters may end here. */
static bool is_spread(struct slice s, struct slice word)
{
    uint32_t met = 1, may_skip = 0; /* met: just matched; may_skip: a foreign letter since */
    for (size_t i = 0; i < s.n; i++) {
        uint32_t next = 0;
        for (size_t k = 0; k < word.n; k++)
            if ((met | may_skip) >> k & 1 && word.p[k] == s.p[i])
                next |= (uint32_t)2 << k;
        may_skip = met & ~(uint32_t)1; /* none before the first letter */
        met = next;
        may_skip &= ~((uint32_t)1 << word.n); /* nor behind the last */
    }
    return met >> word.n & 1;
}

static bool is_price(struct slice s)
{
    return eat(&s, "opening|current") && eat(&s, "p") && (s.n == 0 || slice_eq(s, SLICE("rice")));
}

static bool is_target(struct slice s)
{
    return eat(&s, "year|week|month|day|price") &&
           (slice_eq(s, SLICE("target")) || slice_eq(s, SLICE("estimate")) ||
            slice_eq(s, SLICE("estimates")));
}

static bool is_label(struct slice s)
{
    static const struct slice words[] = {
        SLICE_INIT("company"),      SLICE_INIT("companyname"),       SLICE_INIT("target"),
        SLICE_INIT("ticker"),       SLICE_INIT("projected"),         SLICE_INIT("position"),
        SLICE_INIT("expectations"), SLICE_INIT("weekhigh"),          SLICE_INIT("weekshigh"),
        SLICE_INIT("sector"),       SLICE_INIT("marketperformance"), SLICE_INIT("recommendation"),
        SLICE_INIT("rating"),
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (slice_eq(s, words[i]))
            return true;
    return is_price(s) || is_target(s) || is_spread(s, SLICE("stock")) || is_spread(s, SLICE("sym")) ||
           is_spread(s, SLICE("symbol"));
}

/* The longest end of the letters that is a label; empty: none. */
static struct slice label_of(struct slice letters)
{
    if (slice_eq(letters, SLICE("tradedate")) || slice_eq(letters, SLICE("tradingdate")))
        return letters;
    for (size_t i = 0; i < letters.n; i++)
        if (is_label(slice_from(letters, i)))
            return slice_from(letters, i);
    return SLICE("");
}

/* ---- labels in the text */

struct labels {
    struct arena *a;
    bool wide;
    struct slice seen[LABELS_MAX];
    size_t n;
};

static void note(struct labels *l, struct slice text)
{
    char letters[LABEL_MAX * 4];
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < sizeof(letters); i++)
        if (ascii_alpha(text.p[i]))
            letters[n++] = ascii_lower(text.p[i]);
    struct slice label = label_of(slice_of(letters, n));
    for (size_t i = 0; label.n && i < l->n; i++)
        if (slice_eq(label, l->seen[i]))
            return;
    if (label.n && l->n < LABELS_MAX)
        l->seen[l->n++] = arena_dup(l->a, label);
}

/* the byte behind up to max characters that are neither colon nor line end; *count: how many */
static size_t label_end(struct slice s, size_t at, size_t max, size_t *count)
{
    for (*count = 0; at < s.n && s.p[at] != ':' && s.p[at] != '\n' && *count < max; ++*count) {
        at++;
        while (at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80)
            at++;
    }
    return at;
}

/* "Label: something" at the beginning of a line, white space (line ends, too) before it. Returns from where
 * the next one may be looked for. */
static size_t read_label(struct labels *l, struct slice s, size_t line)
{
    const struct page_text text = { s, l->wide };
    size_t from = char_skip_space(text, line), count, end, colon, behind;
    if (from >= s.n || s.p[from] == ':')
        return from;
    end = label_end(s, from, LABEL_MAX, &count);
    colon = char_skip_space(text, end);
    if (count < 3 || colon >= s.n || s.p[colon] != ':')
        return from;
    behind = char_skip_space(text, colon + 1);
    if (behind >= s.n)
        return from;
    note(l, slice_sub(s, from, end - from));
    return behind + 1;
}

static void read_piece(struct labels *l, struct slice s)
{
    for (size_t line = 0; line < s.n;) {
        size_t from = read_label(l, s, line);
        ptrdiff_t end = slice_chr(slice_from(s, from), '\n');
        line = end < 0 ? s.n : from + (size_t)end + 1;
    }
}

/* ---- pieces */

/* the byte where the character is that comes `n` characters behind `at` */
static size_t skip_characters(struct slice s, size_t at, size_t n)
{
    for (; n > 0 && at < s.n; n--) {
        at++;
        while (at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80)
            at++;
    }
    return at;
}

/* Where a piece that begins at `at` ends: behind the first line end, or else ">", or else space between 2,048
 * and 4,096 characters on; the text's end when no more than that is left. */
static size_t piece_end(struct slice s, size_t at)
{
    static const char ends[] = { '\n', '>', ' ' };
    size_t from = skip_characters(s, at, VIEW_LINE_MAX), to = skip_characters(s, from, VIEW_LINE_MAX);
    if (to == s.n)
        return s.n;
    for (size_t i = 0; i < sizeof(ends); i++) {
        ptrdiff_t end = slice_chr(slice_sub(s, from, to - from), ends[i]);
        if (end >= 0)
            return from + (size_t)end + 1;
    }
    return skip_characters(s, from, 1);
}

static size_t count_labels(struct check *c, struct view_part *p)
{
    struct labels *l = ARENA_NEW(c->m->arena, struct labels);
    struct slice text = view_part_text(c->m->arena, p);
    l->a = c->m->arena;
    l->wide = p->html ? p->html->text_wide : utf8_ascii(text) < text.n;
    for (size_t at = 0, end; at < text.n; at = end) {
        end = piece_end(text, at);
        read_piece(l, slice_sub(text, at, end - at));
    }
    return l->n;
}

/* (min): how many different ones */
static double check_stock_info(struct check *c, const struct eval_args *args, const void *prepared)
{
    double min = eval_number(args, 0, 0);
    (void)prepared;
    if (min == 0)
        return 1;
    view_parts_foreach(p, views_tree(&c->views))
    {
        if (slice_eq(p->type, SLICE("text/plain")))
            return (double)count_labels(c, p) >= min;
    }
    return 0 >= min;
}

static const struct eval_function stock_rows[] = {
    { "check_stock_info", "BodyEval", 0, 1, 1, NULL, check_stock_info, NULL },
};
EVAL_FAMILY(eval_stock, "BodyEval: stocks", stock_rows);
