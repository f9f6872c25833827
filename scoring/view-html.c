/* view-html.c - what tags do to a page, its text, its results; see view-html.h
 * Each run of text is put into order on its own: a run of white space is one space, a space at its begin goes
 * when a line end stands before it, a space at its end goes when one follows. SpamAssassin counts how often
 * letters meet across a tag, which is what cutting up words ("Vi<b></b>agra") leaves behind. */
#include "config.h"
#include "scoring/view-html-page.h"

#include "message/charset.h"

/* ---- texts of lists */

/* Of the last text of a list only its begin is known, as its length; see pieces_finish(). */
void page_piece_new(struct page *p, enum view_html_list list)
{
    struct page_pieces *l = &p->lists[list];
    if (l->n == VIEW_HTML_PIECES_MAX)
        return;
    l->last = ARENA_NEW(p->a, struct view_html_piece);
    l->last->text.n = l->text.n;
    *(l->tail ? l->tail : &l->first) = l->last;
    l->tail = &l->last->next;
    l->n++;
}

void page_piece_add(struct page *p, enum view_html_list list, struct page_text text)
{
    struct page_pieces *l = &p->lists[list];
    if (l->last == NULL)
        return;
    l->last->wide |= text.wide;
    buf_add_slice(&l->text, text.s);
}

static void pieces_finish(struct page *p)
{
    for (int i = 0; i < VIEW_HTML_LISTS; i++) {
        struct page_pieces *l = &p->lists[i];
        for (struct view_html_piece *piece = l->first; piece; piece = piece->next) {
            size_t begin = piece->text.n, end = piece->next ? piece->next->text.n : l->text.n;
            piece->text = slice_of(l->text.p ? l->text.p + begin : "", end - begin);
        }
        p->h->lists[i] = p->dead ? NULL : l->first;
    }
}

/* ---- text */

static void add_to_views(struct page *p, size_t from)
{
    struct slice added = slice_from(buf_slice(&p->text), from);
    if (p->chunk.invisible && !p->has_invisible) {
        p->has_invisible = true;
        buf_add(&p->visible, p->text.p, from);
        p->h->visible_wide = p->h->text_wide;
    }
    p->h->text_wide |= p->chunk.wide;
    if (p->chunk.invisible)
        p->h->invisible_wide |= p->chunk.wide;
    else if (p->has_invisible)
        p->h->visible_wide |= p->chunk.wide;
    if (p->has_invisible)
        buf_add_slice(p->chunk.invisible ? &p->invisible : &p->visible, added);
}

static void add_break(struct page *p, struct slice text)
{
    struct page_chunk *c = &p->chunk;
    if (c->any && !c->space && !c->invisible && p->text.n > c->start && p->text.p[p->text.n - 1] == ' ') {
        p->text.n--;
        if (p->has_invisible)
            p->visible.n--;
    }
    *c = (struct page_chunk){ .any = true, .space = true, .start = p->text.n };
    buf_add_slice(&p->text, text);
    add_to_views(p, c->start);
}

/* U+00C2 U+00A0: a space in UTF-8 whose bytes were taken for characters */
static bool broken_space(const char *s, const char *end)
{
    return *s == '\xc3' && end - s >= 4 && memcmp(s, "\xc3\x82\xc2\xa0", 4) == 0;
}

static size_t put_in_order(char *out, struct slice s)
{
    const char *at = s.p, *end = s.p + s.n;
    char *o = out;
    while (at < end) {
        if (char_ascii_space((unsigned char)*at)) {
            while (at < end && char_ascii_space((unsigned char)*at))
                at++;
            *o++ = ' ';
        } else if (broken_space(at, end)) {
            at += 4;
            *o++ = ' ';
        } else
            *o++ = *at++;
    }
    return (size_t)(o - out);
}

static void add_chunk(struct page *p, struct page_text text, bool invisible)
{
    bool trim = p->chunk.any && p->chunk.space && !invisible;
    char *out = buf_reserve(&p->text, text.s.n);
    if (out == NULL)
        return;
    size_t n = put_in_order(out, text.s);
    if (trim && n && out[0] == ' ')
        memmove(out, out + 1, --n);
    p->chunk =
        (struct page_chunk){ .any = true, .wide = text.wide, .invisible = invisible, .start = p->text.n };
    p->text.n += n;
    add_to_views(p, p->chunk.start);
}

static bool is_blank(struct slice s)
{
    const char *at = s.p, *end = s.p + s.n;
    while (at < end && (char_ascii_space((unsigned char)*at) || broken_space(at, end)))
        at += broken_space(at, end) ? 4 : 1;
    return at == end;
}

/* ---- letters that meet across a tag */

#define RUN_MAX 7

/* How many plain characters end s, at most RUN_MAX, so that a word begins (or ends) before the first. */
static size_t run_before(struct page_text text, bool *any)
{
    size_t at = text.s.n, start, run = 0;
    bool word = false;
    *any = false;
    for (size_t i = 1; i <= RUN_MAX && at > 0; i++, at = start) {
        uint32_t c = char_before(text.s, at, &start);
        if (!char_plain(c, text.wide))
            break;
        *any = true;
        word = char_word(c, text.wide);
        if (word != char_word_before(text, start))
            run = i;
    }
    return run;
}

static size_t run_after(struct page_text text, bool *any)
{
    size_t at = 0, n, run = 0;
    *any = false;
    for (size_t i = 1; i <= RUN_MAX && at < text.s.n; i++) {
        uint32_t c = utf8_get(slice_from(text.s, at), &n);
        if (!char_plain(c, text.wide))
            break;
        *any = true;
        at += n;
        bool word = char_word(c, text.wide);
        bool next = at < text.s.n && char_word(utf8_get(slice_from(text.s, at), &n), text.wide);
        if (word != next)
            run = i;
    }
    return run;
}

static void count_meeting(struct page *p, struct page_text text)
{
    struct page_text before = { slice_from(buf_slice(&p->text), p->chunk.start), p->chunk.wide };
    bool plain_before, plain_after;
    if (!p->chunk.any || before.s.n == 0 || text.s.n == 0)
        return;
    size_t run1 = run_before(before, &plain_before);
    if (!plain_before)
        return;
    size_t run2 = run_after(text, &plain_after);
    p->obfuscation += plain_after;
    if (run1 && run2)
        p->backhair |= UINT64_C(1) << ((run1 - 1) * RUN_MAX + run2 - 1);
}

void page_add_text(struct page *p, struct slice raw)
{
    struct page_text text = { raw, p->wide };
    struct page_tags *tags = &p->facts->tags;
    if (!p->lexer.cdata && slice_chr(raw, '&') >= 0) {
        buf_reset(&p->scratch);
        char *out = buf_reserve(&p->scratch, raw.n + 8);
        text.s = out ? slice_of(out, page_entities(out, raw, true, &text.wide)) : SLICE("");
    }
    if (page_tags_in(tags, TAG_SCRIPT)) {
        page_piece_new(p, VIEW_HTML_SCRIPT);
        page_piece_add(p, VIEW_HTML_SCRIPT, text);
        return;
    }
    if (page_tags_in(tags, TAG_STYLE))
        return;
    if (page_tags_in(tags, TAG_A))
        page_piece_add(p, VIEW_HTML_ANCHOR, text);
    if (page_tags_in(tags, TAG_TITLE))
        page_piece_add(p, VIEW_HTML_TITLE, text);
    bool invisible = !is_blank(text.s) && page_style_hides(p);
    count_meeting(p, text);
    add_chunk(p, text, invisible);
}

/* ---- tags */

struct page_text page_attr_text(struct page *p, enum page_attr attr)
{
    struct page_value v = page_has(p, attr) ? p->attr[attr] : (struct page_value){ SLICE(""), true };
    struct page_text text = { v.raw, p->wide };
    if (!v.plain && slice_chr(v.raw, '&') >= 0) {
        char *out = arena_alloc(p->a, v.raw.n + 8);
        text.s = slice_of(out, page_entities(out, v.raw, false, &text.wide));
    }
    return text;
}

/* names of Office's own elements: "o:p", "st1:city" */
static bool is_office(struct slice name, bool wide)
{
    size_t at = slice_istarts(name, SLICE("o:")) ? 2 : slice_istarts(name, SLICE("st")) ? 4 : 0;
    if (at == 0 || name.n <= at || (at == 4 && (!ascii_digit(name.p[2]) || name.p[3] != ':')))
        return false;
    size_t end = name.n - (name.p[name.n - 1] == '/' && name.n > at + 1);
    while (at < end) {
        size_t n;
        uint32_t c = utf8_get(slice_from(name, at), &n);
        if (c != '-' && !char_word(c, wide))
            return false;
        at += n;
    }
    return true;
}

static void break_of_tag(struct page *p, unsigned flags)
{
    if (flags & TAG_LINE)
        add_break(p, SLICE("\n"));
    else if (flags & TAG_SPACE)
        add_break(p, SLICE(" "));
    else if (flags & TAG_PARAGRAPH)
        add_break(p, SLICE("\n\n"));
}

/* name in any case; false when it does nothing more */
static bool count_tag(struct page *p, enum page_tag tag, struct slice name, int step)
{
    bool office = tag == TAGS && is_office(name, p->wide);
    bool good = office || (page_tag_flags(tag) & TAG_ELEMENT);
    page_tags_count(&p->facts->tags, p->a, tag, name, good, step);
    return tag < TAGS;
}

/* "10" or "10%": 0 when it is neither */
static double image_side(struct page_text text, double per_cent)
{
    double v = 0;
    size_t i = 0;
    for (; i < text.s.n && ascii_digit(text.s.p[i]); i++)
        v = v * 10 + (text.s.p[i] - '0');
    if (i == 0)
        return 0;
    bool percent = i < text.s.n && text.s.p[i] == '%';
    i += percent;
    if (i < text.s.n && !(i + 1 == text.s.n && text.s.p[i] == '\n'))
        return 0;
    return percent ? v * per_cent : v;
}

/* A screen of 800 x 600 for what is given in per cent, 200 for what says nothing. */
static void image(struct page *p)
{
    if (page_tags_in(&p->facts->tags, TAG_A))
        page_piece_add(p, VIEW_HTML_ANCHOR, (struct page_text){ SLICE("<img>\n"), false });
    if (!page_has(p, ATTR_WIDTH) || !page_has(p, ATTR_HEIGHT))
        return;
    double width = image_side(page_attr_text(p, ATTR_WIDTH), 8);
    double height = image_side(page_attr_text(p, ATTR_HEIGHT), 6);
    p->image_area += (width > 0 ? width : 200) * (height > 0 ? height : 200);
}

static bool is_letter(char c)
{
    return ascii_alpha(c);
}

static size_t skip_letters(struct slice s, size_t at)
{
    while (at < s.n && (is_letter(s.p[at]) || s.p[at] == ' ' || s.p[at] == '-'))
        at++;
    return at;
}

/* A digit and a quote that may follow a font's name. */
static size_t skip_tail(struct slice s, size_t at)
{
    at += at < s.n && ascii_digit(s.p[at]);
    return at + (at < s.n && (s.p[at] == '"' || s.p[at] == '\''));
}

/* Letters, spaces and dashes, two at least, the last a letter: behind it, 0 when it is none. */
static size_t face_name(struct slice s, size_t at, bool space_may_begin)
{
    size_t end = skip_letters(s, at);
    bool begins = end > at && (is_letter(s.p[at]) || (space_may_begin && s.p[at] == ' '));
    return begins && end - at >= 2 && is_letter(s.p[end - 1]) ? end : 0;
}

/* names of fonts, quoted or not, with commas between them */
static bool face_good(struct page_text text)
{
    struct slice s = text.s;
    size_t at = char_skip_space(text, 0), end;
    if (at < s.n && (s.p[at] == '"' || s.p[at] == '\'' || s.p[at] == '.'))
        end = face_name(s, at + 1, true);
    else
        end = face_name(s, at && s.p[at - 1] == ' ' ? at - 1 : at, true);
    while (end) {
        at = skip_tail(s, end);
        if (at == s.n || s.p[at] != ',')
            break;
        at = char_skip_space(text, at + 1);
        at += at < s.n && (s.p[at] == '"' || s.p[at] == '\'');
        end = face_name(s, at, false);
    }
    if (end == 0)
        return false;
    at += at < s.n && s.p[at] == ';';
    return at == s.n || (at + 1 == s.n && s.p[at] == '\n');
}

static bool contains(struct slice s, struct slice word)
{
    for (size_t i = 0; i + word.n <= s.n; i++)
        if (slice_ieq(slice_sub(s, i, word.n), word))
            return true;
    return false;
}

static void facts_of_tag(struct page *p, enum page_tag tag)
{
    switch (tag) {
    case TAG_FONT:
        if (page_has(p, ATTR_FACE) && !face_good(page_attr_text(p, ATTR_FACE)))
            page_fact(p, FACT_FONT_FACE_BAD, 1);
        break;
    case TAG_IMG: image(p); break;
    case TAG_FORM:
        if (contains(page_attr_text(p, ATTR_ACTION).s, SLICE("mailto:")))
            page_fact(p, FACT_FORM_ACTION_MAILTO, 1);
        break;
    case TAG_OBJECT:
    case TAG_EMBED: page_fact(p, FACT_EMBEDS, 1); break;
    case TAG_A: page_anchor(p); break;
    case TAG_TITLE: page_piece_new(p, VIEW_HTML_TITLE); break;
    default: break;
    }
}

void page_start_tag(struct page *p, struct slice name)
{
    enum page_tag tag = page_tag_find(name);
    unsigned flags = page_tag_flags(tag);
    if (!count_tag(p, tag, name, 1))
        return;
    if (flags & TAG_STYLED)
        page_style_open(p, tag);
    if (p->dead)
        return;
    break_of_tag(p, flags);
    if (flags & TAG_LINKS)
        page_links_of_tag(p, tag);
    facts_of_tag(p, tag);
}

void page_end_tag(struct page *p, struct slice name)
{
    enum page_tag tag = page_tag_find(name);
    unsigned flags = page_tag_flags(tag);
    if (!count_tag(p, tag, name, -1))
        return;
    if (flags & TAG_STYLED)
        page_style_close(p, tag);
    break_of_tag(p, flags);
}

void page_comment(struct page *p, struct slice text)
{
    page_piece_new(p, VIEW_HTML_COMMENT);
    page_piece_add(p, VIEW_HTML_COMMENT, (struct page_text){ text, p->wide });
}

void page_declaration(struct page *p, struct slice text)
{
    if (slice_istarts(text, SLICE("<!doctype")))
        page_tags_declare(&p->facts->tags, p->a, SLICE("!doctype"));
}

/* ---- results */

static size_t count_space(struct slice s, bool wide)
{
    size_t n = 0, taken;
    for (size_t i = 0; i < s.n; i += taken) {
        unsigned char c = (unsigned char)s.p[i];
        taken = 1;
        if (c < 0x80)
            n += char_ascii_space(c) && (wide || c != '\f');
        else
            n += char_space(utf8_get(slice_from(s, i), &taken), wide);
    }
    return n;
}

/* of the text, which is there however far the page was read */
static void text_facts(struct page *p)
{
    const struct view_html *h = p->h;
    double length = (double)char_count(h->text), source = (double)h->source_n;
    page_fact(p, FACT_HTML, 1);
    page_fact(p, FACT_HTML_LENGTH, length);
    page_fact(p, FACT_NON_SPACE_LEN, length - (double)count_space(h->text, h->text_wide));
    if (h->source_n)
        page_fact(p, FACT_RATIO, (source - length) / source);
}

static void tag_facts(struct page *p)
{
    const struct page_tags *t = &p->facts->tags;
    double tags = (double)t->tags;
    if (t->tags)
        page_fact(p, FACT_CLOSED_EXTRA_RATIO, (double)t->closed_extra / tags);
    if (t->elements)
        page_fact(p, FACT_BAD_TAG_RATIO, (tags - (double)t->elements) / tags);
    if (t->elements_seen)
        page_fact(p, FACT_NON_ELEMENT_RATIO, (double)(t->seen - t->elements_seen) / (double)t->seen);
    if (t->tags && p->obfuscation)
        page_fact(p, FACT_OBFUSCATION_RATIO, (double)p->obfuscation / tags);
}

static void page_facts(struct page *p, struct slice page)
{
    page_fact(p, FACT_IMAGE_AREA, p->image_area);
    page_fact(p, FACT_LENGTH, (double)char_count(page));
    page_fact(p, FACT_MIN_SIZE, p->min_size);
    page_fact(p, FACT_MAX_SIZE, p->max_size);
    if (p->backhair)
        page_fact(p, FACT_BACKHAIR_COUNT, __builtin_popcountll(p->backhair));
    if (p->h->uri_cut)
        page_fact(p, FACT_URI_TRUNCATED, 1);
    tag_facts(p);
    p->facts->whole = true;
}

static void page_init(struct page *p, struct view_html *h, struct arena *a, struct slice text)
{
    size_t max = text.n * 2 + 1024;
    *p = (struct page){ .h = h, .a = a, .facts = ARENA_NEW(a, struct view_html_facts) };
    p->wide = h->source_wide || utf8_ascii(text) < text.n;
    p->source = page_edit(a, text, p->wide);
    p->basefont = p->min_size = p->max_size = 3;
    p->uris_tail = &h->uris;
    buf_init_in(&p->text, a, max);
    buf_init_in(&p->visible, a, max);
    buf_init_in(&p->invisible, a, max);
    buf_init_in(&p->scratch, a, max);
    for (int i = 0; i < VIEW_HTML_LISTS; i++)
        buf_init_in(&p->lists[i].text, a, max);
    buf_reserve(&p->text, text.n + 64);
    page_style_init(p);
}

void view_html_render(struct view_html *h, struct arena *a, struct slice text)
{
    struct page *p = ARENA_NEW(a, struct page);
    *h = (struct view_html){ .source_n = h->source_n, .source_wide = h->source_wide };
    page_init(p, h, a, text);
    page_read(p);
    h->text = buf_slice(&p->text);
    h->visible = p->has_invisible ? buf_slice(&p->visible) : h->text;
    h->visible_wide = p->has_invisible ? h->visible_wide : h->text_wide;
    h->invisible = buf_slice(&p->invisible);
    h->facts = p->facts;
    pieces_finish(p);
    page_links_finish(p);
    text_facts(p);
    if (!p->dead)
        page_facts(p, text);
}

/* ---- asking */

double view_html_number(const struct view_html *h, struct slice name, bool *present)
{
    static const struct slice names[FACTS] = {
        [FACT_BACKHAIR_COUNT] = SLICE_INIT("backhair_count"),
        [FACT_BAD_TAG_RATIO] = SLICE_INIT("bad_tag_ratio"),
        [FACT_CLOSED_EXTRA_RATIO] = SLICE_INIT("closed_extra_ratio"),
        [FACT_EMBEDS] = SLICE_INIT("embeds"),
        [FACT_FONT_FACE_BAD] = SLICE_INIT("font_face_bad"),
        [FACT_FONT_INVALID_COLOR] = SLICE_INIT("font_invalid_color"),
        [FACT_FONT_LOW_CONTRAST] = SLICE_INIT("font_low_contrast"),
        [FACT_FORM_ACTION_MAILTO] = SLICE_INIT("form_action_mailto"),
        [FACT_HTML] = SLICE_INIT("html"),
        [FACT_HTML_LENGTH] = SLICE_INIT("html_length"),
        [FACT_IMAGE_AREA] = SLICE_INIT("image_area"),
        [FACT_LENGTH] = SLICE_INIT("length"),
        [FACT_MAX_SIZE] = SLICE_INIT("max_size"),
        [FACT_MIN_SIZE] = SLICE_INIT("min_size"),
        [FACT_NON_ELEMENT_RATIO] = SLICE_INIT("non_element_ratio"),
        [FACT_NON_SPACE_LEN] = SLICE_INIT("non_space_len"),
        [FACT_OBFUSCATION_RATIO] = SLICE_INIT("obfuscation_ratio"),
        [FACT_RATIO] = SLICE_INIT("ratio"),
        [FACT_URI_TRUNCATED] = SLICE_INIT("uri_truncated"),
    };
    bool has = false;
    double value = 0;
    for (int i = 0; i < FACTS && h->facts; i++)
        if (slice_eq(name, names[i])) {
            has = h->facts->has[i];
            value = h->facts->v[i];
        }
    if (present)
        *present = has;
    return value;
}

int view_html_open(const struct view_html *h, struct slice tag)
{
    return h->facts && h->facts->whole ? page_tags_open(&h->facts->tags, tag) : -1;
}

bool view_html_list_find(struct slice name, enum view_html_list *list)
{
    static const struct slice names[VIEW_HTML_LISTS] = {
        [VIEW_HTML_COMMENT] = SLICE_INIT("comment"),
        [VIEW_HTML_SCRIPT] = SLICE_INIT("script"),
        [VIEW_HTML_TITLE] = SLICE_INIT("title"),
        [VIEW_HTML_ANCHOR] = SLICE_INIT("anchor"),
    };
    for (int i = 0; i < VIEW_HTML_LISTS; i++)
        if (slice_eq(name, names[i])) {
            *list = (enum view_html_list)i;
            return true;
        }
    return false;
}

struct slice view_html_bytes(struct arena *a, struct slice text, char other)
{
    size_t ascii = utf8_ascii(text), n = ascii, taken;
    if (ascii == text.n)
        return text;
    char *out = arena_alloc(a, text.n);
    memcpy(out, text.p, ascii);
    for (size_t i = ascii; i < text.n; i += taken) {
        uint32_t c = utf8_get(slice_from(text, i), &taken);
        out[n++] = c <= 0xff ? (char)c : other;
    }
    return slice_of(out, n);
}
