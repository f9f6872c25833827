/* view-relay-ip.h - addresses inside text, as SpamAssassin finds them
 * What is an address depends on what stands around it: "1.2.3.45" has none that ends after the 4. `at` is a
 * position in the text. Linear, never allocates. */
#ifndef SCORING_VIEW_RELAY_IP_H
#define SCORING_VIEW_RELAY_IP_H

#include "base/slice.h"

#define IP_ENDS 2

/* Where an address (IPv4, IPv6, IPv6 with an IPv4 tail; "IPv6:" may come first) that starts at `at` may end,
 * in the order of trying: 0 to IP_ENDS positions. */
unsigned ip_at(struct slice text, size_t at, size_t ends[IP_ENDS]);
/* the first address in the text, or an empty slice */
struct slice ip_find(struct slice text);
/* localhost, localhost.localdomain, 127.0.0.1, ::1 and their like, as ip_at */
unsigned ip_localhost_at(struct slice text, size_t at, size_t ends[IP_ENDS]);
/* the whole text is four octets, nothing else */
bool ip_is_v4(struct slice text);
/* 10/8, 127/8, 172.16/12, 192.168/16, 169.254/16, 100.64/10, fe80::/10, ::1; by how the text begins */
bool relay_ip_is_private(struct slice text);

#endif
