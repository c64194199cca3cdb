/* clear: selection and the outcome of an inspection. */
#include "customs/clear.h"

#include "core/check.h"
#include "core/rng.h"

bool clear_selects(uint32_t inspect_ppm, uint64_t bits)
{
    return rng_chance_ppm(bits, inspect_ppm);
}

enum clear_finding clear_finding(uint32_t catch_ppm, uint32_t seize_ppm, uint64_t catch_bits, uint64_t seize_bits)
{
    if (!rng_chance_ppm(catch_bits, catch_ppm))
        return CLEAR_SOUND;
    return rng_chance_ppm(seize_bits, seize_ppm) ? CLEAR_SEIZED : CLEAR_SENT_BACK;
}
