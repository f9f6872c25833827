/* scan.c - one run of libclamav over one buffer; see scan.h
 * What libclamav 1.4 says where something failed:
 *   - most limits: a virus named Heuristics.Limits.Exceeded.X, since we ask for it (EXCEEDS_MAX);
 *   - a zip member over the limit of file size: nothing, it is cut and the rest is clean. Hence SCAN_TRIM;
 *   - no room for temporary files: an error code for some formats, for others a message and "clean";
 *   - no memory: an error code, or a message.
 * So its messages are read while it scans: an error that we do not know is a fault. */
#include "config.h"
#include "clamglue/scan.h"

#include <clamav.h>
#include <stdio.h>
#include "base/log.h"
#include "base/os.h"
#include "clamglue/layers.h"

#define MESSAGES_LOGGED 3

struct scan {
    const struct virus_options *o;
    const struct scan_request *r;
    struct hits *hits;
    unsigned messages;
    struct layers layers;
};

static void cut(struct scan *s, enum verdict_class class, const char *reason)
{
    s->layers.cut = true;
    hits_class(s->hits, class, reason, s->layers.path);
}

/* ---- callbacks */

static void on_virus(int fd, const char *name, void *context)
{
    struct scan *s = context;
    struct name_meaning m;
    name_meaning(&s->o->names, slice_str(name), &m);
    if (m.kind == FINDING_CLASS && m.class == CLASS_UNCHECKED_LIMIT)
        s->layers.cut = true;
    hits_signature(s->hits, &s->o->names, name, s->layers.path);
}

static unsigned mail_level(const struct layers *l, unsigned level)
{
    unsigned n = 0;
    while (n < level && n < l->depth && l->v[n].mail)
        n++;
    return n;
}

static void tell_look(struct scan *s, const struct look *look)
{
    for (unsigned i = 0; i < look->n_odd; i++)
        hits_class(s->hits, look->odd[i].class, look->odd[i].reason, s->layers.path);
}

static cl_error_t on_file(int fd, const char *type, const char **ancestors, size_t parent_size,
                          const char *name, size_t size, const char *bytes, uint32_t level,
                          uint32_t attributes, void *context)
{
    struct scan *s = context;
    struct layer *layer = layers_open(&s->layers, level, type, name, size);
    if (size > s->o->file_size)
        cut(s, CLASS_UNCHECKED_LIMIT, "virus_limit_file_size");
    if (bytes == NULL && size > 0) {
        cut(s, CLASS_UNCHECKED_FAULT, "virus_fault");
        return CL_CLEAN;
    }
    struct scan_file file = { .bytes = slice_of(bytes, size),
                              .type = type,
                              .name = level == 0 ? s->r->name : name,
                              .where = s->layers.path,
                              .level = level,
                              .mail_level = mail_level(&s->layers, level),
                              .look = &layer->look };
    if (attributes & LAYER_ATTRIBUTES_NORMALIZED) /* the file before it once more, in another spelling */
        return CL_CLEAN;
    look_at(&layer->look, file.bytes, type, file.name);
    tell_look(s, &layer->look);
    if (s->r->see)
        s->r->see(s->r->see_ctx, &file);
    return CL_CLEAN;
}

static cl_error_t on_member(const char *container, unsigned long container_size, const char *name,
                            unsigned long size, int encrypted, unsigned position, void *context)
{
    struct scan *s = context;
    layers_promise(&s->layers, container, name, size, encrypted != 0);
    return CL_CLEAN;
}

void scan_set_callbacks(struct cl_engine *engine)
{
    cl_engine_set_clcb_virus_found(engine, on_virus);
    cl_engine_set_clcb_file_inspection(engine, on_file);
    cl_engine_set_clcb_meta(engine, on_member);
}

/* ---- what went wrong */

static const struct trouble {
    const char *text; /* somewhere in the message */
    enum verdict_class class;
    const char *reason;
} troubles[] = {
    { "allocat", CLASS_UNCHECKED_LIMIT, "virus_limit_memory" },
    { "fmap() failed", CLASS_UNCHECKED_LIMIT, "virus_limit_memory" },
    { "out of memory", CLASS_UNCHECKED_LIMIT, "virus_limit_memory" },
    { "No space left", CLASS_UNCHECKED_FAULT, "virus_scratch_full" },
    { "write", CLASS_UNCHECKED_FAULT, "virus_scratch" },
    { "create", CLASS_UNCHECKED_FAULT, "virus_scratch" },
    { "open", CLASS_UNCHECKED_FAULT, "virus_scratch" },
};

/* A fault of ours is told apart from content that libclamav cannot read: that is no error of a scan, or every
 * broken picture would be one. */
static void on_message(void *context, bool error, const char *text)
{
    struct scan *s = context;
    if (s->messages++ < MESSAGES_LOGGED)
        log_info("libclamav, in %s: %s", s->layers.path, text);
    if (!error)
        return;
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
        if (strstr(text, troubles[i].text)) {
            cut(s, troubles[i].class, troubles[i].reason);
            return;
        }
}

static void on_result(struct scan *s, cl_error_t rc)
{
    switch (rc) {
    case CL_CLEAN:
    case CL_VIRUS: return;
    case CL_EMEM: cut(s, CLASS_UNCHECKED_LIMIT, "virus_limit_memory"); break;
    case CL_ETIMEOUT: cut(s, CLASS_UNCHECKED_LIMIT, "virus_limit_time"); break;
    case CL_EMAXREC:
    case CL_EMAXSIZE:
    case CL_EMAXFILES: cut(s, CLASS_UNCHECKED_LIMIT, "virus_limit"); break;
    default:
        log_warning("libclamav, in %s: %s", s->r->where, cl_strerror(rc));
        cut(s, CLASS_UNCHECKED_FAULT, "virus_fault");
    }
}

/* ---- the scan */

static void fill_options(struct cl_scan_options *o)
{
    memset(o, 0, sizeof(*o));
    o->general = CL_SCAN_GENERAL_HEURISTICS | CL_SCAN_GENERAL_ALLMATCHES;
    o->parse = ~0U;
    o->heuristic = CL_SCAN_HEURISTIC_EXCEEDS_MAX | CL_SCAN_HEURISTIC_ENCRYPTED_ARCHIVE |
                   CL_SCAN_HEURISTIC_ENCRYPTED_DOC | CL_SCAN_HEURISTIC_MACROS |
                   CL_SCAN_HEURISTIC_PHISHING_SSL_MISMATCH | CL_SCAN_HEURISTIC_PHISHING_CLOAK;
}

static void run(struct scan *s, struct cl_engine *engine)
{
    struct cl_scan_options options;
    const char *virus = NULL;
    unsigned long scanned = 0;
    cl_fmap_t *map = cl_fmap_open_memory(s->r->bytes.p, s->r->bytes.n);
    if (map == NULL) {
        cut(s, CLASS_UNCHECKED_LIMIT, "virus_limit_memory");
        return;
    }
    fill_options(&options);
    cl_engine_set_num(engine, CL_ENGINE_MAX_SCANTIME, s->r->time ? s->r->time : 1);
    cl_error_t rc = cl_scanmap_callback(map, s->r->name, &virus, &scanned, engine, &options, s);
    cl_fmap_close(map);
    layers_end(&s->layers);
    on_result(s, rc);
    if (rc == CL_VIRUS && s->hits->n == 0) /* all hits come by on_virus; never let one get lost */
        hits_signature(s->hits, &s->o->names, virus ? virus : "?", s->r->where);
}

bool scan_buffer(const struct clam_database *db, const struct virus_options *o, const struct scan_request *r,
                 struct hits *hits)
{
    static struct scan s; /* 30 KB, and there is one scan at a time */
    s.o = o;
    s.r = r;
    s.hits = hits;
    s.messages = 0;
    layers_begin(&s.layers, hits, r->where);
    if (r->bytes.n == 0)
        return true;
    clam_messages_to(on_message, &s);
    run(&s, clam_database_engine(db));
    clam_messages_to(NULL, NULL);
    return !s.layers.cut;
}

void scan_set_scratch(const struct clam_database *db, const char *folder)
{
    cl_engine_set_str(clam_database_engine(db), CL_ENGINE_TMPDIR, folder);
}
