/* sweep_table: the results of a whole sweep: what each point came to over its replications, and as CSV. Integers
 * throughout; the tables are the same bytes whoever simulated the tasks, in whatever shares. */
#ifndef SWEEP_TABLE_H
#define SWEEP_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct errs;
struct sweep;
struct sweep_found;

/* One figure at one point over the replications that have it; in units of 10^-(digits + 2). */
struct sweep_sum {
    uint32_t count;     /* of replications; the mean is 0 without any */
    bool has_interval;  /* from two on */
    int64_t mean, low, high; /* of the 95 % interval of the mean (Student's t) */
};
enum { SWEEP_SUM_DIGITS = 2 }; /* more than the figure's own */

struct sweep_table {
    const struct sweep *sweep;       /* borrowed */
    const struct sweep_found *found; /* whole; borrowed */
    struct sweep_sum *sum;           /* of each point, of each output */
};

/* 0, or -1 with an error: a figure does not fit. */
int sweep_table_open(struct sweep_table *table, const struct sweep *sweep, const struct sweep_found *found,
                     struct errs *errs);
void sweep_table_close(struct sweep_table *table);
const struct sweep_sum *sweep_table_sum(const struct sweep_table *table, uint64_t point, unsigned output);

/* A comma and a cell for each axis: their paths; the values of a point, empty where it is left as it is. */
void sweep_table_axes(const struct sweep *sweep, struct buf *out);
void sweep_table_values(const struct sweep *sweep, uint64_t point, struct buf *out);
/* points.csv: a row a point, mean and interval of each figure. replications.csv: a row a task, each figure as its
 * summary says it. */
void sweep_table_points(const struct sweep_table *table, struct buf *out);
void sweep_table_replications(const struct sweep_table *table, struct buf *out);

#endif
