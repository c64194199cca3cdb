/* sweep_slurm: the script that hands a sweep to Slurm: an array of shares, and a job behind it that merges them, or
 * hands in again the shares that lack something. */
#ifndef SWEEP_SLURM_H
#define SWEEP_SLURM_H

#include <stdint.h>

struct buf;
struct sweep;

enum { SWEEP_SLURM_SHARDS_MAX = 1000 }; /* the largest index of an array, unless an administrator allows more */

struct sweep_slurm {
    const struct sweep *sweep;
    const char *program, *place; /* absolute paths: of the program, and of the folder from which names are meant */
    const char *plan, *out;      /* as given */
    const char *const *data;     /* options that lay a user's data over, and their values; ended by NULL */
    uint64_t shards;
};

void sweep_slurm_write(const struct sweep_slurm *slurm, struct buf *out);

#endif
