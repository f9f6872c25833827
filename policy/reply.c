/* reply.c - what the SMTP client reads; see reply.h */
#include "policy/reply.h"

#include "base/buf.h"

static const char *const reasons[CLASS_COUNT] = {
    [CLASS_CLEAN] = "Message refused",
    [CLASS_BAD_HEADER] = "Message header is malformed",
    [CLASS_SPAMMY] = "Message looks like spam",
    [CLASS_SPAM] = "Message looks like spam",
    [CLASS_DMARC_TEMPERROR] = "DMARC of the domain in the From field could not be looked up",
    [CLASS_DMARC_QUARANTINE] = "Message fails DMARC of the domain in its From field",
    [CLASS_DMARC_REJECT] = "Message fails DMARC of the domain in its From field",
    [CLASS_UNCHECKED_ENCRYPTED] = "Message has encrypted content that cannot be checked",
    [CLASS_UNCHECKED_LIMIT] = "Message is too complex to be checked",
    [CLASS_UNCHECKED_UNSUPPORTED] = "Message has content that cannot be checked",
    [CLASS_UNCHECKED_PARTIAL] = "Message is only a part and cannot be checked",
    [CLASS_UNCHECKED_REGEX] = "Message is too complex to be checked",
    [CLASS_UNCHECKED_AMBIGUOUS] = "Message structure is ambiguous",
    [CLASS_UNCHECKED_CRASH] = "Message could not be checked",
    [CLASS_UNCHECKED_FAULT] = "Message could not be checked",
    [CLASS_BANNED] = "Message has an attachment that is not accepted here",
    [CLASS_VIRUS] = "Message has dangerous content",
};

const char *reply_reason(enum verdict_class class)
{
    return reasons[class < CLASS_COUNT ? class : CLASS_CLEAN];
}

const char *reply_clean(struct arena *a, struct slice s, size_t max)
{
    char *out = arena_alloc(a, max + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < max; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= ' ' && c < 0x7f && c != '%')
            out[n++] = (char)c;
        else if (c >= 0x80)
            out[n++] = '?';
    }
    while (n && out[n - 1] == ' ')
        out[--n] = 0;
    return out;
}

const char *reply_text(struct arena *a, const char *template, enum verdict_class class, struct slice id)
{
    const struct {
        struct slice name, value;
    } words[] = {
        { SLICE("_REASON_"), slice_str(reply_reason(class)) },
        { SLICE("_CLASS_"), slice_str(verdict_classes[class < CLASS_COUNT ? class : CLASS_CLEAN].name) },
        { SLICE("_ID_"), id },
    };
    struct slice rest = slice_sub(slice_str(template), 0, 4 * REPLY_MAX);
    struct buf b;
    buf_init_in(&b, a, 64 * 1024);
    while (rest.n) {
        size_t i = 0, n_words = sizeof(words) / sizeof(words[0]);
        while (i < n_words && !slice_starts(rest, words[i].name))
            i++;
        buf_add_slice(&b, i < n_words ? slice_sub(words[i].value, 0, 64) : slice_sub(rest, 0, 1));
        rest = slice_from(rest, i < n_words ? words[i].name.n : 1);
    }
    const char *text = reply_clean(a, buf_slice(&b), REPLY_MAX);
    return *text ? text : reply_reason(class);
}
