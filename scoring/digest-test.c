/* digest-test.c - test vectors of the RFCs */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* cmocka.h needs the ones above before it */
#include <cmocka.h>

#include "scoring/digest.h"

static const struct {
    const char *text, *hex[3];
} vectors[] = {
    { "",
      { "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } },
    { "abc",
      { "900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" } },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      { "8215ef0796a20bcaaae116d3876c664a", "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" } },
};

static void known_texts(void **state)
{
    struct arena a;
    unsigned char out[DIGEST_MAX];
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++)
        for (int kind = 0; kind < 3; kind++) {
            size_t n = digest((enum digest_kind)kind, slice_str(vectors[i].text), out);
            struct slice hex = digest_hex(&a, out, n);
            if (!slice_eq(hex, slice_str(vectors[i].hex[kind])))
                fail_msg("%s, %d: %.*s", vectors[i].text, kind, SLICE_ARG(hex));
        }
    arena_deinit(&a);
}

/* a million times "a": many blocks */
static void a_long_text(void **state)
{
    struct arena a;
    unsigned char out[DIGEST_MAX];
    (void)state;
    arena_init(&a, 8 << 20);
    char *text = arena_alloc(&a, 1000000);
    memset(text, 'a', 1000000);
    size_t n = digest(DIGEST_SHA1, slice_of(text, 1000000), out);
    assert_true(slice_eq(digest_hex(&a, out, n), SLICE("34aa973cd4c4daa4f61eeb2bdbad27316534016f")));
    n = digest(DIGEST_SHA256, slice_of(text, 1000000), out);
    assert_true(slice_eq(digest_hex(&a, out, n),
                         SLICE("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")));
    arena_deinit(&a);
}

static void base32(void **state)
{
    static const struct {
        const char *text, *coded;
    } cases[] = {
        { "", "" }, { "f", "my" }, { "fo", "mzxq" }, { "foo", "mzxw6" }, { "foobar", "mzxw6ytboi" }
    };
    struct arena a;
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct slice got = digest_base32(&a, (const unsigned char *)cases[i].text, strlen(cases[i].text));
        assert_true(slice_eq(got, slice_str(cases[i].coded)));
    }
    arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts),
        cmocka_unit_test(a_long_text),
        cmocka_unit_test(base32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
