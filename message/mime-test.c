/* mime-test.c - trees of good and bad messages, and each flag
 * A tree is written as a line: leaf{body}, multipart[child,child], message<child>; types without "text/",
 * "multipart/", "message/". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/buf.h"
#include "message/mime.h"

#define V "MIME-Version: 1.0\n"
#define MIXED V "Content-Type: multipart/mixed; boundary=b\n\n"
#define T "Content-Type: text/plain\n\n"

static struct arena arena;
static struct message_limits limits;

struct row {
    const char *message, *tree;
    unsigned flags;
};

static struct slice short_type(struct slice type)
{
    static const struct slice families[] = { SLICE_INIT("text/"), SLICE_INIT("multipart/"),
                                             SLICE_INIT("message/") };
    for (size_t i = 0; i < 3; i++)
        if (slice_starts(type, families[i]))
            return slice_from(type, families[i].n);
    return type;
}

/* Closes brackets on the way up from p to the parent of `next` (NULL: to the root). */
static void write_up(struct buf *out, const struct mime_part *p, const struct mime_part *next)
{
    static const char close[] = "}]>";
    for (; p && (next == NULL || p != next->parent); p = p->parent)
        buf_add_char(out, close[p->kind]);
}

static void write_tree(struct buf *out, const struct mime_tree *t)
{
    static const char open[] = "{[<";
    mime_foreach (p, t) {
        if (p->parent && p->parent->child != p)
            buf_add_char(out, ',');
        buf_add_slice(out, short_type(p->type));
        buf_add_char(out, open[p->kind]);
        if (p->kind == MIME_LEAF)
            buf_add_slice(out, p->body);
        if (p->child == NULL)
            write_up(out, p, p->next);
    }
}

static struct mime_tree parse(struct slice text)
{
    struct mime_tree t;
    mime_parse(&t, &arena, text, &limits);
    return t;
}

static void check_row(const struct row *row, struct slice text)
{
    struct mime_tree t = parse(text);
    struct buf out;
    buf_init(&out, 100000);
    write_tree(&out, &t);
    if (!slice_eq(buf_slice(&out), slice_str(row->tree)) || t.flags != row->flags)
        fail_msg("%s\n  gives %s flags %x\n  not   %s flags %x", row->message, out.p, t.flags, row->tree,
                 row->flags);
    buf_deinit(&out);
}

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_row(&rows[i], slice_str(rows[i].message));
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]))

static void plain_messages(void **state)
{
    static const struct row rows[] = {
        { "", "plain{}", 0 },
        { "Subject: x\n\nbody\n", "plain{body\n}", 0 },
        { "Subject: x\n", "plain{}", 0 },
        { V "Content-Type: text/html\n\n<b>\n", "html{<b>\n}", 0 },
        { V "Content-Type: TEXT/HTML; charset=x\n\n", "html{}", 0 },
        { V "Content-Type: application/pdf\n\nx", "application/pdf{x}", 0 },
        { "--b\n\nx", "plain{--b\n\nx}", MIME_HEADERS_ODD },
    };
    CHECK(rows);
}

static void multiparts(void **state)
{
    static const struct row rows[] = {
        { MIXED "--b\n" T "one\n--b\n" T "two\n--b--\n", "mixed[plain{one},plain{two}]", 0 },
        { MIXED "--b\n\none\n\n--b\n\n\n--b--", "mixed[plain{one\n},plain{}]", 0 },
        { MIXED "--b\n\n--b--\n", "mixed[plain{}]", 0 },
        { MIXED "--b\n--b--\n", "mixed[plain{}]", 0 },
        { MIXED "--b\nContent-Type: text/html\n--b--\n", "mixed[html{}]", 0 },
        { MIXED "--b \t\n\none\n--b--  \n", "mixed[plain{one}]", 0 },
        { MIXED "\n--b\n\nx\n--b--\n \n\n", "mixed[plain{x}]", 0 },
        { MIXED "This is a multi-part message in MIME format.\n\n--b\n\nx\n--b--\n", "mixed[plain{x}]", 0 },
        { V "Content-Type: multipart/mixed; boundary=\"b c\"\n\n--b c\n\nx\n--b c--\n", "mixed[plain{x}]",
          0 },
        { MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\n1\n--c\n"
                "Content-Type: text/html\n\n2\n--c--\n\n--b\n\n3\n--b--\n",
          "mixed[alternative[plain{1},html{2}],plain{3}]", 0 },
        { V "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b\n" T "z\n--b--\n",
          "digest[rfc822<plain{y}>,plain{z}]", 0 },
        { MIXED " --b\n\nx\n--b\n\n --b--\n--b--\n", "mixed[plain{ --b--}]", MIME_PREAMBLE },
    };
    CHECK(rows);
}

static void crlf(void **state)
{
    static const struct row row = { "", "mixed[plain{one},plain{two\r\n}]", 0 };
    check_row(&row,
              SLICE("MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=b\r\n\r\n--b\r\n\r\n"
                    "one\r\n--b\r\n\r\ntwo\r\n\r\n--b--\r\n"));
}

static void enclosed_messages(void **state)
{
    static const struct row rows[] = {
        { V "Content-Type: message/rfc822\n\nSubject: x\n\ny\n", "rfc822<plain{y\n}>", 0 },
        { V "Content-Type: message/global\n\nSubject: x\n\ny\n", "global<plain{y\n}>", 0 },
        { V "Content-Type: message/news\n\nSubject: x\n\ny\n", "news<plain{y\n}>", 0 },
        { V "Content-Type: message/x-y\n\nSubject: x\n\ny\n", "x-y<plain{y\n}>", 0 },
        { V "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n\ny", "rfc822<rfc822<plain{y}>>",
          MIME_NO_VERSION },
        { MIXED "--b\nContent-Type: message/rfc822\n\n" V
                "Content-Type: multipart/mixed; boundary=c\n\n--c\n\n1\n--c--\n--b\n\n2\n--b--\n",
          "mixed[rfc822<mixed[plain{1}]>,plain{2}]", 0 },
        { MIXED "--b\nContent-Type: message/rfc822\n\nFrom x@y Mon\nSubject: x\n\n1\n--b--\n",
          "mixed[rfc822<plain{1}>]", 0 },
        { MIXED "--b\nContent-Type: message/rfc822\n\n--b--\n", "mixed[rfc822<plain{}>]", 0 },
        { V "Content-Type: message/delivery-status\n\nAction: failed\n", "delivery-status{Action: failed\n}",
          0 },
        { V "Content-Type: message/partial; id=x\n\nx\n", "partial{x\n}", MIME_PARTIAL },
        { V "Content-Type: message/external-body\n\nx\n", "external-body{x\n}", MIME_EXTERNAL },
        { V "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAo=\n",
          "rfc822{U3ViamVjdDogeAo=\n}", MIME_ENCODED_MULTIPART },
    };
    CHECK(rows);
}

static void broken_boundaries(void **state)
{
    static const struct row rows[] = {
        { V "Content-Type: multipart/mixed\n\n--b\n\nx\n", "mixed{--b\n\nx\n}", MIME_NO_BOUNDARY },
        { V "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n--\n", "mixed{--\n\nx\n--\n}",
          MIME_NO_BOUNDARY },
        { MIXED "x\n", "mixed{x\n}", MIME_BOUNDARY_UNSEEN },
        { MIXED "x\n--b--\ny", "mixed{x\n--b--\ny}", MIME_BOUNDARY_UNSEEN | MIME_EPILOGUE },
        { MIXED "--b\n\nx\n", "mixed[plain{x\n}]", MIME_UNCLOSED },
        { MIXED "--b", "mixed[plain{}]", MIME_UNCLOSED },
        { MIXED "--b\n\nx\n--bc\n--B\n--b--c\n--b -\n--b--\n", "mixed[plain{x\n--bc\n--B\n--b--c\n--b -}]",
          MIME_BOUNDARY_PREFIX },
        { MIXED "--b\n\nx\n--b--\n\n--b\n\ny\n--b--\n", "mixed[plain{x}]", MIME_REOPENED | MIME_EPILOGUE },
        { MIXED "--b\n--b--\n" T "x\n", "mixed[plain{}]", MIME_REOPENED | MIME_EPILOGUE },
        { MIXED "--b\n\nx\n--b--\n--b--\n", "mixed[plain{x}]", MIME_EPILOGUE },
        { MIXED "Hello,\n\n--b\n\nx\n--b--\nBye\n", "mixed[plain{x}]", MIME_PREAMBLE | MIME_EPILOGUE },
        /* inner one never closed, outer goes on */
        { MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\n1\n--b\n\n2\n--b--\n",
          "mixed[mixed[plain{1}],plain{2}]", MIME_BAD_NESTING },
        /* the same boundary inside: the innermost open one has it */
        { MIXED "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b--\n--b\n\n2\n--b--\n",
          "mixed[mixed[plain{1}],plain{2}]", MIME_BOUNDARY_REUSED },
        /* one boundary is the beginning of another */
        { MIXED "--b\nContent-Type: multipart/mixed; boundary=b2\n\n--b2\n\n1\n--b2--\n--b\n\n2\n--b--\n",
          "mixed[mixed[plain{1}],plain{2}]", 0 },
        /* "--b--" closes b and is a delimiter of "b--": the innermost reading, and not everybody's */
        { MIXED "--b\nContent-Type: multipart/mixed; boundary=b--\n\n--b--\n\n1\n--b----\n--b\n\n2\n--b--\n",
          "mixed[mixed[plain{1}],plain{2}]", MIME_BOUNDARY_REUSED },
        /* in the header block of a part, even where it looks like a field */
        { V "Content-Type: multipart/mixed; boundary=\"b:c\"\n\n--b:c\nX: y\n--b:c\n\n2\n--b:c--\n",
          "mixed[plain{},plain{2}]", 0 },
        { MIXED "--b\nX: y\n--no: field\n\nx\n--b--\n", "mixed[plain{--no: field\n\nx}]", MIME_HEADERS_ODD },
        { MIXED "--b\nno field\n\nx\n--b--\n", "mixed[plain{no field\n\nx}]", MIME_HEADERS_ODD },
        { MIXED "--b\n\nx\r--b\r\ry\n--b--\n", "mixed[plain{x\r--b\r\ry}]", MIME_BARE_CR_BOUNDARY },
        { MIXED "--b\n\nx\r--b--\n--b--\n", "mixed[plain{x\r--b--}]", MIME_BARE_CR_BOUNDARY },
        { MIXED "--b\n\nx\n--b\ry\n--b--\n", "mixed[plain{x\n--b\ry}]",
          MIME_BARE_CR_BOUNDARY | MIME_BOUNDARY_PREFIX },
        { MIXED "--b\n\nx\r--c\n--b--\n", "mixed[plain{x\r--c}]", 0 },
        { MIXED "--b\r\r\n\nx\r\n--b--\n", "mixed[plain{x}]", MIME_BARE_CR_BOUNDARY },
        { MIXED "--b\n\nx\n--b--\r\r\n", "mixed[plain{x}]", MIME_BARE_CR_BOUNDARY },
    };
    CHECK(rows);
}

#define CT V "Content-Type: "
#define B "\n\n--b\n\nx\n--b--\n"
#define X "mixed[plain{x}]"

#define L50 "llllllllllllllllllllllllllllllllllllllllllllllllll"
#define QP CT "multipart/mixed; boundary=b\nContent-Transfer-Encoding: quoted-printable"

static void ambiguous_fields(void **state)
{
    static const struct row rows[] = {
        { CT "multipart/mixed; boundary=b; boundary=b" B, X, 0 },
        { CT "multipart/mixed; boundary=b; boundary=c" B, X, MIME_SEVERAL_BOUNDARIES | MIME_ODD_SYNTAX },
        { CT "multipart/mixed; boundary*0=b" B, X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary*=us-ascii''b" B, X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary*=us-ascii''b; boundary=b" B, X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary=\"\\b\"" B, X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary=\"b;\"\n\n--b;\n\nx\n--b;--\n", X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary=\"b\xe4\"\n\n--b\xe4\n\nx\n--b\xe4--\n", X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary=\"=?us-ascii?q?b?=\"\n\n--=?us-ascii?q?b?=\n\nx\n"
             "--=?us-ascii?q?b?=--\n",
          X, 0 },
        { CT "multipart/mixed; boundary=----=_b.1/2\n\n------=_b.1/2\n\nx\n------=_b.1/2--\n", X,
          MIME_ODD_SYNTAX },
        { CT "multipart/mixed; name*=utf-8''x; boundary=b" B, X, 0 },
        { CT "multipart/mixed; boundary=b\nContent-Type: multipart/mixed; boundary=\"b\"" B, X, 0 },
        { CT "multipart/mixed; boundary=b\nContent-Type: multipart/mixed; boundary=c" B, X,
          MIME_SEVERAL_TYPES },
        { CT "multipart/mixed; boundary=b\nContent-Type: text/plain" B, X, MIME_SEVERAL_TYPES },
        { CT "multipart/mixed; boundary=b\nContent-Type: multipart/alternative; boundary=b" B, X,
          MIME_SEVERAL_TYPES },
        { CT "text/plain; charset=a; format=flowed\nContent-Type: text/plain; charset=A\n\nx", "plain{x}",
          0 },
        { CT "text/plain; charset=a\nContent-Type: text/plain; charset=b\n\nx", "plain{x}",
          MIME_SEVERAL_TYPES },
        { CT "text/plain\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 8bit\n\nx", "plain{x}",
          0 },
        { CT "text/plain\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nx",
          "plain{x}", MIME_SEVERAL_ENCODINGS },
        { CT "multipart/mixed\nContent-Disposition: inline; boundary=b" B, "mixed{--b\n\nx\n--b--\n}",
          MIME_NO_BOUNDARY | MIME_BOUNDARY_ELSEWHERE },
        { CT "multipart/mixed; boundary=b\nContent-Disposition: inline; boundary=b" B, X, 0 },
        { CT "multipart/mixed; boundary=b\nContent-Disposition: inline; boundary=c" B, X,
          MIME_BOUNDARY_ELSEWHERE },
        { CT "multipart/mixed; boundary=b\nContent-Description: our new boundary = c" B, X, 0 },
        { CT "multipart/mixed; boundary=b\nContent-Transfer-Encoding: 7bit; boundary=c" B, X,
          MIME_BOUNDARY_ELSEWHERE },
        { CT "multipart; boundary=b" B, X, MIME_BOUNDARY_ELSEWHERE | MIME_ODD_SYNTAX },
        { CT "multi(x)part/mixed; boundary=b" B, "plain{--b\n\nx\n--b--\n}",
          MIME_ODD_COMMENT | MIME_ODD_SYNTAX | MIME_BOUNDARY_ELSEWHERE | MIME_BOUNDARY_GUESS },
        { CT "multipart/mixed; boundary(x)=b" B, X, MIME_ODD_COMMENT },
        { CT "multipart/mixed; boundary=(x)b" B, X, MIME_ODD_COMMENT },
        { CT "multipart/mixed; boundary=b (a comment)" B, X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary=\"b\"(c)" B, X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary=\"b\" x" B, X, MIME_SEVERAL_BOUNDARIES | MIME_ODD_SYNTAX },
        { CT "multipart/mixed; boundary=\"b\" charset=x" B, X, MIME_SEVERAL_BOUNDARIES | MIME_ODD_SYNTAX },
        { CT "multipart/mixed; boundary=\" b\"" B, X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary=\"b \"" B, X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary=\"b\" ; charset=x" B, X, 0 },
        { CT "multipart/mixed; boundary=\"b\n c\"\n\n--b c\n\nx\n--b c--\n", X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed;\n boundary=b;\n charset=x" B, X, 0 },
        { CT "multipart/mixed; boundary=b c\n\n--b c\n\nx\n--b c--\n", X,
          MIME_SEVERAL_BOUNDARIES | MIME_ODD_SYNTAX },
        { CT "multipart/mixed; boundary=b(c)\n\n--b(c)\n\nx\n--b(c)--\n", X,
          MIME_SEVERAL_BOUNDARIES | MIME_ODD_SYNTAX | MIME_ODD_COMMENT },
        { CT "multipart/mixed; boundary=b,c\n\n--b,c\n\nx\n--b,c--\n", X,
          MIME_SEVERAL_BOUNDARIES | MIME_ODD_SYNTAX },
        { CT "multipart/mixed; boundary=\"<b>\"\n\n--<b>\n\nx\n--<b>--\n", X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary='b'\n\n--'b'\n\nx\n--'b'--\n", X, MIME_SEVERAL_BOUNDARIES },
        { CT "multipart/mixed; boundary; boundary=b" B, X, MIME_SEVERAL_BOUNDARIES | MIME_ODD_SYNTAX },
        { CT "multipart/mixed; boundary\1=b" B, "mixed{--b\n\nx\n--b--\n}",
          MIME_ODD_SYNTAX | MIME_CONTROL | MIME_HEADERS_ODD | MIME_NO_BOUNDARY },
        { CT "=?x?q?multipart/mixed?=; boundary=b" B, "=?x?q?multipart/mixed?={--b\n\nx\n--b--\n}",
          MIME_ODD_SYNTAX | MIME_BOUNDARY_ELSEWHERE | MIME_BOUNDARY_GUESS },
        { CT "multipart/mixed; boundary=" L50 L50 L50 L50 "\n\n--" L50 L50 L50 L50 "\n\nx\n--" L50 L50 L50 L50
             "--\n",
          X, 0 },
        { CT "multipart/mixed; boundary=" L50 L50 L50 L50 "l\n\n--" L50 L50 L50 L50
             "l\n\nx\n--" L50 L50 L50 L50 "l--\n",
          X, MIME_SEVERAL_BOUNDARIES },
        { CT "text/plain; boundary=b" B, "plain{--b\n\nx\n--b--\n}", MIME_BOUNDARY_GUESS },
        { CT "text/plain; charset=us-ascii (Plain text)\n\nx", "plain{x}", 0 },
        { CT "text/plain\nContent-Transfer-Encoding: (x) base64\n\neA==", "plain{eA==}",
          MIME_ODD_COMMENT | MIME_UNKNOWN_ENCODING },
        { CT "text/plain\nContent-Transfer-Encoding: base64 (x)\n\neA==", "plain{eA==}",
          MIME_UNKNOWN_ENCODING },
        { CT "text/plain\nContent-Transfer-Encoding: base64;\n\neA==", "plain{eA==}", MIME_UNKNOWN_ENCODING },
        { CT "text/plain\nContent-Transfer-Encoding: \"base64\"\n\neA==", "plain{eA==}",
          MIME_UNKNOWN_ENCODING },
        { CT "text/plain\nContent-Transfer-Encoding: 7bit;\n\nx", "plain{x}", 0 },
        { CT "text/plain\nContent-Transfer-Encoding:\n BASE64 \n\neA==", "plain{eA==}", 0 },
        { CT "text/plain\nContent-Transfer-Encoding: base64\1\n\neA==", "plain{eA==}",
          MIME_UNKNOWN_ENCODING | MIME_CONTROL | MIME_HEADERS_ODD },
        { CT "multipart/mixed boundary=b" B, X, MIME_ODD_SYNTAX },
        { CT "multipart/mixed;; boundary=b" B, X, MIME_ODD_SYNTAX },
        { CT "multipart/mixed; boundary=\"b" B, X, MIME_ODD_SYNTAX | MIME_SEVERAL_BOUNDARIES },
        { CT "text\n\nx", "plain{x}", MIME_ODD_SYNTAX },
        { CT "multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64" B, X, MIME_ENCODED_MULTIPART },
        { QP B, X, 0 },
        { QP "\n\n--b\n\n=2Dx=3D\n=2Db y=2D-\n--b--\n", "mixed[plain{=2Dx=3D\n=2Db y=2D-}]",
          MIME_ENCODED_MULTIPART },
        { QP "\n\n--b\n\nx\n-=2Db\n--b--\n", "mixed[plain{x\n-=2Db}]", MIME_ENCODED_MULTIPART },
        { QP "\n\n--b\n\nx=0A--b\n--b--\n", "mixed[plain{x=0A--b}]", MIME_ENCODED_MULTIPART },
        { QP "\n\n--b\n\nx=\n--b--\n", "mixed[plain{x=}]", MIME_ENCODED_MULTIPART },
        { QP "\n\n--b\n\nx\n-=\n-b\n--b--\n", "mixed[plain{x\n-=\n-b}]", MIME_ENCODED_MULTIPART },
        { QP "\n\n--b\n\nx=\ny=2D=3D\n--b--\n", "mixed[plain{x=\ny=2D=3D}]", 0 },
        { QP "\n\n--b\n\nx\n--=41\n--b--\n", "mixed[plain{x\n--=41}]", MIME_ENCODED_MULTIPART },
        { QP "\n\nx", "mixed{x}", MIME_ENCODED_MULTIPART | MIME_BOUNDARY_UNSEEN },
        { QP "\n\n--b\nContent-Type: multipart/mixed; boundary=c\nContent-Transfer-Encoding: "
             "quoted-printable\n\n"
             "--c\n\n1\n--c--\n--b--\n",
          "mixed[mixed[plain{1}]]", 0 },
        { CT "text/plain\nContent-Transfer-Encoding: x-yenc\n\nx", "plain{x}", MIME_UNKNOWN_ENCODING },
        { "Content-Type: text/plain\n\nx", "plain{x}", MIME_NO_VERSION },
        { CT "text/plain\nX\1: y\n\nx", "plain{X\1: y\n\nx}", MIME_HEADERS_ODD },
    };
    CHECK(rows);
}

/* What is a field depends on the reader, who may then see another part. */
static void hidden_fields(void **state)
{
#define HIDDEN (MIME_HEADERS_ODD | MIME_HIDDEN_FIELDS)
#define B64 "Content-Transfer-Encoding: base64\n"
    static const struct row rows[] = {
        { MIXED "--b\nContent-Type : text/html\n\nx\n--b--\n", "mixed[html{x}]", HIDDEN },
        { MIXED "--b\nX : y\n" B64 "\nx\n--b--\n", "mixed[plain{x}]", HIDDEN },
        { MIXED "--b\n" B64 "X : y\n\nx\n--b--\n", "mixed[plain{x}]", MIME_HEADERS_ODD },
        { MIXED "--b\nX: y\r" B64 "\nx\n--b--\n", "mixed[plain{x}]", HIDDEN },
        { MIXED "--b\nX: y\r\r\n" B64 "\nx\n--b--\n", "mixed[plain{x}]", HIDDEN },
        { MIXED "--b\nX: y\rz\n" B64 "\nx\n--b--\n", "mixed[plain{x}]", MIME_HEADERS_ODD },
        { MIXED "--b\nX: y\n \n" B64 "\nx\n--b--\n", "mixed[plain{x}]", HIDDEN },
        { MIXED "--b\nContent-Transfer-Encoding:\n \n base64\n\nx\n--b--\n", "mixed[plain{x}]", HIDDEN },
        { MIXED "--b\n" B64 " \n\nx\n--b--\n", "mixed[plain{x}]", MIME_HEADERS_ODD },
        { MIXED "--b\nno field\n" B64 "\nx\n--b--\n", "mixed[plain{no field\n" B64 "\nx}]", HIDDEN },
        { MIXED "--b\nno field\r" B64 "\nx\n--b--\n", "mixed[plain{no field\r" B64 "\nx}]", HIDDEN },
        { MIXED "--b\nContent-Type\1: text/html\n\nx\n--b--\n",
          "mixed[plain{Content-Type\1: text/html\n\nx}]", HIDDEN },
        { MIXED "--b\n" B64 ": y\n\nQUJDREVGR0hJSktM\n--b--\n", "mixed[plain{: y\n\nQUJDREVGR0hJSktM}]",
          HIDDEN },
        { MIXED "--b\nno field\n\n" B64 "\n--b--\n", "mixed[plain{no field\n\n" B64 "}]", MIME_HEADERS_ODD },
        { MIXED "--b\n\n" B64 "\nx\n--b--\n", "mixed[plain{" B64 "\nx}]", MIME_HIDDEN_FIELDS },
        { MIXED "--b\n\n \r\n\n" B64 "\nx\n--b--\n", "mixed[plain{ \r\n\n" B64 "\nx}]", MIME_HIDDEN_FIELDS },
        { MIXED "--b\n\nx\n\n" B64 "--b--\n", "mixed[plain{x\n\nContent-Transfer-Encoding: base64}]", 0 },
        { CT "message/rfc822\n\nFrom x\n\n" B64 "\nx\n", "rfc822<plain{" B64 "\nx\n}>", MIME_HIDDEN_FIELDS },
        { V "no field\n" B64 "\nx\n", "plain{no field\n" B64 "\nx\n}", HIDDEN },
        { V "no field\n\n" B64, "plain{no field\n\n" B64 "}", MIME_HEADERS_ODD },
        { CT "message/rfc822\n\nno field\n" B64 "\nx\n", "rfc822<plain{no field\n" B64 "\nx\n}>", HIDDEN },
    };
    CHECK(rows);
}

static void guessed_boundaries_and_padding(void **state)
{
    static const struct row rows[] = {
        { CT "multipart/mixed\n\n--x\n" T "y\n--x--\n", "mixed{--x\n" T "y\n--x--\n}",
          MIME_NO_BOUNDARY | MIME_BOUNDARY_GUESS },
        { MIXED "--x\n" T "y\n--x--\n", "mixed{--x\n" T "y\n--x--\n}",
          MIME_BOUNDARY_UNSEEN | MIME_BOUNDARY_GUESS },
        { MIXED "-- \nme\n" T, "mixed{-- \nme\n" T "}", MIME_BOUNDARY_UNSEEN },
        { CT "text/plain\n\n--x\n" T "y\n", "plain{--x\n" T "y\n}", 0 },
        { CT "text/plain; boundary=x\n\n--x\n\ny\n", "plain{--x\n\ny\n}", MIME_BOUNDARY_GUESS },
        { CT "text/plain; boundary=x\n\n--y\n\ny\n", "plain{--y\n\ny\n}", 0 },
        { MIXED "--b\n" CT "text/html; boundary=b\n\ny\n--b--\n", "mixed[html{y}]", 0 },
        { V B64 "\nQQ==\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
          "plain{QQ==\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n}", 0 },
        { V B64 "\nQQ=\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n+",
          "plain{QQ=\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n+}", MIME_BAD_BASE64 },
        { V B64 "\nClick here: http://x.example/", "plain{Click here: http://x.example/}", MIME_BAD_BASE64 },
        { V B64 "\n \tQUFBQUFBQUFBQUFB \n QUE^=\n", "plain{ \tQUFBQUFBQUFBQUFB \n QUE^=\n}", 0 },
    };
    CHECK(rows);
}

static void every_flag_of_ambiguity_is_told(void **state)
{
    unsigned told = 0;
    static const struct slice samples[] = {
        SLICE_INIT(CT "multipart/mixed; boundary=b; boundary=c" B),
        SLICE_INIT(CT "text/plain\nContent-Type: text/html\n\n"),
        SLICE_INIT("Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: x\n\n"),
        SLICE_INIT(CT "multipart/mixed\nContent-Disposition: x; boundary=b" B),
        SLICE_INIT(CT "text/(x)plain\n\n"),
        SLICE_INIT(CT "multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64" B),
        SLICE_INIT("Content-Transfer-Encoding: x\n\n"),
        SLICE_INIT(MIXED "--b\n" MIXED "--b\n\n"),
        SLICE_INIT(MIXED "--b\n\nx\r--b\n"),
        SLICE_INIT(MIXED "--b\n\n--b--\n--b\n"),
        SLICE_INIT(MIXED "--b\n\n--bx\n"),
        SLICE_INIT(MIXED "--b\nContent-Type : x\n\n"),
        SLICE_INIT(CT "text/plain\1\n\n"),
        SLICE_INIT(MIXED "--x\n" T),
        SLICE_INIT("Content-Transfer-Encoding: base64\n\n=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    };
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
        told |= parse(samples[i]).flags;
    assert_int_equal(told & MIME_AMBIGUOUS, MIME_AMBIGUOUS);
}

static void names_and_parameters(void **state)
{
    static const struct {
        struct slice message;
        const char *type_given, *charset, *name, *disposition;
        enum transfer_encoding encoding;
    } rows[] = {
        { SLICE_INIT("Content-Type: Text/Plain; charset=\"UTF-8\"; name=a.txt\n\n"), "Text/Plain", "UTF-8",
          "a.txt", "", TRANSFER_IDENTITY },
        { SLICE_INIT("Content-Type: image/png; name=a.txt\nContent-Disposition: ATTACHMENT; filename=b.png\n"
                     "Content-Transfer-Encoding: Base64\n\n"),
          "image/png", "", "b.png", "attachment", TRANSFER_BASE64 },
        { SLICE_INIT("Content-Disposition: inline; filename*=utf-8''%c3%a4.png\n\n"), "", "", "\xc3\xa4.png",
          "inline", TRANSFER_IDENTITY },
        { SLICE_INIT("Content-Type: image/png; name=\"=?iso-8859-1?q?=E4?=.png\"\n"
                     "Content-Disposition: inline\n\n"),
          "image/png", "", "\xc3\xa4.png", "inline", TRANSFER_IDENTITY },
        { SLICE_INIT("Content-Type:\n\n"), "", "", "", "", TRANSFER_IDENTITY },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mime_part *p = parse(rows[i].message).root;
        assert_true(slice_eq(p->type_given, slice_str(rows[i].type_given)));
        assert_true(slice_eq(p->charset, slice_str(rows[i].charset)));
        assert_true(slice_eq(p->name, slice_str(rows[i].name)));
        assert_true(slice_eq(p->disposition, slice_str(rows[i].disposition)));
        assert_int_equal(p->encoding, rows[i].encoding);
    }
}

static void decoded_bodies_are_kept(void **state)
{
    struct mime_tree t = parse(SLICE(MIXED "--b\nContent-Transfer-Encoding: base64\n\nZm9vYmFy\n--b--\n"));
    struct mime_part *p = t.root->child;
    struct slice first = mime_decoded(p, &arena, 3);
    assert_true(slice_eq(first, SLICE("foo")));
    assert_int_equal(p->transfer_flags, TRANSFER_CUT);
    assert_ptr_equal(mime_decoded(p, &arena, 100).p, first.p);
}

static void limits_leave_an_opaque_rest(void **state)
{
    struct message_limits l = limits;
    struct mime_tree t;
    struct buf out;
    buf_init(&out, 10000);
    l.mime_max_depth = 1;
    mime_parse(
        &t, &arena,
        SLICE(MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\n1\n--c--\n--b\n\n2\n--b--\n"),
        &l);
    write_tree(&out, &t);
    assert_string_equal(out.p, "mixed[mixed{--c\n\n1\n--c--},plain{2}]");
    assert_int_equal(t.flags, MIME_TRUNCATED);
    assert_int_equal(t.root->child->flags, MIME_TRUNCATED);
    buf_reset(&out);
    l = limits;
    l.mime_max_parts = 3;
    mime_parse(&t, &arena, SLICE(MIXED "--b\n\n1\n--b\n\n2\n--b\n\n3\n--b\n\n4\n--b--\n"), &l);
    write_tree(&out, &t);
    assert_string_equal(out.p, "mixed[plain{1},plain{2},application/octet-stream{\n3\n--b\n\n4\n--b--\n}]");
    assert_int_equal(t.flags, MIME_TRUNCATED);
    assert_int_equal(t.parts, 4);
    buf_deinit(&out);
}

/* A message of n times `piece`, with %u replaced by 0 .. n-1. */
static struct slice repeat(struct buf *b, const char *head, const char *piece, unsigned n)
{
    buf_init(b, 64 << 20);
    buf_add_str(b, head);
    for (unsigned i = 0; i < n; i++)
        buf_printf(b, piece, i, i);
    return buf_slice(b);
}

static void huge_nesting_and_width_end(void **state)
{
    static const struct {
        const char *head, *piece;
        unsigned n, parts;
    } rows[] = {
        { "", "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", 10000, 10001 },
        { "", "Content-Type: message/rfc822\n\n", 10000, 10001 },
        { MIXED, "--b\n\n%u\n", 50000, 50001 },
        { MIXED "--b\n\n", "--b%u\n", 50000, 2 },
        { MIXED "--b\n", "--b%u: x\n", 50000, 2 },
        { "", "Content-Type: multipart/mixed; boundary=b%u\nno field %u\n", 10000, 1 },
    };
    struct message_limits l = limits;
    l.mime_max_depth = l.mime_max_parts = 1000000;
    l.header_max_count = 10;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf b;
        struct mime_tree t;
        mime_parse(&t, &arena, repeat(&b, rows[i].head, rows[i].piece, rows[i].n), &l);
        assert_int_equal(t.parts, rows[i].parts);
        arena_reset(&arena);
        buf_deinit(&b);
    }
}

static int set_up(void **state)
{
    arena_init(&arena, (size_t)1 << 30);
    message_limits_default(&limits);
    return 0;
}

static int tear_down(void **state)
{
    arena_deinit(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_messages),
        cmocka_unit_test(multiparts),
        cmocka_unit_test(crlf),
        cmocka_unit_test(enclosed_messages),
        cmocka_unit_test(broken_boundaries),
        cmocka_unit_test(ambiguous_fields),
        cmocka_unit_test(hidden_fields),
        cmocka_unit_test(guessed_boundaries_and_padding),
        cmocka_unit_test(every_flag_of_ambiguity_is_told),
        cmocka_unit_test(names_and_parameters),
        cmocka_unit_test(decoded_bodies_are_kept),
        cmocka_unit_test(limits_leave_an_opaque_rest),
        cmocka_unit_test(huge_nesting_and_width_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
