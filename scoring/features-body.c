/* features-body.c - tokens of text, pages, URIs and attachments; see features.h */
#include "config.h"
#include "scoring/features.h"

#define GRAM_BYTES 3500
#define TEXT_BYTES 30000 /* of words, in all parts */
#define URIS_MAX 100
#define TAGS_MAX 600

static void add_path(struct features *f, struct slice path)
{
    features_words(f, SLICE("path"), slice_sub(path, 0, 200), true, false);
}

static void add_uris(struct features *f, struct message *m)
{
    size_t n = 0;
    for (const struct uri *u = message_uris(m)->first; u && n < URIS_MAX; u = u->next, n++) {
        features_host(f, SLICE("url"), u->host);
        add_path(f, u->path);
        if (u->flags & URI_IS_IP)
            features_token(f, SLICE("url"), SLICE("#ip"));
        if (u->flags & (URI_USERINFO | URI_ODD_IP))
            features_token(f, SLICE("url"), SLICE("#odd"));
    }
    features_token(f, SLICE("urls"),
                   n == 0   ? SLICE("0")
                   : n == 1 ? SLICE("1")
                   : n < 5  ? SLICE("few")
                            : SLICE("many"));
}

/* <name attribute=value ...: the name, each attribute, and each with its value */
static void add_tag(struct features *f, struct slice tag)
{
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

static void add_texts(struct features *f, struct message *m)
{
    size_t words = TEXT_BYTES, grams = GRAM_BYTES;
    for (struct text_part *t = message_texts(m); t; t = t->next) {
        struct slice visible = slice_sub(t->visible, 0, words);
        features_words(f, SLICE("w"), visible, true, true);
        features_break(f);
        words -= visible.n;
        if (t->html) {
            add_tags(f, t->utf8);
            features_words(f, SLICE("hidden"), slice_sub(t->invisible, 0, 4000), true, false);
        }
        struct slice first = slice_sub(t->utf8, 0, grams);
        features_grams(f, 'b', first);
        grams -= first.n;
    }
    if (words == TEXT_BYTES)
        features_token(f, SLICE("text"), SLICE("none"));
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
    add_parts(f, m);
    add_texts(f, m);
    add_uris(f, m);
}
