/* sensitivity_test: indices of functions whose indices are known, means by class, figures that are not there. */
#include "tests/unit.h"

#include <math.h>
#include <stdlib.h>

#include "core/arena.h"
#include "sim/design.h"
#include "sim/sensitivity.h"

enum { ROWS = 4096, AXES = 3, POINTS = ROWS * (AXES + 2) };
#define LEVELS 1000001

static struct design sample(struct arena *arena)
{
    struct design design = {.kind = DESIGN_SALTELLI, .seed = 1, .samples = ROWS, .axes = AXES};
    for (unsigned axis = 0; axis < AXES; axis++)
        design.axis[axis] = (struct design_axis){LEVELS, 2};
    assert_true(design_open(&design, arena));
    return design;
}

static double place(const struct design *design, uint64_t point, unsigned axis)
{
    uint64_t level;
    design_level(design, point, axis, &level);
    return (double)level / (LEVELS - 1);
}

static void assert_near(int64_t found, double expected, double slack)
{
    if (fabs((double)found / 1e6 - expected) > slack)
        fail_msg("%.4f is not %.4f", (double)found / 1e6, expected);
}

/* y = x1 + 2 x2 + 3 x3: the share of each is its coefficient squared, of 14; first and total are the same. */
static void test_linear(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct design design = sample(&arena);
    int64_t *figure = arena_array(&arena, int64_t, POINTS), first[AXES], total[AXES];
    for (uint64_t point = 0; point < POINTS; point++)
        for (unsigned axis = 0; axis < AXES; axis++) {
            uint64_t level;
            design_level(&design, point, axis, &level);
            figure[point] += (int64_t)level * (axis + 1);
        }
    assert_true(sensitivity_indices(&design, figure, first, total));
    for (unsigned axis = 0; axis < AXES; axis++) {
        double share = (axis + 1) * (axis + 1) / 14.0;
        assert_near(first[axis], share, 0.005);
        assert_near(total[axis], share, 0.005);
    }
    for (uint64_t point = 0; point < POINTS; point++)
        figure[point] = figure[point] * 1000000 - ((int64_t)1 << 54); /* far from zero, and large */
    int64_t again[AXES];
    assert_true(sensitivity_indices(&design, figure, again, total));
    for (unsigned axis = 0; axis < AXES; axis++)
        assert_near(again[axis], (double)first[axis] / 1e6, 0.0001);
    arena_finish(&arena);
}

/* Ishigami and Homma's function, a = 7, b = 0.1; its indices in closed form: 0.3139, 0.4424, 0; total 0.5576, 0.4424,
 * 0.2437. */
static void test_ishigami(void **state)
{
    (void)state;
    static const double expected[2][AXES] = {{0.3139, 0.4424, 0}, {0.5576, 0.4424, 0.2437}};
    struct arena arena = {0};
    struct design design = sample(&arena);
    int64_t *figure = arena_array(&arena, int64_t, POINTS), first[AXES], total[AXES];
    for (uint64_t point = 0; point < POINTS; point++) {
        double x[AXES];
        for (unsigned axis = 0; axis < AXES; axis++)
            x[axis] = (2 * place(&design, point, axis) - 1) * 3.14159265358979;
        double y = sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * x[2] * x[2] * x[2] * x[2] * sin(x[0]);
        figure[point] = (int64_t)floor(y * 1e6);
    }
    assert_true(sensitivity_indices(&design, figure, first, total));
    for (unsigned axis = 0; axis < AXES; axis++) {
        assert_near(first[axis], expected[0][axis], 0.015);
        assert_near(total[axis], expected[1][axis], 0.015);
    }
    arena_finish(&arena);
}

static void test_no_indices(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct design design = sample(&arena);
    int64_t *figure = arena_array(&arena, int64_t, POINTS), first[AXES], total[AXES];
    assert_false(sensitivity_indices(&design, figure, first, total)); /* always the same */
    for (uint64_t point = 0; point < POINTS; point++)
        figure[point] = (int64_t)point;
    assert_true(sensitivity_indices(&design, figure, first, total));
    figure[7] = SENSITIVITY_NONE;
    assert_false(sensitivity_indices(&design, figure, first, total));
    design.kind = DESIGN_LHS;
    figure[7] = 7;
    assert_false(sensitivity_indices(&design, figure, first, total));
    arena_finish(&arena);
}

/* y = 100 i - 7 j² on a grid of 3 × 3. */
static void test_means(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct design design = {.kind = DESIGN_GRID, .axes = 2, .axis = {{3, 3}, {3, 3}}};
    struct sensitivity_effect effect;
    int64_t figure[9], base;
    assert_true(design_open(&design, &arena));
    for (int64_t point = 0; point < 9; point++)
        figure[point] = 100 * (point / 3) - 7 * (point % 3) * (point % 3);
    assert_true(sensitivity_effect(&design, figure, 0, &arena, &effect));
    assert_true(effect.classes == 3 && effect.least == -12 && effect.most == 188);
    assert_true(effect.low == 0 && effect.high == 2);
    assert_true(sensitivity_effect(&design, figure, 1, &arena, &effect));
    assert_true(effect.least == 72 && effect.most == 100 && effect.low == 2 && effect.high == 0);
    assert_true(sensitivity_base(&design, figure, &base) && base == 88);
    figure[8] = SENSITIVITY_NONE;
    assert_true(sensitivity_effect(&design, figure, 0, &arena, &effect));
    assert_int_equal(effect.points[2], 2);
    assert_int_equal(effect.mean[2], 197); /* (200 + 193) / 2, half away from zero */
    for (unsigned point = 0; point < 9; point++)
        figure[point] = SENSITIVITY_NONE;
    assert_false(sensitivity_effect(&design, figure, 0, &arena, &effect));
    arena_finish(&arena);
}

/* One axis at a time the scenario as it is counts as an end of the bar. */
static void test_one_at_a_time(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct design design = {.kind = DESIGN_ONE_AT_A_TIME, .axes = 2, .axis = {{1, 1}, {2, 2}}};
    static const int64_t figure[] = {10, 4, 12, 15};
    struct sensitivity_effect effect;
    assert_true(design_open(&design, &arena) && design.points == COUNT_OF(figure));
    assert_true(sensitivity_effect(&design, figure, 0, &arena, &effect));
    assert_true(effect.least == 4 && !effect.low_is_base && effect.most == 10 && effect.high_is_base);
    assert_true(sensitivity_effect(&design, figure, 1, &arena, &effect));
    assert_true(effect.least == 10 && effect.low_is_base && effect.most == 15 && effect.high == 1);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear), cmocka_unit_test(test_ishigami),       cmocka_unit_test(test_no_indices),
        cmocka_unit_test(test_means),  cmocka_unit_test(test_one_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
