/* rule_bench: a rule program bound to its day, run for one order after the other; what a trace needs stays in the
 * register file, so the figures are with trace. The ceiling is the same law written out in C with whole minor units
 * and one rounding a charge: what a compiler would make of it if the law never changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "core/arena.h"
#include "core/err.h"
#include "core/money.h"
#include "core/rule.h"
#include "core/text.h"

enum { ORDERS = 1 << 10, DAY = 18000, LIMIT = 500000 };

#define VALUE(value, unit)                                                                         \
    "{\"2016-01-01\": {\"value\": \"" value "\", \"unit\": \"" unit                                \
    "\", \"law\": \"L\", \"source\": \"S\", \"confidence\": \"high\"}}"
#define CHARGE(name, is, per, kind)                                                                \
    "\"" name "\": {\"is\": \"" is "\", \"per\": \"" per "\", \"round\": \"half_up\", \"to\": \"0.01\"," \
    " \"charge\": \"" kind "\", \"title\": {\"en\": \"C\", \"zh\": \"税\"}}"

/* Twelve steps of a retail import: spread, value, limit, regime, three taxes and a fee. */
static const char pack[] =
    "{\"schema_version\": 1, \"id\": \"xx.bench\", \"place\": \"XX\", \"currency\": \"CNY\","
    " \"title\": {\"en\": \"B\", \"zh\": \"测\"}, \"form\": [\"retail\"], \"parameters\": {"
    "\"limit\": " VALUE("5000", "CNY") ", \"duty_rate\": " VALUE("0.065", "rate") ","
    "\"excise_rate\": " VALUE("0.15", "rate") ", \"vat_rate\": " VALUE("0.13", "rate") ","
    "\"share\": " VALUE("0.7", "rate") ", \"fee_rate\": " VALUE("0.003", "rate") ","
    "\"fee_least\": " VALUE("2", "CNY") "}, \"steps\": {"
    "\"freight_share\": {\"is\": \"spread(freight, goods)\", \"per\": \"line\"},"
    "\"value_line\": {\"is\": \"goods + freight_share\", \"per\": \"line\"},"
    "\"value\": {\"is\": \"sum(value_line)\"},"
    "\"over\": {\"refuse\": \"over_order\", \"when\": \"value > limit and lines() > 1\","
    " \"message\": {\"en\": \"no\", \"zh\": \"不\"}},"
    "\"full\": {\"regime\": \"xx.full\", \"when\": \"value > limit\"},"
    "\"relief\": {\"is\": \"if(value > limit, 1, share)\"},"
    "\"duty_full\": {\"is\": \"value_line * duty_rate\", \"per\": \"line\"},"
    "\"excise_full\": {\"is\": \"(value_line + duty_full) / (1 - excise_rate) * excise_rate\", \"per\": \"line\"},"
    CHARGE("duty", "duty_full * relief", "line", "duty") ","
    CHARGE("excise", "excise_full * relief", "line", "consumption_tax") ","
    CHARGE("vat", "(value_line + duty_full + excise_full) * vat_rate * relief", "line", "vat") ","
    CHARGE("fee", "max(value * fee_rate, fee_least)", "order", "fee") "}}";

struct desk {
    struct rule_cache *cache;
    struct rule_answer *answer;
    struct fact_line line[ORDERS];
    struct fact_order order[ORDERS];
};

static uint64_t run_ours(void *context, uint64_t count)
{
    struct desk *desk = context;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        rule_run(desk->cache, &desk->order[i % ORDERS], desk->answer);
        sum += (uint64_t)desk->answer->total_of[CHARGE_VAT];
    }
    return sum;
}

/* x * num / den, half up; amounts are positive. */
static int64_t part(int64_t x, int64_t num, int64_t den)
{
    return (x * num * 2 + den) / (den * 2);
}

static uint64_t run_bare(void *context, uint64_t count)
{
    const struct desk *desk = context;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        const struct fact_order *order = &desk->order[i % ORDERS];
        int64_t value = order->line->value[FACT_GOODS] + order->value[FACT_FREIGHT];
        int64_t share = value > LIMIT ? 10 : 7;
        int64_t duty = part(value, 65 * share, 10000);
        int64_t excise = part(value, 1065 * 15 * share, 850000);
        int64_t vat = part(value, 1065 * 13 * share, 850000);
        int64_t fee = part(value, 3, 1000);
        sum += (uint64_t)(vat ^ duty ^ excise ^ (fee > 200 ? fee : 200));
    }
    return sum;
}

static struct rulebook *load(void)
{
    struct errs errs = {0};
    struct rule_file file = {"rules/xx/bench.json", pack, strlen(pack)};
    struct rulebook *book = rulebook_load(&file, 1, NULL, 0, NULL, 0, &errs);
    if (!book) {
        fprintf(stderr, "rule_bench: %s\n", errs.item[0].message);
        exit(1);
    }
    return book;
}

static void fill(struct desk *desk)
{
    struct bench_bits bits = bench_bits(1);
    for (int i = 0; i < ORDERS; i++) {
        desk->line[i] = (struct fact_line){.origin = text_country("NZ", 2)};
        memcpy(desk->line[i].hs, "19011010", 9);
        desk->line[i].value[FACT_GOODS] = 1000 + (int64_t)(bench_next(&bits) >> 45);
        desk->line[i].value[FACT_QUANTITY] = 1000000;
        desk->order[i] = (struct fact_order){.from = text_country("NZ", 2), .to = text_country("XX", 2),
                                             .form = FORM_RETAIL, .transport = TRANSPORT_BONDED,
                                             .incoterm = INCOTERM_DAP, .line = &desk->line[i], .lines = 1,
                                             .sale_day = DAY, .entry_day = DAY};
        desk->order[i].value[FACT_FREIGHT] = (int64_t)(bench_next(&bits) >> 53);
    }
}

int main(void)
{
    struct rulebook *book = load();
    struct desk *desk = memory_take(sizeof *desk);
    *desk = (struct desk){.cache = rule_cache_create(book), .answer = memory_take(sizeof *desk->answer)};
    fill(desk);
    bench_title("rule: one order through a pack", "one line; 1,024 orders, below and above the limit");
    bench_run(&(struct bench_case){"12 steps, 4 charges, with trace", run_ours, run_bare, desk, desk, 2000000});
    rule_cache_free(desk->cache);
    rulebook_free(book);
    memory_release(desk->answer);
    memory_release(desk);
    return 0;
}
