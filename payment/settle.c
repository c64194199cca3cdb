/* settle: interest. */
#include "payment/settle.h"

#include "core/check.h"
#include "core/money.h"

int64_t settle_interest(int64_t amount, int64_t share_ppm, int64_t seconds)
{
    const int64_t year_s = (int64_t)365 * 86400;
    int64_t interest = 0;
    if (amount <= 0 || share_ppm <= 0 || seconds <= 0)
        return 0;
    check(money_scale2(amount, share_ppm, 1000000, seconds, year_s, ROUND_HALF_UP, &interest));
    return interest;
}
