/* interval: mean, spread and Student's t in integers. */
#include "sim/interval.h"

#include "core/check.h"
#include "core/money.h"

void interval_add(struct interval *in, int64_t value)
{
    if (in->count++ == 0)
        in->first = value;
    wide off = (wide)value - in->first;
    in->sum += off;
    in->squares += off * off;
}

int64_t interval_mean(const struct interval *in)
{
    if (in->count == 0)
        return 0;
    wide total = (wide)in->first * in->count + in->sum, half = in->count / 2;
    return (int64_t)((total < 0 ? total - half : total + half) / in->count);
}

/* 97.5 % quantile of Student's t in millionths. Source: the inverse of the distribution, to six digits; above
 * 30 degrees by the expansion in 1/degrees of Cornish and Fisher around the normal quantile 1.959964. */
static int64_t student_t(uint32_t degrees)
{
    static const int32_t table[] = {
        0,       12706205, 4302653, 3182446, 2776445, 2570582, 2446912, 2364624,
        2306004, 2262157,  2228139, 2200985, 2178813, 2160369, 2144787, 2131450,
        2119905, 2109816,  2100922, 2093024, 2085963, 2079614, 2073873, 2068658,
        2063899, 2059539,  2055529, 2051831, 2048407, 2045230, 2042272};
    check(degrees > 0);
    if (degrees < sizeof table / sizeof *table)
        return table[degrees];
    int64_t n = degrees;
    return 1959964 + 2372271 / n + 2822500 / (n * n) + 2555850 / (n * n * n);
}

/* Largest integer whose square is at most v. */
static int64_t square_root(wide v)
{
    int64_t root = 0;
    for (int64_t bit = (int64_t)1 << 62; bit; bit >>= 1)
        if ((wide)(root + bit) * (root + bit) <= v)
            root += bit;
    return root;
}

bool interval_half(const struct interval *in, int64_t *half)
{
    wide n = in->count;
    if (n < 2)
        return false;
    wide spread = in->squares - in->sum * in->sum / n;
    *half = money_scale(square_root(spread / (n * (n - 1))), student_t(in->count - 1), 1000000, ROUND_UP);
    return true;
}
