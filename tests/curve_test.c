/* curve_test: costs over quantity, value, weight and distance: they add up, cross exactly where they say, and stand
 * where the scenario stands when nothing is changed. */
#include <string.h>

#include "core/arena.h"
#include "sim/curve.h"
#include "sim/data.h"
#include "tests/unit.h"

struct given {
    struct book book;
    struct scenario *scenario;
};

static int setup(void **state)
{
    const struct data_span *span = data_find("scenarios/milk-powder.json");
    struct given *given = *state = memory_take(sizeof *given);
    struct errs errs = {0};
    if (book_load(&given->book, NULL, 0, &errs) != 0)
        return -1;
    given->scenario = scenario_load(&given->book, span->path, span->start, (size_t)(span->end - span->start), NULL, 0,
                                    &errs);
    unit_print_errs(&errs);
    return given->scenario ? 0 : -1;
}

static int teardown(void **state)
{
    struct given *given = *state;
    scenario_free(given->scenario);
    book_finish(&given->book);
    memory_release(given);
    return 0;
}

static void open_curve(const struct given *given, struct curve *curve, enum curve_mode mode, enum curve_axis axis)
{
    struct errs errs = {0};
    if (curve_open(curve, given->scenario, &given->book, mode, NULL, NULL, given->scenario->from_day, &errs) != 0)
        unit_fail_with(&errs);
    curve_over(curve, axis);
}

static struct curve_point point_at(struct curve *curve, int64_t quantity)
{
    struct errs errs = {0};
    struct curve_point point;
    if (!curve_at(curve, quantity, &point, &errs))
        unit_fail_with(&errs);
    return point;
}

static unsigned way_named(const struct curve *curve, const char *id)
{
    for (unsigned way = 0; way < curve->ways; way++)
        if (strcmp(curve->scenario->flow[curve->flow[way]].id, id) == 0)
            return way;
    fail();
    return 0;
}

static void parts_sum_to_the_cost(void **state)
{
    static const int64_t asked[CURVE_AXIS_COUNT][3] = {
        [CURVE_OVER_QUANTITY] = {1, 190, 5000}, [CURVE_OVER_VALUE] = {10, 200, 2000},
        [CURVE_OVER_WEIGHT] = {50, 1150, 9999}, [CURVE_OVER_DISTANCE] = {10, 100, 250}};
    for (enum curve_axis axis = CURVE_OVER_QUANTITY; axis < CURVE_AXIS_COUNT; axis++) {
        struct curve curve;
        open_curve(*state, &curve, CURVE_VOLUME, axis);
        for (size_t i = 0; i < 3; i++) {
            struct curve_point point = point_at(&curve, asked[axis][i]);
            for (unsigned way = 0; way < curve.ways; way++) {
                int64_t parts[KIND_COUNT], sum = 0;
                struct errs errs = {0};
                assert_int_equal(curve_parts(&curve, asked[axis][i], way, parts, &errs), point.is_open[way]);
                for (unsigned kind = 0; kind < KIND_COUNT && point.is_open[way]; kind++)
                    sum += parts[kind];
                if (point.is_open[way]) /* each kind, and the cost itself, is rounded */
                    assert_in_range(sum + 1000 - point.cost[way] * 100, 900, 1100);
            }
        }
        curve_close(&curve);
    }
}

/* The unchanged good on the unchanged way, asked by weight and by distance. */
static void axes_pass_through_the_scenario(void **state)
{
    struct curve weight, distance;
    open_curve(*state, &weight, CURVE_VOLUME, CURVE_OVER_WEIGHT);
    open_curve(*state, &distance, CURVE_VOLUME, CURVE_OVER_DISTANCE);
    point_at(&weight, 30000);
    point_at(&distance, 7); /* nothing of it stays */
    struct curve_point a = point_at(&weight, 1150), b = point_at(&distance, 100);
    for (unsigned way = 0; way < weight.ways; way++)
        assert_int_equal(a.cost[way], b.cost[way]);
    curve_close(&weight);
    curve_close(&distance);
}

static void longer_and_heavier_costs_more(void **state)
{
    for (enum curve_axis axis = CURVE_OVER_WEIGHT; axis <= CURVE_OVER_DISTANCE; axis++) {
        struct curve curve;
        open_curve(*state, &curve, CURVE_VOLUME, axis);
        struct curve_point near = point_at(&curve, 100), far = point_at(&curve, 300);
        for (unsigned way = 0; way < curve.ways; way++)
            assert_true(far.cost[way] > near.cost[way]);
        curve_close(&curve);
    }
}

/* 2 cans of more than 2,500 are above 5,000 CNY an order: retail import is closed, whatever it would cost. */
static void the_law_closes_a_way_by_value(void **state)
{
    struct curve curve;
    struct errs errs = {0};
    open_curve(*state, &curve, CURVE_VOLUME, CURVE_OVER_VALUE);
    unsigned bonded = way_named(&curve, "bonded"), container = way_named(&curve, "container");
    assert_int_equal(curve.usual, 2);
    assert_true(point_at(&curve, 2500).is_open[bonded]);
    assert_false(point_at(&curve, 2501).is_open[bonded]);
    struct curve_crossing crossing = {.at = 2501, .from = bonded, .to = container};
    assert_int_equal(curve_explain(&curve, 5000, &crossing, &errs), 0);
    assert_true(crossing.closes);
    assert_false(crossing.opens);
    assert_int_equal(crossing.drivers, 0);
    curve_close(&curve);
}

/* The kinds named gain what the costs of both ways say they gain. */
static void what_drives_a_crossing_is_the_largest_gain(void **state)
{
    struct curve curve;
    struct errs errs = {0};
    int64_t low[2][KIND_COUNT], high[2][KIND_COUNT], largest = 0;
    open_curve(*state, &curve, CURVE_VOLUME, CURVE_OVER_QUANTITY);
    struct curve_crossing crossing = {.at = 190, .from = way_named(&curve, "direct_mail"),
                                      .to = way_named(&curve, "bonded")};
    assert_int_equal(point_at(&curve, 189).best, crossing.from);
    assert_int_equal(point_at(&curve, 190).best, crossing.to);
    assert_int_equal(curve_explain(&curve, 50000, &crossing, &errs), 0);
    assert_int_equal(crossing.low, 95);
    assert_int_equal(crossing.high, 380);
    for (unsigned side = 0; side < 2; side++) {
        unsigned way = side ? crossing.to : crossing.from;
        assert_true(curve_parts(&curve, 95, way, low[side], &errs));
        assert_true(curve_parts(&curve, 380, way, high[side], &errs));
    }
    for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
        int64_t gain = (high[0][kind] - high[1][kind]) - (low[0][kind] - low[1][kind]);
        largest = gain > largest ? gain : largest;
    }
    assert_int_equal(crossing.drivers, CURVE_DRIVERS);
    assert_int_equal(crossing.kind[0], KIND_FREIGHT); /* a part of a container is paid as a whole one */
    assert_int_equal(crossing.change[0], largest);
    assert_true(crossing.change[0] >= crossing.change[1] && crossing.change[1] >= crossing.change[2]);
    curve_close(&curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_sum_to_the_cost),
        cmocka_unit_test(axes_pass_through_the_scenario),
        cmocka_unit_test(longer_and_heavier_costs_more),
        cmocka_unit_test(the_law_closes_a_way_by_value),
        cmocka_unit_test(what_drives_a_crossing_is_the_largest_gain),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
