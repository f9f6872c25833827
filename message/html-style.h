/* html-style.h - colours, sizes and visibility of elements (inside of message/html)
 * Reads style attributes and the presentational ones (color, bgcolor, text, background, hidden), after
 * CSS 2.1, CSS Color 4 and the legacy colour rules of WHATWG HTML 2.3.6. Style sheets are not applied. */
#ifndef MESSAGE_HTML_STYLE_H
#define MESSAGE_HTML_STYLE_H

#include "base/arena.h"
#include "message/html-token.h"

/* what an element says of itself */
enum {
    HTML_SAYS_COLOR = 1,
    HTML_SAYS_TRANSPARENT = 2, /* text colour without opacity */
    HTML_SAYS_BACKGROUND = 4,
    HTML_SAYS_PICTURE = 8, /* a background of unknown colour */
    HTML_SAYS_GONE = 16,   /* display: none, the attribute hidden */
    HTML_SAYS_FADED = 512, /* opacity: 0 */
    HTML_SAYS_HIDDEN = 32, /* visibility */
    HTML_SAYS_VISIBLE = 64,
    HTML_SAYS_SIZE = 128,   /* font size in pixels */
    HTML_SAYS_FACTOR = 256, /* font size in units of the parent's */
};

struct html_declared {
    unsigned says;
    uint32_t color, background; /* 0xRRGGBB */
    double size;                /* pixels or factor */
    int width, height;          /* pixels, -1: not given */
    struct slice picture;       /* url() of a background */
};

/* what holds for its text */
struct html_computed {
    uint32_t color, background;
    double size;
    bool gone, hidden, transparent, picture;
};

void html_declare(struct html_declared *d, struct arena *a, const struct html_token *start);
void html_compute(struct html_computed *out, const struct html_computed *parent,
                  const struct html_declared *d);
struct html_computed html_initial(void);
bool html_shows(const struct html_computed *c);
/* the length in pixels at the beginning of a width or height attribute, -1 if none (or in percent) */
int html_pixels(struct slice text);

#endif
