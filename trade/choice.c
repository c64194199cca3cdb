/* choice: the logit and the elasticity. */
#include "trade/choice.h"

#include "core/check.h"
#include "core/rng.h"
#include "core/wide.h"

/* e^-(excess / scale) in 2^-16, rounded down */
static uint32_t weight_of(int64_t excess, int64_t scale)
{
    const int64_t log2_e = INT64_C(6196328019); /* 2^32 log2 e */
    wide log = (wide)excess * log2_e / scale;
    const uint64_t digits = ~UINT64_C(0xFFFFF); /* twelve binary places are enough for a share */
    return log >= (wide)17 << 32 ? 0 : (uint32_t)(rng_power_of_half((uint64_t)log & digits) >> 46);
}

static unsigned cheapest(const struct choice_way *way, unsigned count)
{
    unsigned best = count;
    for (unsigned i = 0; i < count; i++)
        if (way[i].is_open && (best == count || way[i].cost < way[best].cost))
            best = i;
    return best;
}

void choice_shares(const struct choice_way *way, unsigned count, int64_t scale, uint32_t *share)
{
    check(count > 0 && count <= CHOICE_MAX && scale >= 0);
    unsigned best = cheapest(way, count);
    uint64_t sum = 0, given = 0;
    for (unsigned i = 0; i < count; i++) {
        bool takes_part = best < count && way[i].is_open && (scale || i == best);
        share[i] = !takes_part ? 0 : scale ? weight_of(way[i].cost - way[best].cost, scale) : 65536;
        sum += share[i];
    }
    for (unsigned i = 0; i < count && sum; i++) {
        share[i] = (uint32_t)((uint64_t)share[i] * 65536 / sum);
        given += share[i];
    }
    if (best < count)
        share[best] += (uint32_t)(65536 - given); /* what the cuts leave */
}

unsigned choice_pick(const uint32_t *share, unsigned count, uint64_t bits)
{
    uint64_t at = bits >> 48;
    for (unsigned i = 0; i < count; i++) {
        if (at < share[i])
            return i;
        at -= share[i];
    }
    return count;
}

bool choice_buys(int64_t price, int64_t reference, int64_t elasticity_milli, uint64_t bits)
{
    check(price >= 0 && reference >= 0 && elasticity_milli >= 0);
    if (reference == 0 || elasticity_milli == 0 || price <= reference)
        return true;
    int64_t log = rng_log2((uint64_t)price) - rng_log2((uint64_t)reference); /* 2^-32 */
    wide power = (wide)log * elasticity_milli / 1000;
    return power < (wide)62 << 32 && bits >> 2 < rng_power_of_half((uint64_t)power);
}
