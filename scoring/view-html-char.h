/* view-html-char.h - characters as Perl 5.36 classes them (inside of view-html)
 * In a string that is not wide only ASCII is a letter or white space. */
#ifndef SCORING_VIEW_HTML_CHAR_H
#define SCORING_VIEW_HTML_CHAR_H

#include "base/slice.h"

/* a Perl string: characters as UTF-8, and its kind */
struct page_text {
    struct slice s;
    bool wide;
};

static inline bool char_ascii_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool char_space(uint32_t c, bool wide); /* \s */
bool char_word(uint32_t c, bool wide);  /* \w */
/* neither white space nor ASCII punctuation */
bool char_plain(uint32_t c, bool wide);

/* The character before byte `end` of s (end > 0); *start is where it begins. Bytes that are none are U+FFFD.
 */
uint32_t char_before(struct slice s, size_t end, size_t *start);
/* how many characters: bytes that begin one */
size_t char_count(struct slice s);
/* the first max characters */
struct slice char_cut(struct slice s, size_t max);
/* without white space (and U+00A0, wide or not) at both ends */
struct slice char_trim_nbsp(struct page_text text);
/* without white space at both ends */
struct slice char_trim(struct page_text text);
/* where white space at `at` ends */
size_t char_skip_space(struct page_text text, size_t at);
bool char_word_before(struct page_text text, size_t at);

#endif
