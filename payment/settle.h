/* settle: what money costs while it waits, and what turning it into another currency costs. */
#ifndef SETTLE_H
#define SETTLE_H

#include <stdint.h>

/* Simple interest at share_ppm (millionths) a year of 365 days, rounded half up once; 0 when seconds <= 0. */
int64_t settle_interest(int64_t amount, int64_t share_ppm, int64_t seconds);

#endif
