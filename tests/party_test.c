/* party_test: parties are numbered by row, treasuries found by place, broken lists refused. */
#include "tests/unit.h"

#include <stdio.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "trade/party.h"

#define HEAD "id,side,treasury,place,name_en,name_zh\n"

static int load(struct parties *parties, struct arena *arena, struct errs *errs, const char *text)
{
    *parties = (struct parties){0};
    return parties_load(parties, "parties.csv", text, strlen(text), arena, errs);
}

static void parties_are_numbered_by_row(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct errs errs = {0};
    struct parties parties;
    assert_int_equal(load(&parties, &arena, &errs,
                          HEAD "buyer,buyer,no,,Buyer,买家\nshop,holder,no,,\"Shop, own\",店\n"
                               "tax.cn,outside,yes,CN,Treasury,国库\ntax.eu,outside,yes,EU,Treasury,国库\n"),
                     0);
    assert_int_equal(parties.count, 4);
    assert_int_equal(parties_find(&parties, "shop", 4), 2);
    assert_int_equal(parties_find(&parties, "shops", 5), 0);
    assert_int_equal(parties.party[1].side, SIDE_BUYER);
    assert_int_equal(parties.party[2].side, SIDE_HOLDER);
    assert_string_equal(parties.party[2].name_en, "Shop, own");
    assert_string_equal(parties.party[1].name_zh, "买家");
    assert_int_equal(parties_treasury(&parties, text_country("EU", 2)), 4);
    assert_int_equal(parties_treasury(&parties, text_country("CN", 2)), 3);
    assert_int_equal(parties_treasury(&parties, text_country("US", 2)), 0);
    arena_finish(&arena);
}

static void broken_lists_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
        uint32_t line, column;
    } rows[] = {
        {"id,side\na,buyer\n", ERR_MISSING_NAME, 1, 1},
        {HEAD "a,seller,no,,A,甲\n", ERR_UNKNOWN_VALUE, 2, 3},
        {HEAD "a,buyer,no,,A,甲\na,buyer,no,,A,甲\n", ERR_DUPLICATE, 3, 1},
        {HEAD ",buyer,no,,A,甲\n", ERR_RANGE, 2, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena arena = {0};
        struct errs errs = {0};
        struct parties parties;
        assert_int_equal(load(&parties, &arena, &errs, rows[i].text), -1);
        assert_int_equal(errs.item[0].code, rows[i].code);
        assert_int_equal(errs.item[0].line, rows[i].line);
        assert_int_equal(errs.item[0].column, rows[i].column);
        assert_int_equal(parties_find(&parties, "nobody", 6), 0);
        arena_finish(&arena);
    }
}

/* The ledger has places for PARTY_MAX; the list must not outgrow it. */
static void too_many_are_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_puts(&text, HEAD);
    for (int i = 1; i < PARTY_MAX + 1; i++)
        buf_printf(&text, "p%d,outside,no,,P,户\n", i);
    struct arena arena = {0};
    struct errs errs = {0};
    struct parties parties = {0};
    assert_int_equal(parties_load(&parties, "p", text.data, text.length, &arena, &errs), -1);
    assert_int_equal(parties.count, PARTY_MAX - 1);
    assert_int_equal(errs.count, 1);
    buf_finish(&text);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parties_are_numbered_by_row),
        cmocka_unit_test(broken_lists_are_refused),
        cmocka_unit_test(too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
