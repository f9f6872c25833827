/* view-relay-auth.c - the signs in a Received field of a sender who logged in
 * Each MTA has its own; the first that is there counts. */
#include "config.h"
#include "scoring/view-relay-line.h"

static struct slice one(struct slice s)
{
    struct relay_captures c;
    return relay_match("%n%e", s, &c) ? c.ident : SLICE("");
}

static bool ends(struct slice s, size_t at)
{
    return at == s.n || s.p[at] == ' ' || s.p[at] == ';';
}

/* with ESMTPSA, with ASMTP, with HTTPS: RFC 3848 and webmail */
static struct slice protocol(struct arena *a, struct slice text)
{
    static const struct slice names[] = {
        SLICE_INIT("ESMTPSA"),    SLICE_INIT("ESMTPA"),    SLICE_INIT("LMTPSA"),     SLICE_INIT("LMTPA"),
        SLICE_INIT("UTF8SMTPSA"), SLICE_INIT("UTF8SMTPA"), SLICE_INIT("UTF8LMTPSA"), SLICE_INIT("UTF8LMTPA"),
        SLICE_INIT("ASMTP"),      SLICE_INIT("HTTPS"),     SLICE_INIT("HTTPU"),      SLICE_INIT("HTTP")
    };
    static const struct slice with = SLICE_INIT(" with ");
    (void)a;
    if (!relay_has(text, " by "))
        return SLICE("");
    for (size_t at = 0; at < text.n; at++) {
        ptrdiff_t blank = slice_chr(slice_from(text, at), ' ');
        if (blank < 0)
            break;
        at += (size_t)blank;
        if (!slice_istarts(slice_from(text, at), with))
            continue;
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
            if (slice_istarts(slice_from(text, at + with.n), names[i]) &&
                ends(text, at + with.n + names[i].n))
                return slice_sub(text, at + with.n, names[i].n);
    }
    return SLICE("");
}

static size_t run(struct slice s, size_t at, size_t most, bool (*fits)(char))
{
    size_t n = 0;
    while (n < most && at + n < s.n && fits(s.p[at + n]))
        n++;
    return n;
}

static bool lower_or_digit(char c)
{
    return ascii_digit(c) || (c >= 'a' && c <= 'z');
}

static bool lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* behind "sm": 12345678abc.1.2003.01.02.03.04.05 */
static bool google_id_tail(struct slice s)
{
    size_t n = run(s, 0, 9, ascii_digit), at = n;
    if (n < 2 || run(s, at, 3, lower) < 3 || slice_sub(s, at + 3, 1).n == 0 || s.p[at + 3] != '.')
        return false;
    at += 4;
    n = run(s, at, 4, ascii_digit);
    at += n;
    if (n < 1 || n > 3 || at >= s.n || s.p[at] != '.' || run(s, at + 1, 4, ascii_digit) != 4)
        return false;
    at += 5;
    for (int i = 0; i < 5; i++, at += 3)
        if (at + 3 > s.n || s.p[at] != '.' || s.p[at + 1] < '0' || s.p[at + 1] > '6' ||
            !ascii_digit(s.p[at + 2]))
            return false;
    return true;
}

static bool google_id(struct slice s)
{
    size_t n = run(s, 0, 4, lower_or_digit);
    for (size_t i = 1; i <= n; i++)
        if (slice_starts(slice_from(s, i), SLICE("sm")) && google_id_tail(slice_from(s, i + 2)))
            return true;
    return false;
}

static struct slice google(struct arena *a, struct slice text)
{
    struct relay_captures c;
    struct slice s = relay_after(text, SLICE(" by mx.google.com with ESMTPS id "));
    if (s.p == NULL || !google_id(s) || !relay_search("(version=%n cipher=%S)", text, 0, &c))
        return SLICE("");
    return arena_printf(a, "GMail - transport=%.*s cipher=%.*s", SLICE_ARG(c.ident), SLICE_ARG(c.sub));
}

/* (AUTH: LOGIN user, TLS: ...) behind the address */
static struct slice auth_comment(struct arena *a, struct slice text)
{
    static const struct slice key = SLICE_INIT(" (AUTH: ");
    static const struct slice methods[] = { SLICE_INIT("LOGIN "), SLICE_INIT("PLAIN "),
                                            SLICE_INIT("DIGEST-MD5 "), SLICE_INIT("CRAM-MD5 ") };
    struct relay_captures c;
    (void)a;
    if (!slice_starts(text, SLICE("from ")))
        return SLICE("");
    for (struct slice s = text; (s = relay_after(s, key)).p && relay_has(s, ") by ");) {
        const char *before = s.p - key.n - 2;
        if (before - text.p < 5 || (memcmp(before, "])", 2) != 0 && memcmp(before, ")]", 2) != 0))
            continue;
        for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
            if (slice_starts(s, methods[i]) &&
                relay_match("%w%{, %~%}) by ", slice_from(s, methods[i].n), &c))
                return one(s);
    }
    return SLICE("");
}

/* Bytes of "])", "] (...))" or ")]" at the beginning of s; 0: none. */
static size_t address_end(struct slice s)
{
    struct relay_captures c;
    if (slice_starts(s, SLICE("])")) || slice_starts(s, SLICE(")]")))
        return 2;
    if (!slice_starts(s, SLICE("] (")) || !relay_match("] (%y))", s, &c))
        return 0;
    return c.helo.n + 5;
}

static struct slice sendmail(struct arena *a, struct slice text)
{
    (void)a;
    if (!relay_has(text, "authenticated") || !slice_starts(text, SLICE("from ")))
        return SLICE("");
    for (size_t at = 5; at < text.n; at++) {
        size_t n = text.p[at] == ']' || text.p[at] == ')' ? address_end(slice_from(text, at)) : 0;
        if (n == 0 || at + n >= text.n || text.p[at + n] != ' ')
            continue;
        struct slice s = relay_after(slice_from(text, at + n + 1), SLICE("("));
        s = relay_after(relay_after(s, SLICE("authenticated")), SLICE(")"));
        return relay_after(s, SLICE(" by")).p ? SLICE("Sendmail") : SLICE("");
    }
    return SLICE("");
}

static struct slice gmx(struct arena *a, struct slice text)
{
    static const struct {
        const char *pattern, *auth;
    } shapes[] = {
        { "from %W (%g %H) [%I] by mail.gmx.net (%c) with ESMTP", "GMX (ESMTP / mail.gmx.net)" },
        { "from %W (%g %H) [%I] by mail.gmx.net (%c) with SMTP", "GMX (SMTP / mail.gmx.net)" },
        { "from %W (%g %H) [%I] by mail.gmx.com (%c) with ESMTP", "GMX (ESMTP / mail.gmx.com)" },
        { "from %W (%g %H) [%I] by mail.gmx.com (%c) with SMTP", "GMX (SMTP / mail.gmx.com)" },
    };
    struct relay_captures c;
    (void)a;
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes) && relay_has(text, " by mail.gmx."); i++)
        if (relay_search(shapes[i].pattern, text, 0, &c))
            return slice_str(shapes[i].auth);
    return SLICE("");
}

static struct slice critical_path(struct arena *a, struct slice text)
{
    struct relay_captures c;
    (void)a;
    return relay_has(text, " (authenticated as ") &&
                   relay_search(") by %+ (%v) (authenticated as %+) id ", text, 0, &c)
               ? SLICE("CriticalPath")
               : SLICE("");
}

static struct slice postfix(struct arena *a, struct slice text)
{
    struct relay_captures c;
    if (!relay_has(text, ") (Authenticated sender: ") ||
        !relay_search(") (Authenticated sender: %w) by %w (%S) with ", text, 0, &c))
        return SLICE("");
    return slice_eq(c.sub, SLICE("Postfix")) ? c.sub : arena_printf(a, "Postfix (%.*s)", SLICE_ARG(c.sub));
}

static struct slice communigate(struct arena *a, struct slice text)
{
    static const struct slice ways[] = { SLICE_INIT("HTTP"), SLICE_INIT("SMTP"), SLICE_INIT("XIMSS"),
                                         SLICE_INIT("IMAP") };
    (void)a;
    if (!relay_has(text, " (account "))
        return SLICE("");
    for (struct slice s = text; (s = relay_after(s, SLICE("CommuniGate Pro "))).p;)
        for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
            if (slice_starts(s, ways[i]))
                return SLICE("Communigate");
    return SLICE("");
}

static struct slice exchange(struct arena *a, struct slice text)
{
    struct relay_captures c;
    (void)a;
    return relay_has(text, "HTTP-DAV") &&
                   relay_search(" with Microsoft Exchange Server HTTP-DAV%|", text, 0, &c)
               ? SLICE("HTTP-DAV")
               : SLICE("");
}

/* (via HTTP), (via HTTPS) */
static struct slice via_http(struct arena *a, struct slice text)
{
    static const struct slice key = SLICE_INIT(" (via HTTP");
    (void)a;
    if (!relay_has(text, " by "))
        return SLICE("");
    for (size_t at = 0; at < text.n; at++) {
        ptrdiff_t blank = slice_chr(slice_from(text, at), ' ');
        if (blank < 0)
            break;
        at += (size_t)blank;
        size_t http = at + key.n;
        if (!slice_istarts(slice_from(text, at), key))
            continue;
        for (size_t more = 2; more-- > 0;)
            if (http + more < text.n && text.p[http + more] == ')' && ends(text, http + more + 1))
                return slice_sub(text, http - 4, 4 + more);
    }
    return SLICE("");
}

struct slice relay_auth(struct arena *a, struct slice text)
{
    static struct slice (*const signs[])(struct arena *, struct slice) = {
        protocol,      google,  auth_comment, sendmail, gmx,
        critical_path, postfix, communigate,  exchange, via_http,
    };
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        struct slice auth = signs[i](a, text);
        if (auth.n)
            return auth;
    }
    return SLICE("");
}
