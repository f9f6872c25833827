/* procs.c - CPU time and memory of a tree of processes; see procs.h */
#include "tests/milter/procs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* pid, parent, name and CPU time of one process; false when it is gone */
static bool read_stat(pid_t pid, struct proc *p)
{
    char path[64], text[2048];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = 0;
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    unsigned long user, system;
    long dead_user, dead_system;
    int parent;
    if (open == NULL || close == NULL ||
        sscanf(close + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &parent, &user,
               &system, &dead_user, &dead_system) != 5)
        return false;
    memset(p, 0, sizeof(*p));
    p->pid = pid;
    p->parent = parent;
    snprintf(p->name, sizeof(p->name), "%.*s", (int)(close - open - 1), open + 1);
    p->cpu_ms = ((double)user + (double)system + (double)dead_user + (double)dead_system) * 1000.0 /
                (double)sysconf(_SC_CLK_TCK);
    return true;
}

/* The role of a tamisd process stands in its arguments. */
static void add_role(struct proc *p)
{
    char path[64], text[4096];
    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)p->pid);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = 0;
    for (char *at = text; at < text + n; at += strlen(at) + 1)
        if (strncmp(at, "--role=", 7) == 0) {
            size_t used = strlen(p->name);
            snprintf(p->name + used, sizeof(p->name) - used, " %.15s", at + 7);
        }
}

static void add_memory(struct proc *p)
{
    char path[64], line[256];
    unsigned long kb;
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)p->pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f)) {
        if (sscanf(line, "Rss: %lu", &kb) == 1)
            p->rss_kb = kb;
        else if (sscanf(line, "Private_Clean: %lu", &kb) == 1 ||
                 sscanf(line, "Private_Dirty: %lu", &kb) == 1) {
            p->private_kb += kb;
            p->has_private = true;
        }
    }
    if (f)
        fclose(f);
}

static size_t read_all(struct proc *all, size_t max)
{
    size_t n = 0;
    DIR *d = opendir("/proc");
    for (struct dirent *e; d && n < max && (e = readdir(d));) {
        pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
        if (pid > 0 && read_stat(pid, &all[n]))
            n++;
    }
    if (d)
        closedir(d);
    return n;
}

void procs_sample(struct procs *p, pid_t root, bool memory)
{
    size_t max = 32768;
    struct proc *all = calloc(max, sizeof(*all));
    size_t n = all ? read_all(all, max) : 0;
    p->n = 0;
    for (size_t i = 0; i < n; i++)
        if (all[i].pid == root)
            p->v[p->n++] = all[i];
    /* children of what is already in the list, until it is at its end */
    for (size_t at = 0; at < p->n; at++)
        for (size_t i = 0; i < n && p->n < PROCS_MAX; i++)
            if (all[i].parent == p->v[at].pid)
                p->v[p->n++] = all[i];
    for (size_t i = 0; i < p->n; i++) {
        add_role(&p->v[i]);
        if (memory)
            add_memory(&p->v[i]);
    }
    free(all);
}

double procs_cpu_ms(const struct procs *p)
{
    double sum = 0;
    for (size_t i = 0; i < p->n; i++)
        sum += p->v[i].cpu_ms;
    return sum;
}

const struct proc *procs_find(const struct procs *p, pid_t pid)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].pid == pid)
            return &p->v[i];
    return NULL;
}
