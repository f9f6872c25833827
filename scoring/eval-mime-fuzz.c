/* eval-mime-fuzz.c - any bytes as a message, looked at by every function of headers, MIME, text and images
 * Holds: values are finite, a second call says the same, each lasts a bounded time (libFuzzer's). */
#include <math.h>
#include <stdlib.h>
#include "scoring/eval.h"
#include "scoring/rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* arguments by function; those that are not here are called without any */
static const struct {
    const char *name, *args[6];
} calls[] = {
    { "check_for_shifted_date", { "3", "6" } },
    { "received_within_months", { "0", "undef" } },
    { "similar_recipients", { "0.65", "undef" } },
    { "check_for_to_in_subject", { "user" } },
    { "check_for_to_in_subject", { "address" } },
    { "check_header_count_range", { "Subject", "2", "999" } },
    { "check_illegal_chars", { "ALL", "0.010", "2" } },
    { "check_illegal_chars", { "Subject", "0", "1" } },
    { "check_abundant_unicode_ratio", { "0.02" } },
    { "check_base64_length", { "78", "79" } },
    { "check_for_mime", { "mime_qp_count" } },
    { "check_for_mime", { "mime_missing_boundary" } },
    { "check_mime_multipart_ratio", { "0.00", "0.01" } },
    { "check_msg_parse_flags", { "truncated_header" } },
    { "check_for_uppercase", { "25", "50" } },
    { "check_qp_ratio", { "0.1" } },
    { "check_blank_line_ratio", { "80", "90", "4" } },
    { "check_body_length", { "128" } },
    { "multipart_alternative_difference", { "99", "100" } },
    { "multipart_alternative_difference_count", { "3", "1" } },
    { "check_stock_info", { "2" } },
    { "tvd_vertical_words", { "0", "10" } },
    { "plaintext_body_sig_ratio", { "0", "2" } },
    { "image_count", { "all", "1" } },
    { "image_size_exact", { "gif", "264", "127" } },
    { "image_size_range", { "all", "1", "1", "1000", "1000" } },
    { "image_to_text_ratio", { "all", "0.000", "0.015" } },
    { "image_named", { "a.gif" } },
    { "image_name_regex", { "^\\w+\\.gif$" } },
    { "check_for_ascii_text_illegal", { NULL } },
    { "check_for_faraway_charset", { NULL } },
    { "check_for_faraway_charset_in_headers", { NULL } },
    { "check_for_mime_html_only", { NULL } },
    { "check_ma_non_text", { NULL } },
    { "check_messageid_not_usable", { NULL } },
    { "check_equal_from_domains", { NULL } },
    { "check_for_matching_env_and_hdr_from", { NULL } },
    { "check_outlook_message_id", { NULL } },
    { "check_ratware_envelope_from", { NULL } },
    { "check_ratware_name_id", { NULL } },
    { "check_unresolved_template", { NULL } },
    { "sorted_recipients", { NULL } },
    { "subject_is_all_caps", { NULL } },
};

static struct ruleset *set;
static struct message_limits limits;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void start(void)
{
    static const struct scoring_options o = { .rules_max = 100, .message_budget = 60000 };
    static const char rules[] = "ok_locales en ru\nbody A /a/\n";
    static struct arena a;
    struct err e;
    arena_init(&a, 1 << 20);
    message_limits_default(&limits);
    message_warm();
    set = ruleset_load_text(&o, slice_str(rules), "fuzz.cf", &a, NULL, &e);
    check(set != NULL);
}

static void call(struct check *c, size_t i)
{
    const struct eval_function *f = eval_find(slice_str(calls[i].name));
    struct slice v[6];
    struct eval_args args = { .v = v };
    while (args.n < 6 && calls[i].args[args.n]) {
        v[args.n] = slice_str(calls[i].args[args.n]);
        args.n++;
    }
    check(f && args.n >= f->min_args && args.n <= f->max_args);
    double first = f->run(c, &args, NULL), again = f->run(c, &args, NULL);
    check(isfinite(first) && first == again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct envelope env = { 0 };
    struct finding_list found = { 0 };
    struct arena a;
    struct message m;
    if (set == NULL)
        start();
    arena_init(&a, 256 << 20);
    if (ARENA_TRY(&a)) {
        message_parse(&m, &a, slice_of((const char *)data, size), &env, &limits);
        struct check c = { .set = set, .m = &m, .out = &found };
        c.scratch = regex_scratch_new(&(struct regex_limits){ 0 });
        views_init(&c.views, &m, set);
        c.views.scratch = c.scratch;
        for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
            call(&c, i);
        regex_scratch_free(&c.scratch);
    }
    arena_deinit(&a);
    return 0;
}
