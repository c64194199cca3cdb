/* sensitivity: sums of integers over the points of a design. */
#include "sim/sensitivity.h"

#include "core/arena.h"
#include "core/check.h"
#include "core/wide.h"
#include "sim/design.h"

static int64_t round_mean(wide sum, uint64_t count)
{
    wide half = (wide)(count / 2);
    return (int64_t)((sum < 0 ? sum - half : sum + half) / (wide)count);
}

/* ---- means ---- */

bool sensitivity_base(const struct design *design, const int64_t *figure, int64_t *base)
{
    uint64_t points = design->kind == DESIGN_ONE_AT_A_TIME ? 1 : design->points, count = 0;
    wide sum = 0;
    for (uint64_t point = 0; point < points; point++)
        if (figure[point] != SENSITIVITY_NONE) {
            sum += figure[point];
            count++;
        }
    *base = count ? round_mean(sum, count) : 0;
    return count > 0;
}

static void find_ends(const struct design *design, const int64_t *figure, struct sensitivity_effect *out)
{
    bool is_first = true;
    for (unsigned class = 0; class < out->classes; class++) {
        if (out->points[class] == 0)
            continue;
        if (is_first || out->mean[class] < out->least) {
            out->low = class;
            out->least = out->mean[class];
        }
        if (is_first || out->mean[class] > out->most) {
            out->high = class;
            out->most = out->mean[class];
        }
        is_first = false;
    }
    int64_t base;
    if (design->kind != DESIGN_ONE_AT_A_TIME || !sensitivity_base(design, figure, &base))
        return;
    out->low_is_base = base < out->least;
    out->high_is_base = base > out->most;
    out->least = out->low_is_base ? base : out->least;
    out->most = out->high_is_base ? base : out->most;
}

bool sensitivity_effect(const struct design *design, const int64_t *figure, unsigned axis, struct arena *arena,
                        struct sensitivity_effect *out)
{
    unsigned classes = design_classes(design, axis), class;
    wide *sum = arena_array(arena, wide, classes);
    *out = (struct sensitivity_effect){.classes = classes, .mean = arena_array(arena, int64_t, classes),
                                       .points = arena_array(arena, uint64_t, classes)};
    for (uint64_t point = 0; point < design->points; point++) {
        if (figure[point] == SENSITIVITY_NONE || !design_class(design, point, axis, &class))
            continue;
        sum[class] += figure[point];
        out->points[class]++;
    }
    uint64_t all = 0;
    for (class = 0; class < classes; class++) {
        out->mean[class] = out->points[class] ? round_mean(sum[class], out->points[class]) : 0;
        all += out->points[class];
    }
    if (all)
        find_ends(design, figure, out);
    return all > 0;
}

/* ---- indices ---- */

/* A figure less `middle`, so coarse that a million squares and a million millionths fit 128 bits. */
struct scale {
    int64_t middle;
    unsigned shift;
};
enum { BITS_MAX = 42 };

static int64_t scaled(const struct scale *scale, int64_t figure)
{
    wide off = (wide)figure - scale->middle;
    return (int64_t)(off / ((wide)1 << scale->shift));
}

static bool find_scale(const struct design *design, const int64_t *figure, struct scale *scale)
{
    wide most = 0;
    *scale = (struct scale){0};
    if (!sensitivity_base(design, figure, &scale->middle))
        return false;
    for (uint64_t point = 0; point < design->points; point++) {
        if (figure[point] == SENSITIVITY_NONE)
            return false;
        wide off = (wide)figure[point] - scale->middle;
        most = off > most ? off : -off > most ? -off : most;
    }
    while (most >> scale->shift >> BITS_MAX)
        scale->shift++;
    return true;
}

/* Sum of squares of A and B around their own mean, which `scale` then holds. */
static wide sum_squares(const struct design *design, const int64_t *figure, struct scale *scale)
{
    wide sum = 0, squares = 0;
    for (uint64_t row = 0; row < design->samples; row++)
        sum += (wide)figure[design_row_a(design, row)] + figure[design_row_b(design, row)];
    scale->middle = round_mean(sum, 2 * (uint64_t)design->samples);
    for (uint64_t row = 0; row < design->samples; row++) {
        wide a = scaled(scale, figure[design_row_a(design, row)]), b = scaled(scale, figure[design_row_b(design, row)]);
        squares += a * a + b * b;
    }
    return squares;
}

bool sensitivity_indices(const struct design *design, const int64_t *figure, int64_t *first, int64_t *total)
{
    struct scale scale;
    if (design->kind != DESIGN_SALTELLI || !find_scale(design, figure, &scale))
        return false;
    wide squares = sum_squares(design, figure, &scale);
    for (unsigned axis = 0; axis < design->axes && squares > 0; axis++) {
        wide product = 0, difference = 0;
        for (uint64_t row = 0; row < design->samples; row++) {
            wide a = scaled(&scale, figure[design_row_a(design, row)]);
            wide b = scaled(&scale, figure[design_row_b(design, row)]);
            wide mixed = scaled(&scale, figure[design_row_ab(design, row, axis)]);
            product += b * (mixed - a);
            difference += (a - mixed) * (a - mixed);
        }
        first[axis] = (int64_t)(2 * product * 1000000 / squares);
        total[axis] = (int64_t)(difference * 1000000 / squares);
    }
    return squares > 0;
}
