/* rule_fuse: the program of an order of one line in one piece: the order's and the line's segments in turn over one
 * register file, sums over the line and loads from the order as plain copies. */
#include <string.h>

#include "core/rule_int.h"

enum { FUSED_MAX = 2048 };

struct fuser {
    const struct pack *pack;
    const struct bound_order *order;
    const struct bound_line *line;
    struct code code[FUSED_MAX];
    uint32_t codes;
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

bool rule_fuse(struct rule_cache *cache, const struct bound_order *order, const struct bound_line *line,
               struct fused *out)
{
    if (!cache->fuser)
        cache->fuser = memory_take(sizeof *cache->fuser);
    struct fuser *f = cache->fuser;
    f->codes = 0;
    f->pack = order->pack;
    f->order = order;
    f->line = line;
    bool is_joined = join(f);
    *out = (struct fused){order, line, f->code, f->codes};
    return is_joined;
}
