/* compare_test: what a comparison holds fixed is priced as `quote` prices it, order by order and under both laws; where
 * nobody can respond both answers agree; pairs narrow intervals, and intervals cover what they say. */
#include "tests/world_run.h"

#include "core/json.h"
#include "sim/batch.h"
#include "sim/compare.h"
#include "sim/due.h"
#include "sim/interval.h"
#include "sim/levy.h"
#include "sim/quote.h"
#include "sim/replay.h"
#include "sim/reprice.h"

static const char real_orders[] = "../shared/data/online-retail/orders.csv";
static const char full_vat[] =
    "{\"rules\":{\"cn.import.cbec\":{\"parameters\":{\"share_vat\":{\"2019-01-01\":{\"value\":\"1\"}}}}}}";
static const char dear_germany[] =
    "{\"rules\":{\"de.import\":{\"parameters\":{\"vat_standard\":{\"2021-01-01\":{\"value\":\"0.25\"}}}},"
    "\"gb.import\":{\"parameters\":{\"vat_standard\":{\"2011-01-04\":{\"value\":\"0.25\"}}}}}}";

/* Two books that differ by a reform. */
struct laws {
    struct book before, after;
};

static void open_laws(struct laws *laws, const char *reform)
{
    struct errs errs = {0};
    struct book_overlay overlay = {BOOK_REFORM, "reform", reform, strlen(reform), NULL};
    *laws = (struct laws){0};
    if (book_load(&laws->before, NULL, 0, &errs) || book_load(&laws->after, &overlay, 1, &errs))
        unit_fail_with(&errs);
}

static void close_laws(struct laws *laws)
{
    book_finish(&laws->before);
    book_finish(&laws->after);
}

/* ---- an order as a request ---- */

static void put_decimal(struct buf *out, const char *name, int64_t value, unsigned digits)
{
    int64_t unit = 1;
    for (unsigned i = 0; i < digits; i++)
        unit *= 10;
    if (digits)
        buf_printf(out, ",\"%s\":\"%lld.%0*lld\"", name, (long long)(value / unit), (int)digits,
                   (long long)(value % unit));
    else
        buf_printf(out, ",\"%s\":\"%lld\"", name, (long long)value);
}

static void put_line(struct buf *out, const struct assess_line *line)
{
    buf_printf(out, "{\"hs\":\"%s\"", line->hs);
    if (line->origin)
        buf_printf(out, ",\"origin\":\"%c%c\"", line->origin >> 8, line->origin & 255);
    if (line->description)
        buf_printf(out, ",\"description\":\"item %u\"", line->description);
    put_decimal(out, "quantity", line->quantity, 6);
    put_decimal(out, "unit_price", line->price, line->price_digits);
    if (line->weight >= 0)
        put_decimal(out, "net_weight_kg", line->weight, 6);
    if (line->volume >= 0)
        put_decimal(out, "volume_l", line->volume, 6);
    if (line->pieces >= 0)
        put_decimal(out, "pieces", line->pieces, 6);
    buf_puts(out, "}");
}

static void put_schemes(struct buf *out, uint32_t flags)
{
    static const struct { uint32_t flag; const char *id; } schemes[] = {
        {FLAG_IOSS, "ioss"}, {FLAG_SPECIAL_ARRANGEMENTS, "special_arrangements"}, {FLAG_MARKETPLACE, "marketplace"},
        {FLAG_REMESSA_CONFORME, "remessa_conforme"}, {FLAG_GST_REGISTERED, "gst_registered"}, {FLAG_VOEC, "voec"}};
    const char *comma = "";
    buf_puts(out, ",\"schemes\":[");
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        if (flags >> schemes[i].flag & 1) {
            buf_printf(out, "%s\"%s\"", comma, schemes[i].id);
            comma = ",";
        }
    buf_puts(out, "]");
}

static const char *form_of(unsigned channel, bool is_at_home)
{
    return is_at_home ? "domestic" : channel == CHANNEL_PERSONAL_PARCEL ? "parcel" : "retail";
}

static void put_place(struct buf *out, const char *name, uint16_t place, const char *sub)
{
    buf_printf(out, ",\"%s\":\"%c%c%s%s\"", name, place >> 8, place & 255, *sub ? "-" : "", sub);
}

static void put_lines(struct buf *out, const struct book *book, const struct scenario_flow *flow, const struct due *due,
                      const struct replay_order *replay)
{
    buf_puts(out, ",\"lines\":[");
    for (uint32_t i = 0; replay && i < replay->lines; i++) {
        struct assess_line line = replay_line_asked(&replay->line[i]);
        buf_puts(out, i ? "," : "");
        put_line(out, &line);
    }
    if (!replay) {
        const struct flow_goods *goods = &flow->goods[due->item];
        const struct product *product = &book->catalog.product[goods->product];
        struct assess_line line = {
            .origin = product->origin, .price = goods->price_minor, .weight = product->net_weight_g * 1000,
            .price_digits = (uint8_t)currency_digits(flow->sale_currency), .quantity = due->units * INT64_C(1000000),
            .volume = product->volume_ml < 0 ? -1 : product->volume_ml * 1000,
            .pieces = product->pieces > 1 ? product->pieces * 1000000 : -1, .strength = -1};
        snprintf(line.hs, sizeof line.hs, "%s", book_code(book, product, flow->to));
        put_line(out, &line);
    }
    buf_puts(out, "]}");
}

static void write_request(struct buf *out, const struct book *book, const struct scenario *scenario,
                          const struct due *due)
{
    const struct scenario_flow *flow = &scenario->flow[due->flow];
    const struct replay_order *replay = due->replay ? &scenario->replay->order[due->replay - 1] : NULL;
    bool is_at_home = flow->channel == CHANNEL_CONTAINER || flow->channel == CHANNEL_BULK_AIR ||
                      flow->channel == CHANNEL_OVERSEAS_WAREHOUSE;
    int64_t freight = replay ? replay->freight_minor : flow->freight_minor;
    char sale[11], entry[11];
    date_write(due->sale_day, sale);
    date_write(due->entry_day, entry);
    buf_clear(out);
    buf_printf(out, "{\"date\":\"%s\",\"entry_date\":\"%s\",\"form\":\"%s\"", sale, entry,
               form_of(flow->channel, is_at_home));
    put_place(out, "from", is_at_home ? (replay ? replay->to : flow->to) : flow->from, "");
    put_place(out, "to", replay ? replay->to : flow->to, replay ? "" : flow->to_sub);
    buf_printf(out, ",\"transport\":\"%s\",\"incoterm\":\"%s\",\"currency\":\"%s\",\"preference\":%s",
               transport_id((enum transport)flow->transport), incoterm_id((enum incoterm)flow->incoterm),
               currency_code(flow->sale_currency), flow->preference ? "true" : "false");
    put_schemes(out, flow->schemes);
    if (freight)
        put_decimal(out, "freight", freight, currency_digits(flow->sale_currency));
    if (due->used_minor)
        buf_printf(out, ",\"buyer\":{\"annual_used\":\"%lld.%02lld\"}", (long long)(due->used_minor / 100),
                   (long long)(due->used_minor % 100));
    put_lines(out, book, flow, due, replay);
}

/* ---- both ways of asking ---- */

/* An order's charges as quote says them, step by step in the base currency; -1: refused. */
static int64_t quoted(struct quote *quote, const struct scenario *scenario, const char *request, size_t length,
                      const struct due *due, struct buf *answer)
{
    struct errs errs = {0};
    struct json asked = {0}, said = {0};
    int64_t total = 0, step = 0, amount;
    int32_t day = (int32_t)(due->bill_at / DAY_SECONDS);
    const char *rule = NULL;
    buf_clear(answer);
    if (json_read(&asked, "request", request, length, &errs) || !quote_answer(quote, &asked, &errs, answer) ||
        json_read(&said, "answer", answer->data, answer->length, &errs))
        unit_fail_with(&errs);
    bool is_assessed = strcmp(json_text(said.root, "status", ""), "assessed") == 0;
    unsigned currency = currency_index(json_text(said.root, "currency", ""));
    const cJSON *charge;
    cJSON_ArrayForEach(charge, json_get(said.root, "charges")) {
        const char *own = json_text(charge, "rule", ""), *text = json_text(charge, "amount", "");
        assert_true(decimal_parse(text, strlen(text), currency_digits(currency), &amount));
        if (rule && strcmp(rule, own) != 0) {
            total += fx_convert(scenario->fx, step, currency, scenario->base_currency, day);
            step = 0;
        }
        rule = own;
        step += amount;
    }
    if (rule)
        total += fx_convert(scenario->fx, step, currency, scenario->base_currency, day);
    json_finish(&asked);
    json_finish(&said);
    return is_assessed ? total : -1;
}

struct hearing {
    const struct scenario *scenario;
    struct laws *laws;
    struct world *desk[2];
    struct quote quote[2];
    uint64_t orders, differ, taxed;
    struct buf request, answer;
    uint64_t most;
};

static void hear(void *self, const struct due *due)
{
    struct hearing *h = self;
    struct due_answer answer;
    int64_t total[2];
    /* one day of payment for all charges, so that they can be told as one sum; nothing given back */
    bool is_plain = due->kind == DUE_ORDER && due->bill_at && !due->irregular && !due->returned_minor;
    if (!is_plain || h->orders >= h->most)
        return;
    struct due same = *due;
    same.border_at = same.bill_at;
    for (unsigned law = 0; law < 2; law++) {
        const struct book *book = law ? &h->laws->after : &h->laws->before;
        total[law] = 0;
        if (!levy_again(h->desk[law], &same, &answer))
            fail_msg("%s", world_error(h->desk[law])->message);
        for (uint32_t i = 0; i < answer.charges; i++)
            total[law] += answer.charge[i].base;
        write_request(&h->request, book, h->scenario, &same);
        int64_t said = quoted(&h->quote[law], h->scenario, buf_text(&h->request), h->request.length, &same, &h->answer);
        if (said != (answer.is_refused ? -1 : total[law]))
            fail_msg("order %llu: %lld, quote says %lld of %s", (unsigned long long)due->number,
                     (long long)total[law], (long long)said, buf_text(&h->request));
    }
    h->orders++;
    h->taxed += total[0] > 0;
    h->differ += total[0] != total[1];
}

static void hear_all(struct hearing *h, const struct scenario *scenario, struct laws *laws, uint64_t most)
{
    struct world_sink sink = {.self = h, .due = hear};
    struct tally *tally = tally_create();
    struct errs errs = {0};
    *h = (struct hearing){.scenario = scenario, .laws = laws, .most = most};
    for (unsigned law = 0; law < 2; law++) {
        const struct book *book = law ? &laws->after : &laws->before;
        h->desk[law] = world_create(scenario, book, 0, 1, 0, NULL);
        quote_init(&h->quote[law], book, REQUEST_ORDER);
    }
    struct world *world = world_create(scenario, &laws->before, 7, 1, 0, &sink);
    if (world_advance(world, INT64_MAX, 0) == WORLD_FAILED)
        fail_msg("%s", world_error(world)->message);
    assert_int_equal(world_result(world, tally, &errs), 0);
    world_destroy(world);
    tally_free(tally);
    for (unsigned law = 0; law < 2; law++) {
        world_destroy(h->desk[law]);
        quote_finish(&h->quote[law]);
    }
    buf_finish(&h->request);
    buf_finish(&h->answer);
}

static void orders_owe_what_quote_says(void **state)
{
    struct laws laws;
    struct run run;
    struct hearing h;
    (void)state;
    open_laws(&laws, full_vat);
    load(&run, &laws.before, "scenarios/milk-powder.json", NULL);
    scenario_limit(run.scenario, 2000);
    hear_all(&h, run.scenario, &laws, UINT64_MAX);
    assert_true(h.orders > 1500);
    assert_true(h.taxed > h.orders / 2);
    assert_true(h.differ > 500);
    assert_true(h.differ < h.orders);
    finish(&run);
    close_laws(&laws);
}

static bool is_european(uint16_t place)
{
    static const char places[][3] = {"GB", "DE", "FR", "NL", "BE", "ES", "IT", "PT", "IE", "SE", "FI"};
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (place == text_country(places[i], 2))
            return true;
    return false;
}

/* The scenario asks the law of one day; a request knows only its own. So the orders come then, those to places whose
 * law stays known for the year of orders. */
static void move_to(struct replay *replay, int32_t day)
{
    int64_t by_s = (day - time_local_day(replay->order[0].time, 0)) * (int64_t)DAY_SECONDS;
    struct replay_order *order = arena_take(&replay->arena, replay->orders * sizeof *order);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < replay->orders; i++) {
        if (!is_european(replay->order[i].to))
            continue;
        order[kept] = replay->order[i];
        order[kept].time += by_s;
        if (order[kept].return_time != INT64_MIN)
            order[kept].return_time += by_s;
        kept++;
    }
    replay->order = order;
    replay->orders = kept;
}

static void real_orders_owe_what_quote_says(void **state)
{
    struct laws laws;
    struct run run;
    struct hearing h;
    struct errs errs = {0};
    struct buf orders = {0};
    (void)state;
    if (access(real_orders, R_OK) != 0)
        skip();
    open_laws(&laws, dear_germany);
    load(&run, &laws.before, "scenarios/replay.json", NULL);
    if (file_read(real_orders, &orders, &errs))
        unit_fail_with(&errs);
    struct replay *replay = replay_load(&laws.before, run.scenario, NULL, real_orders, buf_text(&orders), orders.length,
                                        &errs);
    if (!replay)
        unit_fail_with(&errs);
    move_to(replay, run.scenario->law_day);
    run.scenario->law_day = DAY_UNSET;
    scenario_follow(run.scenario, replay);
    hear_all(&h, run.scenario, &laws, UINT64_MAX);
    assert_true(h.orders > 800);
    assert_true(h.differ > 200);
    finish(&run);
    replay_free(replay);
    buf_finish(&orders);
    close_laws(&laws);
}

/* ---- the whole comparison ---- */

static struct compare_line find_line(const struct compare_answer *answer, enum effect_group group, unsigned key,
                                     enum effect_name name)
{
    for (size_t i = 0; i < answer->lines; i++)
        if (answer->line[i].figure.group == group && answer->line[i].figure.key == key &&
            answer->line[i].figure.name == name)
            return answer->line[i];
    fail_msg("no figure %d %u %d", (int)group, key, (int)name);
    return (struct compare_line){0};
}

static int run_batch(void *self, struct batch *batch, struct errs *errs)
{
    (void)self;
    return batch_run(batch, NULL, errs);
}

static void compare_both(struct compare *compare, struct compare_law *law, const struct scenario *scenario,
                         struct laws *laws, uint32_t replications, bool is_paired)
{
    struct errs errs = {0};
    *law = (struct compare_law){.id = "reform", .book = &laws->after, .scenario = scenario};
    *compare = (struct compare){.run = run_batch, .scenario = scenario, .book = &laws->before, .law = law, .laws = 1,
                                .wants = {[COMPARE_STATIC] = true, [COMPARE_DYNAMIC] = true}, .is_paired = is_paired,
                                .seed = 3, .replications = replications, .until = INT64_MAX, .jobs = 2};
    if (compare_run(compare, &errs))
        unit_fail_with(&errs);
}

/* Where nobody can respond, both answers are the same to the last minor unit. */
static void without_response_both_answers_agree(void **state)
{
    struct laws laws;
    struct run run;
    struct compare compare;
    struct compare_law law;
    (void)state;
    open_laws(&laws, full_vat);
    load(&run, &laws.before, "scenarios/milk-powder.json", NULL);
    scenario_limit(run.scenario, 1000);
    compare_both(&compare, &law, run.scenario, &laws, 3, true);
    uint16_t china = parties_treasury(&laws.before.parties, (uint16_t)('C' << 8 | 'N'));
    struct compare_line fixed = find_line(&law.answer[COMPARE_STATIC], EFFECT_TREASURY, china, EFFECT_OF_NET);
    struct compare_line free = find_line(&law.answer[COMPARE_DYNAMIC], EFFECT_TREASURY, china, EFFECT_OF_NET);
    assert_true(fixed.difference > 0);
    assert_int_equal(fixed.difference, free.difference);
    assert_int_equal(fixed.after, free.after);
    assert_int_equal(fixed.low, free.low);
    assert_int_equal(law.answer[COMPARE_STATIC].sides.more, law.answer[COMPARE_DYNAMIC].sides.more);
    assert_int_equal(law.answer[COMPARE_DYNAMIC].sides.gone, 0);
    compare_finish(&compare);
    finish(&run);
    close_laws(&laws);
}

/* A law that changes nothing changes nothing, in either answer and for every figure. */
static void the_same_law_changes_nothing(void **state)
{
    struct laws laws;
    struct run run;
    struct compare compare;
    struct compare_law law;
    (void)state;
    open_laws(&laws, "{\"rules\":{}}");
    load(&run, &laws.before, "scenarios/year-2025.json", NULL);
    scenario_limit(run.scenario, 600);
    compare_both(&compare, &law, run.scenario, &laws, 2, true);
    for (enum compare_mode mode = COMPARE_STATIC; mode < COMPARE_MODES; mode++) {
        const struct compare_answer *answer = &law.answer[mode];
        assert_true(answer->lines > 40);
        for (size_t i = 0; i < answer->lines; i++) {
            assert_int_equal(answer->line[i].difference, 0);
            assert_int_equal(answer->line[i].before, answer->line[i].after);
        }
        assert_int_equal(answer->sides.more + answer->sides.less, 0);
        assert_int_equal(answer->sides.gone + answer->sides.come + answer->sides.moved + answer->sides.unanswered, 0);
        assert_true(answer->sides.same > 800);
        assert_int_equal(answer->largests, 0);
    }
    compare_finish(&compare);
    finish(&run);
    close_laws(&laws);
}

static void pairing_narrows_the_interval(void **state)
{
    struct laws laws;
    struct run run;
    struct compare compare;
    struct compare_law law;
    int64_t width[2];
    (void)state;
    open_laws(&laws, full_vat);
    load(&run, &laws.before, "scenarios/milk-powder.json", NULL);
    scenario_limit(run.scenario, 500);
    for (unsigned paired = 0; paired < 2; paired++) {
        compare_both(&compare, &law, run.scenario, &laws, 10, paired);
        struct compare_line line = find_line(&law.answer[COMPARE_DYNAMIC], EFFECT_TOTAL, 0, EFFECT_OF_LANDED);
        assert_true(line.has_interval);
        width[paired] = line.high - line.low;
        compare_finish(&compare);
    }
    print_message("# width of the interval: paired %lld, independent %lld\n", (long long)width[1], (long long)width[0]);
    assert_true(width[1] * 5 <= width[0]);
    finish(&run);
    close_laws(&laws);
}

/* ---- intervals ---- */

enum { EXPERIMENTS = 1000, EACH = 10, ORDERS = 20 };

struct costs {
    int64_t value[EXPERIMENTS * EACH];
    size_t count;
};

static void *open_part(void *self, uint32_t replication, uint32_t cell, struct world_sink *sink)
{
    (void)replication;
    (void)cell;
    (void)sink;
    return self;
}

static void close_part(void *self, void *part, const struct tally *tally)
{
    struct costs *costs = self;
    (void)part;
    if (tally)
        costs->value[costs->count++] =
            money_scale(tally_nodes(tally), 100, (int64_t)tally_placed(tally), ROUND_HALF_UP);
}

/* 1,000 experiments of ten replications each: the interval holds the true mean, that of all 10,000, in 93 to 97 of a
 * hundred. A replication of few orders has a skewed cost, as real ones have. */
static void intervals_cover_what_they_say(void **state)
{
    struct costs *costs = memory_take(sizeof *costs);
    struct batch_watch watch = {costs, open_part, close_part};
    struct errs errs = {0};
    struct run run;
    struct interval all = {0};
    unsigned covered = 0;
    load(&run, *state, "scenarios/shenzhen-germany.json", NULL);
    scenario_limit(run.scenario, ORDERS);
    struct batch batch = {.scenario = run.scenario, .book = *state, .seed = 11, .replications = EXPERIMENTS * EACH,
                          .jobs = 2, .until = INT64_MAX, .watch = &watch};
    if (batch_run(&batch, NULL, &errs))
        unit_fail_with(&errs);
    assert_int_equal(costs->count, EXPERIMENTS * EACH);
    for (size_t i = 0; i < costs->count; i++)
        interval_add(&all, costs->value[i]);
    for (size_t e = 0; e < EXPERIMENTS; e++) {
        struct interval one = {0};
        int64_t half, off;
        for (size_t i = 0; i < EACH; i++)
            interval_add(&one, costs->value[e * EACH + i]);
        assert_true(interval_half(&one, &half));
        off = interval_mean(&one) - interval_mean(&all);
        covered += off <= half && -off <= half;
    }
    print_message("# covered: %u of %u\n", covered, EXPERIMENTS);
    assert_in_range(covered, EXPERIMENTS * 93 / 100, EXPERIMENTS * 97 / 100);
    batch_finish(&batch);
    finish(&run);
    memory_release(costs);
}

static void interval_is_students(void **state)
{
    struct interval in = {0};
    int64_t half;
    (void)state;
    assert_false(interval_half(&in, &half));
    interval_add(&in, 1000);
    assert_false(interval_half(&in, &half));
    interval_add(&in, 3000);
    assert_true(interval_half(&in, &half));
    assert_int_equal(interval_mean(&in), 2000);
    assert_int_equal(half, 12707); /* 12.706205 × 1,000, rounded up */
    interval_add(&in, -4000);
    assert_int_equal(interval_mean(&in), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_owe_what_quote_says),
        cmocka_unit_test(real_orders_owe_what_quote_says),
        cmocka_unit_test(without_response_both_answers_agree),
        cmocka_unit_test(the_same_law_changes_nothing),
        cmocka_unit_test(pairing_narrows_the_interval),
        cmocka_unit_test(interval_is_students),
        cmocka_unit_test_setup_teardown(intervals_cover_what_they_say, open_book, close_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
