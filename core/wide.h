/* wide: 128-bit integers. The only file that names the type; everything else says `wide`. */
#ifndef WIDE_H
#define WIDE_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 wide_unsigned;

static inline bool wide_fits(wide v) { return v >= INT64_MIN && v <= INT64_MAX; }

/* a * b, false on overflow. (No compiler built-in: clang's needs a library that Debian's gcc lacks.) */
static inline bool wide_multiply(wide a, int64_t b, wide *out)
{
    if (wide_fits(a)) {
        *out = (wide)(int64_t)a * b;
        return true;
    }
    wide max = (wide)(((wide_unsigned)1 << 126) - 1);
    wide magnitude = a < 0 ? -a : a;
    int64_t other = b < 0 ? -(b + 1) : b; /* INT64_MIN safe, one short is enough for a bound */
    if (magnitude < 0 || (other != 0 && magnitude > max / ((wide)other + 1)))
        return false;
    *out = a * b;
    return true;
}

#endif
