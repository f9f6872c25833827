/* look-pdf.c - PDF: encrypted where libclamav does not see it; see look.h
 * libclamav finds /Encrypt, reads what opens without a password, and reports the rest; that is left to it. It
 * does not see the name when it is spelled with escapes (/Encr#79pt, ISO 32000-1 7.3.5), nor a document whose
 * header lies behind other bytes, further than it looks: viewers take both. Streams with the filter /Crypt it
 * leaves out, although that one may do nothing at all (7.4.10). */
#include "clamglue/look.h"

#define HEADER_WITHIN 65536 /* viewers say 1024, and some of them look through the whole file */

/* Reads one character of a name, with escapes; the bytes it took, 0 at the end of the name. */
static size_t name_char(struct slice s, char *c)
{
    if (s.n == 0 || ascii_space(s.p[0]) || s.p[0] == 0 || s.p[0] == '\f' ||
        slice_chr(SLICE("()<>[]{}/%"), s.p[0]) >= 0)
        return 0;
    *c = s.p[0];
    if (s.n >= 3 && s.p[0] == '#' && ascii_hex(s.p[1]) >= 0 && ascii_hex(s.p[2]) >= 0) {
        *c = (char)(ascii_hex(s.p[1]) << 4 | ascii_hex(s.p[2]));
        return 3;
    }
    return 1;
}

enum spelling { OTHER, PLAIN, ESCAPED };

/* s begins behind the slash */
static enum spelling spells(struct slice s, struct slice word)
{
    bool escaped = false;
    char c;
    for (size_t i = 0; i < word.n; i++) {
        size_t n = name_char(s, &c);
        if (n == 0 || c != word.p[i])
            return OTHER;
        escaped = escaped || n > 1;
        s = slice_from(s, n);
    }
    return name_char(s, &c) ? OTHER : escaped ? ESCAPED : PLAIN;
}

bool look_pdf(struct look *l, struct slice bytes, bool known_to_libclamav)
{
    ptrdiff_t at = slice_find(slice_sub(bytes, 0, HEADER_WITHIN), SLICE("%PDF-"));
    if (at < 0)
        return false;
    struct slice rest = slice_from(bytes, (size_t)at);
    while ((at = slice_chr(rest, '/')) >= 0) {
        rest = slice_from(rest, (size_t)at + 1);
        enum spelling how = spells(rest, SLICE("Encrypt"));
        if (how == ESCAPED || (how == PLAIN && !known_to_libclamav))
            look_add(l, CLASS_UNCHECKED_ENCRYPTED, "pdf_encrypted");
        if (spells(rest, SLICE("Crypt")) != OTHER)
            look_add(l, CLASS_UNCHECKED_UNSUPPORTED, "pdf_filter");
    }
    l->kind = "pdf";
    return known_to_libclamav;
}
