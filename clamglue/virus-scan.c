/* virus-scan.c - the virus path by itself: message files in, one JSON object a line out
 * usage: virus-scan -d DATABASE -s SCRATCH [-v] [LIST]
 * What a scorer says of a message's structure and a virus worker of its content, in this process, without
 * sandbox: some milliseconds a message, for working on the evasion cases. The run that counts is that of
 * `tamis scan`. LIST: names of files, one a line; standard input without it. -v: findings on standard error.
 * Object: file, class, classes (array), virus (array of names), unchecked (array of reasons). */
#include "config.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/log.h"
#include "clamglue/virus.h"
#include "message/message.h"

struct run {
    struct virus_options options;
    struct message_limits limits;
    struct clam_database *db;
    struct virus_scanner *scanner;
    struct arena arena;
    bool verbose;
};

static bool read_file(const char *path, struct buf *out)
{
    char text[65536];
    size_t n;
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return false;
    buf_reset(out);
    while ((n = fread(text, 1, sizeof(text), f)) > 0)
        buf_add(out, text, n);
    bool ok = !ferror(f);
    fclose(f);
    return ok;
}

static void add_once(json_t *array, const char *p, size_t n)
{
    size_t i;
    json_t *v, *text = json_stringn_nocheck(p, n);
    json_array_foreach(array, i, v) if (json_equal(v, text))
    {
        json_decref(text);
        return;
    }
    json_array_append_new(array, text);
}

static void print_findings(const char *file, const struct finding_list *found)
{
    for (const struct finding *f = found->first; f; f = f->next)
        fprintf(stderr, "%s: %s %.*s: %.*s\n", file, verdict_classes[f->class].name, SLICE_ARG(f->name),
                SLICE_ARG(f->detail));
}

static void print(const char *file, const struct finding_list *found)
{
    json_t *classes = json_array(), *virus = json_array(), *unchecked = json_array();
    for (int c = CLASS_CLEAN + 1; c < CLASS_COUNT; c++)
        if (found->classes & CLASS_BIT(c))
            add_once(classes, verdict_classes[c].name, strlen(verdict_classes[c].name));
    for (const struct finding *f = found->first; f; f = f->next)
        if (f->kind == FINDING_VIRUS)
            add_once(virus, f->name.p, f->name.n);
        else if (f->kind == FINDING_CLASS && f->class >= CLASS_UNCHECKED_ENCRYPTED)
            add_once(unchecked, f->name.p, f->name.n);
    json_t *line = json_pack("{s:s, s:s, s:o, s:o, s:o}", "file", file, "class",
                             verdict_classes[verdict_highest(found->classes)].name, "classes", classes,
                             "virus", virus, "unchecked", unchecked);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

static void scan(struct run *r, const char *file, struct slice raw)
{
    struct message m;
    struct finding_list found = { .first = NULL };
    arena_reset(&r->arena);
    message_parse(&m, &r->arena, raw, NULL, &r->limits);
    message_findings(&m, &found);
    virus_check(r->scanner, &m, &found);
    if (r->verbose)
        print_findings(file, &found);
    print(file, &found);
}

static int scan_list(struct run *r, FILE *list)
{
    char name[4096];
    struct buf b;
    int rc = 0;
    buf_init(&b, (size_t)512 << 20);
    while (fgets(name, sizeof(name), list)) {
        name[strcspn(name, "\n")] = '\0';
        if (read_file(name, &b))
            scan(r, name, buf_slice(&b));
        else {
            perror(name);
            rc = 1;
        }
    }
    buf_deinit(&b);
    return rc;
}

static int usage(void)
{
    fputs("usage: virus-scan -d DATABASE -s SCRATCH [-v] [LIST]\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct run r = { .verbose = false };
    struct err e;
    const char *scratch = NULL;
    int c;
    virus_options_default(&r.options);
    message_limits_default(&r.limits);
    log_set_level(LOG_LEVEL_ERROR);
    while ((c = getopt(argc, argv, "d:s:v")) >= 0)
        switch (c) {
        case 'd': r.options.database = optarg; break;
        case 's': scratch = optarg; break;
        case 'v': r.verbose = true; break;
        default: return usage();
        }
    if (scratch == NULL)
        return usage();
    FILE *list = optind < argc ? fopen(argv[optind], "r") : stdin;
    r.db = list ? clam_database_open(&r.options, &e) : NULL;
    if (r.db == NULL) {
        fprintf(stderr, "virus-scan: %s\n", list ? e.text : "the list cannot be read");
        return 2;
    }
    arena_init(&r.arena, (size_t)1 << 30);
    r.scanner = virus_scanner_new(r.db, &r.options, scratch);
    int rc = scan_list(&r, list);
    virus_scanner_free(&r.scanner);
    clam_database_close(&r.db);
    arena_deinit(&r.arena);
    return rc;
}
