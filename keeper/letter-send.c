/* letter-send.c - for tests: sends mail files as release would, without a store
 * usage: letter-send RELAY FROM TO FILE...; prints a line a file: form, outcome, what the server said. Exit 0
 * when the server took all of them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/os.h"
#include "base/smtp-send.h"
#include "keeper/letter.h"

#define TIMEOUT_MS 60000

struct sending {
    struct slice message;
    struct buf out;
    enum letter_form form;
};

static int give_text(void *ctx, unsigned extensions, struct slice *text, struct err *e)
{
    struct sending *s = ctx;
    if (letter_make(&s->out, s->message, extensions & SMTP_8BITMIME, &s->form, e) != 0)
        return -1;
    *text = buf_slice(&s->out);
    return 0;
}

static bool read_file(const char *path, struct slice *out)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *p = fd >= 0 && fstat(fd, &st) == 0 ? malloc((size_t)st.st_size + 1) : NULL;
    ssize_t n = p ? read(fd, p, (size_t)st.st_size) : -1;
    fd_close(&fd);
    *out = slice_of(p, n < 0 ? 0 : (size_t)n);
    return n >= 0;
}

static bool send_one(char **argv, const char *path)
{
    static const char *const forms[] = { "as_is", "encoded", "wrapped" };
    static const char *const outcomes[] = { "pending", "taken", "later", "refused", "broken", "unsure" };
    struct sending s = { 0 };
    struct smtp_reply reply = { 0 };
    struct err e = { 0 };
    const struct smtp_delivery d = { .helo = "localhost",
                                     .from = slice_str(argv[2]),
                                     .to = slice_str(argv[3]),
                                     .text = give_text,
                                     .ctx = &s };
    uint64_t deadline = clock_ms() + TIMEOUT_MS;
    enum smtp_outcome outcome = SMTP_BROKEN;
    if (!read_file(path, &s.message))
        return fprintf(stderr, "letter-send: cannot read %s\n", path), false;
    buf_init(&s.out, SIZE_MAX / 4);
    int fd = smtp_connect(argv[1], deadline, &e);
    if (fd >= 0)
        outcome = smtp_deliver(fd, &d, deadline, &reply, &e);
    fd_close(&fd);
    printf("%s\t%s\t%s\t%s\n", path, forms[s.form], outcomes[outcome],
           outcome == SMTP_TAKEN ? reply.text : e.text);
    buf_deinit(&s.out);
    free((char *)s.message.p);
    return outcome == SMTP_TAKEN;
}

int main(int argc, char **argv)
{
    int bad = 0;
    if (argc < 5)
        return fprintf(stderr, "usage: letter-send RELAY FROM TO FILE...\n"), 2;
    for (int i = 4; i < argc; i++)
        bad |= !send_one(argv, argv[i]);
    return bad;
}
