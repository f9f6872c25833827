/* probe.c - DKIM and ARC by themselves, for tests with other programs
 * usage: probe verify ZONE NOW FILE...           a line a file: FILE, signatures, chain (apart by tabs)
 *        probe sign KEY DOMAIN SELECTOR HEADER/BODY NOW FIELDS FILE...      writes FILE.signed
 *        probe seal KEY DOMAIN SELECTOR NOW FIELDS STATE RESULTS FILE...    writes FILE.sealed
 *        probe bench ZONE NOW TIMES FILE         microseconds of CPU a message
 * ZONE: lines as base/dns-table.h has them. NOW: seconds since 1970. Not installed. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "auth/arc-seal.h"
#include "auth/arc-verify.h"
#include "auth/options.h"
#include "base/dns-table.h"
#include "message/message.h"

static struct arena lasting, a;
static struct dkim_crypto *crypto;
static struct dns_table *table;
static struct auth_options options;
static struct message_limits limits;

static struct slice read_all(struct arena *in, const char *path)
{
    struct buf b;
    char chunk[65536];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        fatal("cannot open %s", path);
    buf_init_in(&b, in, 256 << 20);
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        buf_add(&b, chunk, n);
    fclose(f);
    return buf_slice(&b);
}

static struct dkim_mail *mail_of(struct slice text, int64_t now)
{
    struct header_block *h = ARENA_NEW(&a, struct header_block);
    header_parse(h, &a, text, true, &limits);
    return dkim_mail_new(&a, h, slice_from(text, h->body_at), slice_of(NULL, 0), now, &options.dkim);
}

/* ---- verify */

static void load_zone(const char *path)
{
    struct err e;
    table = dns_table_new(&lasting);
    if (dns_table_add(table, read_all(&lasting, path), &e) != 0)
        fatal("%s: %s", path, e.text);
}

static void verify(struct slice text, int64_t now, struct auth_results *r)
{
    const struct dns_limits dns_limits = { .deadline_ms = 1000, .questions = 500 };
    struct dkim_mail *m = mail_of(text, now);
    struct dkim_check *dkim = dkim_begin(&a, m);
    struct arc_check *arc = arc_begin(&a, m);
    struct dns dns;
    memset(r, 0, sizeof(*r));
    dns_init(&dns, &a, dns_table_source(table), &dns_limits);
    dkim_ask(dkim, &dns);
    arc_ask(arc, &dns);
    dkim_verify(dkim, &dns, crypto, r);
    arc_verify(arc, &dns, crypto, &r->arc);
}

static void print_results(const char *path, const struct auth_results *r)
{
    printf("%s\t", path);
    for (size_t i = 0; i < r->n_signatures; i++) {
        const struct auth_signature *s = &r->signatures[i];
        printf("%s%s d=%.*s s=%.*s (%.*s)", i ? "; " : "", auth_code_name(s->code), SLICE_ARG(s->domain),
               SLICE_ARG(s->selector), SLICE_ARG(s->reason));
    }
    printf("\t%s n=%u oldest-pass=%u (%.*s)\n", auth_code_name(r->arc.code), r->arc.sets, r->arc.oldest_pass,
           SLICE_ARG(r->arc.reason));
}

static int run_verify(int argc, char **argv)
{
    load_zone(argv[0]);
    for (int i = 2; i < argc; i++) {
        struct auth_results r;
        arena_reset(&a);
        verify(read_all(&a, argv[i]), atoll(argv[1]), &r);
        print_results(argv[i], &r);
    }
    return 0;
}

static int run_bench(int argc, char **argv)
{
    (void)argc;
    struct auth_results r = { 0 };
    load_zone(argv[0]);
    struct slice text = read_all(&lasting, argv[3]);
    long times = atol(argv[2]);
    clock_t start = clock();
    for (long i = 0; i < times; i++) {
        arena_reset(&a);
        verify(text, atoll(argv[1]), &r);
    }
    printf("%.1f us a message of %zu bytes\n", (double)(clock() - start) / times * 1e6 / CLOCKS_PER_SEC,
           text.n);
    print_results(argv[3], &r);
    return 0;
}

/* ---- sign */

static struct dkim_private *load_key(const char *path)
{
    struct err e;
    struct dkim_private *k = dkim_private_read(read_all(&lasting, path), &e);
    if (k == NULL)
        fatal("%s: %s", path, e.text);
    return k;
}

static void write_file(const char *path, const char *suffix, struct slice head, struct slice text)
{
    struct slice name = arena_printf(&a, "%s%s", path, suffix), line;
    FILE *f = fopen(name.p, "wb");
    if (f == NULL)
        fatal("cannot make %s", name.p);
    while (slice_line(&head, &line)) {
        fwrite(line.p, 1, slice_chomp(line).n, f);
        fputs("\r\n", f);
    }
    fwrite(text.p, 1, text.n, f);
    if (fclose(f) != 0)
        fatal("cannot write %s", name.p);
}

static enum dkim_canon canon_of(const char *name)
{
    return strncmp(name, "relaxed", 7) == 0 ? CANON_RELAXED : CANON_SIMPLE;
}

static int run_sign(int argc, char **argv)
{
    struct dkim_private *key = load_key(argv[0]);
    const struct dkim_signing s = { .key = key,
                                    .domain = slice_str(argv[1]),
                                    .selector = slice_str(argv[2]),
                                    .header_canon = canon_of(argv[3]),
                                    .body_canon = canon_of(strchr(argv[3], '/') + 1),
                                    .now = atoll(argv[4]),
                                    .fields = slice_str(argv[5]),
                                    .oversign = SLICE("from:subject") };
    for (int i = 6; i < argc; i++) {
        arena_reset(&a);
        struct slice text = read_all(&a, argv[i]);
        struct dkim_mail *m = mail_of(text, s.now);
        struct slice value = dkim_sign(&a, crypto, m->fields, &m->bodies, &s);
        if (value.p == NULL)
            fatal("%s is not signed", argv[i]);
        write_file(argv[i], ".signed", arena_printf(&a, "DKIM-Signature: %.*s", SLICE_ARG(value)), text);
    }
    dkim_private_free(&key);
    return 0;
}

static int run_seal(int argc, char **argv)
{
    struct dkim_private *key = load_key(argv[0]);
    struct arc_sealing s = { .signing = { .key = key,
                                          .domain = slice_str(argv[1]),
                                          .selector = slice_str(argv[2]),
                                          .header_canon = CANON_RELAXED,
                                          .body_canon = CANON_RELAXED,
                                          .now = atoll(argv[3]),
                                          .fields = slice_str(argv[4]) },
                             .results = slice_str(argv[6]) };
    s.state = strcmp(argv[5], "pass") == 0 ? AUTH_PASS : strcmp(argv[5], "fail") == 0 ? AUTH_FAIL : AUTH_NONE;
    for (int i = 7; i < argc; i++) {
        struct arc_values v;
        const char *why;
        arena_reset(&a);
        struct slice text = read_all(&a, argv[i]);
        struct dkim_mail *m = mail_of(text, s.signing.now);
        if (arc_seal(&v, &a, crypto, m->header, m->fields, &m->bodies, &s, &why))
            write_file(argv[i], ".sealed",
                       arena_printf(&a,
                                    "ARC-Seal: %.*s\nARC-Message-Signature: %.*s\n"
                                    "ARC-Authentication-Results: %.*s",
                                    SLICE_ARG(v.seal), SLICE_ARG(v.message), SLICE_ARG(v.results)),
                       text);
        else
            printf("%s\t%s\n", argv[i], why);
    }
    dkim_private_free(&key);
    return 0;
}

static const struct {
    const char *name;
    int least;
    int (*run)(int argc, char **argv);
} commands[] = {
    { "verify", 3, run_verify }, { "sign", 7, run_sign }, { "seal", 8, run_seal }, { "bench", 4, run_bench }
};

int main(int argc, char **argv)
{
    arena_init(&lasting, (size_t)1 << 30);
    arena_init(&a, (size_t)1 << 30);
    crypto = dkim_crypto_new();
    auth_options_default(&options);
    message_limits_default(&limits);
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (argc > 1 && strcmp(argv[1], commands[i].name) == 0 && argc - 2 >= commands[i].least)
            return commands[i].run(argc - 2, argv + 2);
    fprintf(stderr, "usage: see the top of auth/probe.c\n");
    return 2;
}
