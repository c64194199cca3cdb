/* demand: when the next order comes, and how much it asks for. Arrivals are a Poisson process whose rate
 * follows the month; each arrival is drawn from the one before, never in advance. */
#ifndef DEMAND_H
#define DEMAND_H

#include <stdint.h>

#include "core/rng.h"

/* Time from one arrival to the next, in 2^-10 seconds. per_day_q16: orders a day in 2^-16, > 0;
 * season: per mille of the mean. */
int64_t demand_gap_q10(uint64_t bits, int64_t per_day_q16, uint32_t season);
/* Sales units of an order; the table is in thousandths, rounded half up, at least 1. */
uint32_t demand_units(const struct quantile *units, uint64_t bits);
/* Which of `count` goods, by weight (their sum is `total` > 0). */
uint32_t demand_pick(const uint32_t *weight, uint32_t count, uint32_t total, uint64_t bits);

#endif
