/* upstream.h - names looked up by libunbound
 * The one place that knows libunbound. Opened with the rights of the start (files are read), settled before
 * the sandbox closes; from then on it needs the network alone. It has a thread of its own. Results come by
 * upstream_process, when upstream_fd can be read. */
#ifndef ENGINE_UPSTREAM_H
#define ENGINE_UPSTREAM_H

#include "base/buf.h"
#include "base/dns.h"
#include "engine/options.h"

struct upstream;

/* NULL: a forwarder, zone or anchor that is none (ERR_CONFIG). */
struct upstream *upstream_open(const struct dns_options *o, struct err *e);
void upstream_free(struct upstream **u);
/* What libunbound does once; then everything but threads is there. */
int upstream_settle(struct upstream *u, struct err *e) MUST_CHECK;
int upstream_fd(struct upstream *u);
void upstream_process(struct upstream *u);

/* body: an answer as base/dns-frame.h has it, borrowed. */
typedef void upstream_done(void *ctx, enum dns_status status, uint32_t ttl, struct slice body);
void upstream_on_answer(struct upstream *u, upstream_done *done);
struct errand;
/* name: canonical text, not the root. ctx comes back with the answer, then the errand is gone. NULL: not
 * asked. */
struct errand *upstream_ask(struct upstream *u, const char *name, enum dns_type type, void *ctx);
/* No answer comes any more; the errand is gone. */
void upstream_cancel(struct errand *errand);

#endif
