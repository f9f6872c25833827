/* signer.c - the keys that mail is signed with; see signer.h */
#include "config.h"
#include "policy/signer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "auth/dkim-tags.h"
#include "base/os.h"

#define MAPS_MAX 20
#define LEVELS_MAX 32
#define FORBIDDEN 037 /* to others, and to a group but for reading */

/* a value of a map, read */
struct line {
    const char *value; /* where it stands in its map */
    struct signer_key v[SIGNER_KEYS_MAX];
    size_t n;
    struct line *next;
};

struct signer {
    const struct sign_options *options;
    struct arena *arena;
    struct map *maps[MAPS_MAX], *networks;
    size_t n_maps;
    struct line *lines;
};

/* ---- a key file */

static int check_file(int fd, const char *path, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, "%s", path);
    if (!S_ISREG(st.st_mode) || st.st_size > SIGNER_PEM_MAX)
        return err_set(e, ERR_CONFIG, "%.120s is no key file", path);
    if (st.st_mode & FORBIDDEN)
        return err_set(e, ERR_CONFIG, "%.120s can be read or written by others: chmod 0600 (or 0640)", path);
    if (st.st_uid != 0 && st.st_uid != geteuid() &&
        geteuid() != 0) /* root, who looks for others, reads it anyway */
        return err_set(e, ERR_CONFIG, "%.120s belongs neither to root nor to us: chown it", path);
    return 0;
}

static struct dkim_private *read_key(int fd, const char *path, struct err *e)
{
    char pem[SIGNER_PEM_MAX];
    struct err why = { 0 };
    if (check_file(fd, path, e) != 0)
        return NULL;
    ssize_t n = read(fd, pem, sizeof(pem));
    if (n < 0) {
        err_sys(e, "cannot read %s", path);
        return NULL;
    }
    struct dkim_private *key = dkim_private_read(slice_of(pem, (size_t)n), &why);
    explicit_bzero(pem, sizeof(pem));
    if (key == NULL)
        err_set(e, ERR_CONFIG, "%.120s: %.70s", path, why.text);
    return key;
}

struct dkim_private *signer_read_key(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        err_sys(e, "cannot open %s", path);
        return NULL;
    }
    struct dkim_private *key = read_key(fd, path, e);
    fd_close(&fd);
    return key;
}

/* ---- maps */

static struct slice next_word(struct slice *rest)
{
    size_t n = 0;
    *rest = slice_trim(*rest);
    while (n < rest->n && !ascii_space(rest->p[n]))
        n++;
    struct slice word = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return word;
}

/* "SELECTOR FILE" */
static int read_pair(struct signer *s, struct slice pair, struct signer_key *k, const char *where,
                     struct err *e)
{
    struct err why;
    struct slice selector = next_word(&pair), path = next_word(&pair);
    if (path.n == 0 || slice_trim(pair).n)
        return err_set(e, ERR_CONFIG, "%s: write SELECTOR FILE, or several apart by commas", where);
    if (!dkim_domain_ok(selector, true))
        return err_set(e, ERR_CONFIG, "%s: %.60s is no selector", where, arena_str(s->arena, selector));
    if (path.p[0] != '/')
        return err_set(e, ERR_CONFIG, "%s: %.80s is no absolute path", where, arena_str(s->arena, path));
    k->selector = arena_lower(s->arena, selector);
    k->key = signer_read_key(arena_str(s->arena, path), &why);
    return k->key ? 0 : err_set(e, ERR_CONFIG, "%.60s: %.135s", where, why.text);
}

static int read_line(void *ctx, struct slice value, const char *where, struct err *e)
{
    struct signer *s = ctx;
    struct line *l = ARENA_NEW(s->arena, struct line);
    struct slice rest = value, pair;
    l->value = value.p;
    l->next = s->lines;
    s->lines = l; /* before anything fails: its keys are freed with it */
    if (rest.p == NULL)
        rest.p = "";
    while (slice_cut(&rest, ',', &pair)) {
        if (l->n == SIGNER_KEYS_MAX)
            return err_set(e, ERR_CONFIG, "%s: more than %d keys", where, SIGNER_KEYS_MAX);
        if (read_pair(s, pair, &l->v[l->n], where, e) != 0)
            return -1;
        l->n++;
    }
    return 0;
}

static int load_maps(struct signer *s, struct err *e)
{
    const struct conf_list *specs = &s->options->keys;
    if (specs->n > MAPS_MAX)
        return err_set(e, ERR_CONFIG, "dkim_keys: more than %d maps", MAPS_MAX);
    for (size_t i = 0; i < specs->n; i++) {
        struct map *m = map_load(specs->v[i], s->arena, e);
        if (m == NULL)
            return -1;
        s->maps[s->n_maps++] = m;
        if (map_has_patterns(m))
            return err_set(e, ERR_CONFIG, "dkim_keys: %.100s: only text: maps name domains", specs->v[i]);
        if (map_each(m, read_line, s, e) != 0)
            return -1;
    }
    return 0;
}

/* The list as a cidr map, which checks it and searches it. */
static int load_networks(struct signer *s, struct err *e)
{
    const struct conf_list *list = &s->options->networks;
    struct buf text;
    buf_init_in(&text, s->arena, 1 << 20);
    for (size_t i = 0; i < list->n; i++)
        buf_printf(&text, "%s OK\n", list->v[i]);
    s->networks = map_parse("cidr", "dkim_sign_networks", buf_slice(&text), s->arena, e);
    return s->networks ? 0 : -1;
}

static int check_seal(const struct signer *s, struct err *e)
{
    const char *domain = s->options->arc_seal;
    struct signer_keys keys;
    bool failed;
    if (*domain == 0 || signer_find(s, s->arena, slice_str(domain), &keys, &failed))
        return 0;
    return err_set(e, ERR_CONFIG, "arc_seal: %.80s has no line in dkim_keys", domain);
}

struct signer *signer_load(const struct sign_options *o, struct arena *a, struct err *e)
{
    struct signer *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        err_set(e, ERR_RETRY, "no memory for keys");
        return NULL;
    }
    s->options = o;
    s->arena = a;
    if (load_maps(s, e) != 0 || load_networks(s, e) != 0 || check_seal(s, e) != 0)
        signer_free(&s);
    return s;
}

void signer_free(struct signer **s)
{
    if (*s == NULL)
        return;
    for (struct line *l = (*s)->lines; l; l = l->next)
        for (size_t i = 0; i < SIGNER_KEYS_MAX; i++)
            dkim_private_free(&l->v[i].key);
    for (size_t i = 0; i < (*s)->n_maps; i++)
        map_free(&(*s)->maps[i]);
    map_free(&(*s)->networks);
    free(*s);
    *s = NULL;
}

/* ---- who */

bool signer_any(const struct signer *s)
{
    return s && s->n_maps > 0;
}

static const struct line *line_of(const struct signer *s, struct slice value)
{
    for (const struct line *l = s->lines; l; l = l->next)
        if (l->value == value.p)
            return l;
    return NULL;
}

static const struct line *look_up(const struct signer *s, struct slice key, bool *failed)
{
    struct slice value;
    for (size_t i = 0; i < s->n_maps; i++) {
        enum map_answer answer = map_find(s->maps[i], NULL, key, &value);
        *failed |= answer == MAP_FAULT;
        if (answer == MAP_FOUND)
            return line_of(s, value);
    }
    return NULL;
}

bool signer_find(const struct signer *s, struct arena *a, struct slice domain, struct signer_keys *keys,
                 bool *failed)
{
    struct slice at = arena_lower(a, domain);
    *failed = false;
    if (s->n_maps == 0 || !dkim_domain_ok(at, false))
        return false;
    const struct line *l = look_up(s, at, failed);
    for (int level = 0; l == NULL && level < LEVELS_MAX; level++) {
        ptrdiff_t dot = slice_chr(at, '.');
        if (dot < 0)
            return false;
        l = look_up(s, slice_from(at, (size_t)dot), failed); /* ".example.com" */
        at = slice_from(at, (size_t)dot + 1);
    }
    if (l)
        *keys = (struct signer_keys){ at, l->v, l->n };
    return l != NULL;
}

bool signer_serves(const struct signer *s, const struct envelope *env, bool inet)
{
    struct slice value;
    if (s->n_maps == 0 || (inet && !s->options->inet))
        return false;
    if (env->auth_user.n)
        return s->options->authenticated;
    if (!env->has_client)
        return false;
    /* no address: handed in on this machine, as Sendmail says it */
    struct slice address = env->client_address.n ? env->client_address : SLICE("127.0.0.1");
    return map_find(s->networks, NULL, address, &value) == MAP_FOUND;
}
