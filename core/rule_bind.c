/* rule_bind: folds what is known of an order or a line into constants and leaves register code for the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/date.h"
#include "core/node.h"
#include "core/rule_term.h"

static struct term compile(struct binder *b, uint16_t e);

/* ---- branches ---- */

static void fill_branch(struct binder *b, uint32_t slot, uint16_t dst, struct term t, int64_t den)
{
    if (t.state == TERM_TRAP)
        b->code[slot] = (struct code){CODE_TRAP, 0, 0, t.trap, (uint16_t)(b->step - b->pack->step), t.symbol, 0};
    else if (t.state == TERM_CONST)
        b->code[slot] = (struct code){CODE_SET, 0, dst, 0, 0, t.num * (den / t.den), 0};
    else
        b->code[slot] = (struct code){CODE_LINK, 0, dst, t.reg, 0, den / t.den, 0};
}

static bool overflows(struct term t, int64_t den)
{
    return t.state == TERM_CONST && !wide_fits((wide)t.num * (den / t.den));
}

/* if(c, yes, no) with c in a register; no == 0: false */
static struct term branch(struct binder *b, struct term c, uint16_t yes, uint16_t no)
{
    uint32_t jump_else = term_emit(b, (struct code){CODE_JZ, 0, 0, c.reg, 0, 0, 0});
    b->depth++;
    struct term t = compile(b, yes);
    uint32_t slot_yes = term_emit(b, (struct code){0});
    uint32_t jump_end = term_emit(b, (struct code){CODE_JMP, 0, 0, 0, 0, 0, 0});
    b->code[jump_else].k1 = (int64_t)b->codes - jump_else - 1;
    struct term f = no ? compile(b, no) : term_constant(TYPE_BOOL, 0, 1);
    b->depth--;
    uint32_t slot_no = term_emit(b, (struct code){0});
    b->code[jump_end].k1 = (int64_t)b->codes - jump_end - 1;
    int64_t den = term_common(t.den, f.den);
    if (den != 0 && (overflows(t, den) || overflows(f, den)))
        den = 0;
    if (den == 0 || (t.state == TERM_TRAP && f.state == TERM_TRAP && t.trap == f.trap)) {
        b->codes = jump_else;
        return den == 0 ? term_trap(ERR_OVERFLOW, 0) : t;
    }
    uint16_t dst = term_fresh(b);
    fill_branch(b, slot_yes, dst, t, den);
    fill_branch(b, slot_no, dst, f, den);
    return term_register(t.state == TERM_TRAP ? f.type : t.type, dst, den);
}

static bool can_trap(const struct binder *b, uint32_t from)
{
    for (uint32_t i = from; i < b->codes; i++)
        if (b->code[i].op == CODE_TRAP)
            return true;
    return false;
}

static struct term compile_logic(struct binder *b, const struct expr *e)
{
    bool conjunction = e->op == EXPR_AND;
    struct term x = compile(b, e->kid[0]);
    if (x.state == TERM_TRAP)
        return x;
    if (x.state == TERM_CONST)
        return (x.num != 0) == conjunction ? compile(b, e->kid[1]) : x;
    uint32_t mark = b->codes, warnings = b->warnings;
    struct term y = compile(b, e->kid[1]);
    if (y.state == TERM_CONST)
        return (y.num != 0) == conjunction ? x : y;
    if (y.state == TERM_REGISTER && !can_trap(b, mark)) {
        uint16_t dst = term_fresh(b);
        term_emit(b, (struct code){conjunction ? CODE_MUL : CODE_MAX, 0, dst, x.reg, y.reg, 1, 1});
        return term_register(TYPE_BOOL, dst, 1);
    }
    b->warnings = warnings;
    b->codes = mark; /* the right side may fail: reach it only when the left side asks for it */
    if (conjunction)
        return branch(b, x, e->kid[1], 0);
    struct term other = branch(b, term_not(b, x), e->kid[1], 0);
    if (other.state == TERM_TRAP)
        return other;
    uint16_t dst = term_fresh(b);
    term_emit(b, (struct code){CODE_MAX, 0, dst, x.reg, other.reg, 1, 1});
    return term_register(TYPE_BOOL, dst, 1);
}

static struct term compile_if(struct binder *b, const struct expr *e)
{
    struct term c = compile(b, e->kid[0]);
    if (c.state == TERM_TRAP)
        return c;
    if (c.state == TERM_CONST)
        return compile(b, e->kid[c.num ? 1 : 2]);
    return branch(b, c, e->kid[1], e->kid[2]);
}

/* ---- leaves ---- */

int32_t step_day(const struct pack *pack, const struct step *step, int32_t sale_day, int32_t entry_day)
{
    bool sale = pack->reads_sale != (step && step->reads_other);
    return sale ? sale_day : entry_day;
}

static int32_t day_of_step(const struct binder *b)
{
    return step_day(b->pack, b->step, b->order->sale_day, b->order->entry_day);
}

/* Warns always, or, inside a branch, when the branch is run. */
static void warn(struct binder *b, enum rule_warning warning)
{
    uint32_t bit = 1u << warning;
    if (b->depth == 0)
        b->warnings |= bit;
    else if (!(b->warnings & bit))
        term_emit(b, (struct code){.op = CODE_WARN, .k1 = bit});
}

static void note_confidence(struct binder *b, const char *confidence)
{
    if (strcmp(confidence, "conflict") == 0)
        warn(b, WARN_SWITCH_DEFAULT);
    else if (strcmp(confidence, "assumed") == 0)
        warn(b, WARN_ASSUMED_VALUE);
    else if (strcmp(confidence, "high") != 0 && strcmp(confidence, "medium") != 0)
        warn(b, WARN_LOW_CONFIDENCE);
}

const struct parameter_value *parameter_on(const struct parameter *p, int32_t day)
{
    const struct parameter_value *found = NULL;
    for (uint32_t i = 0; i < p->values && p->value[i].from <= day; i++)
        found = &p->value[i];
    return found;
}

const struct parameter *parameter_named(const struct pack *pack, const char *name)
{
    for (uint32_t i = 0; i < pack->parameters; i++)
        if (strcmp(pack->parameter[i].name, name) == 0)
            return &pack->parameter[i];
    return NULL;
}

const struct parameter *parameter_picked(const struct rulebook *book, const struct pack *pack,
                                         const struct expr *pick, const struct order_key *key)
{
    char name[96], word[16] = "";
    switch (pack->expr[pick->kid[0]].ref) {
    case KEY_SUB: snprintf(word, sizeof word, "%s", key->sub); break;
    case KEY_FROM: snprintf(word, sizeof word, "%c%c", key->from >> 8, key->from & 255); break;
    case KEY_TO: snprintf(word, sizeof word, "%c%c", key->to >> 8, key->to & 255); break;
    case KEY_FORM: snprintf(word, sizeof word, "%s", form_id((enum form)key->form)); break;
    case KEY_TRANSPORT: snprintf(word, sizeof word, "%s", transport_id((enum transport)key->transport)); break;
    default: snprintf(word, sizeof word, "%s", incoterm_id((enum incoterm)key->incoterm)); break;
    }
    snprintf(name, sizeof name, "%s.%s", names_at(&book->names, pick->ref), word);
    return parameter_named(pack, name);
}

static struct term parameter_term(struct binder *b, const struct parameter *p)
{
    const struct parameter_value *v = parameter_on(p, day_of_step(b));
    uint32_t symbol = names_find(&b->book->names, p->name, strlen(p->name));
    if (v)
        rule_see(b->cache, v->watch, day_of_step(b));
    if (!v || !v->in_force)
        return term_trap(!v ? ERR_BEFORE_FIRST : b->step->missing ? b->step->missing : ERR_NOT_IN_FORCE, symbol);
    note_confidence(b, v->confidence);
    struct term t = term_constant(p->type, 0, 1);
    switch (p->type) {
    case TYPE_SYMBOL: t.num = v->symbol; break;
    case TYPE_DAY: t.num = v->day; break;
    case TYPE_LIST: t.list = v; break;
    default:
        t.num = v->number.num;
        t.den = v->number.den;
        break;
    }
    return t;
}

static struct term compile_pick(struct binder *b, const struct expr *e)
{
    const struct parameter *p = parameter_picked(b->book, b->pack, e, b->key);
    if (!p)
        return term_trap(b->step->missing ? b->step->missing : ERR_NO_RATE, e->ref);
    return parameter_term(b, p);
}

static uint32_t word_symbol(const struct binder *b, const char *word)
{
    uint32_t symbol = names_find(&b->book->names, word, strlen(word));
    return symbol || !*word ? symbol : WORD_FOREIGN;
}

static uint32_t country_symbol(const struct binder *b, uint16_t country)
{
    char code[3] = {(char)(country >> 8), (char)(country & 255), 0};
    return word_symbol(b, code);
}

static struct term compile_key(struct binder *b, const struct expr *e)
{
    const struct fact_order *o = b->order;
    int64_t value = 0;
    switch (e->ref) {
    case KEY_FROM: value = country_symbol(b, o->from); break;
    case KEY_TO: value = country_symbol(b, o->to); break;
    case KEY_SUB: value = word_symbol(b, o->sub); break;
    case KEY_FORM: value = word_symbol(b, form_id((enum form)o->form)); break;
    case KEY_TRANSPORT: value = word_symbol(b, transport_id((enum transport)o->transport)); break;
    case KEY_INCOTERM: value = word_symbol(b, incoterm_id((enum incoterm)o->incoterm)); break;
    case KEY_SALE_DAY: value = o->sale_day; break;
    case KEY_ENTRY_DAY: value = o->entry_day; break;
    case KEY_ORIGIN: value = country_symbol(b, b->line->origin); break;
    default: value = word_symbol(b, b->line->hs); break;
    }
    return term_constant(e->type, value, 1);
}

static int64_t fact_den(const struct binder *b, const char *unit)
{
    return strcmp(unit, "money") == 0 ? currency_unit(b->pack->currency) : 1000000;
}

static struct term load_from_order(struct binder *b, struct term t)
{
    if (!b->line || t.state != TERM_REGISTER)
        return t;
    uint16_t dst = term_fresh(b);
    term_emit(b, (struct code){CODE_LOAD, 0, dst, t.reg, 0, 0, 0});
    t.reg = dst;
    return t;
}

static struct term exchange(struct binder *b, enum order_fact fact)
{
    enum order_flag missing = fact == FACT_FX_USD ? FLAG_NO_FX_USD : FLAG_NO_FX_EUR;
    if (b->order->flags & 1u << missing)
        return term_trap(ERR_NO_FX, 0);
    if (b->order->flags & 1u << FLAG_FX_STALE)
        warn(b, WARN_FX_STALE);
    return load_from_order(b, term_register(TYPE_NUMBER, (uint16_t)fact, 1000000));
}

static struct term compile_fact(struct binder *b, const struct expr *e)
{
#define X(id, name, unit) unit,
    static const char *const order_unit[] = {ORDER_FACTS(X)}, *const line_unit[] = {LINE_FACTS(X)};
#undef X
    if (e->op == EXPR_LINE_FACT)
        return term_register(TYPE_NUMBER, (uint16_t)e->ref, fact_den(b, line_unit[e->ref]));
    if (e->ref == FACT_FX_USD || e->ref == FACT_FX_EUR)
        return exchange(b, (enum order_fact)e->ref);
    return load_from_order(b, term_register(TYPE_NUMBER, (uint16_t)e->ref, fact_den(b, order_unit[e->ref])));
}

static struct term compile_step(struct binder *b, const struct expr *e)
{
    const struct step *step = &b->pack->step[e->ref];
    if (b->line && step->level == LEVEL_ORDER)
        return load_from_order(b, b->bound->code.term[e->ref]);
    return b->term[e->ref];
}

/* ---- tariff ---- */

static struct term compile_specific(struct binder *b, const struct tariff_row *row)
{
    if (row->specific.num == 0)
        return term_constant(TYPE_NUMBER, 0, 1);
    static const struct {
        uint8_t fact, flag;
    } of_unit[] = {{0, 0}, {FACT_NET_WEIGHT, FLAG_HAS_WEIGHT}, {FACT_VOLUME, FLAG_HAS_VOLUME},
                   {FACT_PIECES, FLAG_HAS_PIECES}};
    uint8_t fact = of_unit[row->specific_unit].fact;
    if (!(b->line->flags & 1u << of_unit[row->specific_unit].flag)) {
        if (row->specific_unit != TARIFF_PIECE)
            return term_trap(ERR_NEEDS_QUANTITY, row->kind);
        fact = FACT_QUANTITY;
    }
    struct term t = term_scale(b, term_register(TYPE_NUMBER, fact, 1000000), row->specific.num, row->specific.den);
    if (row->specific_currency == b->pack->currency)
        return t;
    bool is_usd = row->specific_currency == currency_index("USD");
    if (!is_usd && row->specific_currency != currency_index("EUR"))
        return term_trap(ERR_UNIT, row->kind);
    struct term rate = exchange(b, is_usd ? FACT_FX_USD : FACT_FX_EUR);
    return rate.state == TERM_TRAP ? rate : term_multiply(b, t, rate);
}

static struct term compile_tariff(struct binder *b, const struct expr *e)
{
    const struct pack *pack = b->pack;
    const struct tariff_row *row =
        tariff_find(&b->book->tariff, pack->place, pack->base_place, e->ref, b->line->hs,
                    b->line->origin, day_of_step(b));
    if (b->outcome)
        b->outcome[e->note].row = row;
    if (row)
        rule_see(b->cache, row->watch, day_of_step(b));
    if (e->op == EXPR_HAS)
        return term_constant(TYPE_BOOL, row != NULL, 1);
    if (!row) {
        bool known = tariff_knows(&b->book->tariff, pack->place, pack->base_place, b->line->hs);
        return term_trap(b->step->missing ? b->step->missing : known ? ERR_NO_RATE : ERR_UNKNOWN_CODE, e->ref);
    }
    note_confidence(b, row->confidence);
    if (row->is_class != (e->op == EXPR_CLASS))
        return term_trap(ERR_WRONG_TYPE, e->ref);
    if (e->op == EXPR_CLASS)
        return term_constant(TYPE_SYMBOL, row->class_, 1);
    if (e->op == EXPR_AD_VALOREM)
        return term_constant(TYPE_NUMBER, row->ad_valorem.num, row->ad_valorem.den);
    return compile_specific(b, row);
}

/* "2203-2208" is a range of prefixes, "24" a prefix */
static bool code_in_entry(const char *hs, const char *entry)
{
    const char *dash = strchr(entry, '-');
    size_t n = dash ? (size_t)(dash - entry) : strlen(entry);
    if (!dash)
        return strncmp(hs, entry, n) == 0;
    return strncmp(hs, entry, n) >= 0 && strncmp(hs, dash + 1, strlen(dash + 1)) <= 0;
}

static struct term compile_in(struct binder *b, const struct expr *e)
{
    const struct expr *left = &b->pack->expr[e->kid[0]];
    bool code = left->op == EXPR_KEY && left->ref == KEY_HS;
    struct term x = compile(b, e->kid[0]), y = compile(b, e->kid[1]);
    if (x.state == TERM_TRAP || y.state == TERM_TRAP)
        return x.state == TERM_TRAP ? x : y;
    if (x.state != TERM_CONST)
        return term_trap(ERR_FORMULA, 0);
    bool found = false;
    for (uint32_t i = 0; i < y.list->list_count && !found; i++) {
        uint32_t symbol = y.list->list[i];
        found = code ? code_in_entry(b->line->hs, names_at(&b->book->names, symbol)) : symbol == x.num;
    }
    return term_constant(TYPE_BOOL, found, 1);
}

/* ---- over the lines ---- */

static int64_t sum_den(const struct binder *b, const struct expr *kid)
{
    if (kid->op == EXPR_STEP && b->pack->step[kid->ref].round)
        return b->pack->step[kid->ref].to.den;
    struct rule_unit money = {0};
    uint32_t base = names_find(&b->book->bases, currency_code(b->pack->currency), 3);
    if (base)
        money.exponent[base - 1] = 1;
    return memcmp(&money, &kid->unit, sizeof money) == 0 ? currency_unit(b->pack->currency) : 1000000;
}

static struct term compile_over_lines(struct binder *b, const struct expr *e)
{
    const struct expr *kid = &b->pack->expr[e->kid[0]];
    uint16_t dst = term_fresh(b);
    uint16_t which = (uint16_t)(kid->op == EXPR_STEP ? kid->ref : kid->ref | 0x8000u);
    uint8_t op = e->op == EXPR_SUM ? CODE_SUM : e->op == EXPR_ANY ? CODE_ANY
               : e->op == EXPR_ALL ? CODE_ALL : CODE_COUNT;
    int64_t den = e->op == EXPR_SUM ? sum_den(b, kid) : 1;
    term_emit(b, (struct code){op, 0, dst, which, (uint16_t)(b->step - b->pack->step), den, 0});
    return term_register(e->type, dst, den);
}

static struct term compile_lines(struct binder *b)
{
    uint16_t dst = term_fresh(b);
    term_emit(b, (struct code){CODE_LINES, 0, dst, 0, 0, 0, 0});
    return term_register(TYPE_NUMBER, dst, 1);
}

/* ---- the tree ---- */

static struct term compile_least(struct binder *b, const struct expr *e, struct term x, struct term y)
{
    struct term t = term_least(b, e->op, x, y);
    if (b->outcome && x.state == TERM_CONST && y.state == TERM_CONST)
        b->outcome[e->note].truth = t.num == x.num && t.den == x.den ? TRUTH_YES : TRUTH_NO;
    return t;
}

static struct term compile_pair(struct binder *b, const struct expr *e)
{
    struct term x = compile(b, e->kid[0]);
    if (x.state == TERM_TRAP)
        return x;
    struct term y = compile(b, e->kid[1]);
    if (y.state == TERM_TRAP)
        return y;
    switch (e->op) {
    case EXPR_ADD: return term_add(b, x, y, 1);
    case EXPR_SUBTRACT: return term_add(b, x, y, -1);
    case EXPR_MULTIPLY: return term_multiply(b, x, y);
    case EXPR_DIVIDE: return term_divide(b, x, y);
    case EXPR_MIN:
    case EXPR_MAX: return compile_least(b, e, x, y);
    default: return term_compare(b, e->op, x, y);
    }
}

static struct term compile_single(struct binder *b, const struct expr *e)
{
    struct term x = compile(b, e->kid[0]);
    if (x.state == TERM_TRAP)
        return x;
    if (e->op == EXPR_NOT)
        return term_not(b, x);
    if (e->op == EXPR_NEGATE)
        return x.state == TERM_CONST ? term_constant(TYPE_NUMBER, -x.num, x.den) : term_scale(b, x, -1, 1);
    return term_whole(b, e->op, x);
}

static struct term compile_in_force(struct binder *b, const struct expr *e)
{
    const struct parameter_value *v = parameter_on(&b->pack->parameter[e->ref], day_of_step(b));
    if (v)
        rule_see(b->cache, v->watch, day_of_step(b));
    return term_constant(TYPE_BOOL, v && v->in_force, 1);
}

static struct term compile_op(struct binder *b, const struct expr *e)
{
    switch (e->op) {
    case EXPR_NUMBER:
    case EXPR_TRUTH: return term_constant(e->type, e->number.num, e->number.den);
    case EXPR_SYMBOL: return term_constant(TYPE_SYMBOL, e->ref, 1);
    case EXPR_DAY: return term_constant(TYPE_DAY, e->day, 1);
    case EXPR_PARAMETER: return parameter_term(b, &b->pack->parameter[e->ref]);
    case EXPR_PICK: return compile_pick(b, e);
    case EXPR_STEP: return compile_step(b, e);
    case EXPR_ORDER_FACT:
    case EXPR_LINE_FACT: return compile_fact(b, e);
    case EXPR_ORDER_FLAG: return term_constant(TYPE_BOOL, (b->order->flags >> e->ref) & 1, 1);
    case EXPR_LINE_FLAG: return term_constant(TYPE_BOOL, (b->line->flags >> e->ref) & 1, 1);
    case EXPR_KEY: return compile_key(b, e);
    case EXPR_NOT:
    case EXPR_NEGATE:
    case EXPR_FLOOR:
    case EXPR_CEIL: return compile_single(b, e);
    case EXPR_AND:
    case EXPR_OR: return compile_logic(b, e);
    case EXPR_IF: return compile_if(b, e);
    case EXPR_IN: return compile_in(b, e);
    case EXPR_SUM:
    case EXPR_ANY:
    case EXPR_ALL:
    case EXPR_COUNT: return compile_over_lines(b, e);
    case EXPR_LINES: return compile_lines(b);
    case EXPR_SPREAD: return term_register(TYPE_NUMBER, term_fresh(b), currency_unit(b->pack->currency));
    case EXPR_AD_VALOREM:
    case EXPR_SPECIFIC:
    case EXPR_HAS:
    case EXPR_CLASS: return compile_tariff(b, e);
    case EXPR_IN_FORCE: return compile_in_force(b, e);
    default: return compile_pair(b, e);
    }
}

static struct term compile(struct binder *b, uint16_t index)
{
    const struct expr *e = &b->pack->expr[index];
    struct term t = compile_op(b, e);
    if (e->type == TYPE_BOOL && b->outcome)
        b->outcome[e->note].truth = (uint16_t)(t.state == TERM_CONST      ? (t.num ? TRUTH_YES : TRUTH_NO)
                                               : t.state == TERM_REGISTER ? TRUTH_REGISTER + t.reg
                                                                          : TRUTH_UNKNOWN);
    return t;
}

/* ---- steps ---- */

static void emit_trap(struct binder *b, struct term t)
{
    term_emit(b, (struct code){CODE_TRAP, 0, 0, t.trap, (uint16_t)(b->step - b->pack->step), t.symbol, 0});
}

/* A division by what is known only when the rule runs: the whole formula of a step that rounds. */
static struct term bind_quotient(struct binder *b, const struct step *step, const struct expr *e)
{
    struct term x = compile(b, e->kid[0]), y = compile(b, e->kid[1]);
    if (x.state == TERM_TRAP || y.state == TERM_TRAP)
        return x.state == TERM_TRAP ? x : y;
    return y.state == TERM_CONST ? term_round(b, term_divide(b, x, y), step) : term_quotient(b, x, y, step);
}

static struct term bind_formula(struct binder *b, const struct step *step, struct term when)
{
    const struct expr *e = &b->pack->expr[step->is];
    struct term t;
    if (when.state == TERM_TRAP)
        return when;
    if (when.state == TERM_CONST && when.num && e->op == EXPR_DIVIDE && step->round)
        return bind_quotient(b, step, e);
    if (when.state == TERM_CONST)
        t = when.num ? compile(b, step->is) : term_constant(e->type, 0, 1);
    else
        t = branch(b, when, step->is, 0);
    return t.state != TERM_TRAP && step->round ? term_round(b, t, step) : t;
}

/* The row that a charge names as its rate, for the trace. */
static void note_rate(struct binder *b, const struct step *step)
{
    const struct expr *e = &b->pack->expr[step->rate];
    bool is_row = e->op == EXPR_AD_VALOREM || e->op == EXPR_SPECIFIC;
    if (b->line && step->rate && is_row && !b->outcome[e->note].row)
        b->outcome[e->note].row = tariff_find(&b->book->tariff, b->pack->place, b->pack->base_place, e->ref,
                                              b->line->hs, b->line->origin, day_of_step(b));
}

static struct term bind_value(struct binder *b, const struct step *step, struct bound_code *out)
{
    struct term when = step->when ? compile(b, step->when) : term_constant(TYPE_BOOL, 1, 1);
    struct term t = bind_formula(b, step, when);
    bool is_ruled_out = when.state == TERM_CONST && !when.num && b->pack->expr[step->when].level == LEVEL_ORDER;
    for (uint32_t i = 0; i < step->reasons; i++)
        if (step->reason[i].when)
            compile(b, step->reason[i].when); /* its outcome is kept for the trace */
    note_rate(b, step);
    if (step->charge && step->when && (!step->reasons || is_ruled_out)) {
        if (!out->when)
            out->when = arena_array(&b->cache->arena, struct term, b->pack->steps + 1);
        out->when[step - b->pack->step] = when;
    }
    if (t.state == TERM_TRAP && step->charge)
        emit_trap(b, t);
    t.type = b->pack->expr[step->is].type;
    return t;
}

static void bind_outcome(struct binder *b, const struct step *step)
{
    uint8_t op = step->kind == STEP_REFUSE ? CODE_REFUSE : CODE_REGIME;
    struct term when = compile(b, step->when);
    if (when.state == TERM_TRAP) {
        emit_trap(b, when);
        return;
    }
    if (when.state == TERM_CONST && !when.num)
        return;
    if (step->kind == STEP_ERROR) {
        if (when.state == TERM_REGISTER)
            term_emit(b, (struct code){.op = CODE_JZ, .a = when.reg, .k1 = 1});
        emit_trap(b, term_trap((enum err_code)step->missing, 0));
        return;
    }
    if (when.state == TERM_CONST) {
        when = term_register(TYPE_BOOL, term_fresh(b), 1);
        term_emit(b, (struct code){CODE_SET, 0, when.reg, 0, 0, 1, 0});
    }
    term_emit(b, (struct code){op, 0, 0, when.reg, (uint16_t)(step - b->pack->step), 0, 0});
}

static void bind_steps(struct binder *b, struct bound_code *out, uint8_t level)
{
    struct arena *arena = &b->cache->arena;
    const struct pack *pack = b->pack;
    out->segment_at = arena_array(arena, uint32_t, pack->segments + 1);
    b->term = out->term = arena_array(arena, struct term, pack->steps + 1);
    b->outcome = out->outcome = arena_array(arena, struct outcome, pack->notes + 1);
    for (uint32_t s = 0; s < pack->segments; s++) {
        out->segment_at[s] = b->codes;
        for (uint32_t i = pack->segment[s].first; i < pack->segment[s].end && pack->segment[s].level == level; i++) {
            const struct step *step = b->step = &pack->step[i];
            rule_see(b->cache, step->watch, day_of_step(b));
            if (step->kind == STEP_VALUE) {
                out->term[i] = bind_value(b, step, out);
            } else if (step->kind == STEP_ALLOWANCE) {
                if (!out->used)
                    out->used = arena_array(arena, struct term, pack->steps + 1);
                struct term when = step->when ? compile(b, step->when) : term_constant(TYPE_BOOL, 1, 1);
                if (when.state == TERM_CONST && when.num) {
                    out->term[i] = compile(b, step->is);
                    out->used[i] = compile(b, step->used);
                }
            } else {
                bind_outcome(b, step);
            }
        }
    }
    out->segment_at[pack->segments] = b->codes;
    out->code = arena_array(arena, struct code, b->codes + 1);
    memcpy(out->code, b->code, b->codes * sizeof *b->code);
    out->registers = b->registers;
    out->warnings = b->warnings;
}

struct bound_order *rule_bind_order(struct rule_cache *cache, const struct pack *pack, const struct fact_order *order)
{
    struct binder *b = memory_take(sizeof *b);
    struct bound_order *bound = arena_take(&cache->arena, sizeof *bound);
    struct order_key *key = &bound->key;
    *key = (struct order_key){.from = order->from, .to = order->to, .form = order->form, .transport = order->transport,
                              .incoterm = order->incoterm, .flags = order->flags};
    memcpy(key->sub, order->sub, sizeof key->sub);
    *b = (struct binder){.cache = cache, .book = cache->book, .pack = pack, .order = order, .key = key,
                         .registers = ORDER_FACT_COUNT};
    bound->pack = pack;
    bound->sale_day = order->sale_day;
    bound->entry_day = order->entry_day;
    snprintf(bound->place, sizeof bound->place, "%s%s%s", pack->place_text, *key->sub ? "-" : "", key->sub);
    bind_steps(b, &bound->code, LEVEL_ORDER);
    bound->arena = &cache->arena;
    bound->text = arena_array(&cache->arena, struct charge_text, pack->steps + 1);
    memory_release(b);
    return bound;
}

/* Keys of the order as they were when its program was bound. */
static struct fact_order order_of(const struct bound_order *bound)
{
    struct fact_order order = {.from = bound->key.from, .to = bound->key.to, .form = bound->key.form,
                               .transport = bound->key.transport, .incoterm = bound->key.incoterm,
                               .flags = bound->key.flags, .sale_day = bound->sale_day,
                               .entry_day = bound->entry_day};
    memcpy(order.sub, bound->key.sub, sizeof order.sub);
    return order;
}

struct bound_line *rule_bind_line(struct rule_cache *cache, const struct bound_order *bound,
                                  const struct fact_line *line)
{
    struct binder *b = memory_take(sizeof *b);
    struct fact_order order = order_of(bound);
    *b = (struct binder){.cache = cache, .book = cache->book, .pack = bound->pack, .order = &order,
                         .key = &bound->key, .bound = bound, .line = line, .registers = LINE_FACT_COUNT};
    struct bound_line *result = arena_take(&cache->arena, sizeof *result);
    memcpy(result->key.hs, line->hs, sizeof result->key.hs);
    result->key.origin = line->origin;
    result->key.flags = line->flags;
    bind_steps(b, &result->code, LEVEL_LINE);
    memory_release(b);
    struct fused fused;
    if (rule_fuse(cache, bound, result, &fused))
        result->quick = rule_fold(cache, &fused);
    return result;
}

struct term rule_bind_expr(const struct rule_cache *cache, const struct bound_order *bound,
                           const struct bound_line *line, const struct step *step, uint16_t expr,
                           struct code *code, uint32_t room, uint32_t *codes)
{
    struct binder *b = memory_take(sizeof *b);
    struct fact_order order = order_of(bound);
    struct fact_line keys = {0};
    if (line) {
        memcpy(keys.hs, line->key.hs, sizeof keys.hs);
        keys.origin = line->key.origin;
        keys.flags = line->key.flags;
    }
    const struct bound_code *level = line ? &line->code : &bound->code;
    *b = (struct binder){.book = cache->book, .pack = bound->pack, .order = &order, .key = &bound->key,
                         .bound = bound, .line = line ? &keys : NULL, .step = step, .term = level->term,
                         .registers = level->registers};
    struct term t = compile(b, expr);
    *codes = b->codes < room ? b->codes : 0;
    memcpy(code, b->code, *codes * sizeof *code);
    if (b->codes >= room)
        t = term_trap(ERR_OVERFLOW, 0);
    memory_release(b);
    return t;
}
