/* address.c - mailboxes and groups; see address.h
 * A flat loop over tokens. What stands between two commas is gathered twice: as a phrase (quotes undone,
 * blanks kept) and as an address (quotes kept, blanks dropped where RFC 5322 lets them stand); the end of the
 * item decides which of them it was (address-item.c). A quote, comment or bracket that is never closed is an
 * ordinary character; that is found out once a field, so that the whole stays linear. */
#include "message/address.h"

#include "message/address-item.h"

struct parser {
    struct slice s;
    size_t at;
    bool no_quote, no_comment, no_bracket; /* none of these is closed any more */
    bool gap, gap_comment;                 /* before the next token */
    struct address_item i;
};

static bool is_special(char c)
{
    return ascii_space(c) || (c && memchr("()<>,;:\"[", c, 9));
}

static bool is_control(char c)
{
    return (c >= 0 && c < ' ') || c == 0x7f;
}

/* Where the thing that begins at x->at ends (behind its `close`), or 0. It nests unless open is close. */
static size_t find_close(const struct parser *x, char open, char close)
{
    size_t depth = 1;
    for (size_t i = x->at + 1; i < x->s.n; i++) {
        char c = x->s.p[i];
        if (c == '\\')
            i++;
        else if (c == close && --depth == 0)
            return i + 1;
        else if (c == open)
            depth++;
    }
    return 0;
}

/* As find_close, remembering failure. */
static size_t closed(struct parser *x, char open, char close, bool *never)
{
    size_t end = *never ? 0 : find_close(x, open, close);
    if (end == 0) {
        *never = true;
        x->i.list->broken = true;
    }
    return end;
}

static void add_unescaped(struct buf *b, struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n)
            i++;
        else if (s.p[i] == '\r' || s.p[i] == '\n')
            continue;
        buf_add_char(b, s.p[i]);
    }
}

/* for `addr`: as written, but on one line */
static void add_written(struct parser *x, struct buf *b, struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (is_control(s.p[i]))
            x->i.flags |= ADDRESS_ODD;
        if (s.p[i] != '\r' && s.p[i] != '\n')
            buf_add_char(b, s.p[i]);
    }
}

static bool joins(char c)
{
    return c == '.' || c == '@';
}

/* A token of the address: blanks around dots and @ vanish, others separate words. */
static void add_to_addr(struct parser *x, struct slice token)
{
    struct buf *b = &x->i.addr;
    char last = b->n ? b->p[b->n - 1] : 0;
    if (b->n && x->gap && !joins(last) && !joins(token.p[0]))
        buf_add_char(b, ADDRESS_GAP);
    else if (b->n && (x->gap || x->gap_comment))
        x->i.flags |= ADDRESS_ODD;
    add_written(x, b, token);
}

static void add_to_phrase(struct parser *x, struct slice token, bool quoted)
{
    struct buf *b = &x->i.phrase;
    if (b->n && (x->gap || x->gap_comment))
        buf_add_char(b, ' ');
    if (quoted)
        add_unescaped(b, slice_sub(token, 1, token.n - 2));
    else
        buf_add_slice(b, token);
}

static void add_token(struct parser *x, struct slice token, bool quoted)
{
    add_to_phrase(x, token, quoted);
    if (!x->i.has_angle)
        add_to_addr(x, token);
    x->gap = x->gap_comment = false;
    x->at += token.n;
}

static bool skip_comment(struct parser *x)
{
    size_t end = closed(x, '(', ')', &x->no_comment);
    if (end == 0)
        return false;
    if (x->i.comment.n)
        buf_add_char(&x->i.comment, ' ');
    add_unescaped(&x->i.comment, slice_sub(x->s, x->at + 1, end - x->at - 2));
    x->at = end;
    x->gap_comment = true;
    return true;
}

/* The token at x->at: a quoted string, a domain literal, or a run of ordinary characters (at least one byte,
 * whatever it is). */
static struct slice next_token(struct parser *x, bool *quoted)
{
    char c = x->s.p[x->at];
    size_t end = 0;
    if (c == '"')
        end = closed(x, '"', '"', &x->no_quote);
    *quoted = end != 0;
    if (c == '[')
        end = closed(x, ']', ']', &x->no_bracket);
    x->i.list->broken |= c == ')';
    if (end == 0) {
        end = x->at;
        do
            end += x->s.p[end] == '\\' && end + 1 < x->s.n ? 2 : 1;
        while (end < x->s.n && !is_special(x->s.p[end]));
    }
    return slice_sub(x->s, x->at, end - x->at);
}

static void end_item(struct parser *x)
{
    address_item_end(&x->i);
    x->gap = x->gap_comment = false;
}

/* <@a,@b:user@domain>: without the route */
static struct slice without_route(struct parser *x, struct slice addr)
{
    ptrdiff_t colon = addr.n && addr.p[0] == '@' ? slice_chr(addr, ':') : SLICE_NONE;
    if (colon < 0)
        return addr;
    x->i.flags |= ADDRESS_ROUTE;
    return slice_from(addr, (size_t)colon + 1);
}

/* At a `<`: reads up to the `>`, or, if there is none, to the end of the item. */
static void read_angle(struct parser *x)
{
    if (x->i.has_angle)
        address_item_next(&x->i);
    x->i.flags = x->i.has_angle ? ADDRESS_ODD : 0; /* what was odd in a name is not */
    buf_reset(&x->i.addr);
    x->at++;
    x->gap = x->gap_comment = false;
    bool shut = false, quoted;
    while (x->at < x->s.n && !shut) {
        char c = x->s.p[x->at];
        if (c == '(' && skip_comment(x))
            continue;
        if (c == ';' || (c == ',' && !(x->i.addr.n && x->i.addr.p[0] == '@')))
            break;
        if (c == '<' || c == '>' || ascii_space(c)) {
            shut = c == '>';
            x->i.flags |= c == '<' ? ADDRESS_ODD : 0;
            x->gap |= ascii_space(c);
            x->at++;
            continue;
        }
        struct slice token = next_token(x, &quoted);
        if (x->i.addr.n && (x->gap || x->gap_comment))
            x->i.flags |= ADDRESS_ODD;
        x->gap = x->gap_comment = false;
        add_written(x, &x->i.addr, token);
        x->at += token.n;
    }
    x->i.list->broken |= !shut;
    x->i.angle = without_route(x, arena_dup(x->i.arena, slice_trim(buf_slice(&x->i.addr))));
    x->i.has_angle = true;
    x->i.phrase_before = x->i.phrase.n;
    x->gap = true;
}

/* At a `:`: what was read is a group's name, and no address, unless it looks like one. */
static void begin_group(struct parser *x)
{
    size_t last;
    if (x->i.has_angle || address_count_at(buf_slice(&x->i.addr), &last)) {
        x->i.flags |= ADDRESS_ODD;
    } else {
        buf_reset(&x->i.addr);
        x->i.flags = 0;
    }
    end_item(x);
    x->i.in_group = true;
    x->at++;
}

static void step(struct parser *x)
{
    bool quoted;
    char c = x->s.p[x->at];
    if (c == '(' && skip_comment(x))
        return;
    if (ascii_space(c)) {
        x->gap = true;
        x->at++;
    } else if (c == '<')
        read_angle(x);
    else if (c == ':')
        begin_group(x);
    else if (c == ',' || c == ';') {
        end_item(x);
        x->i.in_group = x->i.in_group && c == ',';
        x->at++;
    } else if (c == '>') {
        x->i.list->broken = true;
        x->at++;
    } else {
        struct slice token = next_token(x, &quoted);
        add_token(x, token, quoted);
    }
}

void address_parse(struct address_list *list, struct arena *a, struct slice value,
                   const struct message_limits *l)
{
    struct parser x = { .s = value, .i = { .arena = a, .list = list, .max = l->address_max_count } };
    memset(list, 0, sizeof(*list));
    buf_init_in(&x.i.phrase, a, value.n * 2); /* a blank for each comment */
    buf_init_in(&x.i.addr, a, value.n * 2);
    buf_init_in(&x.i.comment, a, value.n);
    while (x.at < value.n && !list->truncated)
        step(&x);
    end_item(&x);
}
