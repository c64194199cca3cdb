/* arrivals_test: the orders of a world come as its scenario states: times, months, baskets, people, goods. */
#include "tests/world_run.h"

#include "tests/theory.h"

enum { ORDERS_MAX = 60000, BUYERS = 50 };

struct seen {
    double *gap; /* s, between orders */
    size_t orders;
    int64_t last;
    double month[12], units[4], buyer[BUYERS], product[3];
    uint32_t first_product;
};

static void keep_placed(void *self, uint64_t number, const struct event *event, uint64_t order)
{
    struct seen *seen = self;
    (void)number;
    if (order != seen->orders + 1)
        return; /* a later step of an order */
    if (seen->orders)
        seen->gap[seen->orders - 1] = (double)(event->time - seen->last);
    seen->last = event->time;
    seen->orders++;
    seen->month[date_civil((int32_t)(event->time / DAY_SECONDS)).month - 1]++;
}

static void keep_ended(void *self, const struct order_record *record)
{
    struct seen *seen = self;
    assert_in_range(record->units, 1, 4);
    assert_true(record->buyer < BUYERS);
    seen->units[record->units - 1]++;
    seen->buyer[record->buyer]++;
    assert_in_range(record->product, seen->first_product, seen->first_product + 2);
    seen->product[record->product - seen->first_product]++;
}

static struct seen watch(const struct book *book, const char *patch)
{
    struct run run;
    struct seen seen = {.gap = memory_take(ORDERS_MAX * sizeof(double))};
    struct world_sink sink = {.self = &seen, .event = keep_placed, .order = keep_ended};
    load(&run, book, "scenarios/shenzhen-germany.json", patch);
    seen.first_product = run.scenario->flow[0].goods[0].product;
    run.world = world_create(run.scenario, book, 7, 1, 0, &sink);
    go(&run, INT64_MAX);
    end(&run);
    finish(&run);
    assert_in_range(seen.orders, 30000, ORDERS_MAX);
    return seen;
}

static double exponential(double x, double mean)
{
    return 1 - exp(-(x + 0.5) / mean); /* times are whole seconds */
}

/* 100 orders a day: 864 s from one to the next. */
static void gaps_are_exponential(void **state)
{
    struct seen seen = watch(*state, "{\"flows\":{\"post\":{\"demand\":{\"per_day\":\"100\",\"buyers\":50,"
                             "\"season\":null,\"units\":[{\"per_mille\":0,\"units\":\"1\"},"
                             "{\"per_mille\":1000,\"units\":\"4\"}]}}}}");
    assert_drawn_from(seen.gap, seen.orders - 1, exponential, 864);
    memory_release(seen.gap);
}

static void months_follow_the_season(const struct seen *seen)
{
    static const double season[12] = {950, 720, 980, 950, 970, 1000, 960, 980, 1020, 1060, 1280, 1130};
    double expected[12];
    for (int month = 0; month < 12; month++)
        expected[month] = season[month] / 1000 * 100 *
                          (date_day(2025 + month / 11, (month + 1) % 12 + 1, 1) - date_day(2025, month + 1, 1));
    assert_counts(seen->month, expected, 12);
}

/* Points on eighths: half of the orders ask for one unit, a quarter for two, an eighth each for three and four. */
static void orders_are_as_stated(void **state)
{
    struct seen seen = watch(*state, "{\"flows\":{\"post\":{\"demand\":{\"per_day\":\"100\",\"buyers\":50,\"units\":"
                             "[{\"per_mille\":0,\"units\":\"0.5\"},{\"per_mille\":500,\"units\":\"1.5\"},"
                             "{\"per_mille\":750,\"units\":\"2.5\"},{\"per_mille\":1000,\"units\":\"4.5\"}]}}}}");
    double all = (double)seen.orders, buyers[BUYERS];
    const double units[4] = {all / 2, all / 4, all / 8, all / 8};
    const double goods[3] = {all * 8 / 10, all / 10, all / 10}; /* by weight 8, 1, 1 */
    for (int i = 0; i < BUYERS; i++)
        buyers[i] = all / BUYERS;
    months_follow_the_season(&seen);
    assert_counts(seen.units, units, 4);
    assert_counts(seen.product, goods, 3);
    assert_counts(seen.buyer, buyers, BUYERS);
    memory_release(seen.gap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_exponential),
        cmocka_unit_test(orders_are_as_stated),
    };
    return cmocka_run_group_tests_name("arrivals", tests, open_book, close_book);
}
