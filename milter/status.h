/* status.h - what `tamis status` reads
 * A thread that writes one JSON object to whoever connects to the status socket, and closes. It reads nothing
 * from the peer, so nobody can talk it into anything; a peer that does not read is dropped after a second.
 * Keys: version, pid, gateway_pid, loader_pid, uptime (seconds), mode, milter_listen, rules {rules, subrules,
 * problems, hash}, workers {configured, ready, busy, waiting, pids}, messages {total, in_work, waiting,
 * spooled_bytes, clean, tagged, held, rejected, tempfailed, discarded, aborted}, engine {retries, deaths,
 * kills, lies, recycled}, dns (null, or {asked, late, failed, refused, waited_ms, marked: messages scored
 * without an answer; resolver: null or {questions, cached, joined, lookups, failed, late, refused, in_flight,
 * entries, bytes}}), autolearn (null, or {spam, ham, known, refused: past a bound, dropped: the keeper was
 * behind, waiting}). */
#ifndef MILTER_STATUS_H
#define MILTER_STATUS_H

#include "milter/gateway.h"

/* listening: a socket; the thread serves it until the process ends. */
int status_start(struct gateway *g, int listening, struct err *e) MUST_CHECK;
/* The object, with a newline. */
void status_json(struct gateway *g, struct buf *out);

#endif
