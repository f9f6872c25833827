/* check.h - what would become of mail to a recipient: for the admin who sets it up
 * Looks up and prints; stores nothing. The exit code is that of a delivery. */
#ifndef DELIVERY_CHECK_H
#define DELIVERY_CHECK_H

#include "delivery/agent.h"

int check_run(const struct agent *g, const char *const *recipients, size_t n);

#endif
