/* sweep_merge: a complete sweep as files in its folder: points.csv, replications.csv, tornado.csv, indices.csv (of
 * Saltelli's sample), sweep.sqlite with the same tables, sweep.json last. */
#ifndef SWEEP_MERGE_H
#define SWEEP_MERGE_H

struct buf;
struct errs;
struct sweep_store;
struct sweep_table;

/* `json` gets what sweep.json holds. 0, or -1 with an error. */
int sweep_merge(const struct sweep_store *store, const struct sweep_table *table, struct buf *json,
                struct errs *errs);

#endif
