/* look-ole2.c - compound files of Office: are they encrypted; see look.h
 * libclamav 1.4 takes what lies in an encrypted document for its text, and says nothing. So:
 *   .docx, .xlsx, .pptx with a password are a compound file with a stream EncryptedPackage
 * (MS-OFFCRYPTO 2.3.4); .doc: a bit in the FIB at the begin of the stream WordDocument (MS-DOC 2.5.2); .xls:
 * a FilePass record behind the first BOF of Workbook or Book (MS-XLS 2.4.117); .ppt: a token in the stream
 * Current User (MS-PPT 2.3.2); rights management: streams DRMContent, DRMEncrypted... (MS-OFFCRYPTO 2.2). All
 * storages are looked at, since documents lie in documents. MS-CFB.
 *
 * Sectors are followed by the FAT as far as it goes; a chain has at most as many links as the file has
 * sectors, so a loop ends. */
#include "clamglue/look.h"

#define HEADER_SIZE 512
#define DIFAT_IN_HEADER 109
#define ENTRY_SIZE 128
#define SMALL_STREAM 4096
#define SMALL_SECTOR 64
#define NO_SECTOR 0xfffffffa /* and above: free, end of chain, FAT, DIFAT */
#define STREAM_HEAD 256      /* bytes read of a stream */
#define ENTRY_STREAM 2
#define ENTRY_ROOT 5

struct cfb {
    struct slice bytes;
    size_t sector;  /* size of one */
    uint32_t small; /* first sector of the FAT of small sectors */
    uint32_t ministream;
    uint32_t steps; /* links that may still be followed, of all chains together */
};

/* ---- sectors */

static struct slice sector_bytes(const struct cfb *c, uint32_t n)
{
    if (n >= NO_SECTOR || n >= c->bytes.n / c->sector)
        return slice_of(NULL, 0);
    return slice_sub(c->bytes, ((size_t)n + 1) * c->sector, c->sector);
}

/* Where the i-th sector of the FAT lies: in the header's list, then in a chain of lists. */
static uint32_t fat_sector(struct cfb *c, uint32_t i)
{
    uint32_t per_list = (uint32_t)(c->sector / 4 - 1), list = look_u32(c->bytes, 68);
    if (i < DIFAT_IN_HEADER)
        return look_u32(c->bytes, 76 + 4 * (size_t)i);
    for (i -= DIFAT_IN_HEADER; i >= per_list && list < NO_SECTOR; i -= per_list) /* once for 8 MB of file */
        list = look_u32(sector_bytes(c, list), 4 * (size_t)per_list);
    return list < NO_SECTOR ? look_u32(sector_bytes(c, list), 4 * (size_t)i) : NO_SECTOR;
}

static uint32_t next_sector(struct cfb *c, uint32_t n)
{
    uint32_t per_sector = (uint32_t)(c->sector / 4);
    if (c->steps == 0 || n >= c->bytes.n / c->sector)
        return NO_SECTOR;
    c->steps--;
    struct slice fat = sector_bytes(c, fat_sector(c, n / per_sector));
    return fat.n ? look_u32(fat, 4 * (size_t)(n % per_sector)) : NO_SECTOR;
}

/* The n-th sector of a chain. */
static uint32_t sector_of(struct cfb *c, uint32_t first, uint32_t n)
{
    while (n-- && first < NO_SECTOR)
        first = next_sector(c, first);
    return first;
}

/* ---- streams */

static uint32_t next_small(struct cfb *c, uint32_t n)
{
    uint32_t per_sector = (uint32_t)(c->sector / 4);
    struct slice fat = sector_bytes(c, sector_of(c, c->small, n / per_sector));
    return fat.n ? look_u32(fat, 4 * (size_t)(n % per_sector)) : NO_SECTOR;
}

static struct slice small_sector(struct cfb *c, uint32_t n)
{
    uint32_t per_sector = (uint32_t)(c->sector / SMALL_SECTOR);
    struct slice s = sector_bytes(c, sector_of(c, c->ministream, n / per_sector));
    return slice_sub(s, (size_t)(n % per_sector) * SMALL_SECTOR, SMALL_SECTOR);
}

/* The first bytes of a stream, at most STREAM_HEAD. */
static struct slice stream_head(struct cfb *c, struct slice entry, char out[STREAM_HEAD])
{
    uint32_t at = look_u32(entry, 116), size = look_u32(entry, 120);
    bool small = size < SMALL_STREAM;
    size_t n = 0, want = size < STREAM_HEAD ? size : STREAM_HEAD;
    while (n < want && at < NO_SECTOR) {
        struct slice s = small ? small_sector(c, at) : sector_bytes(c, at);
        s = slice_sub(s, 0, want - n);
        if (s.n == 0)
            break;
        memcpy(out + n, s.p, s.n);
        n += s.n;
        at = small ? next_small(c, at) : next_sector(c, at);
    }
    return slice_of(out, n);
}

static bool word_encrypted(struct slice s)
{
    unsigned magic = look_u16(s, 0);
    return (magic == 0xa5ec || magic == 0xa5dc || magic == 0xa59b) && (look_u16(s, 10) & 0x0100);
}

/* Records of type and length, FilePass among the first. */
static bool excel_encrypted(struct slice s)
{
    for (unsigned i = 0; i < 20 && s.n >= 4; i++) {
        unsigned type = look_u16(s, 0);
        if (type == 0x2f)
            return true;
        if (type == 0x0a)
            return false;
        s = slice_from(s, 4 + look_u16(s, 2));
    }
    return false;
}

static bool powerpoint_encrypted(struct slice s)
{
    return look_u16(s, 2) == 0x0ff6 && look_u32(s, 12) == 0xf3d1c4df;
}

static bool always(struct slice s)
{
    return true;
}

static const struct tell_tale {
    struct slice name;
    bool (*encrypted)(struct slice head);
    const char *reason;
} tell_tales[] = {
    { SLICE_INIT("EncryptedPackage"), always, "ooxml_encrypted" },
    { SLICE_INIT("EncryptedSummary"), always, "ole2_encrypted" },
    { SLICE_INIT("\011DRMContent"), always, "drm_encrypted" },
    { SLICE_INIT("\011DRMViewerContent"), always, "drm_encrypted" },
    { SLICE_INIT("WordDocument"), word_encrypted, "ole2_encrypted" },
    { SLICE_INIT("Workbook"), excel_encrypted, "ole2_encrypted" },
    { SLICE_INIT("Book"), excel_encrypted, "ole2_encrypted" },
    { SLICE_INIT("Current User"), powerpoint_encrypted, "ole2_encrypted" },
};

/* ---- directory */

/* Names are UTF-16 and compared without case. */
static bool has_name(struct slice entry, struct slice name)
{
    if (look_u16(entry, 64) != 2 * (name.n + 1))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (look_u16(entry, 2 * i) > 0x7f || ascii_lower(entry.p[2 * i]) != ascii_lower(name.p[i]))
            return false;
    return true;
}

static void check_entry(struct cfb *c, struct slice entry, struct look *l)
{
    char head[STREAM_HEAD];
    if (look_u8(entry, 66) != ENTRY_STREAM)
        return;
    for (size_t i = 0; i < sizeof(tell_tales) / sizeof(tell_tales[0]); i++)
        if (has_name(entry, tell_tales[i].name) && tell_tales[i].encrypted(stream_head(c, entry, head)))
            look_add(l, CLASS_UNCHECKED_ENCRYPTED, tell_tales[i].reason);
}

static void check_sector(struct cfb *c, struct slice s, struct look *l)
{
    for (; s.n >= ENTRY_SIZE; s = slice_from(s, ENTRY_SIZE)) {
        struct slice entry = slice_sub(s, 0, ENTRY_SIZE);
        if (look_u8(entry, 66) == ENTRY_ROOT)
            c->ministream = look_u32(entry, 116);
        check_entry(c, entry, l);
    }
}

bool look_ole2(struct look *l, struct slice bytes)
{
    struct cfb c = { .bytes = bytes, .ministream = NO_SECTOR };
    if (!slice_starts(bytes, SLICE("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
        return false;
    unsigned shift = look_u16(bytes, 30);
    c.sector = (size_t)1 << (shift == 12 ? 12 : 9); /* 9 is what there is else */
    c.small = look_u32(bytes, 60);
    /* some rounds through the file: enough for its directory, and for a dozen small streams at its end */
    c.steps = (uint32_t)(16 * (bytes.n / c.sector) + 500);
    l->kind = "ole2";
    uint32_t at = look_u32(bytes, 48);
    while (at < NO_SECTOR && c.steps) {
        struct slice s = sector_bytes(&c, at);
        if (s.n == 0)
            break;
        check_sector(&c, s, l);
        at = next_sector(&c, at);
    }
    if (c.steps == 0)
        look_add(l, CLASS_UNCHECKED_LIMIT, "ole2_limit");
    return true;
}
