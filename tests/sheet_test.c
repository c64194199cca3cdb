/* sheet_test: price lists: the formula and its one rounding, weights, containers, fuel, days, mistakes. */
#include "tests/unit.h"

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "core/ledger.h"
#include "logistics/carrier.h"
#include "logistics/sheet.h"

static const char head[] = "id,from,until,party,kind,currency,fixed,per_unit,per_kg,per_cbm,share,least,most,"
                           "capacity_kg,t10_h,t90_h,loss,or,confidence,source\n";

static const char weight_head[] = "id,party,kind,currency,fixed,per_kg,per_cbm,capacity_kg,first_kg,step_kg,min_kg,"
                                  "divisor,fuel,share,most,from,until,or,confidence,source\n";

static int load_under(struct sheet *sheet, struct arena *arena, const char *top, const char *rows, struct errs *errs)
{
    struct buf text = {0};
    buf_puts(&text, top);
    buf_puts(&text, rows);
    const char *bytes = arena_copy(arena, text.data, text.length);
    int result = sheet_load(sheet, "sheet.csv", bytes, text.length, arena, errs);
    buf_finish(&text);
    return result;
}

static int load(struct sheet *sheet, struct arena *arena, const char *rows, struct errs *errs)
{
    return load_under(sheet, arena, head, rows, errs);
}

static void load_sound(struct sheet *sheet, struct arena *arena, const char *rows)
{
    struct errs errs = {0};
    assert_int_equal(load(sheet, arena, rows, &errs), 0);
}

static int64_t price(const struct sheet *sheet, const char *id, struct sheet_load what)
{
    int32_t day = date_day(2025, 1, 1);
    uint32_t row = sheet_find(sheet, id, day);
    assert_true(row > 0);
    return sheet_price(sheet, row, day, &what);
}

static void the_formula_rounds_once(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    (void)state;
    load_sound(&sheet, &arena,
               "all,,,a,freight,CNY,1.00,0.25,0.333333,2.5,0.01,,,,,,,,high,s\n"
               "least,,,a,freight,CNY,,,1,,,5,9,,,,,,high,s\n"
               "yen,,,a,freight,JPY,100.5,,,,,,,,,,,,high,s\n");
    struct sheet_load what = {.units = 3, .gross_g = 1500, .volume_cm3 = 2000, .days = 10, .amount = 1234};
    /* 100 + 75 + 49.99995 + 5 + 12.34 = 242.33995 */
    assert_int_equal(price(&sheet, "all", what), 242);
    what.amount = 1250; /* 242.49995, and with 1251: 242.50995 */
    assert_int_equal(price(&sheet, "all", what), 242);
    what.amount = 1251;
    assert_int_equal(price(&sheet, "all", what), 243);
    assert_int_equal(price(&sheet, "least", (struct sheet_load){.gross_g = 1000}), 500);
    assert_int_equal(price(&sheet, "least", (struct sheet_load){.gross_g = 6004}), 600);
    assert_int_equal(price(&sheet, "least", (struct sheet_load){.gross_g = 50000}), 900);
    assert_int_equal(price(&sheet, "yen", (struct sheet_load){0}), 101);
    arena_finish(&arena);
}

static void every_started_container_is_paid(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    (void)state;
    load_sound(&sheet, &arena, "box,,,a,freight,USD,450,,,,,,,16000,,,,,high,s\n");
    assert_int_equal(price(&sheet, "box", (struct sheet_load){.gross_g = 1}), 45000);
    assert_int_equal(price(&sheet, "box", (struct sheet_load){.gross_g = 16000000}), 45000);
    assert_int_equal(price(&sheet, "box", (struct sheet_load){.gross_g = 16000001}), 90000);
    arena_finish(&arena);
}

/* Beyond 64 bits on the way, not at the end: no figure wraps round. */
static void large_figures_stay_exact(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    (void)state;
    load_sound(&sheet, &arena, "unit,,,a,freight,USD,,10000000000,,,,,,,,,,,high,s\n"
                               "box,,,a,freight,USD,450,,,,,,,9300000000000000,,,,,high,s\n");
    assert_int_equal(price(&sheet, "unit", (struct sheet_load){.units = 1}), INT64_C(1000000000000));
    assert_int_equal(price(&sheet, "box", (struct sheet_load){.gross_g = 1}), 45000);
    arena_finish(&arena);
}

static void load_weights(struct sheet *sheet, struct arena *arena, const char *rows)
{
    struct errs errs = {0};
    assert_int_equal(load_under(sheet, arena, weight_head, rows, &errs), 0);
}

static int64_t price_of_weight(const struct sheet *sheet, const char *id, int64_t gross_g)
{
    return price(sheet, id, (struct sheet_load){.units = 1, .gross_g = gross_g, .days = 1});
}

/* Postal express: 240 for the first half kilo, 75 for each further started one. */
static void weight_is_paid_by_started_steps(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    (void)state;
    load_weights(&sheet, &arena,
                 "ems,a,freight,CNY,240,150,,,0.5,0.5,,,,,,,,,high,s\n"
                 "hundreds,a,freight,CNY,7,45,,,0.1,0.1,,,,,,,,,high,s\n"
                 "packet,a,freight,CNY,8,81,,,,,0.010,,,,,,,,high,s\n");
    const int64_t ems[][2] = {{0, 24000}, {1, 24000}, {500, 24000}, {501, 31500}, {1000, 31500}, {1001, 39000}};
    for (size_t i = 0; i < sizeof ems / sizeof *ems; i++)
        assert_int_equal(price_of_weight(&sheet, "ems", ems[i][0]), ems[i][1]);
    assert_int_equal(price_of_weight(&sheet, "hundreds", 100), 700);
    assert_int_equal(price_of_weight(&sheet, "hundreds", 230), 1600);
    assert_int_equal(price_of_weight(&sheet, "packet", 1), 881);
    assert_int_equal(price_of_weight(&sheet, "packet", 10), 881);
    assert_int_equal(price_of_weight(&sheet, "packet", 11), 889); /* 8.891 */
    arena_finish(&arena);
}

static void volume_is_paid_where_it_weighs_more(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    (void)state;
    load_weights(&sheet, &arena,
                 "line,a,freight,CNY,,60,,,,,,6000,,,,,,,high,s\n"
                 "express,a,freight,CNY,,20,,,,0.5,,5000,,,,,,,high,s\n"
                 "lcl,a,freight,USD,,0.06,,,,,1000,1000,,,,,,,high,s\n"
                 "box,a,freight,USD,900,,,21700,,,,1290,,,,,,,high,s\n");
    struct sheet_load pillow = {.units = 1, .gross_g = 400, .volume_cm3 = 3001, .days = 1};
    assert_int_equal(price(&sheet, "line", pillow), 3006);    /* 501 g: 500.17 to the started gram */
    assert_int_equal(price(&sheet, "express", pillow), 2000); /* 600.2 g are two half kilos */
    pillow.gross_g = 700;
    assert_int_equal(price(&sheet, "line", pillow), 4200);
    pillow = (struct sheet_load){.units = 1, .gross_g = 300000, .volume_cm3 = 2500000, .days = 1};
    assert_int_equal(price(&sheet, "lcl", pillow), 15000); /* 2.5 m3 are 2.5 t */
    pillow.volume_cm3 = 400000;
    assert_int_equal(price(&sheet, "lcl", pillow), 6000); /* one cubic metre at least */
    pillow.volume_cm3 = 28 * 1000000 - 7000;
    assert_int_equal(price(&sheet, "box", pillow), 90000);
    pillow.volume_cm3 = 28 * 1000000;
    assert_int_equal(price(&sheet, "box", pillow), 180000);
    arena_finish(&arena);
}

static void fuel_is_that_of_the_day(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0}, copy;
    struct sheet_load what = {.units = 1, .gross_g = 500, .days = 1};
    (void)state;
    load_weights(&sheet, &arena,
                 "express,a,freight,CNY,100.05,,,,,,,,fuel,,,,,,high,s\n"
                 "most,a,freight,CNY,500,,,,,,,,fuel,,200,,,,high,s\n"
                 "fuel,a,freight,CNY,,,,,,,,,,0.11,,2015-01-01,2015-12-31,,high,s\n"
                 "fuel,a,freight,CNY,,,,,,,,,,0.275,,2025-01-01,2025-12-31,,high,s\n");
    assert_int_equal(sheet_price(&sheet, 1, date_day(2015, 12, 31), &what), 11106); /* 111.0555 */
    assert_int_equal(sheet_price(&sheet, 1, date_day(2016, 1, 1), &what), 10005);
    assert_int_equal(sheet_price(&sheet, 1, date_day(2025, 6, 1), &what), 12756); /* 127.56375 */
    assert_int_equal(sheet_price(&sheet, 2, date_day(2025, 6, 1), &what), 25500);
    sheet_copy(&copy, &sheet, &arena); /* a scenario's own surcharge replaces that of the day */
    struct sheet_row own = sheet.row[4];
    own.share_ppm = 500000;
    sheet_put(&copy, &own);
    assert_int_equal(sheet_price(&copy, 1, date_day(2025, 6, 1), &what), 15008);
    assert_int_equal(sheet_price(&sheet, 1, date_day(2025, 6, 1), &what), 12756);
    arena_finish(&arena);
}

/* Breaks of air freight: whoever has 90 kg takes the price from 100 kg. */
static void breaks_are_cheaper_rows(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    int32_t day = date_day(2025, 1, 1);
    (void)state;
    load_weights(&sheet, &arena,
                 "air,a,freight,USD,,6.00,,,,,45,6000,,,,,,air.100,high,s\n"
                 "air.100,a,freight,USD,,5.00,,,,,100,6000,,,,,,,high,s\n");
    assert_int_equal(sheet_cheapest(&sheet, 1, day, &(struct sheet_load){.gross_g = 80000}), 1);
    assert_int_equal(sheet_cheapest(&sheet, 1, day, &(struct sheet_load){.gross_g = 90000}), 2);
    assert_int_equal(price_of_weight(&sheet, "air", 10000), 27000);
    arena_finish(&arena);
}

static void a_row_of_another_day_is_never_taken(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    (void)state;
    load_sound(&sheet, &arena,
               "a,2016-01-01,2017-12-31,p,freight,CNY,1,,,,,,,,,,,,high,s\n"
               "a,2018-01-01,,p,freight,CNY,2,,,,,,,,,,,,high,s\n");
    assert_int_equal(sheet_find(&sheet, "a", date_day(2015, 12, 31)), 0);
    assert_int_equal(sheet_find(&sheet, "a", date_day(2017, 12, 31)), 1);
    assert_int_equal(sheet_find(&sheet, "a", date_day(2018, 1, 1)), 2);
    assert_true(sheet_known(&sheet, "a"));
    assert_false(sheet_known(&sheet, "b"));
    load_sound(&sheet, &arena, "a,2018-01-01,,p,freight,CNY,3,,,,,,,,,,,,assumed,s\n");
    assert_int_equal(sheet.count, 2); /* a later row with the same first day replaces */
    assert_int_equal(sheet.row[2].fixed, 3000000);
    assert_int_equal(sheet_assumed(&sheet), 1);
    arena_finish(&arena);
}

static void the_cheapest_is_taken(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    int32_t day = date_day(2025, 1, 1);
    (void)state;
    load_sound(&sheet, &arena,
               "packet,,,a,freight,CNY,8,,81,,,,,,,,,express,high,s\n"
               "express,,,a,freight,CNY,100,,20,,,,,,,,,freight,high,s\n"
               "freight,,,a,freight,CNY,108,,12,,,,,,,,,packet,high,s\n");
    assert_int_equal(sheet_cheapest(&sheet, 1, day, &(struct sheet_load){.gross_g = 500}), 1);
    assert_int_equal(sheet_cheapest(&sheet, 1, day, &(struct sheet_load){.gross_g = 1600}), 3);
    assert_int_equal(sheet_cheapest(&sheet, 2, day, &(struct sheet_load){.gross_g = 1000}), 1);
    assert_int_equal(sheet_cheapest(&sheet, 2, day, &(struct sheet_load){.gross_g = 0}), 1);
    arena_finish(&arena);
}

static void durations_keep_their_points(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    int64_t below10 = 0, below90 = 0, draws = 100000;
    (void)state;
    load_sound(&sheet, &arena,
               "leg,,,a,freight,CNY,,,,,,,,,240,504,0.25,,high,s\n"
               "fixed,,,a,freight,CNY,,,,,,,,,24,24,,,high,s\n");
    for (int64_t i = 0; i < draws; i++) {
        int64_t seconds = carrier_duration_s(&sheet, 1, (uint64_t)i * (UINT64_MAX / (uint64_t)draws));
        below10 += seconds <= 240 * 3600;
        below90 += seconds <= 504 * 3600;
    }
    assert_in_range(below10, draws * 98 / 1000, draws * 102 / 1000);
    assert_in_range(below90, draws * 898 / 1000, draws * 902 / 1000);
    assert_int_equal(carrier_duration_s(&sheet, 2, 12345), 86400);
    assert_int_equal(carrier_duration_s(&sheet, 0, 12345), 0);
    assert_true(carrier_loses(&sheet, 1, 0) != carrier_loses(&sheet, 1, UINT64_MAX));
    assert_false(carrier_loses(&sheet, 2, 0));
    arena_finish(&arena);
}

static const struct {
    const char *rows;
    enum err_code code;
    uint32_t line, column;
} mistakes[] = {
    {"a,2025-13-01,,p,freight,CNY,,,,,,,,,,,,,high,s\n", ERR_RANGE, 2, 3},
    {"a,2025-01-02,2025-01-01,p,freight,CNY,,,,,,,,,,,,,high,s\n", ERR_INTERVAL, 2, 14},
    {"a,,,p,freigth,CNY,,,,,,,,,,,,,high,s\n", ERR_UNKNOWN_VALUE, 2, 7},
    {"a,,,p,freight,CNX,,,,,,,,,,,,,high,s\n", ERR_UNKNOWN_VALUE, 2, 15},
    {"a,,,p,freight,CNY,-1,,,,,,,,,,,,high,s\n", ERR_RANGE, 2, 19},
    {"a,,,p,freight,CNY,1.1234567,,,,,,,,,,,,high,s\n", ERR_RANGE, 2, 19},
    {"a,,,p,freight,CNY,,one,,,,,,,,,,,high,s\n", ERR_RANGE, 2, 20},
    {"a,,,p,freight,CNY,,,,,,,,,9,8,,,high,s\n", ERR_RANGE, 2, 27},
    {"a,,,p,freight,CNY,,,,,,,,,,,1.5,,high,s\n", ERR_RANGE, 2, 29},
    {"a,,,p,freight,CNY,,,,,,,,,,,,high,s\n", ERR_CSV, 2, 36},
    {"a,,2025-01-01,p,freight,CNY,,,,,,,,,,,,,high,s\na,2025-01-01,,p,freight,CNY,,,,,,,,,,,,,high,s\n",
     ERR_INTERVAL, 3, 3},
};

static void mistakes_are_found_where_they_stand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct arena arena = {0};
        struct sheet sheet = {0};
        struct errs errs = {0};
        assert_int_equal(load(&sheet, &arena, mistakes[i].rows, &errs), -1);
        assert_int_equal(errs.item[0].code, mistakes[i].code);
        assert_int_equal(errs.item[0].line, mistakes[i].line);
        assert_int_equal(errs.item[0].column, mistakes[i].column);
        arena_finish(&arena);
    }
}

static void columns_may_be_missing_but_not_strange(void **state)
{
    struct arena arena = {0};
    struct sheet sheet = {0};
    struct errs errs = {0};
    (void)state;
    const char *top = "source,confidence,currency,kind,party,id,per_kg\n", *row = "s,high,CNY,freight,a,x,12.5\n";
    assert_int_equal(load_under(&sheet, &arena, top, row, &errs), 0);
    assert_int_equal(price_of_weight(&sheet, "x", 2000), 2500);
    top = "id,party,kind,currency,per_kgs,confidence,source\n";
    assert_int_equal(load_under(&sheet, &arena, top, "", &errs), -1);
    assert_int_equal(errs.item[0].code, ERR_UNKNOWN_NAME);
    assert_int_equal(errs.item[0].column, 24);
    assert_non_null(strstr(errs.item[0].help, "per_kg"));
    errs = (struct errs){0};
    assert_int_equal(load_under(&sheet, &arena, "id,party,kind,currency,source\n", "", &errs), -1);
    assert_int_equal(errs.count, 1);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formula_rounds_once),
        cmocka_unit_test(every_started_container_is_paid),
        cmocka_unit_test(large_figures_stay_exact),
        cmocka_unit_test(weight_is_paid_by_started_steps),
        cmocka_unit_test(volume_is_paid_where_it_weighs_more),
        cmocka_unit_test(fuel_is_that_of_the_day),
        cmocka_unit_test(breaks_are_cheaper_rows),
        cmocka_unit_test(a_row_of_another_day_is_never_taken),
        cmocka_unit_test(the_cheapest_is_taken),
        cmocka_unit_test(durations_keep_their_points),
        cmocka_unit_test(mistakes_are_found_where_they_stand),
        cmocka_unit_test(columns_may_be_missing_but_not_strange),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
