/* keyfile.c - a secret of 32 bytes in a file of its own; see keyfile.h */
#include "config.h"
#include "base/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"

int keyfile_read(int fd, const char *name, unsigned forbidden, unsigned char key[KEYFILE_BYTES],
                 struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, "%s", name);
    if (!S_ISREG(st.st_mode) || st.st_size != KEYFILE_BYTES || (st.st_mode & forbidden))
        return err_set(
            e, ERR_CONFIG,
            "%s is not a file of %d bytes that only its owner can read: remove it, a new one is made", name,
            KEYFILE_BYTES);
    if (pread(fd, key, KEYFILE_BYTES, 0) != KEYFILE_BYTES)
        return err_sys(e, "cannot read %s", name);
    return 0;
}

static int fill(int fd, const char *name, const void *bytes, size_t n, struct err *e)
{
    ssize_t done = write(fd, bytes, n);
    if (done != (ssize_t)n) {
        errno = done < 0 ? errno : ENOSPC;
        return err_sys(e, "cannot write %s", name);
    }
    return fsync(fd) == 0 ? 0 : err_sys(e, "cannot write %s", name);
}

static int place(int directory, const char *temporary, const char *name, bool replace, struct err *e)
{
    int r = replace ? renameat(directory, temporary, directory, name)
                    : linkat(directory, temporary, directory, name, 0);
    if (r != 0 && errno == EEXIST)
        return err_set(e, ERR_INPUT, "%s is there already", name);
    if (r == 0 && !replace)
        r = unlinkat(directory, temporary, 0);
    return r == 0 && fsync(directory) == 0 ? 0 : err_sys(e, "cannot make %s", name);
}

/* Under another name first: a key that is half there is never found. */
static int put(int directory, const char *name, const void *bytes, size_t n, bool replace, struct err *e)
{
    char temporary[300];
    snprintf(temporary, sizeof(temporary), "%s.new", name);
    unlinkat(directory, temporary, 0);
    int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_sys(e, "cannot make %s", name);
    int r = fill(fd, name, bytes, n, e);
    if (r == 0)
        r = place(directory, temporary, name, replace, e);
    if (r != 0)
        unlinkat(directory, temporary, 0);
    fd_close(&fd);
    return r;
}

int keyfile_write(int directory, const char *name, const void *bytes, size_t n, struct err *e)
{
    return put(directory, name, bytes, n, false, e);
}

static int make_key(int directory, const char *name, unsigned char key[KEYFILE_BYTES], struct err *e)
{
    if (getrandom(key, KEYFILE_BYTES, 0) != KEYFILE_BYTES)
        return err_sys(e, "no random bytes for %s", name);
    return put(directory, name, key, KEYFILE_BYTES, true, e);
}

int keyfile_open(int directory, const char *name, unsigned forbidden, unsigned char key[KEYFILE_BYTES],
                 struct err *e)
{
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return make_key(directory, name, key, e);
    if (fd < 0)
        return err_sys(e, "cannot open %s", name);
    int r = keyfile_read(fd, name, forbidden, key, e);
    fd_close(&fd);
    return r;
}
