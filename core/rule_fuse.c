/* rule_fuse: the program of an order of one line in one piece: the order's and the line's segments in turn over one
 * register file, sums over the line and loads from the order as plain copies, factors folded into what uses them. */
#include <string.h>

#include "core/rule_int.h"

enum { FUSED_MAX = 2048, FILE_MAX = 2 * REGISTERS_MAX };

struct fuser {
    const struct pack *pack;
    const struct bound_order *order;
    const struct bound_line *line;
    struct code code[FUSED_MAX];
    uint32_t codes;
    uint16_t defined[FILE_MAX], used[FILE_MAX], copy_of[FILE_MAX];
    bool kept[FILE_MAX], dropped[FUSED_MAX];
    uint32_t place[FUSED_MAX + 1];
};

/* Which of dst, a, b name registers. */
enum { DST = 1, A = 2, B = 4 };

static unsigned operands(const struct code *c)
{
    switch (c->op) {
    case CODE_SET:
    case CODE_LINES:
    case CODE_SUM:
    case CODE_ANY:
    case CODE_ALL:
    case CODE_COUNT: return DST;
    case CODE_LIN:
    case CODE_MUL:
    case CODE_MIN:
    case CODE_MAX:
    case CODE_LT:
    case CODE_LE:
    case CODE_EQ:
    case CODE_DIVIDE: return DST | A | B;
    case CODE_JZ:
    case CODE_REFUSE:
    case CODE_REGIME: return A;
    case CODE_JMP:
    case CODE_WARN:
    case CODE_TRAP: return 0;
    default: return DST | A;
    }
}

static void put(struct fuser *f, struct code code)
{
    check(f->codes < FUSED_MAX);
    f->code[f->codes++] = code;
}

static struct code copy_code(uint16_t dst, uint16_t from, int64_t factor)
{
    return (struct code){.op = CODE_LINK, .dst = dst, .a = from, .k1 = factor};
}

/* A step or fact of the line in units of 1/den; false when that takes more than a factor. */
static bool put_line_value(struct fuser *f, uint16_t dst, uint16_t which, int64_t den)
{
    if (which & 0x8000u) {
        put(f, copy_code(dst, (uint16_t)((which & 0x7fffu) + REGISTERS_MAX), 1));
        return true;
    }
    const struct term *t = &f->line->code.term[which];
    if ((t->state != TERM_CONST && t->state != TERM_REGISTER) || den % t->den != 0)
        return false;
    wide value = (wide)t->num * (den / t->den);
    if (t->state == TERM_REGISTER)
        put(f, copy_code(dst, (uint16_t)(t->reg + REGISTERS_MAX), den / t->den));
    else if (wide_fits(value))
        put(f, (struct code){.op = CODE_SET, .dst = dst, .k1 = (int64_t)value});
    return t->state == TERM_REGISTER || wide_fits(value);
}

static void put_order_code(struct fuser *f, const struct code *c)
{
    bool is_one = c->op == CODE_SUM || c->op == CODE_ANY || c->op == CODE_ALL || c->op == CODE_COUNT;
    if (is_one && put_line_value(f, c->dst, c->a, c->k1))
        return;
    if (c->op == CODE_LINES)
        put(f, (struct code){.op = CODE_SET, .dst = c->dst, .k1 = 1});
    else
        put(f, *c);
}

static void put_line_code(struct fuser *f, const struct code *c)
{
    unsigned has = operands(c);
    struct code code = *c;
    if (c->op == CODE_LOAD) {
        put(f, copy_code((uint16_t)(c->dst + REGISTERS_MAX), c->a, 1));
        return;
    }
    code.dst = (uint16_t)(code.dst + (has & DST ? REGISTERS_MAX : 0));
    code.a = (uint16_t)(code.a + (has & A ? REGISTERS_MAX : 0));
    code.b = (uint16_t)(code.b + (has & B ? REGISTERS_MAX : 0));
    if (c->op == CODE_TRAP)
        code.mode = 1; /* it is the first line's */
    put(f, code);
}

/* The whole amount is the one line's share; false when it is not kept in minor units. */
static bool put_share(struct fuser *f, uint16_t step)
{
    const struct expr *e = &f->pack->expr[f->pack->step[step].is], *amount = &f->pack->expr[e->kid[0]];
    uint16_t dst = (uint16_t)(f->line->code.term[step].reg + REGISTERS_MAX);
    if (amount->op != EXPR_STEP) {
        put(f, copy_code(dst, (uint16_t)amount->ref, 1));
        return true;
    }
    const struct term *t = &f->order->code.term[amount->ref];
    wide value = 0;
    if (t->state != TERM_TRAP && f->pack->unit % t->den != 0)
        return false;
    if (t->state == TERM_CONST)
        value = (wide)t->num * (f->pack->unit / t->den);
    if (!wide_fits(value))
        return false;
    if (t->state == TERM_REGISTER)
        put(f, copy_code(dst, t->reg, f->pack->unit / t->den));
    else if (t->state == TERM_CONST)
        put(f, (struct code){.op = CODE_SET, .dst = dst, .k1 = (int64_t)value});
    else
        put(f, (struct code){CODE_TRAP, 0, 0, t->trap, step, t->symbol, 0});
    return true;
}

static bool join(struct fuser *f)
{
    const struct bound_code *order = &f->order->code, *line = &f->line->code;
    for (uint32_t s = 0; s < f->pack->segments; s++) {
        const struct segment *segment = &f->pack->segment[s];
        if (segment->spread && !put_share(f, segment->first))
            return false;
        if (segment->level == LEVEL_ORDER)
            for (uint32_t i = order->segment_at[s]; i < order->segment_at[s + 1]; i++)
                put_order_code(f, &order->code[i]);
        else
            for (uint32_t i = line->segment_at[s]; i < line->segment_at[s + 1]; i++)
                put_line_code(f, &line->code[i]);
    }
    return true;
}

/* ---- factors and copies ---- */

/* Registers that the trace or the answer reads. */
static void keep_terms(struct fuser *f, const struct bound_code *code, uint32_t base)
{
    for (uint32_t i = 0; i < f->pack->steps; i++) {
        const struct term *terms[] = {&code->term[i], code->used ? &code->used[i] : NULL,
                                      code->when ? &code->when[i] : NULL};
        for (size_t k = 0; k < sizeof terms / sizeof *terms; k++)
            if (terms[k] && terms[k]->state == TERM_REGISTER)
                f->kept[base + terms[k]->reg] = true;
    }
    for (uint32_t i = 0; i <= f->pack->notes; i++)
        if (code->outcome[i].truth >= TRUTH_REGISTER)
            f->kept[base + code->outcome[i].truth - TRUTH_REGISTER] = true;
}

static void count_uses(struct fuser *f)
{
    for (uint32_t i = 0; i < f->codes; i++) {
        const struct code *c = &f->code[i];
        unsigned has = operands(c);
        if (has & DST)
            f->defined[c->dst]++;
        if (has & A)
            f->used[c->a]++;
        if (has & B)
            f->used[c->b]++;
    }
}

static bool is_plain(const struct fuser *f, const struct code *c)
{
    return c->op == CODE_LINK && c->k2 == 0 && !f->kept[c->dst] && f->defined[c->dst] == 1;
}

static uint16_t source_of(const struct fuser *f, uint16_t reg)
{
    return f->copy_of[reg] ? (uint16_t)(f->copy_of[reg] - 1) : reg;
}

/* Reads the source in place of a copy. */
static void skip_copies(struct fuser *f)
{
    for (uint32_t i = 0; i < f->codes; i++) {
        struct code *c = &f->code[i];
        unsigned has = operands(c);
        c->a = has & A ? source_of(f, c->a) : c->a;
        c->b = has & B ? source_of(f, c->b) : c->b;
        if (is_plain(f, c) && c->k1 == 1) {
            f->copy_of[c->dst] = (uint16_t)(c->a + 1);
            f->dropped[i] = true;
        }
    }
}

static bool takes_factor_a(uint8_t op)
{
    return op == CODE_LIN || op == CODE_LINK || op == CODE_ROUND || op == CODE_LT || op == CODE_LE || op == CODE_EQ ||
           (op >= CODE_LTK && op <= CODE_GEK) || (op >= CODE_MIN && op <= CODE_MAXK) || op == CODE_DIVIDE;
}

static bool takes_factor_b(uint8_t op)
{
    return op == CODE_LIN || op == CODE_LT || op == CODE_LE || op == CODE_EQ || op == CODE_MIN || op == CODE_MAX ||
           op == CODE_DIVIDE;
}

static bool fold_into(struct code *c, const struct code *factor)
{
    unsigned has = operands(c);
    bool as_a = has & A && c->a == factor->dst && takes_factor_a(c->op);
    bool as_b = has & B && c->b == factor->dst && takes_factor_b(c->op);
    int64_t *k = as_a ? &c->k1 : &c->k2, folded;
    if (as_a == as_b || __builtin_mul_overflow(*k, factor->k1, &folded))
        return false;
    *k = folded;
    *(as_a ? &c->a : &c->b) = factor->a;
    return true;
}

/* A multiple that is used once is taken by what uses it. */
static void fold_factors(struct fuser *f)
{
    for (uint32_t i = 0; i < f->codes; i++) {
        const struct code *c = &f->code[i];
        if (f->dropped[i] || !is_plain(f, c) || f->used[c->dst] != 1)
            continue;
        for (uint32_t j = i + 1; j < f->codes && !f->dropped[i]; j++)
            if (!f->dropped[j])
                f->dropped[i] = fold_into(&f->code[j], c);
    }
}

/* Closes the gaps; a jump is so many codes long as are left of those it jumps over. */
static void close_up(struct fuser *f)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < f->codes; i++) {
        f->place[i] = left;
        left += !f->dropped[i];
    }
    f->place[f->codes] = left;
    for (uint32_t i = 0; i < f->codes; i++) {
        struct code c = f->code[i];
        if (f->dropped[i])
            continue;
        if (c.op == CODE_JZ || c.op == CODE_JMP)
            c.k1 = (int64_t)f->place[i + 1 + (uint32_t)c.k1] - f->place[i] - 1;
        f->code[f->place[i]] = c;
    }
    f->codes = left;
}

/* ---- the charges ---- */

static void plan_charges(struct rule_cache *cache, const struct fuser *f, struct bound_line *line)
{
    const struct pack *pack = f->pack;
    line->charge = arena_array(&cache->arena, struct charge_plan, pack->charge_steps + 1);
    for (uint32_t n = 0; n < pack->charge_steps; n++) {
        uint16_t step = pack->charge_step[n];
        bool is_line = pack->step[step].level == LEVEL_LINE;
        const struct bound_code *code = is_line ? &f->line->code : &f->order->code;
        const struct term *when = code->when ? &code->when[step] : NULL;
        if (when && when->state == TERM_CONST && !when->num)
            continue;
        bool is_asked = when && when->state == TERM_REGISTER;
        uint32_t base = is_line ? REGISTERS_MAX : 0;
        line->charge[line->charges++] = (struct charge_plan){
            .term = &code->term[step], .step = step, .line = is_line,
            .when = is_asked ? (int32_t)(base + when->reg) : -1, .base = base};
    }
}

void rule_fuse(struct rule_cache *cache, const struct bound_order *order, struct bound_line *line)
{
    struct fuser *f = memory_take(sizeof *f);
    f->pack = order->pack;
    f->order = order;
    f->line = line;
    if (join(f)) {
        keep_terms(f, &order->code, 0);
        keep_terms(f, &line->code, REGISTERS_MAX);
        count_uses(f);
        skip_copies(f);
        memset(f->defined, 0, sizeof f->defined);
        memset(f->used, 0, sizeof f->used);
        count_uses(f);
        fold_factors(f);
        close_up(f);
        line->fused = arena_array(&cache->arena, struct code, f->codes + 1);
        memcpy(line->fused, f->code, f->codes * sizeof *f->code);
        line->fused_codes = f->codes;
    }
    plan_charges(cache, f, line);
    memory_release(f);
}
