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

void demand_week_of(struct demand_week *week, const uint32_t day[7], const uint32_t hour[24])
{
    week->sum = 0;
    for (unsigned i = 0; i < DEMAND_HOURS; i++) {
        uint64_t both = (uint64_t)day[i / 24] * hour[i % 24] / 1000;
        check(both <= DEMAND_MOST);
        week->hour[i] = (uint32_t)both;
        week->sum += both;
    }
}

int64_t demand_stretch_q10(const struct demand_week *week, int64_t from, int64_t gap)
{
    enum { MONDAY = 4 * DAY_SECONDS }; /* 1970 began on a Thursday */
    static const int64_t hour_q10 = 3600 << 10, week_q10 = (int64_t)DEMAND_HOURS * 3600 << 10;
    if (week->sum == 0)
        return gap;
    int64_t at = (from - ((int64_t)MONDAY << 10)) % week_q10, real = gap / week_q10 * week_q10;
    at += at < 0 ? week_q10 : 0;
    uint64_t due = (uint64_t)(gap - real) * week->sum; /* a whole week is worth one */
    for (;;) {
        int64_t left = hour_q10 - at % hour_q10;
        uint64_t pace = (uint64_t)week->hour[at / hour_q10] * DEMAND_HOURS, worth = (uint64_t)left * pace;
        if (worth > due)
            return real + (int64_t)(due / pace);
        due -= worth;
        real += left;
        at = (at + left) % week_q10;
    }
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
