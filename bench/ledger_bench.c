/* ledger_bench: what one posting costs. The ceiling adds to the balances of the two ends and checks nothing. */
#include <stddef.h>

#include "bench/bench.h"
#include "core/arena.h"
#include "core/ledger.h"
#include "core/rng.h"

enum { POSTINGS = 1 << 12, PARTIES = 30 };

struct books {
    struct ledger ledger;
    struct posting posting[POSTINGS];
    int64_t bare[PARTIES + 1];
};

static uint64_t post_ours(void *context, uint64_t count)
{
    struct books *books = context;
    for (uint64_t i = 0; i < count; i++)
        ledger_post(&books->ledger, &books->posting[i % POSTINGS]);
    return books->ledger.postings;
}

static uint64_t post_bare(void *context, uint64_t count)
{
    struct books *books = context;
    for (uint64_t i = 0; i < count; i++) {
        const struct posting *posting = &books->posting[i % POSTINGS];
        books->bare[posting->from] -= posting->amount;
        books->bare[posting->to] += posting->amount;
    }
    return (uint64_t)books->bare[1];
}

/* Parties of all sides; costs cross from the chain to the outside, prices stay inside. */
static void fill(struct books *books)
{
    struct rng_key key = rng_key(1, 0);
    ledger_init(&books->ledger);
    for (int i = 0; i < PARTIES; i++)
        ledger_party(&books->ledger, i < 10 ? SIDE_BUYER : i < 20 ? SIDE_HOLDER : SIDE_OUTSIDE);
    for (uint32_t i = 0; i < POSTINGS; i++) {
        uint64_t bits = rng_bits(key, i, 0, 0);
        int is_price = i % 4 == 0;
        uint16_t payer = (uint16_t)(1 + rng_below(bits, is_price ? 10 : 20));
        uint16_t paid = (uint16_t)(rng_below(bits << 8, 10) + (is_price ? 11 : 21));
        uint8_t kind = (uint8_t)(is_price ? KIND_PRICE : KIND_DUTY + (int)rng_below(bits << 16, KIND_LOSS));
        books->posting[i] = (struct posting){
            .subject = i + 1,
            .column = (uint8_t)(COLUMN_EXPORT_RETAIL + i % 3),
            .kind = kind,
            .currency = (uint8_t)(1 + i % 3),
            .from = payer,
            .to = paid,
            .amount = 1 + (int64_t)(bits >> 48),
            .base = 1 + (int64_t)(bits >> 48),
        };
    }
}

int main(void)
{
    struct books *books = memory_take(sizeof *books);
    fill(books);
    bench_title("ledger: one posting", "30 parties, 3 currencies, costs and prices in turn");
    bench_run(&(struct bench_case){"ledger_post", post_ours, post_bare, books, books, 8000000});
    memory_release(books);
    return 0;
}
