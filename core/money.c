/* money: the only place that rounds; decimals, rationals, largest remainder, currencies. */
#include "core/money.h"

#include <string.h>

#include "core/check.h"
#include "core/err.h"
#include "core/wide.h"

const char *const round_mode_ids[] = {"", "half_up", "half_even", "down", "up", "floor", "ceil", NULL};

enum round_mode round_mode_find(const char *name)
{
    for (unsigned i = 1; round_mode_ids[i]; i++)
        if (strcmp(round_mode_ids[i], name) == 0)
            return (enum round_mode)i;
    return ROUND_UNSET;
}

int64_t gcd64(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* ---- decimals ---- */

/* Digits without sign and dot as an integer, how many stood behind the dot. */
struct decimal {
    int64_t digits;
    unsigned behind;
    bool negative;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool decimal_read(const char *text, size_t length, struct decimal *out)
{
    *out = (struct decimal){0};
    size_t i = 0;
    if (length && text[0] == '-') {
        out->negative = true;
        i = 1;
    }
    size_t first = i;
    bool dot = false;
    unsigned significant = 0;
    for (; i < length; i++) {
        if (text[i] == '.' && !dot && i > first && i + 1 < length) {
            dot = true;
            continue;
        }
        if (!is_digit(text[i]))
            return false;
        if ((significant || text[i] != '0') && ++significant > 18)
            return false;
        out->digits = out->digits * 10 + (text[i] - '0');
        if (dot && ++out->behind > 18)
            return false;
    }
    bool leading_zero = length > first + 1 && text[first] == '0' && text[first + 1] != '.';
    return length > first && !leading_zero;
}

bool rational_parse(const char *text, size_t length, struct rational *out)
{
    struct decimal decimal;
    if (!decimal_read(text, length, &decimal))
        return false;
    int64_t den = 1;
    for (unsigned i = 0; i < decimal.behind; i++)
        den *= 10;
    int64_t common = gcd64(decimal.digits, den);
    out->num = (decimal.negative ? -decimal.digits : decimal.digits) / common;
    out->den = den / common;
    return true;
}

bool decimal_parse(const char *text, size_t length, unsigned digits, int64_t *out)
{
    struct decimal decimal;
    if (!decimal_read(text, length, &decimal))
        return false;
    while (decimal.behind > digits) {
        if (decimal.digits % 10)
            return false;
        decimal.digits /= 10;
        decimal.behind--;
    }
    for (; decimal.behind < digits; decimal.behind++) {
        if (decimal.digits > INT64_MAX / 10)
            return false;
        decimal.digits *= 10;
    }
    *out = decimal.negative ? -decimal.digits : decimal.digits;
    return true;
}

/* ---- rounding ---- */

void money_no_mode(void)
{
    check_failed("mode != ROUND_UNSET", __FILE__, __LINE__);
}

/* num / den to an integer; den > 0. */
static wide round_quotient(wide num, wide den, enum round_mode mode)
{
    if (wide_fits(num) && wide_fits(den)) /* the machine divides these itself */
        return money_divide((int64_t)num, (int64_t)den, mode);
    wide whole = num / den, rest = num - whole * den;
    if (rest == 0)
        return whole;
    int away = num < 0 ? -1 : 1;
    wide twice = (rest < 0 ? -rest : rest) * 2;
    switch (mode) {
    case ROUND_HALF_UP:
        return twice >= den ? whole + away : whole;
    case ROUND_HALF_EVEN:
        return twice > den || (twice == den && whole % 2 != 0) ? whole + away : whole;
    case ROUND_DOWN:
        return whole;
    case ROUND_UP:
        return whole + away;
    case ROUND_FLOOR:
        return num < 0 ? whole - 1 : whole;
    case ROUND_CEIL:
        return num > 0 ? whole + 1 : whole;
    case ROUND_UNSET:
        break;
    }
    money_no_mode();
}

bool money_scale_wide(int64_t a, int64_t num, int64_t den, enum round_mode mode, int64_t *out)
{
    check(den > 0);
    wide result = round_quotient((wide)a * num, den, mode);
    *out = (int64_t)result;
    return wide_fits(result);
}

int64_t money_scale(int64_t a, int64_t num, int64_t den, enum round_mode mode)
{
    int64_t result;
    bool fits = money_scale_try(a, num, den, mode, &result);
    check(fits);
    return result;
}

static bool scale2(int64_t a, int64_t n1, int64_t d1, int64_t n2, int64_t d2, enum round_mode mode, int64_t *out)
{
    wide num, den = (wide)d1 * d2;
    int64_t x, y;
    if (!__builtin_mul_overflow(a, n1, &x) && !__builtin_mul_overflow(x, n2, &x) &&
        !__builtin_mul_overflow(d1, d2, &y)) {
        *out = money_divide(x, y, mode);
        return true;
    }
    if (!wide_multiply((wide)a * n1, n2, &num) || den > (wide)1 << 125)
        return false;
    wide result = round_quotient(num, den, mode);
    *out = (int64_t)result;
    return wide_fits(result);
}

bool money_scale2(int64_t a, int64_t n1, int64_t d1, int64_t n2, int64_t d2, enum round_mode mode,
                  int64_t *out)
{
    check(d1 > 0 && d2 > 0);
    if (scale2(a, n1, d1, n2, d2, mode, out))
        return true;
    int64_t c12 = gcd64(n1, d2), c21 = gcd64(n2, d1); /* in lowest terms it may fit */
    if (c12 <= 1 && c21 <= 1)
        return false;
    return scale2(a, n1 / (c12 ? c12 : 1), d1 / (c21 ? c21 : 1), n2 / (c21 ? c21 : 1), d2 / (c12 ? c12 : 1), mode,
                  out);
}

/* ---- largest remainder ---- */

/* The share with the largest rest that has not had its unit yet: its cut share times the total is furthest
 * below amount * weight. Quadratic in the units left, which are fewer than the weights. */
static void give_rest(int64_t rest, wide magnitude, wide total, const int64_t *weight, size_t count,
                      int64_t *share)
{
    for (; rest > 0; rest--) {
        size_t best = count;
        wide most = -1;
        for (size_t i = 0; i < count; i++) {
            wide remainder = magnitude * weight[i] - (wide)share[i] * total;
            if (remainder > most) {
                most = remainder;
                best = i;
            }
        }
        check(best < count);
        share[best]++;
    }
}

void money_spread(int64_t amount, const int64_t *weight, size_t count, int64_t *share)
{
    wide total = 0;
    for (size_t i = 0; i < count; i++) {
        check(weight[i] >= 0);
        total += weight[i];
        share[i] = 0;
    }
    if (count == 0)
        return;
    if (total == 0) {
        share[0] = amount;
        return;
    }
    wide magnitude = amount < 0 ? -(wide)amount : amount;
    wide given = 0;
    for (size_t i = 0; i < count; i++) {
        share[i] = (int64_t)(magnitude * weight[i] / total);
        given += share[i];
    }
    give_rest((int64_t)(magnitude - given), magnitude, total, weight, count, share);
    for (size_t i = 0; i < count && amount < 0; i++)
        share[i] = -share[i];
}

/* ---- currencies ---- */

/* Digits of the minor unit: ISO 4217. */
static const struct {
    char code[4];
    uint8_t digits;
} currencies[] = {
    {"", 0},    {"CNY", 2}, {"EUR", 2}, {"USD", 2}, {"GBP", 2}, {"AUD", 2}, {"BGN", 2}, {"BRL", 2},
    {"CAD", 2}, {"CHF", 2}, {"CZK", 2}, {"DKK", 2}, {"HKD", 2}, {"HUF", 2}, {"IDR", 2}, {"ILS", 2},
    {"INR", 2}, {"ISK", 0}, {"JPY", 0}, {"KRW", 0}, {"MXN", 2}, {"MYR", 2}, {"NOK", 2}, {"NZD", 2},
    {"PHP", 2}, {"PLN", 2}, {"RON", 2}, {"RUB", 2}, {"SEK", 2}, {"SGD", 2}, {"THB", 2}, {"TRY", 2},
    {"ZAR", 2}, {"AED", 2}, {"BHD", 3}, {"SAR", 2}, {"VND", 0}, {"TWD", 2}, {"CLP", 0}, {"COP", 2},
    {"PEN", 2}, {"ARS", 2}, {"UAH", 2}, {"KZT", 2}, {"EGP", 2}, {"NGN", 2}, {"KES", 2}, {"PKR", 2},
    {"LKR", 2}, {"BDT", 2}, {"MOP", 2}, {"HRK", 2},
};
#define CURRENCIES (sizeof currencies / sizeof *currencies)
_Static_assert(CURRENCIES <= CURRENCY_MAX, "ledger's arrays have CURRENCY_MAX places");

unsigned currency_index(const char *code)
{
    for (unsigned i = 1; i < CURRENCIES; i++)
        if (currencies[i].code[0] == code[0] && strcmp(currencies[i].code, code) == 0)
            return i;
    return 0;
}

const char *currency_code(unsigned index)
{
    check(index < CURRENCIES);
    return currencies[index].code;
}

unsigned currency_digits(unsigned index)
{
    check(index > 0 && index < CURRENCIES);
    return currencies[index].digits;
}

unsigned currency_count(void)
{
    return CURRENCIES;
}

int64_t currency_unit(unsigned index)
{
    static const int64_t unit[] = {1, 10, 100, 1000};
    return unit[currency_digits(index)];
}

void currency_help(struct err *err, const char *text)
{
    const char *names[CURRENCY_MAX];
    char code[4] = "";
    for (size_t i = 0; i < 3 && text[i]; i++)
        code[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
    for (unsigned i = 1; i < currency_count(); i++)
        names[i - 1] = currency_code(i);
    if (strcmp(code, "RMB") == 0)
        memcpy(code, "CNY", 3);
    if (!err_suggest(err, currency_index(code) ? code : text, names, currency_count() - 1))
        err_help(err, "a code of ISO 4217 that the table of rates has, like \"CNY\" or \"EUR\"");
}
