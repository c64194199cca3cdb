/* rng: counter-based random draws (Philox2x64-10 of Random123). A draw is a pure function of
 * (seed, replication, subject, purpose, index): adding a draw in one place moves no other.
 * Variates come from integer quantile tables, so results do not depend on the C library. */
#ifndef RNG_H
#define RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng_key {
    uint64_t word; /* seed and replication mixed */
};

struct rng_key rng_key(uint64_t seed, uint32_t replication);
/* 64 uniform bits. subject: an order, buyer or day number; purpose: an enum of the caller. */
uint64_t rng_bits(struct rng_key key, uint64_t subject, uint32_t purpose, uint32_t index);
/* both 64-bit halves of one block, for the price of one */
void rng_pair(struct rng_key key, uint64_t subject, uint32_t purpose, uint32_t index,
              uint64_t out[2]);

/* 0 … n-1 without bias worth naming (multiply-shift on 64 bits); n > 0 */
uint64_t rng_below(uint64_t bits, uint64_t n);
/* true with probability parts / 2^32 … use rng_chance(bits, ppm) */
int rng_chance_ppm(uint64_t bits, uint32_t parts_per_million);

/* Standard exponential, mean 1, in units of 2^-32 (so mean * draw >> 32). Table of 4096 quantiles,
 * linear between them, tail by recursion: exact mean within 1e-6. */
uint64_t rng_exponential(uint64_t bits);
/* mean (any integer unit) times a standard exponential, rounded down, at least 0 */
int64_t rng_exponential_scaled(uint64_t bits, int64_t mean);
/* Standard normal in units of 2^-32, signed. */
int64_t rng_normal(uint64_t bits);
/* Poisson count for a small mean in 2^-32 units (mean <= 64), by inversion on integers. */
uint32_t rng_poisson(uint64_t bits, uint64_t mean_q32);

/* log2 of x > 0 in units of 2^-32, cut; 2^-log in units of 2^-62, log in units of 2^-32, below 62. */
int64_t rng_log2(uint64_t x);
uint64_t rng_power_of_half(uint64_t log);

/* A distribution by its quantiles: value at probability k/(count-1), linear between; integer unit of
 * the caller. Built from data (scenario JSON) or by quantile_lognormal at load. */
enum { QUANTILE_POINTS = 129 };
struct quantile {
    int64_t value[QUANTILE_POINTS];
};
int64_t quantile_draw(const struct quantile *q, uint64_t bits);
int64_t quantile_mean(const struct quantile *q);
/* log-normal with 10 % and 90 % points t10 < t90 (integers), cut at 0.1 % and 99.9 %. Integer arithmetic
 * only (tables of the normal quantile and of 2^x). */
void quantile_lognormal(struct quantile *q, int64_t t10, int64_t t90);
/* from up to QUANTILE_POINTS given (probability per mille, value) knots, rising; linear between */
void quantile_knots(struct quantile *q, const int32_t *per_mille, const int64_t *value, size_t count);

#endif
