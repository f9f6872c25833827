/* html-color.h - colours as style sheets and attributes write them (inside of message/html) */
#ifndef MESSAGE_HTML_COLOR_H
#define MESSAGE_HTML_COLOR_H

#include "base/slice.h"

enum html_color_kind { HTML_COLOR_NONE, HTML_COLOR_SOLID, HTML_COLOR_TRANSPARENT };

/* CSS Color 4: names, #rgb[a], #rrggbb[aa], rgb(), rgba(), hsl(), hsla(). Alpha under 2 % is transparent, all
 * else solid. */
enum html_color_kind html_css_color(struct slice text, uint32_t *rgb);
/* WHATWG HTML 2.3.6, the rules for legacy colour values: almost anything is a colour. */
bool html_legacy_color(struct slice text, uint32_t *rgb);
/* so near to each other that text in one on the other cannot be read */
bool html_color_near(uint32_t x, uint32_t y);

#endif
