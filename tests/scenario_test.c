/* scenario_test: scenarios load, patches lay over, prices and limits come out; mistakes are found where they stand. */
#include "tests/unit.h"

#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "core/fact.h"
#include "core/ledger.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/scenario.h"

/* Lines are counted by the cases below. */
static const char base[] =
    "{\n"                                                                            /*  1 */
    "  \"schema_version\": 1,\n"                                                     /*  2 */
    "  \"id\": \"test\",\n"                                                          /*  3 */
    "  \"title\": {\"en\": \"A test\", \"zh\": \"测试\"},\n"                         /*  4 */
    "  \"home\": \"CN\",\n"                                                          /*  5 */
    "  \"base_currency\": \"CNY\",\n"                                                /*  6 */
    "  \"period\": {\"from\": \"2025-01-01\", \"to\": \"2025-01-10\"},\n"            /*  7 */
    "  \"as_of\": null,\n"                                                           /*  8 */
    "  \"limit\": {\"scales\": \"demand\", \"most_per_day\": 1000},\n"               /*  9 */
    "  \"flows\": {\n"                                                               /* 10 */
    "    \"zone\": {\n"                                                              /* 11 */
    "      \"channel\": \"bonded\", \"from\": \"NZ\", \"to\": \"CN\",\n"             /* 12 */
    "      \"currency\": \"CNY\", \"purchase_currency\": \"NZD\",\n"                 /* 13 */
    "      \"parties\": {\"seller\": \"seller.import\", \"supplier\": \"supplier.nz\",\n" /* 14 */
    "        \"buyer\": \"buyer.cn\"},\n"                                            /* 15 */
    "      \"port\": \"cn.ningbo\",\n"                                               /* 16 */
    "      \"goods\": {\"infant-formula\": {\"weight\": 2, \"cost\": \"26.00\","       /* 17 */
    " \"price\": \"200.00\"}},\n"
    "      \"freight\": \"5.00\",\n"                                                 /* 18 */
    "      \"demand\": {\"per_day\": \"10.5\",\n"                                    /* 19 */
    "        \"season\": [2000, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],\n"                 /* 20 */
    "        \"units\": [{\"per_mille\": 0, \"units\": \"1\"}, {\"per_mille\": 1000, \"units\": \"3\"}],\n" /* 21 */
    "        \"buyers\": 7},\n"                                                      /* 22 */
    "      \"roles\": {\"pick\": \"cn.bonded.pick\", \"list\": \"cn.bonded.list\", \"pickup\": null},\n" /* 23 */
    "      \"stock\": {\"batch_kg\": 500, \"cover_days\": 20, \"lead_days\": 40},\n" /* 24 */
    "      \"rates\": {\"inspect\": \"0.015\"}\n"                                    /* 25 */
    "    }\n"                                                                        /* 26 */
    "  },\n"                                                                         /* 27 */
    "  \"prices\": {\"cn.bonded.pick\": {\"fixed\": \"4.25\"},\n"                    /* 28 */
    "    \"my.courier\": {\"party\": \"carrier.last_mile.cn\", \"kind\": \"last_mile\","     /* 29 */
    " \"currency\": \"CNY\",\n"
    "      \"per_kg\": \"1.5\", \"t10_h\": \"2\", \"t90_h\": \"6.5\"}},\n"           /* 30 */
    "  \"figures\": {\"/flows/zone/rates/inspect\": {\"confidence\": \"assumed\", \"source\": \"none\"}}\n" /* 31 */
    "}\n";

/* The state of every test is the book. */
static int setup(void **state)
{
    struct errs errs = {0};
    *state = memory_take(sizeof(struct book));
    return book_load(*state, NULL, 0, &errs);
}

static int teardown(void **state)
{
    book_finish(*state);
    memory_release(*state);
    return 0;
}

static struct scenario *load_sound(const struct book *book, const char *text, const char *patch)
{
    struct errs errs = {0};
    struct scenario_patch patches = {"--set", patch, patch ? strlen(patch) : 0};
    struct scenario *s =
        scenario_load(book, "test.json", text, strlen(text), &patches, patch ? 1 : 0, &errs);
    unit_print_errs(&errs);
    assert_non_null(s);
    return s;
}

/* ---- what is read ---- */

static void flow_is_read(void **state)
{
    struct scenario *s = load_sound(*state, base, NULL);
    const struct scenario_flow *flow = s->flow;
    assert_string_equal(s->id, "test");
    assert_int_equal(s->flows, 1);
    assert_int_equal(s->law_day, DAY_UNSET);
    assert_int_equal(flow->channel, CHANNEL_BONDED);
    assert_int_equal(flow->column, COLUMN_IMPORT_RETAIL);
    assert_int_equal(flow->transport, TRANSPORT_BONDED);
    assert_string_equal(s->port[flow->port], "cn.ningbo");
    assert_int_equal(flow->goods_count, 1);
    assert_int_equal(flow->goods_weight, 2);
    assert_int_equal(flow->goods[0].cost_minor, 2600);
    assert_int_equal(flow->goods[0].purchase_currency, currency_index("NZD"));
    assert_int_equal(flow->goods[0].price_minor, 20000);
    assert_int_equal(flow->freight_minor, 500);
    assert_int_equal(flow->demand.per_day_q16, 688128);
    assert_int_equal(flow->demand.season[0], 2000);
    assert_int_equal(quantile_mean(&flow->demand.units), 2000);
    assert_int_equal(flow->inspect_ppm, 15000);
    assert_int_equal(flow->lead_days, 40);
    assert_string_equal(flow->role[ROLE_PICK], "cn.bonded.pick");
    assert_null(flow->role[ROLE_PICKUP]);
    assert_int_equal(flow->refund_form, FORM_UNSET);
    scenario_free(s);
}

static void columns_follow_home(void **state)
{
    struct scenario *s = load_sound(*state, base,
                                    "{\"flows\": {\"zone\": {\"channel\": \"direct_mail\", \"stock\": null}}}");
    assert_int_equal(s->flow->column, COLUMN_IMPORT_RETAIL);
    scenario_free(s);
    s = load_sound(*state, base, "{\"home\": \"NZ\", \"flows\": {\"zone\": {\"channel\": \"post\", \"stock\": null}}}");
    assert_int_equal(s->flow->column, COLUMN_EXPORT_RETAIL);
    assert_int_equal(s->flow->transport, TRANSPORT_POST);
    scenario_free(s);
    s = load_sound(*state, base, "{\"home\": \"DE\", \"flows\": {\"zone\": {\"channel\": \"container\"}}}");
    assert_int_equal(s->flow->column, COLUMN_GENERAL_TRADE);
    scenario_free(s);
    s = load_sound(*state, base,
                   "{\"home\": \"DE\", \"flows\": {\"zone\": {\"channel\": \"express\", \"stock\": null}}}");
    assert_int_equal(s->flow->column, COLUMN_EXPORT_RETAIL);
    scenario_free(s);
}

static void prices_lay_over(void **state)
{
    const struct sheet *shared = &((const struct book *)*state)->sheet;
    struct scenario *s = load_sound(*state, base, NULL);
    int32_t day = date_day(2025, 1, 1), early = date_day(2016, 1, 1);
    const struct sheet_row *now = &s->sheet.row[sheet_find(&s->sheet, "cn.bonded.pick", day)];
    const struct sheet_row *then = &s->sheet.row[sheet_find(&s->sheet, "cn.bonded.pick", early)];
    const struct sheet_row *own = &s->sheet.row[sheet_find(&s->sheet, "my.courier", day)];
    assert_ptr_not_equal(now, then);
    assert_int_equal(now->fixed, 4250000);
    assert_int_equal(then->fixed, 4250000);
    assert_int_equal(now->per_unit, 300000);
    assert_int_equal(own->kind, KIND_LAST_MILE);
    assert_int_equal(own->per_kg, 1500000);
    assert_int_equal(own->t10_s, 7200);
    assert_int_equal(own->t90_s, 23400);
    assert_int_equal(shared->row[sheet_find(shared, "cn.bonded.pick", day)].fixed, 3500000);
    scenario_free(s);
}

static void patches_lay_over(void **state)
{
    struct scenario *plain = load_sound(*state, base, NULL), *same = load_sound(*state, base, "{\"home\": \"CN\"}");
    struct scenario *s = load_sound(*state, base, "{\"as_of\": \"2024-12-31\", \"rules\": {\"any\": {\"thing\": 1}},"
                                          " \"flows\": {\"zone\": {\"rates\": {\"inspect\": null}}}}");
    assert_int_equal(s->law_day, date_day(2024, 12, 31));
    assert_int_equal(s->flow->inspect_ppm, 0);
    assert_string_equal(plain->hash, same->hash);
    assert_string_not_equal(plain->hash, s->hash);
    scenario_free(plain);
    scenario_free(same);
    scenario_free(s);
}

/* ---- how much comes ---- */

static void demand_adds_up(void **state)
{
    struct scenario *s = load_sound(*state, base, NULL);
    assert_int_equal(scenario_expected(s), 210); /* 10 days of 10.5, twice in January */
    scenario_limit(s, 2100);
    assert_int_equal(s->limit, 2100);
    assert_int_equal(s->demand_q16, 655360);
    assert_int_equal(scenario_expected(s), 2100);
    assert_int_equal(s->to_day, date_day(2025, 1, 10));
    scenario_free(s);
}

static void demand_has_a_bound(void **state)
{
    struct scenario *s = load_sound(*state, base, NULL);
    scenario_limit(s, 25000); /* 1,000 a day */
    assert_int_equal(s->demand_q16, (10000 * 65536 + 209) / 210);
    assert_int_equal(s->to_day, date_day(2025, 1, 25));
    scenario_free(s);
}

static void period_grows(void **state)
{
    struct scenario *s = load_sound(*state, base, "{\"limit\": {\"scales\": \"period\"}}");
    scenario_limit(s, 211);
    assert_int_equal(s->demand_q16, 65536);
    assert_int_equal(s->to_day, date_day(2025, 1, 11));
    scenario_free(s);
}

static void assumed_figures_are_counted(void **state)
{
    struct scenario *s = load_sound(*state, base, NULL);
    assert_int_equal(scenario_assumed(s), 1); /* its own figure; both rows that it uses are low */
    scenario_free(s);
    s = load_sound(*state, base, "{\"flows\": {\"zone\": {\"roles\": {\"handling\": \"cn.air.handling\"}}}}");
    assert_int_equal(scenario_assumed(s), 2);
    scenario_free(s);
}

/* ---- mistakes ---- */

/* The text with the first `find` replaced; "" at the end of `put` cuts nothing else. */
static const char *changed(struct buf *out, const char *find, const char *put)
{
    const char *at = strstr(base, find);
    assert_non_null(at);
    buf_clear(out);
    buf_add(out, base, (size_t)(at - base));
    buf_puts(out, put);
    buf_puts(out, at + strlen(find));
    return buf_text(out);
}

struct mistake {
    const char *find, *put;
    enum err_code code;
    uint32_t line, column;
    const char *help; /* stands in the suggestion; NULL: not looked at */
};

static const struct mistake mistakes[] = {
    /* the document */
    {"{\n  \"schema", "{\n  \"schema_version\": 1,\n  \"schema", ERR_DUPLICATE, 3, 3, NULL},
    {"\"schema_version\": 1", "\"schema_version\": 2", ERR_RANGE, 2, 21, NULL},
    {"\"schema_version\": 1", "\"schema_version\": \"1\"", ERR_WRONG_TYPE, 2, 21, NULL},
    {"\"schema_version\": 1", "\"schema_version\": 1.5", ERR_WRONG_TYPE, 2, 21, NULL},
    {"  \"id\": \"test\",\n", "", ERR_MISSING_NAME, 1, 1, NULL},
    {"\"home\"", "\"hoem\"", ERR_UNKNOWN_NAME, 5, 3, "home"},
    {"\"CN\",\n  \"base", "\"China\",\n  \"base", ERR_UNKNOWN_VALUE, 5, 11, NULL},
    {"\"base_currency\": \"CNY\"", "\"base_currency\": \"CNI\"", ERR_UNKNOWN_VALUE, 6, 20, "CNY"},
    {"\"zh\": \"测试\"", "\"zh\": 1", ERR_WRONG_TYPE, 4, 12, NULL},
    {"\"2025-01-01\"", "\"2025-02-29\"", ERR_WRONG_TYPE, 7, 22, NULL},
    {"\"to\": \"2025-01-10\"", "\"to\": \"2024-12-31\"", ERR_RANGE, 7, 42, NULL},
    {"\"as_of\": null", "\"as_of\": \"today\"", ERR_WRONG_TYPE, 8, 12, NULL},
    {"\"as_of\": null", "\"law_of\": {\"CN\": \"today\"}", ERR_WRONG_TYPE, 8, 20, NULL},
    {"\"as_of\": null", "\"law_of\": {\"XY\": \"2025-01-01\"}", ERR_UNKNOWN_VALUE, 8, 14, NULL},
    {"\"scales\": \"demand\"", "\"scales\": \"demands\"", ERR_UNKNOWN_VALUE, 9, 23, "demand"},
    {"\"most_per_day\": 1000", "\"most_per_day\": 0", ERR_RANGE, 9, 49, NULL},
    {"1000},\n  \"flows\"", "1000}\n  \"flows\"", ERR_SYNTAX, 10, 3, NULL},
    {"}\n  },\n  \"prices\"", "}\n  }},\n  \"prices\"", ERR_TRAILING, 27, 5, NULL},
    /* a flow */
    {"\"bonded\"", "\"bondet\"", ERR_UNKNOWN_VALUE, 12, 18, "bonded"},
    {"\"bonded\"", "\"post\"", ERR_UNKNOWN_NAME, 24, 7, NULL},
    {"\"from\": \"NZ\"", "\"from\": \"nz\"", ERR_UNKNOWN_VALUE, 12, 36, NULL},
    {"\"from\": \"NZ\"", "\"from\": \"CN\"", ERR_RANGE, 12, 48, NULL},
    {"\"to\": \"CN\"", "\"to\": null", ERR_WRONG_TYPE, 12, 48, NULL},
    {"\"to\": \"CN\"", "\"to\": \"DE\"", ERR_RANGE, 12, 48, NULL},
    {"\"currency\": \"CNY\", \"pur", "\"currency\": \"CNYY\", \"pur", ERR_UNKNOWN_VALUE, 13, 19, "CNY"},
    {"\"currency\": \"CNY\", \"pur", "\"currency\": \"AED\", \"pur", ERR_NO_FX, 13, 19, NULL},
    {"\"seller.import\"", "\"seller.inport\"", ERR_UNKNOWN_VALUE, 14, 29, "seller.import"},
    {"\"seller.import\"", "\"bank.cn\"", ERR_UNKNOWN_VALUE, 14, 29, NULL},
    {"\"supplier.nz\"", "\"buyer.cn\"", ERR_UNKNOWN_VALUE, 14, 58, NULL},
    {"\"buyer\": \"buyer.cn\"", "\"buyers\": \"buyer.cn\"", ERR_UNKNOWN_NAME, 15, 9, "buyer"},
    {"\"port\": \"cn.ningbo\"", "\"port\": \"\"", ERR_RANGE, 16, 15, NULL},
    {"infant-formula", "infant-formla", ERR_UNKNOWN_VALUE, 17, 17, "infant-formula"},
    {"\"weight\": 2", "\"weight\": 0", ERR_RANGE, 17, 46, NULL},
    {"\"cost\": \"26.00\"", "\"cost\": \"26.001\"", ERR_RANGE, 17, 57, NULL},
    {"\"cost\": \"26.00\"", "\"cost\": 26", ERR_WRONG_TYPE, 17, 57, "\"26\""},
    {"\"price\": \"200.00\"", "\"price\": \"0.00\"", ERR_RANGE, 17, 75, NULL},
    {"{\"infant-formula\": {\"weight\": 2, \"cost\": \"26.00\", \"price\": \"200.00\"}}", "{}", ERR_RANGE, 17, 16,
     NULL},
    {"\"freight\": \"5.00\"", "\"freight\": \"-5.00\"", ERR_RANGE, 18, 18, NULL},
    {"\"per_day\": \"10.5\"", "\"per_day\": \"0\"", ERR_RANGE, 19, 29, NULL},
    {"[2000, 1, 1,", "[2000, 1,", ERR_RANGE, 20, 19, NULL},
    {"[2000, 1, 1,", "[2000, 0, 1,", ERR_RANGE, 20, 26, NULL},
    {"{\"per_mille\": 0,", "{\"per_mille\": 1,", ERR_RANGE, 21, 33, NULL},
    {"\"per_mille\": 1000", "\"per_mille\": 999", ERR_RANGE, 21, 18, NULL},
    {"\"units\": \"3\"", "\"units\": \"0.5\"", ERR_RANGE, 21, 80, NULL},
    {"\"buyers\": 7", "\"buyers\": 0", ERR_RANGE, 22, 19, NULL},
    {"\"cn.bonded.pick\", \"list\"", "\"cn.bonded.pik\", \"list\"", ERR_UNKNOWN_VALUE, 23, 25, "cn.bonded.pick"},
    {"\"cn.bonded.pick\", \"list\"", "\"cn.bonded.list\", \"list\"", ERR_UNKNOWN_VALUE, 23, 25, NULL},
    {"\"pickup\": null", "\"pickups\": null", ERR_UNKNOWN_NAME, 23, 69, "pickup"},
    {"\"batch_kg\": 500", "\"batch_kg\": 0", ERR_RANGE, 24, 29, NULL},
    {"\"stock\": {\"batch_kg\": 500, \"cover_days\": 20, \"lead_days\": 40},", "", ERR_MISSING_NAME, 11, 13, NULL},
    {"\"lead_days\": 40", "\"lead_days\": -1", ERR_RANGE, 24, 65, NULL},
    {"\"inspect\": \"0.015\"", "\"inspect\": \"1.5\"", ERR_RANGE, 25, 28, NULL},
    {"\"inspect\": \"0.015\"", "\"inspect\": \"0.0000015\"", ERR_RANGE, 25, 28, NULL},
    /* prices and figures */
    {"{\"fixed\": \"4.25\"}", "{\"fixt\": \"4.25\"}", ERR_UNKNOWN_NAME, 28, 33, "fixed"},
    {"{\"fixed\": \"4.25\"}", "{\"share\": \"1.01\"}", ERR_RANGE, 28, 42, NULL},
    {"\"kind\": \"last_mile\"", "\"kind\": \"last_mail\"", ERR_UNKNOWN_VALUE, 29, 61, "last_mile"},
    {"\"party\": \"carrier.last_mile.cn\", ", "", ERR_MISSING_NAME, 29, 19, NULL},
    {"\"t10_h\": \"2\"", "\"t10_h\": \"7\"", ERR_RANGE, 29, 19, NULL},
    {"\"/flows/zone/rates", "\"/flows/zoo/rates", ERR_UNKNOWN_NAME, 31, 15, NULL},
    {"\"confidence\": \"assumed\"", "\"confidence\": \"asumed\"", ERR_UNKNOWN_VALUE, 31, 59, "assumed"},
};

static bool finds_mistake(const struct book *book, const struct mistake *mistake, size_t number)
{
    struct buf text = {0};
    struct errs errs = {0};
    const char *bytes = changed(&text, mistake->find, mistake->put);
    struct scenario *s = scenario_load(book, "test.json", bytes, strlen(bytes), NULL, 0, &errs);
    const struct err *err = &errs.item[0];
    bool is_right = !s && errs.count >= 1 && err->code == mistake->code && err->line == mistake->line &&
                    err->column == mistake->column && (!mistake->help || strstr(err->help, mistake->help));
    if (!is_right) {
        print_message("mistake %zu, %s, is found at:\n", number, mistake->put);
        unit_print_errs(&errs);
    }
    assert_string_equal(err->source, "test.json");
    buf_finish(&text);
    return is_right;
}

static void mistakes_are_found_where_they_stand(void **state)
{
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        wrong += !finds_mistake(*state, &mistakes[i], i);
    assert_int_equal(wrong, 0);
}

static void many_mistakes_are_found_at_once(void **state)
{
    const char *patch = "{\"home\": \"cn\", \"flows\": {\"zone\": {\"port\": \"\", \"rates\": {\"catch\": \"2\"}}}}";
    struct scenario_patch patches = {"--set", patch, strlen(patch)};
    struct errs errs = {0};
    assert_null(scenario_load(*state, "test.json", base, strlen(base), &patches, 1, &errs));
    assert_true(errs.count >= 3);
}

static void patch_mistake_is_shown_in_the_patch(void **state)
{
    const char *first = "{\"flows\": {\"zone\": {\"rates\": {\"catch\": \"2\"}}}}";
    const char *second = "{\"home\":\n \"CN\", \"hom\": 1}";
    struct scenario_patch patches[] = {{"one", first, strlen(first)}, {"two", second, strlen(second)}};
    struct errs errs = {0};
    assert_null(scenario_load(*state, "test.json", base, strlen(base), patches, 1, &errs));
    assert_string_equal(errs.item[0].source, "one");
    assert_string_equal(errs.item[0].pointer, "/flows/zone/rates/catch");
    assert_int_equal(errs.item[0].column, 40);
    errs = (struct errs){0};
    assert_null(scenario_load(*state, "test.json", base, strlen(base), patches, 2, &errs));
    assert_string_equal(errs.item[0].source, "two");
    assert_int_equal(errs.item[0].code, ERR_UNKNOWN_NAME);
    assert_int_equal(errs.item[0].line, 2);
    assert_int_equal(errs.item[0].column, 8);
    assert_string_equal(errs.item[0].help, "did you mean \"home\"?");
}

/* A patch adds a flow that is like the one there: a copy with its own members; mistakes are shown where they stand. */
static void flows_may_be_alike(void **state)
{
    struct scenario *s = load_sound(*state, base, "{\"flows\":{\"second\":{\"like\":\"zone\",\"freight\":\"7.00\"}}}");
    assert_int_equal(s->flows, 2);
    assert_string_equal(s->flow[1].id, "second");
    assert_int_equal(s->flow[1].freight_minor, 700);
    assert_int_equal(s->flow[1].seller, s->flow[0].seller);
    assert_int_equal(s->flow[1].demand.per_day_q16, s->flow[0].demand.per_day_q16);
    scenario_free(s);
    struct errs errs = {0};
    static const char wrong[] = "{\"flows\":{\"second\":{\"like\":\"none\"}}}";
    struct scenario_patch patch = {"--set", wrong, sizeof wrong - 1};
    assert_null(scenario_load(*state, "test.json", base, strlen(base), &patch, 1, &errs));
    assert_int_equal(errs.item[0].code, ERR_UNKNOWN_VALUE);
    assert_string_equal(errs.item[0].pointer, "/flows/second/like");
    assert_string_equal(errs.item[0].source, "--set");
}

static void patch_must_be_an_object(void **state)
{
    struct scenario_patch patch = {"--set", "[]", 2};
    struct errs errs = {0};
    assert_null(scenario_load(*state, "test.json", base, strlen(base), &patch, 1, &errs));
    assert_int_equal(errs.item[0].code, ERR_WRONG_TYPE);
    assert_null(scenario_load(*state, "test.json", "[]", 2, NULL, 0, &errs));
}

/* A row of another day is never taken: a period that a price does not cover is an error. */
static void prices_hold_over_the_period(void **state)
{
    struct book_overlay sheet = {.part = BOOK_SHEET, .source = "own.csv"};
    static const char rows[] = "id,from,until,party,kind,currency,fixed,per_unit,per_kg,per_cbm,share,least,most,"
                               "capacity_kg,t10_h,t90_h,loss,or,confidence,source\n"
                               "own.pick,2024-12-01,,warehouse.cn,pick_pack,CNY,1,,,,,,,,,,,,high,own\n";
    const char *patch = "{\"flows\": {\"zone\": {\"roles\": {\"pick\": \"own.pick\"}}}}";
    struct scenario_patch patches = {"--set", patch, strlen(patch)};
    struct errs errs = {0};
    struct book own;
    (void)state;
    sheet.bytes = rows;
    sheet.length = strlen(rows);
    assert_int_equal(book_load(&own, &sheet, 1, &errs), 0);
    assert_null(scenario_load(&own, "test.json", base, strlen(base), &patches, 1, &errs));
    assert_int_equal(errs.item[0].code, ERR_INTERVAL); /* buying starts on 2024-11-22 */
    assert_non_null(strstr(errs.item[0].message, "2024-11-22"));
    book_finish(&own);
}

/* So does the fuel surcharge that a price names. */
static void fuel_holds_over_the_period(void **state)
{
    const char *patch = "{\"prices\": {\"cn.bonded.pick\": {\"fuel\": \"fuel.none\"}}}";
    struct scenario_patch patches = {"--set", patch, strlen(patch)};
    struct errs errs = {0};
    assert_null(scenario_load(*state, "test.json", base, strlen(base), &patches, 1, &errs));
    assert_int_equal(errs.item[0].code, ERR_INTERVAL);
    assert_non_null(strstr(errs.item[0].message, "fuel.none"));
    patch = "{\"prices\": {\"cn.bonded.pick\": {\"fuel\": \"fuel.express\", \"step_kg\": \"0.5\", \"min_kg\": \"1\"}}}";
    patches = (struct scenario_patch){"--set", patch, strlen(patch)};
    errs = (struct errs){0};
    struct scenario *s = scenario_load(*state, "test.json", base, strlen(base), &patches, 1, &errs);
    assert_non_null(s);
    uint32_t row = sheet_find(&s->sheet, "cn.bonded.pick", s->from_day);
    assert_int_equal(s->sheet.row[row].step_g, 500);
    assert_int_equal(s->sheet.row[row].min_g, 1000);
    assert_string_equal(s->sheet.row[row].fuel_id, "fuel.express");
    scenario_free(s);
}

/* ---- the shipped ones ---- */

static void shipped_scenarios_are_sound(void **state)
{
    size_t seen = 0;
    for (size_t i = 0; i < data_count; i++) {
        const struct data_span *span = &data_spans[i];
        size_t length = (size_t)(span->end - span->start), path = strlen(span->path);
        struct errs errs = {0};
        bool is_one = strncmp(span->path, "scenarios/", 10) == 0 && !strchr(span->path + 10, '/');
        if (!is_one || strcmp(span->path + path - 5, ".json") != 0)
            continue;
        struct scenario *s = scenario_load(*state, span->path, span->start, length, NULL, 0, &errs);
        unit_print_errs(&errs);
        assert_non_null(s);
        assert_true(*s->title_en && *s->title_zh);
        assert_int_equal(strncmp(span->path + 10, s->id, strlen(s->id)), 0);
        scenario_free(s);
        seen++;
    }
    assert_true(seen >= 3);
}

/* A currency that nobody knows is told as one mistake, whatever else of a scenario is counted in it. */
static void an_unknown_currency_is_a_mistake(void **state)
{
    static const char *const patches[] = {
        "{\"base_currency\":\"QQQ\"}", "{\"flows\":{\"bonded\":{\"currency\":\"QQQ\"}}}",
        "{\"flows\":{\"bonded\":{\"purchase_currency\":\"QQQ\"}}}",
        "{\"flows\":{\"bonded\":{\"goods\":{\"infant-formula\":{\"purchase_currency\":\"QQQ\"}}}}}"};
    static const char *const paths[] = {"scenarios/milk-powder.json", "scenarios/year-2025.json",
                                        "scenarios/launch.json"};
    for (size_t i = 0; i < COUNT_OF(patches) + COUNT_OF(paths) - 1; i++) {
        const char *text = patches[i < COUNT_OF(patches) ? i : 0];
        const struct data_span *span = data_find(paths[i < COUNT_OF(patches) ? 0 : i + 1 - COUNT_OF(patches)]);
        struct scenario_patch patch = {"--set", text, strlen(text)};
        struct errs errs = {0};
        size_t length = (size_t)(span->end - span->start);
        assert_null(scenario_load(*state, span->path, span->start, length, &patch, 1, &errs));
        assert_int_equal(errs.item[0].code, ERR_UNKNOWN_VALUE);
        assert_string_equal(errs.item[0].source, "--set");
        assert_int_equal(errs.count, 1);
    }
}

static void milk_powder_has_its_size(void **state)
{
    const struct data_span *span = data_find("scenarios/milk-powder.json");
    struct errs errs = {0};
    struct scenario *s = scenario_load(*state, span->path, span->start, (size_t)(span->end - span->start), NULL, 0,
                                       &errs);
    assert_in_range(scenario_expected(s), 19900, 20100);
    scenario_limit(s, 1000000);
    assert_int_equal(s->to_day, date_day(2025, 12, 31));
    scenario_limit(s, 10000000);
    assert_int_equal(scenario_expected(s) / 100000, 100);
    assert_true(s->to_day > date_day(2034, 1, 1)); /* no more orders a day, but more days */
    scenario_free(s);
}

static void schema_is_printed(void **state)
{
    struct buf out = {0};
    (void)state;
    json_schema(scenario_fields, "scenario", &out);
    const char *text = buf_text(&out);
    assert_non_null(strstr(text, "\"flows\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\""));
    assert_non_null(strstr(text, "\"line_haul\""));
    struct errs errs = {0};
    struct json json;
    assert_int_equal(json_read(&json, "schema", text, out.length, &errs), 0);
    json_finish(&json);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_is_read),
        cmocka_unit_test(columns_follow_home),
        cmocka_unit_test(prices_lay_over),
        cmocka_unit_test(patches_lay_over),
        cmocka_unit_test(demand_adds_up),
        cmocka_unit_test(demand_has_a_bound),
        cmocka_unit_test(period_grows),
        cmocka_unit_test(assumed_figures_are_counted),
        cmocka_unit_test(mistakes_are_found_where_they_stand),
        cmocka_unit_test(many_mistakes_are_found_at_once),
        cmocka_unit_test(patch_mistake_is_shown_in_the_patch),
        cmocka_unit_test(flows_may_be_alike),
        cmocka_unit_test(patch_must_be_an_object),
        cmocka_unit_test(prices_hold_over_the_period),
        cmocka_unit_test(fuel_holds_over_the_period),
        cmocka_unit_test(shipped_scenarios_are_sound),
        cmocka_unit_test(an_unknown_currency_is_a_mistake),
        cmocka_unit_test(milk_powder_has_its_size),
        cmocka_unit_test(schema_is_printed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
