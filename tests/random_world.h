/* random_world: a short world out of one number: every channel, goods, places with law, prices, misfortunes, lanes,
 * markets, shocks. The same number gives the same bytes for ever. */
#ifndef RANDOM_WORLD_H
#define RANDOM_WORLD_H

#include <stdint.h>

struct buf;

/* How it is to be run. */
struct random_world {
    uint64_t limit;       /* 0: as the demand says */
    uint32_t replication;
    int64_t until_s;      /* after the first day of the period; INT64_MAX: to the end */
};

/* Writes a scenario, JSON, and says how to run it. */
struct random_world random_world_write(uint64_t number, struct buf *out);

#endif
