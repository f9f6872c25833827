/* warm.c - what libclamav opens lazily is opened before the sandbox closes; see virus.h
 * OpenSSL reads its configuration with the first digest, libc the time zone with the first folder's name and
 * character sets with the first conversion, libmagic its database. One message with a file of each kind makes
 * them do so. Character sets stay loaded by message_warm(), which keeps their descriptors. */
#include "config.h"
#include "clamglue/virus.h"

#include <clamav.h>

/* A page in UTF-16, a compressed file and a document: text, HTML, gzip, PDF and a picture. */
static const char warm_mail[] =
    "From: <a@example.org>\r\nSubject: warm\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nbegin 644 x\r\n#0V%T\r\n`\r\nend\r\n"
    "--b\r\nContent-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "//48AGgAdABtAGwAPgA8AGIAbwBkAHkAPgB4ADwALwBiAG8AZAB5AD4APAAvAGgAdABtAGwAPgA=\r\n"
    "--b\r\nContent-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "H4sIAAAAAAACA8tIzcnJ11EoycgsVgCi8sSiXC4AvKEqGBQAAAA=\r\n"
    "--b\r\nContent-Type: application/pdf\r\n\r\n"
    "%PDF-1.4\r\n1 0 obj\r\n<</Type/Catalog>>\r\nendobj\r\ntrailer\r\n<</Root 1 0 R>>\r\n%%EOF\r\n"
    "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj\r\n"
    "--b--\r\n";

static int warm_digests(struct err *e)
{
    static const char *const names[] = { "md5", "sha1", "sha256", "sha384", "sha512" };
    unsigned char digest[64];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        unsigned n = 0;
        if (cl_hash_data(names[i], "", 0, digest, &n) == NULL)
            return err_set(e, ERR_SYSTEM, "OpenSSL has no %s, which virus signatures need", names[i]);
    }
    return 0;
}

static void scan_warm_mail(struct virus_scanner *v, struct arena *a, struct finding_list *found)
{
    struct message_limits limits;
    struct message m;
    message_limits_default(&limits);
    message_parse(&m, a, slice_of(warm_mail, sizeof(warm_mail) - 1), NULL, &limits);
    virus_check(v, &m, found);
}

/* Whatever is found was not in that mail. */
static int look_at_result(const struct finding_list *found, const char *scratch, struct err *e)
{
    const struct finding *f = found->first;
    if (found->classes == 0)
        return 0;
    return err_set(e, ERR_SYSTEM, "libclamav cannot scan a test message (%.*s; scratch folder %.80s)",
                   (int)f->name.n, f->name.p, scratch);
}

int virus_warm(struct clam_database *db, const struct virus_options *o, const char *scratch, struct err *e)
{
    struct virus_scanner *v = virus_scanner_new(db, o, scratch);
    struct finding_list found = { 0 };
    struct arena a;
    message_warm();
    arena_init(&a, (size_t)16 << 20);
    int rc = warm_digests(e);
    if (rc == 0) {
        scan_warm_mail(v, &a, &found);
        rc = look_at_result(&found, scratch, e);
    }
    arena_deinit(&a);
    virus_scanner_free(&v);
    return rc;
}
