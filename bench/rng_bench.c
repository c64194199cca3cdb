/* rng_bench: what a draw costs: a block of Philox, and each variate from it. The ceiling is sfc64 with the same
 * variate: a generator that cannot be asked for one draw of one subject. */
#include <stddef.h>

#include "bench/bench.h"
#include "core/rng.h"

#define CASE(name, expression_ours, expression_ceiling)                                            \
    static uint64_t name##_ours(void *context, uint64_t count)                                     \
    {                                                                                              \
        const struct rng_key key = *(const struct rng_key *)context;                               \
        uint64_t sum = 0;                                                                          \
        for (uint64_t i = 0; i < count; i++) {                                                     \
            uint64_t bits = rng_bits(key, i, 1, 0);                                                \
            sum += (uint64_t)(expression_ours);                                                    \
        }                                                                                          \
        return sum;                                                                                \
    }                                                                                              \
    static uint64_t name##_ceiling(void *context, uint64_t count)                                  \
    {                                                                                              \
        struct bench_bits *state = context;                                                        \
        uint64_t sum = 0;                                                                          \
        for (uint64_t i = 0; i < count; i++) {                                                     \
            uint64_t bits = bench_next(state);                                                     \
            sum += (uint64_t)(expression_ceiling);                                                 \
        }                                                                                          \
        return sum;                                                                                \
    }

CASE(bits, bits, bits)
CASE(below, rng_below(bits, 1000), rng_below(bits, 1000))
CASE(exponential, rng_exponential(bits), rng_exponential(bits))
CASE(normal, rng_normal(bits), rng_normal(bits))
CASE(poisson, rng_poisson(bits, UINT64_C(3) << 32), rng_poisson(bits, UINT64_C(3) << 32))

static uint64_t pair_ours(void *context, uint64_t count)
{
    const struct rng_key key = *(const struct rng_key *)context;
    uint64_t sum = 0, out[2];
    for (uint64_t i = 0; i < count; i++) {
        rng_pair(key, i, 1, 0, out);
        sum += out[0] ^ out[1];
    }
    return sum;
}

int main(void)
{
    enum { COUNT = 4000000 };
    struct rng_key key = rng_key(1, 0);
    struct bench_bits bits = bench_bits(1);
    bench_title("rng: one draw", "a new subject each time, so that draws may overlap; ceiling: sfc64");
    bench_run(&(struct bench_case){"64 bits", bits_ours, bits_ceiling, &key, &bits, COUNT});
    bench_run(&(struct bench_case){"two times 64 bits", pair_ours, NULL, &key, NULL, COUNT});
    bench_run(&(struct bench_case){"below 1,000", below_ours, below_ceiling, &key, &bits, COUNT});
    bench_run(&(struct bench_case){"exponential", exponential_ours, exponential_ceiling, &key, &bits, COUNT});
    bench_run(&(struct bench_case){"normal", normal_ours, normal_ceiling, &key, &bits, COUNT});
    bench_run(&(struct bench_case){"Poisson of mean 3", poisson_ours, poisson_ceiling, &key, &bits, COUNT});
    return 0;
}
