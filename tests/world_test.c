/* world: the two worked orders, the identity under every misfortune, repeatability, checkpoints. */
#include "tests/world_run.h"

/* ---- the worked orders ---- */

static void one_can_costs_what_the_model_says(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/one-can.json", NULL, 1);
    const struct order_record *order = &run.record[0];
    assert_int_equal(run.records, 1);
    assert_int_equal(order->state, ORDER_DELIVERED);
    assert_string_equal(order->regime, "cn.import.cbec");
    assert_int_equal(order->paid, 21820);
    assert_int_equal(order->sums.goods, 11000);
    assert_int_equal(order->charge[CHARGE_VAT], 1820);
    assert_int_equal(order->sums.layer[LAYER_LAW], 40 + 50 + 1820);
    assert_int_equal(order->sums.layer[LAYER_TRADE], 81 + 131 + 1000);
    assert_int_equal(order->sums.layer[LAYER_LOGISTICS], 300 + 60 + 400 + 500);
    assert_int_equal(order->sums.margin, 6438);
    assert_int_equal(order->landed, 11000 + 4382);
    finish(&run);
}

static void phone_case_to_germany(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/phone-case.json", "{\"as_of\": \"2026-06-30\"}", 1);
    const struct order_record *order = &run.record[0];
    assert_int_equal(order->state, ORDER_DELIVERED);
    assert_string_equal(order->regime, "eu.import.ioss");
    assert_int_equal(order->tax, 190);
    assert_int_equal(order->paid, 1190);
    assert_int_equal(order->charge[CHARGE_VAT], 190);
    assert_int_equal(order->charge[CHARGE_DUTY], 0);
    assert_int_equal(order->sums.goods, 2000);
    assert_int_equal(run.kind[KIND_INPUT_VAT], 260);
    assert_int_equal(run.kind[KIND_DRAWBACK], 260); /* 13 % of 20.00, back */
    assert_int_equal(run.kind[KIND_LIST_FEE], 10);
    assert_int_equal(run.kind[KIND_PICKUP], 80);
    assert_int_equal(run.kind[KIND_FREIGHT], 1500 + 450);
    assert_int_equal(run.amount[KIND_PAYMENT_FEE], 82); /* 4.4 % of 11.90 and 0.30 */
    assert_int_equal(order->sums.layer[LAYER_LAW], run.kind[KIND_VAT] + 10);
    assert_int_equal(order->sums.layer[LAYER_LOGISTICS], 80 + 1950);
    finish(&run);
}

static void phone_case_pays_three_euro_from_july(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/phone-case.json", "{\"as_of\": \"2026-07-01\"}", 1);
    assert_int_equal(run.record[0].charge[CHARGE_DUTY], 300);
    assert_int_equal(run.amount[KIND_DUTY], 300);
    finish(&run);
}

/* 73 days for the documents; then ten working days for class 2, which are fourteen days from a day of the week on. */
static void a_refund_takes_the_days_of_its_class(void **state)
{
    static const struct {
        const char *patch;
        int32_t days[7]; /* from a Monday … Sunday on */
    } cases[] = {
        {"{\"as_of\": \"2026-06-30\"}", {73, 73, 73, 73, 73, 73, 73}},
        {"{\"as_of\": \"2026-06-30\", \"flows\": {\"post\": {\"refund_class\": 2}}}",
         {87, 87, 87, 87, 87, 86, 85}},
        {"{\"as_of\": \"2023-06-30\", \"flows\": {\"post\": {\"refund_class\": 2}}}",
         {76, 76, 78, 78, 78, 77, 76}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run;
        simulate(&run, *state, "tests/world/phone-case.json", cases[i].patch, 1);
        const int64_t *time = run.record[0].time;
        int32_t claimed = time_local_day(time[TIME_DISPATCHED] + 73 * (int64_t)DAY_SECONDS, 8 * 3600);
        assert_int_equal(time[TIME_TAX_BILL] - time[TIME_DISPATCHED],
                         (int64_t)cases[i].days[date_weekday(claimed)] * DAY_SECONDS);
        finish(&run);
    }
}

/* ---- the other channels ---- */

static const struct channel_tally *channel_of(const struct run *run, enum channel channel)
{
    return &run->tally->channel[channel];
}

static const struct order_record *first_delivered(const struct run *run)
{
    for (size_t i = 0; i < run->records; i++)
        if (run->record[i].state == ORDER_DELIVERED)
            return &run->record[i];
    fail_msg("no order was delivered");
    return NULL;
}

static void every_channel_balances(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/channels.json", NULL, 1000);
    static const enum channel all[] = {CHANNEL_PERSONAL_PARCEL, CHANNEL_BULK_AIR, CHANNEL_EXPRESS, CHANNEL_LINE,
                                       CHANNEL_OVERSEAS_WAREHOUSE};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct channel_tally *channel = channel_of(&run, all[i]);
        assert_true(channel->orders[ORDER_DELIVERED] > 100);
        assert_int_equal(channel->ended.paid, channel->ended.goods + channel->ended.layer[LAYER_LAW] +
                                                  channel->ended.layer[LAYER_TRADE] +
                                                  channel->ended.layer[LAYER_LOGISTICS] + channel->ended.margin);
    }
    finish(&run);
}

/* About half of the parcels are sampled: 400.00 at 13 % (waived at 50.00, so due) is asked of the buyer. */
static void a_sampled_parcel_is_taxed(void **state)
{
    struct run run;
    unsigned taxed = 0, unseen = 0;
    simulate(&run, *state, "tests/world/channels.json",
             "{\"flows\":{\"air\":null,\"express\":null,\"line\":null,\"warehouse\":null}}", 60);
    for (size_t i = 0; i < run.records; i++) {
        const struct order_record *order = &run.record[i];
        assert_int_equal(order->tax, 0);
        if (order->regime && order->charge[CHARGE_PARCEL_TAX]) {
            assert_string_equal(order->regime, "cn.import.parcel");
            assert_int_equal(order->charge[CHARGE_PARCEL_TAX], 5200);
            taxed++;
        } else {
            unseen += order->regime == NULL;
        }
    }
    assert_in_range(taxed, 15, 45);
    assert_in_range(unseen, 15, 45);
    finish(&run);
}

/* Until 2025-01-26 the law pays for goods in a warehouse abroad when they are sold, from the next day on when they
 * leave. */
static void a_refund_waits_for_the_sale_until_the_law_pays_on_departure(void **state)
{
    static const char *const laws[] = {"2025-01-26", "2025-01-27"};
    for (int is_on_departure = 0; is_on_departure < 2; is_on_departure++) {
        struct run run;
        char patch[160];
        snprintf(patch, sizeof patch, "{\"as_of\":\"%s\",\"flows\":{\"air\":null,\"express\":null,\"line\":null,"
                 "\"parcel\":null}}", laws[is_on_departure]);
        simulate(&run, *state, "tests/world/channels.json", patch, 300);
        const struct node_tally *law = &run.tally->node[node_index(LAYER_LAW, COLUMN_EXPORT_RETAIL)];
        const struct order_record *order = first_delivered(&run);
        assert_int_equal(order->charge[CHARGE_DRAWBACK], is_on_departure ? 0 : order->units * 78);
        assert_true(order->time[TIME_TAX_BILL] == INT64_MIN || !is_on_departure);
        assert_true(is_on_departure ? run.kind[KIND_DRAWBACK] == 0 : run.kind[KIND_DRAWBACK] > 0);
        assert_true(law->kind[KIND_DRAWBACK] == -law->kind[KIND_INPUT_VAT] || !is_on_departure);
        assert_true(-law->kind[KIND_DRAWBACK] <= law->kind[KIND_INPUT_VAT]);
        finish(&run);
    }
}

/* Import VAT of the warehouse's goods comes back against the output VAT; the refund lowers the unit's cost. */
static void a_warehouse_abroad_credits_and_refunds(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/channels.json",
             "{\"period\":{\"from\":\"2025-04-03\",\"to\":\"2025-04-30\"},"
             "\"flows\":{\"air\":null,\"express\":null,\"line\":null,\"parcel\":null}}", 300);
    const struct node_tally *law = &run.tally->node[node_index(LAYER_LAW, COLUMN_EXPORT_RETAIL)];
    assert_int_equal(law->kind[KIND_DRAWBACK], -law->kind[KIND_INPUT_VAT]);
    assert_true(law->kind[KIND_VAT_CREDIT] < 0);
    assert_true(law->kind[KIND_VAT] > -law->kind[KIND_VAT_CREDIT]);
    const struct order_record *order = first_delivered(&run);
    assert_string_equal(order->regime, "eu.domestic");
    assert_int_equal(order->tax, 152); /* 19 % of 8.00 */
    finish(&run);
}

static void ddp_puts_every_charge_on_the_bill(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/channels.json",
             "{\"flows\":{\"air\":null,\"warehouse\":null,\"line\":null,\"parcel\":null}}", 20);
    const struct order_record *order = first_delivered(&run);
    assert_string_equal(order->regime, "gb.import.standard"); /* 150 is above 135 */
    assert_true(order->tax >= 3000);                           /* 20 % of 150.00 and of its freight */
    assert_int_equal(order->tax, order->charge[CHARGE_VAT] + order->charge[CHARGE_DUTY]);
    finish(&run);
}

/* ---- markets: who serves an order ---- */

static uint64_t orders_of(const struct run *run, enum channel channel)
{
    uint64_t sum = 0;
    for (unsigned s = ORDER_OPEN; s < ORDER_STATE_COUNT; s++)
        sum += channel_of(run, channel)->orders[s];
    return sum;
}

/* A few orders a year do not pay for stock; many do. */
static void volume_moves_orders_into_stock(void **state)
{
    struct run few, many;
    simulate(&few, *state, "tests/world/market.json", NULL, 200);
    simulate(&many, *state, "tests/world/market.json", NULL, 20000);
    assert_true(orders_of(&few, CHANNEL_DIRECT_MAIL) > 180);
    assert_true(orders_of(&many, CHANNEL_BONDED) + orders_of(&many, CHANNEL_CONTAINER) > 19000);
    finish(&few);
    finish(&many);
}

/* Dearer storage and entry in one way: its share goes to the next cheapest. */
static void a_dearer_way_loses_its_orders(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/market.json", "{\"prices\":{\"cn.bonded.list\":{\"fixed\":\"60\"}}}", 20000);
    assert_true(orders_of(&run, CHANNEL_CONTAINER) > 18000);
    finish(&run);
}

static void the_spread_of_the_choice_shares_orders(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/market.json", "{\"markets\":{\"cans\":{\"scale\":\"400.00\"}}}", 5000);
    assert_true(orders_of(&run, CHANNEL_DIRECT_MAIL) > 500);
    assert_true(orders_of(&run, CHANNEL_BONDED) > 500);
    assert_true(orders_of(&run, CHANNEL_CONTAINER) > 500);
    finish(&run);
}

/* At half of the usual price as reference and an elasticity of 1 about every second buyer stays away. */
static void dear_goods_find_fewer_buyers(void **state)
{
    struct run run;
    load(&run, *state, "tests/world/market.json",
         "{\"markets\":{\"cans\":{\"elasticity\":\"1\","
         "\"goods\":{\"infant-formula\":{\"reference\":\"123.50\"}}}}}");
    start(&run, 7);
    go(&run, INT64_MAX);
    end(&run);
    assert_in_range(world_placed(run.world), 9500, 12500); /* of 21,900 */
    finish(&run);
}

/* ---- lanes and shocks ---- */

struct months {
    int64_t longest_s[13], freight[13]; /* of the flow "cases", by month of placing; freight: of one order */
    uint64_t orders[13];
};

static void keep_month(void *self, const struct order_record *record)
{
    struct months *months = self;
    int month = date_civil((int32_t)(record->time[TIME_PLACED] / DAY_SECONDS)).month;
    int64_t took = record->time[TIME_DELIVERED] - record->time[TIME_PLACED];
    if (strcmp(record->flow, "cases") != 0 || record->state != ORDER_DELIVERED)
        return;
    months->orders[month]++;
    if (took > months->longest_s[month])
        months->longest_s[month] = took;
    if (record->sums.layer[LAYER_LOGISTICS] > months->freight[month])
        months->freight[month] = record->sums.layer[LAYER_LOGISTICS];
}

static void by_month(const struct book *book, const char *patch, struct months *months)
{
    struct run run;
    struct world_sink sink = {.self = months, .order = keep_month};
    *months = (struct months){0};
    load(&run, book, "tests/world/lane.json", patch);
    run.world = world_create(run.scenario, book, 7, 1, 0, &sink);
    go(&run, INT64_MAX);
    end(&run);
    finish(&run);
}

/* In March one seller's phones want more room than the lane has: everybody else waits and pays more. */
static void tonnage_is_power(void **state)
{
    struct months launch, quiet;
    by_month(*state, NULL, &launch);
    by_month(*state, "{\"flows\":{\"phones\":null}}", &quiet);
    assert_true(launch.longest_s[3] > quiet.longest_s[3] + 7 * DAY_SECONDS);
    assert_true(launch.freight[3] >= quiet.freight[3] * 2);
    assert_int_equal(launch.longest_s[2], quiet.longest_s[2]); /* before it, and when it is over, as usual */
    assert_int_equal(launch.freight[2], quiet.freight[2]);
    assert_int_equal(launch.longest_s[8], quiet.longest_s[8]);
    assert_int_equal(launch.freight[8], quiet.freight[8]);
    assert_int_equal(launch.orders[5], quiet.orders[5]); /* the same buyers */
}

static void a_lane_without_room_holds_everything(void **state)
{
    struct months shut, quiet;
    by_month(*state, "{\"flows\":{\"phones\":null},\"shocks\":{\"strike\":{\"kind\":\"capacity\",\"lane\":\"air\","
             "\"from\":\"2025-04-01\",\"to\":\"2025-04-20\",\"share\":\"0\","
             "\"title\":{\"en\":\"Strike\",\"zh\":\"罢工\"}}}}", &shut);
    by_month(*state, "{\"flows\":{\"phones\":null}}", &quiet);
    assert_true(shut.longest_s[4] > 20 * DAY_SECONDS);
    assert_int_equal(shut.longest_s[2], quiet.longest_s[2]);
}

static void a_closed_flow_takes_no_orders(void **state)
{
    struct months closed, open;
    by_month(*state, "{\"shocks\":{\"ban\":{\"kind\":\"closed\",\"product\":\"phone-case\",\"from\":\"2025-05-01\","
             "\"to\":\"2025-05-31\",\"title\":{\"en\":\"Banned\",\"zh\":\"禁运\"}}}}", &closed);
    by_month(*state, NULL, &open);
    assert_int_equal(closed.orders[5], 0);
    assert_true(open.orders[5] > 1300);
    assert_int_equal(closed.orders[6], open.orders[6]);
}

/* A euro that is worth more in yuan pays more for the same goods. */
static void money_that_moves_is_seen(void **state)
{
    struct run low, high;
    simulate(&low, *state, "tests/world/lane.json", NULL, 300);
    simulate(&high, *state, "tests/world/lane.json",
             "{\"shocks\":{\"yuan\":{\"kind\":\"fx\",\"currency\":\"CNY\",\"share\":\"0.9\",\"from\":\"2025-01-01\","
             "\"to\":\"2025-12-31\",\"title\":{\"en\":\"Yuan falls\",\"zh\":\"人民币贬值\"}}}}", 300);
    assert_true(high.tally->paid > low.tally->paid + low.tally->paid / 10);
    assert_int_equal(high.tally->goods, low.tally->goods);
    finish(&low);
    finish(&high);
}

/* ---- cells: side by side, and the same world ---- */

static struct tally *run_cells(struct run *run, uint32_t replications)
{
    struct errs errs = {0};
    struct tally *sum = tally_create();
    for (uint32_t r = 1; r <= replications; r++)
        for (uint32_t cell = 0; cell < run->scenario->cells; cell++) {
            run->world = world_create(run->scenario, run->book, 7, r, cell, NULL);
            go(run, INT64_MAX);
            if (world_result(run->world, sum, &errs))
                unit_fail_with(&errs);
            world_destroy(run->world);
        }
    run->world = NULL;
    return sum;
}

static void cells_add_up_to_the_whole(void **state)
{
    static const char in_cells[] = "{\"flows\":{\"parcel\":{\"cell\":\"a\"},\"air\":{\"cell\":\"a\"},"
                                   "\"warehouse\":{\"cell\":\"b\"}}}";
    struct run whole, split;
    load(&whole, *state, "tests/world/channels.json", NULL);
    load(&split, *state, "tests/world/channels.json", in_cells);
    scenario_limit(whole.scenario, 600);
    scenario_limit(split.scenario, 600);
    assert_int_equal(whole.scenario->cells, 1);
    assert_int_equal(split.scenario->cells, 3);
    whole.tally = run_cells(&whole, 2);
    split.tally = run_cells(&split, 2);
    assert_int_equal(split.tally->replications, 2);
    assert_int_equal(split.tally->worlds, 6);
    assert_memory_equal(whole.tally->orders, split.tally->orders, sizeof whole.tally->orders);
    assert_memory_equal(whole.tally->node, split.tally->node, sizeof whole.tally->node);
    assert_memory_equal(whole.tally->replication, split.tally->replication, 2 * sizeof *whole.tally->replication);
    assert_int_equal(whole.tally->margin, split.tally->margin);
    assert_int_equal(whole.tally->unallocated, split.tally->unallocated);
    finish(&whole);
    finish(&split);
}

static void cells_cannot_share_a_lane(void **state)
{
    struct errs errs = {0};
    struct buf bytes = {0};
    static const char patch[] = "{\"flows\":{\"phones\":{\"cell\":\"b\",\"port\":\"cn.other\"}}}";
    struct scenario_patch patches = {"patch", patch, strlen(patch)};
    assert_int_equal(file_read("tests/world/lane.json", &bytes, &errs), 0);
    assert_null(scenario_load(*state, "lane.json", bytes.data, bytes.length, &patches, 1, &errs));
    assert_int_equal(errs.item[0].code, ERR_RANGE);
    assert_non_null(strstr(errs.item[0].message, "share the lane"));
    buf_finish(&bytes);
}

/* ---- misfortunes: whatever happens, the books balance (world_result audits them) ---- */

static void assert_states(const struct run *run, uint64_t placed)
{
    uint64_t sum = 0;
    for (unsigned s = ORDER_OPEN; s < ORDER_STATE_COUNT; s++)
        sum += run->tally->orders[s];
    assert_int_equal(sum, placed);
    assert_int_equal(world_placed(run->world), placed);
}

static void misfortune(void **state, const char *path, const char *patch, enum order_state expected)
{
    struct run run;
    simulate(&run, *state, path, patch, 200);
    assert_states(&run, 200);
    assert_int_equal(run.tally->orders[expected], 200);
    finish(&run);
}

static void every_order_comes_back(void **state)
{
    misfortune(state, "tests/world/one-can.json", "{\"flows\":{\"bonded\":{\"rates\":{\"return\":\"1\"}}}}",
               ORDER_RETURNED);
    misfortune(state, "tests/world/phone-case.json", "{\"flows\":{\"post\":{\"rates\":{\"return\":\"1\"}}}}",
               ORDER_RETURNED);
    misfortune(state, "tests/world/one-can.json", "{\"flows\":{\"bonded\":{\"rates\":{\"door_refusal\":\"1\"}}}}",
               ORDER_RETURNED);
}

static void every_parcel_is_lost(void **state)
{
    misfortune(state, "tests/world/one-can.json", "{\"prices\":{\"test.courier\":{\"loss\":\"1\"}}}", ORDER_LOST);
    misfortune(state, "tests/world/phone-case.json", "{\"prices\":{\"test.post\":{\"loss\":\"1\"}}}", ORDER_LOST);
}

static void every_card_is_declined(void **state)
{
    misfortune(state, "tests/world/one-can.json", "{\"flows\":{\"bonded\":{\"rates\":{\"decline\":\"1\"}}}}",
               ORDER_CANCELLED);
}

static void every_inspection_catches(void **state)
{
    misfortune(state, "tests/world/one-can.json",
               "{\"flows\":{\"bonded\":{\"rates\":{\"inspect\":\"1\",\"catch\":\"1\",\"seize\":\"0.5\"}}}}",
               ORDER_REFUSED);
}

static void the_law_refuses_what_is_over_the_limit(void **state)
{
    misfortune(state, "tests/world/one-can.json",
               "{\"flows\":{\"bonded\":{\"goods\":{\"infant-formula\":{\"price\":\"2600.00\"}},\"demand\":{\"units\":"
               "[{\"per_mille\":0,\"units\":\"2\"},{\"per_mille\":1000,\"units\":\"2\"}]}}}}",
               ORDER_REFUSED);
}

static void shipments_are_lost(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/one-can.json", "{\"prices\":{\"test.sea\":{\"loss\":\"0.3\"}}}", 300);
    assert_true(run.tally->shipments[SHIPMENT_LOST] > 0);
    assert_int_equal(run.tally->orders[ORDER_DELIVERED], 300); /* what was lost was bought again */
    assert_true(run.tally->unallocated > 0);
    finish(&run);
}

/* The buyer gets the whole payment back, with its tax, and the platform asks its fee. */
static void every_payment_is_disputed(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/phone-case.json",
             "{\"flows\":{\"post\":{\"rates\":{\"chargeback\":\"1\"},\"roles\":{\"chargeback\":\"test.dispute\"}}},"
             "\"prices\":{\"test.dispute\":{\"party\":\"payment.paypal\",\"kind\":\"chargeback\",\"currency\":\"EUR\","
             "\"fixed\":\"20.00\"}}}", 30);
    assert_int_equal(run.tally->orders[ORDER_DELIVERED], 30);
    assert_int_equal(run.tally->paid, 0);
    assert_int_equal(run.amount[KIND_CHARGEBACK], 2000);
    finish(&run);
}

/* Goods are at sea for 30 days but bought 10 days ahead: orders wait since they asked for units, and where those are
 * the first thing they need they get their waybill with them. */
static void waiting_for_units_is_counted_once(void **state)
{
    struct run run;
    int64_t waited = 0;
    simulate(&run, *state, "tests/world/one-can.json",
             "{\"flows\":{\"bonded\":{\"stock\":{\"lead_days\":10}}},"
             "\"prices\":{\"test.list\":{\"t10_h\":\"10\",\"t90_h\":\"20\"}}}", 60);
    for (size_t i = 0; i < run.records; i++) {
        const struct order_record *order = &run.record[i];
        int64_t spent = order->spent_s[LAYER_LAW] + order->spent_s[LAYER_LOGISTICS];
        assert_int_equal(spent, order->time[TIME_DELIVERED] - order->time[TIME_PLACED]);
        waited += order->waited_s[LAYER_LOGISTICS];
    }
    assert_true(waited > 0);
    finish(&run);
    simulate(&run, *state, "tests/world/channels.json",
             "{\"flows\":{\"air\":null,\"express\":null,\"line\":null,\"parcel\":null,"
             "\"warehouse\":{\"stock\":{\"lead_days\":0}}}}", 60);
    for (size_t i = 0; i < run.records; i++)
        assert_true(run.record[i].time[TIME_WAYBILL] >= run.record[i].time[TIME_PAID]);
    finish(&run);
}

static void an_audit_finds_what_is_missing(void **state)
{
    struct run run;
    struct errs errs = {0};
    load(&run, *state, "tests/world/one-can.json", NULL);
    scenario_limit(run.scenario, 20);
    start(&run, 7);
    go(&run, INT64_MAX);
    run.world->unallocated += 1;
    run.tally = tally_create();
    assert_int_equal(world_result(run.world, run.tally, &errs), -1);
    assert_int_equal(errs.item[0].code, ERR_INTERNAL);
    finish(&run);
}

/* ---- the shipped scenarios, cut off and whole ---- */

static void orders_cut_off_stay_open(void **state)
{
    struct run run;
    load(&run, *state, "scenarios/milk-powder.json", NULL);
    scenario_limit(run.scenario, 2000);
    start(&run, 3);
    go(&run, (int64_t)date_day(2025, 7, 1) * DAY_SECONDS);
    end(&run);
    assert_true(run.tally->orders[ORDER_OPEN] > 0);
    assert_true(run.tally->open.paid > 0);
    assert_true(run.tally->stock > 0);
    finish(&run);
}

static void shipped_scenarios_balance(void **state)
{
    static const char *const paths[] = {
        "scenarios/milk-powder.json",   "scenarios/shenzhen-germany.json", "scenarios/india-china.json",
        "scenarios/rural-county.json",  "scenarios/overseas-warehouse.json", "scenarios/rule-changes.json",
        "scenarios/launch.json",        "scenarios/bonded-direct-parcel.json", "scenarios/closed-warehouse.json"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct run run;
        simulate(&run, *state, paths[i], NULL, 5000);
        assert_states(&run, 5000);
        assert_true(run.tally->orders[ORDER_DELIVERED] > 4000);
        assert_int_equal(run.tally->orders[ORDER_OPEN], 0);
        finish(&run);
    }
}

/* ---- the same again ---- */

static void assert_same(const struct run *a, const struct run *b)
{
    assert_memory_equal(&a->tally->digest, &b->tally->digest, sizeof a->tally->digest);
    assert_memory_equal(a->tally->node, b->tally->node, sizeof a->tally->node);
    assert_int_equal(a->tally->margin, b->tally->margin);
    assert_int_equal(a->tally->postings, b->tally->postings);
    assert_int_equal(a->tally->events, b->tally->events);
}

static void a_second_run_is_the_same(void **state)
{
    struct run a, b, c;
    simulate(&a, *state, "scenarios/milk-powder.json", NULL, 1000);
    simulate(&b, *state, "scenarios/milk-powder.json", NULL, 1000);
    assert_same(&a, &b);
    load(&c, *state, "scenarios/milk-powder.json", NULL);
    scenario_limit(c.scenario, 1000);
    start(&c, 8);
    go(&c, INT64_MAX);
    end(&c);
    assert_memory_not_equal(&a.tally->digest, &c.tally->digest, sizeof a.tally->digest);
    finish(&a);
    finish(&b);
    finish(&c);
}

static void a_checkpoint_goes_on_as_if_nothing_happened(void **state)
{
    struct run whole, first, second;
    struct buf saved = {0};
    simulate(&whole, *state, "scenarios/milk-powder.json", NULL, 1000);
    load(&first, *state, "scenarios/milk-powder.json", NULL);
    scenario_limit(first.scenario, 1000);
    start(&first, 7);
    go(&first, (int64_t)date_day(2025, 6, 20) * DAY_SECONDS);
    world_save(first.world, &saved);
    load(&second, *state, "scenarios/milk-powder.json", NULL);
    scenario_limit(second.scenario, 1000);
    start(&second, 7);
    assert_false(world_restore(second.world, saved.data, saved.length - 1));
    world_destroy(second.world);
    start(&second, 7);
    assert_true(world_restore(second.world, saved.data, saved.length));
    go(&second, INT64_MAX);
    end(&second);
    assert_same(&whole, &second);
    first.tally = tally_create();
    finish(&whole);
    finish(&first);
    finish(&second);
    buf_finish(&saved);
}

/* A draw belongs to its order: another price changes amounts, not what happens to whom. */
static void a_price_moves_no_draw(void **state)
{
    struct run a, b;
    simulate(&a, *state, "scenarios/shenzhen-germany.json", NULL, 500);
    simulate(&b, *state, "scenarios/shenzhen-germany.json", "{\"prices\":{\"cn.export.list\":{\"fixed\":\"9\"}}}", 500);
    assert_memory_equal(a.tally->orders, b.tally->orders, sizeof a.tally->orders);
    assert_int_equal(a.tally->events, b.tally->events);
    assert_true(a.tally->margin > b.tally->margin);
    finish(&a);
    finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_can_costs_what_the_model_says),
        cmocka_unit_test(phone_case_to_germany),
        cmocka_unit_test(phone_case_pays_three_euro_from_july),
        cmocka_unit_test(a_refund_takes_the_days_of_its_class),
        cmocka_unit_test(every_channel_balances),
        cmocka_unit_test(a_sampled_parcel_is_taxed),
        cmocka_unit_test(a_refund_waits_for_the_sale_until_the_law_pays_on_departure),
        cmocka_unit_test(a_warehouse_abroad_credits_and_refunds),
        cmocka_unit_test(ddp_puts_every_charge_on_the_bill),
        cmocka_unit_test(volume_moves_orders_into_stock),
        cmocka_unit_test(a_dearer_way_loses_its_orders),
        cmocka_unit_test(the_spread_of_the_choice_shares_orders),
        cmocka_unit_test(dear_goods_find_fewer_buyers),
        cmocka_unit_test(tonnage_is_power),
        cmocka_unit_test(a_lane_without_room_holds_everything),
        cmocka_unit_test(a_closed_flow_takes_no_orders),
        cmocka_unit_test(money_that_moves_is_seen),
        cmocka_unit_test(cells_add_up_to_the_whole),
        cmocka_unit_test(cells_cannot_share_a_lane),
        cmocka_unit_test(every_order_comes_back),
        cmocka_unit_test(every_parcel_is_lost),
        cmocka_unit_test(every_card_is_declined),
        cmocka_unit_test(every_inspection_catches),
        cmocka_unit_test(the_law_refuses_what_is_over_the_limit),
        cmocka_unit_test(shipments_are_lost),
        cmocka_unit_test(every_payment_is_disputed),
        cmocka_unit_test(waiting_for_units_is_counted_once),
        cmocka_unit_test(an_audit_finds_what_is_missing),
        cmocka_unit_test(orders_cut_off_stay_open),
        cmocka_unit_test(shipped_scenarios_balance),
        cmocka_unit_test(a_second_run_is_the_same),
        cmocka_unit_test(a_checkpoint_goes_on_as_if_nothing_happened),
        cmocka_unit_test(a_price_moves_no_draw),
    };
    return cmocka_run_group_tests_name("world", tests, open_book, close_book);
}
