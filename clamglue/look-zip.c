/* look-zip.c - zip archives: what is in them, and whether all readers find the same; see look.h
 * A zip archive says everything twice: in a header before each file, and in the directory at its end. Readers
 * follow one, the other or both, and libclamav 1.4 misses, in silence, files that only one of them names,
 * archives without directory or with another one behind it, entries whose two headers differ, all that has
 * sizes of zip64. So an archive passes here only when both tell the same and nothing else hides between the
 * files, before or behind: then what libclamav opened is all there is. APPNOTE.TXT 4.3, 4.4.
 *
 * Opened by libclamav: stored, imploded, deflate, deflate64, bzip2. An archive may lie behind other bytes
 * (self-extracting programs), so it is looked for from the end of any file. */
#include "clamglue/look.h"

#include <stdlib.h>

#define LOCAL_SIGNATURE 0x04034b50
#define ENTRY_SIGNATURE 0x02014b50
#define END_SIGNATURE 0x06054b50
#define DESCRIPTOR_SIGNATURE 0x08074b50
#define VOLUME_SIGNATURE 0x30304b50
#define LOCAL_SIZE 30
#define ENTRY_SIZE 46
#define END_SIZE 22
#define COMMENT_MAX 65535
#define IS_ZIP64 0xffffffff
#define SHOWN_MIN 6 /* libclamav shows no smaller file */

enum { FLAG_ENCRYPTED = 1, FLAG_DESCRIPTOR = 8, FLAG_STRONG = 64, FLAG_MASKED = 0x2000 };
#define FLAGS_SECRET (FLAG_ENCRYPTED | FLAG_STRONG | FLAG_MASKED)

struct span {
    size_t from, to;
};

struct zip {
    struct slice bytes;
    struct look *look;
    size_t end;   /* of the end record */
    size_t dir;   /* where the directory begins */
    size_t shift; /* bytes before the archive: offsets count from there */
    size_t at;    /* next entry */
    struct span *spans;
    size_t n;
};

static void unsupported(struct zip *z, const char *reason)
{
    look_add(z->look, CLASS_UNCHECKED_UNSUPPORTED, reason);
}

static void ambiguous(struct zip *z, const char *reason)
{
    look_add(z->look, CLASS_UNCHECKED_AMBIGUOUS, reason);
}

/* ---- one file */

struct file {
    unsigned flags, method, name_n, extra_n;
    uint32_t packed, size;
};

static bool opened_by_libclamav(unsigned method)
{
    return method == 0 || method == 6 || method == 8 || method == 9 || method == 12;
}

static void check_method(struct zip *z, const struct file *f)
{
    if (f->flags & FLAGS_SECRET || f->method == 99)
        look_add(z->look, CLASS_UNCHECKED_ENCRYPTED, "zip_encrypted");
    else if (!opened_by_libclamav(f->method))
        unsupported(z, "zip_method");
    if (f->packed == IS_ZIP64 || f->size == IS_ZIP64)
        unsupported(z, "zip64");
}

/* Where the data is followed by its sizes, those before it may be 0. */
static bool same_sizes(const struct file *local, const struct file *entry)
{
    bool later = local->flags & FLAG_DESCRIPTOR;
    return (local->packed == entry->packed || (later && local->packed == 0)) &&
           (local->size == entry->size || (later && local->size == 0));
}

static void check_local(struct zip *z, const struct file *entry, struct slice name, size_t offset)
{
    struct slice head = slice_sub(z->bytes, offset, LOCAL_SIZE);
    struct file local = { .flags = look_u16(head, 6),
                          .method = look_u16(head, 8),
                          .packed = look_u32(head, 18),
                          .size = look_u32(head, 22),
                          .name_n = look_u16(head, 26),
                          .extra_n = look_u16(head, 28) };
    if (head.n < LOCAL_SIZE || look_u32(head, 0) != LOCAL_SIGNATURE) {
        ambiguous(z, "zip_headers");
        return;
    }
    check_method(z, &local);
    if (local.method != entry->method || ((local.flags ^ entry->flags) & FLAGS_SECRET) ||
        !same_sizes(&local, entry) || !slice_eq(slice_sub(z->bytes, offset + LOCAL_SIZE, local.name_n), name))
        ambiguous(z, "zip_headers");
    size_t data = offset + LOCAL_SIZE + local.name_n + local.extra_n;
    z->spans[z->n++] = (struct span){ offset, data + entry->packed };
}

/* Reads the entry at z->at; false when there is none. */
static bool read_entry(struct zip *z)
{
    struct slice head = slice_sub(z->bytes, z->at, ENTRY_SIZE);
    struct file f = { .flags = look_u16(head, 8),
                      .method = look_u16(head, 10),
                      .packed = look_u32(head, 20),
                      .size = look_u32(head, 24),
                      .name_n = look_u16(head, 28),
                      .extra_n = look_u16(head, 30) };
    uint32_t offset = look_u32(head, 42);
    size_t next = z->at + ENTRY_SIZE + f.name_n + f.extra_n + look_u16(head, 32);
    if (head.n < ENTRY_SIZE || look_u32(head, 0) != ENTRY_SIGNATURE || next > z->end)
        return false;
    struct slice name = slice_sub(z->bytes, z->at + ENTRY_SIZE, f.name_n);
    check_method(z, &f);
    if (offset == IS_ZIP64)
        unsupported(z, "zip64");
    else
        check_local(z, &f, name, z->shift + offset);
    if (!(f.flags & FLAGS_SECRET) && opened_by_libclamav(f.method) && f.packed && f.size >= SHOWN_MIN)
        z->look->members++;
    z->at = next;
    return true;
}

/* ---- what lies between the files */

static int by_place(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* The header of a file that the directory does not name, in bytes that belong to no file. */
static void search_gap(struct zip *z, size_t from, size_t to)
{
    struct slice gap = slice_sub(z->bytes, from, to > from ? to - from : 0);
    ptrdiff_t at;
    while ((at = slice_find(gap, SLICE("PK\3\4"))) >= 0) {
        struct slice head = slice_sub(gap, (size_t)at, LOCAL_SIZE);
        /* a method that somebody reads, and a name: programs that unpack hold the four bytes, too */
        if (head.n == LOCAL_SIZE && look_u16(head, 8) <= 99 && look_u16(head, 26)) {
            ambiguous(z, "zip_hidden");
            return;
        }
        gap = slice_from(gap, (size_t)at + 4);
    }
}

static void search_gaps(struct zip *z)
{
    size_t at = 0;
    qsort(z->spans, z->n, sizeof(z->spans[0]), by_place);
    for (size_t i = 0; i < z->n; i++) {
        const struct span *s = &z->spans[i];
        search_gap(z, at, s->from);
        if (s->from < at)
            ambiguous(z, "zip_overlapping");
        if (s->to > z->dir) {
            ambiguous(z, "zip_headers");
            return;
        }
        at = s->to > at ? s->to : at;
    }
    search_gap(z, at, z->dir);
    search_gap(z, z->end + END_SIZE, z->bytes.n);
}

/* ---- the archive */

static bool find_end(struct zip *z)
{
    size_t n = z->bytes.n, stop = n > END_SIZE + COMMENT_MAX ? n - END_SIZE - COMMENT_MAX : 0;
    if (n < END_SIZE)
        return false;
    for (size_t at = n - END_SIZE + 1; at-- > stop;)
        if (z->bytes.p[at] == 'P' && look_u32(z->bytes, at) == END_SIGNATURE) {
            z->end = at;
            return true;
        }
    return false;
}

static bool begins_as_zip(struct slice b)
{
    uint32_t first = look_u32(b, 0);
    if (first == DESCRIPTOR_SIGNATURE || first == VOLUME_SIGNATURE) /* archives in several volumes */
        first = look_u32(b, 4);
    return first == LOCAL_SIGNATURE || first == END_SIGNATURE;
}

/* Finds the directory by the end record; false: there is none. */
static bool find_directory(struct zip *z, unsigned *entries)
{
    uint32_t size = look_u32(z->bytes, z->end + 12), offset = look_u32(z->bytes, z->end + 16);
    *entries = look_u16(z->bytes, z->end + 10);
    if (*entries == 0xffff || size == IS_ZIP64 || offset == IS_ZIP64) {
        unsupported(z, "zip64");
        return false;
    }
    if (size > z->end || offset > z->end - size)
        return false;
    z->dir = z->end - size;
    z->shift = z->dir - offset;
    return *entries == 0 ? size == 0 : look_u32(z->bytes, z->dir) == ENTRY_SIGNATURE;
}

static void read_directory(struct zip *z, unsigned entries)
{
    unsigned read = 0;
    z->at = z->dir;
    z->spans = malloc((entries + 1) * sizeof(z->spans[0]));
    if (z->spans == NULL) {
        look_add(z->look, CLASS_UNCHECKED_LIMIT, "virus_limit_memory");
        return;
    }
    while (read < entries && read_entry(z))
        read++;
    if (read < entries || z->at != z->end)
        ambiguous(z, "zip_directory");
    search_gaps(z);
    free(z->spans);
}

/* Behind other bytes libclamav finds an archive as one more file in the file, whose members it then opens. */
static void count_members(struct look *l, struct slice bytes)
{
    uint32_t first = look_u32(bytes, 0);
    if (l->members == 0 || first == LOCAL_SIGNATURE || first == VOLUME_SIGNATURE)
        return;
    l->members = 0;
    l->container = true;
}

bool look_zip(struct look *l, struct slice bytes)
{
    struct zip z = { .bytes = bytes, .look = l };
    unsigned entries = 0, odd = l->n_odd;
    bool begins = begins_as_zip(bytes);
    if (find_end(&z) && find_directory(&z, &entries))
        read_directory(&z, entries);
    else if (begins && l->n_odd == odd)
        ambiguous(&z, "zip_directory");
    else if (!begins && l->n_odd == odd) /* those four bytes by chance */
        return false;
    l->kind = "zip";
    count_members(l, bytes);
    return true;
}
