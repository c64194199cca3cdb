/* rule_test: packs load, formulas compute exactly, mistakes are found where they stand, reforms lay over. */
#include "tests/unit.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/rule.h"
#include "core/text.h"

#define LAW "\"law\": \"L\", \"source\": \"S\", \"confidence\": \"high\""
#define VALUE(value, unit) "{\"value\": \"" value "\", \"unit\": \"" unit "\", " LAW "}"
#define PACK(parameters, steps)                                                                    \
    "{\"schema_version\": 1, \"id\": \"xx.test\", \"place\": \"XX\", \"currency\": \"CNY\","       \
    " \"title\": {\"en\": \"T\", \"zh\": \"测\"}, \"form\": [\"retail\"],"                         \
    " \"parameters\": {" parameters "}, \"steps\": {" steps "}}"

static const char tariff_head[] = "hs,kind,origin,value,from,until,law,confidence,source\n";

static struct rule_file file_of(const char *source, const char *bytes)
{
    return (struct rule_file){source, bytes, strlen(bytes)};
}

static struct rulebook *load(const char *pack, const char *tariff, const char *reform, struct errs *errs)
{
    struct rule_file packs = file_of("pack.json", pack);
    struct rule_file tariffs = file_of("rules/xx/tariff.csv", tariff ? tariff : tariff_head);
    struct rule_file reforms = file_of("reform.json", reform ? reform : "");
    return rulebook_load(&packs, 1, &tariffs, 1, &reforms, reform ? 1 : 0, errs);
}

static struct fact_line line_of(const char *hs, int64_t goods)
{
    struct fact_line line = {.origin = text_country("CN", 2)};
    memcpy(line.hs, hs, strlen(hs));
    line.value[FACT_GOODS] = goods;
    line.value[FACT_QUANTITY] = 1000000;
    return line;
}

static struct fact_order order_of(const struct fact_line *line, uint32_t lines, const char *day)
{
    struct fact_order order = {.from = text_country("CN", 2), .to = text_country("XX", 2),
                               .form = FORM_RETAIL, .transport = TRANSPORT_POST,
                               .incoterm = INCOTERM_DAP, .line = line, .lines = lines};
    int32_t date = 0;
    assert_true(date_parse(day, 10, &date));
    order.sale_day = order.entry_day = date;
    return order;
}

static struct rulebook *load_sound(const char *pack, const char *tariff, const char *reform)
{
    struct errs errs = {0};
    struct rulebook *book = load(pack, tariff, reform, &errs);
    if (!book)
        unit_fail_with(&errs);
    return book;
}

static void run(const struct rulebook *book, const struct fact_order *order, struct rule_answer *answer)
{
    struct rule_cache *cache = rule_cache_create(book);
    rule_run(cache, order, answer);
    rule_run(cache, order, answer); /* the bound program, a second time */
    answer->bound = NULL;
    rule_cache_free(cache);
}

/* ---- computing ---- */

static const char vat_pack[] = PACK(
    "\"rate\": {\"2016-01-01\": " VALUE("0.17", "rate") ", \"2018-05-01\": " VALUE("0.16", "rate") "},"
    "\"share\": {\"2016-01-01\": " VALUE("0.7", "rate") "}",
    "\"freight_share\": {\"is\": \"spread(freight, goods)\", \"per\": \"line\"},"
    "\"value_line\": {\"is\": \"goods + freight_share\", \"per\": \"line\"},"
    "\"value\": {\"is\": \"sum(value_line)\"},"
    "\"excise\": {\"is\": \"value_line / (1 - 0.15) * 0.15 * share\", \"per\": \"line\","
    " \"round\": \"half_up\", \"to\": \"0.01\", \"charge\": \"consumption_tax\"},"
    "\"vat\": {\"is\": \"value_line / (1 - 0.15) * rate * share\", \"per\": \"line\","
    " \"round\": \"half_up\", \"to\": \"0.01\", \"charge\": \"vat\"}");

static void computes_per_line(void **state)
{
    (void)state;
    struct rulebook *book = load_sound(vat_pack, NULL, NULL);
    struct fact_line lines[2] = {line_of("330499", 10000), line_of("330499", 20001)};
    struct fact_order order = order_of(lines, 2, "2016-05-01");
    order.value[FACT_FREIGHT] = 1000;
    struct rule_answer a;
    run(book, &order, &a);
    assert_int_equal(a.status, RULE_ASSESSED);
    assert_int_equal(a.value, 31001);
    /* lines 103.33 and 206.68: excise 12.76…, 25.53…; VAT 14.466…, 28.935… */
    assert_int_equal(a.total_of[CHARGE_CONSUMPTION_TAX], 1276 + 2553);
    assert_int_equal(a.total_of[CHARGE_VAT], 1447 + 2894);
    order = order_of(lines, 2, "2018-05-01");
    run(book, &order, &a);
    assert_int_equal(a.total_of[CHARGE_VAT], 1318 + 2635);
    rulebook_free(book);
}

/* 0.85 divides and 0.7 multiplies without losing a fen: 17.00 / 0.85 * 0.7 * 0.25 = 3.5 exactly. */
static void keeps_every_decimal(void **state)
{
    (void)state;
    struct rulebook *book = load_sound(
        PACK("\"r\": {\"2016-01-01\": " VALUE("0.25", "rate") "}",
             "\"vat\": {\"is\": \"goods / 0.85 * 0.7 * r + 0 * goods\", \"per\": \"line\", \"round\": \"floor\","
             " \"to\": \"0.01\", \"charge\": \"vat\"}"),
        NULL, NULL);
    struct fact_line line = line_of("1", 1700);
    struct fact_order order = order_of(&line, 1, "2020-01-01");
    struct rule_answer a;
    run(book, &order, &a);
    assert_int_equal(a.total_of[CHARGE_VAT], 350);
    rulebook_free(book);
}

/* A constant that needs more than 64 bits beside the other branch's decimals is an error, never another amount. */
static void branches_do_not_wrap_round(void **state)
{
    (void)state;
    struct rulebook *book = load_sound(
        PACK("\"big\": {\"2016-01-01\": " VALUE("99999999999999", "CNY") "},"
             "\"tiny\": {\"2016-01-01\": " VALUE("0.0000001", "rate") "}",
             "\"fee\": {\"is\": \"if(sum(goods) > freight, big, freight * tiny)\", \"round\": \"half_up\","
             " \"to\": \"0.01\", \"charge\": \"fee\"}"),
        NULL, NULL);
    struct fact_line line = line_of("1", 1700);
    struct fact_order order = order_of(&line, 1, "2020-01-01");
    struct rule_answer a;
    run(book, &order, &a);
    assert_int_equal(a.status, RULE_ERROR);
    assert_int_equal(a.error, ERR_OVERFLOW);
    rulebook_free(book);
}

static const char limit_pack[] = PACK(
    "\"limit\": {\"2016-01-01\": " VALUE("2000", "CNY") ", \"2019-01-01\": " VALUE("5000", "CNY") "},"
    "\"year\": {\"2016-01-01\": " VALUE("20000", "CNY") "}",
    "\"value\": {\"is\": \"sum(goods)\"},"
    "\"one\": {\"is\": \"lines() = 1 and all(single)\"},"
    "\"over_year\": {\"refuse\": \"over_year\", \"when\": \"annual_used + value > year\", \"instead\": \"general\","
    " \"message\": {\"en\": \"no\", \"zh\": \"不\"}},"
    "\"full\": {\"regime\": \"xx.full\", \"when\": \"value > limit and one\"},"
    "\"allowance\": {\"allowance\": \"year\", \"used\": \"annual_used + value\"},"
    "\"vat\": {\"is\": \"if(value > limit, goods * 0.2, goods * 0.1)\", \"per\": \"line\", \"round\": \"half_up\","
    " \"to\": \"0.01\", \"charge\": \"vat\"}");

static char *limit_steps(char *out, size_t room)
{
    /* `single` must stand before `one`: the step is inserted where a person would write it */
    const char *at = strstr(limit_pack, "\"one\"");
    snprintf(out, room, "%.*s\"single\": {\"is\": \"quantity = 1\", \"per\": \"line\"},%s",
             (int)(at - limit_pack), limit_pack, at);
    return out;
}

static void refuses_and_names_regimes(void **state)
{
    (void)state;
    char pack[4000];
    struct rulebook *book = load_sound(limit_steps(pack, sizeof pack), NULL, NULL);
    struct fact_line line = line_of("190110", 200001);
    struct fact_order order = order_of(&line, 1, "2018-12-31");
    struct rule_answer a;
    run(book, &order, &a);
    assert_string_equal(a.regime, "xx.full");
    assert_int_equal(a.total_of[CHARGE_VAT], 40000);
    order.sale_day = order.entry_day = order.sale_day + 1;
    run(book, &order, &a);
    assert_string_equal(a.regime, "xx.test");
    assert_int_equal(a.total_of[CHARGE_VAT], 20000);
    assert_true(a.has_allowance);
    assert_int_equal(a.allowance_used, 200001);
    order.value[FACT_ANNUAL_USED] = 1800000;
    run(book, &order, &a);
    assert_int_equal(a.status, RULE_REFUSED);
    assert_int_equal(a.total_of[CHARGE_VAT], 0);
    rulebook_free(book);
}

static void reads_the_tariff(void **state)
{
    (void)state;
    const char *pack = PACK("", "\"duty\": {\"is\": \"ad_valorem('mfn') * goods + specific('mfn')\", \"per\": \"line\","
                                " \"round\": \"half_up\", \"to\": \"0.01\", \"charge\": \"duty\"}");
    const char *tariff = "hs,kind,origin,value,from,until,law,confidence,source\n"
                         "19,mfn,,0.10,2016-01-01,,law,high,s\n"
                         "1901,mfn,,0.05 + 2 CNY/kg,2016-01-01,2019-12-31,law,low,s\n";
    struct rulebook *book = load_sound(pack, tariff, NULL);
    struct fact_line line = line_of("190110", 10000);
    line.flags = 1u << FLAG_HAS_WEIGHT;
    line.value[FACT_NET_WEIGHT] = 1500000;
    struct fact_order order = order_of(&line, 1, "2019-12-31");
    struct rule_answer a;
    run(book, &order, &a);
    assert_int_equal(a.total_of[CHARGE_DUTY], 500 + 300);
    assert_true(a.warnings & 1u << WARN_LOW_CONFIDENCE);
    order = order_of(&line, 1, "2020-01-01");
    run(book, &order, &a);
    assert_int_equal(a.total_of[CHARGE_DUTY], 1000);
    line = line_of("990110", 10000);
    run(book, &order, &a);
    assert_int_equal(a.status, RULE_ERROR);
    assert_int_equal(a.error, ERR_UNKNOWN_CODE);
    assert_int_equal(a.error_line, 1);
    rulebook_free(book);
}

static void reads_a_table_of_several_places(void **state)
{
    (void)state;
    const char *pack = PACK("", "\"duty\": {\"is\": \"ad_valorem('mfn') * goods\", \"per\": \"line\","
                                " \"round\": \"half_up\", \"to\": \"0.01\", \"charge\": \"duty\"}");
    const char *tariff = "place,hs,kind,origin,value,from,until,law,confidence,source\n"
                         "YY,1901,mfn,,0.50,2016-01-01,,law,high,s\n"
                         ",19,mfn,,0.10,2016-01-01,,law,high,s\n";
    struct rulebook *book = load_sound(pack, tariff, NULL);
    struct fact_line line = line_of("190110", 10000);
    struct fact_order order = order_of(&line, 1, "2019-12-31");
    struct rule_answer a;
    run(book, &order, &a);
    assert_int_equal(a.total_of[CHARGE_DUTY], 1000);
    rulebook_free(book);
    struct errs errs = {0};
    assert_null(load(pack, "place,hs,kind,origin,value,from,until,law,confidence,source\n"
                           "Mars,19,mfn,,0.10,2016-01-01,,law,high,s\n", NULL, &errs));
    assert_int_equal(errs.item[0].code, ERR_UNKNOWN_VALUE);
    assert_int_equal(errs.item[0].line, 2);
}

static void takes_as_many_lines_as_a_request(void **state)
{
    (void)state;
    struct fact_line lines[RULE_LINES_MAX];
    struct rulebook *book = load_sound(vat_pack, NULL, NULL);
    for (size_t i = 0; i < RULE_LINES_MAX; i++)
        lines[i] = line_of("330499", 8500);
    struct fact_order order = order_of(lines, RULE_LINES_MAX, "2016-05-01");
    struct rule_answer a;
    run(book, &order, &a);
    assert_int_equal(a.status, RULE_ASSESSED);
    assert_int_equal(a.charges, 2 * RULE_LINES_MAX);
    assert_int_equal(a.total_of[CHARGE_CONSUMPTION_TAX], RULE_LINES_MAX * 1050);
    rulebook_free(book);
}

static void picks_by_subdivision(void **state)
{
    (void)state;
    struct rulebook *book = load_sound(
        PACK("\"r.NY\": {\"2016-01-01\": " VALUE("0.04", "rate") "},"
             "\"r.OR\": {\"2016-01-01\": " VALUE("0", "rate") "}",
             "\"tax\": {\"is\": \"goods * pick(r, sub)\", \"when\": \"sub != ''\", \"per\": \"line\","
             " \"round\": \"half_up\", \"to\": \"0.01\", \"charge\": \"sales_tax\", \"treasury\": \"sub\"}"),
        NULL, NULL);
    static const struct {
        const char *sub, *treasury;
        int64_t tax;
        enum err_code error;
    } cases[] = {{"NY", "XX-NY", 400, ERR_NONE}, {"OR", "XX-OR", 0, ERR_NONE}, {"", "XX", 0, ERR_NONE},
                 {"TX", "", 0, ERR_NO_RATE}};
    struct fact_line line = line_of("330499", 10000);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule_cache *cache = rule_cache_create(book);
        struct fact_order order = order_of(&line, 1, "2016-01-01");
        struct rule_answer a;
        snprintf(order.sub, sizeof order.sub, "%s", cases[i].sub);
        rule_run(cache, &order, &a);
        assert_int_equal(a.error, cases[i].error);
        assert_int_equal(a.total_of[CHARGE_SALES_TAX], cases[i].tax);
        if (a.error == ERR_NONE)
            assert_string_equal(rule_step_treasury(&a, a.charge[0].step), cases[i].treasury);
        rule_cache_free(cache);
    }
    rulebook_free(book);
}

static void reforms_lay_over(void **state)
{
    (void)state;
    const char *reform =
        "{\"rules\": {\"xx.test\": {\"parameters\": {\"share\": {\"2027-01-01\": {\"value\": \"1\"}}}}}}";
    struct rulebook *book = load_sound(vat_pack, NULL, reform);
    struct fact_line line = line_of("330499", 8500);
    struct fact_order order = order_of(&line, 1, "2026-12-31");
    struct rule_answer a;
    run(book, &order, &a);
    assert_int_equal(a.total_of[CHARGE_VAT], 1120);
    order = order_of(&line, 1, "2027-01-01");
    run(book, &order, &a);
    assert_int_equal(a.total_of[CHARGE_VAT], 1600);
    rulebook_free(book);
}

static void says_what_it_does_not_know(void **state)
{
    (void)state;
    struct rulebook *book = load_sound(vat_pack, NULL, NULL);
    struct fact_line line = line_of("330499", 8500);
    struct fact_order order = order_of(&line, 1, "2015-12-31");
    struct rule_answer a;
    run(book, &order, &a);
    assert_int_equal(a.error, ERR_BEFORE_FIRST);
    order = order_of(&line, 1, "2016-01-01");
    order.form = FORM_GENERAL;
    run(book, &order, &a);
    assert_int_equal(a.error, ERR_NO_PACK);
    struct fact_line huge[2] = {line, line};
    huge[0].value[FACT_GOODS] = huge[1].value[FACT_GOODS] = INT64_MAX;
    order = order_of(huge, 2, "2016-01-01");
    run(book, &order, &a);
    assert_int_equal(a.error, ERR_OVERFLOW);
    rulebook_free(book);
}

/* ---- mistakes in packs ---- */

static void finds_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *steps, *parameter;
        enum err_code code;
        uint32_t column; /* 0: not looked at */
    } cases[] = {
        {"\"a\": {\"is\": \"goods + net_weight\", \"per\": \"line\"}", NULL, ERR_UNIT, 0},
        {"\"a\": {\"is\": \"goods * goods + goods\", \"per\": \"line\"}", NULL, ERR_UNIT, 0},
        {"\"a\": {\"is\": \"gods\", \"per\": \"line\"}", NULL, ERR_UNKNOWN_NAME, 0},
        {"\"a\": {\"is\": \"goods +\", \"per\": \"line\"}", NULL, ERR_FORMULA, 0},
        {"\"a\": {\"is\": \"goods\"}", NULL, ERR_FORMULA, 0},
        {"\"a\": {\"iss\": \"goods\"}", NULL, ERR_UNKNOWN_NAME, 0},
        {"\"a\": {\"is\": \"goods\", \"per\": \"line\", \"charge\": \"vat\"}", NULL, ERR_MISSING_NAME, 0},
        {"\"a\": {\"is\": \"goods\", \"per\": \"line\", \"when\": \"goods\"}", NULL, ERR_WRONG_TYPE, 0},
        {"\"a\": {\"is\": \"1\", \"refuse\": \"x\"}", NULL, ERR_MISSING_NAME, 0},
        {"\"a\": {\"is\": \"pick(q, sub)\"}", "\"p.NY\": {\"2016-01-01\": " VALUE("1", "number") "}",
         ERR_UNKNOWN_NAME, 0},
        {"\"a\": {\"is\": \"pick(p, 'NY')\"}", "\"p.NY\": {\"2016-01-01\": " VALUE("1", "number") "}",
         ERR_FORMULA, 0},
        {"\"a\": {\"is\": \"p\"}", "\"p\": {\"2016-13-01\": " VALUE("1", "number") "}", ERR_INTERVAL, 0},
        {"\"a\": {\"is\": \"p\"}", "\"p\": {\"2016-01-01\": " VALUE("x", "number") "}", ERR_WRONG_TYPE, 0},
        {"\"a\": {\"is\": \"p\"}", "\"p\": {\"2016-01-01\": " VALUE("1", "furlong per") "}", ERR_UNKNOWN_VALUE, 0},
        {"\"a\": {\"is\": \"1\"}", "\"p\": {\"2016-01-01\": {\"value\": \"1\", \"unit\": \"rate\"}}",
         ERR_MISSING_NAME, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf pack = {0};
        struct errs errs = {0};
        buf_printf(&pack, PACK("%s", "%s"), cases[i].parameter ? cases[i].parameter : "", cases[i].steps);
        struct rulebook *book = load(buf_text(&pack), NULL, NULL, &errs);
        if (book || errs.count == 0 || errs.item[0].code != cases[i].code)
            fail_msg("case %zu: got %s (%s)", i, errs.count ? err_name(errs.item[0].code) : "nothing",
                     errs.count ? errs.item[0].message : "");
        assert_true(errs.item[0].line > 0);
        buf_finish(&pack);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computes_per_line),     cmocka_unit_test(keeps_every_decimal),
        cmocka_unit_test(branches_do_not_wrap_round),
        cmocka_unit_test(refuses_and_names_regimes), cmocka_unit_test(reads_the_tariff),
        cmocka_unit_test(reads_a_table_of_several_places), cmocka_unit_test(picks_by_subdivision),
        cmocka_unit_test(takes_as_many_lines_as_a_request),
        cmocka_unit_test(reforms_lay_over),      cmocka_unit_test(says_what_it_does_not_know),
        cmocka_unit_test(finds_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
