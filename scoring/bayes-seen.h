/* bayes-seen.h - which messages were learned, in the block itself
 * Long after a lesson is remembered with its features: so a message that is given again still counts once,
 * and can be taken back by who has it. A fixed table of the last BAYES_SEEN messages or so: buckets of
 * BAYES_SEEN_WAYS, the newest first, where the oldest gives way. What is kept of a message is 56 bits of its
 * id, the label, and the weight of the lesson in percent. */
#ifndef SCORING_BAYES_SEEN_H
#define SCORING_BAYES_SEEN_H

#include "scoring/bayes.h"

#define BAYES_SEEN_WAYS 8

struct bayes_seen {
    bool known; /* false: the rest is 0 */
    bool spam;
    float weight;
};

struct bayes_seen bayes_seen_find(const struct bayes_block *b, const unsigned char id[FEATURES_ID_SIZE]);
/* In place of what was known of it. */
void bayes_seen_learned(struct bayes_block *b, const unsigned char id[FEATURES_ID_SIZE], bool spam,
                        float weight);
void bayes_seen_taken_back(struct bayes_block *b, const unsigned char id[FEATURES_ID_SIZE]);

#endif
