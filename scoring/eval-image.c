/* eval-image.c - functions that look at pictures: how many, how large, what they are called
 * Only parts in base64 that say image/gif, image/png, image/jpg or image/jpeg are looked at. */
#include "config.h"
#include "scoring/eval-image.h"

#include <stdio.h>
#include "scoring/eval-mime.h"
#include "scoring/eval.h"

#define ALL IMAGE_KINDS /* of any kind: one place behind the kinds */

struct image {
    enum image_kind kind;
    struct image_size size;
    struct slice name; /* empty: none */
    struct image *next;
};

struct images {
    struct image *first; /* those whose size is known */
    double count[IMAGE_KINDS + 1], pixels[IMAGE_KINDS + 1];
};

/* ---- finding them */

static bool kind_of(struct slice type, enum image_kind *kind)
{
    static const struct slice names[IMAGE_KINDS] = {
        [IMAGE_GIF] = SLICE_INIT("image/gif"),
        [IMAGE_PNG] = SLICE_INIT("image/png"),
        [IMAGE_JPEG] = SLICE_INIT("image/jpeg"),
    };
    for (int i = 0; i < IMAGE_KINDS; i++)
        if (slice_eq(type, names[i]) || (i == IMAGE_JPEG && slice_eq(type, SLICE("image/jpg")))) {
            *kind = (enum image_kind)i;
            return true;
        }
    return false;
}

static void add(struct images *images, struct arena *a, struct view_part *p, enum image_kind kind)
{
    struct image *image = ARENA_NEW(a, struct image);
    images->count[kind]++;
    images->count[ALL]++;
    image->kind = kind;
    if (!image_size(kind, view_part_decoded(a, p), &image->size))
        return;
    image->name = p->name;
    image->next = images->first;
    images->first = image;
    images->pixels[kind] += (double)image->size.width * image->size.height;
    images->pixels[ALL] += (double)image->size.width * image->size.height;
}

static const struct images *images_of(struct check *c)
{
    enum image_kind kind;
    if (c->state[CHECK_IMAGE])
        return c->state[CHECK_IMAGE];
    struct images *images = c->state[CHECK_IMAGE] = ARENA_NEW(c->m->arena, struct images);
    view_parts_foreach(p, views_tree(&c->views))
    {
        if (p->leaf && kind_of(p->type, &kind) &&
            slice_ieq(mime_field(c, p, SLICE("Content-Transfer-Encoding")), SLICE("base64")))
            add(images, c->m->arena, p, kind);
    }
    return images;
}

/* ---- arguments */

static const char *const kind_names[] = {
    [IMAGE_GIF] = "gif", [IMAGE_PNG] = "png", [IMAGE_JPEG] = "jpeg", [ALL] = "all"
};

/* Index of the first argument's kind, -1 if there is none of that name. */
static int kind_arg(const struct eval_args *args)
{
    for (int i = 0; i <= ALL; i++)
        if (slice_eq(eval_arg(args, 0), slice_str(kind_names[i])))
            return i;
    return -1;
}

static int prepare_kind(struct eval_prepare *p, void **prepared, struct err *e)
{
    (void)prepared;
    if (kind_arg(p->args) >= 0)
        return 0;
    struct slice given = eval_arg(p->args, 0);
    return err_set(e, ERR_CONFIG, "there are no images of type \"%.*s\"; write gif, png, jpeg or all",
                   SLICE_ARG(given));
}

/* min <= value <= max; without a third argument there is no max */
static bool in_range(double value, const struct eval_args *args)
{
    return value >= eval_number(args, 1, 0) && (args->n < 3 || value <= eval_number(args, 2, 0));
}

static bool of_kind(const struct image *image, int kind)
{
    return kind == ALL || (int)image->kind == kind;
}

/* ---- functions */

/* (kind, min, max) */
static double image_count(struct check *c, const struct eval_args *args, const void *prepared)
{
    int kind = kind_arg(args);
    (void)prepared;
    return kind >= 0 && in_range(images_of(c)->count[kind], args);
}

/* (kind, min, max) */
static double pixel_coverage(struct check *c, const struct eval_args *args, const void *prepared)
{
    int kind = kind_arg(args);
    (void)prepared;
    return kind >= 0 && in_range(images_of(c)->pixels[kind], args);
}

/* (kind, min, max): bytes of text for a pixel, below max */
static double image_to_text_ratio(struct check *c, const struct eval_args *args, const void *prepared)
{
    int kind = kind_arg(args);
    double pixels = kind >= 0 ? images_of(c)->pixels[kind] : 0;
    const struct view *body = eval_body_of(c);
    size_t text = 0;
    (void)prepared;
    for (size_t i = 0; i < body->n; i++)
        text += body->v[i].n;
    if (text == 0 || pixels <= 0)
        return 0;
    double ratio = (double)text / pixels;
    return ratio >= eval_number(args, 1, 0) && ratio < eval_number(args, 2, 0);
}

/* (kind, height, width) */
static double image_size_exact(struct check *c, const struct eval_args *args, const void *prepared)
{
    int kind = kind_arg(args);
    char height[20], width[20];
    (void)prepared;
    for (const struct image *i = images_of(c)->first; kind >= 0 && i; i = i->next) {
        snprintf(height, sizeof(height), "%u", (unsigned)i->size.height);
        snprintf(width, sizeof(width), "%u", (unsigned)i->size.width);
        if (of_kind(i, kind) && slice_eq(eval_arg(args, 1), slice_str(height)) &&
            slice_eq(eval_arg(args, 2), slice_str(width)))
            return 1;
    }
    return 0;
}

/* (kind, min height, min width, max height, max width); both max may be left out */
static double image_size_range(struct check *c, const struct eval_args *args, const void *prepared)
{
    int kind = kind_arg(args);
    (void)prepared;
    for (const struct image *i = images_of(c)->first; kind >= 0 && i; i = i->next)
        if (of_kind(i, kind) && i->size.height >= eval_number(args, 1, 0) &&
            i->size.width >= eval_number(args, 2, 0) &&
            (args->n < 4 || i->size.height <= eval_number(args, 3, 0)) &&
            (args->n < 5 || i->size.width <= eval_number(args, 4, 0)))
            return 1;
    return 0;
}

static double image_named(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    for (const struct image *i = images_of(c)->first; i; i = i->next)
        if (i->name.n && slice_eq(i->name, eval_arg(args, 0)))
            return 1;
    return 0;
}

static int prepare_pattern(struct eval_prepare *p, void **prepared, struct err *e)
{
    struct regex *re = regex_new(eval_arg(p->args, 0), REGEX_NO_JIT, e);
    (void)prepared;
    if (re == NULL)
        return -1;
    regex_free(&re);
    return 0;
}

/* The argument is a pattern without delimiters: SpamAssassin's own example has them, and never hits. It is
 * made anew for each message that has images: functions keep nothing that must be freed. */
static double image_name_regex(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct images *images = images_of(c);
    struct err e;
    (void)prepared;
    struct regex *re = images->first ? regex_new(eval_arg(args, 0), 0, &e) : NULL;
    bool hit = false;
    for (const struct image *i = images->first; re && i && !hit; i = i->next)
        hit = i->name.n && check_match(c, re, i->name, NULL);
    regex_free(&re);
    return hit;
}

static const struct eval_function image_rows[] = {
    { "image_count", "ImageInfo", 0, 2, 3, prepare_kind, image_count, NULL },
    { "image_name_regex", "ImageInfo", 0, 1, 1, prepare_pattern, image_name_regex, NULL },
    { "image_named", "ImageInfo", 0, 1, 1, NULL, image_named, NULL },
    { "image_size_exact", "ImageInfo", 0, 3, 3, prepare_kind, image_size_exact, NULL },
    { "image_size_range", "ImageInfo", 0, 3, 5, prepare_kind, image_size_range, NULL },
    { "image_to_text_ratio", "ImageInfo", 0, 3, 3, prepare_kind, image_to_text_ratio, NULL },
    { "pixel_coverage", "ImageInfo", 0, 2, 3, prepare_kind, pixel_coverage, NULL },
};
EVAL_FAMILY(eval_image, "ImageInfo", image_rows);
