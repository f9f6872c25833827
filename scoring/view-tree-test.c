/* view-tree-test.c - parts, fields and bytes as SpamAssassin makes them of a message */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "scoring/test-message.h"
#include "scoring/view.h"

static struct arena arena;

static int make_arena(void **state)
{
    arena_init(&arena, 64 << 20);
    message_warm();
    return 0;
}

static int drop_arena(void **state)
{
    arena_deinit(&arena);
    return 0;
}

#define MIME "MIME-Version: 1.0\nContent-Type: "

/* "type:raw|" of every leaf, "(type)" of others */
static struct slice outline(struct slice text, unsigned *flags)
{
    struct test_message *t = test_message_new(text, NULL);
    struct view_tree tree;
    struct buf b;
    buf_init_in(&b, &arena, 1 << 20);
    view_tree_make(&tree, &t->m);
    view_parts_foreach(p, &tree)
    {
        buf_printf(&b, p->leaf ? "%.*s:" : "(%.*s)", SLICE_ARG(p->type));
        if (!p->leaf)
            continue;
        buf_add_slice(&b, view_part_raw(&t->arena, p));
        buf_add_char(&b, '|');
    }
    *flags = tree.flags;
    test_message_free(t);
    return buf_slice(&b);
}

static struct slice crlf(struct slice text)
{
    struct buf b;
    buf_init_in(&b, &arena, text.n * 2);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n')
            buf_add_char(&b, '\r');
        buf_add_char(&b, text.p[i]);
    }
    return buf_slice(&b);
}

static void check(struct slice text, const char *parts, unsigned flags)
{
    unsigned seen;
    struct slice got = outline(text, &seen);
    if (!slice_eq(got, slice_str(parts)))
        fail_msg("\"%.*s\" is \"%.*s\", not \"%s\"", SLICE_ARG(text), SLICE_ARG(got), parts);
    if (seen != flags)
        fail_msg("\"%.*s\" has flags %x, not %x", SLICE_ARG(text), seen, flags);
}

static void parts_of_messages(void **state)
{
    static const struct {
        const char *text, *parts;
        unsigned flags;
    } rows[] = {
        { "A: b\n\nbody\n", "text/plain:body\n|", 0 },
        { "\n", "text/plain:|", 0 },
        { "From x\nA: b\n\nbody\n", "text/plain:body\n|", 0 },
        { "A: b\n--b\nbody\n", "text/plain:--b\nbody\n|", VIEW_NO_SEPARATOR },
        { "x\ny\nz\nA: b\nw\nbody\n", "text/plain:w\nbody\n|", VIEW_NO_SEPARATOR },
        { "A: b\n", "text/plain:|", VIEW_NO_SEPARATOR },
        /* what is before the first boundary is dropped; the line end before one is its own */
        { MIME "multipart/mixed; boundary=b\n\npre\n--b\n\nx\n\n--b\nContent-Type: text/html\n\ny\n--b--\n",
          "(multipart/mixed)text/plain:x\n|text/html:y|", VIEW_MISSING_HEADERS },
        { MIME "multipart/mixed; boundary=b\n\n--b\nA: c\n\nx\n--b--\n . \nmore",
          "(multipart/mixed)text/plain:x|", VIEW_EPILOGUE },
        /* a boundary goes on by white space only */
        { MIME "multipart/mixed; boundary=b\n\n--b \t\nA: c\n\nx\n--bc\ny\n--b-- \n",
          "(multipart/mixed)text/plain:x\n--bc\ny|", 0 },
        /* without any boundary all is one part; without its closing one the last line is the body's */
        { MIME "multipart/mixed; boundary=b\n\nx\ny\n", "(multipart/mixed)text/plain:x\ny\n|", 0 },
        { MIME "multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\nA: c\n",
          "(multipart/mixed)text/plain:A: c\n|", VIEW_OPEN_BOUNDARY },
        /* fields that a boundary cuts off are lost */
        { MIME "multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n--b--\n",
          "(multipart/mixed)text/plain:|", 0 },
        /* no boundary parameter: text, behind a blank line */
        { MIME "multipart/mixed\n\nx\ny\n", "text/plain:\nx\ny\n|", 0 },
        /* a multipart without one of its own takes its parent's */
        { MIME "multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/related\n\nx\n--b--\n",
          "(multipart/mixed)(multipart/related)text/plain:x|", 0 },
        /* one level with the boundary of its parent */
        { MIME "multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/related; boundary=b\n\n--b\nA: "
               "c\n\nx\n"
               "--b--\n--b\nA: c\n\ny\n--b--\n",
          "(multipart/mixed)(multipart/related)text/plain:x|text/plain:y|", 0 },
        { MIME "multipart/digest; boundary=b\n\n--b\n\nA: b\n\nx\n--b--\n",
          "(multipart/digest)(message/rfc822)text/plain:x|", VIEW_MISSING_HEADERS },
        { MIME "message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogYgoKeAo=\n",
          "(message/rfc822)text/plain:x\n|", 0 },
        { MIME "message/partial\n\nA: b\n\nx\n", "message/partial:A: b\n\nx\n|", 0 },
        { MIME "message/rfc822\n\n", "message/rfc822:|", 0 },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        check(slice_str(rows[i].text), rows[i].parts, rows[i].flags);
        check(crlf(slice_str(rows[i].text)), rows[i].parts, rows[i].flags);
    }
}

static void the_last_content_type_wins_and_text_is_plain(void **state)
{
    check(SLICE("Content-Type: text/html\nContent-Type: text/x-log\n\nx\n"), "text/plain:x\n|", 0);
    check(SLICE("Content-Type: TEXT/HTML\n\nx\n"), "text/html:x\n|", 0);
    check(SLICE("Content-Type: text\n\nx\n"), "text/plain:x\n|", 0);
    check(SLICE("Content-Type: text/calendar\n\nx\n"), "text/calendar:x\n|", 0);
    check(SLICE("Content-Type: image/(p)ng more\n\nx\n"), "image/png:x\n|", 0);
    check(SLICE("Content-Type: ; charset=x\n\nx\n"), "text/plain:x\n|", 0);
}

/* ---- limits */

static struct slice nested(unsigned levels)
{
    struct buf b;
    buf_init_in(&b, &arena, 1 << 20);
    buf_add_str(&b, "A: b\n");
    for (unsigned i = 0; i < levels; i++)
        buf_printf(&b, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
    buf_add_str(&b, "\nx\n");
    return buf_slice(&b);
}

static unsigned depth_of(struct slice text)
{
    struct test_message *t = test_message_new(text, NULL);
    struct view_tree tree;
    unsigned depth = 0;
    view_tree_make(&tree, &t->m);
    view_parts_foreach(p, &tree) depth = p->depth > depth ? p->depth : depth;
    test_message_free(t);
    return depth;
}

static void depth_ends_at_twenty(void **state)
{
    assert_int_equal(depth_of(nested(10)), 10);
    assert_int_equal(depth_of(nested(25)), 20);
    struct buf b;
    buf_init_in(&b, &arena, 1 << 20);
    for (int i = 0; i < 40; i++)
        buf_add_str(&b, "Content-Type: message/rfc822\n\n");
    buf_add_str(&b, "A: b\n\nx\n");
    assert_int_equal(depth_of(buf_slice(&b)), 20);
}

static void a_multipart_has_a_thousand_parts(void **state)
{
    struct buf b;
    unsigned flags, n = 0;
    buf_init_in(&b, &arena, 1 << 20);
    buf_add_str(&b, MIME "multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 1200; i++)
        buf_add_str(&b, "--b\nA: c\n\nx\n");
    struct slice got = outline(buf_slice(&b), &flags);
    for (size_t i = 0; i < got.n; i++)
        n += got.p[i] == '|';
    assert_int_equal(n, 1000);
    assert_true(flags & VIEW_MANY_PARTS);
}

static void long_lines_break_in_multiparts_only(void **state)
{
    struct buf line, text;
    unsigned flags;
    buf_init_in(&line, &arena, 1 << 16);
    for (int i = 0; i < 3000; i++)
        buf_add_char(&line, 'x');
    buf_init_in(&text, &arena, 1 << 16);
    buf_printf(&text, "A: b\n\n%s\n", line.p);
    assert_int_equal(outline(buf_slice(&text), &flags).n, 11 + 3001 + 1);
    buf_reset(&text);
    buf_printf(&text, MIME "multipart/mixed; boundary=b\n\n--b\nA: b\n\n%s\n--b--\n", line.p);
    struct slice got = outline(buf_slice(&text), &flags);
    assert_int_equal(got.n, 17 + 11 + 3001 + 1);
    assert_int_equal(slice_chr(got, '\n'), 17 + 11 + 2048);
}

static void blank_runs_are_cut_to_twenty(void **state)
{
    struct buf text;
    unsigned flags;
    buf_init_in(&text, &arena, 1 << 16);
    buf_add_str(&text, "A: b\n\nx\n");
    for (int i = 0; i < 30; i++)
        buf_add_char(&text, '\n');
    buf_add_str(&text, "y\n");
    assert_int_equal(outline(buf_slice(&text), &flags).n, 11 + 2 + 20 + 2 + 1);
    buf_reset(&text);
    buf_add_str(&text, "A: b\n\n");
    for (int i = 0; i < 30; i++)
        buf_add_char(&text, '\n');
    buf_add_str(&text, "y\n");
    assert_int_equal(outline(buf_slice(&text), &flags).n, 11 + 21 + 2 + 1);
}

static void long_fields_are_cut(void **state)
{
    struct buf text;
    buf_init_in(&text, &arena, 1 << 16);
    for (int i = 0; i < 300; i++)
        buf_add_char(&text, 'n');
    buf_add_str(&text, ":");
    for (int i = 0; i < 9000; i++)
        buf_add_char(&text, 'v');
    buf_add_str(&text, "\n\n");
    struct test_message *t = test_message_new(buf_slice(&text), NULL);
    struct view_tree tree;
    view_tree_make(&tree, &t->m);
    assert_int_equal(tree.root->fields[0].name.n, 256);
    assert_int_equal(tree.root->fields[0].raw.n, 8192);
    assert_true(tree.root->fields[0].no_lf);
    assert_true(tree.flags & VIEW_LONG_HEADER);
    test_message_free(t);
}

static void names_make_pages(void **state)
{
    static const char *const fields[] = {
        "Content-Disposition: attachment; filename=a.html",
        "Content-Disposition: attachment; filename=\"a.HTM\"",
        "Content-Type: application/x; name=a.shtml",
        "Content-Type: application/x; name*0=a.sh; name*1=tml",
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        struct test_message *t = test_message_new(arena_printf(&arena, "%s\n\n<b>x</b>\n", fields[i]), NULL);
        struct view_tree tree;
        view_tree_make(&tree, &t->m);
        assert_true(slice_eq(tree.root->effective, SLICE("text/html")));
        view_part_text(&t->arena, tree.root);
        assert_non_null(tree.root->html);
        test_message_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_messages),
        cmocka_unit_test(the_last_content_type_wins_and_text_is_plain),
        cmocka_unit_test(depth_ends_at_twenty),
        cmocka_unit_test(a_multipart_has_a_thousand_parts),
        cmocka_unit_test(long_lines_break_in_multiparts_only),
        cmocka_unit_test(blank_runs_are_cut_to_twenty),
        cmocka_unit_test(long_fields_are_cut),
        cmocka_unit_test(names_make_pages),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
