/* rule_fold: the quick program of an order of one line. What was joined (rule_fuse.c) is gone through with amounts that
 * are not known: what is known is folded, what is the same is computed once, factors wait until they are needed, short
 * choices do not jump. A quick program has 64 bits and no errors: where that is not enough the joined one runs. */
#include <stdlib.h>
#include <string.h>

#include "core/rule_int.h"

enum {
    FILE_MAX = 2 * REGISTERS_MAX,
    VALUES_MAX = QUICK_REGISTERS_MAX, ITEMS_MAX = 2048,
    SPECULATED_MAX = 12, /* codes of a side that are run whether it is taken or not */
    KNOWN = QUICK_NOWHERE /* instead of a value: a constant */
};

/* What a register of the joined program holds: a value times a factor, or a constant. */
struct held {
    uint16_t value;
    bool is_set;
    int64_t factor; /* of a constant: itself */
};

struct folder {
    const struct fused *from;
    struct held held[FILE_MAX];
    struct quick_code item[ITEMS_MAX]; /* over values */
    uint32_t items;
    bool is_truth[VALUES_MAX], is_live[VALUES_MAX];
    uint16_t number[VALUES_MAX];       /* of the register that a value has, from 1 */
    uint32_t values;
    uint32_t visible[ITEMS_MAX], seen; /* items that have run wherever the next one runs */
    bool failed;
};

static struct held constant(int64_t number) { return (struct held){KNOWN, true, number}; }
static struct held plain(uint16_t value) { return (struct held){value, true, 1}; }
static bool is_known(struct held x) { return x.value == KNOWN; }

/* A factor that may be divided by, and divided by what divides it. */
static int64_t factor_of(struct folder *f, int64_t factor, bool overflows)
{
    bool is_sound = !overflows && factor != 0 && factor != INT64_MIN;
    f->failed = f->failed || !is_sound;
    return is_sound ? factor : 1;
}

static int64_t times(struct folder *f, int64_t a, int64_t b)
{
    int64_t factor = 1;
    bool overflows = __builtin_mul_overflow(a, b, &factor);
    return factor_of(f, factor, overflows);
}

static struct held scaled(struct folder *f, struct held x, int64_t k)
{
    if (k == 0 || (is_known(x) && x.factor == 0))
        return constant(0);
    return (struct held){x.value, true, times(f, x.factor, k)};
}

/* ---- items ---- */

static uint32_t put(struct folder *f, struct quick_code item)
{
    if (f->items == ITEMS_MAX) {
        f->failed = true;
        return 0;
    }
    f->item[f->items] = item;
    return f->items++;
}

static uint16_t fresh(struct folder *f)
{
    if (f->values == VALUES_MAX) {
        f->failed = true;
        return 0;
    }
    return (uint16_t)f->values++;
}

static bool is_truth_op(uint8_t op)
{
    return op == QUICK_LTK || op == QUICK_GEK || op == QUICK_EQK || op == QUICK_LT || op == QUICK_LE ||
           op == QUICK_EQ || op == QUICK_NOT || op == QUICK_AND || op == QUICK_OR;
}

/* The value of an operation, new or seen. */
static uint16_t value_of(struct folder *f, struct quick_code item)
{
    for (uint32_t i = 0; i < f->seen; i++) {
        const struct quick_code *other = &f->item[f->visible[i]];
        if (other->op == item.op && other->mode == item.mode && other->a == item.a && other->b == item.b &&
            other->k == item.k)
            return other->dst;
    }
    item.dst = fresh(f);
    uint32_t at = put(f, item);
    if (f->failed)
        return 0;
    f->is_truth[item.dst] = is_truth_op(item.op);
    f->visible[f->seen++] = at;
    return item.dst;
}

static uint16_t single(struct folder *f, uint8_t op, uint16_t a, int64_t k)
{
    return value_of(f, (struct quick_code){.op = op, .a = a, .k = k});
}

static uint16_t pair(struct folder *f, uint8_t op, uint16_t a, uint16_t b, int64_t k)
{
    return value_of(f, (struct quick_code){.op = op, .a = a, .b = b, .k = k});
}

/* Of an operation whose sides may change places. */
static uint16_t even_pair(struct folder *f, uint8_t op, uint16_t a, uint16_t b)
{
    return a < b ? pair(f, op, a, b, 0) : pair(f, op, b, a, 0);
}

/* As a value by itself. */
static uint16_t whole(struct folder *f, struct held x)
{
    if (is_known(x))
        return single(f, QUICK_SET, 0, x.factor);
    return x.factor == 1 ? x.value : single(f, QUICK_MULK, x.value, x.factor);
}

/* ---- arithmetic ---- */

static struct held plus(struct folder *f, struct held x, int64_t k)
{
    if (k == 0)
        return x;
    if (is_known(x)) {
        f->failed = __builtin_add_overflow(x.factor, k, &k) || f->failed;
        return constant(k);
    }
    return plain(single(f, QUICK_ADDK, whole(f, x), k));
}

/* x + y of values that differ, their factors without a common divisor. */
static uint16_t sum_of(struct folder *f, struct held x, struct held y)
{
    if (x.factor == 1 && y.factor == 1)
        return even_pair(f, QUICK_ADD, x.value, y.value);
    if (x.factor == 1 && y.factor == -1)
        return pair(f, QUICK_SUB, x.value, y.value, 0);
    if (x.factor == -1 && y.factor == 1)
        return pair(f, QUICK_SUB, y.value, x.value, 0);
    if (y.factor == 1)
        return pair(f, QUICK_MADD, x.value, y.value, x.factor);
    if (y.factor == -1)
        return pair(f, QUICK_MSUB, x.value, y.value, x.factor);
    if (x.factor == 1 || x.factor == -1)
        return sum_of(f, y, x);
    return pair(f, QUICK_MADD, x.value, single(f, QUICK_MULK, y.value, y.factor), x.factor);
}

static struct held sum(struct folder *f, struct held x, struct held y)
{
    if (is_known(x) || is_known(y))
        return is_known(x) ? plus(f, y, x.factor) : plus(f, x, y.factor);
    if (x.value == y.value) {
        int64_t factor = 1;
        bool overflows = __builtin_add_overflow(x.factor, y.factor, &factor);
        return factor == 0 ? constant(0) : (struct held){x.value, true, factor_of(f, factor, overflows)};
    }
    int64_t common = gcd64(x.factor, y.factor);
    x.factor /= common;
    y.factor /= common;
    if (x.factor == -1 && y.factor == -1) {
        common = -common;
        x.factor = y.factor = 1;
    }
    return (struct held){sum_of(f, x, y), true, common};
}

static struct held product(struct folder *f, struct held x, struct held y)
{
    if (is_known(x) || is_known(y))
        return is_known(x) ? scaled(f, y, x.factor) : scaled(f, x, y.factor);
    bool is_and = f->is_truth[x.value] && f->is_truth[y.value];
    int64_t factor = times(f, x.factor, y.factor);
    if (is_and && x.value == y.value)
        return (struct held){x.value, true, factor};
    return (struct held){even_pair(f, is_and ? QUICK_AND : QUICK_MUL, x.value, y.value), true, factor};
}

static struct held rounded(struct folder *f, struct held x, int64_t den, uint8_t mode)
{
    if (is_known(x))
        return constant(money_divide(x.factor, den, (enum round_mode)mode));
    int64_t common = gcd64(x.factor, den);
    x.factor /= common;
    den /= common;
    if (den == 1)
        return x;
    uint8_t op = mode == ROUND_HALF_UP ? QUICK_ROUND : QUICK_ROUND_BY;
    return plain(value_of(f, (struct quick_code){.op = op, .mode = mode, .a = whole(f, x), .k = den}));
}

/* ---- comparing ---- */

enum { LESS, LESS_EQUAL, GREATER, GREATER_EQUAL };

/* Exact, of wide numbers; den > 0. */
static wide divide_down(wide num, wide den) { return num / den - (num % den < 0); }

/* x ? k: factors are divided out of the limit. */
static struct held against(struct folder *f, int relation, struct held x, int64_t k)
{
    if (is_known(x))
        return constant(relation == LESS         ? x.factor < k
                        : relation == LESS_EQUAL ? x.factor <= k
                        : relation == GREATER    ? x.factor > k
                                                 : x.factor >= k);
    wide num = k, den = x.factor;
    if (den < 0) {
        num = -num;
        den = -den;
        relation = relation == LESS ? GREATER : relation == LESS_EQUAL ? GREATER_EQUAL
                 : relation == GREATER ? LESS : LESS_EQUAL;
    }
    /* v < num/den: v < ceil; v <= num/den: v < floor + 1 */
    bool is_upper = relation == LESS || relation == LESS_EQUAL;
    wide limit = relation == LESS || relation == GREATER_EQUAL ? -divide_down(-num, den) : divide_down(num, den) + 1;
    f->failed = f->failed || !wide_fits(limit);
    if (!is_upper && limit == 1 && f->is_truth[x.value])
        return plain(x.value);
    return plain(single(f, is_upper ? QUICK_LTK : QUICK_GEK, x.value, (int64_t)limit));
}

static struct held negated(struct folder *f, struct held x)
{
    return is_known(x) ? constant(!x.factor) : plain(single(f, QUICK_NOT, x.value, 0));
}

static struct held equals(struct folder *f, struct held x, int64_t k)
{
    if (is_known(x))
        return constant(x.factor == k);
    f->failed = f->failed || k == INT64_MIN;
    if (f->failed || k % x.factor != 0)
        return constant(0);
    k /= x.factor;
    if (f->is_truth[x.value] && (k == 0 || k == 1))
        return k ? plain(x.value) : negated(f, plain(x.value));
    return plain(single(f, QUICK_EQK, x.value, k));
}

static struct held compared(struct folder *f, uint8_t op, struct held x, struct held y)
{
    if (is_known(y))
        return op == CODE_EQ ? equals(f, x, y.factor) : against(f, op == CODE_LT ? LESS : LESS_EQUAL, x, y.factor);
    if (is_known(x))
        return op == CODE_EQ ? equals(f, y, x.factor)
                             : against(f, op == CODE_LT ? GREATER : GREATER_EQUAL, y, x.factor);
    if (x.value == y.value) {
        struct held rest = sum(f, x, scaled(f, y, -1));
        return op == CODE_EQ ? equals(f, rest, 0) : against(f, op == CODE_LT ? LESS : LESS_EQUAL, rest, 0);
    }
    int64_t common = gcd64(x.factor, y.factor);
    x.factor /= common;
    y.factor /= common;
    if (op == CODE_EQ)
        return plain(even_pair(f, QUICK_EQ, whole(f, x), whole(f, y)));
    return plain(pair(f, op == CODE_LT ? QUICK_LT : QUICK_LE, whole(f, x), whole(f, y), 0));
}

static struct held limited(struct folder *f, bool is_least, struct held x, int64_t k)
{
    if (is_known(x))
        return constant((x.factor < k) == is_least ? x.factor : k);
    return plain(single(f, is_least ? QUICK_MINK : QUICK_MAXK, whole(f, x), k));
}

static struct held extreme(struct folder *f, bool is_least, struct held x, struct held y)
{
    if (is_known(x) || is_known(y))
        return is_known(x) ? limited(f, is_least, y, x.factor) : limited(f, is_least, x, y.factor);
    if (x.value == y.value && x.factor == y.factor)
        return x;
    if (!is_least && f->is_truth[x.value] && f->is_truth[y.value] && x.factor == 1 && y.factor == 1)
        return plain(even_pair(f, QUICK_OR, x.value, y.value));
    int64_t common = x.factor == y.factor && x.factor > 0 ? x.factor : 1;
    x.factor /= common;
    y.factor /= common;
    return (struct held){even_pair(f, is_least ? QUICK_MIN : QUICK_MAX, whole(f, x), whole(f, y)), true, common};
}

/* ---- choosing ---- */

static struct held choice_of_factors(struct folder *f, uint16_t when, struct held yes, struct held no)
{
    int64_t common = gcd64(yes.factor, no.factor), y = yes.factor / common, n = no.factor / common;
    if (y != (int32_t)y || n != (int32_t)n)
        return plain(pair(f, QUICK_CHOOSE, whole(f, yes), whole(f, no), when));
    uint16_t factor = single(f, QUICK_CHOOSE_OF, when, (int64_t)((uint64_t)y << 32 | (uint32_t)n));
    return (struct held){even_pair(f, QUICK_MUL, yes.value, factor), true, common};
}

/* when ? yes : no, both of them computed. */
static struct held choice(struct folder *f, uint16_t when, struct held yes, struct held no)
{
    if (yes.value == no.value && yes.factor == no.factor)
        return yes;
    if (is_known(yes) && is_known(no)) {
        int64_t rise = 0;
        f->failed = __builtin_sub_overflow(yes.factor, no.factor, &rise) || f->failed;
        if (rise == -1 && no.factor == 1)
            return negated(f, plain(when));
        return plus(f, (struct held){when, true, rise}, no.factor);
    }
    if (is_known(no) && no.factor == 0 && f->is_truth[when] && f->is_truth[yes.value])
        return product(f, plain(when), yes);
    if (is_known(no) && no.factor == 0)
        return (struct held){pair(f, QUICK_WHEN, yes.value, when, 0), true, yes.factor};
    if (is_known(yes) && yes.factor == 0)
        return (struct held){pair(f, QUICK_UNLESS, no.value, when, 0), true, no.factor};
    if (yes.value == no.value)
        return choice_of_factors(f, when, yes, no);
    int64_t common = !is_known(yes) && !is_known(no) && yes.factor == no.factor ? yes.factor : 1;
    yes.factor /= common;
    no.factor /= common;
    return (struct held){pair(f, QUICK_CHOOSE, whole(f, yes), whole(f, no), when), true, common};
}

/* ---- codes ---- */

static struct held get(struct folder *f, uint16_t reg)
{
    f->failed = f->failed || !f->held[reg].is_set;
    return f->failed ? constant(0) : f->held[reg];
}

static struct held side_a(struct folder *f, const struct code *c) { return scaled(f, get(f, c->a), c->k1); }
static struct held side_b(struct folder *f, const struct code *c) { return scaled(f, get(f, c->b), c->k2); }

static struct held fold_divide(struct folder *f, const struct code *c)
{
    uint16_t x = whole(f, side_a(f, c)), y = whole(f, side_b(f, c));
    return plain(value_of(f, (struct quick_code){.op = QUICK_QUOTIENT, .mode = c->mode, .a = x, .b = y}));
}

static struct held fold_value(struct folder *f, const struct code *c)
{
    switch (c->op) {
    case CODE_SET: return constant(c->k1);
    case CODE_LIN: return sum(f, side_a(f, c), side_b(f, c));
    case CODE_LINK: return plus(f, side_a(f, c), c->k2);
    case CODE_MUL: return product(f, get(f, c->a), get(f, c->b));
    case CODE_LTK: return against(f, LESS, side_a(f, c), c->k2);
    case CODE_LEK: return against(f, LESS_EQUAL, side_a(f, c), c->k2);
    case CODE_GTK: return against(f, GREATER, side_a(f, c), c->k2);
    case CODE_GEK: return against(f, GREATER_EQUAL, side_a(f, c), c->k2);
    case CODE_EQK: return equals(f, side_a(f, c), c->k2);
    case CODE_LT:
    case CODE_LE:
    case CODE_EQ: return compared(f, c->op, side_a(f, c), side_b(f, c));
    case CODE_NOT: return negated(f, get(f, c->a));
    case CODE_MIN:
    case CODE_MAX: return extreme(f, c->op == CODE_MIN, side_a(f, c), side_b(f, c));
    case CODE_MINK:
    case CODE_MAXK: return limited(f, c->op == CODE_MINK, side_a(f, c), c->k2);
    case CODE_ROUND: return rounded(f, side_a(f, c), c->k2, c->mode);
    case CODE_FLOOR: return rounded(f, get(f, c->a), c->k1, ROUND_FLOOR);
    case CODE_CEIL: return rounded(f, get(f, c->a), c->k1, ROUND_CEIL);
    case CODE_DIVIDE: return fold_divide(f, c);
    case CODE_LOAD: return get(f, c->a);
    default: /* over lines, of what is no whole number */
        put(f, (struct quick_code){.op = QUICK_STOP});
        return constant(0);
    }
}

static void fold_outcome(struct folder *f, const struct code *c)
{
    struct held when = get(f, c->a);
    if (!is_known(when) || when.factor)
        put(f, (struct quick_code){.op = c->op == CODE_REFUSE ? QUICK_REFUSE : QUICK_REGIME, .dst = c->b,
                                   .a = whole(f, when)});
}

static void fold_code(struct folder *f, const struct code *c)
{
    switch (c->op) {
    case CODE_WARN: put(f, (struct quick_code){.op = QUICK_WARN, .k = c->k1}); break;
    case CODE_TRAP: put(f, (struct quick_code){.op = QUICK_STOP}); break;
    case CODE_REFUSE:
    case CODE_REGIME: fold_outcome(f, c); break;
    default: f->held[c->dst] = fold_value(f, c); break;
    }
}

/* ---- branches: JZ, the yes side, JMP, the no side ---- */

struct side {
    uint32_t from, end;
};

static void fold(struct folder *f, struct side side);

static bool ends_in_trap(const struct folder *f, struct side side)
{
    return side.end > side.from && f->from->code[side.end - 1].op == CODE_TRAP;
}

static bool is_trap(const struct folder *f, struct side side)
{
    return side.end == side.from + 1 && f->from->code[side.from].op == CODE_TRAP;
}

/* Is a side short, and has it no effect but its value? */
static bool is_free(const struct folder *f, struct side side)
{
    bool is_free = side.end - side.from <= SPECULATED_MAX;
    for (uint32_t i = side.from; i < side.end && is_free; i++) {
        uint8_t op = f->from->code[i].op;
        is_free = op <= CODE_FAST_LAST || op == CODE_JZ || op == CODE_JMP || op == CODE_FLOOR || op == CODE_CEIL;
    }
    return is_free;
}

/* Runs a side by itself, its value into `dst`; what it computes is known behind it no more. */
static void fold_side(struct folder *f, struct side side, uint16_t reg, uint16_t dst)
{
    uint32_t seen = f->seen;
    fold(f, side);
    if (!ends_in_trap(f, side)) {
        struct held x = get(f, reg);
        if (is_known(x))
            put(f, (struct quick_code){.op = QUICK_SET, .dst = dst, .k = x.factor});
        else
            put(f, (struct quick_code){.op = QUICK_MULK, .dst = dst, .a = x.value, .k = x.factor});
    }
    f->seen = seen;
}

static void fold_jump(struct folder *f, uint16_t when, struct side yes, struct side no, uint16_t reg)
{
    uint16_t dst = fresh(f);
    uint32_t to_no = put(f, (struct quick_code){.op = QUICK_JZ, .a = when});
    fold_side(f, yes, reg, dst);
    uint32_t to_end = put(f, (struct quick_code){.op = QUICK_JMP});
    f->item[to_no].k = f->items;
    fold_side(f, no, reg, dst);
    f->item[to_end].k = f->items;
    f->held[reg] = plain(dst);
}

static void fold_sides(struct folder *f, uint16_t when, struct side yes, struct side no)
{
    uint16_t reg = f->from->code[(ends_in_trap(f, yes) ? no : yes).end - 1].dst;
    if (is_trap(f, yes) || is_trap(f, no)) {
        uint16_t stops = is_trap(f, yes) ? when : whole(f, negated(f, plain(when)));
        put(f, (struct quick_code){.op = QUICK_STOP_IF, .a = stops});
        fold(f, is_trap(f, yes) ? no : yes);
    } else if (is_free(f, yes) && is_free(f, no)) {
        fold(f, yes);
        struct held x = get(f, reg);
        fold(f, no);
        f->held[reg] = choice(f, when, x, get(f, reg));
    } else {
        fold_jump(f, when, yes, no, reg);
    }
}

/* Returns the end of the branch. */
static uint32_t fold_branch(struct folder *f, uint32_t at)
{
    const struct code *code = f->from->code;
    uint32_t no_at = at + 1 + (uint32_t)code[at].k1;
    bool has_no = code[no_at - 1].op == CODE_JMP;
    struct side yes = {at + 1, has_no ? no_at - 1 : no_at};
    struct side no = {no_at, has_no ? no_at + (uint32_t)code[no_at - 1].k1 : no_at};
    struct held when = get(f, code[at].a);
    bool is_odd = yes.end <= yes.from || (has_no ? no.end <= no.from || (ends_in_trap(f, yes) && ends_in_trap(f, no))
                                                 : !is_trap(f, yes));
    f->failed = f->failed || is_odd || (!is_known(when) && when.factor != 1);
    if (f->failed)
        return no.end;
    if (is_known(when))
        fold(f, when.factor ? yes : no);
    else
        fold_sides(f, when.value, yes, no);
    return no.end;
}

static void fold(struct folder *f, struct side side)
{
    for (uint32_t i = side.from; i < side.end && !f->failed;) {
        if (f->from->code[i].op == CODE_JZ)
            i = fold_branch(f, i);
        else
            fold_code(f, &f->from->code[i++]);
    }
}

/* ---- what is read of it: by the answer, and by the trace ---- */

/* A term in units of 1/unit; false: not that way. */
static bool amount_of(struct folder *f, const struct term *t, uint32_t base, int64_t unit, struct quick_amount *out)
{
    if (t->state != TERM_CONST && t->state != TERM_REGISTER)
        return false;
    struct held x = t->state == TERM_CONST ? constant(t->num) : get(f, (uint16_t)(base + t->reg));
    if (is_known(x)) {
        wide number = (wide)x.factor * unit;
        *out = (struct quick_amount){QUICK_NOWHERE, number % t->den == 0, (int64_t)(number / t->den), 1};
        return wide_fits(number / t->den);
    }
    int64_t up = times(f, x.factor, unit), common = gcd64(up, t->den);
    *out = (struct quick_amount){x.value, true, up / common, t->den / common};
    return !f->failed;
}

static void plan_charge(struct folder *f, struct quick *quick, const struct pack *pack, uint16_t index)
{
    const struct step *step = &pack->step[index];
    bool is_line = step->level == LEVEL_LINE;
    const struct bound_code *code = is_line ? &f->from->line->code : &f->from->order->code;
    const struct term *when = code->when && code->when[index].state != TERM_UNSET ? &code->when[index] : NULL;
    uint32_t base = is_line ? REGISTERS_MAX : 0;
    struct quick_charge charge = {.step = index, .kind = step->charge, .line = is_line, .when = QUICK_NOWHERE};
    struct held is_stated = constant(1);
    if (when && (when->state == TERM_CONST || when->state == TERM_REGISTER))
        is_stated = when->state == TERM_CONST ? constant(when->num) : get(f, (uint16_t)(base + when->reg));
    if (is_known(is_stated) && is_stated.factor == 0)
        return;
    if (!is_known(is_stated))
        charge.when = is_stated.value;
    int64_t unit = charge_is_amount(step->charge) ? pack->unit : 1000000;
    f->failed = !amount_of(f, &code->term[index], base, unit, &charge.amount) || f->failed;
    quick->charge[quick->charges++] = charge;
}

/* A named amount, which is a whole number of minor units. */
static void plan_named(struct folder *f, const struct term *t, int64_t unit, struct quick_amount *out)
{
    f->failed = !amount_of(f, t, 0, unit, out) || (out->at == QUICK_NOWHERE && !out->is_whole) || f->failed;
}

static void plan(struct folder *f, struct arena *arena, struct quick *quick)
{
    const struct pack *pack = f->from->order->pack;
    const struct bound_code *code = &f->from->order->code;
    int allowance = pack->allowance_step;
    quick->charge = arena_array(arena, struct quick_charge, pack->charge_steps + 1);
    for (uint32_t i = 0; i < pack->charge_steps; i++)
        plan_charge(f, quick, pack, pack->charge_step[i]);
    quick->value_step = pack->value_step < 0 ? INT32_MAX : pack->value_step;
    if (pack->value_step >= 0)
        plan_named(f, &code->term[pack->value_step], pack->unit, &quick->value);
    quick->allowance_step = INT32_MAX;
    if (allowance < 0 || !code->used || code->term[allowance].state == TERM_UNSET)
        return;
    quick->allowance_step = allowance;
    plan_named(f, &code->term[allowance], pack->unit, &quick->limit);
    plan_named(f, &code->used[allowance], pack->unit, &quick->used);
}

static void add_home(struct folder *f, struct quick *quick, uint32_t reg)
{
    struct held x = f->held[reg];
    if (!x.is_set)
        return;
    if (x.factor != (int32_t)x.factor)
        x = plain(whole(f, x));
    f->held[reg].is_set = false; /* once */
    quick->home[quick->homes++] = (struct quick_home){(uint16_t)reg, x.value, (int32_t)x.factor};
}

/* Registers that the trace may read. */
static void keep(struct folder *f, struct quick *quick, const struct bound_code *code, uint32_t base)
{
    const struct pack *pack = f->from->order->pack;
    for (uint32_t i = 0; i < pack->steps; i++) {
        const struct term *terms[] = {&code->term[i], code->used ? &code->used[i] : NULL,
                                      code->when ? &code->when[i] : NULL};
        for (size_t k = 0; k < sizeof terms / sizeof *terms; k++)
            if (terms[k] && terms[k]->state == TERM_REGISTER)
                add_home(f, quick, base + terms[k]->reg);
    }
    for (uint32_t i = 0; i <= pack->notes; i++)
        if (code->outcome[i].truth >= TRUTH_REGISTER)
            add_home(f, quick, base + code->outcome[i].truth - TRUTH_REGISTER);
}

static void keep_all(struct folder *f, struct arena *arena, struct quick *quick)
{
    const struct pack *pack = f->from->order->pack;
    quick->home = arena_array(arena, struct quick_home, f->from->order->code.registers + f->from->line->code.registers);
    for (uint32_t i = 0; i < pack->facts; i++)
        add_home(f, quick, pack->fact[i]);
    quick->order_facts = quick->homes;
    for (uint32_t i = 0; i < LINE_FACT_COUNT; i++)
        add_home(f, quick, REGISTERS_MAX + i);
    quick->facts = quick->homes;
    keep(f, quick, &f->from->order->code, 0);
    keep(f, quick, &f->from->line->code, REGISTERS_MAX);
}

/* ---- what nothing reads is left out, values become registers ---- */

static bool has_dst(uint8_t op) { return op < QUICK_FIRST_ACT; }
static bool has_a(uint8_t op) { return op != QUICK_SET && op != QUICK_WARN && op != QUICK_JMP && op != QUICK_STOP; }
static bool has_b(uint8_t op) { return op >= QUICK_FIRST_PAIR && op < QUICK_FIRST_ACT; }

static void mark(struct folder *f, const struct quick *quick)
{
    const struct quick_amount *named[] = {&quick->value, &quick->limit, &quick->used};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i]->at != QUICK_NOWHERE)
            f->is_live[named[i]->at] = true;
    for (uint32_t i = 0; i < quick->charges; i++) {
        if (quick->charge[i].amount.at != QUICK_NOWHERE)
            f->is_live[quick->charge[i].amount.at] = true;
        if (quick->charge[i].when != QUICK_NOWHERE)
            f->is_live[quick->charge[i].when] = true;
    }
    for (uint32_t i = 0; i < quick->homes; i++)
        if (quick->home[i].at != QUICK_NOWHERE)
            f->is_live[quick->home[i].at] = true;
    for (uint32_t i = f->items; i-- > 0;) {
        const struct quick_code *c = &f->item[i];
        if (has_dst(c->op) && !f->is_live[c->dst])
            continue;
        if (has_a(c->op))
            f->is_live[c->a] = true;
        if (has_b(c->op))
            f->is_live[c->b] = true;
        if (c->op == QUICK_CHOOSE)
            f->is_live[c->k] = true;
    }
}

static uint16_t number_of(struct folder *f, struct quick *quick, uint16_t value)
{
    if (value == QUICK_NOWHERE)
        return value;
    if (!f->number[value])
        f->number[value] = (uint16_t)++quick->registers;
    return (uint16_t)(f->number[value] - 1);
}

static void number_plan(struct folder *f, struct quick *quick)
{
    struct quick_amount *named[] = {&quick->value, &quick->limit, &quick->used};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        named[i]->at = number_of(f, quick, named[i]->at);
    for (uint32_t i = 0; i < quick->charges; i++) {
        quick->charge[i].amount.at = number_of(f, quick, quick->charge[i].amount.at);
        quick->charge[i].when = number_of(f, quick, quick->charge[i].when);
    }
    for (uint32_t i = quick->facts; i < quick->homes; i++)
        quick->home[i].at = number_of(f, quick, quick->home[i].at);
}

static void number_facts(struct folder *f, struct quick *quick)
{
    for (uint32_t i = 0; i < quick->facts; i++) {
        quick->home[i].at = number_of(f, quick, quick->home[i].at);
        quick->fact[i] = (uint8_t)(quick->home[i].reg % REGISTERS_MAX);
    }
}

static void emit(struct folder *f, struct arena *arena, struct quick *quick)
{
    uint32_t place[ITEMS_MAX + 1], left = 0;
    for (uint32_t i = 0; i < f->items; i++) {
        place[i] = left;
        left += !has_dst(f->item[i].op) || f->is_live[f->item[i].dst];
    }
    place[f->items] = left;
    quick->code = arena_array(arena, struct quick_code, left + 1);
    for (uint32_t i = 0; i < f->items; i++) {
        struct quick_code c = f->item[i];
        if (place[i + 1] == place[i])
            continue;
        if (has_a(c.op))
            c.a = number_of(f, quick, c.a);
        if (has_b(c.op))
            c.b = number_of(f, quick, c.b);
        if (c.op == QUICK_CHOOSE)
            c.k = number_of(f, quick, (uint16_t)c.k);
        if (has_dst(c.op))
            c.dst = number_of(f, quick, c.dst);
        if (c.op == QUICK_JZ || c.op == QUICK_JMP)
            c.k = (int64_t)place[c.k] - place[i] - 1;
        quick->code[place[i]] = c;
    }
    quick->code[left] = (struct quick_code){.op = QUICK_END};
}

/* The folder is used again and again: what the last program left goes. */
static void start(struct folder *f, const struct fused *from)
{
    const struct pack *pack = from->order->pack;
    memset(f->held, 0, from->order->code.registers * sizeof *f->held);
    memset(f->held + REGISTERS_MAX, 0, from->line->code.registers * sizeof *f->held);
    memset(f->is_truth, 0, f->values * sizeof *f->is_truth);
    memset(f->is_live, 0, f->values * sizeof *f->is_live);
    memset(f->number, 0, f->values * sizeof *f->number);
    f->items = f->seen = 0;
    f->failed = false;
    f->from = from;
    for (uint32_t i = 0; i < pack->facts; i++)
        f->held[pack->fact[i]] = plain(pack->fact[i]);
    for (uint16_t i = 0; i < LINE_FACT_COUNT; i++)
        f->held[REGISTERS_MAX + i] = plain((uint16_t)(ORDER_FACT_COUNT + i));
    f->values = ORDER_FACT_COUNT + LINE_FACT_COUNT;
}

struct quick *rule_fold(struct rule_cache *cache, const struct fused *from)
{
    struct arena *arena = &cache->arena;
    if (!cache->folder)
        cache->folder = memory_take(sizeof *cache->folder);
    struct folder *f = cache->folder;
    struct quick *quick = arena_take(arena, sizeof *quick);
    quick->value.at = quick->limit.at = quick->used.at = QUICK_NOWHERE;
    quick->warnings = from->order->code.warnings | from->line->code.warnings;
    start(f, from);
    fold(f, (struct side){0, from->codes});
    if (!f->failed)
        plan(f, arena, quick);
    if (!f->failed)
        keep_all(f, arena, quick);
    bool is_sound = !f->failed;
    if (is_sound) {
        mark(f, quick);
        number_facts(f, quick);
        emit(f, arena, quick);
        number_plan(f, quick);
    }
    return is_sound ? quick : NULL;
}
