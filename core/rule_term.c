/* rule_term: exact arithmetic on bound terms: folds what is known, emits code for the rest. */
#include "core/rule_term.h"

struct term term_constant(uint8_t type, int64_t num, int64_t den)
{
    return (struct term){.state = TERM_CONST, .type = type, .num = num, .den = den};
}

struct term term_trap(enum err_code code, uint32_t symbol)
{
    return (struct term){.state = TERM_TRAP, .trap = (uint16_t)code, .symbol = symbol, .den = 1};
}

struct term term_register(uint8_t type, uint16_t reg, int64_t den)
{
    return (struct term){.state = TERM_REGISTER, .type = type, .reg = reg, .den = den};
}

static bool is_constant(struct term t, int64_t num)
{
    return t.state == TERM_CONST && t.num == num && t.den == 1;
}

uint16_t term_fresh(struct binder *b)
{
    check(b->registers < REGISTERS_MAX);
    return (uint16_t)b->registers++;
}

uint32_t term_emit(struct binder *b, struct code code)
{
    check(b->codes < CODE_ROOM);
    b->code[b->codes] = code;
    return b->codes++;
}

static struct term reduced(wide num, wide den)
{
    wide a = num < 0 ? -num : num, c = den;
    while (c != 0) {
        wide r = a % c;
        a = c;
        c = r;
    }
    if (a > 1) {
        num /= a;
        den /= a;
    }
    if (!wide_fits(num) || !wide_fits(den))
        return term_trap(ERR_OVERFLOW, 0);
    return term_constant(TYPE_NUMBER, (int64_t)num, (int64_t)den);
}

/* Least common denominator; 0 when it does not fit. */
int64_t term_common(int64_t a, int64_t c)
{
    wide l = (wide)(a / gcd64(a, c)) * c;
    return l <= INT64_MAX / 4 ? (int64_t)l : 0;
}

struct term term_add(struct binder *b, struct term x, struct term y, int sign)
{
    if (x.state == TERM_CONST && y.state == TERM_CONST)
        return reduced((wide)x.num * y.den + (wide)sign * y.num * x.den, (wide)x.den * y.den);
    if (is_constant(y, 0))
        return x;
    int64_t den = term_common(x.den, y.den);
    wide k;
    if (den == 0)
        return term_trap(ERR_OVERFLOW, 0);
    uint16_t dst = term_fresh(b);
    if (x.state == TERM_REGISTER && y.state == TERM_REGISTER) {
        term_emit(b, (struct code){CODE_LIN, 0, dst, x.reg, y.reg, den / x.den, sign * (den / y.den)});
    } else if (x.state == TERM_REGISTER) {
        k = (wide)y.num * (den / y.den) * sign;
        if (!wide_fits(k))
            return term_trap(ERR_OVERFLOW, 0);
        term_emit(b, (struct code){CODE_LINK, 0, dst, x.reg, 0, den / x.den, (int64_t)k});
    } else {
        k = (wide)x.num * (den / x.den);
        if (!wide_fits(k))
            return term_trap(ERR_OVERFLOW, 0);
        term_emit(b, (struct code){CODE_LINK, 0, dst, y.reg, 0, sign * (den / y.den), (int64_t)k});
    }
    return term_register(TYPE_NUMBER, dst, den);
}

/* register * num/den */
struct term term_scale(struct binder *b, struct term x, int64_t num, int64_t den)
{
    if (num == 0)
        return term_constant(TYPE_NUMBER, 0, 1);
    int64_t g = gcd64(num, x.den);
    num /= g;
    wide new_den = (wide)(x.den / g) * den;
    if (!wide_fits(new_den))
        return term_trap(ERR_OVERFLOW, 0);
    if (num != 1) {
        uint16_t dst = term_fresh(b);
        term_emit(b, (struct code){CODE_LINK, 0, dst, x.reg, 0, num, 0});
        x.reg = dst;
    }
    return term_register(TYPE_NUMBER, x.reg, (int64_t)new_den);
}

struct term term_multiply(struct binder *b, struct term x, struct term y)
{
    if (x.state == TERM_CONST && y.state == TERM_CONST)
        return reduced((wide)x.num * y.num, (wide)x.den * y.den);
    if (x.state == TERM_CONST)
        return term_scale(b, y, x.num, x.den);
    if (y.state == TERM_CONST)
        return term_scale(b, x, y.num, y.den);
    wide den = (wide)x.den * y.den;
    if (!wide_fits(den))
        return term_trap(ERR_OVERFLOW, 0);
    uint16_t dst = term_fresh(b);
    term_emit(b, (struct code){CODE_MUL, 0, dst, x.reg, y.reg, 0, 0});
    return term_register(TYPE_NUMBER, dst, (int64_t)den);
}

struct term term_divide(struct binder *b, struct term x, struct term y)
{
    if (y.state != TERM_CONST || y.num == 0)
        return term_trap(ERR_FORMULA, 0);
    int sign = y.num < 0 ? -1 : 1;
    if (x.state == TERM_CONST)
        return reduced((wide)x.num * y.den * sign, (wide)x.den * y.num * sign);
    return term_scale(b, x, sign * y.den, sign * y.num);
}

static bool compare_constants(uint8_t op, struct term x, struct term y)
{
    wide l = (wide)x.num * y.den, r = (wide)y.num * x.den;
    switch (op) {
    case EXPR_EQUAL: return l == r;
    case EXPR_UNEQUAL: return l != r;
    case EXPR_LESS: return l < r;
    default: return l <= r;
    }
}

struct term term_not(struct binder *b, struct term x)
{
    if (x.state == TERM_CONST)
        return term_constant(TYPE_BOOL, !x.num, 1);
    uint16_t dst = term_fresh(b);
    term_emit(b, (struct code){CODE_NOT, 0, dst, x.reg, 0, 0, 0});
    return term_register(TYPE_BOOL, dst, 1);
}

struct term term_compare(struct binder *b, uint8_t op, struct term x, struct term y)
{
    if (x.state == TERM_CONST && y.state == TERM_CONST)
        return term_constant(TYPE_BOOL, compare_constants(op, x, y), 1);
    if (op == EXPR_UNEQUAL) {
        struct term equal = term_compare(b, EXPR_EQUAL, x, y);
        return equal.state == TERM_TRAP ? equal : term_not(b, equal);
    }
    int64_t den = term_common(x.den, y.den);
    if (den == 0)
        return term_trap(ERR_OVERFLOW, 0);
    uint16_t dst = term_fresh(b);
    if (x.state == TERM_REGISTER && y.state == TERM_REGISTER) {
        uint8_t code = op == EXPR_EQUAL ? CODE_EQ : op == EXPR_LESS ? CODE_LT : CODE_LE;
        term_emit(b, (struct code){code, 0, dst, x.reg, y.reg, den / x.den, den / y.den});
        return term_register(TYPE_BOOL, dst, 1);
    }
    bool left = x.state == TERM_REGISTER; /* else the register stands right: turn the comparison */
    struct term r = left ? x : y, c = left ? y : x;
    wide k = (wide)c.num * (den / c.den);
    if (!wide_fits(k))
        return term_trap(ERR_OVERFLOW, 0);
    uint8_t code = op == EXPR_EQUAL  ? CODE_EQK
                   : op == EXPR_LESS ? (left ? CODE_LTK : CODE_GTK)
                                     : (left ? CODE_LEK : CODE_GEK);
    term_emit(b, (struct code){code, 0, dst, r.reg, 0, den / r.den, (int64_t)k});
    return term_register(TYPE_BOOL, dst, 1);
}

struct term term_least(struct binder *b, uint8_t op, struct term x, struct term y)
{
    bool least = op == EXPR_MIN;
    if (x.state == TERM_CONST && y.state == TERM_CONST)
        return compare_constants(EXPR_LESS, x, y) == least ? x : y;
    int64_t den = term_common(x.den, y.den);
    if (den == 0)
        return term_trap(ERR_OVERFLOW, 0);
    uint16_t dst = term_fresh(b);
    if (x.state == TERM_REGISTER && y.state == TERM_REGISTER) {
        term_emit(b, (struct code){least ? CODE_MIN : CODE_MAX, 0, dst, x.reg, y.reg, den / x.den, den / y.den});
    } else {
        struct term r = x.state == TERM_REGISTER ? x : y, c = x.state == TERM_REGISTER ? y : x;
        wide k = (wide)c.num * (den / c.den);
        if (!wide_fits(k))
            return term_trap(ERR_OVERFLOW, 0);
        term_emit(b, (struct code){least ? CODE_MINK : CODE_MAXK, 0, dst, r.reg, 0, den / r.den, (int64_t)k});
    }
    return term_register(TYPE_NUMBER, dst, den);
}

struct term term_whole(struct binder *b, uint8_t op, struct term x)
{
    if (x.state == TERM_CONST) {
        int64_t q = x.num / x.den, r = x.num % x.den;
        if (op == EXPR_FLOOR && r < 0)
            q--;
        if (op == EXPR_CEIL && r > 0)
            q++;
        return term_constant(TYPE_NUMBER, q, 1);
    }
    uint16_t dst = term_fresh(b);
    term_emit(b, (struct code){op == EXPR_FLOOR ? CODE_FLOOR : CODE_CEIL, 0, dst, x.reg, 0, x.den, 0});
    return term_register(TYPE_NUMBER, dst, 1);
}

/* What was counted in units of `to`, as an amount. */
static struct term multiple(struct binder *b, uint16_t reg, struct rational to)
{
    struct term rounded = term_register(TYPE_NUMBER, reg, 1);
    if (to.num != 1)
        rounded = term_scale(b, rounded, to.num, 1);
    rounded.den = to.den;
    return rounded;
}

struct term term_round(struct binder *b, struct term x, const struct step *step)
{
    struct rational to = step->to;
    if (x.state == TERM_CONST) {
        /* x / (p/q) = num*q / (den*p) */
        int64_t n;
        if (!money_scale2(x.num, to.den, x.den, 1, to.num, (enum round_mode)step->round, &n) ||
            __builtin_mul_overflow(n, to.num, &n))
            return term_trap(ERR_OVERFLOW, 0);
        return term_constant(TYPE_NUMBER, n, to.den);
    }
    int64_t g = gcd64(to.den, x.den), k1 = to.den / g;
    wide k2 = (wide)(x.den / g) * to.num;
    if (!wide_fits(k2))
        return term_trap(ERR_OVERFLOW, 0);
    uint16_t reg = x.reg;
    if (k1 != 1 || k2 != 1) {
        reg = term_fresh(b);
        if (k2 == 1)
            term_emit(b, (struct code){CODE_LINK, 0, reg, x.reg, 0, k1, 0});
        else
            term_emit(b, (struct code){CODE_ROUND, step->round, reg, x.reg, 0, k1, (int64_t)k2});
    }
    return multiple(b, reg, to);
}


struct term term_quotient(struct binder *b, struct term x, struct term y, const struct step *step)
{
    struct rational to = step->to;
    if (x.state == TERM_CONST) {
        uint16_t reg = term_fresh(b);
        term_emit(b, (struct code){.op = CODE_SET, .dst = reg, .k1 = x.num});
        x = term_register(TYPE_NUMBER, reg, x.den);
    }
    /* (x / x.den) / (y / y.den) / (p / q) = x * (y.den * q) / (y * (x.den * p)) */
    wide k1 = (wide)y.den * to.den, k2 = (wide)x.den * to.num;
    if (!wide_fits(k1) || !wide_fits(k2))
        return term_trap(ERR_OVERFLOW, 0);
    int64_t g = gcd64((int64_t)k1, (int64_t)k2);
    uint16_t dst = term_fresh(b);
    term_emit(b, (struct code){.op = CODE_DIVIDE, .mode = step->round, .dst = dst, .a = x.reg, .b = y.reg,
                               .k1 = (int64_t)k1 / g, .k2 = (int64_t)k2 / g});
    return multiple(b, dst, to);
}
