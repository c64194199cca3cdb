/* claims: what the article on the three layers and three columns says of the trade, each on its scenario, with the
 * number that it must show. */
#include "tests/unit.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "sim/book.h"
#include "sim/curve.h"
#include "sim/data.h"
#include "sim/world_int.h"
#include "trade/catalog.h"

/* ---- scenarios, with changes ---- */

static struct book *open_book(const char *reform)
{
    struct errs errs = {0};
    struct book *book = memory_take(sizeof *book);
    struct book_overlay overlay = {BOOK_REFORM, "reform", reform, reform ? strlen(reform) : 0};
    if (book_load(book, &overlay, reform ? 1 : 0, &errs))
        unit_fail_with(&errs);
    return book;
}

static void close_book(struct book *book)
{
    book_finish(book);
    memory_release(book);
}

static struct scenario *load(const struct book *book, const char *path, const char *patch)
{
    struct errs errs = {0};
    struct scenario_patch patches = {"patch", patch, patch ? strlen(patch) : 0};
    const struct data_span *span = data_find(path);
    assert_non_null(span);
    struct scenario *s = scenario_load(book, path, span->start, (size_t)(span->end - span->start), &patches,
                                       patch ? 1 : 0, &errs);
    if (!s)
        unit_fail_with(&errs);
    return s;
}

static void simulate(const struct scenario *s, const struct book *book, const struct world_sink *sink)
{
    struct errs errs = {0};
    struct tally *tally = tally_create();
    for (uint32_t cell = 0; cell < s->cells; cell++) {
        struct world *world = world_create(s, book, 11, 1, cell, sink);
        if (world_advance(world, INT64_MAX, 0) == WORLD_FAILED)
            fail_msg("%s", world_error(world)->message);
        if (world_result(world, tally, &errs))
            unit_fail_with(&errs);
        world_destroy(world);
    }
    tally_free(tally);
}

static void chart(struct curve *curve, const struct scenario *s, const struct book *book, enum curve_mode mode,
                  const char *market, const char *sku, int32_t day)
{
    struct errs errs = {0};
    if (curve_open(curve, s, book, mode, market, sku, day, &errs))
        unit_fail_with(&errs);
}

static struct curve_point point_at(struct curve *curve, int64_t quantity)
{
    struct errs errs = {0};
    struct curve_point point;
    if (!curve_at(curve, quantity, &point, &errs))
        unit_fail_with(&errs);
    return point;
}

static enum channel best_channel(struct curve *curve, int64_t quantity)
{
    struct curve_point point = point_at(curve, quantity);
    assert_true(point.best < curve->ways);
    return (enum channel)curve->scenario->flow[curve->flow[point.best]].channel;
}

/* The smallest quantity up to `most` at which a channel is the cheapest, 0: never. */
static int64_t first_quantity(struct curve *curve, enum channel channel, int64_t most)
{
    for (int64_t quantity = 1; quantity <= most; quantity++)
        if (best_channel(curve, quantity) == channel)
            return quantity;
    return 0;
}

/* ---- "one can of milk powder is cross-border import, 50 tonnes are general trade" ---- */

static void one_can_is_retail_and_fifty_tonnes_are_general_trade(void **state)
{
    struct book *book = open_book(NULL);
    struct scenario *s = load(book, "scenarios/milk-powder.json", NULL);
    struct curve curve;
    (void)state;
    chart(&curve, s, book, CURVE_ORDER, NULL, NULL, s->from_day);
    int64_t fifty_tonnes = 50000 / 1150 * 1000; /* cans of 1.15 kg */
    assert_int_equal(channel_column(best_channel(&curve, 1)), COLUMN_IMPORT_RETAIL);
    assert_int_equal(best_channel(&curve, fifty_tonnes), CHANNEL_CONTAINER);
    int64_t crossing = first_quantity(&curve, CHANNEL_CONTAINER, 100);
    print_message("one order: general trade from %d cans\n", (int)crossing);
    assert_int_equal(crossing, 26); /* 25 cans of 200.00 are the limit of 5,000 an order */
    curve_close(&curve);
    chart(&curve, s, book, CURVE_VOLUME, NULL, NULL, s->from_day);
    assert_int_equal(best_channel(&curve, 1), CHANNEL_DIRECT_MAIL);
    assert_int_equal(best_channel(&curve, fifty_tonnes), CHANNEL_CONTAINER);
    int64_t stock = first_quantity(&curve, CHANNEL_BONDED, 5000);
    crossing = first_quantity(&curve, CHANNEL_CONTAINER, 5000);
    print_message("bought at once: bonded stock from %d cans, a container from %d\n", (int)stock, (int)crossing);
    assert_in_range(stock, 50, 1000);
    assert_in_range(crossing, stock + 1, 5000);
    curve_close(&curve);
    scenario_free(s);
    close_book(book);
}

/* ---- "sea delivery + overseas warehouse beats sending each parcel" ---- */

static void a_warehouse_abroad_beats_parcels_above_a_volume(void **state)
{
    static const char *const markets[] = {"gb", "de", "us", "br"};
    struct book *book = open_book(NULL);
    struct scenario *s = load(book, "scenarios/overseas-warehouse.json", NULL);
    (void)state;
    for (size_t i = 0; i < sizeof markets / sizeof *markets; i++) {
        struct curve curve;
        chart(&curve, s, book, CURVE_VOLUME, markets[i], "hair-dryer", date_day(2025, 10, 1));
        int64_t crossing = first_quantity(&curve, CHANNEL_OVERSEAS_WAREHOUSE, 5000);
        print_message("hair dryers to %s: warehouse from %d units\n", markets[i], (int)crossing);
        assert_true(best_channel(&curve, 1) != CHANNEL_OVERSEAS_WAREHOUSE);
        assert_in_range(crossing, 20, 2000);
        assert_int_equal(best_channel(&curve, 5000), CHANNEL_OVERSEAS_WAREHOUSE);
        curve_close(&curve);
    }
    scenario_free(s);
    close_book(book);
}

/* Russia does not tax small parcels of today, so they win whatever the volume; in the year of the claim a line took a
 * month and asked for its service by the parcel, and the warehouse won in spite of the tax. */
static void a_warehouse_in_russia_beats_parcels_of_2016_but_not_of_today(void **state)
{
    static const char then[] = "{\"period\":{\"from\":\"2016-03-01\",\"to\":\"2016-12-31\"}}";
    struct book *book = open_book(NULL);
    struct curve curve;
    (void)state;
    struct scenario *s = load(book, "scenarios/overseas-warehouse.json", then);
    chart(&curve, s, book, CURVE_VOLUME, "ru", "hair-dryer", date_day(2016, 3, 1));
    int64_t crossing = first_quantity(&curve, CHANNEL_OVERSEAS_WAREHOUSE, 5000);
    print_message("hair dryers to ru in 2016: warehouse from %d units\n", (int)crossing);
    assert_in_range(crossing, 100, 2000);
    assert_int_equal(best_channel(&curve, 5000), CHANNEL_OVERSEAS_WAREHOUSE);
    curve_close(&curve);
    scenario_free(s);
    s = load(book, "scenarios/overseas-warehouse.json", NULL);
    chart(&curve, s, book, CURVE_VOLUME, "ru", "hair-dryer", date_day(2025, 10, 1));
    assert_int_equal(first_quantity(&curve, CHANNEL_OVERSEAS_WAREHOUSE, 5000), 0);
    curve_close(&curve);
    scenario_free(s);
    close_book(book);
}

/* ---- "tonnage is power" ---- */

struct lane_months {
    int64_t took[13][2000], freight[13];
    size_t count[13];
};

static void keep_accessory(void *self, const struct order_record *record)
{
    struct lane_months *months = self;
    struct civil placed = date_civil((int32_t)(record->time[TIME_PLACED] / DAY_SECONDS));
    size_t *count = &months->count[placed.month];
    if (strcmp(record->flow, "accessories") != 0 || record->state != ORDER_DELIVERED || *count == 2000)
        return;
    months->took[placed.month][(*count)++] = record->time[TIME_DELIVERED] - record->time[TIME_PLACED];
    months->freight[placed.month] += record->sums.layer[LAYER_LOGISTICS];
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int64_t p95(struct lane_months *months, int month)
{
    size_t count = months->count[month];
    assert_true(count > 100);
    qsort(months->took[month], count, sizeof(int64_t), by_size);
    return months->took[month][count * 95 / 100];
}

static void a_launch_takes_the_lane_and_gives_it_back(void **state)
{
    struct book *book = open_book(NULL);
    struct scenario *s = load(book, "scenarios/launch.json", NULL);
    struct lane_months *months = memory_take(sizeof *months);
    struct world_sink sink = {.self = months, .order = keep_accessory};
    (void)state;
    simulate(s, book, &sink);
    int64_t before = p95(months, 7), during = p95(months, 10), after = p95(months, 1);
    int64_t bill_before = months->freight[7] / (int64_t)months->count[7];
    int64_t bill_during = months->freight[10] / (int64_t)months->count[10];
    int64_t bill_after = months->freight[1] / (int64_t)months->count[1];
    print_message("p95 %d, %d, %d h; freight of an order %d, %d, %d fen: before, during, after the launch\n",
                  (int)(before / 3600), (int)(during / 3600), (int)(after / 3600), (int)bill_before, (int)bill_during,
                  (int)bill_after);
    assert_true(during > before * 5 / 4);
    assert_true(bill_during > bill_before * 11 / 10);
    assert_in_range(after, before * 9 / 10, before * 11 / 10);
    assert_in_range(bill_after, bill_before * 9 / 10, bill_before * 11 / 10);
    memory_release(months);
    scenario_free(s);
    close_book(book);
}

/* ---- "tax decides logistics, tax decides trade" ---- */

struct shares {
    uint64_t of[CHANNEL_COUNT], all;
};

static void keep_share(void *self, const struct order_record *record)
{
    struct shares *shares = self;
    shares->of[record->channel]++;
    shares->all++;
}

static struct shares shares_of(const char *path, const char *patch, const char *reform)
{
    struct book *book = open_book(reform);
    struct scenario *s = load(book, path, patch);
    struct shares shares = {0};
    struct world_sink sink = {.self = &shares, .order = keep_share};
    simulate(s, book, &sink);
    scenario_free(s);
    close_book(book);
    assert_true(shares.all > 1000);
    return shares;
}

static int percent(const struct shares *shares, enum channel channel)
{
    return (int)(shares->of[channel] * 100 / shares->all);
}

/* Twice the tax on listed retail imports: orders move to parcels that are looked at only now and then. */
static void tax_decides_logistics(void **state)
{
    static const char reform[] = "{\"rules\":{\"cn.import.cbec\":{\"parameters\":{\"share_vat\":{\"2024-01-01\":"
                                 "{\"value\":\"2\"}}}}}}";
    struct shares before = shares_of("scenarios/bonded-direct-parcel.json", NULL, NULL);
    struct shares after = shares_of("scenarios/bonded-direct-parcel.json", NULL, reform);
    (void)state;
    print_message("personal parcels: %d of 100 orders, with twice the tax on listed imports %d\n",
                  percent(&before, CHANNEL_PERSONAL_PARCEL), percent(&after, CHANNEL_PERSONAL_PARCEL));
    assert_true(percent(&after, CHANNEL_PERSONAL_PARCEL) > percent(&before, CHANNEL_PERSONAL_PARCEL) + 10);
    assert_true(percent(&after, CHANNEL_BONDED) < percent(&before, CHANNEL_BONDED));
}

/* A market for all three ways of the can: without the 30 % relief retail moves into containers. */
static void tax_decides_trade(void **state)
{
    static const char market[] =
        "{\"markets\":{\"cans\":{\"flows\":[\"bonded\",\"direct_mail\",\"container\"],\"scale\":\"3.00\","
        "\"goods\":{\"infant-formula\":{}},\"demand\":{\"per_day\":\"60\","
        "\"units\":[{\"per_mille\":0,\"units\":\"0.5\"},"
        "{\"per_mille\":1000,\"units\":\"5\"}]}}},\"flows\":{\"bonded\":{\"demand\":null},\"direct_mail\":"
        "{\"demand\":null},\"container\":{\"demand\":null,\"goods\":{\"infant-formula\":{\"price\":\"200.00\"}}}}}";
    static const char reform[] = "{\"rules\":{\"cn.import.cbec\":{\"parameters\":{\"share_vat\":{\"2024-01-01\":"
                                 "{\"value\":\"1\"}}}}}}";
    struct shares before = shares_of("scenarios/milk-powder.json", market, NULL);
    struct shares after = shares_of("scenarios/milk-powder.json", market, reform);
    (void)state;
    print_message("containers: %d of 100 orders, without the relief of retail imports %d\n",
                  percent(&before, CHANNEL_CONTAINER), percent(&after, CHANNEL_CONTAINER));
    assert_true(percent(&after, CHANNEL_CONTAINER) > percent(&before, CHANNEL_CONTAINER) + 20);
}

/* ---- 8 April 2016: some goods of bonded import become dearer, some cheaper ---- */

static int64_t landed_on(const struct book *book, const char *sku, const char *as_of)
{
    struct buf patch = {0};
    struct curve curve;
    buf_printf(&patch, "{\"as_of\":\"%s\"}", as_of);
    struct scenario *s = load(book, "scenarios/rule-changes.json", buf_text(&patch));
    chart(&curve, s, book, CURVE_ORDER, NULL, sku, date_day(2016, 4, 8));
    for (unsigned way = 0; way < curve.ways; way++) { /* the bonded way alone */
        if (s->flow[curve.flow[way]].channel == CHANNEL_BONDED) {
            curve.flow[0] = curve.flow[way];
            curve.item[0] = curve.item[way];
            curve.ways = 1;
        }
    }
    struct curve_point point = point_at(&curve, 1);
    assert_true(point.is_open[0]);
    curve_close(&curve);
    scenario_free(s);
    buf_finish(&patch);
    return point.cost[0];
}

static void april_2016_makes_the_right_goods_dearer(void **state)
{
    static const struct {
        const char *sku;
        bool is_dearer;
    } goods[] = {
        {"infant-formula", true}, /* 10 % within the waiver of 50, then 11.9 % of it all */
        {"skincare", false},      /* 50 %, then 11.9 % */
        {"perfume", false},       /* 50 %, then 47 % */
    };
    struct book *book = open_book(NULL);
    (void)state;
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        int64_t before = landed_on(book, goods[i].sku, "2016-04-07");
        int64_t after = landed_on(book, goods[i].sku, "2016-04-08");
        print_message("%s: %d fen, from 8 April 2016 %d fen\n", goods[i].sku, (int)before, (int)after);
        if (goods[i].is_dearer)
            assert_true(after > before);
        else
            assert_true(after < before);
    }
    close_book(book);
}

/* ---- a closed overseas warehouse sends its orders to parcels ---- */

static void keep_closure(void *self, const struct order_record *record)
{
    struct shares *quarter = self; /* [0]: July to September, [1]: November to January, [2]: March and April */
    struct civil placed = date_civil((int32_t)(record->time[TIME_PLACED] / DAY_SECONDS));
    int when = placed.month >= 7 && placed.month <= 9 ? 0 : placed.month >= 11 || placed.month == 1 ? 1
               : placed.month == 3 || placed.month == 4 ? 2 : -1;
    if (strstr(record->flow, "_gb") && when >= 0)
        keep_share(&quarter[when], record);
}

static void a_closed_warehouse_sends_its_orders_to_parcels(void **state)
{
    struct book *book = open_book(NULL);
    struct scenario *s = load(book, "scenarios/closed-warehouse.json", NULL);
    struct shares quarter[3] = {{{0}, 0}};
    struct world_sink sink = {.self = quarter, .order = keep_closure};
    (void)state;
    simulate(s, book, &sink);
    print_message("warehouse: %d of 100 orders before, %d while it is closed, %d after\n",
                  percent(&quarter[0], CHANNEL_OVERSEAS_WAREHOUSE), percent(&quarter[1], CHANNEL_OVERSEAS_WAREHOUSE),
                  percent(&quarter[2], CHANNEL_OVERSEAS_WAREHOUSE));
    assert_true(percent(&quarter[0], CHANNEL_OVERSEAS_WAREHOUSE) > 30);
    assert_int_equal(quarter[1].of[CHANNEL_OVERSEAS_WAREHOUSE], 0);
    assert_true(percent(&quarter[2], CHANNEL_OVERSEAS_WAREHOUSE) > 30);
    scenario_free(s);
    close_book(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_can_is_retail_and_fifty_tonnes_are_general_trade),
        cmocka_unit_test(a_warehouse_abroad_beats_parcels_above_a_volume),
        cmocka_unit_test(a_warehouse_in_russia_beats_parcels_of_2016_but_not_of_today),
        cmocka_unit_test(a_launch_takes_the_lane_and_gives_it_back),
        cmocka_unit_test(tax_decides_logistics),
        cmocka_unit_test(tax_decides_trade),
        cmocka_unit_test(april_2016_makes_the_right_goods_dearer),
        cmocka_unit_test(a_closed_warehouse_sends_its_orders_to_parcels),
    };
    return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
