/* place.c - deliver_mailbox: where a user's mail lies; see place.h */
#include "config.h"
#include "delivery/place.h"

#include <limits.h>

static const struct {
    const char *head;
    enum place_kind kind;
} kinds[] = { { "maildir:", PLACE_MAILDIR }, { "mbox:", PLACE_MBOX }, { "lmtp:", PLACE_LMTP } };

static int kind_of(const char **spec, enum place_kind *kind, struct err *e)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t n = strlen(kinds[i].head);
        if (strncmp(*spec, kinds[i].head, n) == 0 && (*spec)[n]) {
            *spec += n;
            *kind = kinds[i].kind;
            return 0;
        }
    }
    return err_set(e, ERR_CONFIG, "%.100s is no mailbox: write maildir:PATH, mbox:PATH or lmtp:unix:PATH",
                   *spec);
}

/* Of a home, a path of its own; of an address, one level. */
static bool level_good(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f || s.p[i] == '/')
            return false;
    return s.n > 0 && s.p[0] != '.';
}

static int put_variable(struct buf *b, char c, const struct user *user, const struct place_names *names,
                        struct err *e)
{
    struct slice value = c == 'u'   ? slice_str(user->name)
                         : c == 'n' ? names->local
                         : c == 'd' ? names->domain
                                    : slice_str(user->home);
    if (c == '%')
        value = SLICE("%");
    else if (c == 'h' ? value.n == 0 : !level_good(value))
        return err_set(e, ERR_CONFIG, "%%%c of a mailbox path is not known, or not good for a path", c);
    buf_add_slice(b, value);
    return 0;
}

static int check_variables(const char *text, struct err *e)
{
    for (; (text = strchr(text, '%')) != NULL; text += 2)
        if (text[1] == 0 || strchr("undh%", text[1]) == NULL)
            return err_set(e, ERR_CONFIG, "%%%c is not known: write %%u, %%n, %%d, %%h or %%%%",
                           text[1] ? text[1] : ' ');
    return 0;
}

static int expand(const char **out, struct slice text, const struct user *user,
                  const struct place_names *names, struct arena *a, struct err *e)
{
    struct buf b;
    buf_init_in(&b, a, PATH_MAX - 1);
    if (text.n && text.p[0] == '~') {
        if (put_variable(&b, 'h', user, names, e) != 0)
            return -1;
        text = slice_from(text, 1);
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '%')
            buf_add_char(&b, text.p[i]);
        else if (++i == text.n)
            return err_set(e, ERR_CONFIG, "a path that ends with %%");
        else if (put_variable(&b, text.p[i], user, names, e) != 0)
            return -1;
    }
    if (b.full || b.n == 0 || memchr(b.p, 0, b.n))
        return err_set(e, ERR_CONFIG, "a mailbox path that is empty or too long");
    *out = b.p;
    return 0;
}

const char *place_expand(struct slice text, const struct user *user, const struct place_names *names,
                         struct arena *a, struct err *e)
{
    const char *out = NULL;
    return expand(&out, text, user, names, a, e) == 0 ? out : NULL;
}

int place_check(const char *spec, struct err *e)
{
    enum place_kind kind;
    const char *rest = spec;
    if (kind_of(&rest, &kind, e) != 0 || check_variables(rest, e) != 0)
        return -1;
    if (kind == PLACE_LMTP && strncmp(rest, "unix:/", 6) != 0 && strncmp(rest, "inet:", 5) != 0)
        return err_set(e, ERR_CONFIG, "%.100s: write lmtp:unix:/PATH or lmtp:inet:HOST:PORT", spec);
    if (kind != PLACE_LMTP && rest[0] != '/' && rest[0] != '~' && strncmp(rest, "%h", 2) != 0)
        return err_set(e, ERR_CONFIG, "%.100s: the path must begin with / or ~", spec);
    return 0;
}

int place_make(struct place *p, const char *spec, const struct user *user, const struct place_names *names,
               struct arena *a, struct err *e)
{
    *p = (struct place){ 0 };
    if (place_check(spec, e) != 0 || kind_of(&spec, &p->kind, e) != 0)
        return -1;
    struct slice path = slice_str(spec);
    const char *inbox = p->kind == PLACE_MBOX ? strstr(spec, ":INBOX=") : NULL;
    if (p->kind != PLACE_MBOX)
        return expand(&p->path, path, user, names, a, e);
    struct slice folders = inbox ? slice_sub(path, 0, (size_t)(inbox - spec)) : SLICE("~/mail");
    struct slice box = inbox ? slice_str(inbox + sizeof(":INBOX=") - 1) : path;
    if (expand(&p->path, box, user, names, a, e) != 0)
        return -1;
    return !inbox && !*user->home ? 0 : expand(&p->folders, folders, user, names, a, e);
}
