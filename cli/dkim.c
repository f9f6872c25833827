/* dkim.c - `tamis dkim`: keys to sign with, and what the DNS has to say of them
 * A new key is a new file under a new selector; which one signs is a line of dkim_keys. So a key is changed
 * without a moment in which mail is signed with one that the DNS does not know. */
#include "config.h"
#include "cli/command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "auth/dkim-key.h"
#include "auth/dkim-tags.h"
#include "base/keyfile.h"
#include "base/os.h"
#include "base/sandbox.h"
#include "cli/own-engine.h"
#include "cli/settings.h"
#include "engine/lookup.h"
#include "policy/signer.h"

#define CHECK_MS 10000 /* for all answers */
#define STRING_MAX 255 /* of a TXT record, RFC 1035 3.3.14 */

struct dkim_values {
    struct cli_common common;
    const char *bits, *directory;
    bool ed25519;
};

struct call {
    struct dkim_values *v;
    struct arena *a;
    struct config *c;
    struct slice domain, selector; /* in lower case */
    const char *file;
};

static int complain(const struct err *e)
{
    cli_complain("dkim: %s", e->text);
    return e->kind == ERR_RETRY ? CLI_TRY_AGAIN : CLI_NO;
}

/* ---- the record */

static struct slice record_of(struct arena *a, const struct dkim_private *k, struct err *e)
{
    struct buf public;
    buf_init_in(&public, a, DKIM_KEY_BYTES_MAX);
    if (dkim_private_public(k, &public, e) != 0)
        return slice_of(NULL, 0);
    struct slice p = dkim_base64_of(a, buf_slice(&public));
    return arena_printf(a, "v=DKIM1; k=%s; p=%.*s", dkim_private_kind(k) == KEY_RSA ? "rsa" : "ed25519",
                        SLICE_ARG(p));
}

/* As a zone file has it; resolvers put the strings together. */
static void print_record(const struct call *q, struct slice record)
{
    printf("%.*s._domainkey.%.*s. IN TXT (", SLICE_ARG(q->selector), SLICE_ARG(q->domain));
    for (size_t at = 0; at < record.n; at += STRING_MAX)
        printf(" \"%.*s\"\n   ", SLICE_ARG(slice_sub(record, at, STRING_MAX)));
    printf(" )\n");
}

static int record(const struct call *q)
{
    struct err e = { 0 };
    struct dkim_private *k = signer_read_key(q->file, &e);
    if (k == NULL)
        return complain(&e);
    struct slice text = record_of(q->a, k, &e);
    if (text.p)
        print_record(q, text);
    dkim_private_free(&k);
    return text.p ? CLI_DONE : complain(&e);
}

/* ---- a new key */

static void print_next_steps(const struct call *q, const char *path)
{
    printf("\nThe key is in %s. Next:\n"
           "1. Put the record above into the zone of %.*s, and wait until all of its servers have it:\n"
           "     dig +short TXT %.*s._domainkey.%.*s\n"
           "2. Only then name it in a map of dkim_keys, in place of an older one:\n"
           "     %.*s  %.*s %s\n"
           "3. tamis lint; systemctl reload tamis\n"
           "Leave an older record in the zone for a week: mail that it signed is still on its way.\n",
           path, SLICE_ARG(q->domain), SLICE_ARG(q->selector), SLICE_ARG(q->domain), SLICE_ARG(q->domain),
           SLICE_ARG(q->selector), path);
}

/* The gateway has to read it, and is not root. */
static int give_away(int folder, const char *name, const char *user, struct err *e)
{
    uid_t uid;
    gid_t gid;
    if (!sandbox_is_root() || *user == 0)
        return 0;
    if (sandbox_account(user, &uid, &gid, e) != 0) {
        cli_complain("dkim: the key is root's, which the service cannot read: %s", e->text);
        return 0;
    }
    return fchownat(folder, name, uid, gid, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : err_sys(e, "%s", name);
}

static int store_key(const struct call *q, const char *directory, const char *name,
                     const struct dkim_private *k, struct err *e)
{
    struct buf pem;
    if (mkdir(directory, 0755) != 0 && errno != EEXIST)
        return err_sys(e, "cannot make %s", directory);
    int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return err_sys(e, "%s", directory);
    buf_init(&pem, SIGNER_PEM_MAX);
    int r = dkim_private_pem(k, &pem, e);
    if (r == 0)
        r = keyfile_write(folder, name, pem.p, pem.n, e);
    if (r == 0)
        r = give_away(folder, name, q->c->service.user, e);
    explicit_bzero(pem.p, pem.n);
    buf_deinit(&pem);
    fd_close(&folder);
    return r;
}

static bool read_bits(const char *text, unsigned *bits)
{
    uint64_t n = 2048;
    bool good = text == NULL || (slice_uint(slice_str(text), 4096, &n) && n >= 1024);
    *bits = (unsigned)n;
    return good;
}

static int keygen(const struct call *q)
{
    const char *directory = q->v->directory ? q->v->directory : TAMIS_SYSCONFDIR "/dkim";
    const char *name = arena_printf(q->a, "%.*s.%.*s.pem", SLICE_ARG(q->domain), SLICE_ARG(q->selector)).p;
    char path[PATH_MAX];
    struct err e = { 0 };
    unsigned bits;
    if (!read_bits(q->v->bits, &bits)) {
        cli_complain("dkim: --bits: write a number from 1024 to 4096");
        return CLI_USAGE;
    }
    struct dkim_private *k = dkim_private_make(q->v->ed25519 ? KEY_ED25519 : KEY_RSA, bits, &e);
    struct slice text = k ? record_of(q->a, k, &e) : slice_of(NULL, 0);
    bool done = text.p && store_key(q, directory, name, k, &e) == 0;
    dkim_private_free(&k);
    if (!done)
        return complain(&e);
    if (realpath(directory, path) == NULL)
        snprintf(path, sizeof(path), "%s", directory);
    print_record(q, text);
    print_next_steps(q, arena_printf(q->a, "%s/%s", path, name).p);
    return CLI_DONE;
}

/* ---- whether the DNS has them */

/* What one record says of a key: NULL, it is the same. */
static const char *difference(struct arena *a, const struct dkim_private *k, struct slice record,
                              struct err *e)
{
    struct dkim_key found;
    struct buf ours;
    const char *why = NULL;
    if (!dkim_key_read(&found, a, record, dkim_private_kind(k), &why))
        return why;
    buf_init_in(&ours, a, DKIM_KEY_BYTES_MAX);
    if (dkim_private_public(k, &ours, e) != 0)
        return e->text;
    return slice_eq(buf_slice(&ours), found.bytes) ? NULL : "it is another key";
}

static bool check_key(const struct call *q, struct dns *dns, const struct signer_keys *keys,
                      const struct signer_key *k)
{
    struct slice name =
        arena_printf(q->a, "%.*s._domainkey.%.*s", SLICE_ARG(k->selector), SLICE_ARG(keys->domain));
    const struct dns_answer *answer = dns_get(dns, name, DNS_TXT);
    const char *why = answer->status == DNS_FOUND ? NULL : dns_status_name(answer->status);
    struct err e = { 0 };
    for (const struct dns_record *r = answer->records; r && answer->status == DNS_FOUND; r = r->next)
        if ((why = difference(q->a, k->key, r->data, &e)) == NULL)
            break;
    if (why)
        cli_complain("dkim: %.*s: %s", SLICE_ARG(name), why);
    else
        printf("%.*s: the DNS has this key\n", SLICE_ARG(name));
    return why == NULL;
}

/* *failed: nothing could be asked. */
static bool check_keys(const struct call *q, const struct signer_keys *keys, bool *failed)
{
    const struct dns_limits limits = { CHECK_MS, 2 * SIGNER_KEYS_MAX };
    pid_t resolver = 0;
    struct err e = { 0 };
    int hub = own_engine_resolver(q->c, &resolver, &e);
    struct lookup_pool *pool = lookup_pool_new(hub);
    struct dns_link *link = lookup_borrow(pool);
    struct dns dns;
    bool good = true;
    dns_init(&dns, q->a, link ? dns_link_source(link) : NULL, &limits);
    for (size_t i = 0; i < keys->n; i++)
        good &= check_key(q, &dns, keys, &keys->v[i]);
    *failed = link == NULL || dns.late || dns.failed;
    if (link)
        lookup_give_back(pool, &link);
    lookup_pool_free(&pool);
    own_engine_await(&resolver);
    return good;
}

static int check(const struct call *q)
{
    struct err e;
    struct signer_keys keys;
    bool failed = false, good = false;
    struct signer *s = signer_load(&q->c->sign, q->a, &e);
    if (s == NULL)
        return complain(&e);
    if (signer_find(s, q->a, q->domain, &keys, &failed))
        good = check_keys(q, &keys, &failed);
    else
        cli_complain("dkim: dkim_keys has no line for %.*s", SLICE_ARG(q->domain));
    signer_free(&s);
    return good ? CLI_DONE : failed ? CLI_TRY_AGAIN : CLI_NO;
}

static const struct sub {
    const char *name;
    size_t operands;
    int (*run)(const struct call *q);
} subs[] = { { "keygen", 3, keygen }, { "record", 4, record }, { "check", 2, check } };

static bool read_names(struct call *q, const struct cli_operand *v, size_t n)
{
    q->domain = arena_lower(q->a, slice_str(v[1].text));
    q->selector = arena_lower(q->a, slice_str(n > 2 ? v[2].text : "none"));
    if (dkim_domain_ok(q->domain, false) && dkim_domain_ok(q->selector, true))
        return true;
    cli_complain("dkim: %s is no domain, or %s no selector: letters, digits, hyphens and dots", v[1].text,
                 n > 2 ? v[2].text : "");
    return false;
}

static int run(void *values)
{
    struct dkim_values *v = values;
    struct call q = { .v = v, .a = v->common.arena, .c = ARENA_NEW(v->common.arena, struct config) };
    const struct sub *sub = NULL;
    for (size_t i = 0; i < sizeof(subs) / sizeof(*subs); i++)
        if (strcmp(v->common.operands[0].text, subs[i].name) == 0)
            sub = &subs[i];
    if (sub == NULL || v->common.n_operands != sub->operands) {
        cli_complain("dkim: write keygen DOMAIN SELECTOR, record DOMAIN SELECTOR FILE, or check DOMAIN");
        return CLI_USAGE;
    }
    if (!read_names(&q, v->common.operands, v->common.n_operands) || settings_load(&v->common, q.c) < 0)
        return CLI_USAGE;
    q.file = sub->operands > 3 ? v->common.operands[3].text : NULL;
    int code = sub->run(&q);
    return fflush(stdout) == 0 ? code : CLI_TRY_AGAIN;
}

static const struct cli_option options[] = {
    { "ed25519", 0, CLI_FLAG, offsetof(struct dkim_values, ed25519), NULL,
      "Make an Ed25519 key (RFC 8463) in place of one of RSA. Not every receiver can verify it: sign with "
      "one of RSA, "
      "too." },
    { "bits", 0, CLI_TEXT, offsetof(struct dkim_values, bits), "N",
      "Length of an RSA key, 1024 to 4096; 2048." },
    { "directory", 0, CLI_TEXT, offsetof(struct dkim_values, directory), "DIR",
      "Where the key file goes. Default: " TAMIS_SYSCONFDIR "/dkim." },
};

const struct cli_command cli_dkim = {
    .name = "dkim",
    .args = "keygen DOMAIN SELECTOR | record DOMAIN SELECTOR FILE | check DOMAIN",
    .summary = "keys to sign mail with",
    .about = "keygen makes a private key in a file of its own, DOMAIN.SELECTOR.pem, that only the service "
             "can read, and "
             "prints the record that the DNS needs, and what to do next. It never overwrites a key: for a "
             "new one take a "
             "new selector, put its record into the zone, and only then name it in dkim_keys.\n\nrecord "
             "prints the record "
             "of a key that is there.\n\ncheck asks the DNS whether it has the keys that dkim_keys names for "
             "a domain.\n\nExits 1 when there is such a file already, it is no key, or the DNS has another "
             "one; 75 when the DNS does not answer.",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
    .size = sizeof(struct dkim_values),
    .min_operands = 1,
    .max_operands = 4,
    .examples =
        "tamis dkim keygen example.com s2026\ta key of RSA, 2048 bits\n"
        "tamis dkim record example.com s2026 " TAMIS_SYSCONFDIR "/dkim/example.com.s2026.pem\twhat goes into "
        "the zone",
    .run = run,
};
