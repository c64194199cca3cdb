/* design: which values the points of a plan take on its axes: a grid, one axis at a time, a Latin hypercube, Sobol's
 * sequence, Saltelli's sample. Integers only: the same plan gives the same points on every machine. */
#ifndef DESIGN_H
#define DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* kind, its name in a plan */
#define DESIGN_KINDS(X)                                                                            \
    X(GRID, grid)                   /* all combinations; the last axis changes first */            \
    X(ONE_AT_A_TIME, one_at_a_time) /* the scenario as it is, then each value of each axis alone */ \
    X(LHS, lhs)                     /* each axis in as many equal strata as there are points */    \
    X(SOBOL, sobol)                                                                                \
    X(SALTELLI, saltelli)           /* N × (axes + 2) points, from which indices can be told */

enum design_kind {
    DESIGN_UNSET,
#define X(id, name) DESIGN_##id,
    DESIGN_KINDS(X)
#undef X
    DESIGN_KIND_COUNT
};
extern const char *const design_kind_ids[]; /* by enumerator - 1, NULL at the end */

enum { DESIGN_AXES_MAX = 20, DESIGN_DIMENSIONS = 2 * DESIGN_AXES_MAX };
#define DESIGN_LEVELS_MAX UINT32_MAX
#define DESIGN_POINTS_MAX 1000000

/* An axis has so many levels, numbered from 0; a grid takes so many of them, evenly spread. */
struct design_axis {
    uint64_t levels;
    uint32_t steps; /* 2 … levels, or 1 of 1 */
};

struct design {
    enum design_kind kind;
    uint64_t seed;    /* of the Latin hypercube and of Saltelli's shift */
    uint32_t samples; /* as the plan says: points of lhs and sobol, rows of saltelli */
    uint32_t axes;
    struct design_axis axis[DESIGN_AXES_MAX];
    /* by design_open */
    uint64_t points;
    uint32_t *stratum[DESIGN_AXES_MAX]; /* lhs: of each point */
};

/* Counts the points and draws what a design needs; false: more than DESIGN_POINTS_MAX points. */
bool design_open(struct design *design, struct arena *arena);
/* The level of a point (from 0) on an axis; false: the point leaves the axis as the scenario has it. */
bool design_level(const struct design *design, uint64_t point, unsigned axis, uint64_t *level);

/* Classes of an axis, for what its values do on average: each value of a grid, and of a sample each value where there
 * are few, else fifths of the range. */
unsigned design_classes(const struct design *design, unsigned axis);
/* false: the point leaves the axis as the scenario has it. */
bool design_class(const struct design *design, uint64_t point, unsigned axis, unsigned *class);
/* First and last level of a class. */
void design_class_levels(const struct design *design, unsigned axis, unsigned class, uint64_t *first, uint64_t *last);

/* Coordinate of the point `index` (from 0) of Sobol's sequence in units of 2^-32; dimension from 0. */
uint32_t design_sobol(uint32_t index, unsigned dimension);

/* Saltelli's sample: the point of a row that is A, B, or A with one axis out of B. */
uint64_t design_row_a(const struct design *design, uint64_t row);
uint64_t design_row_b(const struct design *design, uint64_t row);
uint64_t design_row_ab(const struct design *design, uint64_t row, unsigned axis);

#endif
