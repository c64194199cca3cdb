/* sweep_effect: what the axes of a sweep do to each figure: the bars of its tornado, longest first, and the indices
 * where the design allows them; as data and as CSV. */
#ifndef SWEEP_EFFECT_H
#define SWEEP_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/design.h"
#include "sim/sensitivity.h"

struct arena;
struct buf;
struct sweep;
struct sweep_table;

struct sweep_bar {
    unsigned axis;
    struct sensitivity_effect effect; /* units as in sweep_table.h */
    int64_t swing;                    /* most - least */
};

struct sweep_effect {
    bool has_base;
    int64_t base;
    struct sweep_bar bar[DESIGN_AXES_MAX]; /* by swing, equal ones in the order of the axes */
    unsigned bars;
    bool has_indices;
    int64_t first[DESIGN_AXES_MAX], total[DESIGN_AXES_MAX]; /* millionths, by axis */
};

/* Memory of the bars is the arena's. */
void sweep_effect_of(const struct sweep_table *table, unsigned output, struct arena *arena, struct sweep_effect *out);
/* What a class of an axis is called: its value, or "from … to"; `is_base`: nothing. */
void sweep_effect_label(const struct sweep *sweep, unsigned axis, unsigned class, bool is_base, struct buf *out);
/* tornado.csv: a row for each output and axis. indices.csv, where the design allows them (else nothing, false). */
void sweep_effect_tornado(const struct sweep_table *table, struct buf *out);
bool sweep_effect_indices(const struct sweep_table *table, struct buf *out);

#endif
