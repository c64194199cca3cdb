/* design: points by integer arithmetic; draws by Philox. */
#include "sim/design.h"

#include "core/check.h"
#include "core/rng.h"

const char *const design_kind_ids[] = {
#define X(id, name) #name,
    DESIGN_KINDS(X)
#undef X
    NULL};

enum purpose { PURPOSE_UNSET, SHUFFLE, JITTER, SHIFT };

/* ---- Sobol's sequence ---- */

enum { BITS = 32, DEGREE_MAX = 8 };

/* Primitive polynomials and first direction numbers of the dimensions 2 … 40. Source: S. Joe and F. Y. Kuo,
 * "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008), 2635-2654,
 * the table new-joe-kuo-6.21201: degree, inner coefficients, m1 … m_degree. */
static const struct {
    uint8_t degree, inner, m[DEGREE_MAX];
} directions[DESIGN_DIMENSIONS - 1] = {
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
    {7, 7, {1, 1, 3, 13, 7, 35, 63}},
    {7, 8, {1, 3, 5, 9, 1, 25, 53}},
    {7, 14, {1, 3, 1, 13, 9, 35, 107}},
    {7, 19, {1, 3, 1, 5, 27, 61, 31}},
    {7, 21, {1, 1, 5, 11, 19, 41, 61}},
    {7, 28, {1, 3, 5, 3, 3, 13, 69}},
    {7, 31, {1, 1, 7, 13, 1, 19, 1}},
    {7, 32, {1, 3, 7, 5, 13, 19, 59}},
    {7, 37, {1, 1, 3, 9, 25, 29, 41}},
    {7, 41, {1, 3, 5, 13, 23, 1, 55}},
    {7, 42, {1, 3, 7, 3, 13, 59, 17}},
    {7, 50, {1, 3, 1, 3, 5, 53, 69}},
    {7, 55, {1, 1, 5, 5, 23, 33, 13}},
    {7, 56, {1, 1, 7, 7, 1, 61, 123}},
    {7, 59, {1, 1, 7, 9, 13, 61, 49}},
    {7, 62, {1, 3, 3, 5, 3, 55, 33}},
    {8, 14, {1, 3, 1, 15, 31, 13, 49, 245}},
    {8, 21, {1, 3, 5, 15, 31, 59, 63, 97}},
    {8, 22, {1, 3, 1, 11, 11, 11, 77, 249}},
};

/* The direction numbers of a dimension, scaled to 32 bits: from the table, then by its recurrence. */
static void write_directions(unsigned dimension, uint32_t v[BITS])
{
    check(dimension < DESIGN_DIMENSIONS);
    if (dimension == 0) {
        for (unsigned k = 0; k < BITS; k++)
            v[k] = (uint32_t)1 << (BITS - 1 - k);
        return;
    }
    unsigned degree = directions[dimension - 1].degree, inner = directions[dimension - 1].inner;
    for (unsigned k = 0; k < BITS; k++) {
        if (k < degree) {
            v[k] = (uint32_t)directions[dimension - 1].m[k] << (BITS - 1 - k);
            continue;
        }
        v[k] = v[k - degree] ^ (v[k - degree] >> degree);
        for (unsigned j = 1; j < degree; j++)
            if (inner >> (degree - 1 - j) & 1)
                v[k] ^= v[k - j];
    }
}

uint32_t design_sobol(uint32_t index, unsigned dimension)
{
    uint32_t v[BITS], gray = index ^ (index >> 1), x = 0;
    write_directions(dimension, v);
    for (unsigned k = 0; gray; k++, gray >>= 1)
        if (gray & 1)
            x ^= v[k];
    return x;
}

/* ---- the Latin hypercube ---- */

static void draw_strata(struct design *design, unsigned axis, struct arena *arena)
{
    struct rng_key key = rng_key(design->seed, 0);
    uint32_t *stratum = arena_array(arena, uint32_t, design->samples);
    for (uint32_t i = 0; i < design->samples; i++) { /* Fisher and Yates, inside out */
        uint64_t other = rng_below(rng_bits(key, axis, SHUFFLE, i), i + 1);
        stratum[i] = stratum[other];
        stratum[other] = i;
    }
    design->stratum[axis] = stratum;
}

/* Anywhere in its stratum, in units of 2^-32. */
static uint32_t lhs_at(const struct design *design, uint64_t point, unsigned axis)
{
    uint64_t jitter = rng_bits(rng_key(design->seed, 0), axis, JITTER, (uint32_t)point) >> 32;
    return (uint32_t)(((uint64_t)design->stratum[axis][point] << 32 | jitter) / design->samples);
}

/* ---- Saltelli's sample ---- */

uint64_t design_row_a(const struct design *design, uint64_t row)
{
    return row * (design->axes + 2);
}

uint64_t design_row_b(const struct design *design, uint64_t row)
{
    return design_row_a(design, row) + design->axes + 1;
}

uint64_t design_row_ab(const struct design *design, uint64_t row, unsigned axis)
{
    return design_row_a(design, row) + 1 + axis;
}

/* Sobol's sequence with a digital shift: without it A and B would begin with the same point. */
static uint32_t saltelli_at(const struct design *design, uint64_t point, unsigned axis)
{
    uint64_t row = point / (design->axes + 2), place = point % (design->axes + 2);
    bool is_b = place == design->axes + 1 || place == axis + 1;
    unsigned dimension = axis + (is_b ? design->axes : 0);
    uint32_t shift = (uint32_t)(rng_bits(rng_key(design->seed, 0), dimension, SHIFT, 0) >> 32);
    return design_sobol((uint32_t)row, dimension) ^ shift;
}

/* ---- all of them ---- */

static uint64_t count_points(const struct design *design)
{
    uint64_t all = 1, alone = 1;
    for (unsigned i = 0; i < design->axes && all <= DESIGN_POINTS_MAX; i++) {
        all *= design->axis[i].steps;
        alone += design->axis[i].steps;
    }
    switch (design->kind) {
    case DESIGN_GRID:
        return all;
    case DESIGN_ONE_AT_A_TIME:
        return alone;
    case DESIGN_SALTELLI:
        return (uint64_t)design->samples * (design->axes + 2);
    default:
        return design->samples;
    }
}

bool design_open(struct design *design, struct arena *arena)
{
    check(design->kind != DESIGN_UNSET && design->axes > 0 && design->axes <= DESIGN_AXES_MAX);
    for (unsigned i = 0; i < design->axes; i++)
        check(design->axis[i].steps > 0 && design->axis[i].levels <= DESIGN_LEVELS_MAX);
    design->points = count_points(design);
    if (design->points == 0 || design->points > DESIGN_POINTS_MAX)
        return false;
    for (unsigned i = 0; design->kind == DESIGN_LHS && i < design->axes; i++)
        draw_strata(design, i, arena);
    return true;
}

/* The level of one of the even steps. */
static uint64_t level_of_step(const struct design_axis *axis, uint64_t step)
{
    uint64_t gaps = axis->steps - 1;
    return gaps ? ((axis->levels - 1) * step + gaps / 2) / gaps : 0;
}

static uint64_t grid_step(const struct design *design, uint64_t point, unsigned axis)
{
    for (unsigned i = design->axes - 1; i > axis; i--)
        point /= design->axis[i].steps;
    return point % design->axis[axis].steps;
}

/* The step of a point that moves this axis; false: it moves another, or none. */
static bool lone_step(const struct design *design, uint64_t point, unsigned axis, uint64_t *step)
{
    uint64_t first = 1;
    for (unsigned i = 0; i < axis; i++)
        first += design->axis[i].steps;
    *step = point - first;
    return point >= first && *step < design->axis[axis].steps;
}

bool design_level(const struct design *design, uint64_t point, unsigned axis, uint64_t *level)
{
    const struct design_axis *at = &design->axis[axis];
    uint64_t step;
    check(point < design->points && axis < design->axes);
    switch (design->kind) {
    case DESIGN_GRID:
        *level = level_of_step(at, grid_step(design, point, axis));
        return true;
    case DESIGN_ONE_AT_A_TIME:
        if (!lone_step(design, point, axis, &step))
            return false;
        *level = level_of_step(at, step);
        return true;
    case DESIGN_LHS:
        *level = at->levels * lhs_at(design, point, axis) >> 32;
        return true;
    case DESIGN_SOBOL:
        *level = at->levels * design_sobol((uint32_t)point, axis) >> 32;
        return true;
    default:
        *level = at->levels * saltelli_at(design, point, axis) >> 32;
        return true;
    }
}

/* ---- classes ---- */

enum { FIFTHS = 5 };

static bool has_steps(const struct design *design)
{
    return design->kind == DESIGN_GRID || design->kind == DESIGN_ONE_AT_A_TIME;
}

unsigned design_classes(const struct design *design, unsigned axis)
{
    const struct design_axis *at = &design->axis[axis];
    if (has_steps(design))
        return at->steps;
    return at->levels < FIFTHS ? (unsigned)at->levels : FIFTHS;
}

bool design_class(const struct design *design, uint64_t point, unsigned axis, unsigned *class)
{
    uint64_t level, step;
    if (design->kind == DESIGN_GRID) {
        *class = (unsigned)grid_step(design, point, axis);
        return true;
    }
    if (design->kind == DESIGN_ONE_AT_A_TIME) {
        bool moves = lone_step(design, point, axis, &step);
        *class = (unsigned)step;
        return moves;
    }
    design_level(design, point, axis, &level);
    *class = (unsigned)(level * design_classes(design, axis) / design->axis[axis].levels);
    return true;
}

void design_class_levels(const struct design *design, unsigned axis, unsigned class, uint64_t *first, uint64_t *last)
{
    const struct design_axis *at = &design->axis[axis];
    uint64_t classes = design_classes(design, axis);
    if (has_steps(design)) {
        *first = *last = level_of_step(at, class);
        return;
    }
    *first = (class * at->levels + classes - 1) / classes; /* the least level that falls into the class */
    *last = ((class + 1) * at->levels + classes - 1) / classes - 1;
}
