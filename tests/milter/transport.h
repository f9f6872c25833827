/* transport.h - bytes of a milter client to and from its socket; used by client.c only */
#ifndef TESTS_MILTER_TRANSPORT_H
#define TESTS_MILTER_TRANSPORT_H

#include "tests/milter/client.h"

/* Sends what is gathered, then waits for one packet. Its data is valid until the next call. */
int mt_transport_read(struct mt_client *c, struct mt_packet *p, struct err *e) MUST_CHECK;

#endif
