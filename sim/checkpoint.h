/* checkpoint: where an interrupted run stood, as bytes that the same program takes up again. It is bound to
 * version, data, scenario, orders and arguments: a run that differs in any of them does not go on from it. */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "sim/out_tables.h"

struct errs;
struct tally;

/* Which run it is of. */
struct checkpoint_key {
    char scenario[65], book[65], orders[65]; /* sha256, "" without orders */
    uint64_t seed, limit;
    int64_t until, law_day, precision_ppm;
    uint32_t parts; /* cells of all replications */
    uint32_t tables; /* 1 << enum out_table */
};

/* A part (a cell of a replication) that is not yet in the sum: still running, or done ahead of an earlier one. */
struct checkpoint_item {
    uint32_t part; /* from 1 */
    uint64_t length[OUT_TABLES_COUNT]; /* bytes of its parts */
    struct tally *tally;               /* done: owned; NULL: running */
    struct buf world;                  /* running: what world_save wrote */
};

struct checkpoint {
    struct checkpoint_key key;
    struct tally *tally;               /* of parts 1 … tally->worlds; owned */
    uint64_t length[OUT_TABLES_COUNT]; /* bytes of the collected tables */
    int64_t wall_ms;                   /* that the run took so far */
    struct checkpoint_item *item;      /* owned, in the order of parts */
    uint32_t items;
};

bool checkpoint_fits(const struct checkpoint *checkpoint, const struct checkpoint_key *key);
void checkpoint_write(const struct checkpoint *checkpoint, struct buf *out);
/* 0, or -1 with an error: not a checkpoint of this version, or damaged. checkpoint_finish either way. */
int checkpoint_read(struct checkpoint *checkpoint, const char *source, const char *bytes, size_t length,
                    struct errs *errs);
void checkpoint_finish(struct checkpoint *checkpoint);

#endif
