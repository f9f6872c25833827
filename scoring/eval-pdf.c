/* eval-pdf.c - functions about attached PDFs: SpamAssassin's plugin PDFInfo
 * A document is a part of type application/pdf (or image/pdf), or octet-stream by the name of a file that
 * ends in .pdf or .fdf. */
#include "config.h"
#include "scoring/eval-pdf.h"

#include "scoring/eval-text.h"
#include "scoring/freemail.h"
#include "scoring/rule-regex.h"
#include "scoring/rule.h"

struct pdfs {
    unsigned count;
    struct pdf_facts facts;
};

static bool is_pdf(const struct view_part *p)
{
    bool pdf = slice_eq(p->type, SLICE("application/pdf")) || slice_eq(p->type, SLICE("image/pdf"));
    bool any = slice_eq(p->type, SLICE("application/octet-stream")) ||
               slice_eq(p->type, SLICE("image/octet-stream"));
    return pdf || (any && (slice_iends(p->name, SLICE(".pdf")) || slice_iends(p->name, SLICE(".fdf"))));
}

static const struct pdfs *pdfs_of(struct check *c)
{
    struct pdfs *pdfs = c->state[CHECK_PDF];
    if (pdfs)
        return pdfs;
    pdfs = c->state[CHECK_PDF] = ARENA_NEW(c->m->arena, struct pdfs);
    view_parts_foreach(p, views_tree(&c->views))
    {
        if (!p->leaf || !is_pdf(p))
            continue;
        pdfs->count++;
        pdf_read(&pdfs->facts, c->m->arena, p->name, view_part_decoded(c->m->arena, p));
    }
    return pdfs;
}

/* ---- arguments */

/* min <= value <= max; without a second argument there is no max, without any no hit */
static bool in_range(double value, const struct eval_args *args)
{
    return args->n && value >= eval_number(args, 0, 0) && (args->n < 2 || value <= eval_number(args, 1, 0));
}

static bool has_text(const struct pdf_text *list, struct slice text)
{
    for (; list; list = list->next)
        if (slice_ieq(list->text, text))
            return true;
    return false;
}

/* Delimiters need not be there. */
static int keep_pattern(struct eval_prepare *p, size_t number, void **prepared, struct err *e)
{
    struct slice text = eval_arg(p->args, number);
    if (number >= p->args->n)
        return 0;
    bool delimited = text.n > 1 && (text.p[0] == '/' || (text.p[0] == 'm' && !text_word(text.p[1])) ||
                                    slice_starts(text, SLICE("qr")));
    struct regex *re = delimited ? rule_regex_new(text, NULL, e) : regex_new(text, 0, e);
    if (re == NULL)
        return -1;
    freemail_keep(p->set->freemail, p->a, re);
    *prepared = re;
    return 0;
}

static int prepare_first(struct eval_prepare *p, void **prepared, struct err *e)
{
    return keep_pattern(p, 0, prepared, e);
}

static int prepare_second(struct eval_prepare *p, void **prepared, struct err *e)
{
    return keep_pattern(p, 1, prepared, e);
}

static bool any_matches(struct check *c, const struct pdf_text *list, const struct regex *re)
{
    for (; re && list; list = list->next)
        if (check_match(c, re, list->text, NULL))
            return true;
    return false;
}

/* ---- functions */

/* (min, max) */
static double pdf_count(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return in_range(pdfs_of(c)->count, args);
}

/* (min, max) */
static double pdf_image_count(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return in_range(pdfs_of(c)->facts.images, args);
}

/* (min, max) */
static double pdf_pixel_coverage(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pdf_facts *f = &pdfs_of(c)->facts;
    (void)prepared;
    return f->has_area && in_range(f->area, args);
}

/* (min, max): bytes of text for a pixel, below max */
static double pdf_image_to_text_ratio(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct pdf_facts *f = &pdfs_of(c)->facts;
    const struct view *body = eval_body_of(c);
    double text = 0;
    (void)prepared;
    for (size_t i = 0; i < body->n; i++)
        text += (double)body->v[i].n;
    if (args->n < 2 || !f->has_area || text == 0)
        return 0;
    double ratio = text / f->area;
    return in_range(ratio, args) && ratio < eval_number(args, 1, 0);
}

/* (bytes): there is a document, and not more text */
static double pdf_is_empty_body(struct check *c, const struct eval_args *args, const void *prepared)
{
    const struct view *body = eval_body_of(c);
    double bytes = 0;
    (void)prepared;
    for (size_t i = 1; i < body->n; i++) /* behind the Subject */
        bytes += text_blank(body->v[i]) ? 0 : (double)body->v[i].n;
    return pdfs_of(c)->count && bytes <= eval_number(args, 0, 0);
}

/* (height, width) */
static double pdf_image_size_exact(struct check *c, const struct eval_args *args, const void *prepared)
{
    struct slice height = eval_arg(args, 0), width = eval_arg(args, 1);
    struct slice text = arena_printf(c->m->arena, "%.*sx%.*s", SLICE_ARG(height), SLICE_ARG(width));
    (void)prepared;
    for (const struct pdf_size *s = pdfs_of(c)->facts.sizes; s; s = s->next)
        if (slice_eq(s->text, text))
            return 1;
    return 0;
}

/* (min height, min width, max height, max width) */
static double pdf_image_size_range(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    for (const struct pdf_size *s = pdfs_of(c)->facts.sizes; s && args->n > 1; s = s->next)
        if (s->height >= eval_number(args, 0, 0) && s->width >= eval_number(args, 1, 0) &&
            (args->n < 3 || s->height <= eval_number(args, 2, 0)) &&
            (args->n < 4 || s->width <= eval_number(args, 3, 0)))
            return 1;
    return 0;
}

static double pdf_named(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    for (const struct pdf_text *t = pdfs_of(c)->facts.names; t && args->n; t = t->next)
        if (slice_eq(t->text, eval_arg(args, 0)))
            return 1;
    return 0;
}

static double pdf_name_regex(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args;
    return any_matches(c, pdfs_of(c)->facts.names, prepared);
}

static double pdf_match_md5(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return has_text(pdfs_of(c)->facts.digests, eval_arg(args, 0));
}

static double pdf_match_fuzzy_md5(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)prepared;
    return has_text(pdfs_of(c)->facts.fuzzy_digests, eval_arg(args, 0));
}

/* (author, creator, created, modified, producer or title; pattern) */
static double pdf_match_details(struct check *c, const struct eval_args *args, const void *prepared)
{
    static const char *const names[PDF_DETAILS] = { "author",   "creator",  "created",
                                                    "modified", "producer", "title" };
    for (int i = 0; i < PDF_DETAILS; i++)
        if (slice_eq(eval_arg(args, 0), slice_str(names[i])))
            return any_matches(c, pdfs_of(c)->facts.details[i], prepared);
    return 0;
}

static double pdf_is_encrypted(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)args, (void)prepared;
    return pdfs_of(c)->facts.encrypted;
}

#define ROW(name, prepare)                                                                                   \
    {                                                                                                        \
#name, "PDFInfo", 0, 0, EVAL_ARGS_MAX, prepare, name, NULL                                           \
    }
static const struct eval_function pdf_rows[] = {
    ROW(pdf_count, NULL),
    ROW(pdf_image_count, NULL),
    ROW(pdf_image_size_exact, NULL),
    ROW(pdf_image_size_range, NULL),
    ROW(pdf_image_to_text_ratio, NULL),
    ROW(pdf_is_empty_body, NULL),
    ROW(pdf_is_encrypted, NULL),
    ROW(pdf_match_details, prepare_second),
    ROW(pdf_match_fuzzy_md5, NULL),
    ROW(pdf_match_md5, NULL),
    ROW(pdf_name_regex, prepare_first),
    ROW(pdf_named, NULL),
    ROW(pdf_pixel_coverage, NULL),
};
EVAL_FAMILY(eval_pdf, "PDF documents", pdf_rows);
