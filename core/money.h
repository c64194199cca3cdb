/* money: exact decimals, rationals and the roundings. Amounts are int64 minor units of a currency;
 * nothing here uses floating point. Who rounds says the mode: 0 is unset and is a bug. */
#ifndef MONEY_H
#define MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum round_mode {
    ROUND_UNSET,
    ROUND_HALF_UP,   /* half away from zero */
    ROUND_HALF_EVEN,
    ROUND_DOWN,      /* toward zero */
    ROUND_UP,        /* away from zero */
    ROUND_FLOOR,
    ROUND_CEIL,
};

extern const char *const round_mode_ids[]; /* by enumerator, [0] "", NULL at the end */
enum round_mode round_mode_find(const char *name); /* "half_up" …; ROUND_UNSET when unknown */

/* value = num / den, den > 0, lowest terms. */
struct rational {
    int64_t num, den;
};

/* "12.50", "-3", "0.0036", at most 18 significant digits; no exponent, sign +, blanks or bare dot. */
bool rational_parse(const char *text, size_t length, struct rational *out);

/* Decimal to an integer of 10^-digits; false when it has more digits, or overflows. */
bool decimal_parse(const char *text, size_t length, unsigned digits, int64_t *out);

_Noreturn void money_no_mode(void); /* a bug: who rounds must say how */
/* num / den to an integer; den > 0. Inline, so that a divisor known where it is called costs a multiplication. */
static inline int64_t money_divide(int64_t num, int64_t den, enum round_mode mode)
{
    int64_t whole = num / den, rest = num % den, away = num < 0 ? -1 : 1;
    if (rest == 0)
        return whole;
    uint64_t part = (uint64_t)(rest < 0 ? -rest : rest), other = (uint64_t)den - part;
    switch (mode) {
    case ROUND_HALF_UP: return part >= other ? whole + away : whole;
    case ROUND_HALF_EVEN: return part > other || (part == other && (whole & 1)) ? whole + away : whole;
    case ROUND_DOWN: return whole;
    case ROUND_UP: return whole + away;
    case ROUND_FLOOR: return away < 0 ? whole - 1 : whole;
    case ROUND_CEIL: return away > 0 ? whole + 1 : whole;
    case ROUND_UNSET: break;
    }
    money_no_mode();
}

/* a * num / den rounded once; den > 0. check()s that the result fits. */
int64_t money_scale(int64_t a, int64_t num, int64_t den, enum round_mode mode);
/* as above, false instead of a failed check when the result does not fit */
bool money_scale_wide(int64_t a, int64_t num, int64_t den, enum round_mode mode, int64_t *out);
static inline bool money_scale_try(int64_t a, int64_t num, int64_t den, enum round_mode mode, int64_t *out)
{
    int64_t product;
    if (den <= 0 || __builtin_mul_overflow(a, num, &product))
        return money_scale_wide(a, num, den, mode, out);
    *out = money_divide(product, den, mode);
    return true;
}
/* a * (n1/d1) * (n2/d2), rounded once; false when it does not fit. All d > 0. */
bool money_scale2(int64_t a, int64_t n1, int64_t d1, int64_t n2, int64_t d2, enum round_mode mode,
                  int64_t *out);

/* Spreads `amount` over `weight[count]` (>= 0) by largest remainder; shares are cut toward zero and
 * what is left goes to the largest remainders, ties to the earlier. All weights 0: to the first. */
void money_spread(int64_t amount, const int64_t *weight, size_t count, int64_t *share);

int64_t gcd64(int64_t a, int64_t b);

/* Currencies of the program: index 0 is unset. digits: of the minor unit (CNY 2, JPY 0). */
enum { CURRENCY_MAX = 64 };
unsigned currency_index(const char *code);  /* 0 when unknown */
struct err;
void currency_help(struct err *err, const char *text); /* says which was meant by a text that is none */
const char *currency_code(unsigned index);
unsigned currency_digits(unsigned index);
unsigned currency_count(void);              /* indices 1 … count-1 are valid */
int64_t currency_unit(unsigned index);      /* 10^digits */

#endif
