/* virus.c - one message, scanned for viruses; see virus.h
 * What lies in archives is shown by libclamav while it scans (see()); a message or an archive of interest
 * among it is copied for later, since its bytes are gone when libclamav has done with it. */
#include "config.h"
#include "clamglue/virus-priv.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/os.h"
#include "clamglue/data-uri.h"
#include "clamglue/mail-like.h"
#include "clamglue/unpack.h"

#define MEMORY_FACTOR 4 /* for what is decoded, times the message */
#define MEMORY_LEAST ((size_t)32 << 20)

void virus_limit(struct virus_scanner *v, const char *reason, const char *where)
{
    hits_class(&v->hits, CLASS_UNCHECKED_LIMIT, reason, where);
}

/* ---- items */

static bool copy_item(struct virus_scanner *v, struct item *item)
{
    size_t n = item->bytes.n;
    if (n > v->o->scan_size || v->copied > v->o->scan_size - n || (item->copy = malloc(n + 1)) == NULL)
        return false;
    memcpy(item->copy, item->bytes.p, n);
    item->bytes.p = item->copy;
    v->copied += n;
    return true;
}

void virus_add_item(struct virus_scanner *v, struct slice bytes, bool copied, const char *kind,
                    const char *where)
{
    struct item *item = &v->items[v->n_items];
    if (v->n_items == ITEMS_MAX || v->now->depth == ITEM_DEPTH_MAX) {
        virus_limit(v, "virus_limit_items", where);
        return;
    }
    *item = (struct item){ .bytes = bytes, .kind = kind, .depth = v->now->depth + 1 };
    if (copied && !copy_item(v, item)) {
        virus_limit(v, "virus_limit_memory", where);
        return;
    }
    snprintf(item->where, sizeof(item->where), "%s", where);
    v->n_items++;
}

/* libclamav opens 7z, zip, tar and bzip2 as a rule; the others never, or not without a module. */
static bool is_unpacked_by_us(const struct look *l)
{
    if (l->kind && strcmp(l->kind, "zip") == 0)
        return l->n_odd > 0;
    if (l->kind && strcmp(l->kind, "p7m") == 0)
        return l->n_odd == 0;
    bool opened = l->kind && (strcmp(l->kind, "bzip2") == 0 || strcmp(l->kind, "tar") == 0);
    return unpack_knows(l->kind) && (!opened || l->n_odd > 0);
}

/* All that libclamav opens comes by here, and what it is given. Within it: no arena. */
static void see(void *ctx, const struct scan_file *f)
{
    struct virus_scanner *v = ctx;
    if (is_unpacked_by_us(f->look))
        virus_add_item(v, f->bytes, true, f->look->kind, f->where);
    if (f->level == 0)
        return;
    if (f->level == f->mail_level) /* a part of a message that we read as well */
        virus_cover(v, f->bytes);
    else if (mail_like(f->bytes, f->name))
        virus_add_item(v, f->bytes, true, NULL, f->where);
    else if (data_uri_worth(f->bytes))
        virus_add_item(v, f->bytes, true, "page", f->where);
}

/* ---- runs of libclamav */

static bool time_left(struct virus_scanner *v, unsigned *ms)
{
    uint64_t now = clock_ms();
    *ms = now < v->deadline ? (unsigned)(v->deadline - now) : 0;
    if (*ms == 0)
        virus_limit(v, "virus_limit_time", v->where);
    return *ms > 0;
}

bool virus_scan(struct virus_scanner *v, struct slice bytes, const char *name, const char *where)
{
    struct scan_request r = { .bytes = bytes, .name = name, .where = where, .see = see, .see_ctx = v };
    return time_left(v, &r.time) && scan_buffer(v->db, v->o, &r, &v->hits);
}

/* Clean is what was scanned as a whole, without a word about it and with nothing in it that is left to read.
 */
static void scan_or_remember(struct virus_scanner *v, struct slice bytes, const char *name, const char *where)
{
    unsigned char key[VIRUS_KEY_SIZE];
    size_t told = v->hits.told, items = v->n_items;
    virus_key(v->db, v->o, bytes, slice_str(name), slice_of(NULL, 0), key);
    if (clean_cache_has(v->clean, key)) {
        v->remembered++;
        return;
    }
    if (virus_scan(v, bytes, name, where) && v->hits.told == told && v->n_items == items)
        clean_cache_add(v->clean, key);
}

bool virus_scan_part(struct virus_scanner *v, struct slice bytes, const char *name, const char *where)
{
    unsigned ms;
    if (v->parts >= v->o->parts) {
        virus_limit(v, "virus_limit_parts", where);
        return false;
    }
    v->parts++;
    if (!time_left(v, &ms))
        return false;
    scan_or_remember(v, bytes, name, where);
    return true;
}

/* ---- the message */

static void begin(struct virus_scanner *v, const struct message *m)
{
    hits_reset(&v->hits);
    v->limits = m->limits;
    v->work.max = v->temp.max = MEMORY_LEAST + MEMORY_FACTOR * m->raw.n;
    v->deadline = clock_ms() + v->o->scan_time;
    v->parts = v->remembered = 0;
    v->copied = 0;
    v->items[0] = (struct item){ .bytes = m->raw, .tree = &m->mime, .where = "message" };
    v->n_items = 1;
    snprintf(v->where, sizeof(v->where), "message");
}

static void end(struct virus_scanner *v)
{
    for (unsigned i = 0; i < v->n_items; i++)
        free(v->items[i].copy);
    v->n_items = 0;
    arena_reset(&v->work);
    arena_reset(&v->temp); /* its mark may lie in what was jumped over */
}

static void read_items(struct virus_scanner *v)
{
    unsigned ms;
    for (unsigned i = 0; i < v->n_items; i++) {
        v->now = &v->items[i];
        snprintf(v->where, sizeof(v->where), "%s", v->now->where);
        if (!time_left(v, &ms))
            return;
        if (v->now->kind && strcmp(v->now->kind, "page") == 0)
            virus_read_page(v);
        else if (v->now->kind)
            virus_read_archive(v);
        else
            virus_read_mail(v);
    }
}

void virus_check(struct virus_scanner *v, const struct message *m, struct finding_list *out)
{
    begin(v, m);
    if (ARENA_TRY(&v->work))
        read_items(v);
    else
        virus_limit(v, "virus_limit_memory", v->where);
    end(v);
    hits_tell(&v->hits, m->arena, out);
}

struct virus_scanner *virus_scanner_new(struct clam_database *db, const struct virus_options *o,
                                        const char *scratch)
{
    struct virus_scanner *v = calloc(1, sizeof(*v));
    if (v == NULL)
        fatal("no memory for a virus scanner");
    v->db = db;
    v->o = o;
    v->types = type_reader_new();
    v->clean = clean_cache_new(o->cache);
    arena_init(&v->work, MEMORY_LEAST);
    arena_init(&v->temp, MEMORY_LEAST);
    if (scratch)
        virus_set_scratch(v, scratch);
    return v;
}

void virus_set_scratch(struct virus_scanner *v, const char *scratch)
{
    scan_set_scratch(v->db, scratch);
}

void virus_scanner_free(struct virus_scanner **v)
{
    if (*v == NULL)
        return;
    type_reader_free(&(*v)->types);
    clean_cache_free(&(*v)->clean);
    arena_deinit(&(*v)->work);
    arena_deinit(&(*v)->temp);
    free(*v);
    *v = NULL;
}
