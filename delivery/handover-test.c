/* handover-test.c - what is made of a server's answers; a child plays the server */
#include "delivery/test-fixture.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include "base/os.h"
#include "base/smtp-send.h"
#include "delivery/handover.h"

struct rule {
    const char *verb, *says;
};

static const struct rule usual[] = {
    { "", "220 x LMTP\r\n" },       { "LHLO", "250 x\r\n" },  { "MAIL", "250 2.1.0 ok\r\n" },
    { "RCPT", "250 2.1.5 ok\r\n" }, { "DATA", "354 go\r\n" }, { ".", "250 2.0.0 saved\r\n" },
    { "QUIT", "221 bye\r\n" },
};

/* The start of a line decides; lines of the text have no answer. */
static const char *answer_to(const char *line, const struct rule *other)
{
    size_t n = strlen(other->verb);
    if (n ? strncmp(line, other->verb, n) == 0 : *line == 0)
        return other->says;
    for (size_t i = 1; i < sizeof(usual) / sizeof(usual[0]); i++)
        if (strncmp(line, usual[i].verb, strlen(usual[i].verb)) == 0)
            return usual[i].says;
    return *line ? "" : usual[0].says;
}

static void __attribute__((noreturn)) serve(int at, const struct rule *other)
{
    char line[1000];
    int fd = accept(at, NULL, NULL);
    FILE *in = fdopen(fd, "r");
    signal(SIGPIPE, SIG_IGN);
    for (line[0] = 0; in && dprintf(fd, "%s", answer_to(line, other)) >= 0;)
        do
            if (fgets(line, sizeof(line), in) == NULL)
                _exit(0);
        while (line[0] == '\r' || line[0] == '\n');
    _exit(0);
}

static void hand_over(struct fixture *f, const struct rule *other, struct slice folder)
{
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    char server[128];
    const struct slice piece = SLICE("Subject: x\n\nbody\n");
    snprintf(u.sun_path, sizeof(u.sun_path), "%.60s/socket", f->path);
    snprintf(server, sizeof(server), "unix:%s", u.sun_path);
    unlink(u.sun_path);
    int at = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(at, (struct sockaddr *)&u, sizeof(u)), 0);
    assert_int_equal(listen(at, 1), 0);
    pid_t pid = fork();
    if (pid == 0)
        serve(at, other);
    close(at);
    struct err e = { 0 };
    const struct handover h = { .fd = smtp_connect(server, clock_ms() + 20000, &e),
                                .host = "x",
                                .sender = SLICE("a@example.org"),
                                .local = SLICE("bob"),
                                .domain = SLICE("example.com"),
                                .folder = folder,
                                .delimiter = '+',
                                .timeout = 20000 };
    f->a = (struct answer){ ANSWER_FAULT, "" };
    int r = handover(&h, &piece, 1, &f->a);
    assert_int_equal(r, f->a.kind == ANSWER_DONE ? 0 : -1);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void answers_of_a_server(void **state)
{
    static const struct {
        struct rule rule;
        enum answer_kind kind;
    } cases[] = {
        { { "NONE", "" }, ANSWER_DONE },
        { { "RCPT", "550 5.1.1 no such user\r\n" }, ANSWER_NO_USER },
        { { "RCPT", "552 5.2.2 quota\r\n" }, ANSWER_OVER_QUOTA },
        { { "RCPT", "452 4.2.2 quota\r\n" }, ANSWER_QUOTA },
        { { "MAIL", "552 5.3.4 too large\r\n" }, ANSWER_SIZE },
        { { ".", "552 5.2.0 refused by the user's script\r\n" }, ANSWER_REFUSED },
        { { ".", "550 no\r\n" }, ANSWER_REFUSED },
        { { ".", "451 4.2.0 later\r\n" }, ANSWER_FAULT },
        { { ".", "421 4.3.2 going down\r\n" }, ANSWER_FAULT },
        { { ".", "999 what\r\n" }, ANSWER_FAULT },
        /* of the server, or of how we talk to it, and not of this message */
        { { "", "554 5.3.2 no service\r\n" }, ANSWER_CONFIG },
        { { "", "521 5.3.2 no mail here\r\n" }, ANSWER_CONFIG },
        { { "LHLO", "502 5.5.1 command not recognized\r\n" }, ANSWER_CONFIG },
        { { "LHLO", "550 5.7.1 you may not\r\n" }, ANSWER_CONFIG },
        { { "MAIL", "503 5.5.1 say LHLO first\r\n" }, ANSWER_CONFIG },
        { { "MAIL", "530 5.7.0 authentication required\r\n" }, ANSWER_CONFIG },
        { { "MAIL", "555 5.5.4 no such parameter\r\n" }, ANSWER_CONFIG },
        { { "DATA", "503 5.5.1 no recipients\r\n" }, ANSWER_CONFIG },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        hand_over(*state, &cases[i].rule, slice_of(NULL, 0));
        struct fixture *f = *state;
        if (f->a.kind != cases[i].kind)
            fail_msg("%s -> %.60s: %d, \"%s\"", cases[i].rule.verb, cases[i].rule.says, (int)f->a.kind,
                     f->a.text);
    }
}

/* We know the user: it is the address with the folder that the server does not know. */
static void a_folder_that_is_unknown(void **state)
{
    static const struct rule none = { "RCPT TO:<bob+Junk@example.com>", "550 5.1.1 no such user\r\n" };
    struct fixture *f = *state;
    hand_over(f, &none, SLICE("Junk"));
    assert_int_equal(f->a.kind, ANSWER_CONFIG);
    hand_over(f, &none, SLICE("Lists & more")); /* can't be said */
    assert_int_equal(f->a.kind, ANSWER_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(answers_of_a_server),
                                        FIXTURE_TEST(a_folder_that_is_unknown) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
