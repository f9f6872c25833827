/* data-uri.h - files that lie in the text of a page, as data: URIs
 * A click on such a link saves or opens the file. libclamav finds them in links that are written plainly; not
 * in style sheets, shortcuts and redirections, in capital letters, with blanks, or spelled by character
 * references (&#100;ata:). Here all text is searched: what stands around does not matter, since programs
 * differ in what they take for a page. RFC 2397, WHATWG fetch 6, URL 4.4 (tabs and line ends are dropped).
 *
 * Input: a file. Output: bytes in the arena. Linear in the text; all files together are not longer than it.
 * Never fails. */
#ifndef CLAMGLUE_DATA_URI_H
#define CLAMGLUE_DATA_URI_H

#include "base/arena.h"

struct data_uri_finder {
    struct slice text; /* with character references undone */
    size_t at;
};

struct data_uri {
    struct slice type; /* "text/html", as written, without parameters; may be empty */
    struct slice bytes;
};

void data_uri_begin(struct data_uri_finder *f, struct arena *a, struct slice page);
bool data_uri_next(struct data_uri_finder *f, struct arena *a, struct data_uri *uri);
/* Whether the page has one that is more than a picture, a sound or a font, or one may be spelled by
 * references. Allocates nothing. */
bool data_uri_worth(struct slice page);

#endif
