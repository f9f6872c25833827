/* dns-table.h - a dns_source from memory
 * For tests, and for answers that were noted once and are played again. Lines of text say what is there:
 *
 *     NAME TYPE DATA       example.org MX 10 mx.example.org
 *                          example.org TXT "v=spf1 -all" " more"    or unquoted, to the end of the line
 *     NAME TYPE WORD       example.org TXT SERVFAIL
 *     NAME * WORD          for all types
 *
 * WORDs: NXDOMAIN, SERVFAIL, TIMEOUT (never answered), DELAY MS (answered later), SECURE (validated), LIES
 * (answered with ids that nobody asked, twice, and with records that are none). Quoted strings know \" \\ and
 * \DDD. "*.example.org" answers for all below it that is not there itself. A CNAME is followed. What stands
 * nowhere is DNS_NO_NAME, or what dns_table_default said. Comments begin with # or ; at the start of a line.
 *
 * One thread; a table serves one struct dns after another. All lives in the arena. */
#ifndef BASE_DNS_TABLE_H
#define BASE_DNS_TABLE_H

#include "base/dns.h"
#include "base/err.h"

struct dns_table;

struct dns_table *dns_table_new(struct arena *a);
/* Adds lines; -1: one is wrong, and which. */
int dns_table_add(struct dns_table *t, struct slice lines, struct err *e);
/* One record; data as in struct dns_record. A status but DNS_FOUND stands for all records of the type;
 * DNS_LATE is never answered. */
void dns_table_put(struct dns_table *t, struct slice name, enum dns_type type, enum dns_status status,
                   struct slice data, unsigned preference);
void dns_table_default(struct dns_table *t, enum dns_status status);
/* From now on: the resolver is gone. */
void dns_table_die(struct dns_table *t);
unsigned dns_table_asked(const struct dns_table *t); /* since it was made */

const struct dns_source *dns_table_source(struct dns_table *t);

#endif
