/* run: what a run was asked to do and what came out of it: all that the summary, the manifest, the terminal's
 * table and the report tell. Everything is borrowed. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/node.h"

struct book;
struct buf;
struct scenario;
struct tally;

struct run {
    const struct scenario *scenario;
    const struct book *book;
    const struct tally *tally;
    uint64_t seed;
    uint32_t replications; /* asked for; those that came out are in the tally */
    bool complete;
    bool has_tables;       /* orders.csv and postings.csv */
    const char *until;     /* --until, NULL: to the end */
    int64_t wall_ms;
    const char *started;   /* wall clock, ISO 8601 */
    unsigned jobs;
    /* The command line in a form that may be given again, and of it what can change results; ended by NULL. */
    const char *const *command, *const *arguments;
};

/* First and last day of the run: of the orders placed, or of the scenario's period where there are none;
 * without --limit and replay the scenario's period. */
void run_period(const struct run *run, int32_t *from, int32_t *to);
const char *run_title(const struct run *run, enum lang lang);
/* Parties that paid or were paid, sorted by id; `out` holds PARTY_MAX numbers. Returns how many. */
size_t run_parties(const struct run *run, uint16_t *out);
/* What one ended unit of a channel cost: goods and nodes, base minor units; 0 when none ended. */
int64_t run_landed_unit(const struct run *run, unsigned channel);
/* How much a node costs beside the costliest: 1 … levels, 0 where it costs nothing. */
unsigned run_heat(const struct run *run, unsigned node, unsigned levels);
/* Does a channel have orders or shipments? */
bool run_has_channel(const struct run *run, unsigned channel);
/* Ports where something was declared, sorted by id; `out` holds PORTS_MAX numbers. Returns how many. */
size_t run_ports(const struct run *run, unsigned *out);
/* An amount as a person reads it: "¥1,218.20", "−€3.00". */
void run_money(struct buf *out, int64_t minor, unsigned currency);
/* A share with one decimal: "12.3 %"; "–" of nothing. */
void run_share(struct buf *out, int64_t part, int64_t whole);
/* A time span: "35 min", "7.3 h", "12.5 d". */
void run_span(struct buf *out, int64_t seconds, enum lang lang);
/* A count with thousands marked: "1,000,000". */
void run_count(struct buf *out, uint64_t count);
/* Why a line of the orders is set aside, in a few words; `reason`: enum replay_reason. */
const char *run_reason(unsigned reason, enum lang lang);
/* Replay: lines that were assessed by the law, of all. */
uint64_t run_assessed_lines(const struct run *run);

#endif
