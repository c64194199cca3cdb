/* cluster: processes that mpirun started together, on one machine or many. MPI itself is in a library beside the
 * program that only they open: a program that was started alone never calls it, and does not even load it. */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct errs;

/* What the library gives; its one symbol is `cluster_calls`. */
struct cluster_calls {
    bool (*open)(unsigned *rank, unsigned *size);
    unsigned (*least)(unsigned value);    /* of all processes; waits for them without keeping the processor busy */
    uint64_t (*sum)(uint64_t value);      /* likewise */
    void (*share)(void *bytes, size_t length); /* those of rank 0, to all */
    void (*close)(void);
};

struct cluster {
    unsigned rank, size; /* alone: 0 of 1 */
    const struct cluster_calls *calls; /* NULL: alone */
};

/* Were we started by mpirun, or by something that speaks its language? */
bool cluster_is_started(void);
/* Joins those that were started with us. 0, or -1 with an error: this program has no MPI. */
int cluster_open(struct cluster *cluster, struct errs *errs);
/* For all of them together, each in the same order. Alone they do nothing. */
bool cluster_tells(const struct cluster *cluster, bool has_failed, bool *any); /* is ours the first of the failures? */
uint64_t cluster_sum(const struct cluster *cluster, uint64_t value);
void cluster_share(const struct cluster *cluster, void *bytes, size_t length);
void cluster_close(struct cluster *cluster);

#endif
