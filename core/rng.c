/* rng: knows how a draw follows from its names, and how bits become variates. */
#include "core/rng.h"

#include <Random123/philox.h>

#include "core/check.h"
#include "core/rng_table.h"
#include "core/wide.h"

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* The mix is a bijection, so the replications of a seed have different keys. */
struct rng_key rng_key(uint64_t seed, uint32_t replication)
{
    return (struct rng_key){mix(mix(seed + UINT64_C(0x9E3779B97F4A7C15)) + replication)};
}

static inline philox2x64_ctr_t block(struct rng_key key, uint64_t subject, uint32_t purpose, uint32_t index)
{
    philox2x64_ctr_t counter = {{subject, (uint64_t)purpose << 32 | index}};
    philox2x64_key_t word = {{key.word}};
    return philox2x64(counter, word);
}

uint64_t rng_bits(struct rng_key key, uint64_t subject, uint32_t purpose, uint32_t index)
{
    return block(key, subject, purpose, index).v[0];
}

void rng_pair(struct rng_key key, uint64_t subject, uint32_t purpose, uint32_t index, uint64_t out[2])
{
    philox2x64_ctr_t two = block(key, subject, purpose, index);
    out[0] = two.v[0];
    out[1] = two.v[1];
}

uint64_t rng_below(uint64_t bits, uint64_t n)
{
    return (uint64_t)((wide_unsigned)bits * n >> 64);
}

int rng_chance_ppm(uint64_t bits, uint32_t parts_per_million)
{
    return rng_below(bits, 1000000) < parts_per_million;
}

/* A point of a table cell (tools/quantiles.py says how it is packed), in units of 2^-32. */
static inline uint64_t cell_point(uint64_t cell, uint32_t fraction)
{
    return (cell >> 32 << 4) + ((cell & UINT32_MAX) * fraction >> 32);
}

uint64_t rng_exponential(uint64_t bits)
{
    uint64_t tail = 0;
    unsigned cell = (unsigned)(bits >> (64 - EXPONENTIAL_BITS));
    /* Beyond the last cell the distribution begins anew; shifted in zeros end it. */
    while (cell == (1u << EXPONENTIAL_BITS) - 1) {
        tail += EXPONENTIAL_TAIL;
        bits <<= EXPONENTIAL_BITS;
        cell = (unsigned)(bits >> (64 - EXPONENTIAL_BITS));
    }
    return tail + cell_point(exponential_cell[cell], (uint32_t)(bits >> (32 - EXPONENTIAL_BITS)));
}

int64_t rng_exponential_scaled(uint64_t bits, int64_t mean)
{
    check(mean >= 0 && mean < INT64_MAX >> 6);
    return (int64_t)((wide)mean * (int64_t)rng_exponential(bits) >> 32);
}

/* The top bit is the sign, the rest a share of the upper half. */
int64_t rng_normal(uint64_t bits)
{
    uint64_t rest = bits << 1;
    unsigned level = 0, last = (1u << NORMAL_BITS) - 1;
    unsigned cell = (unsigned)(rest >> (64 - NORMAL_BITS));
    while (cell == last && level + 1 < NORMAL_LEVELS) {
        level++;
        rest <<= NORMAL_BITS;
        cell = (unsigned)(rest >> (64 - NORMAL_BITS));
    }
    uint64_t at = normal_cell[(level << NORMAL_BITS) + cell];
    int64_t half = (int64_t)cell_point(at, (uint32_t)(rest >> (32 - NORMAL_BITS)));
    return bits >> 63 ? -half : half;
}

/* 2^f for 0 <= f < 1 in units of 2^-32, as 2^62 … 2^63 - 1. */
static uint64_t exp2_fraction(uint32_t fraction)
{
    uint64_t product = UINT64_C(1) << 62;
    for (uint32_t rest = fraction; rest;) {
        unsigned k = (unsigned)__builtin_clz(rest);
        product = (uint64_t)((wide_unsigned)product * power_of_two[k] >> 62);
        rest &= ~(UINT32_C(1) << (31 - k));
    }
    return product;
}

/* log2 of x > 0 in units of 2^-32, bit by bit from squares. */
int64_t rng_log2(uint64_t x)
{
    int exponent = 63 - __builtin_clzll(x);
    uint64_t mantissa = x << (63 - exponent); /* 1 … 2 in units of 2^-63 */
    int64_t log = exponent;
    for (unsigned k = 0; k < 32; k++) {
        wide_unsigned square = (wide_unsigned)mantissa * mantissa >> 63;
        unsigned carry = (unsigned)(square >> 64);
        log = log << 1 | carry;
        mantissa = (uint64_t)(square >> carry);
    }
    return log;
}

uint64_t rng_power_of_half(uint64_t log)
{
    unsigned whole = (unsigned)(log >> 32);
    uint32_t part = (uint32_t)log;
    check(whole < 62);
    /* 2^-part is 2^(1 - part) / 2 */
    return (part ? exp2_fraction(-part) >> 1 : UINT64_C(1) << 62) >> whole;
}

/* A probability mantissa / 2^(63 + shift), mantissa of 63 bits: e^-64 keeps all its digits. */
struct probability {
    uint64_t mantissa;
    unsigned shift;
};

static struct probability exp_minus(uint64_t mean_q32)
{
    uint64_t log = (uint64_t)((wide_unsigned)mean_q32 * (uint64_t)LOG2_E >> 62); /* mean log2 e */
    uint64_t floor = log >> 32;
    uint32_t fraction = (uint32_t)log;
    /* 2^-log = 2^(1 - fraction) / 2^(1 + floor) */
    if (fraction == 0)
        return (struct probability){UINT64_C(1) << 62, (unsigned)floor - 1};
    return (struct probability){exp2_fraction(-fraction), (unsigned)floor};
}

static unsigned bits_of(wide_unsigned x)
{
    uint64_t high = (uint64_t)(x >> 64);
    return high ? 128u - (unsigned)__builtin_clzll(high) : 64u - (unsigned)__builtin_clzll((uint64_t)x);
}

uint32_t rng_poisson(uint64_t bits, uint64_t mean_q32)
{
    check(mean_q32 <= UINT64_C(64) << 32);
    if (mean_q32 == 0)
        return 0;
    struct probability p = exp_minus(mean_q32);
    uint64_t below = 0; /* P(count <= k) in units of 2^-64 */
    for (uint32_t k = 0;; k++) {
        uint64_t share = p.shift < 64 ? p.mantissa << 1 >> p.shift : 0;
        bool spent = share == 0 && k > mean_q32 >> 32;
        if (bits - below < share || spent)
            return k;
        below += share;
        /* p * mean / (k + 1), in units 2^-32 finer, back to 63 bits */
        wide_unsigned next = (wide_unsigned)p.mantissa * mean_q32 / (k + 1);
        unsigned bits_used = bits_of(next);
        p.mantissa = bits_used > 63 ? (uint64_t)(next >> (bits_used - 63))
                                    : (uint64_t)next << (63 - bits_used);
        p.shift += 32 + 63 - bits_used;
    }
}

/* ---- distributions by quantiles ---- */

enum { CELLS = QUANTILE_POINTS - 1 };

int64_t quantile_draw(const struct quantile *q, uint64_t bits)
{
    size_t cell = (size_t)(bits >> 57);
    uint32_t fraction = (uint32_t)(bits >> 25);
    wide width = (wide)q->value[cell + 1] - q->value[cell];
    return (int64_t)(q->value[cell] + (width * fraction >> 32));
}

int64_t quantile_mean(const struct quantile *q)
{
    wide sum = (wide)q->value[0] + q->value[CELLS];
    for (size_t i = 1; i < CELLS; i++)
        sum += (wide)q->value[i] * 2;
    return (int64_t)((sum + CELLS) >> 8); /* / (2 * CELLS), half up */
}

void quantile_lognormal(struct quantile *q, int64_t t10, int64_t t90)
{
    check(t10 > 0 && t10 < t90);
    int64_t low = rng_log2((uint64_t)t10), high = rng_log2((uint64_t)t90);
    int64_t middle = (low + high) / 2;
    for (size_t i = 0; i < QUANTILE_POINTS; i++) {
        int64_t log = middle + (int64_t)((wide)(high - low) * normal_point[i] / (2 * NORMAL_90));
        int64_t floor = log >> 32;
        check(floor < 62);
        wide value = (wide)exp2_fraction((uint32_t)log);
        unsigned down = (unsigned)(62 - floor);
        q->value[i] = down > 64 ? 0 : (int64_t)((value + ((wide)1 << (down - 1))) >> down);
    }
}

static int64_t between(int64_t low, int64_t high, int64_t part, int64_t whole)
{
    wide twice = ((wide)high - low) * part * 2 + whole; /* half up */
    wide quotient = twice / (2 * whole);
    return (int64_t)(low + quotient - (twice < 0 && quotient * 2 * whole != twice));
}

void quantile_knots(struct quantile *q, const int32_t *per_mille, const int64_t *value, size_t count)
{
    check(count > 0);
    size_t k = 0;
    for (size_t i = 0; i < QUANTILE_POINTS; i++) {
        int64_t at = (int64_t)i * 1000; /* per mille times CELLS */
        while (k + 1 < count && (int64_t)per_mille[k + 1] * CELLS <= at)
            k++;
        int64_t left = (int64_t)per_mille[k] * CELLS;
        if (k + 1 == count || at <= left) {
            q->value[i] = value[k];
        } else {
            check(per_mille[k] < per_mille[k + 1]);
            int64_t right = (int64_t)per_mille[k + 1] * CELLS;
            q->value[i] = between(value[k], value[k + 1], at - left, right - left);
        }
    }
}
