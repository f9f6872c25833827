/* features-body.c - tokens of text, pages, URIs and attachments; see features.h */
#include "config.h"
#include "scoring/features.h"

#define GRAM_BYTES 3500
#define TEXT_BYTES 30000 /* of words, in all parts */
#define URIS_MAX 100
#define URIS_FIRST                                                                                           \
    3 /* that stand before the text: a message has its own before those that were put behind it */
#define TAGS_MAX 600
#define STYLE_BYTES 200
#define WORD_BYTES 40 /* a cut does not go through shorter words */
#define GRAM_OVERLAP 3

static void add_path(struct features *f, struct slice path)
{
    features_words(f, SLICE("path"), slice_sub(path, 0, 200), true, false);
}

/* Those from number `from` on, up to number `to`. */
static void add_uris(struct features *f, struct message *m, size_t from, size_t to)
{
    size_t n = 0;
    for (const struct uri *u = message_uris(m)->first; u && n < to; u = u->next, n++) {
        if (n < from)
            continue;
        features_host(f, SLICE("url"), u->host);
        add_path(f, u->path);
        if (u->flags & URI_IS_IP)
            features_token(f, SLICE("url"), SLICE("#ip"));
        if (u->flags & (URI_USERINFO | URI_ODD_IP))
            features_token(f, SLICE("url"), SLICE("#odd"));
    }
    if (to == URIS_MAX)
        features_token(f, SLICE("urls"),
                       n == 0   ? SLICE("0")
                       : n == 1 ? SLICE("1")
                       : n < 5  ? SLICE("few")
                                : SLICE("many"));
}

/* <name attribute=value ...: the name, each attribute with its value, and what a style says word by word */
static void add_tag(struct features *f, struct slice tag)
{
    const struct slice style = SLICE("style=");
    struct slice rest = tag;
    size_t n = 0;
    while (n < rest.n && !ascii_space(rest.p[n]) && rest.p[n] != '/')
        n++;
    struct slice name = slice_sub(rest, 0, n);
    features_lower(f, SLICE("tag"), name);
    rest = slice_trim(slice_from(rest, n));
    for (int i = 0; i < 6 && rest.n; i++) {
        n = 0;
        char quote = 0;
        while (n < rest.n && (quote || !ascii_space(rest.p[n]))) {
            if (quote ? rest.p[n] == quote : (rest.p[n] == '"' || rest.p[n] == '\''))
                quote = quote ? 0 : rest.p[n];
            n++;
        }
        struct slice attribute = slice_sub(rest, 0, n);
        if (slice_istarts(attribute, SLICE("href")) || slice_istarts(attribute, SLICE("src")))
            attribute = slice_sub(attribute, 0, 4);
        if (slice_istarts(attribute, style))
            features_words(f, SLICE("style"), slice_sub(attribute, style.n, STYLE_BYTES), true, false);
        else
            features_lower(f, SLICE("attr"), slice_sub(attribute, 0, 40));
        rest = slice_trim(slice_from(rest, n));
    }
}

static void add_tags(struct features *f, struct slice page)
{
    unsigned tags = 0;
    page = slice_sub(page, 0, TEXT_BYTES);
    for (;;) {
        ptrdiff_t at = slice_chr(page, '<');
        if (at < 0 || tags++ == TAGS_MAX)
            return;
        page = slice_from(page, (size_t)at + 1);
        ptrdiff_t end = slice_chr(slice_sub(page, 0, 400), '>');
        if (end > 0 && page.p[0] != '/' && page.p[0] != '!')
            add_tag(f, slice_sub(page, 0, (size_t)end));
    }
}

/* Bytes of text, of all parts, behind which there is a cut. */
static const size_t cut_at[] = { 200, 400, 800, 1600, 3200 };

/* on the way through the texts */
struct way {
    size_t words, grams; /* bytes left */
    size_t read;         /* bytes of text so far */
    unsigned cut;        /* the next of cut_at */
};

/* A piece of a text, up to the next cut. */
struct piece {
    size_t words, grams; /* where it ends, in the text and in its source */
    bool cut;
};

/* The source of a page goes along with its text. */
static struct piece next_piece(const struct way *w, const struct text_part *t, struct slice visible,
                               struct slice source, size_t at)
{
    struct piece p = { visible.n, source.n, false };
    if (w->cut == sizeof(cut_at) / sizeof(*cut_at) || w->read + visible.n - at <= cut_at[w->cut])
        return p;
    p.cut = true;
    p.words = at + cut_at[w->cut] - w->read;
    while (p.words < visible.n && p.words < at + WORD_BYTES && !ascii_space(visible.p[p.words]))
        p.words++;
    size_t share = (size_t)((double)t->utf8.n * (double)p.words / (double)t->visible.n);
    p.grams = share < source.n ? share : source.n;
    return p;
}

static void add_text(struct features *f, const struct text_part *t, struct way *w)
{
    struct slice visible = slice_sub(t->visible, 0, w->words), source = slice_sub(t->utf8, 0, w->grams);
    size_t at = 0, gram = 0;
    w->words -= visible.n;
    w->grams -= source.n;
    while (at < visible.n || gram < source.n) {
        struct piece p = next_piece(w, t, visible, source, at);
        features_words(f, SLICE("w"), slice_sub(visible, at, p.words - at), true, true);
        features_grams(f, 'b', slice_sub(source, gram, p.grams - gram + GRAM_OVERLAP));
        w->read += p.words - at;
        at = p.words;
        gram = p.grams;
        if (p.cut) {
            features_cut(f);
            w->cut++;
        }
    }
}

/* Whether there was any. */
static bool add_texts(struct features *f, struct message *m)
{
    struct way w = { .words = TEXT_BYTES, .grams = GRAM_BYTES };
    for (struct text_part *t = message_texts(m); t; t = t->next) {
        add_text(f, t, &w);
        features_break(f);
    }
    return w.words < TEXT_BYTES;
}

static void add_hidden(struct features *f, struct message *m)
{
    for (struct text_part *t = message_texts(m); t; t = t->next)
        if (t->html)
            features_words(f, SLICE("hidden"), slice_sub(t->invisible, 0, 4000), true, false);
}

static void add_pages(struct features *f, struct message *m)
{
    for (struct text_part *t = message_texts(m); t; t = t->next)
        if (t->html)
            add_tags(f, t->utf8);
}

static void add_part(struct features *f, const struct mime_part *p)
{
    features_token(f, SLICE("type"), p->type);
    features_lower(f, SLICE("charset"), p->charset);
    char encoding = (char)('0' + (int)p->encoding);
    features_token(f, SLICE("encoding"), slice_of(&encoding, 1));
    if (p->name.n) {
        features_words(f, SLICE("file"), slice_sub(p->name, 0, 100), true, false);
        features_lower(f, SLICE("disposition"), p->disposition);
    }
}

static void add_parts(struct features *f, struct message *m)
{
    unsigned n = 0;
    mime_foreach (p, &m->mime)
        if (n++ < 50)
            add_part(f, p);
}

void features_body(struct features *f, struct message *m)
{
    const unsigned without = f->o->without;
    bool text = true;
    features_cut(f);
    if (!(without & FEATURES_NO_PARTS)) {
        add_parts(f, m);
        add_pages(f, m);
    }
    if (!(without & FEATURES_NO_URI))
        add_uris(f, m, 0, URIS_FIRST);
    if (!(without & FEATURES_NO_VISIBLE))
        text = add_texts(f, m);
    if (!(without & FEATURES_NO_INVISIBLE))
        add_hidden(f, m);
    if (!(without & FEATURES_NO_VISIBLE))
        features_looks(f, m);
    if (!text)
        features_token(f, SLICE("text"), SLICE("none"));
    if (!(without & FEATURES_NO_URI))
        add_uris(f, m, URIS_FIRST, URIS_MAX);
}
