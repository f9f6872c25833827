/* eval-image-size.c - see eval-image.h
 * Where a picture is cut off inside its size, Perl's unpack takes a byte for the number that is not whole; so
 * is it here. */
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
    if (s.n < 9 || (!slice_starts(s, SLICE("GIF87a")) && !slice_starts(s, SLICE("GIF89a"))))
        return false;
    size->width = little16(s, 6);
    size->height = s.n == 9 ? byte_at(s, 8) : little16(s, 8);
    return true;
}

/* The last four bytes that are there are taken for the checksum. */
static bool chunk_size(struct slice s, struct image_size *size)
{
    s.n -= s.n < 4 ? s.n : 4;
    size->width = s.n < 4 ? byte_at(s, 0) : big32(s, 0);
    size->height = s.n < 4 ? byte_at(s, 1) : s.n < 8 ? byte_at(s, 4) : big32(s, 4);
    return s.n != 4 && s.n > 1;
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
        return chunk_size(slice_sub(s, at + 8, 17), size);
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
            size->width = block.n == 4 ? byte_at(block, 3) : big16(block, 3);
            return block.n >= 4;
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
