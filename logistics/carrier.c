/* carrier: durations and losses. */
#include "logistics/carrier.h"

#include "core/check.h"

int64_t carrier_duration_s(const struct sheet *sheet, uint32_t row, uint64_t bits)
{
    check(row <= sheet->count);
    return row ? quantile_draw(&sheet->duration[row], bits) : 0;
}

bool carrier_loses(const struct sheet *sheet, uint32_t row, uint64_t bits)
{
    check(row <= sheet->count);
    return row && rng_chance_ppm(bits, sheet->row[row].loss_ppm);
}
