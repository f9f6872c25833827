/* memory.c - how much memory there is; see memory.h */
#include "config.h"
#include "milter/memory.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first number behind `key` in a file of lines "key number"; without key: the first of the file. */
static uint64_t number_in(const char *path, const char *key)
{
    char line[256];
    unsigned long long n;
    uint64_t found = UINT64_MAX;
    size_t key_n = key ? strlen(key) : 0;
    FILE *f = fopen(path, "re");
    while (f && found == UINT64_MAX && fgets(line, sizeof(line), f))
        if ((key == NULL || strncmp(line, key, key_n) == 0) && sscanf(line + key_n, " %llu", &n) == 1)
            found = n;
    if (f)
        fclose(f);
    return found;
}

struct group_files {
    const char *mount, *max, *used, *reclaimable;
};
static const struct group_files version_1 = { "/sys/fs/cgroup/memory", "memory.limit_in_bytes",
                                              "memory.usage_in_bytes", "total_inactive_file " };
static const struct group_files version_2 = { "/sys/fs/cgroup", "memory.max", "memory.current",
                                              "inactive_file " };

static uint64_t value(const struct group_files *v, const char *group, const char *file, const char *key)
{
    char path[PATH_MAX];
    return snprintf(path, sizeof(path), "%s%s/%s", v->mount, group, file) < (int)sizeof(path)
               ? number_in(path, key)
               : UINT64_MAX;
}

static uint64_t left_in(const struct group_files *v, const char *group)
{
    uint64_t max = value(v, group, v->max, NULL), used = value(v, group, v->used, NULL),
             dropped = value(v, group, "memory.stat", v->reclaimable);
    if (max == UINT64_MAX || used == UINT64_MAX)
        return UINT64_MAX; /* "max", or no such file */
    if (dropped != UINT64_MAX)
        used -= dropped < used ? dropped : used;
    return used < max ? max - used : 0;
}

/* A group is in others, each with a limit. */
static uint64_t left_in_all(const struct group_files *v, char *group)
{
    uint64_t least = UINT64_MAX;
    for (;;) {
        uint64_t left = left_in(v, strcmp(group, "/") == 0 ? "" : group);
        least = left < least ? left : least;
        char *slash = strrchr(group, '/');
        if (slash == NULL || strcmp(group, "/") == 0)
            return least;
        slash[slash == group] = 0;
    }
}

/* "N:memory:/path" and "0::/path" */
static uint64_t left_in_groups(void)
{
    char line[PATH_MAX];
    uint64_t least = UINT64_MAX;
    FILE *f = fopen("/proc/self/cgroup", "re");
    while (f && fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = 0;
        char *names = strchr(line, ':'), *group = names ? strchr(names + 1, ':') : NULL;
        if (group == NULL || group[1] != '/')
            continue;
        *group++ = 0;
        const struct group_files *v = names[1] == 0                      ? &version_2
                                      : strcmp(names + 1, "memory") == 0 ? &version_1
                                                                         : NULL;
        uint64_t left = v ? left_in_all(v, group) : UINT64_MAX;
        least = left < least ? left : least;
    }
    if (f)
        fclose(f);
    return least;
}

uint64_t memory_available(void)
{
    uint64_t machine = number_in("/proc/meminfo", "MemAvailable:"), groups = left_in_groups();
    if (machine != UINT64_MAX)
        machine *= 1024;
    return machine < groups ? machine : groups;
}

uint64_t memory_of(pid_t pid)
{
    char path[64];
    unsigned long long resident = 0;
    snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    FILE *f = fopen(path, "re");
    if (f && fscanf(f, "%*u %llu", &resident) != 1)
        resident = 0;
    if (f)
        fclose(f);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}
