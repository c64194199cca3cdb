/* misfortune: worlds in which things go wrong without end, or that are seen from another home. */
#include "tests/world_run.h"

/* Every container goes down: the seller stops buying, and who waited gets his money back. */
static void a_way_that_loses_everything_is_given_up(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/one-can.json", "{\"prices\":{\"test.sea\":{\"loss\":\"1\"}}}", 50);
    assert_int_equal(run.tally->orders[ORDER_CANCELLED], 50);
    assert_in_range(run.tally->shipments[SHIPMENT_LOST], 12, 60);
    assert_int_equal(run.tally->shipments[SHIPMENT_MOVING], 0);
    assert_int_equal(run.tally->paid, 0);
    assert_int_equal(run.records, 50);
    assert_true(run.record[0].time[TIME_PAID] != INT64_MIN && run.record[0].time[TIME_DISPATCHED] == INT64_MIN);
    finish(&run);
}

/* No time passes from purchase to loss. */
static void what_is_lost_at_once_is_bought_again_tomorrow(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/one-can.json",
             "{\"prices\":{\"test.sea\":{\"loss\":\"1\",\"t10_h\":\"0\",\"t90_h\":\"0\"}}}", 50);
    assert_int_equal(run.tally->orders[ORDER_CANCELLED], 50);
    assert_in_range(run.tally->shipments[SHIPMENT_LOST], 40, 2000); /* 40 days ahead, each day what is lacking */
    finish(&run);
}

/* A departure a day, and an ounce each: that is told, before the clock runs out. */
static void a_world_without_end_fails(void **state)
{
    struct run run;
    load(&run, *state, "tests/world/lane.json",
         "{\"flows\":{\"phones\":null},\"lanes\":{\"air\":{\"capacity_kg\":\"0.03\",\"surcharge\":\"0\"}}}");
    scenario_limit(run.scenario, 20000);
    start(&run, 7);
    assert_int_equal(world_advance(run.world, INT64_MAX, 0), WORLD_FAILED);
    assert_int_equal(world_error(run.world)->code, ERR_RANGE);
    assert_non_null(strstr(world_error(run.world)->message, "orders are on their way"));
    finish(&run);
}

/* The same parcels from China, seen from Germany: the same steps and sums, in another column. */
static void home_moves_the_column_only(void **state)
{
    struct run from, to;
    simulate(&from, *state, "scenarios/shenzhen-germany.json", NULL, 200);
    simulate(&to, *state, "scenarios/shenzhen-germany.json", "{\"home\":\"DE\"}", 200);
    assert_int_equal(from.tally->placed_of[COLUMN_EXPORT_RETAIL], 200);
    assert_int_equal(to.tally->placed_of[COLUMN_IMPORT_RETAIL], 200);
    assert_memory_equal(from.tally->orders, to.tally->orders, sizeof from.tally->orders);
    assert_int_equal(from.tally->orders[ORDER_OPEN], 0);
    assert_int_equal(from.tally->events, to.tally->events);
    assert_int_equal(from.tally->margin, to.tally->margin);
    for (enum layer layer = LAYER_LAW; layer < LAYER_COUNT; layer++)
        assert_int_equal(from.tally->node[node_index(layer, COLUMN_EXPORT_RETAIL)].cost,
                         to.tally->node[node_index(layer, COLUMN_IMPORT_RETAIL)].cost);
    finish(&from);
    finish(&to);
}

/* One buyer in China may import 26,000 yuan a year, whichever home the scenario has. */
static void an_allowance_is_the_law_of_its_place(void **state)
{
    struct run run;
    simulate(&run, *state, "scenarios/india-china.json",
             "{\"flows\":{\"labelled\":null,\"plain\":{\"demand\":{\"buyers\":1}}}}", 600);
    int64_t used = run.world->market[0].use[0].used_minor;
    assert_true(run.tally->orders[ORDER_REFUSED] > 300);
    assert_in_range(used, 1, 2600000);
    finish(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_way_that_loses_everything_is_given_up),
        cmocka_unit_test(what_is_lost_at_once_is_bought_again_tomorrow),
        cmocka_unit_test(a_world_without_end_fails),
        cmocka_unit_test(home_moves_the_column_only),
        cmocka_unit_test(an_allowance_is_the_law_of_its_place),
    };
    return cmocka_run_group_tests_name("misfortune", tests, open_book, close_book);
}
