/* client.c - what an MTA says to a milter, and what it makes of the answers; see client.h
 * One row a command: which flag of the filter makes us not send it, which makes us not wait, whose macros
 * go before it. */
#include "tests/milter/client.h"

#include <unistd.h>
#include "tests/milter/transport.h"

#define IN_MAX (2 * MT_PACKET_MAX)
#define MACROS_MAX (16 << 20)

struct command_row {
    char command;
    int stage; /* -1: no macros */
    uint32_t not_sent, no_reply;
};

static const struct command_row rows[] = {
    { 'C', MT_AT_CONNECT, MT_NOCONNECT, MT_NR_CONN },
    { 'H', MT_AT_HELO, MT_NOHELO, MT_NR_HELO },
    { 'M', MT_AT_MAIL, MT_NOMAIL, MT_NR_MAIL },
    { 'R', MT_AT_RCPT, MT_NORCPT, MT_NR_RCPT },
    { 'T', MT_AT_DATA, MT_NODATA, MT_NR_DATA },
    { 'L', -1, MT_NOHDRS, MT_NR_HDR },
    { 'N', MT_AT_EOH, MT_NOEOH, MT_NR_EOH },
    { 'B', -1, MT_NOBODY, MT_NR_BODY },
    { 'E', MT_AT_EOM, 0, 0 },
    { 'U', -1, MT_NOUNKNOWN, MT_NR_UNKN },
};

static const char *const postfix_macros[MT_STAGES] = {
    [MT_AT_CONNECT] = "j {daemon_name} {daemon_addr} v _",
    [MT_AT_HELO] = "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
    [MT_AT_MAIL] = "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
    [MT_AT_RCPT] = "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
    [MT_AT_DATA] = "i",
    [MT_AT_EOM] = "i",
    [MT_AT_EOH] = "i",
};

static const char *const sendmail_macros[MT_STAGES] = {
    [MT_AT_CONNECT] = "j _ {daemon_name} {if_name} {if_addr}",
    [MT_AT_HELO] = "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
    [MT_AT_MAIL] =
        "i {auth_type} {auth_authen} {auth_ssf} {auth_author} {mail_mailer} {mail_host} {mail_addr}",
    [MT_AT_RCPT] = "{rcpt_mailer} {rcpt_host} {rcpt_addr}",
    [MT_AT_DATA] = "",
    [MT_AT_EOM] = "i {msg_id}",
    [MT_AT_EOH] = "",
};

void mt_client_init(struct mt_client *c, unsigned timeout_ms)
{
    memset(c, 0, sizeof(*c));
    c->fd = -1;
    c->cut_at = -1;
    c->timeout_ms = timeout_ms;
    arena_init(&c->arena, MACROS_MAX);
    buf_init(&c->out, SIZE_MAX / 2);
    buf_init(&c->in, IN_MAX);
}

void mt_client_close(struct mt_client *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    buf_reset(&c->out);
    buf_reset(&c->in);
    c->in_at = 0;
    c->peer_closed = c->timed_out = false;
}

void mt_client_deinit(struct mt_client *c)
{
    mt_client_close(c);
    buf_deinit(&c->out);
    buf_deinit(&c->in);
    arena_deinit(&c->arena);
}

void mt_client_new_message(struct mt_client *c)
{
    c->skip_body = c->skip_headers = false;
}

static struct mt_macro *macro_named(struct mt_client *c, struct slice name)
{
    for (struct mt_macro *m = c->macros; m; m = m->next)
        if (slice_eq(m->name, name))
            return m;
    struct mt_macro *m = ARENA_NEW(&c->arena, struct mt_macro);
    m->name = arena_dup(&c->arena, name);
    m->next = c->macros;
    return c->macros = m;
}

void mt_client_macro(struct mt_client *c, struct slice name, struct slice value)
{
    struct mt_macro *m = macro_named(c, name);
    if (m->fixed)
        return;
    if (value.n > m->room) { /* else the same place again: a busy client sets many */
        m->value.p = arena_alloc(&c->arena, value.n * 2);
        m->room = value.n * 2;
    }
    if (value.n)
        memcpy((char *)(uintptr_t)m->value.p, value.p, value.n);
    m->value.n = value.n;
}

void mt_client_fix_macro(struct mt_client *c, struct slice name, struct slice value)
{
    struct mt_macro *m = macro_named(c, name);
    m->fixed = false;
    mt_client_macro(c, name, value);
    m->fixed = true;
}

void mt_client_default_macros(struct mt_client *c, struct slice host, struct slice address)
{
    mt_client_macro(c, SLICE("j"), SLICE("mx.example.net"));
    mt_client_macro(c, SLICE("{daemon_name}"), SLICE("mx.example.net"));
    mt_client_macro(c, SLICE("{daemon_addr}"), SLICE("198.51.100.25"));
    mt_client_macro(c, SLICE("v"), SLICE("Postfix 3.7.11"));
    mt_client_macro(c, SLICE("{client_addr}"), address);
    mt_client_macro(c, SLICE("{client_name}"), host);
    mt_client_macro(c, SLICE("{client_ptr}"), host);
    mt_client_macro(c, SLICE("{client_port}"), SLICE("40404"));
    struct buf b;
    buf_init(&b, 4096);
    buf_printf(&b, "%.*s [%.*s]", SLICE_ARG(host), SLICE_ARG(address));
    mt_client_macro(c, SLICE("_"), buf_slice(&b));
    buf_deinit(&b);
}

static struct slice macro_value(const struct mt_client *c, struct slice name)
{
    for (const struct mt_macro *m = c->macros; m; m = m->next)
        if (slice_eq(m->name, name))
            return m->value;
    return (struct slice){ NULL, 0 };
}

/* A D packet with those macros that have a value; none when none has. */
static void put_macros(struct mt_client *c, char command, enum mt_stage stage)
{
    struct slice names = c->wanted[stage], name;
    size_t begun = mt_packet_begin(&c->out, 'D'), empty;
    buf_add(&c->out, &command, 1);
    empty = c->out.n;
    while (slice_cut(&names, ' ', &name)) {
        struct slice value = macro_value(c, name);
        if (name.n == 0 || value.n == 0)
            continue;
        mt_put_text(&c->out, name);
        mt_put_text(&c->out, value);
    }
    if (c->out.n == empty)
        c->out.n = begun;
    else
        mt_packet_end(&c->out, begun);
}

static int take_symbols(struct mt_client *c, struct err *e)
{
    struct slice symbols = c->got.symbols, names;
    uint32_t stage;
    while (mt_symbols_next(&symbols, &stage, &names)) {
        if (stage >= MT_STAGES)
            return err_set(e, ERR_INPUT, "macro list for the unknown stage %u", stage);
        c->wanted[stage] = arena_dup(&c->arena, names);
    }
    if (symbols.n)
        return err_set(e, ERR_INPUT, "bytes behind the negotiation that are no macro list");
    return 0;
}

int mt_client_negotiate(struct mt_client *c, const struct mt_offer *offer, struct err *e)
{
    c->offer = *offer;
    const char *const *macros = offer->sendmail ? sendmail_macros : postfix_macros;
    for (int i = 0; i < MT_STAGES; i++)
        c->wanted[i] = slice_str(macros[i]);
    size_t begun = mt_packet_begin(&c->out, 'O');
    mt_put_u32(&c->out, offer->version);
    mt_put_u32(&c->out, offer->actions);
    mt_put_u32(&c->out, offer->protocol);
    mt_packet_end(&c->out, begun);
    struct mt_packet p;
    if (mt_transport_read(c, &p, e) != 0)
        return -1;
    if (p.command != 'O' || !mt_negotiation_get(p.data, &c->got))
        return err_set(e, ERR_INPUT, "no negotiation but a packet '%c' of %zu bytes", p.command, p.data.n);
    if (c->got.version < 2 || c->got.version > offer->version)
        return err_set(e, ERR_INPUT, "the filter speaks version %u where %u was offered", c->got.version,
                       offer->version);
    if (c->got.actions & ~offer->actions || c->got.protocol & ~offer->protocol)
        return err_set(e, ERR_INPUT,
                       "the filter wants more than was offered: actions 0x%x of 0x%x, steps 0x%x of 0x%x",
                       c->got.actions, offer->actions, c->got.protocol, offer->protocol);
    return take_symbols(c, e);
}

static struct slice undouble_percent(struct arena *a, struct slice s)
{
    char *p = arena_str(a, s);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%' && ++i == s.n)
            break;
        p[n++] = s.p[i];
    }
    return slice_of(p, n);
}

/* One edit, quarantine or progress before the verdict. Which of them the filter may use it said at the start.
 */
static int take_edit(struct mt_client *c, const struct mt_packet *p, struct arena *a,
                     struct mt_answer *answer, struct err *e)
{
    static const struct {
        char command;
        uint32_t action;
    } needs[] = { { 'h', MT_ADDHDRS },     { 'i', MT_ADDHDRS }, { 'm', MT_CHGHDRS },
                  { 'q', MT_QUARANTINE },  { '+', MT_ADDRCPT }, { '-', MT_DELRCPT },
                  { '2', MT_ADDRCPT_PAR }, { 'b', MT_CHGBODY }, { 'e', MT_CHGFROM } };
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
        if (needs[i].command == p->command && !(c->got.actions & needs[i].action))
            return err_set(e, ERR_INPUT, "the filter did '%c' and had not asked for it", p->command);
    if (p->command == 'p') {
        answer->progress++;
        return 0;
    }
    struct mt_packet kept = { p->command, arena_dup(a, p->data) };
    if (p->command == 'q') {
        answer->quarantined = true;
        return mt_text_get(kept.data, &answer->quarantine)
                   ? 0
                   : err_set(e, ERR_INPUT, "the reason of a quarantine does not end with its only NUL");
    }
    struct mt_edit *edit = ARENA_NEW(a, struct mt_edit);
    if (!mt_edit_get(&kept, edit))
        return err_set(e, ERR_INPUT, "an edit '%c' that does not have the form of one", p->command);
    *answer->tail = edit;
    answer->tail = &edit->next;
    answer->n_edits++;
    return 0;
}

static int take_answer(struct mt_client *c, bool eom, struct arena *a, struct mt_answer *answer,
                       struct err *e)
{
    for (;;) {
        struct mt_packet p;
        if (mt_transport_read(c, &p, e) != 0)
            return -1;
        if (mt_is_edit(p.command)) {
            if (!eom)
                return err_set(e, ERR_INPUT, "an edit '%c' before the end of the message", p.command);
            if (take_edit(c, &p, a, answer, e) != 0)
                return -1;
            continue;
        }
        answer->kind = p.command;
        if (p.command == 'y') {
            struct slice text;
            if (!mt_text_get(p.data, &text))
                return err_set(e, ERR_INPUT, "a reply code that does not end with its only NUL");
            answer->text = undouble_percent(a, text);
        } else if (p.command == 0 || strchr("acdfrst", p.command) == NULL)
            return err_set(e, ERR_INPUT, "an answer 0x%02x that is none", (unsigned char)p.command);
        else if (p.command == 's' && !(c->got.protocol & MT_SKIP))
            return err_set(e, ERR_INPUT, "the filter said skip and had not asked for it");
        return 0;
    }
}

static const struct command_row *row_of(char command)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].command == command)
            return &rows[i];
    return NULL;
}

int mt_client_command(struct mt_client *c, char command, struct slice data, struct arena *a,
                      struct mt_answer *answer, struct err *e)
{
    const struct command_row *row = row_of(command);
    memset(answer, 0, sizeof(*answer));
    answer->tail = &answer->edits;
    if (row && c->got.protocol & row->not_sent)
        return 0;
    if (row && row->stage >= 0)
        put_macros(c, command, (enum mt_stage)row->stage);
    size_t begun = mt_packet_begin(&c->out, command);
    buf_add_slice(&c->out, data);
    mt_packet_end(&c->out, begun);
    if (row && c->got.protocol & row->no_reply)
        return c->out.n < MT_CHUNK ? 0 : mt_client_flush(c, e);
    return take_answer(c, command == 'E', a, answer, e);
}

int mt_client_connect(struct mt_client *c, struct slice host, char family, unsigned port,
                      struct slice address, struct arena *a, struct mt_answer *answer, struct err *e)
{
    struct buf b;
    buf_init_in(&b, a, 1 << 20);
    mt_put_text(&b, host);
    buf_add(&b, &family, 1);
    if (family != 'U') {
        unsigned char p[2] = { (unsigned char)(port >> 8), (unsigned char)port };
        buf_add(&b, p, sizeof(p));
        mt_put_text(&b, address);
    }
    return mt_client_command(c, 'C', buf_slice(&b), a, answer, e);
}

int mt_client_address(struct mt_client *c, char command, struct slice arguments, struct arena *a,
                      struct mt_answer *answer, struct err *e)
{
    struct buf b;
    buf_init_in(&b, a, 1 << 20);
    struct slice argument;
    /* the address may hold blanks; it ends with the last > */
    size_t n = arguments.n;
    for (size_t i = 0; i < arguments.n; i++)
        if (arguments.p[i] == '>')
            n = i + 1;
    mt_put_text(&b, slice_sub(arguments, 0, n));
    struct slice rest = slice_trim(slice_from(arguments, n));
    while (rest.n && slice_cut(&rest, ' ', &argument))
        mt_put_text(&b, argument);
    return mt_client_command(c, command, buf_slice(&b), a, answer, e);
}

int mt_client_header(struct mt_client *c, struct slice name, struct slice value, struct arena *a,
                     struct mt_answer *answer, struct err *e)
{
    struct buf b;
    buf_init_in(&b, a, SIZE_MAX / 2);
    if (!(c->got.protocol & MT_HDR_LEADSPC) && value.n && value.p[0] == ' ')
        value = slice_from(value, 1);
    mt_put_text(&b, name);
    mt_put_text(&b, value);
    if (c->skip_headers) {
        memset(answer, 0, sizeof(*answer));
        return 0;
    }
    int r = mt_client_command(c, 'L', buf_slice(&b), a, answer, e);
    c->skip_headers = r == 0 && answer->kind == 's';
    return r;
}

int mt_client_body(struct mt_client *c, struct slice body, struct arena *a, struct mt_answer *answer,
                   struct err *e)
{
    memset(answer, 0, sizeof(*answer));
    for (size_t at = 0; at < body.n && !c->skip_body; at += MT_CHUNK) {
        if (mt_client_command(c, 'B', slice_sub(body, at, MT_CHUNK), a, answer, e) != 0)
            return -1;
        c->skip_body = answer->kind == 's';
        if (answer->kind != 0 && answer->kind != 'c')
            break;
    }
    return 0;
}

int mt_client_end(struct mt_client *c, struct slice last, struct arena *a, struct mt_answer *answer,
                  struct err *e)
{
    if (c->skip_body)
        last.n = 0;
    return mt_client_command(c, 'E', last, a, answer, e);
}

int mt_client_tell(struct mt_client *c, char command, struct err *e)
{
    size_t begun = mt_packet_begin(&c->out, command);
    mt_packet_end(&c->out, begun);
    return mt_client_flush(c, e);
}

int mt_client_raw(struct mt_client *c, struct slice bytes, struct err *e)
{
    buf_add_slice(&c->out, bytes);
    if (mt_client_flush(c, e) == 0)
        return 0;
    /* who talks nonsense may be hung up on before it is all said */
    buf_reset(&c->out);
    return c->peer_closed ? 0 : -1;
}
