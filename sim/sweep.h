/* sweep: a plan of many runs of one scenario: numbered points, each a few values laid over it, each simulated so many
 * times. A task is one replication of one point; tasks count from 0, point by point. The same seed at every point:
 * replication 3 sees the same buyers, weather and failures everywhere. */
#ifndef SWEEP_H
#define SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/json.h"
#include "sim/book.h"
#include "sim/design.h"
#include "sim/reform.h"
#include "sim/sweep_output.h"

struct errs;
struct scenario;

#define SWEEP_TASKS_MAX 10000000

struct sweep_axis {
    const char *path;            /* as in --set; "reform", "undo": its values name reforms */
    const char *title_en, *title_zh; /* the path unless the plan says it */
    enum reform_side side;       /* of the reforms; REFORM_UNSET: they are values */
    const char **value;          /* a list; NULL: a range */
    const struct reform *reform; /* of each value; without id: "none" */
    int64_t from;                /* of the range, in 10^-digits; level n is from + n */
    unsigned digits;
};

/* What a folder of results is bound to: results of one sweep are not mixed with those of another. */
struct sweep_key {
    char plan[65], scenario[65], book[65]; /* sha256 in hex */
    char all[65];                          /* of these and of the program's version */
};

struct sweep {
    struct arena arena;
    struct json json;
    const char *source, *id, *title_en, *title_zh;
    const char *scenario_source, *scenario_bytes;
    size_t scenario_length;
    uint64_t seed, limit;        /* limit 0: none */
    uint32_t replications;
    int64_t until;               /* INT64_MAX: to the end */
    struct design design;
    struct sweep_axis axis[DESIGN_AXES_MAX];
    struct sweep_output output[SWEEP_OUTPUTS_MAX];
    unsigned outputs;
    const struct book *book;     /* borrowed */
    struct scenario *scenario;   /* without the changes of any point */
    struct sweep_key key;
    uint64_t points, tasks;
};

extern const struct json_field sweep_fields[]; /* of a plan, for json_check and json_schema */

/* Reads a plan: a file, or the name of one that is built in. 0, or -1 with errors; sweep_close either way. */
int sweep_open(struct sweep *sweep, const char *name, const struct book *book, struct errs *errs);
void sweep_close(struct sweep *sweep);
/* Lays each value of each axis alone over the scenario (both ends of a range). 0, or -1 with errors. */
int sweep_check(const struct sweep *sweep, struct errs *errs);

/* Writes the value of a level of an axis. */
void sweep_level_value(const struct sweep_axis *axis, uint64_t level, struct buf *out);
/* Writes the value of a point on an axis; false, and nothing: the axis is left as the scenario has it. */
bool sweep_value(const struct sweep *sweep, uint64_t point, unsigned axis, struct buf *out);

/* A task's point and replication (from 1). */
static inline uint64_t sweep_point_of(const struct sweep *sweep, uint64_t task)
{
    return task / sweep->replications;
}
static inline uint32_t sweep_replication_of(const struct sweep *sweep, uint64_t task)
{
    return (uint32_t)(task % sweep->replications) + 1;
}

/* A point made ready to run: its scenario and its law. One thread's; the next point takes over what did not change. */
struct sweep_point {
    struct arena texts;
    struct scenario *scenario;
    const struct book *book;
    struct book own; /* where the point changes the law */
    struct arena law_texts;
    struct buf law;  /* what `own` was made of; empty: the sweep's book */
};
/* 0, or -1 with errors that name the point. A zeroed sweep_point is ready to be loaded; finish it once. */
int sweep_point_load(struct sweep_point *ready, const struct sweep *sweep, uint64_t point, struct errs *errs);
void sweep_point_finish(struct sweep_point *ready);

#endif
