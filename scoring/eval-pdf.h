/* eval-pdf.h - what SpamAssassin's plugin PDFInfo reads out of attached PDFs
 * Line by line, not by the format: a document whose objects are compressed says little. Facts are of all
 * documents of the message together. Linear; everything lies in the message's arena. URIs in documents are
 * not added to those of the message. */
#ifndef SCORING_EVAL_PDF_H
#define SCORING_EVAL_PDF_H

#include "base/arena.h"

enum pdf_detail { PDF_AUTHOR, PDF_CREATOR, PDF_CREATED, PDF_MODIFIED, PDF_PRODUCER, PDF_TITLE, PDF_DETAILS };

struct pdf_text {
    struct slice text;
    struct pdf_text *next;
};

struct pdf_size {
    struct slice text; /* "149x630": height, width */
    double height, width;
    struct pdf_size *next;
};

struct pdf_facts {
    unsigned images;
    bool encrypted, has_area;
    double area; /* of all images of the last document that has any */
    struct pdf_size *sizes;
    struct pdf_text *names; /* of files */
    struct pdf_text *digests, *fuzzy_digests;
    struct pdf_text *details[PDF_DETAILS];
};

/* Adds those of a document; nothing where data is none. */
void pdf_read(struct pdf_facts *facts, struct arena *a, struct slice name, struct slice data);

#endif
