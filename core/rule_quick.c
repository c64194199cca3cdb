/* rule_quick: runs the quick program of an order of one line. Its registers are the trace; they are put where the trace
 * reads when it is asked for. Nothing but the answer's own fields is written before all has gone well. */
#include <stdlib.h>

#include "core/rule_int.h"

/* What a run found out. */
struct quick_outcome {
    uint32_t warnings;
    const struct quick_code *regime, *refusal; /* that decided, NULL: none */
};

/* Half up, away from zero; k > 1. */
static inline int64_t round_half_up(int64_t a, int64_t k)
{
    uint64_t magnitude = a < 0 ? 0 - (uint64_t)a : (uint64_t)a, whole = (magnitude + (uint64_t)k / 2) / (uint64_t)k;
    return a < 0 ? -(int64_t)whole : (int64_t)whole;
}

/* False: it needs more than 64 bits, or ends in an error. */
static bool run(const struct quick_code *c, int64_t *r, struct quick_outcome *out)
{
    int64_t x;
    for (;; c++) {
        switch ((enum quick_op)c->op) {
        case QUICK_SET: x = c->k; break;
        case QUICK_ADDK: if (__builtin_add_overflow(r[c->a], c->k, &x)) return false; break;
        case QUICK_MULK: if (__builtin_mul_overflow(r[c->a], c->k, &x)) return false; break;
        case QUICK_LTK: x = r[c->a] < c->k; break;
        case QUICK_GEK: x = r[c->a] >= c->k; break;
        case QUICK_EQK: x = r[c->a] == c->k; break;
        case QUICK_MINK: x = r[c->a] < c->k ? r[c->a] : c->k; break;
        case QUICK_MAXK: x = r[c->a] < c->k ? c->k : r[c->a]; break;
        case QUICK_NOT: x = !r[c->a]; break;
        case QUICK_ROUND: x = round_half_up(r[c->a], c->k); break;
        case QUICK_ROUND_BY: x = money_divide(r[c->a], c->k, (enum round_mode)c->mode); break;
        case QUICK_CHOOSE_OF: x = (int32_t)(r[c->a] ? c->k >> 32 : c->k); break;
        case QUICK_ADD: if (__builtin_add_overflow(r[c->a], r[c->b], &x)) return false; break;
        case QUICK_SUB: if (__builtin_sub_overflow(r[c->a], r[c->b], &x)) return false; break;
        case QUICK_MUL: if (__builtin_mul_overflow(r[c->a], r[c->b], &x)) return false; break;
        case QUICK_LT: x = r[c->a] < r[c->b]; break;
        case QUICK_LE: x = r[c->a] <= r[c->b]; break;
        case QUICK_EQ: x = r[c->a] == r[c->b]; break;
        case QUICK_AND: x = r[c->a] & r[c->b]; break;
        case QUICK_OR: x = r[c->a] | r[c->b]; break;
        case QUICK_MIN: x = r[c->a] < r[c->b] ? r[c->a] : r[c->b]; break;
        case QUICK_MAX: x = r[c->a] < r[c->b] ? r[c->b] : r[c->a]; break;
        case QUICK_MADD:
            if (__builtin_mul_overflow(r[c->a], c->k, &x) || __builtin_add_overflow(x, r[c->b], &x))
                return false;
            break;
        case QUICK_MSUB:
            if (__builtin_mul_overflow(r[c->a], c->k, &x) || __builtin_sub_overflow(x, r[c->b], &x))
                return false;
            break;
        case QUICK_WHEN: x = r[c->b] ? r[c->a] : 0; break;
        case QUICK_UNLESS: x = r[c->b] ? 0 : r[c->a]; break;
        case QUICK_CHOOSE: x = r[c->k] ? r[c->a] : r[c->b]; break;
        case QUICK_QUOTIENT:
            if (r[c->b] <= 0)
                return false;
            x = money_divide(r[c->a], r[c->b], (enum round_mode)c->mode);
            break;
        case QUICK_JZ: c += r[c->a] ? 0 : c->k; continue;
        case QUICK_JMP: c += c->k; continue;
        case QUICK_WARN: out->warnings |= (uint32_t)c->k; continue;
        case QUICK_STOP: return false;
        case QUICK_STOP_IF: if (r[c->a]) return false; continue;
        case QUICK_REGIME: out->regime = r[c->a] ? c : out->regime; continue;
        case QUICK_REFUSE:
            if (!r[c->a])
                continue;
            out->refusal = c;
            return true;
        case QUICK_END: return true;
        default: __builtin_unreachable();
        }
        r[c->dst] = x;
    }
}

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
    if (!run(quick->code, r, &outcome))
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
