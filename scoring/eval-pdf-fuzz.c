/* eval-pdf-fuzz.c - any bytes as a PDF
 * Holds: values are short, sizes have their numbers, a document without its magic has no facts. */
#include <stdlib.h>
#include "base/buf.h"
#include "scoring/eval-pdf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_facts(const struct pdf_facts *f)
{
    unsigned sizes = 0;
    for (int i = 0; i < PDF_DETAILS; i++)
        for (const struct pdf_text *t = f->details[i]; t; t = t->next)
            check(t->text.n <= 256);
    for (const struct pdf_size *s = f->sizes; s; s = s->next, sizes++)
        check(s->height >= 0 && s->width >= 0);
    check(sizes >= f->images && sizes <= f->images + 1);
    check(!f->has_area || f->images);
}

static void read_one(struct slice data, bool good)
{
    struct pdf_facts facts = { 0 };
    struct arena a;
    arena_init(&a, 64 << 20);
    pdf_read(&facts, &a, SLICE("a.pdf"), data);
    check_facts(&facts);
    check(!good || (facts.names && facts.digests));
    check(facts.names || facts.digests == NULL);
    arena_deinit(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice s = slice_of((const char *)data, size);
    struct buf b;
    read_one(s, false);
    buf_init(&b, size + 20);
    buf_add_str(&b, "%PDF-1.4\n");
    buf_add_slice(&b, s);
    read_one(buf_slice(&b), true);
    buf_deinit(&b);
    return 0;
}
