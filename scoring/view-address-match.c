/* view-address-match.c - one entry of a list of addresses, taken off its begin; see view-address-match.h
 * What a regular expression with alternatives does there, in its order of trying: first "phrase <address>"
 * with the closing bracket as far back as may be, then an address, then a phrase. */
#include "config.h"
#include "scoring/view-address-match.h"

#include "scoring/view-type.h"

#define STEPS_MAX 200000 /* of one field, some twenty times what 8 KiB of ordinary addresses take */
#define DUPLICATES_MAX 8
#define FAILED SIZE_MAX

static size_t skip_space(struct slice s, size_t at)
{
    while (at < s.n && view_space(s.p[at]))
        at++;
    return at;
}

static bool spent(struct view_address_match *m, size_t steps)
{
    m->steps += steps + 1;
    return m->steps > STEPS_MAX;
}

size_t view_address_quoted(struct slice s, size_t at)
{
    for (size_t i = at + 1; at < s.n && s.p[at] == '"' && i < s.n; i++) {
        if (s.p[i] == '"')
            return i + 1;
        if (s.p[i] == '\\' && (++i == s.n || s.p[i] == '\n'))
            break;
    }
    return 0;
}

size_t view_address_comment(struct slice s, size_t at)
{
    for (size_t i = at + 1; at < s.n && s.p[at] == '(' && i < s.n; i++) {
        if (s.p[i] == ')')
            return i + 1;
        if (s.p[i] == '(' || (s.p[i] == '\\' && (++i == s.n || s.p[i] == '\n')))
            break;
    }
    return 0;
}

static bool special(char c)
{
    return view_space(c) || c == '<' || c == '>' || c == '(' || c == ')' || c == '[' || c == ']' ||
           c == ',' || c == ':' || c == ';';
}

size_t view_address_mail(struct slice s, size_t at)
{
    size_t i = view_address_quoted(s, at), from;
    if (i == 0 || i >= s.n || s.p[i] != '@')
        for (i = at; i < s.n && s.p[i] != '@' && !special(s.p[i]); i++) {
        }
    if (i == at || i >= s.n || s.p[i] != '@')
        return 0;
    for (from = ++i; i < s.n && s.p[i] != '"' && !special(s.p[i]); i++) {
    }
    if (i > from)
        return i;
    if (i >= s.n || s.p[i] != '[')
        return 0;
    for (from = ++i; i < s.n && (ascii_digit(s.p[i]) || s.p[i] == ':' || s.p[i] == '.'); i++) {
    }
    return i > from && i < s.n && s.p[i] == ']' ? i + 1 : 0;
}

/* ---- what follows an address */

/* Comment, white space, comma or semicolon or the end: where the next entry begins. */
static size_t finish(struct view_address_match *m, size_t at)
{
    size_t open = skip_space(m->s, at), behind = view_address_comment(m->s, open), end;
    if (spent(m, (behind ? behind : open) - at))
        return FAILED;
    if (behind) {
        end = skip_space(m->s, behind);
        if (end == m->s.n || m->s.p[end] == ',' || m->s.p[end] == ';') {
            m->has_comment = true;
            m->comment = slice_sub(m->s, open + 1, behind - open - 2);
            return end + (end < m->s.n);
        }
    }
    if (open == m->s.n || m->s.p[open] == ',' || m->s.p[open] == ';')
        return open + (open < m->s.n);
    return FAILED;
}

static size_t word_end(struct slice s, size_t at)
{
    while (at < s.n && !view_space(s.p[at]))
        at++;
    return at;
}

/* Enclosures that some software repeats, then the end. A closing bracket that lets the rest fit is looked for
 * from the back. */
static size_t duplicates(struct view_address_match *m, size_t at, unsigned depth)
{
    size_t open = skip_space(m->s, at);
    if (open < m->s.n && m->s.p[open] == '<' && depth < DUPLICATES_MAX) {
        size_t from = skip_space(m->s, open + 1), quoted = view_address_quoted(m->s, from);
        size_t word = quoted ? quoted : from, end = word_end(m->s, word), next;
        size_t tail = skip_space(m->s, end);
        if (spent(m, tail - at))
            return FAILED;
        if (end > word && tail < m->s.n && m->s.p[tail] == '>' &&
            (next = duplicates(m, tail + 1, depth + 1)) != FAILED)
            return next;
        for (size_t i = end; i-- > from;)
            if (m->s.p[i] == '>' && (i > word || i == from) &&
                (next = duplicates(m, i + 1, depth + 1)) != FAILED)
                return next;
    }
    return finish(m, at);
}

/* ---- the three shapes */

/* The address begins at `from`, the bracket closes at `close`. */
static size_t try_close(struct view_address_match *m, size_t from, size_t end, size_t close)
{
    size_t next = duplicates(m, close + 1, 0);
    if (next == FAILED)
        return FAILED;
    m->has_enclosed = true;
    m->enclosed = slice_sub(m->s, from, end - from);
    return next;
}

/* < at `open`. White space is allowed before the first @ or >, and before the closing bracket. */
static size_t enclosed(struct view_address_match *m, size_t open)
{
    struct slice s = m->s;
    size_t from = skip_space(s, open + 1), first = from, next;
    while (first < s.n && s.p[first] != '>' && s.p[first] != '@')
        first++;
    if (first == s.n || spent(m, first - open))
        return FAILED;
    size_t end = word_end(s, first), tail = skip_space(s, end);
    if (tail < s.n && tail > end && s.p[tail] == '>' && (next = try_close(m, from, end, tail)) != FAILED)
        return next;
    for (size_t i = end; i-- > first + 1;)
        if (s.p[i] == '>' && (next = try_close(m, from, i, i)) != FAILED)
            return next;
    if (s.p[first] != '>')
        return FAILED;
    for (end = first; end > from && view_space(s.p[end - 1]); end--) {
    }
    return try_close(m, from, end, first);
}

/* Quoted strings and runs without any of ",;< : where they end. */
static size_t phrase_end(struct view_address_match *m, size_t at)
{
    struct slice s = m->s;
    for (size_t quoted; at < s.n && s.p[at] != ',' && s.p[at] != ';' && s.p[at] != '<';) {
        if (s.p[at] != '"') {
            at++;
            continue;
        }
        if ((quoted = view_address_quoted(s, at)) == 0)
            break;
        at = quoted;
    }
    return at;
}

static void set_phrase(struct view_address_match *m, size_t from, size_t end)
{
    m->has_phrase = true;
    m->phrase = slice_sub(m->s, from, end - from);
}

/* A phrase alone; what stands behind its last quoted string may be a comment with commas in it. */
static size_t only_phrase(struct view_address_match *m, size_t from, size_t end)
{
    size_t next = finish(m, end), at = from, quoted;
    while (next == FAILED && at < end) {
        if (m->s.p[at] != '"') {
            at++;
            continue;
        }
        quoted = view_address_quoted(m->s, at);
        at = quoted ? quoted : end;
        if (quoted && at < end && (next = finish(m, at)) != FAILED)
            end = at;
    }
    if (next != FAILED)
        set_phrase(m, from, end);
    return next;
}

static size_t match_at(struct view_address_match *m, size_t from)
{
    size_t phrase = phrase_end(m, from), next = FAILED, mail;
    if (spent(m, phrase - from))
        return FAILED;
    if (phrase < m->s.n && m->s.p[phrase] == '<')
        next = enclosed(m, phrase);
    if (next != FAILED) {
        if (phrase > from)
            set_phrase(m, from, phrase);
        return next;
    }
    mail = view_address_mail(m->s, from);
    if (mail && (next = finish(m, mail)) != FAILED) {
        m->has_mail = true;
        m->mail = slice_sub(m->s, from, mail - from);
        return next;
    }
    return phrase > from ? only_phrase(m, from, phrase) : FAILED;
}

bool view_address_match(struct view_address_match *m)
{
    size_t from = skip_space(m->s, 0), next;
    m->has_phrase = m->has_enclosed = m->has_mail = m->has_comment = false;
    next = match_at(m, from);
    if (next == FAILED && from > 0 && !spent(m, 1)) /* white space alone is a phrase, too */
        next = match_at(m, from - 1);
    if (next == FAILED)
        return false;
    m->s = slice_from(m->s, next);
    return true;
}
