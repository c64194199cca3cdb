/* demand: arrivals and baskets. */
#include "trade/demand.h"

#include "core/check.h"
#include "core/date.h"
#include "core/wide.h"

int64_t demand_gap_q10(uint64_t bits, int64_t per_day_q16, uint32_t season)
{
    check(per_day_q16 > 0);
    wide mean = ((wide)DAY_SECONDS << 26) * 1000 / ((wide)per_day_q16 * (season ? season : 1));
    wide longest = (wide)366 * DAY_SECONDS << 10;
    return rng_exponential_scaled(bits, (int64_t)(mean < longest ? mean : longest));
}

uint32_t demand_units(const struct quantile *units, uint64_t bits)
{
    int64_t whole = (quantile_draw(units, bits) + 500) / 1000;
    check(whole <= UINT32_MAX);
    return whole < 1 ? 1 : (uint32_t)whole;
}

uint32_t demand_pick(const uint32_t *weight, uint32_t count, uint32_t total, uint64_t bits)
{
    check(count > 0 && total > 0);
    uint64_t at = rng_below(bits, total);
    for (uint32_t i = 0; i + 1 < count; i++) {
        if (at < weight[i])
            return i;
        at -= weight[i];
    }
    return count - 1;
}
