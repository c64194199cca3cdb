/* design_test: the order of a grid, strata of a Latin hypercube, Sobol's first points and its even spread, the rows of
 * Saltelli's sample, classes. */
#include "tests/unit.h"

#include "core/arena.h"
#include "sim/design.h"

static uint64_t level_at(const struct design *design, uint64_t point, unsigned axis)
{
    uint64_t level = UINT64_MAX;
    assert_true(design_level(design, point, axis, &level));
    assert_true(level < design->axis[axis].levels);
    return level;
}

static void test_grid(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct design design = {.kind = DESIGN_GRID, .axes = 3, .axis = {{2, 2}, {101, 3}, {1, 1}}};
    static const uint64_t expected[][3] = {{0, 0, 0}, {0, 50, 0}, {0, 100, 0}, {1, 0, 0}, {1, 50, 0}, {1, 100, 0}};
    assert_true(design_open(&design, &arena));
    assert_int_equal(design.points, COUNT_OF(expected));
    for (uint64_t point = 0; point < design.points; point++)
        for (unsigned axis = 0; axis < 3; axis++)
            assert_int_equal(level_at(&design, point, axis), expected[point][axis]);
    design.axis[0] = design.axis[1] = design.axis[2] = (struct design_axis){1000, 1000};
    assert_false(design_open(&design, &arena)); /* a billion points */
    arena_finish(&arena);
}

static void test_one_at_a_time(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct design design = {.kind = DESIGN_ONE_AT_A_TIME, .axes = 2, .axis = {{2, 2}, {11, 3}}};
    static const int expected[][2] = {{-1, -1}, {0, -1}, {1, -1}, {-1, 0}, {-1, 5}, {-1, 10}};
    assert_true(design_open(&design, &arena));
    assert_int_equal(design.points, COUNT_OF(expected));
    for (uint64_t point = 0; point < design.points; point++)
        for (unsigned axis = 0; axis < 2; axis++) {
            uint64_t level;
            bool moves = design_level(&design, point, axis, &level);
            assert_int_equal(moves ? (int)level : -1, expected[point][axis]);
        }
    arena_finish(&arena);
}

/* Every stratum of every axis holds one point; another seed lays them otherwise. */
static void test_latin_hypercube(void **state)
{
    (void)state;
    enum { POINTS = 97, STEP = 1000 };
    struct arena arena = {0};
    struct design design = {.kind = DESIGN_LHS, .seed = 5, .samples = POINTS, .axes = 4};
    for (unsigned axis = 0; axis < 4; axis++)
        design.axis[axis] = (struct design_axis){POINTS * STEP, 2};
    struct design other = design;
    other.seed = 6;
    assert_true(design_open(&design, &arena) && design_open(&other, &arena));
    unsigned differ = 0, pairs = 0;
    for (unsigned axis = 0; axis < 4; axis++) {
        bool is_taken[POINTS] = {0};
        for (uint64_t point = 0; point < POINTS; point++) {
            uint64_t level = level_at(&design, point, axis);
            assert_false(is_taken[level / STEP]);
            is_taken[level / STEP] = true;
            differ += level / STEP != level_at(&other, point, axis) / STEP;
            pairs += axis > 0 && level / STEP == level_at(&design, point, 0) / STEP;
        }
    }
    assert_true(differ > 4 * POINTS * 9 / 10);
    assert_true(pairs < POINTS / 5); /* axes are shuffled apart */
    arena_finish(&arena);
}

/* First points of the sequence in five dimensions, as Joe and Kuo's own program prints them. */
static void test_sobol_first(void **state)
{
    (void)state;
    static const unsigned eighths[8][5] = {{0, 0, 0, 0, 0}, {4, 4, 4, 4, 4}, {6, 2, 2, 2, 6}, {2, 6, 6, 6, 2},
                                           {3, 3, 5, 7, 3}, {7, 7, 1, 3, 7}, {5, 1, 7, 5, 5}, {1, 5, 3, 1, 1}};
    for (uint32_t point = 0; point < 8; point++)
        for (unsigned dimension = 0; dimension < 5; dimension++)
            assert_int_equal(design_sobol(point, dimension), eighths[point][dimension] << 29);
}

/* The first 2^k points lie one each in the 2^k equal parts of every axis; and of the first two axes together in the
 * 2^k boxes of any shape. */
static void test_sobol_spread(void **state)
{
    (void)state;
    enum { BITS = 10, POINTS = 1 << BITS };
    for (unsigned dimension = 0; dimension < DESIGN_DIMENSIONS; dimension++) {
        bool is_taken[POINTS] = {0};
        for (uint32_t point = 0; point < POINTS; point++) {
            uint32_t part = design_sobol(point, dimension) >> (32 - BITS);
            assert_false(is_taken[part]);
            is_taken[part] = true;
        }
    }
    for (unsigned wide = 0; wide <= BITS; wide++) {
        bool is_taken[POINTS] = {0};
        for (uint32_t point = 0; point < POINTS; point++) {
            uint64_t x = (uint64_t)design_sobol(point, 0) >> (32 - wide);
            uint64_t y = (uint64_t)design_sobol(point, 1) >> (32 - (BITS - wide));
            assert_false(is_taken[x << (BITS - wide) | y]);
            is_taken[x << (BITS - wide) | y] = true;
        }
    }
}

/* Of each row, AB differs from A in one axis, and has there what B has. */
static void test_saltelli(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct design design = {.kind = DESIGN_SALTELLI, .seed = 1, .samples = 64, .axes = 3};
    unsigned same = 0;
    for (unsigned axis = 0; axis < 3; axis++)
        design.axis[axis] = (struct design_axis){UINT32_MAX, 2};
    assert_true(design_open(&design, &arena));
    assert_int_equal(design.points, 64 * 5);
    for (uint64_t row = 0; row < 64; row++)
        for (unsigned axis = 0; axis < 3; axis++) {
            uint64_t a = level_at(&design, design_row_a(&design, row), axis);
            uint64_t b = level_at(&design, design_row_b(&design, row), axis);
            same += a == b;
            for (unsigned moved = 0; moved < 3; moved++)
                assert_int_equal(level_at(&design, design_row_ab(&design, row, moved), axis), moved == axis ? b : a);
        }
    assert_int_equal(same, 0);
    arena_finish(&arena);
}

static void test_classes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct design design = {.kind = DESIGN_SOBOL, .samples = 64, .axes = 2, .axis = {{3, 2}, {42, 2}}};
    static const unsigned classes[2] = {3, 5};
    assert_true(design_open(&design, &arena));
    for (unsigned axis = 0; axis < 2; axis++) {
        uint64_t first, last, next = 0;
        assert_int_equal(design_classes(&design, axis), classes[axis]);
        for (unsigned class = 0; class < classes[axis]; class++) { /* they cover the axis without gap or overlap */
            design_class_levels(&design, axis, class, &first, &last);
            assert_int_equal(first, next);
            next = last + 1;
        }
        assert_int_equal(next, design.axis[axis].levels);
        for (uint64_t point = 0; point < design.points; point++) {
            unsigned class;
            assert_true(design_class(&design, point, axis, &class));
            design_class_levels(&design, axis, class, &first, &last);
            uint64_t level = level_at(&design, point, axis);
            assert_true(level >= first && level <= last);
        }
    }
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grid),         cmocka_unit_test(test_one_at_a_time),
        cmocka_unit_test(test_latin_hypercube), cmocka_unit_test(test_sobol_first),
        cmocka_unit_test(test_sobol_spread), cmocka_unit_test(test_saltelli),
        cmocka_unit_test(test_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
