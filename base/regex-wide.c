/* regex-wide.c - patterns that are too large for PCRE2's library of bytes; see regex-wide.h
 * Limits: COMPILED_MAX, since here a pattern like ((a{999}){999}){999} could take all memory there is. */
#define PCRE2_CODE_UNIT_WIDTH 32
#include "base/regex-wide.h"

#include <pcre2.h>
#include <stdlib.h>

#define COMPILED_MAX (4u << 20)
#define TEXT_MAX (1u << 20)
#define JIT_STACK_FIRST (32 * 1024)

struct wide {
    pcre2_code *code;
};

struct wide_scratch {
    pcre2_match_context *context;
    pcre2_match_data *data;
    pcre2_jit_stack *stack;
    uint32_t *text;
    size_t cap;
};

static void *allocate(size_t n, void *ctx)
{
    return n > COMPILED_MAX ? NULL : malloc(n);
}

static void release(void *p, void *ctx)
{
    free(p);
}

static void widen(uint32_t *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        out[i] = (unsigned char)text.p[i];
}

static pcre2_code *compile(const uint32_t *pattern, size_t n, uint32_t options, int *error, size_t *offset)
{
    pcre2_general_context *memory = pcre2_general_context_create(allocate, release, NULL);
    pcre2_compile_context *context = memory ? pcre2_compile_context_create(memory) : NULL;
    if (context == NULL)
        fatal("no memory for a pattern");
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    pcre2_code *code = pcre2_compile(pattern, n, options, error, offset, context);
    pcre2_compile_context_free(context);
    pcre2_general_context_free(memory);
    return code;
}

struct wide *wide_new(struct slice pattern, uint32_t options, bool jit, int *error, size_t *offset)
{
    struct wide *w = malloc(sizeof(*w));
    uint32_t *units = malloc((pattern.n + 1) * sizeof(*units));
    if (w == NULL || units == NULL)
        fatal("no memory for a pattern");
    widen(units, pattern);
    w->code = compile(units, pattern.n, options, error, offset);
    free(units);
    if (w->code == NULL) {
        free(w);
        return NULL;
    }
    if (jit)
        pcre2_jit_compile(w->code, PCRE2_JIT_COMPLETE);
    return w;
}

void wide_free(struct wide **w)
{
    if (*w == NULL)
        return;
    pcre2_code_free((*w)->code);
    free(*w);
    *w = NULL;
}

struct wide_scratch *wide_scratch_new(const struct regex_limits *limits)
{
    size_t first = limits->jit_stack < JIT_STACK_FIRST ? limits->jit_stack : JIT_STACK_FIRST;
    struct wide_scratch *s = calloc(1, sizeof(*s));
    if (s == NULL || (s->context = pcre2_match_context_create(NULL)) == NULL ||
        (s->data = pcre2_match_data_create(1, NULL)) == NULL)
        fatal("no memory to match patterns");
    pcre2_set_match_limit(s->context, limits->match_limit);
    pcre2_set_heap_limit(s->context, limits->heap_kib);
    s->stack = pcre2_jit_stack_create(first, limits->jit_stack, NULL);
    pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void wide_scratch_free(struct wide_scratch **s)
{
    if (*s == NULL)
        return;
    pcre2_jit_stack_free((*s)->stack);
    pcre2_match_data_free((*s)->data);
    pcre2_match_context_free((*s)->context);
    free((*s)->text);
    free(*s);
    *s = NULL;
}

static bool take(struct wide_scratch *s, struct slice text)
{
    if (text.n > TEXT_MAX)
        return false;
    if (text.n >= s->cap) {
        s->cap = text.n < 4096 ? 4096 : text.n * 2;
        free(s->text);
        s->text = malloc(s->cap * sizeof(*s->text));
        if (s->text == NULL)
            fatal("no memory to match patterns");
    }
    widen(s->text, text);
    return true;
}

enum regex_result wide_match(const struct wide *w, struct wide_scratch *s, struct slice text, size_t from,
                             struct regex_span *span)
{
    if (!take(s, text))
        return REGEX_LIMIT;
    int rc = pcre2_match(w->code, s->text, text.n, from, 0, s->data, s->context);
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_NONE;
    if (rc < 0)
        return REGEX_LIMIT;
    if (span) {
        const size_t *ovector = pcre2_get_ovector_pointer(s->data);
        span->start = ovector[0];
        span->end = ovector[1];
    }
    return REGEX_HIT;
}
