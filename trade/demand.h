/* demand: when the next order comes, and how much it asks for. Arrivals are a Poisson process whose rate
 * follows the month and, where that is asked, the hour of the week; each arrival is drawn from the one before, never in
 * advance. */
#ifndef DEMAND_H
#define DEMAND_H

#include <stdint.h>

#include "core/rng.h"

/* Time from one arrival to the next, in 2^-10 seconds. per_day_q16: orders a day in 2^-16, > 0;
 * season: per mille of the mean. */
int64_t demand_gap_q10(uint64_t bits, int64_t per_day_q16, uint32_t season);
/* How busy the hours of a week are, from Monday at midnight. */
enum { DEMAND_HOURS = 168, DEMAND_MOST = 100000 };
struct demand_week {
    uint32_t hour[DEMAND_HOURS]; /* relative, at most DEMAND_MOST */
    uint64_t sum;                /* of them; 0: all hours are alike */
};
/* Of weekdays, Monday first, and of the hours of a day, each per mille of its mean and at most 10000. */
void demand_week_of(struct demand_week *week, const uint32_t day[7], const uint32_t hour[24]);
/* The gap to the next arrival when hours differ, in 2^-10 seconds: as much longer than `gap` as what lies in it is
 * quieter than the mean. `from`: where it begins, on the buyer's clock, since 1970, in 2^-10 seconds. */
int64_t demand_stretch_q10(const struct demand_week *week, int64_t from, int64_t gap);
/* Sales units of an order; the table is in thousandths, rounded half up, at least 1. */
uint32_t demand_units(const struct quantile *units, uint64_t bits);
/* Which of `count` goods, by weight (their sum is `total` > 0). */
uint32_t demand_pick(const uint32_t *weight, uint32_t count, uint32_t total, uint64_t bits);

#endif
