/* sweep_json: sweep.json, everything that a sweep came to, for a report. Its shape is that of docs/sweep.md. */
#ifndef SWEEP_JSON_H
#define SWEEP_JSON_H

struct buf;
struct out_json;
struct sweep;
struct sweep_table;

/* The members that say which sweep it is, of an object that is open. */
void sweep_json_head(const struct sweep *sweep, struct out_json *json);
/* The whole document. */
void sweep_json(const struct sweep_table *table, struct buf *out);

#endif
