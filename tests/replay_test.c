/* replay_test: every line of a user's orders is sold, returned or set aside; words are understood; mistakes found. */
#include "tests/unit.h"

#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "customs/assess.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/file.h"
#include "sim/lookup.h"
#include "sim/replay.h"
#include "sim/scenario.h"

static const char real_orders[] = "../shared/data/online-retail/orders.csv";

/* The state of every test. */
struct given {
    struct book book;
    struct scenario *scenario;
    struct buf orders; /* tests/orders.csv */
};

static int setup(void **state)
{
    const struct data_span *span = data_find("scenarios/replay.json");
    struct given *given = *state = memory_take(sizeof *given);
    struct errs errs = {0};
    if (book_load(&given->book, NULL, 0, &errs) != 0 || file_read("tests/orders.csv", &given->orders, &errs) != 0)
        return -1;
    given->scenario = scenario_load(&given->book, span->path, span->start, (size_t)(span->end - span->start), NULL,
                                    0, &errs);
    unit_print_errs(&errs);
    return given->scenario ? 0 : -1;
}

static int teardown(void **state)
{
    struct given *given = *state;
    scenario_free(given->scenario);
    book_finish(&given->book);
    buf_finish(&given->orders);
    memory_release(given);
    return 0;
}

static struct replay *load(const struct given *given, const char *map, const char *bytes, size_t length,
                           struct errs *errs)
{
    return replay_load(&given->book, given->scenario, map, "orders.csv", bytes, length, errs);
}

static struct replay *load_sound(const struct given *given, const char *map, const char *bytes, size_t length)
{
    struct errs errs = {0};
    struct replay *replay = load(given, map, bytes, length, &errs);
    unit_print_errs(&errs);
    assert_non_null(replay);
    return replay;
}

static uint64_t accounted(const struct replay *replay)
{
    uint64_t sum = replay->sold + replay->returned;
    for (int reason = 1; reason < REPLAY_REASON_COUNT; reason++)
        sum += replay->set_aside[reason];
    return sum;
}

static const struct replay_order *order_of(const struct replay *replay, const char *reference)
{
    for (uint32_t i = 0; i < replay->orders; i++)
        if (strcmp(replay->order[i].reference, reference) == 0)
            return &replay->order[i];
    return NULL;
}

/* ---- the invented file ---- */

static void every_line_is_accounted_for(void **state)
{
    struct given *given = *state;
    struct replay *replay = load_sound(given, NULL, given->orders.data, given->orders.length);
    assert_int_equal(replay->lines, 22);
    assert_int_equal(replay->sold, 6);
    assert_int_equal(replay->returned, 7);
    assert_int_equal(replay->returned_without_sale, 4);
    assert_int_equal(replay->set_aside[REPLAY_POSTAGE], 1);
    assert_int_equal(replay->set_aside[REPLAY_MANUAL], 3);
    assert_int_equal(replay->set_aside[REPLAY_NO_PRICE], 2);
    assert_int_equal(replay->set_aside[REPLAY_NO_COUNTRY], 1);
    assert_int_equal(replay->set_aside[REPLAY_NO_RULE_PACK], 1);
    assert_int_equal(replay->set_aside[REPLAY_NO_TARIFF], 1);
    assert_int_equal(replay->set_aside[REPLAY_OTHER_ERROR], 0);
    assert_int_equal(accounted(replay), replay->lines);
    /* 7.50 + 10.20 + 12.77 + 7.80 + 7.00 + 7.00, and with the others 20.00 + 7.50 + 7.50 */
    assert_int_equal(replay->value_assessed, 5227);
    assert_int_equal(replay->value_goods, 8727);
    assert_int_equal(strlen(replay->hash), 64);
    replay_free(replay);
}

static void orders_are_built(void **state)
{
    struct given *given = *state;
    struct replay *replay = load_sound(given, NULL, given->orders.data, given->orders.length);
    const struct replay_order *first = order_of(replay, "A1");
    assert_int_equal(replay->orders, 5);
    assert_ptr_equal(first, replay->order);
    assert_int_equal(first->time, (int64_t)date_day(2011, 1, 5) * DAY_SECONDS + 9 * 3600 + 30 * 60);
    assert_int_equal(first->to, text_country("DE", 2));
    assert_int_equal(first->lines, 2);
    assert_int_equal(first->goods_minor, 1770);
    assert_int_equal(first->freight_minor, 1800);
    assert_string_equal(first->line[0].hs, "691200");
    assert_int_equal(first->line[0].quantity, 6);
    assert_int_equal(first->line[0].price, 125);
    assert_int_equal(first->line[0].price_digits, 2);
    assert_int_equal(order_of(replay, "A2")->goods_minor, 1277); /* 3 × 4.255 = 12.765 */
    assert_int_equal(order_of(replay, "A3")->lines, 1);
    assert_int_equal(order_of(replay, "A3")->time % 60, 30);
    assert_int_not_equal(order_of(replay, "A8")->buyer, order_of(replay, "A9")->buyer);
    replay_free(replay);
}

static void returns_find_their_sales(void **state)
{
    struct given *given = *state;
    struct replay *replay = load_sound(given, NULL, given->orders.data, given->orders.length);
    const struct replay_order *part = order_of(replay, "A1"), *all = order_of(replay, "A2");
    assert_int_equal(part->returned_units, 6); /* two mugs, then the four that were left of ten */
    assert_int_equal(part->returned_minor, 750);
    assert_int_equal(part->return_time, (int64_t)date_day(2011, 2, 1) * DAY_SECONDS + 10 * 3600);
    assert_false(part->returned_all);
    assert_true(all->returned_all);
    assert_int_equal(all->returned_minor, all->goods_minor);
    assert_int_equal(order_of(replay, "A8")->return_time, INT64_MIN);
    replay_free(replay);
}

static void purchase_is_a_share_of_the_price(void **state)
{
    struct given *given = *state;
    struct replay *replay = load_sound(given, NULL, given->orders.data, given->orders.length);
    unsigned from = currency_index("GBP"), to = currency_index("CNY");
    int64_t yuan = fx_convert(&given->book.fx, 750 * 2 / 5, from, to, date_day(2011, 1, 5));
    assert_int_equal(order_of(replay, "A1")->line[0].cost_minor, yuan);
    replay_free(replay);
}

static void law_and_money_have_their_own_days(void **state)
{
    struct given *given = *state;
    struct replay *replay = load_sound(given, NULL, given->orders.data, given->orders.length);
    struct assess_line line[2];
    struct assess_order request;
    replay_request(given->scenario, &given->book, order_of(replay, "A1"), line, &request);
    assert_int_equal(request.sale_day, date_day(2021, 7, 1));
    assert_int_equal(request.entry_day, date_day(2021, 7, 1));
    assert_int_equal(request.fx_sale_day, date_day(2011, 1, 5));
    assert_int_equal(request.freight, 1800);
    assert_int_equal(request.lines, 2);
    assert_int_equal(line[0].quantity, 6000000);
    assert_true(request.flags >> FLAG_IOSS & 1);
    replay_free(replay);
}

static void scenario_takes_the_period_of_the_orders(void **state)
{
    struct given *given = *state;
    struct replay *replay = load_sound(given, NULL, given->orders.data, given->orders.length);
    int32_t from = given->scenario->from_day, to = given->scenario->to_day;
    assert_true(scenario_replays(given->scenario));
    scenario_follow(given->scenario, replay);
    assert_int_equal(given->scenario->from_day, date_day(2011, 1, 5));
    assert_int_equal(given->scenario->to_day, date_day(2011, 1, 9));
    assert_int_equal(scenario_expected(given->scenario), 5);
    given->scenario->replay = NULL;
    given->scenario->from_day = from;
    given->scenario->to_day = to;
    replay_free(replay);
}

static void columns_are_mapped(void **state)
{
    struct given *given = *state;
    static const char text[] = "land,n,sku,what,qty,when,price,who\n"
                               "Germany,1,9,RED MUG,1,2011-01-05,1.25,a\n";
    struct replay *replay = load_sound(given, "order_id=n,article=sku,description=what,quantity=qty,time=when,"
                                       "unit_price=price,customer=who,country=land",
                                       text, strlen(text));
    assert_int_equal(replay->sold, 1);
    replay_free(replay);
}

/* ---- mistakes ---- */

static const char head[] = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

static const struct {
    const char *head, *rows; /* head NULL: the usual */
    const char *map;
    enum err_code code;
    uint32_t line, column;
    const char *help;
} mistakes[] = {
    {NULL, "1,2,MUG,many,2011-01-05,1.25,a,France\n", NULL, ERR_RANGE, 2, 9, NULL},
    {NULL, "1,2,MUG,0,2011-01-05,1.25,a,France\n", NULL, ERR_RANGE, 2, 9, NULL},
    {NULL, "1,2,MUG,1.5,2011-01-05,1.25,a,France\n", NULL, ERR_RANGE, 2, 9, NULL},
    {NULL, "1,2,MUG,3000000000,2011-01-05,1.25,a,France\n", NULL, ERR_RANGE, 2, 9, NULL},
    {NULL, "1,2,MUG,1,05/01/2011,1.25,a,France\n", NULL, ERR_RANGE, 2, 11, NULL},
    {NULL, "1,2,MUG,1,2011-02-29,1.25,a,France\n", NULL, ERR_RANGE, 2, 11, NULL},
    {NULL, "1,2,MUG,1,2011-01-05 24:00,1.25,a,France\n", NULL, ERR_RANGE, 2, 11, NULL},
    {NULL, "1,2,MUG,1,2011-01-05 9:30,1.25,a,France\n", NULL, ERR_RANGE, 2, 11, NULL},
    {NULL, "1,2,MUG,1,2011-01-05,\"1,25\",a,France\n", NULL, ERR_RANGE, 2, 22, NULL},
    {NULL, "1,2,MUG,1,2011-01-05,1.0123456789,a,France\n", NULL, ERR_RANGE, 2, 22, NULL},
    {NULL, "1,2,MUG,1,2011-01-05,1.25,a,France\n,2,MUG,1,2011-01-05,1.25,a,France\n", NULL, ERR_RANGE, 3, 1, NULL},
    {NULL, "1,2,MUG,1,2011-01-05,1.25,a\n", NULL, ERR_CSV, 2, 28, "Country"},
    {NULL, "1,2,MUG,1,2011-01-05,1.25,a,\"France\n", NULL, ERR_CSV, 2, 29, NULL},
    {NULL, "1,2,M\"UG\",1,2011-01-05,1.25,a,France\n", NULL, ERR_CSV, 2, 5, NULL},
    {NULL, "1,2,M\xFFG,1,2011-01-05,1.25,a,France\n", NULL, ERR_UTF8, 2, 6, NULL},
    {"", "", NULL, ERR_CSV, 0, 0, NULL},
    {"InvoiceNr,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n", "", NULL,
     ERR_MISSING_NAME, 1, 1, "InvoiceNr"},
    {NULL, "", "order_id=Invoice", ERR_MISSING_NAME, 1, 1, NULL},
    {NULL, "", "order_id=InvoiceNo,artikel=StockCode", ERR_UNKNOWN_NAME, 1, 20, "article"},
    {NULL, "", "order_id", ERR_SYNTAX, 1, 1, NULL},
};

static bool finds_mistake(const struct given *given, size_t i)
{
    struct buf text = {0};
    struct errs errs = {0};
    buf_puts(&text, mistakes[i].head ? mistakes[i].head : head);
    buf_puts(&text, mistakes[i].rows);
    struct replay *replay = load(given, mistakes[i].map, text.data ? text.data : "", text.length, &errs);
    const struct err *err = &errs.item[0];
    bool is_right = !replay && errs.count && err->code == mistakes[i].code && err->line == mistakes[i].line &&
                    err->column == mistakes[i].column &&
                    (!mistakes[i].help || strstr(err->help, mistakes[i].help));
    if (!is_right) {
        print_message("mistake %zu:\n", i);
        unit_print_errs(&errs);
    }
    replay_free(replay);
    buf_finish(&text);
    return is_right;
}

static void mistakes_are_found_where_they_stand(void **state)
{
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        wrong += !finds_mistake(*state, i);
    assert_int_equal(wrong, 0);
}

static void a_missing_table_is_an_error(void **state)
{
    struct given *given = *state;
    const struct data_span *span = data_find("scenarios/replay.json");
    const char *text = "{\"replay\": {\"keywords\": \"tests/none.csv\"}}";
    struct scenario_patch patch = {"--set", text, strlen(text)};
    struct errs errs = {0};
    struct scenario *s = scenario_load(&given->book, span->path, span->start, (size_t)(span->end - span->start),
                                       &patch, 1, &errs);
    assert_non_null(s);
    assert_null(replay_load(&given->book, s, NULL, "orders.csv", given->orders.data, given->orders.length, &errs));
    assert_int_equal(errs.item[0].code, ERR_NO_INPUT);
    scenario_free(s);
}

/* ---- words ---- */

static const char words_head[] = "keyword,hs,name,net_g,gross_g,volume_cm3,cost_share,confidence\n";

static const char *hs_of(const struct lookup *lookup, const char *description)
{
    const struct lookup_good *good = lookup_good(lookup, text_of(description));
    return good ? good->hs : "";
}

static void the_longest_whole_words_win(void **state)
{
    struct arena arena = {0};
    struct lookup lookup = {.arena = &arena};
    struct errs errs = {0};
    struct buf text = {0};
    (void)state;
    buf_puts(&text, words_head);
    buf_puts(&text, "MUG,111111,a,1,1,1,0.4,high\nmug warmer,222222,b,1,1,1,0.4,high\n"
                    "T-LIGHT,333333,c,1,1,1,0.4,high\nJAR,444444,d,1,1,1,0.4,high\nTIN,555555,e,1,1,1,0.4,high\n");
    assert_int_equal(lookup_load_goods(&lookup, "words.csv", text.data, text.length, &errs), 0);
    assert_string_equal(hs_of(&lookup, "Red mug"), "111111");
    assert_string_equal(hs_of(&lookup, "MUGS, RED"), "111111");
    assert_string_equal(hs_of(&lookup, "OFFICE MUG  WARMER"), "222222");
    assert_string_equal(hs_of(&lookup, "HANGING T LIGHT"), "333333");
    assert_string_equal(hs_of(&lookup, "TIN JAR"), "444444"); /* equally long: the first of the table */
    assert_string_equal(hs_of(&lookup, "SMUGGLER"), "");
    assert_string_equal(hs_of(&lookup, ""), "");
    buf_finish(&text);
    arena_finish(&arena);
}

static void countries_have_many_names(void **state)
{
    const struct data_span *span = data_find("catalog/country_names.csv");
    struct arena arena = {0};
    struct lookup lookup = {.arena = &arena};
    struct errs errs = {0};
    (void)state;
    assert_int_equal(lookup_load_countries(&lookup, span->path, span->start, (size_t)(span->end - span->start), &errs),
                     0);
    static const char *const names[][2] = {{"EIRE", "IE"},  {"RSA", "ZA"}, {"usa", "US"}, {"U.S.A.", "US"},
                                           {" germany ", "DE"}, {"UK", "GB"}, {"NO", "NO"}, {"EL", "GR"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(lookup_country(&lookup, text_of(names[i][0])), text_country(names[i][1], 2));
    assert_int_equal(lookup_country(&lookup, text_of("European Community")), 0);
    assert_int_equal(lookup_country(&lookup, text_of("EU")), 0);
    assert_int_equal(lookup_country(&lookup, text_of("Atlantis")), 0);
    assert_int_equal(lookup_country(&lookup, text_of("")), 0);
    arena_finish(&arena);
}

static const struct {
    const char *row;
    uint32_t column;
} bad_words[] = {
    {" ,111111,a,1,1,1,0.4,high\n", 1},      {"MUG,11111,a,1,1,1,0.4,high\n", 5},
    {"MUG,1111x1,a,1,1,1,0.4,high\n", 5},    {"MUG,111111,a,0,1,1,0.4,high\n", 14},
    {"MUG,111111,a,2,1,1,0.4,high\n", 16},   {"MUG,111111,a,1,1,none,0.4,high\n", 18},
    {"MUG,111111,a,1,1,1,1.4,high\n", 20},
};

static void bad_words_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_words / sizeof *bad_words; i++) {
        struct arena arena = {0};
        struct lookup lookup = {.arena = &arena};
        struct errs errs = {0};
        struct buf text = {0};
        buf_puts(&text, words_head);
        buf_puts(&text, bad_words[i].row);
        assert_int_equal(lookup_load_goods(&lookup, "words.csv", text.data, text.length, &errs), -1);
        assert_int_equal(errs.item[0].line, 2);
        assert_int_equal(errs.item[0].column, bad_words[i].column);
        buf_finish(&text);
        arena_finish(&arena);
    }
}

/* ---- the law of a day ---- */

static const char *const days[] = {"2021-06-30", "2021-07-01", "2026-06-30", "2026-07-01"};

/* A small and a large order to each of them. */
static void every_member_state_assesses(void **state)
{
    static const char members[] = "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK";
    struct given *given = *state;
    int32_t law_day = given->scenario->law_day;
    struct buf text = {0};
    buf_puts(&text, head);
    for (size_t i = 0; i + 1 < sizeof members; i += 2)
        buf_printf(&text, "%zu,1,RED MUG,1,2011-01-05,5.00,a,%.2s\n%zu,1,RED MUG,50,2011-01-05,5.00,a,%.2s\n", 2 * i,
                   members + i, 2 * i + 1, members + i);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        assert_true(date_parse(days[i], 10, &given->scenario->law_day));
        struct replay *replay = load_sound(given, NULL, text.data, text.length);
        assert_int_equal(replay->orders, 54);
        assert_int_equal(replay->sold, 54);
        replay_free(replay);
    }
    given->scenario->law_day = law_day;
    buf_finish(&text);
}

/* ---- the real file ---- */

static void the_real_orders_are_accounted_for(void **state)
{
    struct given *given = *state;
    struct errs errs = {0};
    struct buf bytes = {0};
    int32_t law_day = given->scenario->law_day;
    if (file_read(real_orders, &bytes, &errs) != 0)
        skip();
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        assert_true(date_parse(days[i], 10, &given->scenario->law_day));
        struct replay *replay = load_sound(given, NULL, bytes.data, bytes.length);
        assert_int_equal(replay->lines, 3425);
        assert_int_equal(accounted(replay), 3425);
        assert_int_equal(replay->set_aside[REPLAY_POSTAGE], 85);
        assert_int_equal(replay->set_aside[REPLAY_MANUAL], 10);
        assert_int_equal(replay->set_aside[REPLAY_NO_PRICE], 3);
        assert_int_equal(replay->set_aside[REPLAY_NO_COUNTRY], 34);
        assert_int_equal(replay->set_aside[REPLAY_OTHER_ERROR], 0);
        assert_true(replay->value_assessed * 100 >= replay->value_goods * 85);
        replay_free(replay);
    }
    given->scenario->law_day = law_day;
    buf_finish(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_accounted_for),
        cmocka_unit_test(orders_are_built),
        cmocka_unit_test(returns_find_their_sales),
        cmocka_unit_test(purchase_is_a_share_of_the_price),
        cmocka_unit_test(law_and_money_have_their_own_days),
        cmocka_unit_test(scenario_takes_the_period_of_the_orders),
        cmocka_unit_test(columns_are_mapped),
        cmocka_unit_test(mistakes_are_found_where_they_stand),
        cmocka_unit_test(a_missing_table_is_an_error),
        cmocka_unit_test(the_longest_whole_words_win),
        cmocka_unit_test(countries_have_many_names),
        cmocka_unit_test(bad_words_are_found),
        cmocka_unit_test(every_member_state_assesses),
        cmocka_unit_test(the_real_orders_are_accounted_for),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
