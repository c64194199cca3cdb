/* law_bench: what one assessment of an order under the shipped law costs, and one answer of `quote`, JSON to JSON. */
#include <stdio.h>

#include "bench/bench.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/book.h"
#include "sim/quote.h"
#include "sim/request.h"

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
    struct law *law = memory_take(sizeof *law);
    fill_law(law);
    bench_title("law: assessments, quotes", "18 orders of 12 regimes, one line each");
    bench_run(&(struct bench_case){"assess_order", assess_ours, NULL, law, NULL, 1000000});
    bench_run(&(struct bench_case){"quote_answer", quote_ours, NULL, law, NULL, 100000});
    for (size_t i = 0; i < REQUESTS; i++) {
        request_finish(&law->request[i]);
        buf_finish(&law->text[i]);
    }
    quote_finish(&law->quote);
    book_finish(&law->book);
    buf_finish(&law->out);
    memory_release(law);
    return 0;
}
