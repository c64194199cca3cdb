/* batch: runs the replications of a scenario on threads, under one libuv loop that serves signals, the progress
 * bar and the pace. What comes out does not depend on the threads: tallies are merged and rows put behind each
 * other in the order of replications. The worlds never see a clock. */
#ifndef BATCH_H
#define BATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/checkpoint.h"

struct book;
struct errs;
struct out_folder;
struct outpost;
struct scenario;
struct tally;

struct world_sink;

/* Somebody who listens to the worlds of a batch that writes no tables. */
struct batch_watch {
    void *self;
    /* A part begins: fills its sink; what it returns is the part's own. On the thread of the part. */
    void *(*open)(void *self, uint32_t replication, uint32_t cell, struct world_sink *sink);
    /* A part has ended: once for each that open returned, in the order of replications and cells, on one thread.
     * `tally` is NULL where the batch was stopped or failed. */
    void (*close)(void *self, void *part, const struct tally *tally);
};

struct batch {
    /* what is asked; borrowed */
    const struct scenario *scenario;
    const struct book *book;
    uint64_t seed;
    uint32_t replications;    /* numbered from 1 */
    int64_t precision_ppm;    /* ends behind the first replication with which tally_is_precise; 0: after all */
    unsigned jobs;            /* at most so many at a time */
    int64_t until;            /* INT64_MAX: to the end */
    uint64_t speed;           /* simulated seconds a second, 0: as fast as it goes */
    struct out_folder *folder; /* NULL: no tables */
    const struct batch_watch *watch; /* NULL: nobody; else no folder, and nothing to go on from */
    struct outpost *outpost;  /* who is asked outside; paced, all parts run at a time. No going on. NULL: nobody */
    bool has_bar;             /* a progress bar on stderr */
    enum lang lang;           /* of the bar */
    /* what came out */
    struct tally *tally;      /* of all replications, those that were stopped as they stood; owned */
    int64_t wall_ms;          /* with what an earlier part of the run took */
    int signal;               /* that stopped it, 0: it came to its end */
    struct buf checkpoint;    /* to go on from, when it was stopped; empty: nothing had begun */
};

/* Runs to the end, or until a signal: SIGINT and SIGTERM stop it at the next slice (a second one ends the
 * program at once). `from`: go on from there; NULL: from the start. 0, or -1 with errors; batch_finish either
 * way. */
int batch_run(struct batch *batch, const struct checkpoint *from, struct errs *errs);
void batch_finish(struct batch *batch);
/* The same on the calling thread alone, for programs with threads and signals of their own: no folder, pace or bar.
 * `is_stopped` is looked at between slices; when it is set the error is `busy`. */
int batch_run_here(struct batch *batch, const atomic_bool *is_stopped, struct errs *errs);
/* Processors that may work. */
unsigned batch_jobs(void);
/* Which run it is, as a checkpoint says it. */
struct checkpoint_key batch_key(const struct batch *batch);

#endif
