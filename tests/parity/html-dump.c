/* html-dump.c - pages as scoring/view-html renders them, one JSON object a line, for html.pl
 * usage: html-dump [--time] PAGES. Strings are bytes, each written as the code point of its value.
 * --time: no output but the time that rendering takes. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "scoring/view-html-page.h"

struct dumped {
    bool wide;
    size_t source;
    char *text;
    size_t n;
};

static bool read_page(FILE *in, struct dumped *page)
{
    int wide;
    if (fscanf(in, "%d %zu %zu", &wide, &page->source, &page->n) != 3 || fgetc(in) != '\n')
        return false;
    page->wide = wide;
    page->text = malloc(page->n + 1);
    if (page->text == NULL || fread(page->text, 1, page->n, in) != page->n || fgetc(in) != '\n') {
        free(page->text);
        return false;
    }
    return true;
}

static void put_string(struct slice s)
{
    putchar('"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < ' ' || c > '~')
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void put_text(const char *name, struct slice s, bool wide)
{
    printf("\"%s\":", name);
    put_string(s);
    printf(",\"%s_wide\":%d,", name, wide);
}

static void put_facts(const struct view_html *h)
{
    static const char *const names[] = {
        "backhair_count",
        "bad_tag_ratio",
        "closed_extra_ratio",
        "embeds",
        "font_face_bad",
        "font_invalid_color",
        "font_low_contrast",
        "form_action_mailto",
        "html",
        "html_length",
        "image_area",
        "length",
        "max_size",
        "min_size",
        "non_element_ratio",
        "non_space_len",
        "obfuscation_ratio",
        "ratio",
        "uri_truncated",
    };
    const char *comma = "";
    printf("\"facts\":{");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        bool present;
        double value = view_html_number(h, slice_str(names[i]), &present);
        if (present)
            printf("%s\"%s\":%.17g", comma, names[i], value);
        comma = present ? "," : comma;
    }
    printf("},");
}

static void put_tags(const struct page_tags *t)
{
    const char *comma = "";
    printf("\"inside\":{");
    for (int i = 0; i < TAGS; i++)
        if (t->open[i]) {
            printf("%s\"%.*s\":%d", comma, SLICE_ARG(page_tag_name((enum page_tag)i)), t->open[i] - 1);
            comma = ",";
        }
    for (size_t i = 0; i < t->cap_others; i++)
        if (t->others[i].name.p) {
            char lower[65536];
            size_t n = t->others[i].name.n < sizeof(lower) ? t->others[i].name.n : sizeof(lower);
            for (size_t k = 0; k < n; k++)
                lower[k] = ascii_lower(t->others[i].name.p[k]);
            printf("%s", comma);
            put_string(slice_of(lower, n));
            printf(":%d", t->others[i].open - 1);
            comma = ",";
        }
    printf("},");
}

static void put_list(const char *name, const struct view_html_piece *piece)
{
    printf("\"%s\":[", name);
    for (; piece; piece = piece->next) {
        put_string(piece->text);
        printf("%s", piece->next ? "," : "");
    }
    printf("],");
}

static void put_uris(const struct view_html_uri *u)
{
    printf("\"uris\":[");
    for (; u; u = u->next) {
        putchar('[');
        put_string(u->uri);
        putchar(',');
        put_string(u->tag);
        putchar(',');
        if (u->anchor.p)
            put_string(u->anchor);
        else
            printf("null");
        printf("]%s", u->next ? "," : "");
    }
    printf("]}\n");
}

static void put_page(const struct view_html *h)
{
    putchar('{');
    put_text("text", h->text, h->text_wide);
    put_text("visible", h->visible, h->visible_wide);
    put_text("invisible", h->invisible, h->invisible_wide);
    put_facts(h);
    static const struct page_tags none;
    put_tags(h->facts->whole ? &h->facts->tags : &none);
    put_list("comment", h->lists[VIEW_HTML_COMMENT]);
    put_list("script", h->lists[VIEW_HTML_SCRIPT]);
    put_list("title", h->lists[VIEW_HTML_TITLE]);
    put_list("anchor", h->lists[VIEW_HTML_ANCHOR]);
    put_uris(h->uris);
}

static void render(struct view_html *h, struct arena *a, const struct dumped *page)
{
    *h = (struct view_html){ .source_n = page->source, .source_wide = page->wide };
    view_html_render(h, a, slice_of(page->text, page->n));
}

static void measure(FILE *in)
{
    struct arena a;
    struct view_html h;
    struct dumped page;
    double bytes = 0, pages = 0, seconds = 0;
    arena_init(&a, 1u << 30);
    while (read_page(in, &page)) {
        struct timespec t1, t2;
        arena_reset(&a);
        render(&h, &a, &page);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);
        for (int i = 0; i < 20; i++) {
            arena_reset(&a);
            render(&h, &a, &page);
        }
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t2);
        seconds += ((double)(t2.tv_sec - t1.tv_sec) + (double)(t2.tv_nsec - t1.tv_nsec) / 1e9) / 20;
        bytes += (double)page.n;
        pages++;
        free(page.text);
    }
    printf("%.0f pages of %.0f bytes on average, %.1f us each, %.1f us for 10 KB\n", pages, bytes / pages,
           seconds * 1e6 / pages, seconds * 1e6 / bytes * 10240);
    arena_deinit(&a);
}

int main(int argc, char **argv)
{
    struct arena a;
    struct view_html h;
    struct dumped page;
    bool timed = argc == 3 && strcmp(argv[1], "--time") == 0;
    FILE *in = argc == 2 || timed ? fopen(argv[argc - 1], "rb") : NULL;
    if (in == NULL) {
        fprintf(stderr, "usage: html-dump [--time] PAGES\n");
        return 2;
    }
    arena_init(&a, 1u << 30);
    if (timed)
        measure(in);
    while (!timed && read_page(in, &page)) {
        arena_reset(&a);
        render(&h, &a, &page);
        put_page(&h);
        free(page.text);
    }
    arena_deinit(&a);
    fclose(in);
    return 0;
}
