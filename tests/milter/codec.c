/* codec.c - the milter protocol on the wire, seen from the MTA; see codec.h */
#include "tests/milter/codec.h"

struct flag_name {
    const char *name;
    uint32_t bit;
};

static const struct flag_name action_names[] = {
    { "ADDHDRS", MT_ADDHDRS }, { "CHGBODY", MT_CHGBODY },         { "ADDRCPT", MT_ADDRCPT },
    { "DELRCPT", MT_DELRCPT }, { "CHGHDRS", MT_CHGHDRS },         { "QUARANTINE", MT_QUARANTINE },
    { "CHGFROM", MT_CHGFROM }, { "ADDRCPT_PAR", MT_ADDRCPT_PAR }, { "SETSYMLIST", MT_SETSYMLIST },
};

static const struct flag_name protocol_names[] = {
    { "NOCONNECT", MT_NOCONNECT }, { "NOHELO", MT_NOHELO },   { "NOMAIL", MT_NOMAIL },
    { "NORCPT", MT_NORCPT },       { "NOBODY", MT_NOBODY },   { "NOHDRS", MT_NOHDRS },
    { "NOEOH", MT_NOEOH },         { "NR_HDR", MT_NR_HDR },   { "NOUNKNOWN", MT_NOUNKNOWN },
    { "NODATA", MT_NODATA },       { "SKIP", MT_SKIP },       { "RCPT_REJ", MT_RCPT_REJ },
    { "NR_CONN", MT_NR_CONN },     { "NR_HELO", MT_NR_HELO }, { "NR_MAIL", MT_NR_MAIL },
    { "NR_RCPT", MT_NR_RCPT },     { "NR_DATA", MT_NR_DATA }, { "NR_UNKN", MT_NR_UNKN },
    { "NR_EOH", MT_NR_EOH },       { "NR_BODY", MT_NR_BODY }, { "HDR_LEADSPC", MT_HDR_LEADSPC },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint32_t by_name(const struct flag_name *names, size_t n, struct slice name)
{
    for (size_t i = 0; i < n; i++)
        if (slice_ieq(name, slice_str(names[i].name)))
            return names[i].bit;
    return 0;
}

uint32_t mt_action_by_name(struct slice name)
{
    return by_name(action_names, COUNT(action_names), name);
}

uint32_t mt_protocol_by_name(struct slice name)
{
    return by_name(protocol_names, COUNT(protocol_names), name);
}

void mt_actions_print(struct buf *out, uint32_t actions)
{
    for (size_t i = 0; i < COUNT(action_names); i++)
        if (actions & action_names[i].bit)
            buf_printf(out, "%s%s", out->n ? " " : "", action_names[i].name);
}

void mt_put_u32(struct buf *out, uint32_t v)
{
    unsigned char b[4] = { (unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8),
                           (unsigned char)v };
    buf_add(out, b, sizeof(b));
}

static uint32_t get_u32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

void mt_put_text(struct buf *out, struct slice s)
{
    buf_add_slice(out, s);
    buf_add(out, "", 1);
}

size_t mt_packet_begin(struct buf *out, char command)
{
    size_t at = out->n;
    mt_put_u32(out, 0);
    buf_add(out, &command, 1);
    return at;
}

void mt_packet_end(struct buf *out, size_t begun)
{
    if (out->full)
        return;
    uint32_t n = (uint32_t)(out->n - begun - 4);
    unsigned char b[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
                           (unsigned char)n };
    memcpy(out->p + begun, b, sizeof(b));
}

int mt_packet_get(struct slice *in, struct mt_packet *p)
{
    if (in->n < 4)
        return 0;
    uint32_t n = get_u32(in->p);
    if (n < 1 || n > MT_PACKET_MAX)
        return -1;
    if (in->n - 4 < n)
        return 0;
    p->command = in->p[4];
    p->data = slice_sub(*in, 5, n - 1);
    *in = slice_from(*in, 4 + (size_t)n);
    return 1;
}

bool mt_negotiation_get(struct slice data, struct mt_negotiation *n)
{
    if (data.n < 12)
        return false;
    n->version = get_u32(data.p);
    n->actions = get_u32(data.p + 4);
    n->protocol = get_u32(data.p + 8);
    n->symbols = slice_from(data, 12);
    return true;
}

/* Takes the text before the next NUL off *rest. */
static bool take_text(struct slice *rest, struct slice *text)
{
    ptrdiff_t at = slice_chr(*rest, 0);
    if (at < 0)
        return false;
    *text = slice_sub(*rest, 0, (size_t)at);
    *rest = slice_from(*rest, (size_t)at + 1);
    return true;
}

bool mt_symbols_next(struct slice *symbols, uint32_t *stage, struct slice *names)
{
    if (symbols->n < 5)
        return false;
    struct slice rest = slice_from(*symbols, 4);
    if (!take_text(&rest, names))
        return false;
    *stage = get_u32(symbols->p);
    *symbols = rest;
    return true;
}

bool mt_is_edit(char command)
{
    return command != 0 && strchr("himqp+-2be", command) != NULL;
}

bool mt_edit_get(const struct mt_packet *p, struct mt_edit *e)
{
    memset(e, 0, sizeof(*e));
    e->command = p->command;
    struct slice rest = p->data;
    switch (p->command) {
    case 'h': e->kind = MT_EDIT_ADD; break;
    case 'i': e->kind = MT_EDIT_INSERT; break;
    case 'm': e->kind = MT_EDIT_CHANGE; break;
    default:
        e->kind = MT_EDIT_OTHER;
        e->value = rest;
        return true;
    }
    if (p->command != 'h') {
        if (rest.n < 4)
            return false;
        e->index = get_u32(rest.p);
        rest = slice_from(rest, 4);
    }
    if (!take_text(&rest, &e->name) || !take_text(&rest, &e->value) || rest.n)
        return false;
    if (p->command == 'm' && e->value.n == 0)
        e->kind = MT_EDIT_DELETE;
    return true;
}

bool mt_text_get(struct slice data, struct slice *text)
{
    return take_text(&data, text) && data.n == 0;
}
