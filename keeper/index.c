/* index.c - what is in the quarantine; see index.h */
#include "config.h"
#include "keeper/index.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/log.h"
#include "base/os.h"

#define ROW_MAX (256 * 1024)
#define ADDRESSES_LISTED 20
#define READ_MEMORY ((size_t)256 << 20)

void index_init(struct index *x)
{
    memset(x, 0, sizeof(*x));
}

static void row_free(struct index_row *r)
{
    free(r->json);
    free(r->text);
    free(r);
}

void index_deinit(struct index *x)
{
    for (size_t i = 0; i < x->n; i++)
        row_free(x->rows[i]);
    free(x->rows);
    index_init(x);
}

/* ---- a row */

/* As JSON; what is not UTF-8 is shown by a replacement. */
static json_t *text(struct slice s)
{
    struct buf b;
    json_t *j = json_stringn(s.n ? s.p : "", s.n);
    if (j)
        return j;
    buf_init(&b, ROW_MAX);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] & 0x80)
            buf_add_str(&b, "\xef\xbf\xbd");
        else
            buf_add_char(&b, s.p[i] ? s.p[i] : '?');
    j = json_stringn(b.n ? b.p : "", b.n);
    buf_deinit(&b);
    return j;
}

static json_t *recipients(const struct keeper_entry *entry)
{
    json_t *list = json_array();
    for (size_t i = 0; i < entry->n_recipients && i < ADDRESSES_LISTED; i++)
        json_array_append_new(list, json_pack("{s:o,s:s}", "address", text(entry->recipients[i].address),
                                              "state", keeper_state_names[entry->recipients[i].state]));
    return list;
}

static size_t held(const struct keeper_entry *entry)
{
    size_t n = 0;
    for (size_t i = 0; i < entry->n_recipients; i++)
        n += entry->recipients[i].state == KEEPER_HELD;
    return n;
}

static char *row_json(const struct keeper_entry *entry)
{
    json_t *j =
        json_pack("{s:s,s:I,s:I,s:s,s:f,s:o,s:o,s:o,s:o,s:I,s:I,s:o}", "id", entry->id, "time",
                  (json_int_t)entry->held_at, "size", (json_int_t)entry->size, "class",
                  verdict_classes[entry->class].name, "score", entry->score, "from",
                  text(entry->envelope.sender), "subject", text(entry->subject), "client",
                  text(entry->envelope.client_address), "message_id", text(entry->message_id), "recipients",
                  (json_int_t)entry->n_recipients, "held", (json_int_t)held(entry), "to", recipients(entry));
    char *line = j ? json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(10)) : NULL;
    json_decref(j);
    return line;
}

static void add_folded(struct buf *b, struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        buf_add_char(b, ascii_lower(s.p[i] ? s.p[i] : '?'));
    buf_add_char(b, '\n');
}

static char *row_text(const struct keeper_entry *entry)
{
    struct buf b;
    buf_init(&b, ROW_MAX);
    add_folded(&b, slice_str(entry->id));
    add_folded(&b, entry->message_id);
    add_folded(&b, slice_str(verdict_classes[entry->class].name));
    add_folded(&b, entry->envelope.client_address);
    add_folded(&b, entry->envelope.sender);
    add_folded(&b, entry->subject);
    for (size_t i = 0; i < entry->n_recipients && !b.full; i++)
        add_folded(&b, entry->recipients[i].address);
    char *copy = strndup(b.p ? b.p : "", b.n);
    buf_deinit(&b);
    if (copy == NULL)
        fatal("quarantine: no memory for its index");
    return copy;
}

static struct index_row *make_row(const struct keeper_entry *entry)
{
    struct index_row *r = calloc(1, sizeof(*r));
    char *line = row_json(entry);
    if (r == NULL || line == NULL)
        fatal("quarantine: no memory for its index");
    snprintf(r->id, sizeof(r->id), "%s", entry->id);
    r->held_at = entry->held_at;
    r->size = entry->size;
    r->json = line;
    r->text = row_text(entry);
    return r;
}

static struct index_row *damaged_row(const char *id)
{
    struct index_row *r = calloc(1, sizeof(*r));
    json_t *j = json_pack("{s:s,s:b}", "id", id, "damaged", 1);
    if (r == NULL || j == NULL)
        fatal("quarantine: no memory for its index");
    snprintf(r->id, sizeof(r->id), "%s", id);
    r->damaged = true;
    r->json = json_dumps(j, JSON_COMPACT);
    r->text = strdup("damaged");
    json_decref(j);
    return r;
}

/* ---- the table */

/* Where the id is, or would be. */
static size_t place(const struct index *x, const char *id, bool *there)
{
    size_t low = 0, high = x->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(x->rows[middle]->id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *there = low < x->n && strcmp(x->rows[low]->id, id) == 0;
    return low;
}

static void make_room(struct index *x)
{
    if (x->n < x->cap)
        return;
    x->cap = x->cap ? 2 * x->cap : 256;
    x->rows = realloc(x->rows, x->cap * sizeof(struct index_row *));
    if (x->rows == NULL)
        fatal("quarantine: no memory for its index");
}

static void insert(struct index *x, struct index_row *r)
{
    bool there;
    size_t at = place(x, r->id, &there);
    x->bytes += r->size;
    if (there) {
        x->bytes -= x->rows[at]->size;
        row_free(x->rows[at]);
        x->rows[at] = r;
        return;
    }
    make_room(x);
    memmove(&x->rows[at + 1], &x->rows[at], (x->n - at) * sizeof(struct index_row *));
    x->rows[at] = r;
    x->n++;
}

void index_put(struct index *x, const struct keeper_entry *entry)
{
    insert(x, make_row(entry));
}

void index_remove(struct index *x, const char *id)
{
    bool there;
    size_t at = place(x, id, &there);
    if (!there)
        return;
    x->bytes -= x->rows[at]->size;
    row_free(x->rows[at]);
    x->n--;
    memmove(&x->rows[at], &x->rows[at + 1], (x->n - at) * sizeof(struct index_row *));
}

/* At the end, in whatever order the folders list them; sorted afterwards. */
static void append(struct index *x, struct index_row *r)
{
    make_room(x);
    x->rows[x->n++] = r;
    x->bytes += r->size;
}

static int by_id(const void *p, const void *q)
{
    struct index_row *const *a = p, *const *b = q;
    return strcmp((*a)->id, (*b)->id);
}

struct loading {
    struct index *x;
    struct store *s;
    struct arena a;
};

/* An entry whose message is gone, or cut, cannot be let out. */
static int check_message(struct store *s, const struct keeper_entry *entry, struct err *e)
{
    struct stat st;
    int fd = store_message(s, entry->id, e);
    if (fd < 0)
        return err_set(e, ERR_INPUT, "quarantine: %s.eml cannot be opened", entry->id);
    bool whole = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == entry->size;
    fd_close(&fd);
    return whole ? 0 : err_set(e, ERR_INPUT, "quarantine: %s.eml is not as long as it was", entry->id);
}

static void load_one(void *ctx, const char *id)
{
    struct loading *l = ctx;
    struct keeper_entry entry;
    struct err e;
    arena_reset(&l->a);
    if (!ARENA_TRY(&l->a)) {
        log_error("quarantine: entry %s is too large to be read", id);
        append(l->x, damaged_row(id));
    } else if (store_read(l->s, id, &l->a, &entry, &e) == 0 && check_message(l->s, &entry, &e) == 0)
        append(l->x, make_row(&entry));
    else {
        log_error("%s", e.text);
        append(l->x, damaged_row(id));
    }
}

int index_load(struct index *x, struct store *s, struct err *e)
{
    struct loading l = { .x = x, .s = s };
    arena_init(&l.a, READ_MEMORY);
    int rc = store_each(s, load_one, &l, e);
    arena_deinit(&l.a);
    if (x->n)
        qsort(x->rows, x->n, sizeof(struct index_row *), by_id);
    return rc;
}

/* ---- list and search */

static bool hits(const struct index_row *r, struct slice query)
{
    struct slice text = slice_str(r->text);
    while (query.n) {
        ptrdiff_t blank = slice_chr(query, ' ');
        struct slice word = blank < 0 ? query : slice_sub(query, 0, (size_t)blank);
        if (word.n && slice_find(text, word) < 0)
            return false;
        query = blank < 0 ? slice_of(NULL, 0) : slice_from(query, (size_t)blank + 1);
    }
    return true;
}

void index_list(const struct index *x, struct slice query, size_t most, struct buf *out)
{
    struct buf folded;
    buf_init(&folded, 4096);
    for (size_t i = 0; i < query.n; i++)
        buf_add_char(&folded, ascii_lower(query.p[i]));
    for (size_t i = x->n; i > 0 && most > 0; i--)
        if (hits(x->rows[i - 1], buf_slice(&folded))) {
            buf_add_str(out, x->rows[i - 1]->json);
            buf_add_char(out, '\n');
            most--;
        }
    buf_deinit(&folded);
}
