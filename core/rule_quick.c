/* rule_quick: runs the quick program of an order of one line. Its registers are the trace; they are put where the trace
 * reads when it is asked for. Nothing but the answer's own fields is written before all has gone well. */
#include <stdlib.h>

#include "core/rule_int.h"

/* What a run found out. */
struct quick_outcome {
    uint32_t warnings;
    const struct quick_code *regime, *refusal; /* that decided, NULL: none */
};

/* ---- operations: each ends by calling the next one, which compilers make a jump (the depth is bounded by the code
 * where they do not); false: it needs more than 64 bits, or ends in an error ---- */

typedef bool quick_run_code(const struct quick_code *c, int64_t *r, struct quick_outcome *out);
static quick_run_code *const run_op[QUICK_END + 1];

static inline bool next(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return run_op[c[1].op](c + 1, r, out);
}

static inline bool give(int64_t x, const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    r[c->dst] = x;
    return next(c, r, out);
}

static bool run_set(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(c->k, c, r, out);
}

static bool run_addk(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t x;
    return !__builtin_add_overflow(r[c->a], c->k, &x) && give(x, c, r, out);
}

static bool run_mulk(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t x;
    return !__builtin_mul_overflow(r[c->a], c->k, &x) && give(x, c, r, out);
}

static bool run_ltk(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] < c->k, c, r, out);
}

static bool run_gek(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] >= c->k, c, r, out);
}

static bool run_eqk(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] == c->k, c, r, out);
}

static bool run_mink(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] < c->k ? r[c->a] : c->k, c, r, out);
}

static bool run_maxk(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] < c->k ? c->k : r[c->a], c, r, out);
}

static bool run_not(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(!r[c->a], c, r, out);
}

static bool run_round(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t a = r[c->a], k = c->k; /* half up, away from zero; k > 1 */
    uint64_t magnitude = a < 0 ? 0 - (uint64_t)a : (uint64_t)a, whole = (magnitude + (uint64_t)k / 2) / (uint64_t)k;
    return give(a < 0 ? -(int64_t)whole : (int64_t)whole, c, r, out);
}

static bool run_round_by(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(money_divide(r[c->a], c->k, (enum round_mode)c->mode), c, r, out);
}

static bool run_choose_of(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give((int32_t)(r[c->a] ? c->k >> 32 : c->k), c, r, out);
}

static bool run_add(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t x;
    return !__builtin_add_overflow(r[c->a], r[c->b], &x) && give(x, c, r, out);
}

static bool run_sub(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t x;
    return !__builtin_sub_overflow(r[c->a], r[c->b], &x) && give(x, c, r, out);
}

static bool run_mul(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t x;
    return !__builtin_mul_overflow(r[c->a], r[c->b], &x) && give(x, c, r, out);
}

static bool run_lt(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] < r[c->b], c, r, out);
}

static bool run_le(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] <= r[c->b], c, r, out);
}

static bool run_eq(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] == r[c->b], c, r, out);
}

static bool run_and(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] & r[c->b], c, r, out);
}

static bool run_or(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] | r[c->b], c, r, out);
}

static bool run_min(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] < r[c->b] ? r[c->a] : r[c->b], c, r, out);
}

static bool run_max(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->a] < r[c->b] ? r[c->b] : r[c->a], c, r, out);
}

static bool run_madd(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t x;
    return !__builtin_mul_overflow(r[c->a], c->k, &x) && !__builtin_add_overflow(x, r[c->b], &x) && give(x, c, r, out);
}

static bool run_msub(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t x;
    return !__builtin_mul_overflow(r[c->a], c->k, &x) && !__builtin_sub_overflow(x, r[c->b], &x) && give(x, c, r, out);
}

static bool run_when(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->b] ? r[c->a] : 0, c, r, out);
}

static bool run_unless(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->b] ? 0 : r[c->a], c, r, out);
}

static bool run_choose(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return give(r[c->k] ? r[c->a] : r[c->b], c, r, out);
}

static bool run_quotient(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return r[c->b] > 0 && give(money_divide(r[c->a], r[c->b], (enum round_mode)c->mode), c, r, out);
}

static bool run_jz(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return next(c + (r[c->a] ? 0 : c->k), r, out);
}

static bool run_jmp(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return next(c + c->k, r, out);
}

static bool run_warn(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    out->warnings |= (uint32_t)c->k;
    return next(c, r, out);
}

static bool run_stop(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    (void)c, (void)r, (void)out;
    return false;
}

static bool run_stop_if(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    return !r[c->a] && next(c, r, out);
}

static bool run_refuse(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    if (!r[c->a])
        return next(c, r, out);
    out->refusal = c;
    return true;
}

static bool run_regime(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    out->regime = r[c->a] ? c : out->regime;
    return next(c, r, out);
}

static bool run_end(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    (void)c, (void)r, (void)out;
    return true;
}

static quick_run_code *const run_op[QUICK_END + 1] = {
    [QUICK_SET] = run_set, [QUICK_ADDK] = run_addk, [QUICK_MULK] = run_mulk, [QUICK_LTK] = run_ltk,
    [QUICK_GEK] = run_gek, [QUICK_EQK] = run_eqk, [QUICK_MINK] = run_mink, [QUICK_MAXK] = run_maxk,
    [QUICK_NOT] = run_not, [QUICK_ROUND] = run_round, [QUICK_ROUND_BY] = run_round_by,
    [QUICK_CHOOSE_OF] = run_choose_of, [QUICK_ADD] = run_add, [QUICK_SUB] = run_sub, [QUICK_MUL] = run_mul,
    [QUICK_LT] = run_lt, [QUICK_LE] = run_le, [QUICK_EQ] = run_eq, [QUICK_AND] = run_and, [QUICK_OR] = run_or,
    [QUICK_MIN] = run_min, [QUICK_MAX] = run_max, [QUICK_MADD] = run_madd, [QUICK_MSUB] = run_msub,
    [QUICK_WHEN] = run_when, [QUICK_UNLESS] = run_unless, [QUICK_CHOOSE] = run_choose,
    [QUICK_QUOTIENT] = run_quotient, [QUICK_JZ] = run_jz, [QUICK_JMP] = run_jmp, [QUICK_WARN] = run_warn,
    [QUICK_STOP] = run_stop, [QUICK_STOP_IF] = run_stop_if, [QUICK_REFUSE] = run_refuse, [QUICK_REGIME] = run_regime,
    [QUICK_END] = run_end,
};

/* ---- the answer ---- */

static inline bool amount(const struct quick_amount *plan, const int64_t *r, int64_t *out, bool *is_whole)
{
    if (plan->at == QUICK_NOWHERE) {
        *out = plan->up;
        return true;
    }
    int64_t x = r[plan->at];
    if (plan->up != 1 && __builtin_mul_overflow(x, plan->up, &x))
        return false;
    if (plan->down != 1) {
        *is_whole = *is_whole && x % plan->down == 0;
        x /= plan->down;
    }
    *out = x;
    return true;
}

static bool collect(const struct quick *quick, const int64_t *r, struct rule_answer *a)
{
    bool is_whole = true;
    for (uint32_t i = 0; i < quick->charges; i++) {
        const struct quick_charge *plan = &quick->charge[i];
        int64_t x;
        if (plan->when != QUICK_NOWHERE && !r[plan->when])
            continue;
        if (!amount(&plan->amount, r, &x, &is_whole))
            return false;
        a->charge[a->charges++] = (struct rule_charge){plan->kind, plan->line, plan->step, x};
        a->total_of[plan->kind] += x;
        a->stated |= 1u << plan->kind;
    }
    return true;
}

/* What was computed before the step `end`; a refused order uses nothing of the allowance. */
static bool collect_named(const struct quick *quick, const int64_t *r, int32_t end, int64_t annual_used,
                          struct rule_answer *a)
{
    bool fits = true, is_whole = true;
    a->has_value = quick->value_step < end;
    if (a->has_value)
        fits = amount(&quick->value, r, &a->value, &is_whole);
    a->has_allowance = quick->allowance_step < end;
    if (a->has_allowance)
        fits = amount(&quick->limit, r, &a->allowance_limit, &is_whole) &&
               amount(&quick->used, r, &a->allowance_used, &is_whole) && fits;
    if (a->status == RULE_REFUSED && a->has_allowance)
        a->allowance_used = annual_used;
    return fits && is_whole;
}

bool rule_quick(struct rule_cache *cache, const struct quick *quick, const struct fact_order *order,
                struct rule_answer *answer)
{
    int64_t *r = cache->quick_run->r;
    struct quick_outcome outcome = {.warnings = quick->warnings};
    const struct step *step = answer->bound->pack->step;
    for (uint32_t i = 0; i < quick->order_facts; i++)
        r[i] = order->value[quick->fact[i]];
    for (uint32_t i = quick->order_facts; i < quick->facts; i++)
        r[i] = order->line->value[quick->fact[i]];
    if (!run_op[quick->code->op](quick->code, r, &outcome))
        return false;
    answer->warnings = outcome.warnings;
    if (outcome.regime)
        answer->regime = step[outcome.regime->dst].regime;
    int32_t end = INT32_MAX;
    if (outcome.refusal) {
        answer->status = RULE_REFUSED;
        answer->step = end = outcome.refusal->dst;
    }
    cache->quick_run->quick = quick;
    return (outcome.refusal || collect(quick, r, answer)) &&
           collect_named(quick, r, end, order->value[FACT_ANNUAL_USED], answer);
}

void rule_unfold(const struct rule_cache *cache)
{
    struct quick_run *run = cache->quick_run;
    for (uint32_t i = 0; run->quick && i < run->quick->homes; i++) {
        const struct quick_home *home = &run->quick->home[i];
        wide x = home->at == QUICK_NOWHERE ? 1 : run->r[home->at];
        cache->order_register[home->reg] = x * home->factor;
    }
    run->quick = NULL;
}
