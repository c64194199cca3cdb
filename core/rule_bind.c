/* rule_bind: folds what is known of an order or a line into constants and leaves register code for the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/date.h"
#include "core/rule_int.h"

enum { CODE_ROOM = 1024 };

struct binder {
    struct rule_cache *cache;
    const struct rulebook *book;
    const struct pack *pack;
    const struct fact_order *order;      /* keys */
    const struct order_key *key;
    const struct bound_order *bound;     /* of the order, when a line is bound */
    const struct fact_line *line;        /* NULL when the order is bound */
    const struct step *step;             /* being bound */
    struct term *term;                   /* per step, own level */
    struct code code[CODE_ROOM];
    uint32_t codes, registers, warnings;
};

static struct term compile(struct binder *b, uint16_t e);

/* ---- terms ---- */

static struct term constant(uint8_t type, int64_t num, int64_t den)
{
    return (struct term){.state = TERM_CONST, .type = type, .num = num, .den = den};
}

static struct term trap(enum err_code code, uint32_t symbol)
{
    return (struct term){.state = TERM_TRAP, .trap = (uint16_t)code, .symbol = symbol, .den = 1};
}

static struct term in_register(uint8_t type, uint16_t reg, int64_t den)
{
    return (struct term){.state = TERM_REGISTER, .type = type, .reg = reg, .den = den};
}

static bool is_constant(struct term t, int64_t num)
{
    return t.state == TERM_CONST && t.num == num && t.den == 1;
}

static uint16_t new_register(struct binder *b)
{
    check(b->registers < REGISTERS_MAX);
    return (uint16_t)b->registers++;
}

static uint32_t emit(struct binder *b, struct code code)
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
        return trap(ERR_OVERFLOW, 0);
    return constant(TYPE_NUMBER, (int64_t)num, (int64_t)den);
}

/* Least common denominator; 0 when it does not fit. */
static int64_t common(int64_t a, int64_t c)
{
    wide l = (wide)(a / gcd64(a, c)) * c;
    return l <= INT64_MAX / 4 ? (int64_t)l : 0;
}

static struct term add_terms(struct binder *b, struct term x, struct term y, int sign)
{
    if (x.state == TERM_CONST && y.state == TERM_CONST)
        return reduced((wide)x.num * y.den + (wide)sign * y.num * x.den, (wide)x.den * y.den);
    if (is_constant(y, 0))
        return x;
    int64_t den = common(x.den, y.den);
    wide k;
    if (den == 0)
        return trap(ERR_OVERFLOW, 0);
    uint16_t dst = new_register(b);
    if (x.state == TERM_REGISTER && y.state == TERM_REGISTER) {
        emit(b, (struct code){CODE_LIN, dst, x.reg, y.reg, den / x.den, sign * (den / y.den)});
    } else if (x.state == TERM_REGISTER) {
        k = (wide)y.num * (den / y.den) * sign;
        if (!wide_fits(k))
            return trap(ERR_OVERFLOW, 0);
        emit(b, (struct code){CODE_LINK, dst, x.reg, 0, den / x.den, (int64_t)k});
    } else {
        k = (wide)x.num * (den / x.den);
        if (!wide_fits(k))
            return trap(ERR_OVERFLOW, 0);
        emit(b, (struct code){CODE_LINK, dst, y.reg, 0, sign * (den / y.den), (int64_t)k});
    }
    return in_register(TYPE_NUMBER, dst, den);
}

/* register * num/den */
static struct term scale_term(struct binder *b, struct term x, int64_t num, int64_t den)
{
    if (num == 0)
        return constant(TYPE_NUMBER, 0, 1);
    int64_t g = gcd64(num, x.den);
    num /= g;
    wide new_den = (wide)(x.den / g) * den;
    if (!wide_fits(new_den))
        return trap(ERR_OVERFLOW, 0);
    if (num != 1) {
        uint16_t dst = new_register(b);
        emit(b, (struct code){CODE_LINK, dst, x.reg, 0, num, 0});
        x.reg = dst;
    }
    return in_register(TYPE_NUMBER, x.reg, (int64_t)new_den);
}

static struct term multiply_terms(struct binder *b, struct term x, struct term y)
{
    if (x.state == TERM_CONST && y.state == TERM_CONST)
        return reduced((wide)x.num * y.num, (wide)x.den * y.den);
    if (x.state == TERM_CONST)
        return scale_term(b, y, x.num, x.den);
    if (y.state == TERM_CONST)
        return scale_term(b, x, y.num, y.den);
    wide den = (wide)x.den * y.den;
    if (!wide_fits(den))
        return trap(ERR_OVERFLOW, 0);
    uint16_t dst = new_register(b);
    emit(b, (struct code){CODE_MUL, dst, x.reg, y.reg, 0, 0});
    return in_register(TYPE_NUMBER, dst, (int64_t)den);
}

static struct term divide_terms(struct binder *b, struct term x, struct term y)
{
    if (y.state != TERM_CONST || y.num == 0)
        return trap(ERR_FORMULA, 0);
    int sign = y.num < 0 ? -1 : 1;
    if (x.state == TERM_CONST)
        return reduced((wide)x.num * y.den * sign, (wide)x.den * y.num * sign);
    return scale_term(b, x, sign * y.den, sign * y.num);
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

static struct term negate_truth(struct binder *b, struct term x)
{
    if (x.state == TERM_CONST)
        return constant(TYPE_BOOL, !x.num, 1);
    uint16_t dst = new_register(b);
    emit(b, (struct code){CODE_NOT, dst, x.reg, 0, 0, 0});
    return in_register(TYPE_BOOL, dst, 1);
}

static struct term compare_terms(struct binder *b, uint8_t op, struct term x, struct term y)
{
    if (x.state == TERM_CONST && y.state == TERM_CONST)
        return constant(TYPE_BOOL, compare_constants(op, x, y), 1);
    if (op == EXPR_UNEQUAL) {
        struct term equal = compare_terms(b, EXPR_EQUAL, x, y);
        return equal.state == TERM_TRAP ? equal : negate_truth(b, equal);
    }
    int64_t den = common(x.den, y.den);
    if (den == 0)
        return trap(ERR_OVERFLOW, 0);
    uint16_t dst = new_register(b);
    if (x.state == TERM_REGISTER && y.state == TERM_REGISTER) {
        uint8_t code = op == EXPR_EQUAL ? CODE_EQ : op == EXPR_LESS ? CODE_LT : CODE_LE;
        emit(b, (struct code){code, dst, x.reg, y.reg, den / x.den, den / y.den});
        return in_register(TYPE_BOOL, dst, 1);
    }
    bool left = x.state == TERM_REGISTER; /* else the register stands right: turn the comparison */
    struct term r = left ? x : y, c = left ? y : x;
    wide k = (wide)c.num * (den / c.den);
    if (!wide_fits(k))
        return trap(ERR_OVERFLOW, 0);
    uint8_t code = op == EXPR_EQUAL  ? CODE_EQK
                   : op == EXPR_LESS ? (left ? CODE_LTK : CODE_GTK)
                                     : (left ? CODE_LEK : CODE_GEK);
    emit(b, (struct code){code, dst, r.reg, 0, den / r.den, (int64_t)k});
    return in_register(TYPE_BOOL, dst, 1);
}

static struct term least_terms(struct binder *b, uint8_t op, struct term x, struct term y)
{
    bool least = op == EXPR_MIN;
    if (x.state == TERM_CONST && y.state == TERM_CONST)
        return compare_constants(EXPR_LESS, x, y) == least ? x : y;
    int64_t den = common(x.den, y.den);
    if (den == 0)
        return trap(ERR_OVERFLOW, 0);
    uint16_t dst = new_register(b);
    if (x.state == TERM_REGISTER && y.state == TERM_REGISTER) {
        emit(b, (struct code){least ? CODE_MIN : CODE_MAX, dst, x.reg, y.reg, den / x.den, den / y.den});
    } else {
        struct term r = x.state == TERM_REGISTER ? x : y, c = x.state == TERM_REGISTER ? y : x;
        wide k = (wide)c.num * (den / c.den);
        if (!wide_fits(k))
            return trap(ERR_OVERFLOW, 0);
        emit(b, (struct code){least ? CODE_MINK : CODE_MAXK, dst, r.reg, 0, den / r.den, (int64_t)k});
    }
    return in_register(TYPE_NUMBER, dst, den);
}

static struct term whole_term(struct binder *b, uint8_t op, struct term x)
{
    if (x.state == TERM_CONST) {
        int64_t q = x.num / x.den, r = x.num % x.den;
        if (op == EXPR_FLOOR && r < 0)
            q--;
        if (op == EXPR_CEIL && r > 0)
            q++;
        return constant(TYPE_NUMBER, q, 1);
    }
    uint16_t dst = new_register(b);
    emit(b, (struct code){op == EXPR_FLOOR ? CODE_FLOOR : CODE_CEIL, dst, x.reg, 0, x.den, 0});
    return in_register(TYPE_NUMBER, dst, 1);
}

static struct term round_term(struct binder *b, struct term x, const struct step *step)
{
    struct rational to = step->to;
    if (x.state == TERM_CONST) {
        /* x / (p/q) = num*q / (den*p) */
        int64_t n;
        if (!money_scale2(x.num, to.den, x.den, 1, to.num, (enum round_mode)step->round, &n))
            return trap(ERR_OVERFLOW, 0);
        return constant(TYPE_NUMBER, n * to.num, to.den);
    }
    int64_t g = gcd64(to.den, x.den), k1 = to.den / g;
    wide k2 = (wide)(x.den / g) * to.num;
    if (!wide_fits(k2))
        return trap(ERR_OVERFLOW, 0);
    uint16_t reg = x.reg;
    if (k1 != 1 || k2 != 1) {
        reg = new_register(b);
        if (k2 == 1)
            emit(b, (struct code){CODE_LINK, reg, x.reg, 0, k1, 0});
        else
            emit(b, (struct code){CODE_ROUND, reg, x.reg, step->round, k1, (int64_t)k2});
    }
    struct term rounded = in_register(TYPE_NUMBER, reg, 1);
    if (to.num != 1)
        rounded = scale_term(b, rounded, to.num, 1);
    rounded.den = to.den;
    return rounded;
}

/* ---- branches ---- */

static void fill_branch(struct binder *b, uint32_t slot, uint16_t dst, struct term t, int64_t den)
{
    if (t.state == TERM_TRAP)
        b->code[slot] = (struct code){CODE_TRAP, 0, t.trap, (uint16_t)(b->step - b->pack->step), t.symbol, 0};
    else if (t.state == TERM_CONST)
        b->code[slot] = (struct code){CODE_SET, dst, 0, 0, t.num * (den / t.den), 0};
    else
        b->code[slot] = (struct code){CODE_LINK, dst, t.reg, 0, den / t.den, 0};
}

/* if(c, yes, no) with c in a register; no == 0: false */
static struct term branch(struct binder *b, struct term c, uint16_t yes, uint16_t no)
{
    uint32_t jump_else = emit(b, (struct code){CODE_JZ, 0, c.reg, 0, 0, 0});
    struct term t = compile(b, yes);
    uint32_t slot_yes = emit(b, (struct code){0});
    uint32_t jump_end = emit(b, (struct code){CODE_JMP, 0, 0, 0, 0, 0});
    b->code[jump_else].k1 = (int64_t)b->codes - jump_else - 1;
    struct term f = no ? compile(b, no) : constant(TYPE_BOOL, 0, 1);
    uint32_t slot_no = emit(b, (struct code){0});
    b->code[jump_end].k1 = (int64_t)b->codes - jump_end - 1;
    int64_t den = common(t.den, f.den);
    if (den == 0 || (t.state == TERM_TRAP && f.state == TERM_TRAP)) {
        b->codes = jump_else;
        return den == 0 ? trap(ERR_OVERFLOW, 0) : t;
    }
    uint16_t dst = new_register(b);
    fill_branch(b, slot_yes, dst, t, den);
    fill_branch(b, slot_no, dst, f, den);
    return in_register(t.state == TERM_TRAP ? f.type : t.type, dst, den);
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
    uint32_t mark = b->codes;
    struct term y = compile(b, e->kid[1]);
    if (y.state == TERM_CONST)
        return (y.num != 0) == conjunction ? x : y;
    if (y.state == TERM_REGISTER && !can_trap(b, mark)) {
        uint16_t dst = new_register(b);
        emit(b, (struct code){conjunction ? CODE_MUL : CODE_MAX, dst, x.reg, y.reg, 1, 1});
        return in_register(TYPE_BOOL, dst, 1);
    }
    b->codes = mark; /* the right side may fail: reach it only when the left side asks for it */
    if (conjunction)
        return branch(b, x, e->kid[1], 0);
    struct term other = branch(b, negate_truth(b, x), e->kid[1], 0);
    if (other.state == TERM_TRAP)
        return other;
    uint16_t dst = new_register(b);
    emit(b, (struct code){CODE_MAX, dst, x.reg, other.reg, 1, 1});
    return in_register(TYPE_BOOL, dst, 1);
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

static void note_confidence(struct binder *b, const char *confidence)
{
    if (strcmp(confidence, "conflict") == 0)
        b->warnings |= 1u << WARN_SWITCH_DEFAULT;
    else if (strcmp(confidence, "high") != 0 && strcmp(confidence, "medium") != 0)
        b->warnings |= 1u << WARN_LOW_CONFIDENCE;
}

const struct parameter_value *parameter_on(const struct parameter *p, int32_t day)
{
    const struct parameter_value *found = NULL;
    for (uint32_t i = 0; i < p->values && p->value[i].from <= day; i++)
        found = &p->value[i];
    return found;
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
    for (uint32_t i = 0; i < pack->parameters; i++)
        if (strcmp(pack->parameter[i].name, name) == 0)
            return &pack->parameter[i];
    return NULL;
}

static struct term parameter_term(struct binder *b, const struct parameter *p)
{
    const struct parameter_value *v = parameter_on(p, day_of_step(b));
    uint32_t symbol = names_find(&b->book->names, p->name, strlen(p->name));
    if (!v || !v->in_force)
        return trap(b->step->missing ? b->step->missing : v ? ERR_NOT_IN_FORCE : ERR_BEFORE_FIRST, symbol);
    note_confidence(b, v->confidence);
    struct term t = constant(p->type, 0, 1);
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
        return trap(b->step->missing ? b->step->missing : ERR_NO_RATE, e->ref);
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
    return constant(e->type, value, 1);
}

static int64_t fact_den(const struct binder *b, const char *unit)
{
    return strcmp(unit, "money") == 0 ? currency_unit(b->pack->currency) : 1000000;
}

static struct term load_from_order(struct binder *b, struct term t)
{
    if (!b->line || t.state != TERM_REGISTER)
        return t;
    uint16_t dst = new_register(b);
    emit(b, (struct code){CODE_LOAD, dst, t.reg, 0, 0, 0});
    t.reg = dst;
    return t;
}

static struct term compile_fact(struct binder *b, const struct expr *e)
{
#define X(id, name, unit) unit,
    static const char *const order_unit[] = {ORDER_FACTS(X)}, *const line_unit[] = {LINE_FACTS(X)};
#undef X
    if (e->op == EXPR_LINE_FACT)
        return in_register(TYPE_NUMBER, (uint16_t)e->ref, fact_den(b, line_unit[e->ref]));
    return load_from_order(b, in_register(TYPE_NUMBER, (uint16_t)e->ref, fact_den(b, order_unit[e->ref])));
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
        return constant(TYPE_NUMBER, 0, 1);
    static const struct {
        uint8_t fact, flag;
    } of_unit[] = {{0, 0}, {FACT_NET_WEIGHT, FLAG_HAS_WEIGHT}, {FACT_VOLUME, FLAG_HAS_VOLUME},
                   {FACT_PIECES, FLAG_HAS_PIECES}};
    uint8_t fact = of_unit[row->specific_unit].fact;
    if (!(b->line->flags & 1u << of_unit[row->specific_unit].flag)) {
        if (row->specific_unit != TARIFF_PIECE)
            return trap(ERR_NEEDS_QUANTITY, row->kind);
        fact = FACT_QUANTITY;
    }
    if (row->specific_currency != b->pack->currency)
        return trap(ERR_UNIT, row->kind);
    return scale_term(b, in_register(TYPE_NUMBER, fact, 1000000), row->specific.num, row->specific.den);
}

static struct term compile_tariff(struct binder *b, const struct expr *e)
{
    const struct pack *pack = b->pack;
    const struct tariff_row *row =
        tariff_find(&b->book->tariff, pack->place, pack->base_place, e->ref, b->line->hs,
                    b->line->origin, day_of_step(b));
    if (e->op == EXPR_HAS)
        return constant(TYPE_BOOL, row != NULL, 1);
    if (!row) {
        bool known = tariff_knows(&b->book->tariff, pack->place, pack->base_place, b->line->hs);
        return trap(b->step->missing ? b->step->missing : known ? ERR_NO_RATE : ERR_UNKNOWN_CODE, e->ref);
    }
    note_confidence(b, row->confidence);
    if (row->is_class != (e->op == EXPR_CLASS))
        return trap(ERR_WRONG_TYPE, e->ref);
    if (e->op == EXPR_CLASS)
        return constant(TYPE_SYMBOL, row->class_, 1);
    if (e->op == EXPR_AD_VALOREM)
        return constant(TYPE_NUMBER, row->ad_valorem.num, row->ad_valorem.den);
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
        return trap(ERR_FORMULA, 0);
    bool found = false;
    for (uint32_t i = 0; i < y.list->list_count && !found; i++) {
        uint32_t symbol = y.list->list[i];
        found = code ? code_in_entry(b->line->hs, names_at(&b->book->names, symbol)) : symbol == x.num;
    }
    return constant(TYPE_BOOL, found, 1);
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
    uint16_t dst = new_register(b);
    uint16_t which = (uint16_t)(kid->op == EXPR_STEP ? kid->ref : kid->ref | 0x8000u);
    uint8_t op = e->op == EXPR_SUM ? CODE_SUM : e->op == EXPR_ANY ? CODE_ANY
               : e->op == EXPR_ALL ? CODE_ALL : CODE_COUNT;
    int64_t den = e->op == EXPR_SUM ? sum_den(b, kid) : 1;
    emit(b, (struct code){op, dst, which, (uint16_t)(b->step - b->pack->step), den, 0});
    return in_register(e->type, dst, den);
}

static struct term compile_lines(struct binder *b)
{
    uint16_t dst = new_register(b);
    emit(b, (struct code){CODE_LINES, dst, 0, 0, 0, 0});
    return in_register(TYPE_NUMBER, dst, 1);
}

/* ---- the tree ---- */

static struct term compile_pair(struct binder *b, const struct expr *e)
{
    struct term x = compile(b, e->kid[0]);
    if (x.state == TERM_TRAP)
        return x;
    struct term y = compile(b, e->kid[1]);
    if (y.state == TERM_TRAP)
        return y;
    switch (e->op) {
    case EXPR_ADD: return add_terms(b, x, y, 1);
    case EXPR_SUBTRACT: return add_terms(b, x, y, -1);
    case EXPR_MULTIPLY: return multiply_terms(b, x, y);
    case EXPR_DIVIDE: return divide_terms(b, x, y);
    case EXPR_MIN:
    case EXPR_MAX: return least_terms(b, e->op, x, y);
    default: return compare_terms(b, e->op, x, y);
    }
}

static struct term compile_single(struct binder *b, const struct expr *e)
{
    struct term x = compile(b, e->kid[0]);
    if (x.state == TERM_TRAP)
        return x;
    if (e->op == EXPR_NOT)
        return negate_truth(b, x);
    if (e->op == EXPR_NEGATE)
        return x.state == TERM_CONST ? constant(TYPE_NUMBER, -x.num, x.den) : scale_term(b, x, -1, 1);
    return whole_term(b, e->op, x);
}

static struct term compile_in_force(struct binder *b, const struct expr *e)
{
    const struct parameter_value *v = parameter_on(&b->pack->parameter[e->ref], day_of_step(b));
    return constant(TYPE_BOOL, v && v->in_force, 1);
}

static struct term compile(struct binder *b, uint16_t index)
{
    const struct expr *e = &b->pack->expr[index];
    switch (e->op) {
    case EXPR_NUMBER:
    case EXPR_TRUTH: return constant(e->type, e->number.num, e->number.den);
    case EXPR_SYMBOL: return constant(TYPE_SYMBOL, e->ref, 1);
    case EXPR_DAY: return constant(TYPE_DAY, e->day, 1);
    case EXPR_PARAMETER: return parameter_term(b, &b->pack->parameter[e->ref]);
    case EXPR_PICK: return compile_pick(b, e);
    case EXPR_STEP: return compile_step(b, e);
    case EXPR_ORDER_FACT:
    case EXPR_LINE_FACT: return compile_fact(b, e);
    case EXPR_ORDER_FLAG: return constant(TYPE_BOOL, (b->order->flags >> e->ref) & 1, 1);
    case EXPR_LINE_FLAG: return constant(TYPE_BOOL, (b->line->flags >> e->ref) & 1, 1);
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
    case EXPR_SPREAD: return in_register(TYPE_NUMBER, new_register(b), currency_unit(b->pack->currency));
    case EXPR_AD_VALOREM:
    case EXPR_SPECIFIC:
    case EXPR_HAS:
    case EXPR_CLASS: return compile_tariff(b, e);
    case EXPR_IN_FORCE: return compile_in_force(b, e);
    default: return compile_pair(b, e);
    }
}

/* ---- steps ---- */

static void emit_trap(struct binder *b, struct term t)
{
    emit(b, (struct code){CODE_TRAP, 0, t.trap, (uint16_t)(b->step - b->pack->step), t.symbol, 0});
}

static struct term bind_value(struct binder *b, const struct step *step)
{
    struct term t;
    struct term when = step->when ? compile(b, step->when) : constant(TYPE_BOOL, 1, 1);
    if (when.state == TERM_TRAP)
        t = when;
    else if (when.state == TERM_CONST)
        t = when.num ? compile(b, step->is) : constant(b->pack->expr[step->is].type, 0, 1);
    else
        t = branch(b, when, step->is, 0);
    if (t.state != TERM_TRAP && step->round)
        t = round_term(b, t, step);
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
    if (when.state == TERM_CONST) {
        if (!when.num)
            return;
        when = in_register(TYPE_BOOL, new_register(b), 1);
        emit(b, (struct code){CODE_SET, when.reg, 0, 0, 1, 0});
    }
    emit(b, (struct code){op, 0, when.reg, (uint16_t)(step - b->pack->step), 0, 0});
}

static void bind_steps(struct binder *b, struct bound_code *out, uint8_t level)
{
    struct arena *arena = &b->cache->arena;
    const struct pack *pack = b->pack;
    out->segment_at = arena_array(arena, uint32_t, pack->segments + 1);
    b->term = out->term = arena_array(arena, struct term, pack->steps + 1);
    for (uint32_t s = 0; s < pack->segments; s++) {
        out->segment_at[s] = b->codes;
        for (uint32_t i = pack->segment[s].first; i < pack->segment[s].end && pack->segment[s].level == level; i++) {
            const struct step *step = b->step = &pack->step[i];
            if (step->kind == STEP_VALUE) {
                out->term[i] = bind_value(b, step);
            } else if (step->kind == STEP_ALLOWANCE) {
                if (!out->used)
                    out->used = arena_array(arena, struct term, pack->steps + 1);
                struct term when = step->when ? compile(b, step->when) : constant(TYPE_BOOL, 1, 1);
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

struct bound_order *rule_bind_order(struct rule_cache *cache, const struct pack *pack,
                                    const struct fact_order *order, const struct order_key *key)
{
    struct binder *b = memory_take(sizeof *b);
    *b = (struct binder){.cache = cache, .book = cache->book, .pack = pack, .order = order, .key = key,
                         .registers = ORDER_FACT_COUNT};
    struct bound_order *bound = arena_take(&cache->arena, sizeof *bound);
    bound->key = *key;
    bound->pack = pack;
    bound->sale_day = order->sale_day;
    bound->entry_day = order->entry_day;
    snprintf(bound->place, sizeof bound->place, "%s%s%s", pack->place_text, *key->sub ? "-" : "", key->sub);
    bind_steps(b, &bound->code, LEVEL_ORDER);
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
    result->key.order = bound;
    memcpy(result->key.hs, line->hs, sizeof result->key.hs);
    result->key.origin = line->origin;
    result->key.flags = line->flags;
    bind_steps(b, &result->code, LEVEL_LINE);
    memory_release(b);
    return result;
}
