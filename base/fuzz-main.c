/* fuzz-main.c - run a fuzz target over files where there is no libFuzzer
 * usage: TARGET [FILE|DIRECTORY]...  Without arguments: the seeds beside the source, found by the target's
 * own name (message/mime-fuzz reads message/seeds/mime/). Prints how many inputs ran; none is a failure. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned ran;

static int run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return -1;
    }
    long n = ftell(f);
    rewind(f);
    uint8_t *data = malloc((size_t)n + 1);
    if (data == NULL || fread(data, 1, (size_t)n, f) != (size_t)n) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(f);
    /* an exact allocation, so that ASan sees a read past the end */
    uint8_t *exact = malloc((size_t)n ? (size_t)n : 1);
    if (exact == NULL)
        exit(1);
    memcpy(exact, data, (size_t)n);
    LLVMFuzzerTestOneInput(exact, (size_t)n);
    free(exact);
    free(data);
    ran++;
    return 0;
}

static int run_path(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return -1;
    }
    if (!S_ISDIR(st.st_mode))
        return run_file(path);
    DIR *d = opendir(path);
    int bad = d == NULL ? -1 : 0;
    for (struct dirent *e; d && (e = readdir(d));) {
        char file[4096];
        if (e->d_name[0] == '.')
            continue;
        snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
        bad |= run_file(file);
    }
    if (d)
        closedir(d);
    return bad;
}

/* "message/mime-fuzz" -> SRCDIR/message/seeds/mime */
static void own_seeds(const char *program, char *out, size_t size)
{
    const char *src = getenv("TAMIS_SRCDIR");
    const char *base = strrchr(program, '/');
    const char *dir = base;
    while (dir && dir > program && dir[-1] != '/')
        dir--;
    base = base ? base + 1 : program;
    size_t n = strlen(base) > 5 ? strlen(base) - 5 : 0;
    snprintf(out, size, "%s/%.*sseeds/%.*s", src ? src : ".", dir ? (int)(base - dir) : 0, dir ? dir : "",
             (int)n, base);
}

int main(int argc, char **argv)
{
    int bad = 0;
    char seeds[4096];
    own_seeds(argv[0], seeds, sizeof(seeds));
    if (argc < 2)
        bad = run_path(seeds);
    for (int i = 1; i < argc; i++)
        bad |= run_path(argv[i]);
    printf("%s: %u inputs\n", argv[0], ran);
    return bad || ran == 0;
}
