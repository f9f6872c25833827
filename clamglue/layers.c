/* layers.c - the files in each other that one scan has opened; see layers.h
 * zip archives are listed as a whole and twice; what must come out of them is counted by our own reading
 * (look-zip.c). In the other containers a listed member is followed by its file, or it was not opened. Files
 * of less than six bytes are never shown. */
#include "clamglue/layers.h"

#include <stdio.h>
#include "clamglue/names.h"

#define NEVER_SHOWN 5

void layers_begin(struct layers *l, struct hits *hits, const char *where)
{
    l->hits = hits;
    l->where = where;
    l->cut = false;
    l->depth = 0;
    l->promise.open = false;
    snprintf(l->path, sizeof(l->path), "%s", where);
}

/* "part 3 > a.zip > b.doc"; the buffer itself has no name of its own */
static void write_path(struct layers *l)
{
    size_t n = (size_t)snprintf(l->path, sizeof(l->path), "%s", l->where);
    for (unsigned i = 1; i < l->depth && n < sizeof(l->path); i++)
        n += (size_t)snprintf(l->path + n, sizeof(l->path) - n, " > %s", l->v[i].name);
}

static void tell(struct layers *l, enum verdict_class class, const char *reason)
{
    hits_class(l->hits, class, reason, l->path);
}

/* All files of this layer have been seen. */
static void close_layer(struct layers *l, const struct layer *layer)
{
    const struct look *k = &layer->look;
    unsigned want = k->members ? k->members : k->container;
    if (!layer->used || l->cut)
        return;
    if (layer->seen < want)
        tell(l, CLASS_UNCHECKED_UNSUPPORTED, k->kind);
}

static void close_down_to(struct layers *l, unsigned level)
{
    while (l->depth > level) {
        write_path(l);
        close_layer(l, &l->v[l->depth - 1]);
        l->depth--;
    }
}

static const char *base_name(const char *name)
{
    const char *slash = name ? strrchr(name, '/') : NULL;
    return slash ? slash + 1 : name ? name : "";
}

static void keep_name(char out[64], const char *name)
{
    snprintf(out, 64, "%s", base_name(name));
}

/* A file of that size or name, in a container of that type? */
static bool is_promised(const struct layers *l, unsigned level, const char *name, size_t size)
{
    char kept[64];
    keep_name(kept, name);
    return level > 0 && level <= l->depth && strcmp(l->v[level - 1].type, l->promise.type) == 0 &&
           (size == l->promise.size || strcmp(kept, l->promise.name) == 0);
}

static void break_promise(struct layers *l)
{
    if (l->promise.open && !l->cut)
        tell(l, CLASS_UNCHECKED_UNSUPPORTED, "archive_member");
    l->promise.open = false;
}

static struct layer *new_layer(struct layers *l, unsigned level, const char *type, const char *name)
{
    while (l->depth <= level) { /* libclamav leaves no level out; if it did, there is nothing to say of it */
        memset(&l->v[l->depth], 0, sizeof(l->v[0]));
        l->depth++;
    }
    struct layer *layer = &l->v[level];
    layer->used = true;
    layer->mail = strcmp(type, "CL_TYPE_MAIL") == 0;
    snprintf(layer->type, sizeof(layer->type), "%s", type);
    keep_name(layer->name, name);
    return layer;
}

/* libclamav does not tell of an archive that it finds inside of another file, only of what is in it. */
static void count_in_parent(struct layers *l, unsigned level)
{
    for (unsigned up = level < l->depth ? level : l->depth; up-- > 0;)
        if (l->v[up].used) {
            l->v[up].seen++;
            return;
        }
}

struct layer *layers_open(struct layers *l, unsigned level, const char *type, const char *name, size_t size)
{
    if (level >= SCAN_DEPTH_MAX)
        level = SCAN_DEPTH_MAX - 1;
    if (l->promise.open && is_promised(l, level, name, size))
        l->promise.open = false;
    break_promise(l);
    close_down_to(l, level);
    count_in_parent(l, level);
    struct layer *layer = new_layer(l, level, type, name);
    write_path(l);
    return layer;
}

void layers_promise(struct layers *l, const char *container, const char *name, size_t size, bool encrypted)
{
    static const char *const one_by_one[] = { "CL_TYPE_7Z",      "CL_TYPE_ARJ", "CL_TYPE_MSCAB",
                                              "CL_TYPE_LHA_LZH", "CL_TYPE_RAR", "CL_TYPE_EGG",
                                              "CL_TYPE_ALZ" };
    bool counts = false;
    for (size_t i = 0; i < sizeof(one_by_one) / sizeof(one_by_one[0]); i++)
        counts = counts || strcmp(container, one_by_one[i]) == 0;
    if (!counts)
        return;
    break_promise(l);
    if (size <= NEVER_SHOWN || encrypted)
        return;
    l->promise.open = true;
    l->promise.size = size;
    snprintf(l->promise.type, sizeof(l->promise.type), "%s", container);
    keep_name(l->promise.name, name);
}

void layers_end(struct layers *l)
{
    break_promise(l);
    close_down_to(l, 0);
}
