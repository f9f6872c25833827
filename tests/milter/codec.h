/* codec.h - the milter protocol on the wire, seen from the MTA
 * A packet is a 32-bit length in network order, one command byte, and length - 1 bytes of data. The client
 * (client.h) speaks what Postfix and Sendmail speak: protocol version 6. This is a codec of its own, on
 * purpose: libmilter must not test itself. Does no I/O.
 * Numbers are those that both MTAs use; there is no RFC. */
#ifndef TESTS_MILTER_CODEC_H
#define TESTS_MILTER_CODEC_H

#include "base/buf.h"

#define MT_VERSION 6
#define MT_CHUNK 65535          /* most body bytes in one packet */
#define MT_PACKET_MAX (1 << 20) /* of an answer that we accept */

/* what a filter may do; it asks for a part of what the MTA offers */
enum {
    MT_ADDHDRS = 0x01,
    MT_CHGBODY = 0x02,
    MT_ADDRCPT = 0x04,
    MT_DELRCPT = 0x08,
    MT_CHGHDRS = 0x10,
    MT_QUARANTINE = 0x20,
    MT_CHGFROM = 0x40,
    MT_ADDRCPT_PAR = 0x80,
    MT_SETSYMLIST = 0x100,
    MT_ACTIONS_ALL = 0x1ff,
};

/* what the MTA need not send (NO*) or gets no answer to (NR_*), and what it understands */
enum {
    MT_NOCONNECT = 0x01,
    MT_NOHELO = 0x02,
    MT_NOMAIL = 0x04,
    MT_NORCPT = 0x08,
    MT_NOBODY = 0x10,
    MT_NOHDRS = 0x20,
    MT_NOEOH = 0x40,
    MT_NR_HDR = 0x80,
    MT_NOUNKNOWN = 0x100,
    MT_NODATA = 0x200,
    MT_SKIP = 0x400,
    MT_RCPT_REJ = 0x800,
    MT_NR_CONN = 0x1000,
    MT_NR_HELO = 0x2000,
    MT_NR_MAIL = 0x4000,
    MT_NR_RCPT = 0x8000,
    MT_NR_DATA = 0x10000,
    MT_NR_UNKN = 0x20000,
    MT_NR_EOH = 0x40000,
    MT_NR_BODY = 0x80000,
    MT_HDR_LEADSPC = 0x100000,
    MT_PROTOCOL_ALL = 0x1fffff,
};

/* Name of one flag ("ADDHDRS", "NR_HDR"), of actions or of protocol steps; 0 when there is none. */
uint32_t mt_action_by_name(struct slice name);
uint32_t mt_protocol_by_name(struct slice name);
/* "ADDHDRS CHGHDRS", in order of the bits */
void mt_actions_print(struct buf *out, uint32_t actions);

/* Writing: begin, add data with buf_add*, end. */
size_t mt_packet_begin(struct buf *out, char command);
void mt_packet_end(struct buf *out, size_t begun);
void mt_put_u32(struct buf *out, uint32_t v);
void mt_put_text(struct buf *out, struct slice s); /* s and a NUL */

struct mt_packet {
    char command;
    struct slice data;
};
/* Takes one packet off *in: 1; 0: more bytes are needed; -1: the length cannot be (0 or above MT_PACKET_MAX).
 */
int mt_packet_get(struct slice *in, struct mt_packet *p);

struct mt_negotiation {
    uint32_t version, actions, protocol;
    struct slice symbols; /* lists of macro names behind the flags; mt_symbols_next */
};
bool mt_negotiation_get(struct slice data, struct mt_negotiation *n);
/* Takes one list off *symbols: the stage (0 connect, 1 helo, 2 mail, 3 rcpt, 4 data, 5 eom, 6 eoh) and its
 * names, apart by blanks. false at the end or when the rest is no list (*symbols is then not empty). */
bool mt_symbols_next(struct slice *symbols, uint32_t *stage, struct slice *names);

enum mt_edit_kind { MT_EDIT_ADD, MT_EDIT_INSERT, MT_EDIT_CHANGE, MT_EDIT_DELETE, MT_EDIT_OTHER };
struct mt_edit {
    enum mt_edit_kind kind;
    char command; /* of the packet */
    uint32_t index;
    struct slice name, value;
    struct mt_edit *next;
};
/* Reads an h, i, m, +, -, 2, b, e packet. false: its data is not of the form. Slices of the packet. */
bool mt_edit_get(const struct mt_packet *p, struct mt_edit *e);
/* h i m + - 2 b e q p: comes before the answer and is none itself */
bool mt_is_edit(char command);
/* The text of a q or y packet: ends with exactly one NUL and holds none before. */
bool mt_text_get(struct slice data, struct slice *text);

#endif
