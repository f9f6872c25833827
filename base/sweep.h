/* sweep.h - empty a folder
 * Removes all that is in a folder of ours, whatever its names, without following links or leaving the file
 * system; with itself, the folder as well. Where something cannot be removed it is logged once and left.
 * Depth is limited by descriptors: what lies deeper than SWEEP_DEPTH is left. */
#ifndef BASE_SWEEP_H
#define BASE_SWEEP_H

#include <stdbool.h>

#define SWEEP_DEPTH 64

void sweep(const char *folder, bool itself);

#endif
