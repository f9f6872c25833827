/* layers.h - the files in each other that one scan has opened (inside of scan.c)
 * libclamav tells of each file before it scans it, with its depth, and of the members of some containers
 * beforehand. From the order of the two one sees what was listed or must be there, and never opened. */
#ifndef CLAMGLUE_LAYERS_H
#define CLAMGLUE_LAYERS_H

#include "clamglue/look.h"
#include "clamglue/scan.h"

struct layer {
    bool used, mail;
    unsigned seen; /* files in it that were opened */
    struct look look;
    char type[24], name[64];
};

struct layers {
    struct hits *hits;
    const char *where; /* of the buffer */
    bool cut;          /* the scan ended early: what was not opened says nothing */
    unsigned depth;    /* layers in use */
    struct promise {   /* a member was listed, and no file came yet */
        bool open;
        size_t size;
        char type[24], name[64]; /* of the container; of the member */
    } promise;
    struct layer v[SCAN_DEPTH_MAX];
    char path[HIT_WHERE_MAX]; /* of the newest file */
};

void layers_begin(struct layers *l, struct hits *hits, const char *where);
/* A file at this level; returns its layer. */
struct layer *layers_open(struct layers *l, unsigned level, const char *type, const char *name, size_t size);
/* A member of a container of this type, as listed. */
void layers_promise(struct layers *l, const char *container, const char *name, size_t size, bool encrypted);
void layers_end(struct layers *l);

#endif
