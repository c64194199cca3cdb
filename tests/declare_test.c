/* declare: documents that agree, each field that does not, the tolerance, and the codes. */
#include "tests/unit.h"

#include "core/rng.h"
#include "customs/declare.h"

/* 200.00 and 10.00 freight and 18.20 tax: 228.20 */
static struct declaration sound(void)
{
    return (struct declaration){
        .order = {1000, 20000, 1000, 1820, 22820, 7, 7, 3, 5, 1, 2},
        .payment = {1010, 22820, 7, 5},
        .waybill = {2000, 1800, 7},
        .list = {20000, 1800, 7, 3, 1, 2}};
}

static void what_agrees_passes(void **state)
{
    (void)state;
    struct declaration d = sound();
    assert_int_equal(declare_match(&d, 0), DECLARE_AGREES);
    assert_string_equal(declare_fault_id(DECLARE_AGREES), "");
    assert_int_equal(declare_fault_code(DECLARE_AGREES, false), 0);
}

static void each_field_is_compared(void **state)
{
    (void)state;
    struct declaration d = sound();
#define FINDS(fault, change)                                                                       \
    do {                                                                                           \
        d = sound();                                                                               \
        change;                                                                                    \
        assert_int_equal(declare_match(&d, 0), fault);                                             \
    } while (0)
    FINDS(DECLARE_FIRM, d.list.firm = 4);
    FINDS(DECLARE_PAYMENT_FIRM, d.payment.firm = 4);
    FINDS(DECLARE_PAYER, d.payment.payer = 8);
    FINDS(DECLARE_BUYER, d.list.buyer = 8);
    FINDS(DECLARE_RECEIVER, d.waybill.receiver = 8);
    FINDS(DECLARE_LINES, d.list.lines = 2);
    FINDS(DECLARE_LINES, d.list.units = 1);
    FINDS(DECLARE_LINES, d.list.goods = 19999);
    FINDS(DECLARE_AMOUNT, d.payment.paid = 22819);
    FINDS(DECLARE_AMOUNT, d.order.tax = 0);
    FINDS(DECLARE_WEIGHT, d.list.gross_g = 1799);
    FINDS(DECLARE_TIME, d.payment.paid_at = 999);
    FINDS(DECLARE_TIME, d.waybill.shipped_at = 1009);
#undef FINDS
}

static void amounts_may_differ_by_the_tolerance(void **state)
{
    (void)state;
    struct declaration d = sound();
    d.payment.paid += 100;
    assert_int_equal(declare_match(&d, 100), DECLARE_AGREES);
    assert_int_equal(declare_match(&d, 99), DECLARE_AMOUNT);
    d.payment.paid -= 200;
    assert_int_equal(declare_match(&d, 100), DECLARE_AGREES);
    assert_int_equal(declare_match(&d, 99), DECLARE_AMOUNT);
}

/* 9,000 mistakes: each is found, and each kind comes about as often (chi-square, 8 degrees, 0.1 %: 26.1). */
static void every_mistake_is_found(void **state)
{
    (void)state;
    int64_t seen[DECLARE_FAULT_COUNT] = {0}, squares = 0;
    for (uint32_t i = 0; i < 9000; i++) {
        struct declaration d = sound();
        declare_spoil(&d, rng_bits(rng_key(1, 0), i, 1, 0));
        seen[declare_match(&d, 0)]++;
    }
    assert_int_equal(seen[DECLARE_AGREES], 0);
    for (unsigned fault = 1; fault < DECLARE_FAULT_COUNT; fault++)
        squares += (seen[fault] - 1000) * (seen[fault] - 1000);
    assert_true(squares < 26100);
}

static void codes_are_those_of_customs(void **state)
{
    (void)state;
    assert_int_equal(declare_fault_code(DECLARE_PAYER, false), 1327);
    assert_int_equal(declare_fault_code(DECLARE_BUYER, false), 13127);
    assert_int_equal(declare_fault_code(DECLARE_LINES, false), 1322);
    assert_int_equal(declare_fault_code(DECLARE_PAYMENT_FIRM, false), 13035);
    assert_int_equal(declare_fault_code(DECLARE_FIRM, true), -10102);
    assert_int_equal(declare_fault_code(DECLARE_PAYER, true), 100);
    assert_string_equal(declare_fault_name(DECLARE_PAYER, LANG_ZH), "订购人与支付人不一致");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_agrees_passes),
        cmocka_unit_test(each_field_is_compared),
        cmocka_unit_test(amounts_may_differ_by_the_tolerance),
        cmocka_unit_test(every_mistake_is_found),
        cmocka_unit_test(codes_are_those_of_customs),
    };
    return cmocka_run_group_tests_name("declare", tests, NULL, NULL);
}
