/* collect: declines and retries. */
#include "payment/collect.h"

#include "core/check.h"
#include "core/rng.h"

bool collect_declines(uint32_t decline_ppm, uint64_t bits)
{
    return rng_chance_ppm(bits, decline_ppm);
}

int64_t collect_retry_s(unsigned tries)
{
    check(tries > 0);
    return tries < COLLECT_TRIES ? (int64_t)300 << (2 * tries) : -1;
}
