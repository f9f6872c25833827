/* sa-fields.c - what of a header is cut into words, and under which mark; see sa-tokens.h
 * Fields of lists, of filters, of mailboxes and the Subject (which is in the text) are left out, of Received
 * all but the last two; the relays' own words are there. */
#include "config.h"
#include "scoring/sa-tokens.h"

#include "scoring/names.h"
#include "scoring/view-address.h"
#include "scoring/view-type.h"

/* ---- small patterns: steps in a row, each taking as much as it may; none needs to give back
 * A step is a literal, or min to max bytes of a set ("a-f0-9"). */

struct step {
    const char *literal, *set;
    unsigned char min, max;
};

#define LIT(text)                                                                                            \
    {                                                                                                        \
        .literal = (text)                                                                                    \
    }
#define SET(chars, least, most)                                                                              \
    {                                                                                                        \
        .set = (chars), .min = (least), .max = (most)                                                        \
    }
#define SPACE SET(" \t\n\r\f\v", 1, 1)
#define END                                                                                                  \
    {                                                                                                        \
        .min = 0                                                                                             \
    }
#define DIGITS "0-9"
#define ALNUM "a-zA-Z0-9"
#define HEX "0-9a-f"

static bool in_set(const char *set, char c)
{
    for (; *set; set++) {
        if (set[1] == '-' && set[2]) {
            if (c >= set[0] && c <= set[2])
                return true;
            set += 2;
        } else if (*set == c)
            return true;
    }
    return false;
}

/* Bytes that it takes at `at`; false: none. */
static bool take_step(const struct step *s, struct slice text, size_t *at)
{
    if (s->literal) {
        struct slice lit = slice_str(s->literal);
        if (!slice_starts(slice_from(text, *at), lit))
            return false;
        *at += lit.n;
        return true;
    }
    unsigned n = 0;
    while (n < s->max && *at + n < text.n && in_set(s->set, text.p[*at + n]))
        n++;
    *at += n;
    return n >= s->min;
}

/* Where the pattern ends that begins at `at`; 0: it does not. */
static size_t pattern_end(const struct step *s, struct slice text, size_t at)
{
    for (; s->literal || s->set; s++)
        if (!take_step(s, text, &at))
            return 0;
    return at;
}

static bool word_begins(struct slice text, size_t at)
{
    return at == 0 || !view_word(text.p[at - 1]);
}

static bool word_ends(struct slice text, size_t at)
{
    return at == text.n || !view_word(text.p[at]);
}

/* ---- texts with places replaced */

/* Where the place at `at` ends, 0: there is none; puts what stands there instead. */
typedef size_t place_fn(struct slice text, size_t at, struct buf *out);

static struct slice replaced(struct arena *a, struct slice text, place_fn *place)
{
    struct buf out;
    buf_init_in(&out, a, 4 * text.n + 64);
    for (size_t at = 0; at < text.n;) {
        size_t end = place(text, at, &out);
        if (end == 0)
            buf_add_char(&out, text.p[at++]);
        else
            at = end;
    }
    return buf_slice(&out);
}

static size_t blank_for(size_t end, struct buf *out)
{
    if (end)
        buf_add_char(out, ' ');
    return end;
}

/* ---- Received */

static const struct step smtp_id[] = { SPACE,     LIT("with"), SPACE,    LIT("SMTP"),           SPACE,
                                       LIT("id"), SPACE,       LIT("g"), SET("0-9A-Z", 10, 12), SPACE,
                                       END };
static const struct step esmtp_id[] = { SPACE, LIT("with"),           SPACE, LIT("ESMTP"), SPACE, LIT("id"),
                                        SPACE, SET("0-9A-F", 10, 12), SPACE, END };
static const struct step plain_id[] = { LIT("id"), SPACE, SET(ALNUM, 7, 20), END };
static const struct step exim_id[] = { LIT("id"),        SPACE,     SET(ALNUM, 7, 7), LIT("-"),
                                       SET(ALNUM, 6, 6), LIT("-0"), SET(ALNUM, 1, 1), END };

static size_t at_smtp_id(struct slice text, size_t at, struct buf *out)
{
    return blank_for(pattern_end(smtp_id, text, at), out);
}

static size_t at_esmtp_id(struct slice text, size_t at, struct buf *out)
{
    return blank_for(pattern_end(esmtp_id, text, at), out);
}

static size_t at_plain_id(struct slice text, size_t at, struct buf *out)
{
    size_t end = word_begins(text, at) ? pattern_end(plain_id, text, at) : 0;
    return blank_for(end && word_ends(text, end) ? end : 0, out);
}

static size_t at_exim_id(struct slice text, size_t at, struct buf *out)
{
    return blank_for(word_begins(text, at) ? pattern_end(exim_id, text, at) : 0, out);
}

/* ---- a date */

static size_t one_of(const char *const *names, struct slice text, size_t at)
{
    for (; *names; names++)
        if (slice_starts(slice_from(text, at), slice_str(*names)))
            return at + strlen(*names);
    return 0;
}

static size_t at_day_name(struct slice text, size_t at)
{
    static const char *const names[] = { "Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,", NULL };
    size_t end = one_of(names, text, at);
    return end && end < text.n && view_space(text.p[end]) ? end + 1 : 0;
}

static size_t at_day(struct slice text, size_t at)
{
    static const struct step two[] = { SET("0-3 \t\n\r\f\v", 1, 1), SET(DIGITS, 1, 1), SPACE, END };
    static const struct step one[] = { SET(DIGITS, 1, 1), SPACE, END };
    size_t end = pattern_end(two, text, at);
    return end ? end : pattern_end(one, text, at);
}

static size_t at_year(struct slice text, size_t at)
{
    static const struct step full[][4] = { { LIT("19"), SET(DIGITS, 2, 2), SPACE, END },
                                           { LIT("20"), SET(DIGITS, 2, 2), SPACE, END } };
    static const struct step brief[] = { SET(DIGITS, 2, 2), SPACE, END };
    for (size_t i = 0; i < 2; i++) {
        size_t end = pattern_end(full[i], text, at);
        if (end)
            return end;
    }
    return pattern_end(brief, text, at);
}

static size_t at_time(struct slice text, size_t at)
{
    static const struct step minutes[] = { SET("0-2", 1, 1), SET(DIGITS, 1, 1), LIT(":"),
                                           SET("0-5", 1, 1), SET(DIGITS, 1, 1), END };
    static const struct step seconds[] = { LIT(":"), SET("0-5", 1, 1), SET(DIGITS, 1, 1), END };
    size_t end = pattern_end(minutes, text, at), more = end ? pattern_end(seconds, text, end) : 0;
    end = more ? more : end;
    return end && end < text.n && view_space(text.p[end]) ? end + 1 : 0;
}

/* One of: ( behind blanks, ), +0100, UT, two or three capitals and a T. */
static size_t at_zone(struct slice text, size_t at)
{
    static const struct step offset[] = { SET("+-", 1, 1), SET(DIGITS, 4, 4), END };
    size_t i = at, end;
    if (at < text.n && text.p[at] == ')')
        return at + 1;
    while (i < text.n && view_space(text.p[i]))
        i++;
    if (i < text.n && text.p[i] == '(')
        return i + 1;
    end = pattern_end(offset, text, i);
    if (end || slice_starts(slice_from(text, i), SLICE("UT")))
        return end ? end : i + 2;
    size_t capitals = 0;
    while (capitals < 4 && i + capitals < text.n && in_set("A-Z", text.p[i + capitals]))
        capitals++;
    for (size_t n = capitals; n >= 3; n--)
        if (text.p[i + n - 1] == 'T')
            return i + n;
    return 0;
}

static size_t date_from(struct slice text, size_t at)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "May", "Apr", "Jun", "Jul",
                                          "Aug", "Sep", "Oct", "Nov", "Dec", NULL };
    size_t end = at_day(text, at);
    end = end ? one_of(months, text, end) : 0;
    end = end && end < text.n && view_space(text.p[end]) ? at_year(text, end + 1) : 0;
    end = end ? at_time(text, end) : 0;
    for (size_t more = end; more; more = at_zone(text, end))
        end = more;
    return end;
}

static size_t at_date(struct slice text, size_t at, struct buf *out)
{
    (void)out;
    size_t named = at_day_name(text, at), end = named ? date_from(text, named) : 0;
    return end ? end : date_from(text, at);
}

/* ---- addresses and words of little worth */

/* 192.0.2.1: the network, and the whole as "ip*192.0.2.1" */
static size_t at_ip(struct slice text, size_t at, struct buf *out)
{
    static const struct step three[] = { SET(DIGITS, 1, 3), LIT("."),          SET(DIGITS, 1, 3),
                                         LIT("."),          SET(DIGITS, 1, 3), END };
    static const struct step last[] = { LIT("."), SET(DIGITS, 1, 3), END };
    size_t network = word_begins(text, at) ? pattern_end(three, text, at) : 0;
    size_t end = network ? pattern_end(last, text, network) : 0;
    if (end == 0 || !word_ends(text, end))
        return 0;
    buf_add(out, text.p + at, network - at);
    buf_add_str(out, " ip*");
    buf_add(out, text.p + at, end - at);
    buf_add_char(out, ' ');
    return end;
}

static size_t at_word(const char *const *words, struct slice text, size_t at, struct buf *out)
{
    size_t end = word_begins(text, at) ? one_of(words, text, at) : 0;
    return blank_for(end && word_ends(text, end) ? end : 0, out);
}

static size_t at_relay_word(struct slice text, size_t at, struct buf *out)
{
    static const char *const words[] = { "with", "from", "for", "SMTP", "ESMTP", NULL };
    return at_word(words, text, at, out);
}

static struct slice received(struct arena *a, struct slice value)
{
    static place_fn *const places[] = { at_smtp_id, at_esmtp_id, at_plain_id,  at_exim_id,
                                        at_date,    at_ip,       at_relay_word };
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
        value = replaced(a, value, places[i]);
    return value;
}

/* ---- Message-ID */

/* Outlook's: what it is made of */
static size_t at_outlook_id(struct slice text, size_t at, struct buf *out)
{
    static const struct step id[] = { LIT("<"), SET(HEX, 12, 12), LIT("$"), SET(HEX, 8, 8),
                                      LIT("$"), SET(HEX, 8, 8),   LIT("@"), END };
    size_t host = pattern_end(id, text, at), end = host;
    while (host && end < text.n && !view_space(text.p[end]))
        end++;
    while (end > host && text.p[end - 1] != '>')
        end--;
    if (host == 0 || end < host + 2)
        return 0;
    buf_printf(out, " OEA%.4s OEB%.4s OEC%.8s ", text.p + at + 1, text.p + at + 14, text.p + at + 23);
    buf_add(out, text.p + host, end - 1 - host);
    buf_add_char(out, ' ');
    return end;
}

static size_t at_sendmail_id(struct slice text, size_t at, struct buf *out)
{
    static const struct step id[] = {
        LIT("<20"),       SET(DIGITS, 2, 2),     SET("01", 1, 1),  SET(DIGITS, 1, 1),
        SET("0-3", 1, 1), SET(DIGITS, 1, 1),     SET("0-2", 1, 1), SET(DIGITS, 1, 1),
        SET("0-5", 1, 1), SET(DIGITS, 1, 1),     SET("0-5", 1, 1), SET(DIGITS, 1, 1),
        LIT("."),         SET("A-F0-9", 10, 12), LIT("@"),         END
    };
    (void)out;
    return pattern_end(id, text, at);
}

/* Exim's, the first */
static struct slice without_exim_id(struct arena *a, struct slice text)
{
    static const struct step id[] = { LIT("<"),  SET(ALNUM, 7, 7), LIT("-"), SET(ALNUM, 6, 6),
                                      LIT("-0"), SET(ALNUM, 1, 1), LIT("@"), END };
    for (size_t at = 0; at < text.n; at++) {
        size_t end = pattern_end(id, text, at);
        if (end)
            return arena_printf(a, "%.*s%.*s", SLICE_ARG(slice_sub(text, 0, at)),
                                SLICE_ARG(slice_from(text, end)));
    }
    return text;
}

static struct slice message_id(struct arena *a, struct slice value)
{
    value = replaced(a, value, at_outlook_id);
    value = without_exim_id(a, value);
    value = replaced(a, value, at_sendmail_id);
    char *out = arena_alloc(a, value.n);
    for (size_t i = 0; i < value.n; i++)
        out[i] = view_word(value.p[i]) ? value.p[i] : ' ';
    return slice_of(out, value.n);
}

/* ---- Content-Type */

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* boundary="...": where the text ends; 0: it is none */
static size_t boundary_at(struct slice text, size_t at)
{
    static const struct slice name = SLICE_INIT("boundary=");
    size_t from = at + name.n, end;
    if (!slice_istarts(slice_from(text, at), name) || from >= text.n || !is_quote(text.p[from]))
        return 0;
    for (end = from + 1; end < text.n; end++)
        if (is_quote(text.p[end]))
            return end + 1;
    return 0;
}

static size_t at_boundary(struct slice text, size_t at, struct buf *out)
{
    return blank_for(boundary_at(text, at), out);
}

static bool is_separator(char c)
{
    return c && strchr("-_.=", c);
}

/* The shape of it: digits are an H each, runs of what is between stand apart. */
static void put_shape(struct buf *out, struct slice boundary)
{
    for (size_t i = 0; i < boundary.n; i++) {
        bool now = is_separator(boundary.p[i]), before = i && is_separator(boundary.p[i - 1]);
        if (now != before)
            buf_add_char(out, ' ');
        buf_add_char(out, ascii_hex(boundary.p[i]) >= 0 ? 'H' : boundary.p[i]);
    }
    if (boundary.n && is_separator(boundary.p[boundary.n - 1]))
        buf_add_char(out, ' ');
}

static size_t at_type_word(struct slice text, size_t at, struct buf *out)
{
    static const char *const words[] = { "text", "charset", NULL };
    return at_word(words, text, at, out);
}

static struct slice content_type(struct arena *a, struct slice value)
{
    struct slice last = SLICE("");
    struct buf out;
    for (size_t at = 0; at < value.n; at++) {
        size_t end = boundary_at(value, at);
        if (end == 0)
            continue;
        last = slice_sub(value, at + 10, end - 1 - (at + 10));
        at = end - 1;
    }
    buf_init_in(&out, a, 4 * value.n + 64);
    buf_add_slice(&out, replaced(a, value, at_boundary));
    put_shape(&out, last);
    return replaced(a, buf_slice(&out), at_type_word);
}

/* ---- addresses */

static void put_word(void *ctx, struct slice mark, struct slice word)
{
    struct buf *out = ctx;
    buf_add_char(out, ' ');
    buf_add_slice(out, mark);
    buf_add_slice(out, word);
}

static void put_name(struct buf *out, struct slice name)
{
    size_t i = 0;
    while (i < name.n) {
        size_t begin = i;
        while (i < name.n && !view_space(name.p[i]))
            i++;
        if (i > begin)
            put_word(out, SLICE("N*"), slice_sub(name, begin, i - begin));
        i++;
    }
}

static struct slice addresses(struct arena *a, struct slice value)
{
    struct view_addresses list;
    struct buf out;
    view_addresses_parse(&list, a, value);
    buf_init_in(&out, a, 256 * 1024);
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].has_phrase)
            put_name(&out, list.v[i].phrase);
        if (list.v[i].has_address)
            sa_address_words(list.v[i].address, put_word, &out);
    }
    return buf_slice(&out);
}

/* ---- which fields */

enum how { AS_IT_IS, LEFT_OUT, ID, ADDRESSES, RECEIVED, CONTENT_TYPE, MIME_VERSION, RELAYS };

static bool is_in(const char *list, struct slice name)
{
    struct slice rest = slice_str(list), one;
    while (slice_cut(&rest, ' ', &one))
        if (one.n && slice_ieq(one, name))
            return true;
    return false;
}

static struct slice without(struct slice name, struct slice head)
{
    return slice_istarts(name, head) ? slice_from(name, head.n) : name;
}

/* Names with and without X- in front, then those that are written one way alone. */
static bool is_left_out(struct slice name)
{
    static const char either[] =
        "Sender Envelope-To Mailing-List List-Archive List-Help List-Id List-Owner "
        "List-Post List-Subscribe List-Unsubscribe List-Host List-Manager List-Admin "
        "List-Comment List-Name List-Url Resent-From Resent-To Resent-Date "
        "Original-From Original-To Original-Date Spam-Apparently-To Status Spam";
    static const char one[] =
        "Delivered-To Delivery-Date X-MIME-Autoconverted X-Converted-To-Plain-Text Subject Date X-List "
        "X-Unsub X-Unsubscribe X-Mailman-Version X-BeenThere X-Loop Mail-Followup-To X-eGroups-Return "
        "X-eGroups-From X-MDMailing-List X-XEmacs-List X-Sympa-To X-MailScanner X-MailScanner-SpamCheck "
        "X-Antispam X-RBL-Warning X-MDaemon-Deliver-To X-Virus-Scanned X-Mass-Check-Id X-Pyzor X-Filtered-By "
        "X-Scanned-By X-Scanner X-AP-Spam-Score X-AP-Spam-Status X-RIPE-Spam-Status X-SMTPD SPAM "
        "X-Perlmx-Spam X-Bogosity Content-Class Thread-Index Thread-Topic X-OriginalArrivalTime "
        "X-Original-Arrival-Time X-Flags X-Keywords Replied Forwarded Lines Content-Length X-UID X-UIDL "
        "X-IMAPbase X-VM-Bookmark X-VM-POP-Retrieved X-VM-IMAP-Retrieved X-VM-Labels X-VM-Last-Modified "
        "X-VM-Summary-Format X-VM-VHeader X-VM-Message-Order X-Gnus-Mail-Source Xref";
    return is_in(either, without(name, SLICE("X-"))) || is_in(one, name) ||
           slice_istarts(name, SLICE("X-SpamCop-")) || slice_istarts(name, SLICE("X-Bugzilla-")) ||
           (slice_istarts(name, SLICE("X-DCC-")) && slice_iends(name, SLICE("-Metrics")));
}

/* There, only their presence is a word; and that is too short to be one. */
static bool is_noise(struct slice name)
{
    return is_in("X-Face X-GnuPG-Fingerprint X-Gnu-PG-Fingerprint X-PGP-Fingerprint X-GPG-Fingerprint "
                 "X-GnuPG-Key-Fingerprint X-Gnu-PG-Key-Fingerprint X-PGP-Key-Fingerprint "
                 "X-GPG-Key-Fingerprint DKIM-Signature DomainKey-Signature X-Google-DKIM-Signature "
                 "ARC-Message-Signature ARC-Seal Autocrypt",
                 name);
}

static struct slice plain_name(struct slice name)
{
    struct slice rest = without(name, SLICE("X-"));
    return rest.n < name.n ? rest : without(name, SLICE("Resent-"));
}

static enum how how_of(struct slice name)
{
    if (is_left_out(name) || is_noise(name))
        return LEFT_OUT;
    if (is_in("Message-Id", plain_name(name)))
        return ID;
    if (is_in("Return-Path From To Cc Reply-To Errors-To Mail-Followup-To Sender", plain_name(name)))
        return ADDRESSES;
    return slice_eq(name, SLICE("Received"))             ? RECEIVED
           : slice_eq(name, SLICE("Content-Type"))       ? CONTENT_TYPE
           : slice_eq(name, SLICE("MIME-Version"))       ? MIME_VERSION
           : slice_starts(name, SLICE("x-spam-relays-")) ? RELAYS
                                                         : AS_IT_IS;
}

/* " rdns=" and its like are no words */
static size_t at_relay_key(struct slice text, size_t at, struct buf *out)
{
    size_t end = at + 1;
    if (text.p[at] != ' ')
        return 0;
    while (end < text.n && in_set("a-z", text.p[end]))
        end++;
    return blank_for(end > at + 1 && end < text.n && text.p[end] == '=' ? end + 1 : 0, out);
}

static struct slice without_version(struct arena *a, struct slice value)
{
    ptrdiff_t at = slice_find(value, SLICE("1.0"));
    return at < 0 ? value
                  : arena_printf(a, "%.*s%.*s", SLICE_ARG(slice_sub(value, 0, (size_t)at)),
                                 SLICE_ARG(slice_from(value, (size_t)at + 3)));
}

static struct slice prepared(struct arena *a, enum how how, struct slice value)
{
    switch (how) {
    case ID: return message_id(a, value);
    case ADDRESSES: return addresses(a, value);
    case RECEIVED: return received(a, value);
    case CONTENT_TYPE: return content_type(a, value);
    case MIME_VERSION: return without_version(a, value);
    case RELAYS: return replaced(a, value, at_relay_key);
    case AS_IT_IS:
    case LEFT_OUT: break;
    }
    return value;
}

/* ---- marks */

static const struct {
    struct slice name, mark;
} brief[] = {
    { SLICE_INIT("Message-Id"), SLICE_INIT("*m") },
    { SLICE_INIT("Message-ID"), SLICE_INIT("*M") },
    { SLICE_INIT("Received"), SLICE_INIT("*r") },
    { SLICE_INIT("User-Agent"), SLICE_INIT("*u") },
    { SLICE_INIT("References"), SLICE_INIT("*f") },
    { SLICE_INIT("In-Reply-To"), SLICE_INIT("*i") },
    { SLICE_INIT("From"), SLICE_INIT("*F") },
    { SLICE_INIT("Reply-To"), SLICE_INIT("*R") },
    { SLICE_INIT("Return-Path"), SLICE_INIT("*p") },
    { SLICE_INIT("Return-path"), SLICE_INIT("*rp") },
    { SLICE_INIT("X-Mailer"), SLICE_INIT("*x") },
    { SLICE_INIT("X-Authentication-Warning"), SLICE_INIT("*a") },
    { SLICE_INIT("Organization"), SLICE_INIT("*o") },
    { SLICE_INIT("Organisation"), SLICE_INIT("*o") },
    { SLICE_INIT("Content-Type"), SLICE_INIT("*ct") },
    { SLICE_INIT("Content-Disposition"), SLICE_INIT("*cd") },
    { SLICE_INIT("Content-Transfer-Encoding"), SLICE_INIT("*ce") },
    { SLICE_INIT("x-spam-relays-trusted"), SLICE_INIT("*RT") },
    { SLICE_INIT("x-spam-relays-untrusted"), SLICE_INIT("*RU") },
};

/* A mark is as the name is written. */
static struct slice mark_of(struct arena *a, struct slice name)
{
    for (size_t i = 0; i < sizeof(brief) / sizeof(*brief); i++)
        if (slice_eq(name, brief[i].name))
            name = brief[i].mark;
    return arena_printf(a, "H%.*s:", SLICE_ARG(name));
}

/* One for several fields together; empty: none */
static struct slice common_mark(struct slice name)
{
    return is_in("In-Reply-To References Message-ID", name) ? SLICE("H*MI:")
           : is_in("From To Cc", name)                      ? SLICE("H*Ad:")
           : is_in("X-Mailer User-Agent", name)             ? SLICE("H*UA:")
                                                            : SLICE("");
}

static void add_field(struct sa_tokens *t, struct slice name, struct slice value)
{
    enum how how = how_of(name);
    if (how == LEFT_OUT || (t->ignored && names_find(t->ignored, arena_lower(t->a, name)) != NAMES_NONE))
        return;
    struct slice text = prepared(t->a, how, value), common = common_mark(name);
    sa_words(t, text, mark_of(t->a, name), SA_FIELD);
    if (common.n)
        sa_words(t, text, common, SA_FIELD);
}

/* ---- all */

static void add_line(struct sa_tokens *t, struct slice line)
{
    struct slice rest = slice_chomp(line), name;
    if (slice_cut(&rest, ':', &name) && rest.p)
        add_field(t, name, rest);
}

/* What no field says; names in lower case there. */
static void add_relays(struct sa_tokens *t, struct views *v)
{
    static const char *const names[] = { "X-Spam-Relays-Trusted", "X-Spam-Relays-Untrusted",
                                         "X-Spam-Relays-Internal", "X-Spam-Relays-External" };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct slice name = slice_str(names[i]), text = views_get(v, name)->text;
        add_field(t, arena_lower(t->a, name), arena_printf(t->a, " %.*s", SLICE_ARG(text)));
    }
}

void sa_fields(struct sa_tokens *t, struct views *v)
{
    const struct view_header *all = views_get(v, SLICE("ALL"));
    struct slice last[2] = { { NULL, 0 }, { NULL, 0 } };
    for (size_t i = 0; i < all->n; i++) {
        if (!slice_istarts(all->v[i], SLICE("Received:"))) {
            add_line(t, all->v[i]);
            continue;
        }
        last[0] = last[1];
        last[1] = all->v[i];
    }
    add_relays(t, v);
    for (size_t i = 0; i < 2; i++)
        if (last[i].n)
            add_line(t, last[i]);
}
