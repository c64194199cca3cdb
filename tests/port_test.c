/* port: documents and their times; officers by shift; grades, irregularities and what follows when one is found. */
#include "tests/world_run.h"

/* ---- documents ---- */

#define DOCUMENTS                                                                                  \
    "\"documents\":{\"order\":{\"t10_h\":\"0.5\",\"t90_h\":\"4\"},\"payment\":{\"t90_h\":\"1\"},"   \
    "\"waybill\":{\"t10_h\":\"1\",\"t90_h\":\"9\"},\"list\":{\"t90_h\":\"0.25\"}}"

/* Each document after its cause, the list a quarter of an hour after the last of the three. */
static void the_list_waits_for_the_last_document(void **state)
{
    struct run run;
    unsigned last_of[3] = {0};
    simulate(&run, *state, "tests/world/one-can.json", "{\"flows\":{\"bonded\":{" DOCUMENTS "}}}", 60);
    for (size_t i = 0; i < run.records; i++) {
        const struct order_record *o = &run.record[i];
        unsigned last = 0;
        assert_int_equal(o->sent_at[DECLARE_PAYMENT], o->time[TIME_PAID] + 3600);
        assert_true(o->sent_at[DECLARE_ORDER] > o->time[TIME_PAID]);
        assert_true(o->sent_at[DECLARE_WAYBILL] > o->time[TIME_WAYBILL]);
        for (unsigned k = 1; k < 3; k++)
            last = o->sent_at[k] > o->sent_at[last] ? k : last;
        assert_int_equal(o->time[TIME_DECLARED], o->sent_at[last] + 900);
        assert_true(o->waited_s[LAYER_LAW] >= o->time[TIME_DECLARED] - o->time[TIME_PAID]);
        last_of[last]++;
    }
    assert_true(last_of[DECLARE_ORDER] > 0 && last_of[DECLARE_WAYBILL] > 20);
    finish(&run);
}

/* A mistake costs time and leaves its code, and the second time the documents agree. */
static void a_mistake_comes_back_with_its_code(void **state)
{
    struct run run;
    uint64_t faults = 0;
    simulate(&run, *state, "tests/world/one-can.json", "{\"flows\":{\"bonded\":{\"rates\":{\"mismatch\":\"1\"}}}}", 60);
    const struct port_tally *port = &run.tally->port[1];
    assert_int_equal(port->match_failures, 60);
    assert_int_equal(run.tally->orders[ORDER_DELIVERED], 60);
    for (unsigned fault = 1; fault < DECLARE_FAULT_COUNT; fault++)
        faults += port->fault[fault];
    assert_int_equal(faults, 60);
    for (size_t i = 0; i < run.records; i++) {
        assert_true(run.record[i].fault > DECLARE_AGREES);
        assert_int_equal(run.record[i].fault_code, declare_fault_code((enum declare_fault)run.record[i].fault, false));
    }
    finish(&run);
}

/* 218.20 may be off by a quarter: a tolerance of 60 yuan lets every wrong amount pass, and nothing else. */
static void a_tolerance_lets_amounts_pass(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/one-can.json",
             "{\"flows\":{\"bonded\":{\"rates\":{\"mismatch\":\"1\"},\"documents\":{\"tolerance\":\"60.00\"}}}}", 200);
    const struct port_tally *port = &run.tally->port[1];
    assert_int_equal(port->fault[DECLARE_AMOUNT], 0);
    assert_in_range(port->match_failures, 150, 195);
    finish(&run);
}

/* ---- people ---- */

#define INSPECTED                                                                                  \
    "\"prices\":{\"test.inspect\":{\"party\":\"customs.cn\",\"kind\":\"inspection\",\"currency\":\"CNY\","    \
    "\"fixed\":\"0\",\"t10_h\":\"2\",\"t90_h\":\"2\"}},\"flows\":{\"bonded\":{\"demand\":{\"per_day\":\"3\"},"  \
    "\"roles\":{\"inspect\":\"test.inspect\"},\"rates\":{\"inspect\":\"1\"}}}"
#define SHIFTS                                                                                     \
    "\"ports\":{\"cn.ningbo\":{\"officers\":1,\"shift\":{\"from_h\":9,\"to_h\":18},\"weekend\":false,"   \
    "\"holidays\":[\"2025-03-05\"]}}"

struct watch {
    int64_t came[64]; /* of each order, at the inspection */
    uint64_t order[64];
    size_t orders;
    struct order_record record[64];
};

static void keep_arrival(void *self, uint64_t number, const struct event *event, uint64_t subject)
{
    struct watch *watch = self;
    (void)number;
    if (event->column != COLUMN_IMPORT_RETAIL || watch->orders == 64 ||
        strcmp(world_step_id((enum column)event->column, event->kind), "inspect") != 0)
        return;
    watch->came[watch->orders] = event->time;
    watch->order[watch->orders++] = subject;
}

static void keep_record(void *self, const struct order_record *record)
{
    struct watch *watch = self;
    for (size_t i = 0; i < watch->orders; i++)
        if (watch->order[i] == record->number)
            watch->record[i] = *record;
}

static void watch_run(const struct book *book, const char *patch, struct watch *watch, struct port_tally *port)
{
    struct run run;
    struct world_sink sink = {.self = watch, .event = keep_arrival, .order = keep_record};
    *watch = (struct watch){0};
    load(&run, book, "tests/world/one-can.json", patch);
    scenario_limit(run.scenario, 60);
    run.world = world_create(run.scenario, book, 7, 0, 0, &sink);
    go(&run, INT64_MAX);
    end(&run);
    *port = run.tally->port[1];
    finish(&run);
}

/* One officer, two hours a piece, nine to six, no weekend, one holiday: who comes first is served first, and each
 * release is where a pencil puts it. Whatever is not work is waiting, at the order and at the port. */
static void nobody_works_at_night(void **state)
{
    struct watch watch;
    struct port_tally port;
    int32_t holiday = date_day(2025, 3, 5);
    struct shift shift = {9 * 3600, 18 * 3600, 8 * 3600, false, &holiday, 1};
    int64_t is_free = INT64_MIN, waited = 0;
    watch_run(*state, "{" INSPECTED "," SHIFTS "}", &watch, &port);
    assert_int_equal(watch.orders, 60);
    for (size_t i = 0; i < watch.orders; i++) {
        int64_t from = watch.came[i] > is_free ? watch.came[i] : is_free;
        is_free = shift_ends(&shift, from, 7200);
        assert_int_equal(watch.record[i].time[TIME_RELEASED], is_free);
        assert_true(shift_is_on(&shift, is_free - 1));
        assert_int_equal(watch.record[i].waited_s[LAYER_LAW], is_free - watch.came[i] - 7200);
        waited += is_free - watch.came[i] - 7200;
    }
    assert_true(waited > 30 * 7200);
    assert_int_equal(port.waiting_s, waited);
    assert_int_equal(port.inspections, 60);
}

/* By day and night a port's one officer is the flow's one officer; more officers wait less. */
static void a_port_without_hours_is_a_queue(void **state)
{
    struct watch own, shared;
    struct port_tally own_port, shared_port;
    watch_run(*state, "{" INSPECTED "}", &own, &own_port);
    watch_run(*state, "{" INSPECTED ",\"ports\":{\"cn.ningbo\":{\"officers\":1}}}", &shared, &shared_port);
    assert_int_equal(own_port.waiting_s, shared_port.waiting_s);
    assert_true(own_port.waiting_s > 0);
    for (size_t i = 0; i < own.orders; i++)
        assert_int_equal(own.record[i].time[TIME_RELEASED], shared.record[i].time[TIME_RELEASED]);
    watch_run(*state, "{" INSPECTED ",\"ports\":{\"cn.ningbo\":{\"officers\":9}}}", &shared, &shared_port);
    assert_true(shared_port.waiting_s < own_port.waiting_s);
}

/* Two flows of one port share its people: each waits longer than with people of its own. */
static void flows_of_a_port_share_its_people(void **state)
{
    struct run own, shared;
    static const char busy[] = "\"flows\":{\"direct_mail\":{\"port\":\"cn.ningbo\",\"rates\":{\"inspect\":\"1\"}},"
                               "\"bonded\":{\"rates\":{\"inspect\":\"1\"}}}";
    char patch[512];
    snprintf(patch, sizeof patch, "{%s}", busy);
    simulate(&own, *state, "scenarios/milk-powder.json", patch, 2000);
    snprintf(patch, sizeof patch, "{%s,\"ports\":{\"cn.ningbo\":{\"officers\":1}}}", busy);
    simulate(&shared, *state, "scenarios/milk-powder.json", patch, 2000);
    assert_int_equal(own.tally->port[1].inspections, shared.tally->port[1].inspections);
    assert_true(shared.tally->port[1].waiting_s > own.tally->port[1].waiting_s);
    finish(&own);
    finish(&shared);
}

/* Stopped in the night with people waiting, and gone on. */
static void a_checkpoint_keeps_the_shift(void **state)
{
    struct run whole, first, second;
    struct buf saved = {0};
    static const char patch[] = "{" INSPECTED "," SHIFTS "}";
    simulate(&whole, *state, "tests/world/one-can.json", patch, 60);
    load(&first, *state, "tests/world/one-can.json", patch);
    scenario_limit(first.scenario, 60);
    start(&first, 7);
    go(&first, (int64_t)date_day(2025, 3, 6) * DAY_SECONDS - 7200);
    assert_true(first.world->port[1].is_called);
    world_save(first.world, &saved);
    load(&second, *state, "tests/world/one-can.json", patch);
    scenario_limit(second.scenario, 60);
    start(&second, 7);
    assert_true(world_restore(second.world, saved.data, saved.length));
    go(&second, INT64_MAX);
    end(&second);
    assert_memory_equal(&whole.tally->digest, &second.tally->digest, sizeof whole.tally->digest);
    assert_int_equal(whole.tally->port[1].waiting_s, second.tally->port[1].waiting_s);
    first.tally = tally_create();
    finish(&whole);
    finish(&first);
    finish(&second);
    buf_finish(&saved);
}

/* ---- what orders hide ---- */

/* One can with irregular orders; everything is inspected, unless `more` says otherwise. */
static void hide(struct run *run, const struct book *book, const char *irregular, const char *more, uint64_t limit)
{
    char patch[1024];
    const char *rates = strstr(more, "\"rates\"") ? "" : "\"rates\":{\"inspect\":\"1\"},";
    snprintf(patch, sizeof patch, "{\"flows\":{\"bonded\":{%s\"irregular\":{%s}%s}}}", rates, irregular, more);
    simulate(run, book, "tests/world/one-can.json", patch, limit);
}

/* A can is declared at 40 %: 18.20 of VAT are due on the truth, 7.28 on what is said. */
static void half_the_price_is_half_the_tax(void **state)
{
    struct run run;
    hide(&run, *state, "\"undervalued\":{\"rate\":\"1\",\"found\":\"0\",\"least\":\"0.4\",\"most\":\"0.4\"}", "", 50);
    for (size_t i = 0; i < run.records; i++) {
        assert_int_equal(run.record[i].irregular, IRREGULAR_UNDERVALUED);
        assert_false(run.record[i].is_found);
        assert_int_equal(run.record[i].charge[CHARGE_VAT], 728);
        assert_int_equal(run.record[i].tax, 728);
    }
    assert_int_equal(run.kind[KIND_FINE], 0);
    finish(&run);
}

/* Found: the tax on the truth, of which the buyer paid 7.28, and three times what was evaded. */
static void found_it_pays_the_truth_and_a_fine(void **state)
{
    struct run run;
    hide(&run, *state,
         "\"undervalued\":{\"rate\":\"1\",\"found\":\"1\",\"least\":\"0.4\",\"most\":\"0.4\"},\"fine\":\"3\"", "", 50);
    for (size_t i = 0; i < run.records; i++) {
        assert_int_equal(run.record[i].state, ORDER_DELIVERED);
        assert_true(run.record[i].is_found);
        assert_int_equal(run.record[i].tax, 728);
        assert_int_equal(run.record[i].charge[CHARGE_VAT], 1820);
        /* 0.6 % for the payment of 10.92 less: 0.07 */
        assert_int_equal(run.record[i].sums.margin, 6438 + 7 - (1820 - 728) - 3 * (1820 - 728));
    }
    assert_int_equal(run.kind[KIND_FINE], 50 * 3 * (1820 - 728));
    assert_int_equal(run.tally->irregular[IRREGULAR_UNDERVALUED].orders, 50);
    assert_int_equal(run.tally->irregular[IRREGULAR_UNDERVALUED].found, 50);
    assert_int_equal(run.tally->irregular[IRREGULAR_UNDERVALUED].evaded, 50 * (1820 - 728));
    assert_int_equal(run.tally->port[1].catches, 50);
    finish(&run);
}

static void some_goods_are_seized(void **state)
{
    struct run run;
    hide(&run, *state, "\"wrong_weight\":{\"rate\":\"1\",\"found\":\"1\"},\"fine_least\":\"10.00\"",
         ",\"rates\":{\"inspect\":\"1\",\"seize\":\"0.3\"}", 200);
    assert_in_range(run.tally->orders[ORDER_REFUSED], 40, 80);
    assert_int_equal(run.tally->orders[ORDER_DELIVERED], 200 - run.tally->orders[ORDER_REFUSED]);
    assert_int_equal(run.kind[KIND_SEIZED], (int64_t)run.tally->orders[ORDER_REFUSED] * 11000);
    assert_int_equal(run.kind[KIND_FINE], 200 * 1000);
    finish(&run);
}

/* Wine is dearer in tax (10 % excise): declared as milk it pays as milk until it is found. */
static void another_code_pays_another_tax(void **state)
{
    struct run honest, hidden;
    static const char goods[] = ",\"goods\":{\"infant-formula\":null,\"wine\":{\"cost\":\"30.00\","
                                "\"purchase_currency\":\"CNY\",\"price\":\"200.00\"}}";
    hide(&honest, *state, "\"fine\":\"0\"", goods, 20);
    assert_true(honest.record[0].charge[CHARGE_CONSUMPTION_TAX] > 0);
    hide(&hidden, *state, "\"wrong_code\":{\"rate\":\"1\",\"as\":\"infant-formula\"}", goods, 20);
    assert_int_equal(hidden.record[0].charge[CHARGE_CONSUMPTION_TAX], 0);
    assert_int_equal(hidden.record[0].charge[CHARGE_VAT], 1820);
    finish(&hidden);
    hide(&hidden, *state, "\"wrong_code\":{\"rate\":\"1\",\"found\":\"1\",\"as\":\"infant-formula\"}", goods, 20);
    assert_int_equal(hidden.record[0].charge[CHARGE_CONSUMPTION_TAX], honest.record[0].charge[CHARGE_CONSUMPTION_TAX]);
    finish(&hidden);
    finish(&honest);
}

#define THREE_AT_2600                                                                              \
    ",\"goods\":{\"infant-formula\":{\"price\":\"2600.00\"}},\"demand\":{\"buyers\":1000,"          \
    "\"units\":[{\"per_mille\":0,\"units\":\"3\"},{\"per_mille\":1000,\"units\":\"3\"}]}"

/* 7,800 is above the limit of an order; as three orders of 2,600 it passes, unless somebody looks. */
static void split_orders_stay_below_the_limit(void **state)
{
    struct run run;
    static const char split[] = "\"split\":{\"rate\":\"1\",\"found\":\"%d\",\"above\":\"5000.00\"}";
    char rule[128];
    hide(&run, *state, "\"fine\":\"0\"", THREE_AT_2600, 30);
    assert_int_equal(run.tally->orders[ORDER_REFUSED], 30);
    finish(&run);
    snprintf(rule, sizeof rule, split, 0);
    hide(&run, *state, rule, THREE_AT_2600, 30);
    assert_int_equal(world_placed(run.world), 30);
    assert_true(run.tally->orders[ORDER_DELIVERED] >= 28); /* the last one may have to take what is left */
    for (size_t i = 0; i < run.records; i++) {
        assert_true(run.record[i].units == 1 || run.record[i].state == ORDER_REFUSED);
        assert_int_equal(run.record[i].irregular, IRREGULAR_SPLIT);
    }
    finish(&run);
    snprintf(rule, sizeof rule, split, 1);
    hide(&run, *state, rule, THREE_AT_2600, 30);
    assert_int_equal(run.tally->orders[ORDER_REFUSED], 30);
    finish(&run);
}

/* One of two persons buys beyond 26,000 a year; in the other's name it goes on until that is used up, too. What was
 * refused or found gives the allowance back: what is used is what came in. */
static void an_allowance_is_borrowed_and_given_back(void **state)
{
    struct run run;
    int64_t used = 0;
    static const char dear[] = ",\"goods\":{\"infant-formula\":{\"price\":\"2000.00\"}},\"demand\":{\"buyers\":2}";
    hide(&run, *state, "\"borrowed\":{\"rate\":\"1\",\"found\":\"0.5\"}", dear, 40);
    for (uint32_t i = 0; i < 2; i++)
        used += run.world->market[0].use[i].used_minor;
    assert_int_equal(used, (int64_t)run.tally->orders[ORDER_DELIVERED] * 200000);
    assert_true(run.tally->irregular[IRREGULAR_BORROWED].found > 5);
    assert_true(run.tally->orders[ORDER_REFUSED] >= run.tally->irregular[IRREGULAR_BORROWED].found);
    finish(&run);
}

/* Whatever comes back gives back what it took of the allowance. */
static void a_return_restores_the_allowance(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/one-can.json", "{\"flows\":{\"bonded\":{\"rates\":{\"return\":\"0.4\"}}}}", 60);
    int64_t used = 0;
    for (uint32_t i = 0; i < run.world->market[0].buyers; i++)
        used += run.world->market[0].use[i].used_minor;
    assert_true(run.tally->orders[ORDER_RETURNED] > 10);
    assert_int_equal(used, (int64_t)run.tally->orders[ORDER_DELIVERED] * 20000);
    finish(&run);
}

static void nobody_pays_for_a_fake_order(void **state)
{
    struct run run;
    hide(&run, *state, "\"fake\":{\"rate\":\"1\",\"found\":\"0.25\"}", "", 100);
    assert_int_equal(run.tally->paid, 0);
    assert_int_equal(run.kind[KIND_PRICE] + run.kind[KIND_REFUND] + run.kind[KIND_VAT], 0);
    assert_int_equal(run.tally->orders[ORDER_RETURNED] + run.tally->orders[ORDER_REFUSED], 100);
    assert_int_equal(run.tally->orders[ORDER_REFUSED], run.tally->irregular[IRREGULAR_FAKE].found);
    assert_true(run.kind[KIND_COMMISSION] > 0);
    finish(&run);
}

/* A parcel is looked at before it is taxed: 400.00 at 13 %, or 160.00 at nothing (within 50.00 of tax). */
static void a_parcel_is_found_before_it_is_taxed(void **state)
{
    struct run run;
    uint64_t taxed = 0, found = 0;
    simulate(&run, *state, "tests/world/channels.json",
             "{\"flows\":{\"air\":null,\"express\":null,\"line\":null,\"warehouse\":null,\"parcel\":{\"irregular\":"
             "{\"undervalued\":{\"rate\":\"1\",\"found\":\"0.5\",\"least\":\"0.4\",\"most\":\"0.4\"}}}}}", 60);
    for (size_t i = 0; i < run.records; i++) {
        taxed += run.record[i].charge[CHARGE_PARCEL_TAX] == 5200;
        found += run.record[i].is_found;
        assert_true(run.record[i].charge[CHARGE_PARCEL_TAX] == (run.record[i].is_found ? 5200 : 0));
    }
    assert_in_range(found, 5, 25);
    assert_int_equal(taxed, found);
    finish(&run);
}

/* ---- trust ---- */

/* A grade that means nothing changes nothing. */
static void regular_firms_are_as_before(void **state)
{
    struct run plain, graded;
    simulate(&plain, *state, "scenarios/milk-powder.json", NULL, 2000);
    simulate(&graded, *state, "scenarios/milk-powder.json",
             "{\"firms\":{\"seller.import\":{\"grade\":\"certified\"}},\"credit\":{\"down_after\":5,\"up_after\":5}}",
             2000);
    assert_memory_equal(&plain.tally->digest, &graded.tally->digest, sizeof plain.tally->digest);
    finish(&plain);
    finish(&graded);
}

static void a_certified_firm_is_seldom_inspected(void **state)
{
    struct run regular, certified;
    hide(&regular, *state, "\"fine\":\"0\"", ",\"rates\":{\"inspect\":\"0.4\"}", 500);
    simulate(&certified, *state, "tests/world/one-can.json",
             "{\"flows\":{\"bonded\":{\"rates\":{\"inspect\":\"0.4\"}}},"
             "\"firms\":{\"seller.import\":{\"grade\":\"certified\"}},"
             "\"credit\":{\"grades\":{\"certified\":{\"inspect\":\"0.25\"}}}}",
             500);
    assert_in_range(regular.tally->port[1].inspections, 165, 235);
    assert_in_range(certified.tally->port[1].inspections, 30, 70);
    finish(&regular);
    finish(&certified);
}

/* Each catch lowers the grade, from regular two steps down: then no more retail is taken. */
static void who_is_blacklisted_sells_no_more(void **state)
{
    struct run run;
    load(&run, *state, "tests/world/one-can.json",
         "{\"period\":{\"to\":\"2025-03-09\"},\"flows\":{\"bonded\":{\"demand\":{\"per_day\":\"20\"},\"rates\":"
         "{\"inspect\":\"1\",\"catch\":\"0.2\"}}},\"credit\":{\"down_after\":1}}");
    start(&run, 7);
    go(&run, INT64_MAX);
    end(&run);
    assert_int_equal(run.world->firm[run.scenario->flow[0].seller].grade, CREDIT_BLACKLISTED);
    assert_int_equal(run.tally->port[1].catches, 2);
    assert_in_range(world_placed(run.world), 2, 60); /* of some 140 who come */
    finish(&run);
}

/* Undervalued goods are looked at more often than the rest. */
static void a_low_price_is_suspicious(void **state)
{
    struct run run;
    uint64_t found = 0, hidden = 0;
    simulate(&run, *state, "tests/world/one-can.json",
             "{\"flows\":{\"bonded\":{\"rates\":{\"inspect\":\"0.1\"},\"irregular\":{\"undervalued\":{\"rate\":\"0.5\","
             "\"found\":\"1\",\"least\":\"0.2\",\"most\":\"0.2\"}}}},\"credit\":{\"price\":\"5\"}}", 1000);
    found = run.tally->irregular[IRREGULAR_UNDERVALUED].found; /* 0.1 × (1 + 5 × 0.8) = 0.5 */
    hidden = run.tally->irregular[IRREGULAR_UNDERVALUED].orders;
    assert_in_range(hidden, 450, 550);
    assert_in_range(found * 100 / hidden, 43, 57);
    assert_in_range(run.tally->port[1].inspections - found, 30, 75);
    finish(&run);
}

/* One in a hundred of the tax, where the grade asks for it: 0.18 of 18.20. */
static void a_guarantee_is_asked_by_grade(void **state)
{
    struct run run;
    static const char patch[] =
        "{\"prices\":{\"test.guarantee\":{\"party\":\"guarantor.cn\",\"kind\":\"guarantee\",\"currency\":\"CNY\","
        "\"share\":\"0.01\"}},\"flows\":{\"bonded\":{\"roles\":{\"guarantee\":\"test.guarantee\"}}},"
        "\"credit\":{\"grades\":{\"regular\":{\"guarantee\":%s}}}}";
    char text[512];
    snprintf(text, sizeof text, patch, "true");
    simulate(&run, *state, "tests/world/one-can.json", text, 10);
    assert_int_equal(run.kind[KIND_GUARANTEE], 180);
    finish(&run);
    snprintf(text, sizeof text, patch, "false");
    simulate(&run, *state, "tests/world/one-can.json", text, 10);
    assert_int_equal(run.kind[KIND_GUARANTEE], 0);
    finish(&run);
}

/* Whatever is released in March is paid on 5 April, in China's time, or once its return window is over. */
static void taxes_of_a_month_are_paid_together(void **state)
{
    struct run run;
    simulate(&run, *state, "tests/world/one-can.json",
             "{\"period\":{\"to\":\"2025-03-29\"},\"flows\":{\"bonded\":{\"demand\":{\"per_day\":\"2\"},"
             "\"delays\":{\"tax_after_days\":null,\"tax_monthly_day\":5}}}}", 54);
    int64_t april = (int64_t)date_day(2025, 4, 5) * DAY_SECONDS - 8 * 3600;
    unsigned together = 0;
    for (size_t i = 0; i < run.records; i++) {
        assert_true(run.record[i].time[TIME_TAX_BILL] >= april);
        together += run.record[i].time[TIME_TAX_BILL] == april;
    }
    assert_in_range(together, 40, 53);
    finish(&run);
}

/* A container's charges are vouched for as well. */
static void a_container_has_a_guarantee(void **state)
{
    struct run run;
    simulate(&run, *state, "scenarios/milk-powder.json",
             "{\"flows\":{\"bonded\":null,\"direct_mail\":null,\"container\":{\"roles\":{\"guarantee\":\"g\"}}},"
             "\"prices\":{\"g\":{"
             "\"party\":\"guarantor.cn\",\"kind\":\"guarantee\",\"currency\":\"CNY\",\"share\":\"0.01\"}},"
             "\"credit\":{\"grades\":{\"regular\":{\"guarantee\":true}}}}", 500);
    const struct node_tally *law = &run.tally->node[node_index(LAYER_LAW, COLUMN_GENERAL_TRADE)];
    assert_true(law->kind[KIND_GUARANTEE] > 0);
    finish(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_waits_for_the_last_document),
        cmocka_unit_test(a_mistake_comes_back_with_its_code),
        cmocka_unit_test(a_tolerance_lets_amounts_pass),
        cmocka_unit_test(nobody_works_at_night),
        cmocka_unit_test(a_port_without_hours_is_a_queue),
        cmocka_unit_test(flows_of_a_port_share_its_people),
        cmocka_unit_test(a_checkpoint_keeps_the_shift),
        cmocka_unit_test(half_the_price_is_half_the_tax),
        cmocka_unit_test(found_it_pays_the_truth_and_a_fine),
        cmocka_unit_test(some_goods_are_seized),
        cmocka_unit_test(another_code_pays_another_tax),
        cmocka_unit_test(split_orders_stay_below_the_limit),
        cmocka_unit_test(an_allowance_is_borrowed_and_given_back),
        cmocka_unit_test(a_return_restores_the_allowance),
        cmocka_unit_test(nobody_pays_for_a_fake_order),
        cmocka_unit_test(a_parcel_is_found_before_it_is_taxed),
        cmocka_unit_test(regular_firms_are_as_before),
        cmocka_unit_test(a_certified_firm_is_seldom_inspected),
        cmocka_unit_test(who_is_blacklisted_sells_no_more),
        cmocka_unit_test(a_low_price_is_suspicious),
        cmocka_unit_test(a_guarantee_is_asked_by_grade),
        cmocka_unit_test(taxes_of_a_month_are_paid_together),
        cmocka_unit_test(a_container_has_a_guarantee),
    };
    return cmocka_run_group_tests_name("port", tests, open_book, close_book);
}
