/* credit: grades move by behaviour, the chance of an inspection follows grade, price and history; what orders hide. */
#include "tests/unit.h"

#include "core/rng.h"
#include "customs/credit.h"
#include "customs/irregular.h"

static struct credit_rules rules_of(uint32_t down, uint32_t up)
{
    struct credit_rules rules = {.down_after = down, .up_after = up};
    for (unsigned grade = 1; grade < CREDIT_GRADE_COUNT; grade++)
        rules.grade[grade].inspect_ppm = 1000000;
    return rules;
}

static void catches_lower_the_grade(void **state)
{
    (void)state;
    struct credit_rules rules = rules_of(2, 3);
    struct credit firm = {.grade = CREDIT_CERTIFIED};
    assert_false(credit_caught(&firm, &rules));
    assert_true(credit_caught(&firm, &rules));
    assert_int_equal(firm.grade, CREDIT_REGULAR);
    for (int i = 0; i < 4; i++)
        credit_caught(&firm, &rules);
    assert_int_equal(firm.grade, CREDIT_BLACKLISTED);
    assert_false(credit_caught(&firm, &rules) || credit_caught(&firm, &rules)); /* there is nothing below */
    assert_int_equal(firm.found, 8);
}

static void clean_inspections_in_a_row_raise_it(void **state)
{
    (void)state;
    struct credit_rules rules = rules_of(9, 3);
    struct credit firm = {.grade = CREDIT_DISHONEST};
    assert_false(credit_clean(&firm, &rules) || credit_clean(&firm, &rules) || credit_caught(&firm, &rules));
    assert_false(credit_clean(&firm, &rules) || credit_clean(&firm, &rules));
    assert_true(credit_clean(&firm, &rules));
    assert_int_equal(firm.grade, CREDIT_REGULAR);
    for (int i = 0; i < 12; i++)
        credit_clean(&firm, &rules);
    assert_int_equal(firm.grade, CREDIT_CERTIFIED);
}

static void no_rule_moves_nothing(void **state)
{
    (void)state;
    struct credit_rules rules = rules_of(0, 0);
    struct credit firm = {.grade = CREDIT_REGULAR};
    for (int i = 0; i < 100; i++)
        assert_false(credit_caught(&firm, &rules) || credit_clean(&firm, &rules));
    assert_int_equal(firm.inspected, 200);
}

static void the_chance_multiplies(void **state)
{
    (void)state;
    struct credit_rules rules = rules_of(1, 1);
    struct credit firm = {.grade = CREDIT_REGULAR};
    assert_int_equal(credit_inspect_ppm(&firm, &rules, 15000, 1000000), 15000);
    assert_int_equal(credit_inspect_ppm(&firm, &rules, 15000, 400000), 15000);
    rules.grade[CREDIT_REGULAR].inspect_ppm = 2000000;
    rules.price_ppm = 5000000;   /* at 0.4 of the price: 1 + 0.6 × 5 = 4 */
    rules.history_ppm = 1000000; /* one in four: 1.25 */
    firm.inspected = 4;
    firm.found = 1;
    assert_int_equal(credit_inspect_ppm(&firm, &rules, 15000, 400000), 15000 * 2 * 4 * 125 / 100);
    assert_int_equal(credit_inspect_ppm(&firm, &rules, 900000, 400000), 1000000);
}

static void names_are_found(void **state)
{
    (void)state;
    assert_int_equal(credit_grade_find("certified"), CREDIT_CERTIFIED);
    assert_int_equal(credit_grade_find("aeo"), CREDIT_UNSET);
    assert_string_equal(credit_grade_name(CREDIT_BLACKLISTED, LANG_ZH), "严重失信");
    assert_string_equal(irregular_id(IRREGULAR_SPLIT), "split");
    assert_string_equal(irregular_id(IRREGULAR_NONE), "");
}

/* 60,000 draws at 1, 2 … 6 in 100 each: chi-square over the seven outcomes, 0.1 %: 22.5. */
static void kinds_come_at_their_rates(void **state)
{
    (void)state;
    struct irregular_rule rule[IRREGULAR_COUNT] = {{0}};
    int64_t seen[IRREGULAR_COUNT] = {0}, sum = 0;
    for (uint32_t kind = 1; kind < IRREGULAR_COUNT; kind++)
        rule[kind].rate_ppm = kind * 10000;
    for (uint32_t i = 0; i < 60000; i++)
        seen[irregular_pick(rule, rng_bits(rng_key(1, 0), i, 1, 0))]++;
    for (uint32_t kind = 0; kind < IRREGULAR_COUNT; kind++) {
        int64_t expected = kind ? kind * 600 : 60000 - 21 * 600;
        sum += (seen[kind] - expected) * (seen[kind] - expected) * 1000 / expected;
    }
    assert_true(sum < 22500);
}

static void shares_lie_between_their_ends(void **state)
{
    (void)state;
    struct irregular_rule rule = {.least_ppm = 200000, .most_ppm = 600000};
    int64_t sum = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t share = irregular_share_ppm(&rule, rng_bits(rng_key(1, 0), i, 2, 0));
        assert_in_range(share, 200000, 600000);
        sum += share;
    }
    assert_in_range(sum / 10000, 395000, 405000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(catches_lower_the_grade),
        cmocka_unit_test(clean_inspections_in_a_row_raise_it),
        cmocka_unit_test(no_rule_moves_nothing),
        cmocka_unit_test(the_chance_multiplies),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(kinds_come_at_their_rates),
        cmocka_unit_test(shares_lie_between_their_ends),
    };
    return cmocka_run_group_tests_name("credit", tests, NULL, NULL);
}
