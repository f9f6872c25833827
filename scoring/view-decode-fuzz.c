/* view-decode-fuzz.c - any bytes as what the small readers of views are given
 * The first line is a charset's name, and a Content-Type; the rest is text. Holds: decoded bytes are no more
 * than encoded ones, what was not UTF-8 is afterwards, line ends are LF. */
#include <stdint.h>
#include <stdlib.h>
#include "message/charset.h"
#include "scoring/view-charset.h"
#include "scoring/view-decode.h"
#include "scoring/view-type.h"
#include "scoring/view-words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_type(struct arena *a, struct slice value)
{
    struct view_type t;
    view_type_parse(&t, a, value);
    check(t.has_boundary == (t.boundary.n > 0));
    check(t.name.n <= value.n && (!t.has_charset || t.charset.n <= value.n + 8));
    check(view_disposition_name(value).n <= value.n);
}

static void check_utf8(struct arena *a, struct slice text, struct slice charset)
{
    struct slice utf8 = view_to_utf8(a, text, charset, false);
    check(view_utf8_valid(text) || utf8_valid(utf8));
    view_to_utf8(a, text, charset, true);
    struct slice words = view_words_decode(a, SLICE("Subject"), view_unfold(a, view_trim(text)));
    check(words.n <= text.n * 12 + 16);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_of((const char *)data, size), name = SLICE("");
    struct arena a;
    charset_warm();
    arena_init(&a, 256 << 20);
    if (slice_line(&text, &name))
        name = slice_chomp(name);
    check_type(&a, name);
    check_utf8(&a, text, name);
    check(view_decode_qp(&a, text).n <= text.n);
    check(view_decode_base64(&a, text).n <= text.n);
    check(slice_find(view_lf(&a, SLICE("\r\n")), SLICE("\r")) < 0 && view_lf(&a, text).n <= text.n);
    arena_deinit(&a);
    return 0;
}
