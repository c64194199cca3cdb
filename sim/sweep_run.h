/* sweep_run: simulates tasks of a sweep on threads and writes their results into its folder, a part every half second,
 * later ones less often. What the results are depends on the task alone. */
#ifndef SWEEP_RUN_H
#define SWEEP_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/node.h"

struct errs;
struct sweep;
struct sweep_store;

struct sweep_run {
    /* what is asked; borrowed */
    const struct sweep *sweep;
    const struct sweep_store *store;
    const uint64_t *task; /* rising */
    uint64_t tasks;
    unsigned jobs;        /* threads */
    bool has_bar;
    enum lang lang;       /* of the bar */
    /* what came out */
    uint64_t done;        /* tasks whose results are in the folder */
    int signal;           /* that stopped it, 0: none */
};

/* A point that cannot be simulated is an error, and the others go on; a folder that cannot be written ends all.
 * SIGINT and SIGTERM write what is done and stop; a second one ends the program at once. 0, or -1 with errors. */
int sweep_run(struct sweep_run *run, struct errs *errs);

#endif
