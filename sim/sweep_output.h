/* sweep_output: which figures of summary.json a sweep looks at, checked against a summary in which everything
 * happened. */
#ifndef SWEEP_OUTPUT_H
#define SWEEP_OUTPUT_H

#include <stdbool.h>

#include <cjson/cJSON.h>

struct arena;
struct book;
struct buf;
struct err;
struct scenario;

struct sweep_output {
    const char *name, *path; /* path: sim/figure.h */
    unsigned digits;         /* of its decimals */
};

enum { SWEEP_OUTPUTS_MAX = 40, SWEEP_OUTPUT_ROOM = 24 };

/* summary.json of a run of this scenario in which everything happened that could: all members are there. */
void sweep_output_skeleton(const struct scenario *scenario, const struct book *book, struct buf *out);
/* Finds the digits of an output in a skeleton. False, and what is wrong with its path in `err`. */
bool sweep_output_settle(struct sweep_output *output, const cJSON *skeleton, struct err *err);
/* The figure as the summary writes it; NULL: it has none, its channel was not used. The bytes are the summary's, or
 * in `room`. */
const char *sweep_output_text(const struct sweep_output *output, const cJSON *summary,
                              char room[SWEEP_OUTPUT_ROOM]);
/* What one wants to know of this scenario, when nothing is asked for: orders, margin, nodes, channels. Returns how
 * many; names and paths live in `arena`. */
unsigned sweep_output_defaults(const struct scenario *scenario, struct arena *arena,
                               struct sweep_output out[SWEEP_OUTPUTS_MAX]);

#endif
