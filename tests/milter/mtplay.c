/* mtplay.c - play session files against a milter
 * usage: mtplay --socket SPEC [--log FILE] [--timeout MS] [--only TEXT] [-v] FILE...
 *        mtplay --settings FILE     print the NAME=VALUE settings that tamisd has to run with, one a line
 * Prints `ok FILE: CASE` or `not ok FILE: CASE: line N: why`, then the count. Exit 0 when all are as written,
 * 1 when not, 2 for usage. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "tests/milter/play.h"

#define SCRIPT_MAX ((size_t)64 << 20)
#define CASE_MAX ((size_t)4 << 30)

static unsigned passed, failed;

static int usage(void)
{
    fputs("usage: mtplay --socket SPEC [--log FILE] [--timeout MS] [--only TEXT] [-v] FILE...\n"
          "       mtplay --settings FILE\n"
          "SPEC: unix:/path, inet:host:port, inet6:host:port\n",
          stderr);
    return 2;
}

static void play_one(const struct play_options *o, const struct script *s, const struct script_case *c,
                     const char *label, bool verbose)
{
    struct arena a;
    struct err why;
    arena_init(&a, CASE_MAX);
    if (play_case(o, s, c, &a, &why)) {
        passed++;
        if (verbose)
            printf("ok %s: %.*s\n", label, SLICE_ARG(c->name));
    } else {
        failed++;
        printf("not ok %s: %.*s: %s\n", label, SLICE_ARG(c->name), why.text);
    }
    fflush(stdout);
    arena_deinit(&a);
}

static bool play_file(const struct play_options *o, const char *path, const char *only, bool verbose)
{
    struct arena a;
    struct script s;
    struct err e;
    const char *slash = strrchr(path, '/');
    arena_init(&a, SCRIPT_MAX);
    bool good = script_read(&s, path, &a, &e) == 0;
    if (!good)
        fprintf(stderr, "mtplay: %s\n", e.text);
    for (const struct script_case *c = good ? s.first : NULL; c; c = c->next)
        if (only == NULL || slice_find(c->name, slice_str(only)) >= 0)
            play_one(o, &s, c, slash ? slash + 1 : path, verbose);
    arena_deinit(&a);
    return good;
}

static int print_settings(const char *path)
{
    struct arena a;
    struct script s;
    struct err e;
    arena_init(&a, SCRIPT_MAX);
    int r = script_read(&s, path, &a, &e);
    if (r != 0)
        fprintf(stderr, "mtplay: %s\n", e.text);
    else
        printf("%.*s", SLICE_ARG(s.settings));
    arena_deinit(&a);
    return r != 0;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {
        { "socket", required_argument, NULL, 's' },   { "log", required_argument, NULL, 'l' },
        { "timeout", required_argument, NULL, 't' },  { "only", required_argument, NULL, 'o' },
        { "settings", required_argument, NULL, 'S' }, { "verbose", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },           { NULL, 0, NULL, 0 },
    };
    struct play_options o = { .timeout_ms = 60000 };
    const char *only = NULL;
    bool verbose = false, good = true;
    for (int c; (c = getopt_long(argc, argv, "s:l:t:o:vh", longs, NULL)) != -1;)
        switch (c) {
        case 's': o.socket = optarg; break;
        case 'l': o.log = optarg; break;
        case 't': o.timeout_ms = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'o': only = optarg; break;
        case 'S': return print_settings(optarg);
        case 'v': verbose = true; break;
        default: return usage();
        }
    if (o.socket == NULL || optind == argc || o.timeout_ms == 0)
        return usage();
    for (int i = optind; i < argc; i++)
        good &= play_file(&o, argv[i], only, verbose);
    printf("%u passed, %u failed\n", passed, failed);
    return good && failed == 0 && passed > 0 ? 0 : 1;
}
