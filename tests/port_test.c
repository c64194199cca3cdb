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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_waits_for_the_last_document),
        cmocka_unit_test(a_mistake_comes_back_with_its_code),
        cmocka_unit_test(a_tolerance_lets_amounts_pass),
    };
    return cmocka_run_group_tests_name("port", tests, open_book, close_book);
}
