/* law_bench: what one run of a rule program costs, what one assessment of an order under the shipped law costs, and
 * what one answer of `quote` costs from JSON to JSON. The ceiling of the program is the same sums in plain C. */
#include <stdio.h>

#include "bench/bench.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/json.h"
#include "core/rule.h"
#include "core/text.h"
#include "core/wide.h"
#include "sim/book.h"
#include "sim/quote.h"
#include "sim/request.h"

/* ---- a program of twelve steps ---- */

#define VALUE(value, unit) "{\"2020-01-01\": {\"value\": \"" value "\", \"unit\": \"" unit "\", \"law\": \"-\","       \
                           " \"source\": \"-\", \"confidence\": \"high\"}}"
#define CHARGE(name, is, kind) "\"" name "\": {\"is\": \"" is "\", \"per\": \"line\", \"round\": \"half_up\","        \
                               " \"to\": \"0.01\", \"charge\": \"" kind "\"}"
static const char twelve_steps[] =
    "{\"schema_version\": 1, \"id\": \"aa.bench\", \"place\": \"AA\", \"currency\": \"CNY\","
    " \"title\": {\"en\": \"T\", \"zh\": \"T\"}, \"form\": [\"retail\"], \"parameters\": {"
    "\"t\": " VALUE("0.12", "rate") ", \"c\": " VALUE("0.15", "rate") ", \"v\": " VALUE("0.13", "rate") ","
    "\"share\": " VALUE("0.7", "rate") ", \"limit\": " VALUE("5000", "CNY") "}, \"steps\": {"
    "\"freight_share\": {\"is\": \"spread(freight, goods)\", \"per\": \"line\"},"
    "\"value_line\": {\"is\": \"goods + freight_share\", \"per\": \"line\"},"
    "\"value\": {\"is\": \"sum(value_line)\"},"
    "\"over\": {\"is\": \"value > limit\"},"
    "\"closed\": {\"refuse\": \"over\", \"when\": \"over\", \"message\": {\"en\": \"-\", \"zh\": \"-\"}},"
    "\"duty_full\": {\"is\": \"value_line * t\", \"per\": \"line\"},"
    "\"ct_full\": {\"is\": \"(value_line + duty_full) / (1 - c) * c\", \"per\": \"line\"},"
    "\"vat_full\": {\"is\": \"(value_line + duty_full + ct_full) * v\", \"per\": \"line\"},"
    CHARGE("duty", "duty_full", "duty") "," CHARGE("ct", "ct_full * share", "consumption_tax") ","
    CHARGE("vat", "vat_full * share", "vat") ", \"total\": {\"is\": \"sum(vat) + sum(ct) + sum(duty)\"}}}";

enum { ORDERS = 1024 };

struct program {
    struct rulebook *book;
    struct rule_cache *cache;
    struct fact_line line[ORDERS];
    struct fact_order order[ORDERS];
    struct rule_answer answer;
};

static int64_t half_up(wide num, wide den)
{
    return (int64_t)((num * 2 + den) / (den * 2));
}

static uint64_t run_ours(void *context, uint64_t count)
{
    struct program *p = context;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        rule_run(p->cache, &p->order[i % ORDERS], &p->answer);
        sum += (uint64_t)p->answer.total_of[CHARGE_VAT];
    }
    return sum;
}

/* The three taxes of the same order, exact, each rounded once. */
static uint64_t run_bare(void *context, uint64_t count)
{
    struct program *p = context;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        const struct fact_order *order = &p->order[i % ORDERS];
        int64_t value = order->line->value[FACT_GOODS] + order->value[FACT_FREIGHT];
        int64_t duty = half_up((wide)value * 12, 100);
        int64_t ct = half_up((wide)value * 112 * 15 * 7, 85 * 1000);
        int64_t vat = half_up((wide)value * 112 * 13 * 7, 85 * 1000);
        sum += (uint64_t)(value > 500000 ? 0 : vat) + (uint64_t)(duty + ct) * 0;
    }
    return sum;
}

static void fill_program(struct program *p)
{
    struct errs errs = {0};
    struct rule_file pack = {.source = "bench.json", .bytes = twelve_steps, .length = sizeof twelve_steps - 1};
    p->book = rulebook_load(&pack, 1, NULL, 0, NULL, 0, &errs);
    check(p->book != NULL);
    p->cache = rule_cache_create(p->book);
    for (int i = 0; i < ORDERS; i++) {
        p->line[i] = (struct fact_line){.hs = "330499", .origin = text_country("FR", 2)};
        p->line[i].value[FACT_GOODS] = 1000 + i * 389;
        p->line[i].value[FACT_QUANTITY] = 1000000;
        p->order[i] = (struct fact_order){
            .from = text_country("FR", 2), .to = text_country("AA", 2), .form = FORM_RETAIL,
            .transport = TRANSPORT_POST, .incoterm = INCOTERM_DAP, .line = &p->line[i], .lines = 1};
        p->order[i].sale_day = p->order[i].entry_day = date_day(2024, 6, 1);
        p->order[i].value[FACT_FREIGHT] = 2000;
    }
    check(run_ours(p, ORDERS) == run_bare(p, ORDERS));
}

/* ---- orders under the shipped law ---- */

static const char *const requests[] = { /* apostrophes stand for quotes */
    "{'date':'2015-06-18','from':'NZ','to':'CN','currency':'CNY',"
    "'lines':[{'sku':'infant-formula','unit_price':'505'}]}",
    "{'date':'2024-06-01','from':'FR','to':'CN','currency':'CNY','freight':'15',"
    "'lines':[{'sku':'skincare','unit_price':'520'}]}",
    "{'date':'2024-06-01','from':'CH','to':'CN','currency':'CNY',"
    "'lines':[{'sku':'watch-automatic','unit_price':'12000'}]}",
    "{'date':'2022-05-05','from':'IT','to':'CN','form':'parcel','currency':'CNY',"
    "'lines':[{'sku':'leather-handbag','unit_price':'960'}]}",
    "{'date':'2024-09-02','from':'NL','to':'CN','form':'general','currency':'USD','freight':'16000',"
    "'lines':[{'sku':'infant-formula','unit_price':'9.80','quantity':'50000'}]}",
    "{'date':'2024-09-02','from':'GB','to':'CN','form':'general','currency':'CNY',"
    "'lines':[{'sku':'whisky','unit_price':'50','quantity':'1000'}]}",
    "{'date':'2024-02-28','from':'CN','to':'CN','form':'domestic','currency':'CNY','credit':'5',"
    "'lines':[{'sku':'toys','unit_price':'100'}]}",
    "{'date':'2021-06-30','from':'CN','to':'DE','currency':'EUR',"
    "'lines':[{'sku':'phone-case','unit_price':'19.90'}]}",
    "{'date':'2024-06-01','from':'CN','to':'DE','currency':'EUR','schemes':['ioss'],"
    "'lines':[{'sku':'phone-case','unit_price':'19.90'}]}",
    "{'date':'2024-06-01','from':'CN','to':'FR','currency':'EUR','freight':'5',"
    "'lines':[{'sku':'t-shirt','unit_price':'190'}]}",
    "{'date':'2026-07-01','from':'CN','to':'ES','currency':'EUR','schemes':['ioss'],"
    "'lines':[{'sku':'headphones','unit_price':'40'}]}",
    "{'date':'2024-06-01','from':'CN','to':'GB','currency':'GBP',"
    "'lines':[{'sku':'toys','unit_price':'30'}]}",
    "{'date':'2024-06-01','from':'CN','to':'GB','currency':'GBP','freight':'9',"
    "'lines':[{'sku':'sports-shoes','unit_price':'150'}]}",
    "{'date':'2024-06-01','from':'CN','to':'US','currency':'USD',"
    "'lines':[{'sku':'t-shirt','unit_price':'90'}]}",
    "{'date':'2025-10-01','from':'CN','to':'US-NY','currency':'USD','schemes':['marketplace'],"
    "'lines':[{'sku':'t-shirt','unit_price':'90'}]}",
    "{'date':'2024-06-01','from':'CN','to':'JP','currency':'JPY',"
    "'lines':[{'sku':'t-shirt','unit_price':'18000'}]}",
    "{'date':'2024-06-01','from':'CN','to':'AU','currency':'AUD','schemes':['gst_registered'],"
    "'lines':[{'sku':'toys','unit_price':'80'}]}",
    "{'date':'2024-09-01','from':'CN','to':'BR-SP','currency':'USD','schemes':['remessa_conforme'],"
    "'lines':[{'sku':'phone-case','unit_price':'20'}]}",
};
enum { REQUESTS = sizeof requests / sizeof *requests };

/* The requests as JSON. */
static const char *json_of(size_t i, struct buf *text)
{
    buf_clear(text);
    for (const char *c = requests[i]; *c; c++)
        buf_putc(text, *c == '\'' ? '"' : *c);
    return buf_text(text);
}

struct law {
    struct book book;
    struct quote quote;
    struct request request[REQUESTS];
    struct buf text[REQUESTS];
    struct rule_answer answer;
    struct buf out;
};

static uint64_t assess_ours(void *context, uint64_t count)
{
    struct law *law = context;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        assess_order(&law->quote.assess, &law->request[i % REQUESTS].order, &law->answer);
        sum += (uint64_t)law->answer.total_of[CHARGE_VAT];
    }
    return sum;
}

static uint64_t quote_ours(void *context, uint64_t count)
{
    struct law *law = context;
    struct errs errs = {0};
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < count; i++) {
        struct json json;
        const struct buf *text = &law->text[i % REQUESTS];
        buf_clear(&law->out);
        check(json_read_only(&json, "bench", text->data, text->length, &errs) == 0);
        check(quote_answer(&law->quote, &json, &errs, &law->out));
        json_finish(&json);
        bytes += law->out.length;
    }
    return bytes;
}

static void fill_law(struct law *law)
{
    struct errs errs = {0};
    check(book_load(&law->book, NULL, 0, &errs) == 0);
    quote_init(&law->quote, &law->book, REQUEST_ORDER);
    for (size_t i = 0; i < REQUESTS; i++) {
        struct json json;
        const char *text = json_of(i, &law->text[i]);
        check(json_read_only(&json, "bench", text, law->text[i].length, &errs) == 0);
        check(request_read(&law->request[i], REQUEST_ORDER, &law->book, &json, &errs));
        json_finish(&json);
        assess_order(&law->quote.assess, &law->request[i].order, &law->answer);
        if (law->answer.status != RULE_ASSESSED)
            fprintf(stderr, "request %zu: %s\n", i, law->answer.message);
        check(law->answer.status == RULE_ASSESSED);
    }
}

int main(void)
{
    struct program *program = memory_take(sizeof *program);
    struct law *law = memory_take(sizeof *law);
    fill_program(program);
    fill_law(law);
    bench_title("law: rules, assessments, quotes",
                "one line an order; a program of 12 steps and 3 charges; 18 orders of 12 regimes");
    bench_run(&(struct bench_case){"rule_run, 12 steps", run_ours, run_bare, program, program, 2000000});
    bench_run(&(struct bench_case){"assess_order", assess_ours, NULL, law, NULL, 1000000});
    bench_run(&(struct bench_case){"quote_answer", quote_ours, NULL, law, NULL, 100000});
    rule_cache_free(program->cache);
    rulebook_free(program->book);
    for (size_t i = 0; i < REQUESTS; i++) {
        request_finish(&law->request[i]);
        buf_finish(&law->text[i]);
    }
    quote_finish(&law->quote);
    book_finish(&law->book);
    buf_finish(&law->out);
    memory_release(program);
    memory_release(law);
    return 0;
}
