/* regex.c - PCRE2 wrapped once; see regex.h
 * Options follow Perl where PCRE2's defaults don't: LF ends a line whatever PCRE2 was built with, \R is any
 * line end, names of groups may repeat. (*UTF) and (*UCP) inside a pattern are refused: rules match bytes.
 * The JIT writes its code in regex_new(), before a sandbox; matching makes no executable page. A pattern that
 * is too large for the library of bytes goes to regex-wide.c. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/regex.h"

#include <pcre2.h>
#include <stdlib.h>
#include "base/regex-wide.h"

#define MATCH_LIMIT 1000000
#define HEAP_KIB 20000
#define JIT_STACK (8 * 1024 * 1024) /* address space; memory only as far as a match needs it */
#define JIT_STACK_FIRST (32 * 1024)

struct regex {
    pcre2_code *code; /* either of both */
    struct wide *wide;
    bool jit; /* there is machine code of it */
    unsigned flags;
    uint32_t least; /* bytes that a match has, at least */
    size_t n;
    char pattern[];
};

struct regex_scratch {
    pcre2_match_context *context;
    pcre2_match_data *data; /* one pair: only the whole match is asked for */
    pcre2_jit_stack *stack; /* NULL: this PCRE2 has no JIT */
    struct regex_limits limits;
    struct wide_scratch *wide; /* made when first wanted */
};

static uint32_t options_of(unsigned flags)
{
    return PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_DUPNAMES |
           (flags & REGEX_CASELESS ? PCRE2_CASELESS : 0) | (flags & REGEX_MULTILINE ? PCRE2_MULTILINE : 0) |
           (flags & REGEX_DOTALL ? PCRE2_DOTALL : 0) | (flags & REGEX_EXTENDED ? PCRE2_EXTENDED : 0);
}

static pcre2_code *compile(struct slice pattern, unsigned flags, int *error, size_t *offset)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (context == NULL)
        fatal("no memory for a pattern");
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    PCRE2_SPTR p = (PCRE2_SPTR)(pattern.p ? pattern.p : "");
    pcre2_code *code = pcre2_compile(p, pattern.n, options_of(flags), error, offset, context);
    pcre2_compile_context_free(context);
    return code;
}

static struct regex *fail(int error, size_t offset, struct err *e)
{
    char text[120] = "";
    pcre2_get_error_message(error, (PCRE2_UCHAR *)text, sizeof(text));
    err_set(e, ERR_INPUT, "%s at offset %zu", text, offset);
    return NULL;
}

/* Where the JIT cannot, the interpreter gives the same answers. */
struct regex *regex_new(struct slice pattern, unsigned flags, struct err *e)
{
    int error = 0;
    size_t offset = 0;
    bool jit = !(flags & REGEX_NO_JIT);
    struct wide *wide = NULL;
    pcre2_code *code = compile(pattern, flags, &error, &offset);
    if (code == NULL && error == PCRE2_ERROR_PATTERN_TOO_LARGE)
        wide = wide_new(pattern, options_of(flags), jit, &error, &offset);
    if (code == NULL && wide == NULL)
        return fail(error, offset, e);
    jit = code && jit && pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
    struct regex *re = malloc(sizeof(*re) + pattern.n);
    if (re == NULL)
        fatal("no memory for a pattern");
    *re = (struct regex){ .code = code, .wide = wide, .jit = jit, .flags = flags, .n = pattern.n };
    if (code)
        pcre2_pattern_info(code, PCRE2_INFO_MINLENGTH, &re->least);
    if (pattern.n)
        memcpy(re->pattern, pattern.p, pattern.n);
    return re;
}

struct slice regex_pattern(const struct regex *re, unsigned *flags)
{
    *flags = re->flags;
    return slice_of(re->pattern, re->n);
}

void regex_free(struct regex **re)
{
    if (*re == NULL)
        return;
    pcre2_code_free((*re)->code);
    wide_free(&(*re)->wide);
    free(*re);
    *re = NULL;
}

struct regex_scratch *regex_scratch_new(const struct regex_limits *limits)
{
    struct regex_scratch *s = calloc(1, sizeof(*s));
    if (s == NULL || (s->context = pcre2_match_context_create(NULL)) == NULL ||
        (s->data = pcre2_match_data_create(2, NULL)) == NULL)
        fatal("no memory to match patterns");
    s->limits = (struct regex_limits){
        .match_limit = limits->match_limit ? limits->match_limit : MATCH_LIMIT,
        .heap_kib = limits->heap_kib ? limits->heap_kib : HEAP_KIB,
        .jit_stack = limits->jit_stack ? limits->jit_stack : JIT_STACK,
    };
    size_t first = s->limits.jit_stack < JIT_STACK_FIRST ? s->limits.jit_stack : JIT_STACK_FIRST;
    pcre2_set_match_limit(s->context, s->limits.match_limit);
    pcre2_set_heap_limit(s->context, s->limits.heap_kib);
    s->stack = pcre2_jit_stack_create(first, s->limits.jit_stack, NULL);
    pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void regex_scratch_free(struct regex_scratch **s)
{
    if (*s == NULL)
        return;
    wide_scratch_free(&(*s)->wide);
    pcre2_jit_stack_free((*s)->stack);
    pcre2_match_data_free((*s)->data);
    pcre2_match_context_free((*s)->context);
    free(*s);
    *s = NULL;
}

/* Straight into the machine code where there is some: pcre2_match() would look at much before it gets there.
 */
static int match(const struct regex *re, struct regex_scratch *s, struct slice text, size_t from)
{
    PCRE2_SPTR p = (PCRE2_SPTR)(text.p ? text.p : "");
    if (re->jit)
        return pcre2_jit_match(re->code, p, text.n, from, 0, s->data, s->context);
    return pcre2_match(re->code, p, text.n, from, 0, s->data, s->context);
}

enum regex_result regex_match(const struct regex *re, struct regex_scratch *s, struct slice text, size_t from,
                              struct regex_span *span)
{
    if (from > text.n || text.n - from < re->least)
        return REGEX_NONE;
    if (re->wide) {
        s->wide = s->wide ? s->wide : wide_scratch_new(&s->limits);
        return wide_match(re->wide, s->wide, text, from, span);
    }
    int rc = match(re, s, text, from);
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_NONE;
    if (rc < 0) /* match, heap or stack limit, or something odd: never "no match" */
        return REGEX_LIMIT;
    if (span) {
        const size_t *ovector = pcre2_get_ovector_pointer(s->data);
        span->start = ovector[0];
        span->end = ovector[1];
    }
    return REGEX_HIT;
}

/* Each entry of the table: two bytes of the group's number, the name, a NUL. */
static void tell_names(const pcre2_code *code, pcre2_match_data *data, struct slice text, regex_named_fn *fn,
                       void *ctx)
{
    uint32_t n = 0, size = 0;
    PCRE2_SPTR table = NULL;
    const size_t *ovector = pcre2_get_ovector_pointer(data);
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &n);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    for (uint32_t i = 0; i < n; i++, table += size) {
        size_t group = (size_t)table[0] << 8 | table[1];
        size_t start = ovector[2 * group], end = ovector[2 * group + 1];
        if (start != PCRE2_UNSET && end > start)
            fn(ctx, slice_str((const char *)table + 2), slice_sub(text, start, end - start));
    }
}

void regex_match_named(const struct regex *re, struct regex_scratch *s, struct slice text, size_t from,
                       regex_named_fn *fn, void *ctx)
{
    if (re->wide || from > text.n)
        return;
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(re->code, NULL);
    if (data == NULL)
        fatal("no memory to match patterns");
    PCRE2_SPTR p = (PCRE2_SPTR)(text.p ? text.p : "");
    if (pcre2_match(re->code, p, text.n, from, 0, data, s->context) > 0)
        tell_names(re->code, data, text, fn, ctx);
    pcre2_match_data_free(data);
}

enum regex_result regex_match_group(const struct regex *re, struct regex_scratch *s, struct slice text,
                                    struct regex_span *group)
{
    enum regex_result r = regex_match(re, s, text, 0, NULL);
    *group = (struct regex_span){ 1, 0 };
    uint32_t groups = 0;
    if (r != REGEX_HIT || re->wide || pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &groups) != 0 ||
        groups == 0)
        return r;
    const size_t *ovector = pcre2_get_ovector_pointer(s->data);
    if (ovector[2] != PCRE2_UNSET)
        *group = (struct regex_span){ ovector[2], ovector[3] };
    return r;
}
