/* eval-image-size.c - see eval-image.h */
#include "config.h"
#include "scoring/eval-image.h"

static uint32_t byte_at(struct slice s, size_t at)
{
    return at < s.n ? (unsigned char)s.p[at] : 0;
}

static uint32_t big16(struct slice s, size_t at)
{
    return byte_at(s, at) << 8 | byte_at(s, at + 1);
}

static uint32_t big32(struct slice s, size_t at)
{
    return big16(s, at) << 16 | big16(s, at + 2);
}

static uint32_t little16(struct slice s, size_t at)
{
    return byte_at(s, at) | byte_at(s, at + 1) << 8;
}

static bool gif_size(struct slice s, struct image_size *size)
{
    if (s.n < 10 || (!slice_starts(s, SLICE("GIF87a")) && !slice_starts(s, SLICE("GIF89a"))))
        return false;
    size->width = little16(s, 6);
    size->height = little16(s, 8);
    return true;
}

static bool png_size(struct slice s, struct image_size *size)
{
    if (!slice_starts(s, SLICE("\x89PNG\r\n\x1a\n")))
        return false;
    for (size_t at = 8; at + 8 <= s.n; at += 8) {
        struct slice type = slice_sub(s, at + 4, 4);
        if (slice_eq(type, SLICE("IEND")))
            return false;
        if (!slice_eq(type, SLICE("IHDR")) || big32(s, at) != 13)
            continue;
        /* the last four bytes that are there are taken for its checksum */
        struct slice data = slice_sub(s, at + 8, 17);
        size->width = big32(data, 0);
        size->height = big32(data, 4);
        return data.n >= 12;
    }
    return false;
}

/* markers of a frame: all of C0 to CF but C4, C8, CC */
static bool is_frame(uint32_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker % 4 != 0 ? true : marker == 0xc0;
}

static bool jpeg_size(struct slice s, struct image_size *size)
{
    if (!slice_starts(s, SLICE("\xff\xd8")))
        return false;
    for (size_t at = 2; at + 4 <= s.n;) {
        uint32_t marker = byte_at(s, at + 1), length = big16(s, at + 2);
        if (byte_at(s, at) != 0xff || marker == 0xd9 || marker == 0xda || length < 2)
            return false;
        struct slice block = slice_sub(s, at + 4, length - 2);
        if (is_frame(marker)) {
            size->height = big16(block, 1);
            size->width = big16(block, 3);
            return block.n >= 5;
        }
        at += 4 + block.n;
    }
    return false;
}

bool image_size(enum image_kind kind, struct slice data, struct image_size *size)
{
    bool (*const read[IMAGE_KINDS])(struct slice, struct image_size *) = { gif_size, png_size, jpeg_size };
    return read[kind](data, size) && size->width && size->height;
}
