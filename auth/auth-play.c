/* auth-play.c - plays checks of SPF and DMARC against zones, for tests/auth
 * Reads lines on standard input; fields are apart by tabs, \xHH is a byte:
 *     zone                             a new, empty zone
 *     Z LINE                           a line of it, see base/dns-table.h
 *     M                                from now on the MAIL FROM identity (H: the HELO identity)
 *     T NAME ADDRESS HELO SENDER       a check; prints NAME, result, explanation, reason
 *     D NAME FROM SPF RESULT DKIM RESULT
 *                                      DMARC of the domain of From, with the domains that SPF and DKIM speak
 * of; prints NAME, result, policy, what is applied, reason Exit 2 when a line cannot be read. */
#include <stdio.h>
#include <stdlib.h>
#include "auth/dmarc.h"
#include "auth/domain.h"
#include "auth/spf.h"
#include "base/dns-table.h"

static struct arena zone_arena, arena;
static struct dns_table *table;
static struct auth_options options;
static bool helo_identity;

static struct slice unescaped(struct slice s)
{
    char *p = arena_alloc(&arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\\' && s.n - i > 3 && s.p[i + 1] == 'x') {
            p[n++] = (char)(ascii_hex(s.p[i + 2]) * 16 + ascii_hex(s.p[i + 3]));
            i += 3;
        } else
            p[n++] = s.p[i];
    return slice_of(p, n);
}

static struct slice next_field(struct slice *rest)
{
    struct slice field = { "", 0 };
    slice_cut(rest, '\t', &field);
    return unescaped(field);
}

static void play(struct slice rest)
{
    const struct dns_limits limits = { 200, 1000 };
    const struct spf_receiver receiver = { SLICE("receiver.example"), 1234567890 };
    struct auth_spf out;
    struct dns dns;
    struct slice name = next_field(&rest);
    struct auth_client client = { .address = next_field(&rest) };
    client.helo = next_field(&rest);
    client.sender = next_field(&rest);
    dns_init(&dns, &arena, dns_table_source(table), &limits);
    spf_ask(&dns, &arena, &client);
    if (helo_identity)
        spf_check_helo(&options, &dns, &arena, &client, &receiver, &out);
    else
        spf_check(&options, &dns, &arena, &client, &receiver, &out);
    printf("%.*s\t%s\t%.*s\t%.*s\n", SLICE_ARG(name), auth_code_name(out.code), SLICE_ARG(out.explanation),
           SLICE_ARG(out.reason));
}

static enum auth_code code_of(struct slice word)
{
    for (int i = 0; i < AUTH_CODES; i++)
        if (slice_eq(word, slice_str(auth_code_name((enum auth_code)i))))
            return (enum auth_code)i;
    return AUTH_NONE;
}

static void play_dmarc(struct slice rest)
{
    const struct dns_limits limits = { 200, 1000 };
    struct auth_signature signature = { .code = AUTH_NONE };
    struct auth_results r = { .n_signatures = 1, .signatures = &signature };
    struct dns dns;
    struct slice name = next_field(&rest);
    struct dmarc_from from = { .domain = { auth_domain(&arena, next_field(&rest)) }, .n = 1 };
    r.spf.domain = auth_domain(&arena, next_field(&rest));
    r.spf.code = code_of(next_field(&rest));
    signature.domain = auth_domain(&arena, next_field(&rest));
    signature.code = code_of(next_field(&rest));
    dns_init(&dns, &arena, dns_table_source(table), &limits);
    dmarc_check(&dns, &arena, &from, &(const struct dmarc_terms){ .draw = 50 }, &r);
    printf("%.*s\t%s\t%s\t%s\t%.*s\n", SLICE_ARG(name), auth_code_name(r.dmarc.code),
           dmarc_policy_name(r.dmarc.policy), dmarc_policy_name(r.dmarc.applied), SLICE_ARG(r.dmarc.reason));
}

static int line_is(struct slice line)
{
    struct err e;
    if (slice_eq(line, SLICE("zone"))) {
        arena_reset(&zone_arena);
        table = dns_table_new(&zone_arena);
    } else if (slice_starts(line, SLICE("Z "))) {
        if (dns_table_add(table, slice_from(line, 2), &e) != 0) {
            fprintf(stderr, "%.*s: %s\n", SLICE_ARG(line), e.text);
            return -1;
        }
    } else if (slice_starts(line, SLICE("T ")))
        play(slice_from(line, 2));
    else if (slice_starts(line, SLICE("D ")))
        play_dmarc(slice_from(line, 2));
    else if (slice_eq(line, SLICE("M")) || slice_eq(line, SLICE("H")))
        helo_identity = line.p[0] == 'H';
    else
        return -1;
    return 0;
}

int main(void)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    int rc = 0;
    arena_init(&zone_arena, 64 << 20);
    arena_init(&arena, 64 << 20);
    auth_options_default(&options);
    table = dns_table_new(&zone_arena);
    while (rc == 0 && (n = getline(&line, &cap, stdin)) > 0) {
        rc = line_is(slice_chomp(slice_of(line, (size_t)n)));
        arena_reset(&arena);
    }
    free(line);
    arena_deinit(&arena);
    arena_deinit(&zone_arena);
    return rc ? 2 : 0;
}
