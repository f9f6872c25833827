/* address-item.c - the addresses in what stands between two commas; see address-item.h */
#include "message/address-item.h"

#include "message/words.h"

static struct address *new_address(struct address_item *x)
{
    struct address_list *l = x->list;
    if (l->n == x->max) {
        l->truncated = true;
        return NULL;
    }
    if (l->n == x->room) {
        size_t room = x->room ? x->room * 2 : 4;
        l->v = arena_grow(x->arena, l->v, l->n, room, sizeof(*l->v));
        x->room = room;
    }
    return &l->v[l->n++];
}

static size_t count_unquoted_at(struct slice s, size_t *last, bool *in_quotes)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            *in_quotes = !*in_quotes;
        else if (s.p[i] == '@' && !*in_quotes) {
            n++;
            *last = i;
        }
    }
    return n;
}

size_t address_count_at(struct slice s, size_t *last)
{
    bool in_quotes = false;
    size_t n = count_unquoted_at(s, last, &in_quotes);
    if (!in_quotes)
        return n;
    n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '@') {
            n++;
            *last = i;
        }
    return n;
}

/* as found in names; the others of RFC 5322 are more often punctuation there */
static bool address_char(char c)
{
    return ascii_alnum(c) || (c & 0x80) || (c && memchr("._+-%", c, 5));
}

/* Whether an address other than addr stands in the name. Linear: no stretch goes over an @. */
static bool holds_other_address(struct slice name, struct slice addr)
{
    for (size_t i = 1; i + 1 < name.n; i++) {
        if (name.p[i] != '@')
            continue;
        size_t begin = i, end = i + 1;
        while (begin > 0 && address_char(name.p[begin - 1]))
            begin--;
        while (end < name.n && address_char(name.p[end]))
            end++;
        struct slice found = slice_sub(name, begin, end - begin),
                     domain = slice_sub(name, i + 1, end - i - 1);
        if (begin < i && slice_chr(domain, '.') > 0 && !slice_ieq(found, addr))
            return true;
    }
    return false;
}

static void add_address(struct address_item *x, struct slice name, struct slice addr, unsigned flags)
{
    struct address *a = new_address(x);
    size_t at = 0;
    if (a == NULL)
        return;
    size_t n = address_count_at(addr, &at);
    a->addr = addr;
    a->name = words_decode(x->arena, slice_trim(name), NULL);
    a->flags = flags | (x->in_group ? ADDRESS_IN_GROUP : 0);
    if (n == 0 || at == 0 || at + 1 == addr.n)
        a->flags |= ADDRESS_INVALID;
    else {
        a->local = slice_sub(addr, 0, at);
        a->domain = slice_from(addr, at + 1);
    }
    if (n > 1 || slice_chr(addr, '"') >= 0 || slice_find(addr, SLICE("=?")) >= 0)
        a->flags |= ADDRESS_ODD;
    if (holds_other_address(a->name, addr))
        a->flags |= ADDRESS_NAME_IS_ADDR;
}

static struct slice kept(struct address_item *x, struct slice s)
{
    return arena_dup(x->arena, slice_trim(s));
}

/* `addr` as what stood there, for an item that is no address */
static struct slice with_blanks(struct address_item *x, struct slice words)
{
    char *p = arena_str(x->arena, words);
    for (size_t i = 0; i < words.n; i++)
        if (p[i] == ADDRESS_GAP)
            p[i] = ' ';
    return slice_of(p, words.n);
}

/* No brackets: the words that hold an @ are addresses, those before them their names. */
static void end_bare(struct address_item *x)
{
    struct slice all = buf_slice(&x->addr), rest = all, word;
    size_t last, named = 0, at = 0; /* offsets in all */
    if (all.n == 0)
        return;
    struct slice comment = kept(x, buf_slice(&x->comment));
    if (slice_chr(all, ADDRESS_GAP) < 0 || address_count_at(all, &last) == 0) {
        add_address(x, comment, with_blanks(x, all), x->flags);
        return;
    }
    while (slice_cut(&rest, ADDRESS_GAP, &word)) {
        if (address_count_at(word, &last)) {
            struct slice name = with_blanks(x, slice_sub(all, named, at - named));
            add_address(x, name.n ? name : comment, arena_dup(x->arena, word), x->flags | ADDRESS_ODD);
            named = at + word.n + 1;
        }
        at += word.n + 1;
    }
}

static void end_angle(struct address_item *x, bool another)
{
    struct slice phrase = buf_slice(&x->phrase), before = slice_sub(phrase, 0, x->phrase_before);
    struct slice behind = slice_trim(slice_from(phrase, x->phrase_before));
    unsigned flags = x->flags | (another || behind.n ? ADDRESS_ODD : 0);
    struct slice name = slice_trim(before).n   ? before
                        : !another && behind.n ? behind
                                               : buf_slice(&x->comment);
    add_address(x, kept(x, name), x->angle, flags);
    if (another) { /* what stood behind the bracket is the next one's name */
        behind = kept(x, behind);
        buf_reset(&x->comment);
        buf_reset(&x->phrase);
        buf_add_slice(&x->phrase, behind);
    }
}

void address_item_end(struct address_item *x)
{
    if (x->has_angle)
        end_angle(x, false);
    else
        end_bare(x);
    buf_reset(&x->phrase);
    buf_reset(&x->addr);
    buf_reset(&x->comment);
    x->has_angle = false;
    x->flags = 0;
}

void address_item_next(struct address_item *x)
{
    end_angle(x, true);
}
