/* eval-image.h - sizes of pictures, by their first bytes
 * GIF, PNG and JPEG as SpamAssassin reads them, its oddities included: PNG's chunks are looked for in steps
 * of eight bytes. Linear; nothing is decompressed. */
#ifndef SCORING_EVAL_IMAGE_H
#define SCORING_EVAL_IMAGE_H

#include "base/slice.h"

enum image_kind { IMAGE_GIF, IMAGE_PNG, IMAGE_JPEG, IMAGE_KINDS };

struct image_size {
    uint32_t width, height;
};

/* false when it is none of that kind, is cut off, or has no area */
bool image_size(enum image_kind kind, struct slice data, struct image_size *size);

#endif
