/* proto.h - frames between engine, loader and workers
 * Loader -> engine (channel of the loader):
 *   LOADER_READY     rules, subrules, problems, hash; built: required_score of the site's rule files in
 *                    thousandths (0: none); status: 1 where messages are to be learned
 *                    without anybody's word; of a virus loader: rules = signatures, built = their time,
 *                    hash = stamp, error = versions of engine and database
 *                    zones: lists that rules ask about a client
 *                    servers: name servers that rule files want asked
 *   LOADER_FAILED    err text; then the loader exits 78
 *   LOADER_WORKER    pid, serial; one descriptor: the engine's end of the worker's channel
 *   LOADER_DEAD      pid, serial, wait status
 *   LOADER_CHANGED   there is something newer to load than what it has
 *   LOADER_RENEW     what its workers were given is of no use any more (channels to a resolver that died):
 *                    successors get something better
 * Engine -> loader:
 *   ENGINE_KILL      pid, serial (only a worker of the loader's own with that serial is killed)
 *   ENGINE_RETIRE    pid, serial: this one will be closed; expected to exit
 *   ENGINE_WANT      status: how many workers beyond the usual number
 * Engine -> worker:
 *   CHECK            id, message bytes, what is to be written, envelope; a descriptor: the spool; where a
 *                    text is wanted another one, where it goes
 * Worker -> engine:
 *   WAITING          id; once, while others may have the processor
 *   RESULT           id, cpu_us, what the DNS was like, what was written, findings
 * Encoders write into a buf; decoders read untrusted bytes and say false. */
#ifndef ENGINE_PROTO_H
#define ENGINE_PROTO_H

#include "engine/wanted.h"
#include "message/envelope.h"
#include "message/finding.h"

enum proto_type {
    PROTO_LOADER_READY = 1,
    PROTO_LOADER_FAILED,
    PROTO_LOADER_WORKER,
    PROTO_LOADER_DEAD,
    PROTO_ENGINE_KILL,
    PROTO_ENGINE_RETIRE,
    PROTO_CHECK,
    PROTO_RESULT,
    PROTO_LOADER_CHANGED,
    PROTO_LOADER_RENEW,
    PROTO_ENGINE_WANT,
    PROTO_WAITING,
};

/* room for recipients in a CHECK */
#define PROTO_RECIPIENTS_MAX (48 * 1024)

struct proto_check {
    uint64_t id;
    uint64_t size;
    struct engine_wanted wanted;
    struct envelope envelope;
};
void proto_put_check(struct buf *out, uint64_t id, uint64_t size, const struct engine_wanted *wanted,
                     const struct envelope *env);
bool proto_get_check(struct slice frame, struct arena *a, struct proto_check *c);

struct proto_result {
    uint64_t id;
    uint64_t cpu_us;
    struct engine_dns dns;
    struct engine_written written;
    struct finding_list findings;
};
void proto_put_result(struct buf *out, uint64_t id, uint64_t cpu_us, const struct engine_dns *dns,
                      const struct engine_written *written, const struct finding_list *findings);
bool proto_get_result(struct slice frame, struct arena *a, struct proto_result *r);

void proto_put_waiting(struct buf *out, uint64_t id);
bool proto_get_waiting(struct slice frame, uint64_t *id);

#define PROTO_ZONES_MAX 1000

struct proto_loader {
    enum proto_type type;
    int32_t pid;
    uint32_t serial;
    int32_t status;
    unsigned rules, subrules, problems;
    int64_t built; /* seconds since 1970 */
    char hash[17];
    char error[200];
    char zones[PROTO_ZONES_MAX];   /* LOADER_READY: lists asked about clients, "TYPE ZONE\n" each */
    char servers[PROTO_ZONES_MAX]; /* LOADER_READY: dns_server of rule files, "ADDRESS@PORT\n" each */
};
void proto_put_loader(struct buf *out, const struct proto_loader *m);
bool proto_get_loader(struct slice frame, struct proto_loader *m);

#endif
