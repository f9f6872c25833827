/* view-relay-dialect.c - how MTAs write Received fields
 * One row a dialect, tried in order: the order is part of what SpamAssassin's rules expect, for many lines
 * fit several rows. A row of an MTA (`of`) counts only for lines that MTA signed; `needs` is a text without
 * which the row cannot fit. */
#include "config.h"
#include "scoring/view-relay-line.h"

#include "scoring/view-relay-ip.h"

enum mta { ANY, MICROSOFT_SMTPSVC, MICROSOFT_SERVER, XMAIL, ECELERITY, EXIM, POSTFIX, SCALIX, DOMINO };

enum {
    LOOKS_UP = 1, /* this MTA looks names up */
    IGNORE = 2,
    HELO_IS_RDNS = 4,
    ANYWHERE = 8, /* the pattern need not be at the beginning */
    FETCHER = 16,
};

struct dialect {
    const char *pattern;
    const char *needs; /* NULL: nothing */
    enum mta of;
    unsigned flags;
    /* false: not this row after all. What it took is in *c and may be changed. */
    bool (*then)(struct relay_line *l, struct relay_captures *c);
};

/* ---- details of some rows */

/* what follows key in s, up to the next blank, at least `least` bytes */
static bool word_after(struct slice s, struct slice key, size_t least, struct slice *out)
{
    while ((s = relay_after(s, key)).p) {
        ptrdiff_t n = slice_chr(s, ' ');
        struct slice word = n < 0 ? s : slice_sub(s, 0, (size_t)n);
        if (word.n >= least) {
            *out = slice_of(word.p, word.n);
            return true;
        }
    }
    return false;
}

/* "helo=x ident=y" in the parentheses; what was found for one is not looked at for the other */
static bool exim_comment(struct relay_line *l, struct relay_captures *c)
{
    struct slice helo, sub = c->sub;
    if (word_after(sub, SLICE("helo="), 1, &helo)) {
        size_t before = (size_t)(helo.p - sub.p) - 5;
        c->helo = helo;
        sub = arena_printf(l->a, "%.*s%.*s", (int)before, sub.p,
                           SLICE_ARG(slice_from(sub, before + 5 + helo.n)));
    }
    word_after(sub, SLICE("ident="), 0, &c->ident);
    return true;
}

/* one of Exim's many forms: what can be found is kept, even where the line turns out to be another's */
static bool exim_loose(struct relay_line *l, struct relay_captures *c)
{
    struct relay_captures found;
    if (relay_match("%r ", l->text, &found))
        l->rdns = found.rdns;
    if (relay_search(" (%h) ", l->text, 0, &found))
        l->helo = found.helo;
    if (relay_search(" [%i%{.%#%}] ", l->text, 0, &found))
        l->ip = found.ip;
    if (!relay_search("by %b ", l->text, 0, &found))
        return false;
    l->by = found.by;
    *c = (struct relay_captures){ 0 };
    return l->ip.n > 0;
}

static bool exim_local(struct relay_line *l, struct relay_captures *c)
{
    return relay_search("%|with local%{-%w%} ", l->text, 0, c);
}

static bool postfix_unknown(struct relay_line *l, struct relay_captures *c)
{
    (void)l;
    if (slice_eq(c->rdns, SLICE("unknown")))
        c->rdns = SLICE("");
    return true;
}

static bool xmail(struct relay_line *l, struct relay_captures *c)
{
    struct relay_captures found;
    l->bracketed = c->ip.p[-1] == '[';
    if (relay_search(" id <%n>", l->text, 0, &found))
        c->id = found.ident;
    if (relay_search(" from <%n>", l->text, 0, &found)) {
        l->envfrom = found.ident;
        l->has_envfrom = true;
    }
    return true;
}

static bool no_id(struct relay_line *l, struct relay_captures *c)
{
    (void)c;
    l->id = SLICE("");
    return true;
}

static bool says_http(struct relay_line *l, struct relay_captures *c)
{
    struct relay_captures unused;
    (void)c;
    return relay_search("%|with HTTP%|", l->text, 0, &unused);
}

/* IDENT:user@host, user@host */
static bool ident_in_rdns(struct relay_line *l, struct relay_captures *c)
{
    static const struct slice key = SLICE_INIT("IDENT:");
    struct relay_captures unused;
    if (relay_has(l->text, "(qmail-") && relay_search(" by %w (qmail-%w) with ", l->text, 0, &unused))
        return false;
    for (int i = 0; i < 2; i++) {
        size_t skip = i == 0 ? key.n : 0;
        ptrdiff_t at = slice_chr(c->rdns, '@');
        if (at < 0 || (i == 0 && !slice_starts(c->rdns, key)))
            continue;
        c->ident = slice_sub(c->rdns, skip, (size_t)at - skip);
        c->rdns = slice_from(c->rdns, (size_t)at + 1);
    }
    return true;
}

static bool hotmail(struct relay_line *l, struct relay_captures *c)
{
    static const struct slice domain = SLICE_INIT(".hotmail.msn.com");
    struct slice s = l->text;
    struct relay_captures found;
    while (relay_search("by %b ", s, 0, &found)) {
        if (found.by.n > domain.n && slice_eq(slice_from(found.by, found.by.n - domain.n), domain)) {
            c->by = found.by;
            if (relay_match("%i ", l->text, &found))
                c->ip = found.ip;
            return true;
        }
        s = slice_from(s, (size_t)(found.by.p - s.p));
    }
    return false;
}

static bool qmail(struct relay_line *l, struct relay_captures *c)
{
#define SENDER "%{ (envelope-sender <%w>)%}"
    static const char *const shapes[] = { "%r (%g %x) (%N@%{[%}%i%{]%})" SENDER " by %b",
                                          "%r (%g %x) (%{[%}%i%{]%})" SENDER " by %b",
                                          "%r (%N@%{[%}%i%{]%})" SENDER " by %b",
                                          "%r (%{[%}%i%{]%})" SENDER " by %b" };
    size_t i = 0;
    while (i < 4 && !relay_match(shapes[i], l->text, c))
        i++;
    if (i == 2 || i == 3)
        c->helo = c->rdns;
    l->looked_up = i == 4 || !slice_eq(c->rdns, SLICE("unknown"));
    if (!l->looked_up)
        c->rdns = SLICE("");
    return true;
}

/* couriertcpd writes "softdnserr" where a name is not known for now */
static bool courier(struct relay_line *l, struct relay_captures *c)
{
    if (slice_eq(c->rdns, SLICE("softdnserr")))
        c->rdns = l->rdns;
    else
        l->looked_up = true;
    return true;
}

static bool claiming(struct relay_line *l, struct relay_captures *c)
{
    if (c->helo.p == NULL)
        c->helo = SLICE("");
    l->looked_up |= !slice_eq(c->rdns, SLICE("UNKNOWN"));
    return true;
}

static bool yahoo(struct relay_line *l, struct relay_captures *c)
{
    static const struct slice domain = SLICE_INIT(".yahoo.com");
    (void)l;
    return c->by.n > domain.n && slice_eq(slice_from(c->by, c->by.n - domain.n), domain);
}

static bool without_by(struct relay_line *l, struct relay_captures *c)
{
    (void)l;
    c->by = SLICE("");
    return true;
}

/* The line is qmail-scanner's; the sender it names belongs to the field behind. */
static bool scanner(struct relay_line *l, struct relay_captures *c)
{
    (void)c;
    if (l->has_envfrom)
        l->scanner_envfrom = relay_clean_sender(l->a, l->envfrom);
    return true;
}

static bool unverified(struct relay_line *l, struct relay_captures *c)
{
    (void)l;
    if (slice_eq(c->rdns, SLICE("unverified")))
        c->rdns = SLICE("");
    return true;
}

/* ---- the dialects */

/* from ... */
static const struct dialect from_dialects[] = {
    { "%i%|%-%mby %b with HTTP", " (SquirrelMail authenticated user ", ANY, ANYWHERE, NULL },
    { "%i%|%-%mby %b with HTTP", " (NaSMail authenticated user ", ANY, ANYWHERE, NULL },
    { "%i by %b (%I) with HTTP (WebMailUI)", "aol.com", ANY, ANYWHERE, NULL },

    { "%H ([%i]%4) by %b with Microsoft SMTPSVC", NULL, MICROSOFT_SMTPSVC, 0, NULL },
    { "mail pickup service by %w with Microsoft SMTPSVC%$", NULL, MICROSOFT_SMTPSVC, IGNORE, NULL },
    { "%h (%{[%}%i%{%%%z%}%{]%}) by %b ", NULL, MICROSOFT_SERVER, 0, no_id },
    { "%h (%{[%}%i%{]%}:%#) by %b%{ (%w)%} with [XMail", NULL, XMAIL, 0, xmail },
    { "([%i:%#] helo=%h) by %b ", NULL, ECELERITY, 0, NULL },
    { "%w ([%i:%#]) by %b ", NULL, ECELERITY, 0, NULL },
    { "", "with local", EXIM, IGNORE, exim_local },
    { "[%i] (%s) by %b ", NULL, EXIM, 0, exim_comment },
    { "%r ([%i]%s) by %b ", NULL, EXIM, HELO_IS_RDNS, exim_comment },
    { "%r [%i]%{:%#%} by %b ", NULL, EXIM, HELO_IS_RDNS, NULL },
    { "", NULL, EXIM, 0, exim_loose },
    { "%h (%r [%i]) by %b ", NULL, POSTFIX, LOOKS_UP, postfix_unknown },
    { "%h (%r[%i]) by %b ", NULL, POSTFIX, LOOKS_UP, postfix_unknown },
    { "%h (%{ %}%i) by %b", NULL, SCALIX, 0, NULL },
    { "%h ([%i]) by %b (Lotus", NULL, DOMINO, 0, NULL },

    { "%i ([%I]) by %b", "with HTTP", ANY, 0, says_http },
    /* sendmail, Exchange 2007, Postfix behind a proxy ... */
    { "%h (%r [%i]%.) by %b (", NULL, ANY, LOOKS_UP, ident_in_rdns },
    { "%h (%r [%i]) by %b with %w (", NULL, ANY, LOOKS_UP, NULL },
    { "%r ([%i] helo=%h) by %b with ", NULL, ANY, 0, NULL },
    { "%h (<unknown%W>[%i]) by %b ", "<unknown", ANY, 0, NULL },
    { "%h (%R[%i]) by %b ", NULL, ANY, LOOKS_UP, NULL },
    { "%h (%N@[%i]%.) by %b (", NULL, ANY, LOOKS_UP, NULL },
    { "", ".hotmail.msn.com ", ANY, 0, hotmail },
    { "%r (%g %H) (%i) by %b (qpsmtpd/%w) with %{E%}SMTP", "(qpsmtpd/", ANY, 0, NULL },
    { "%r (LHLO %H) (%i) by %b with LMTP", "(LHLO ", ANY, 0, NULL },
    { "%r (%g %H) [%i] by %b (%c) with %{E%}SMTP", NULL, ANY, 0, NULL },
    { "%h ([%i]) by %b via smtpd (for %w) with SMTP(", " via smtpd ", ANY, 0, NULL },
    { "%w%{ (%g %W)%} (%{%w@%}%{[%}%I%{]%})" SENDER " by %w%{ (%+)%} with %{%. %}SMTP%!", " with ", ANY, 0,
      qmail },
    { "%w%{ (%g %W)%} (%{%w@%}%{[%}%I%{]%})" SENDER " by %w%{ (%+)%} with %{%. %}QMQP%!", "QMQP", ANY, 0,
      qmail },

    { "[%i] by %b via HTTP%$", " via HTTP", ANY, 0, NULL },
    { "%w ( [%i])%~ by %b ", " ( [", ANY, 0, NULL },
    { "(%h [%i]) by %b ", NULL, ANY, 0, NULL },
    { "[%i] by %b ", NULL, ANY, 0, NULL },
    { "(%{[%}%i%{]%}) by %b ", NULL, ANY, 0, NULL },
    { "%h [%i] by %b [%I] with ", NULL, ANY, LOOKS_UP, NULL },
    { "%h [(%i)] by %b (%I) ", NULL, ANY, 0, NULL },
    { "%h ([%i]) by %b (", NULL, ANY, LOOKS_UP, NULL },
    { "%h (%r [%i])%~ by %B", NULL, ANY, 0, courier },
    { "%h ([%i%{%p%}])%~ by %b ", NULL, ANY, LOOKS_UP, NULL },
    { "%h (%r [%i])%{ (authenticated bits=%#)%} by %b (", NULL, ANY, LOOKS_UP, NULL },
    { "", "with POP3", ANY, IGNORE | FETCHER, NULL },
    { "", "with IMAP", ANY, IGNORE | FETCHER, NULL },
    { "%r (%g %y) (%{%N@%}%{[%}%i%{]%})%. by %b ", NULL, ANY, LOOKS_UP, NULL },
    { "%r (%{%N@%}%{[%}%i%{]%})%. by %b ", NULL, ANY, LOOKS_UP | HELO_IS_RDNS, NULL },
    { "[%i] by %b with http for ", " with http for ", ANY, 0, NULL },
    { "%r(%i) by %b via smap ", " via smap ", ANY, LOOKS_UP, NULL },
    { "%r(%i, %g %H) by %b via smap ", " via smap ", ANY, LOOKS_UP, NULL },
    { "[%i] by %b (Post", " (Post", ANY, 0, NULL },
    { "[%i] by %b (ArGoSoft", " (ArGoSoft", ANY, 0, NULL },
    { "%i by %b (SMTPL%|", "(SMTPL", ANY, 0, NULL },
    { "%i by %b (InterScan%|", "(InterScan", ANY, 0, NULL },
    { "%w by %w with BSMTP", " with BSMTP", ANY, IGNORE, NULL },
    { "%h (%r [%i]) by %b with ", NULL, ANY, LOOKS_UP, NULL },
    { "%r (%g %H) (%{%n@%}%i%~) by %b with ", NULL, ANY, LOOKS_UP, NULL },
    { "[%i] (%{account %w %}%g %H) by %b (", NULL, ANY, 0, NULL },
    { "%r ([%i] verified) by %b (", " (CommuniGate Pro", ANY, LOOKS_UP | HELO_IS_RDNS, NULL },
    { "([%i]) by %b with ", NULL, ANY, 0, NULL },
    { "%a (%i) by %b ", NULL, ANY, 0, NULL },
    { "%w (%w) by %w (Content Technologies ", "(Content Technologies ", ANY, IGNORE, NULL },
    { "%h ([%i] [%w]) by %b with ", NULL, ANY, 0, NULL },
    { "%i by %b with ", NULL, ANY, 0, NULL },
    { "%h (%r[%i]) by %b ", NULL, ANY, LOOKS_UP, NULL },
    { "[%i]%w (%g %H) by %b ", NULL, ANY, 0, NULL },
    { "%i (%g %H) by %b ", NULL, ANY, 0, NULL },
    { "%h [%i] by %b ", NULL, ANY, 0, NULL },
    { "%r(%i) by %b ", NULL, ANY, 0, NULL },
    { "%h (unverified [%i]) by %b ", "(unverified ", ANY, 0, NULL },
    { "%i (%l%c) by %b with ", NULL, ANY, 0, NULL },
    { "[%i] (%S) by %b ", NULL, ANY, 0, exim_comment },
    { "%r (%{%w@%}%i) by %b with ", NULL, ANY, 0, NULL },
    { "%r(%i)%{, claiming to be \"%h\"%} via %w by %b,", " via ", ANY, 0, claiming },
    { "%h (%w@%i with login) by %b with SMTP", "with login", ANY, 0, yahoo },
    { "X-Originating-IP: %i%$", "X-Originating-IP", ANY, 0, without_by },

    /* hand-overs that say nothing */
    { "%w (%@@%L) by %w (", NULL, ANY, IGNORE, NULL },
    { "%w %w by %w with local-%{e%}smtp ", "with local-", ANY, IGNORE, NULL },
    { "127.0.0.1 (AVG SMTP %w [%w])", "(AVG SMTP ", ANY, IGNORE, NULL },
    { "%w@%w by %w ", NULL, ANY, IGNORE, NULL },
    { "Unknown/Local (", NULL, ANY, IGNORE, NULL },
    { "%L (%{%w@%}%L%q", NULL, ANY, IGNORE, NULL },
    { "%w (%{%w@%}%L) ", NULL, ANY, IGNORE, NULL },
    { "%w (%w@%w [%L]) ", NULL, ANY, IGNORE, NULL },
    { "(AUTH: %w) by %w with ", NULL, ANY, IGNORE, NULL },
    { "localhost (localhost [[UNIX: localhost]]) by ", NULL, ANY, IGNORE, NULL },
    { "%w.amazon.com by %w.amazon.com with ESMTP (peer crosscheck: ", "(peer crosscheck: ", ANY, IGNORE,
      NULL },
    { "%^ by %w with Novell_GroupWise", "with Novell_GroupWise", ANY, IGNORE, NULL },
    { "no.name.available by %w via smtpd (for ", NULL, ANY, IGNORE, NULL },
    { "%w by %w (%1) with qmail-scanner", "with qmail-scanner", ANY, IGNORE, scanner },
    { "%w ([unix socket]) by %w (Cyrus v%0.%0.%0) with LMTPA", "[unix socket]", ANY, IGNORE, NULL },
    { "%w by %w with", NULL, ANY, IGNORE, NULL },
    { "%w by %w via", NULL, ANY, IGNORE, NULL },
    { "%w by %w for", NULL, ANY, IGNORE, NULL },
    { "%w by %w (", NULL, ANY, IGNORE, NULL },
    { "%w with %w by%|", NULL, ANY, IGNORE, NULL },
    { "%w via %w by%|", NULL, ANY, IGNORE, NULL },
    { "%w for %w by%|", NULL, ANY, IGNORE, NULL },
    { "%w (unverified) by%|", NULL, ANY, IGNORE, NULL },
    { "%w (unknown) by %w (SG) with %|", NULL, ANY, IGNORE, NULL },
    { "%w (%w [local]) by %w (OpenSMTPD) with %|", "[local]", ANY, IGNORE, NULL },
    { "", "(LSMTP for", ANY, IGNORE, NULL },
    { "([%L]) with MailEnable ", "MailEnable", ANY, IGNORE, NULL },
    { "facebook.com (%c) by facebook.com with Thrift id %w%$", NULL, ANY, IGNORE, NULL },
    { "%w named %w by gmailapi.google.com with HTTPREST%$", "gmailapi", ANY, IGNORE, NULL },
    { "%w id %w%$", NULL, ANY, IGNORE, NULL },
    { "[<%~ (Jetsend", NULL, ANY, IGNORE, NULL },
};

/* FROM ... */
static const struct dialect upper_dialects[] = {
    { "%h (%r [%i]) BY %b %{(%c) WITH SMTP %}ID %{<%}%d%{>%}%{ FOR <%>>%}%$", NULL, ANY, LOOKS_UP,
      unverified },
};

/* (from ... */
static const struct dialect bracket_dialects[] = {
    { "%H [%i]) by %b (NAVGW %~) with ", NULL, ANY, 0, NULL },
    { "%w@localhost) by %w ", NULL, ANY, IGNORE, NULL },
    { "%@@%c) by %w(jqueuemail) id %;", NULL, ANY, IGNORE, NULL },
};

/* ---- reading */

static bool microsoft_server(struct slice s)
{
    struct relay_captures c;
    return (relay_has(s, "Microsoft SMTP Server") &&
            relay_search(" with Microsoft SMTP Server %{(%c) %}%#.%#.%#.%#%e", s, 0, &c)) ||
           (relay_has(s, "mapi id") && relay_search(" with mapi id %{(%c) %}%#.%#.%#.%#%e", s, 0, &c));
}

static bool ecelerity(struct slice s)
{
    struct relay_captures c;
    return relay_has(s, "(ecelerity") && relay_search("(ecelerity%|", s, 0, &c);
}

/* who signed the line */
static enum mta mta_of(struct slice s)
{
    if (relay_has(s, " SMTPSVC"))
        return MICROSOFT_SMTPSVC;
    if (microsoft_server(s))
        return MICROSOFT_SERVER;
    if (relay_has(s, "[XMail "))
        return XMAIL;
    if (ecelerity(s))
        return ECELERITY;
    if (relay_has(s, "Exim"))
        return EXIM;
    if (relay_has(s, " (Postfix) with"))
        return POSTFIX;
    if (relay_has(s, "(Scalix SMTP Relay"))
        return SCALIX;
    return relay_has(s, " (Lotus Domino ") ? DOMINO : ANY;
}

static void keep(struct slice *to, struct slice taken)
{
    if (taken.p)
        *to = taken;
}

static void keep_all(struct relay_line *l, const struct relay_captures *c)
{
    keep(&l->ip, c->ip);
    keep(&l->rdns, c->rdns);
    keep(&l->helo, c->helo);
    keep(&l->by, c->by);
    keep(&l->ident, c->ident);
    keep(&l->id, c->id);
}

static bool fits(struct relay_line *l, const struct dialect *d)
{
    struct relay_captures c;
    if (d->needs && !relay_has(l->text, d->needs))
        return false;
    if (!(d->flags & ANYWHERE ? relay_search(d->pattern, l->text, 0, &c)
                              : relay_match(d->pattern, l->text, &c)))
        return false;
    if (d->flags & HELO_IS_RDNS)
        c.helo = c.rdns;
    if (d->then && !d->then(l, &c))
        return false;
    if (!(d->flags & IGNORE))
        keep_all(l, &c);
    l->looked_up |= (d->flags & LOOKS_UP) != 0;
    l->fetched = (d->flags & FETCHER) != 0;
    l->kind = d->flags & IGNORE ? RELAY_IGNORED : RELAY_KNOWN;
    return true;
}

static bool read_as(struct relay_line *l, const struct dialect *d, size_t n)
{
    enum mta mta = mta_of(l->text);
    for (size_t i = 0; i < n; i++)
        if ((d[i].of == ANY || d[i].of == mta) && fits(l, &d[i]))
            return true;
    return false;
}

/* The first word, which is the name that it gave itself, for lines in no dialect. */
static void loose_helo(struct relay_line *l)
{
    size_t n = 0, end = 0;
    while (n < l->text.n && l->text.p[n] != ' ') {
        char c = l->text.p[n];
        if (n && !ascii_alnum(c) && c != '-' && c != '.')
            end = n;
        n++;
    }
    if (n && n < l->text.n)
        end = n;
    if (end)
        l->helo = slice_sub(l->text, 0, end);
}

/* Perl takes "0" for nothing. */
static bool said(struct slice s)
{
    return s.n && !slice_eq(s, SLICE("0"));
}

static void read_any(struct relay_line *l)
{
    struct relay_captures c;
    if (l->ip.n == 0 && relay_search("[%i]", l->text, 0, &c))
        l->ip = c.ip;
    l->kind = l->ip.n && said(l->by) ? RELAY_KNOWN : RELAY_UNKNOWN;
}

#define READ_AS(l, rows) read_as((l), (rows), sizeof(rows) / sizeof(*(rows)))

void relay_line_read(struct relay_line *l)
{
    bool done = false;
    if (l->head == RELAY_FROM)
        done = READ_AS(l, from_dialects);
    else if (l->head == RELAY_FROM_UPPER)
        done = READ_AS(l, upper_dialects);
    else if (l->head == RELAY_FROM_BRACKET)
        done = READ_AS(l, bracket_dialects);
    if (done)
        return;
    if (l->head == RELAY_FROM && !said(l->helo))
        loose_helo(l);
    read_any(l);
}
