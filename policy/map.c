/* map.c - lookup tables; see map.h
 * A text map is sorted once and searched by halves; of equal keys the first line counts. The others are tried
 * line by line, in order. */
#include "policy/map.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/os.h"

enum map_type { MAP_TEXT, MAP_REGEX, MAP_CIDR, MAP_TYPE_COUNT };
static const char *const type_names[] = { "text", "regex", "cidr" };

struct network {
    int family;
    unsigned char bytes[16];
    unsigned bits;
};

struct map_line {
    struct slice key, value;
    unsigned line;
    bool negated;
    struct regex *regex;
    struct network network;
};

struct map {
    enum map_type type;
    const char *name;
    struct map_line *lines;
    size_t n;
};

struct reader {
    struct map *m;
    struct arena *a;
    struct slice rest;
    unsigned line; /* of what comes next */
    size_t cap;
};

/* ---- lines */

static bool blank(struct slice line)
{
    struct slice s = slice_trim(line);
    return s.n == 0 || s.p[0] == '#';
}

/* A logical line, its continuations joined by a space; false at the end. */
static bool next_line(struct reader *r, struct buf *out, unsigned *number)
{
    struct slice line;
    buf_reset(out);
    while (slice_line(&r->rest, &line)) {
        r->line++;
        line = slice_chomp(line);
        if (blank(line))
            continue;
        *number = r->line;
        buf_add_slice(out, line);
        break;
    }
    while (out->n && r->rest.n && (ascii_space(r->rest.p[0]) || r->rest.p[0] == '#')) {
        slice_line(&r->rest, &line);
        r->line++;
        if (blank(line))
            continue;
        buf_add_char(out, ' ');
        buf_add_slice(out, slice_trim(slice_chomp(line)));
    }
    return out->n > 0;
}

static int wrong(const struct reader *r, unsigned line, struct err *e, const char *what)
{
    return err_set(e, ERR_CONFIG, "%.80s:%u: %s", r->m->name, line, what);
}

static struct map_line *add_line(struct reader *r, unsigned number)
{
    struct map *m = r->m;
    if (m->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 64;
        m->lines = arena_grow(r->a, m->lines, m->n, r->cap, sizeof(*m->lines));
    }
    m->lines[m->n] = (struct map_line){ .line = number };
    return &m->lines[m->n++];
}

/* Splits "key value". */
static int split(const struct reader *r, struct slice line, unsigned number, struct slice *key,
                 struct slice *value, struct err *e)
{
    size_t n = 0;
    while (n < line.n && !ascii_space(line.p[n]))
        n++;
    *key = slice_sub(line, 0, n);
    *value = slice_trim(slice_from(line, n));
    return value->n ? 0 : wrong(r, number, e, "a key without a value: write KEY VALUE");
}

/* ---- the types */

static int read_text(struct reader *r, struct slice line, unsigned number, struct err *e)
{
    struct slice key, value;
    if (ascii_space(line.p[0]))
        return wrong(r, number, e, "the first line begins with white space: it continues nothing");
    if (split(r, line, number, &key, &value, e) != 0)
        return -1;
    struct map_line *l = add_line(r, number);
    char *folded = arena_str(r->a, key);
    for (size_t i = 0; i < key.n; i++)
        folded[i] = ascii_lower(folded[i]);
    l->key = slice_of(folded, key.n);
    l->value = arena_dup(r->a, value);
    return 0;
}

static unsigned flags_of(struct slice *rest)
{
    unsigned flags = 0;
    for (; rest->n && !ascii_space(rest->p[0]); *rest = slice_from(*rest, 1))
        switch (rest->p[0]) {
        case 'i': flags |= REGEX_CASELESS; break;
        case 'm': flags |= REGEX_MULTILINE; break;
        case 's': flags |= REGEX_DOTALL; break;
        case 'x': flags |= REGEX_EXTENDED; break;
        default: return UINT32_MAX;
        }
    return flags;
}

static int read_regex(struct reader *r, struct slice line, unsigned number, struct err *e)
{
    struct err why;
    bool negated = line.n && line.p[0] == '!';
    line = slice_from(line, negated);
    if (line.n < 2 || line.p[0] != '/')
        return wrong(r, number, e, "a pattern must stand between slashes: write /PATTERN/ VALUE");
    size_t end = 1;
    while (end < line.n && line.p[end] != '/')
        end += line.p[end] == '\\' ? 2 : 1;
    if (end >= line.n)
        return wrong(r, number, e, "the pattern has no end: write /PATTERN/ VALUE");
    struct slice pattern = slice_sub(line, 1, end - 1), rest = slice_from(line, end + 1);
    unsigned flags = flags_of(&rest);
    if (flags == UINT32_MAX)
        return wrong(r, number, e, "an unknown flag behind the pattern: i, m, s and x are known");
    struct slice value = slice_trim(rest);
    if (value.n == 0)
        return wrong(r, number, e, "a pattern without a value: write /PATTERN/ VALUE");
    struct regex *regex = regex_new(pattern, flags, &why);
    if (regex == NULL)
        return wrong(r, number, e, why.text);
    struct map_line *l = add_line(r, number);
    l->regex = regex;
    l->negated = negated;
    l->value = arena_dup(r->a, value);
    return 0;
}

static bool read_address(struct slice text, struct network *n)
{
    char s[64];
    if (text.n >= sizeof(s) || text.n == 0)
        return false;
    memcpy(s, text.p, text.n);
    s[text.n] = 0;
    *n = (struct network){ .family = strchr(s, ':') ? AF_INET6 : AF_INET };
    n->bits = n->family == AF_INET6 ? 128 : 32;
    return inet_pton(n->family, s, n->bytes) == 1;
}

/* In brackets, as the MTA writes an address literal, too. */
static bool read_network(struct slice text, struct network *n)
{
    ptrdiff_t slash = slice_chr(text, '/');
    struct slice address = slash < 0 ? text : slice_sub(text, 0, (size_t)slash);
    if (!read_address(address, n))
        return false;
    if (slash < 0)
        return true;
    struct slice bits = slice_from(text, (size_t)slash + 1);
    unsigned long length = 0;
    for (size_t i = 0; i < bits.n; i++) {
        if (!ascii_digit(bits.p[i]) || i > 2)
            return false;
        length = length * 10 + (unsigned long)(bits.p[i] - '0');
    }
    if (bits.n == 0 || length > n->bits)
        return false;
    n->bits = (unsigned)length;
    return true;
}

/* 192.0.2.1/24 may be meant as the host or as the network: somebody has to say which. */
static bool has_host_bits(const struct network *n)
{
    for (unsigned bit = n->bits; bit < (n->family == AF_INET6 ? 128 : 32); bit++)
        if (n->bytes[bit / 8] & (0x80 >> bit % 8))
            return true;
    return false;
}

static int read_cidr(struct reader *r, struct slice line, unsigned number, struct err *e)
{
    struct slice key, value;
    struct network network;
    bool negated = line.n && line.p[0] == '!';
    line = slice_from(line, negated);
    if (split(r, line, number, &key, &value, e) != 0)
        return -1;
    if (!read_network(key, &network))
        return wrong(r, number, e, "that is no network: write 192.0.2.0/24 or 2001:db8::/32");
    if (has_host_bits(&network))
        return wrong(r, number, e,
                     "bits behind the network's length are set: write 192.0.2.0/24, or the address alone");
    struct map_line *l = add_line(r, number);
    l->network = network;
    l->negated = negated;
    l->value = arena_dup(r->a, value);
    return 0;
}

static int by_key(const void *p, const void *q)
{
    const struct map_line *a = p, *b = q;
    size_t n = a->key.n < b->key.n ? a->key.n : b->key.n;
    int c = n ? memcmp(a->key.p, b->key.p, n) : 0;
    if (c == 0 && a->key.n != b->key.n)
        c = a->key.n < b->key.n ? -1 : 1;
    return c ? c : (a->line > b->line) - (a->line < b->line);
}

static int read_lines(struct reader *r, struct err *e)
{
    static int (*const readers[])(struct reader *, struct slice, unsigned,
                                  struct err *) = { read_text, read_regex, read_cidr };
    struct buf line;
    unsigned number = 0;
    int rc = 0;
    buf_init_in(&line, r->a, MAP_BYTES_MAX); /* the arena may end the loading with a jump */
    while (rc == 0 && next_line(r, &line, &number))
        rc = readers[r->m->type](r, buf_slice(&line), number, e);
    if (rc == 0 && r->m->type == MAP_TEXT && r->m->n)
        qsort(r->m->lines, r->m->n, sizeof(*r->m->lines), by_key);
    return rc;
}

struct map *map_parse(const char *type, const char *name, struct slice text, struct arena *a, struct err *e)
{
    struct map *m = ARENA_NEW(a, struct map);
    struct reader r = { .m = m, .a = a, .rest = text };
    m->name = arena_str(a, slice_str(name));
    while (m->type < MAP_TYPE_COUNT && strcmp(type_names[m->type], type) != 0)
        m->type++;
    if (m->type == MAP_TYPE_COUNT) {
        err_set(e, ERR_CONFIG, "%.100s: an unknown type of map: write text:, regex: or cidr: before its path",
                name);
        return NULL;
    }
    if (read_lines(&r, e) != 0)
        map_free(&m);
    return m;
}

static int read_file(const char *path, struct arena *a, struct slice *text, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        const char *why = fd < 0 ? strerror(errno) : "it is no file";
        fd_close(&fd);
        return err_set(e, ERR_CONFIG, "map %.100s: %s (the service's account must be able to read it)", path,
                       why);
    }
    size_t n = st.st_size < 0 ? 0 : (size_t)st.st_size;
    if (n > MAP_BYTES_MAX) {
        fd_close(&fd);
        return err_set(e, ERR_CONFIG, "map %.100s is longer than %zu MB", path, MAP_BYTES_MAX >> 20);
    }
    char *p = arena_alloc(a, n + 1);
    ssize_t got = pread(fd, p, n, 0);
    fd_close(&fd);
    if (got < 0)
        return err_set(e, ERR_CONFIG, "map %.100s: %s", path, strerror(errno));
    *text = slice_of(p, (size_t)got);
    return 0;
}

struct map *map_load(const char *spec, struct arena *a, struct err *e)
{
    char type[16];
    struct slice text;
    const char *colon = strchr(spec, ':');
    if (colon == NULL || colon == spec || colon - spec >= (ptrdiff_t)sizeof(type) || colon[1] != '/') {
        err_set(e, ERR_CONFIG, "%.100s: write TYPE:/PATH, for example text:/etc/tamis/recipients", spec);
        return NULL;
    }
    snprintf(type, sizeof(type), "%.*s", (int)(colon - spec), spec);
    return read_file(colon + 1, a, &text, e) == 0 ? map_parse(type, colon + 1, text, a, e) : NULL;
}

void map_free(struct map **m)
{
    for (size_t i = 0; *m && i < (*m)->n; i++)
        regex_free(&(*m)->lines[i].regex);
    *m = NULL;
}

/* ---- lookup */

static int compare(struct slice key, struct slice other)
{
    size_t n = key.n < other.n ? key.n : other.n;
    for (size_t i = 0; i < n; i++) {
        unsigned char a = (unsigned char)ascii_lower(key.p[i]), b = (unsigned char)other.p[i];
        if (a != b)
            return a < b ? -1 : 1;
    }
    return key.n == other.n ? 0 : key.n < other.n ? -1 : 1;
}

static enum map_answer find_text(const struct map *m, struct slice key, struct slice *value)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(key, m->lines[middle].key) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == m->n || compare(key, m->lines[low].key) != 0)
        return MAP_NO;
    *value = m->lines[low].value;
    return MAP_FOUND;
}

static bool holds(const struct network *net, const struct network *address)
{
    unsigned whole = net->bits / 8, rest = net->bits % 8;
    if (net->family != address->family || memcmp(net->bytes, address->bytes, whole) != 0)
        return false;
    unsigned mask = rest ? 0xffU << (8 - rest) & 0xff : 0;
    return (net->bytes[whole < 16 ? whole : 15] & mask) == (address->bytes[whole < 16 ? whole : 15] & mask);
}

static enum map_answer find_cidr(const struct map *m, struct slice key, struct slice *value)
{
    struct network address;
    if (!read_address(key, &address))
        return MAP_NO;
    for (size_t i = 0; i < m->n; i++)
        if (m->lines[i].network.family == address.family &&
            holds(&m->lines[i].network, &address) != m->lines[i].negated) {
            *value = m->lines[i].value;
            return MAP_FOUND;
        }
    return MAP_NO;
}

static enum map_answer find_regex(const struct map *m, struct regex_scratch *scratch, struct slice key,
                                  struct slice *value)
{
    for (size_t i = 0; i < m->n; i++) {
        enum regex_result r = regex_match(m->lines[i].regex, scratch, key, 0, NULL);
        if (r == REGEX_LIMIT)
            return MAP_FAULT;
        if ((r == REGEX_HIT) != m->lines[i].negated) {
            *value = m->lines[i].value;
            return MAP_FOUND;
        }
    }
    return MAP_NO;
}

enum map_answer map_find(const struct map *m, struct regex_scratch *scratch, struct slice key,
                         struct slice *value)
{
    switch (m->type) {
    case MAP_TEXT: return find_text(m, key, value);
    case MAP_REGEX: return find_regex(m, scratch, key, value);
    default: return find_cidr(m, key, value);
    }
}

bool map_has_patterns(const struct map *m)
{
    return m->type == MAP_REGEX;
}

int map_each(const struct map *m,
             int (*each)(void *ctx, struct slice value, const char *where, struct err *e), void *ctx,
             struct err *e)
{
    char where[200];
    for (size_t i = 0; i < m->n; i++) {
        snprintf(where, sizeof(where), "%.150s:%u", m->name, m->lines[i].line);
        if (each(ctx, m->lines[i].value, where, e) != 0)
            return -1;
    }
    return 0;
}
