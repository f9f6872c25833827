/* eval-spf.h - whom SPF is about */
#ifndef SCORING_EVAL_SPF_H
#define SCORING_EVAL_SPF_H

#include "scoring/check.h"

/* The first relay that is not internal, as SpamAssassin takes it. False: there is none. */
bool spf_client(struct check *c, struct auth_client *client);
/* of MAIL FROM, or of HELO, as rules have it: not run where nobody has asked */
enum auth_code spf_code(struct check *c, bool helo);

#endif
