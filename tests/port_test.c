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
    };
    return cmocka_run_group_tests_name("port", tests, open_book, close_book);
}
