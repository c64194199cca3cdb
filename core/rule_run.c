/* rule_run: runs bound register code over the facts, exact, and collects the charges. */
#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/node.h"
#include "core/rule_int.h"

const char *charge_id(enum charge_kind kind)
{
#define X(id, name) #name,
    static const char *const name[] = {"", CHARGE_KINDS(X)};
#undef X
    return name[kind];
}

enum charge_kind charge_find(const char *id)
{
    for (int i = 1; i < CHARGE_COUNT; i++)
        if (strcmp(charge_id((enum charge_kind)i), id) == 0)
            return (enum charge_kind)i;
    return CHARGE_UNSET;
}

const char *rule_warning_id(enum rule_warning warning)
{
    static const char *const name[] = {"low_confidence", "fx_stale", "assumed_value", "switch_default"};
    return name[warning];
}

/* ---- the answer, empty ---- */

static void answer_init(struct rule_answer *a)
{
    a->status = RULE_ASSESSED;
    a->regime = "";
    a->currency = 0;
    a->value = a->allowance_limit = a->allowance_used = 0;
    a->has_value = a->has_allowance = false;
    a->lines = a->charges = a->stated = a->warnings = 0;
    int kind = 0; /* in parts: one memset of all is a slow loop on x86 */
    for (; kind + 4 <= CHARGE_COUNT; kind += 4)
        memset(a->total_of + kind, 0, 4 * sizeof *a->total_of);
    for (; kind < CHARGE_COUNT; kind++)
        a->total_of[kind] = 0;
    a->step = -1;
    a->error_line = 0;
    a->error = ERR_NONE;
    a->message[0] = 0;
    a->bound = NULL;
}

void rule_answer_fail(struct rule_answer *answer, enum err_code code, const char *message)
{
    answer_init(answer);
    answer->status = RULE_ERROR;
    answer->error = code;
    snprintf(answer->message, sizeof answer->message, "%s", message);
}


/* ---- the machine ---- */

struct machine {
    const struct rule_cache *cache; /* its registers are written, not the cache */
    const struct bound_order *bound;
    const struct fact_order *order;
    struct rule_answer *answer;
    uint32_t line;   /* that runs, from 1; 0: the order */
    bool stop;
    bool is_wide;    /* some register may hold more than 64 bits */
};

static bool scaled(wide a, int64_t k, wide *out) { return k == 1 ? (*out = a, true) : wide_multiply(a, k, out); }

static wide divide_rounded(wide num, int64_t den, unsigned mode)
{
    wide q, r;
    if (wide_fits(num)) {
        q = (int64_t)num / den;
        r = (int64_t)num % den;
    } else {
        q = num / den;
        r = num % den;
    }
    if (r == 0)
        return q;
    wide twice = (r < 0 ? -r : r) * 2;
    int away = num < 0 ? -1 : 1;
    switch (mode) {
    case ROUND_HALF_UP: return twice >= den ? q + away : q;
    case ROUND_HALF_EVEN: return twice > den || (twice == den && (q & 1)) ? q + away : q;
    case ROUND_UP: return q + away;
    case ROUND_FLOOR: return away < 0 ? q - 1 : q;
    case ROUND_CEIL: return away > 0 ? q + 1 : q;
    default: return q;
    }
}

static void stop_error(struct machine *m, int step, enum err_code code, const char *what)
{
    const struct pack *pack = m->bound->pack;
    m->stop = true;
    m->answer->status = RULE_ERROR;
    m->answer->error = code;
    m->answer->step = step;
    m->answer->error_line = m->line;
    snprintf(m->answer->message, sizeof m->answer->message, "%s: step \"%s\"%s%s", pack->id,
             step >= 0 ? pack->step[step].name : "", *what ? ": " : "", what);
}

static void trap_met(struct machine *m, const struct code *c)
{
    const char *name = names_at(&m->cache->book->names, (uint32_t)c->k1);
    char what[160];
    static const char *const sentence[ERR_COUNT] = {
        [ERR_UNKNOWN_CODE] = "the tariff has no row for this commodity code",
        [ERR_NO_RATE] = "no rate on this day",
        [ERR_LIST_UNKNOWN] = "it is not known whether the code is on the list",
        [ERR_BEFORE_FIRST] = "the day is before the first known value",
        [ERR_NOT_IN_FORCE] = "no value is in force on this day",
        [ERR_NO_FX] = "no exchange rate is known for what the law tests in another currency",
        [ERR_NEEDS_QUANTITY] = "a specific rate needs net_weight_kg, volume_l or pieces",
    };
    const struct step *step = &m->bound->pack->step[c->b];
    const char *text = sentence[c->a] ? sentence[c->a] : "cannot be computed";
    m->line = c->mode ? c->mode : m->line;
    if (step->kind == STEP_ERROR && step->missing == c->a && step->message[LANG_EN]) /* else its condition is unknown */
        text = step->message[LANG_EN];
    snprintf(what, sizeof what, "%s%s%s%s", text, *name ? " (" : "", name, *name ? ")" : "");
    stop_error(m, c->b, (enum err_code)c->a, what);
}

/* Value of a line's step or fact in units of 1/den; false when it is no whole number of them. */
static bool line_value(struct machine *m, uint32_t line, uint16_t which, int64_t den, wide *out)
{
    const wide *r = m->cache->line_register + (size_t)line * REGISTERS_MAX;
    if (which & 0x8000u) {
        *out = r[which & 0x7fffu];
        return true;
    }
    const struct term *t = &m->cache->run_line[line]->code.term[which];
    if (t->state != TERM_CONST && t->state != TERM_REGISTER)
        return false;
    wide v = t->state == TERM_CONST ? t->num : r[t->reg];
    if (t->den == den) {
        *out = v;
        return true;
    }
    wide num;
    if (!wide_multiply(v, den, &num) || num % t->den != 0)
        return false;
    *out = num / t->den;
    return true;
}

static void trap_of_line(struct machine *m, uint32_t line, uint16_t which, uint16_t step)
{
    const struct term *t = &m->cache->run_line[line]->code.term[which & 0x7fffu];
    m->line = line + 1;
    if (!(which & 0x8000u) && t->state == TERM_TRAP) {
        struct code c = {CODE_TRAP, 0, 0, t->trap, which, t->symbol, 0};
        trap_met(m, &c);
    } else {
        stop_error(m, step, ERR_INTERNAL, "sum of a value that is not rounded");
    }
}

static wide over_lines(struct machine *m, const struct code *c)
{
    wide sum = 0, v;
    uint32_t lines = m->order->lines, counted = 0;
    if (lines == 1 && c->op == CODE_SUM && line_value(m, 0, c->a, c->k1, &v))
        return v;
    for (uint32_t i = 0; i < lines; i++) {
        if (!line_value(m, i, c->a, c->k1, &v)) {
            trap_of_line(m, i, c->a, c->b);
            return 0;
        }
        sum += v;
        counted += v != 0;
    }
    switch (c->op) {
    case CODE_SUM: return sum;
    case CODE_ANY: return counted > 0;
    case CODE_ALL: return counted == lines;
    default: return counted;
    }
}

static wide run_whole(wide a, const struct code *c)
{
    return divide_rounded(a, c->k1, c->op == CODE_FLOOR ? ROUND_FLOOR : ROUND_CEIL);
}

/* round(a * k1 / (b * k2)); false when it does not fit. */
static bool run_quotient(struct machine *m, const struct code *c, wide *r)
{
    wide x, y;
    if (!scaled(r[c->a], c->k1, &x) || !scaled(r[c->b], c->k2, &y) || !wide_fits(y))
        return false;
    if (y <= 0)
        stop_error(m, -1, ERR_RANGE, "the divisor is not above zero");
    else
        r[c->dst] = divide_rounded(x, (int64_t)y, c->mode);
    return true;
}

/* A refusal or a regime whose condition holds. */
static void run_outcome(struct machine *m, const struct code *c)
{
    const struct step *step = &m->bound->pack->step[c->b];
    if (c->op == CODE_REGIME) {
        m->answer->regime = step->regime;
        return;
    }
    m->answer->status = RULE_REFUSED;
    m->answer->step = c->b;
    m->stop = true;
}

/* Runs what needs more than a fast step: 128 bits, the other lines, the answer. */
static void run_slow(struct machine *m, const struct code *c, wide *r, const wide *o)
{
    wide x, y;
    bool fits = true;
    switch (c->op) {
    case CODE_LIN:
        fits = scaled(r[c->a], c->k1, &x) && scaled(r[c->b], c->k2, &y);
        r[c->dst] = fits ? x + y : 0;
        break;
    case CODE_LINK:
        fits = scaled(r[c->a], c->k1, &x);
        r[c->dst] = fits ? x + c->k2 : 0;
        break;
    case CODE_MUL:
        fits = wide_fits(r[c->b]) ? wide_multiply(r[c->a], (int64_t)r[c->b], &x)
                                  : wide_fits(r[c->a]) && wide_multiply(r[c->b], (int64_t)r[c->a], &x);
        r[c->dst] = fits ? x : 0;
        break;
    case CODE_MIN:
    case CODE_MAX:
        fits = scaled(r[c->a], c->k1, &x) && scaled(r[c->b], c->k2, &y);
        r[c->dst] = !fits ? 0 : (x < y) == (c->op == CODE_MIN) ? x : y;
        break;
    case CODE_MINK:
    case CODE_MAXK:
        fits = scaled(r[c->a], c->k1, &x);
        r[c->dst] = !fits ? 0 : (x < c->k2) == (c->op == CODE_MINK) ? x : c->k2;
        break;
    case CODE_LT:
    case CODE_LE:
    case CODE_EQ:
        fits = scaled(r[c->a], c->k1, &x) && scaled(r[c->b], c->k2, &y);
        r[c->dst] = fits && (c->op == CODE_LT ? x < y : c->op == CODE_LE ? x <= y : x == y);
        break;
    case CODE_LTK: fits = scaled(r[c->a], c->k1, &x); r[c->dst] = fits && x < c->k2; break;
    case CODE_LEK: fits = scaled(r[c->a], c->k1, &x); r[c->dst] = fits && x <= c->k2; break;
    case CODE_EQK: fits = scaled(r[c->a], c->k1, &x); r[c->dst] = fits && x == c->k2; break;
    case CODE_GTK: fits = scaled(r[c->a], c->k1, &x); r[c->dst] = fits && x > c->k2; break;
    case CODE_GEK: fits = scaled(r[c->a], c->k1, &x); r[c->dst] = fits && x >= c->k2; break;
    case CODE_NOT: r[c->dst] = !r[c->a]; break;
    case CODE_FLOOR:
    case CODE_CEIL: r[c->dst] = run_whole(r[c->a], c); break;
    case CODE_ROUND:
        fits = scaled(r[c->a], c->k1, &x);
        r[c->dst] = fits ? divide_rounded(x, c->k2, c->mode) : 0;
        break;
    case CODE_DIVIDE: fits = run_quotient(m, c, r); break;
    case CODE_LOAD: r[c->dst] = o[c->a]; break;
    case CODE_LINES: r[c->dst] = m->order->lines; break;
    case CODE_TRAP: trap_met(m, c); return;
    default: r[c->dst] = over_lines(m, c); break;
    }
    m->is_wide = m->is_wide || !wide_fits(r[c->dst]);
    if (!fits)
        stop_error(m, -1, ERR_OVERFLOW, "an amount is too large");
}

/* One step in 64 bits; false, and nothing is written, when it needs more. */
static inline bool run_fast(const struct code *c, wide *r, const wide *o)
{
    int64_t a = (int64_t)r[c->a], b, x;
    switch (c->op) {
    case CODE_LIN:
        b = (int64_t)r[c->b];
        if (__builtin_mul_overflow(a, c->k1, &a) || __builtin_mul_overflow(b, c->k2, &b) ||
            __builtin_add_overflow(a, b, &x))
            return false;
        break;
    case CODE_LINK:
        if (__builtin_mul_overflow(a, c->k1, &a) || __builtin_add_overflow(a, c->k2, &x))
            return false;
        break;
    case CODE_MUL:
        if (__builtin_mul_overflow(a, (int64_t)r[c->b], &x))
            return false;
        break;
    case CODE_ROUND:
        if (__builtin_mul_overflow(a, c->k1, &a) || a == INT64_MIN)
            return false;
        x = money_divide(a, c->k2, (enum round_mode)c->mode);
        break;
    case CODE_LTK: if (__builtin_mul_overflow(a, c->k1, &a)) return false; x = a < c->k2; break;
    case CODE_LEK: if (__builtin_mul_overflow(a, c->k1, &a)) return false; x = a <= c->k2; break;
    case CODE_EQK: if (__builtin_mul_overflow(a, c->k1, &a)) return false; x = a == c->k2; break;
    case CODE_GTK: if (__builtin_mul_overflow(a, c->k1, &a)) return false; x = a > c->k2; break;
    case CODE_GEK: if (__builtin_mul_overflow(a, c->k1, &a)) return false; x = a >= c->k2; break;
    case CODE_MIN:
    case CODE_MAX:
    case CODE_LT:
    case CODE_LE:
    case CODE_EQ:
        b = (int64_t)r[c->b];
        if (__builtin_mul_overflow(a, c->k1, &a) || __builtin_mul_overflow(b, c->k2, &b))
            return false;
        x = c->op == CODE_MIN   ? (a < b ? a : b)
            : c->op == CODE_MAX ? (a < b ? b : a)
            : c->op == CODE_LT  ? a < b
            : c->op == CODE_LE  ? a <= b
                                : a == b;
        break;
    case CODE_MINK: if (__builtin_mul_overflow(a, c->k1, &a)) return false; x = a < c->k2 ? a : c->k2; break;
    case CODE_MAXK: if (__builtin_mul_overflow(a, c->k1, &a)) return false; x = a < c->k2 ? c->k2 : a; break;
    case CODE_SET: x = c->k1; break;
    case CODE_NOT: x = !a; break;
    case CODE_LOAD: x = (int64_t)o[c->a]; break;
    default: return false;
    }
    r[c->dst] = x;
    return true;
}

/* Runs code[from … to) over the registers `r`; `o` are the order's registers. */
static void run_code(struct machine *m, const struct code *code, const struct code *end, wide *r, const wide *o)
{
    for (const struct code *c = code; c < end; c++) {
        if (c->op <= CODE_FAST_LAST && !m->is_wide && run_fast(c, r, o))
            continue;
        switch (c->op) {
        case CODE_SET: r[c->dst] = c->k1; break;
        case CODE_WARN: m->answer->warnings |= (uint32_t)c->k1; break;
        case CODE_JZ: c += r[c->a] ? 0 : c->k1; break;
        case CODE_JMP: c += c->k1; break;
        case CODE_REFUSE:
        case CODE_REGIME:
            if (!r[c->a])
                break;
            run_outcome(m, c);
            if (m->stop)
                return;
            break;
        default:
            run_slow(m, c, r, o);
            if (m->stop)
                return;
            break;
        }
    }
}

/* ---- segments ---- */

static bool order_minor(struct machine *m, const struct term *t, int64_t *out)
{
    int64_t unit = m->bound->pack->unit;
    if (t->state != TERM_CONST && t->state != TERM_REGISTER)
        return false;
    wide v = t->state == TERM_CONST ? t->num : m->cache->order_register[t->reg], num;
    if (t->den != unit) {
        if (!wide_multiply(v, unit, &num) || num % t->den != 0)
            return false;
        v = num / t->den;
    }
    *out = (int64_t)v;
    return wide_fits(v);
}

static uint16_t which_of(const struct expr *e)
{
    return (uint16_t)(e->op == EXPR_STEP ? e->ref : e->ref | 0x8000u);
}

static void run_spread(struct machine *m, uint16_t index)
{
    const struct pack *pack = m->bound->pack;
    const struct expr *e = &pack->expr[pack->step[index].is];
    const struct expr *amount = &pack->expr[e->kid[0]];
    struct term fact = {.state = TERM_REGISTER, .reg = (uint16_t)amount->ref, .den = pack->unit};
    const struct term *t = amount->op == EXPR_STEP ? &m->bound->code.term[amount->ref] : &fact;
    int64_t total, weight[RULE_LINES_MAX], share[RULE_LINES_MAX];
    uint32_t lines = m->order->lines;
    if (!order_minor(m, t, &total)) {
        if (t->state == TERM_TRAP) {
            struct code c = {CODE_TRAP, 0, 0, t->trap, index, t->symbol, 0};
            trap_met(m, &c);
        } else {
            stop_error(m, index, ERR_INTERNAL, "spread of an amount that is not rounded");
        }
        return;
    }
    for (uint32_t i = 0; i < lines && lines > 1; i++) {
        wide v;
        if (!line_value(m, i, which_of(&pack->expr[e->kid[1]]), pack->unit, &v) || !wide_fits(v)) {
            stop_error(m, index, ERR_OVERFLOW, "a weight of the spread is not an amount");
            return;
        }
        weight[i] = (int64_t)v;
    }
    share[0] = total;
    if (lines > 1)
        money_spread(total, weight, lines, share);
    for (uint32_t i = 0; i < lines; i++)
        m->cache->line_register[(size_t)i * REGISTERS_MAX + m->cache->run_line[i]->code.term[index].reg] = share[i];
}

static void make_room(struct rule_cache *cache, uint32_t lines)
{
    uint32_t room = cache->line_room;
    while (room < lines)
        room *= 2;
    size_t one = REGISTERS_MAX * sizeof(wide);
    cache->order_register = memory_resize(cache->order_register, (1 + cache->line_room) * one, (1 + room) * one);
    cache->line_register = cache->order_register + REGISTERS_MAX;
    cache->run_line = memory_resize(cache->run_line, cache->line_room * sizeof *cache->run_line,
                                    room * sizeof *cache->run_line);
    cache->line_room = room;
}

static void bind_lines(struct rule_cache *cache, const struct bound_order *bound, const struct fact_order *order)
{
    if (order->lines > cache->line_room)
        make_room(cache, order->lines);
    for (uint32_t i = 0; i < order->lines; i++)
        cache->run_line[i] = rule_cached_line(cache, bound, &order->line[i]);
}

static void load_facts(struct machine *m)
{
    const struct pack *pack = m->bound->pack;
    for (uint32_t i = 0; i < pack->facts; i++)
        m->cache->order_register[pack->fact[i]] = m->order->value[pack->fact[i]];
    for (uint32_t i = 0; i < m->order->lines; i++) {
        m->answer->warnings |= m->cache->run_line[i]->code.warnings;
        wide *r = m->cache->line_register + (size_t)i * REGISTERS_MAX;
        for (int f = 0; f < LINE_FACT_COUNT; f++)
            r[f] = m->order->line[i].value[f];
    }
}

static void run_segments(struct machine *m)
{
    const struct pack *pack = m->bound->pack;
    const struct bound_code *code = &m->bound->code;
    wide *o = m->cache->order_register;
    for (uint32_t s = 0; s < pack->segments && !m->stop; s++) {
        const struct segment *segment = &pack->segment[s];
        m->line = 0;
        if (segment->level == LEVEL_ORDER && code->segment_at[s] == code->segment_at[s + 1])
            continue;
        if (segment->level == LEVEL_ORDER) {
            run_code(m, code->code + code->segment_at[s], code->code + code->segment_at[s + 1], o, o);
            continue;
        }
        if (segment->spread)
            run_spread(m, segment->first);
        for (uint32_t i = 0; i < m->order->lines && !m->stop; i++) {
            const struct bound_code *line = &m->cache->run_line[i]->code;
            m->line = i + 1;
            run_code(m, line->code + line->segment_at[s], line->code + line->segment_at[s + 1],
                     m->cache->line_register + (size_t)i * REGISTERS_MAX, o);
        }
    }
}

/* ---- the answer ---- */

static void add_charge(struct machine *m, const struct term *t, const wide *r, uint16_t index, uint32_t line)
{
    struct rule_answer *a = m->answer;
    const struct step *step = &m->bound->pack->step[index];
    int64_t unit = charge_is_amount(step->charge) ? m->bound->pack->unit : 1000000;
    wide v = t->state == TERM_CONST ? t->num : r[t->reg];
    if (t->den != unit) {
        wide num;
        if (!wide_multiply(v, unit, &num)) {
            stop_error(m, index, ERR_OVERFLOW, "an amount is too large");
            return;
        }
        v = num / t->den;
    }
    if (!wide_fits(v) || a->charges == RULE_CHARGES_MAX) {
        stop_error(m, index, ERR_OVERFLOW, "an amount is too large, or there are too many charges");
        return;
    }
    a->charge[a->charges++] = (struct rule_charge){step->charge, (uint16_t)line, index, (int64_t)v};
    a->total_of[step->charge] += (int64_t)v;
    a->stated |= 1u << step->charge;
}

bool rule_charge_absent(const struct bound_code *code, const wide *r, uint16_t step)
{
    if (!code->when)
        return false;
    const struct term *when = &code->when[step];
    return when->state == TERM_CONST ? !when->num : when->state == TERM_REGISTER && !r[when->reg];
}

static void collect_step(struct machine *m, const struct bound_code *code, const wide *r, uint16_t step,
                         uint32_t line)
{
    if (!rule_charge_absent(code, r, step))
        add_charge(m, &code->term[step], r, step, line);
}

static void collect(struct machine *m)
{
    const struct pack *pack = m->bound->pack;
    for (uint32_t n = 0; n < pack->charge_steps && !m->stop; n++) {
        uint16_t i = pack->charge_step[n];
        if (pack->step[i].level == LEVEL_ORDER) {
            collect_step(m, &m->bound->code, m->cache->order_register, i, 0);
            continue;
        }
        for (uint32_t k = 0; k < m->order->lines && !m->stop; k++)
            collect_step(m, &m->cache->run_line[k]->code,
                         m->cache->line_register + (size_t)k * REGISTERS_MAX, i, k + 1);
    }
}

/* A refused order has what was computed before the refusal; of the allowance it uses nothing. */
static void collect_named(struct machine *m)
{
    const struct pack *pack = m->bound->pack;
    const struct bound_code *code = &m->bound->code;
    struct rule_answer *a = m->answer;
    bool is_refused = a->status == RULE_REFUSED;
    int end = is_refused ? a->step : (int)pack->steps, allowance = pack->allowance_step;
    if (pack->value_step >= 0 && pack->value_step < end) {
        a->has_value = order_minor(m, &code->term[pack->value_step], &a->value);
        if (!a->has_value)
            stop_error(m, pack->value_step, ERR_OVERFLOW, "the value is too large, or not rounded");
    }
    if (allowance < 0 || allowance >= end || !code->used || !code->term[allowance].state)
        return;
    a->has_allowance = order_minor(m, &code->term[allowance], &a->allowance_limit) &&
                       order_minor(m, &code->used[allowance], &a->allowance_used);
    if (is_refused)
        a->allowance_used = m->order->value[FACT_ANNUAL_USED];
}

/* An answer that says whose program gave it. */
static void answer_start(struct rule_answer *answer, const struct bound_order *bound, const struct fact_order *order)
{
    answer_init(answer);
    answer->bound = bound;
    answer->lines = order->lines;
    answer->sale_day = order->sale_day;
    answer->entry_day = order->entry_day;
    answer->regime = bound->pack->regime;
    answer->currency = bound->pack->currency;
    answer->warnings = bound->code.warnings;
}

static void run_wide(struct rule_cache *cache, const struct bound_order *bound, const struct fact_order *order,
                     struct rule_answer *answer)
{
    struct machine m = {.cache = cache, .bound = bound, .order = order, .answer = answer};
    cache->quick_run->quick = NULL;
    load_facts(&m);
    struct fused fused;
    if (order->lines == 1 && rule_fuse(cache, bound, cache->run_line[0], &fused))
        run_code(&m, fused.code, fused.code + fused.codes, cache->order_register, cache->order_register);
    else
        run_segments(&m);
    if (!m.stop)
        collect(&m);
    if (answer->status != RULE_ERROR)
        collect_named(&m);
}

void rule_run(struct rule_cache *cache, const struct fact_order *order, struct rule_answer *answer)
{
    check(order->lines > 0 && order->lines <= RULE_LINES_MAX);
    const struct bound_order *bound = rule_cached_order(cache, order, answer);
    if (!bound)
        return;
    answer_start(answer, bound, order);
    bind_lines(cache, bound, order);
    const struct quick *quick = order->lines == 1 ? cache->run_line[0]->quick : NULL;
    if (quick && rule_quick(cache, quick, order, answer))
        return;
    if (quick)
        answer_start(answer, bound, order);
    run_wide(cache, bound, order, answer);
}

struct worth rule_worth(const struct rule_cache *cache, const struct rule_answer *answer, uint32_t line,
                        const struct step *step, uint16_t expr)
{
    enum { ROOM = 512 };
    struct code code[ROOM];
    wide r[REGISTERS_MAX];
    uint32_t codes;
    rule_unfold(cache);
    const wide *o = cache->order_register;
    const struct bound_line *bound = line ? cache->run_line[line - 1] : NULL;
    struct term t = rule_bind_expr(cache, answer->bound, bound, step, expr, code, ROOM, &codes);
    if (t.state == TERM_CONST)
        return (struct worth){true, t.type, t.num, t.den};
    if (t.state != TERM_REGISTER)
        return (struct worth){0};
    memcpy(r, line ? cache->line_register + (size_t)(line - 1) * REGISTERS_MAX : o, sizeof r);
    struct rule_answer scratch = {.status = RULE_ASSESSED};
    struct fact_order order = {.lines = answer->lines};
    struct machine m = {.cache = cache, .bound = answer->bound, .order = &order,
                        .answer = &scratch};
    run_code(&m, code, code + codes, r, o);
    return m.stop ? (struct worth){0} : (struct worth){true, t.type, r[t.reg], t.den};
}
