/* rule_explain: tells a person what was owed and why: every charge in words, in numbers and with its law, in the
 * branch of the law that was taken. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/node.h"
#include "core/rule_int.h"

enum { LAWS_MAX = 16, TOLD_MAX = 512, DEPTH_MAX = 12 };
enum precedence { LOOSE, OR_LEVEL, AND_LEVEL, COMPARISON, SUM, PRODUCT, TIGHT };

/* A value that was named in a formula, and the law behind it. */
struct law {
    const char *title, *value, *text, *confidence;
    bool is_rate;
    int32_t since;
};

struct telling {
    const struct rule_cache *cache;
    const struct rule_answer *answer;
    const struct pack *pack;
    struct buf *out;
    bool is_zh;
    enum lang lang;
    uint32_t line;             /* from 1, 0: the order */
    const struct step *step;   /* whose formula is told */
    struct law law[LAWS_MAX];
    uint32_t laws;
    uint16_t pending[TOLD_MAX]; /* steps that were named and are not yet told */
    uint32_t pendings;
    bool told[TOLD_MAX];
};

/* ---- names ---- */

static const char *either(const struct telling *t, const char *en, const char *zh)
{
    return t->is_zh ? zh : en;
}

static const char *word_of(const struct telling *t, const char *name)
{
    return rule_word(t->is_zh, name);
}

/* A title; of a name that has none, its words. */
static void put_title(struct telling *t, const char *const title[3], const char *name)
{
    const char *text = rule_title(title, name, (int)t->lang);
    for (const char *c = text; *c; c++)
        buf_putc(t->out, text == name && *c == '_' ? ' ' : *c);
}

static const char *fact_name(const struct expr *e)
{
#define X(id, name, unit) #name,
    static const char *const order_name[] = {ORDER_FACTS(X)}, *const line_name[] = {LINE_FACTS(X)};
#undef X
    return e->op == EXPR_LINE_FACT ? line_name[e->ref] : order_name[e->ref];
}

/* ---- values ---- */

static struct worth worth_of(const struct telling *t, uint16_t e)
{
    uint32_t line = t->step->level == LEVEL_LINE ? t->line : 0;
    return rule_worth(t->cache, t->answer, line, t->step, e);
}

/* Of a step that is kept in the register file. */
static struct worth worth_of_step(const struct telling *t, const struct step *step)
{
    size_t index = (size_t)(step - t->pack->step);
    bool is_line = step->level == LEVEL_LINE;
    const struct term *term = is_line ? &t->cache->run_line[t->line - 1]->code.term[index]
                                      : &t->answer->bound->code.term[index];
    const wide *r = is_line ? t->cache->line_register + (size_t)(t->line - 1) * REGISTERS_MAX
                            : t->cache->order_register;
    bool known = term->state == TERM_CONST || term->state == TERM_REGISTER;
    return (struct worth){known, term->type, term->state == TERM_REGISTER ? r[term->reg] : term->num, term->den};
}

static bool is_number(struct worth w, int64_t number)
{
    return w.known && w.type == TYPE_NUMBER && w.num == (wide)number * w.den;
}

/* As a decimal of at most six digits behind the point; what does not end there is cut and marked. */
static void put_decimal(struct buf *out, wide num, int64_t den)
{
    wide magnitude = num < 0 ? -num : num, rest = magnitude % den;
    char digits[8];
    int n = 0;
    for (; rest != 0 && n < 6; n++) {
        rest *= 10;
        digits[n] = (char)('0' + (int)(rest / den));
        rest %= den;
    }
    while (rest == 0 && n > 0 && digits[n - 1] == '0')
        n--;
    if (num < 0)
        buf_putc(out, '-');
    buf_int(out, (int64_t)(magnitude / den));
    if (n > 0) {
        buf_putc(out, '.');
        buf_add(out, digits, (size_t)n);
    }
    if (rest != 0)
        buf_puts(out, "…");
}

static void put_percent(struct buf *out, wide num, int64_t den)
{
    put_decimal(out, num * 100, den);
    buf_putc(out, '%');
}

/* Is the value of this formula a rate, by what it is made of? */
static bool is_rate(const struct telling *t, uint16_t index, int depth)
{
    const struct expr *e = &t->pack->expr[index];
    if (index == 0 || depth > DEPTH_MAX || e->type != TYPE_NUMBER)
        return false;
    switch (e->op) {
    case EXPR_PARAMETER: return strcmp(t->pack->parameter[e->ref].unit_text, "rate") == 0;
    case EXPR_AD_VALOREM:
    case EXPR_PICK: return true;
    case EXPR_ORDER_FACT:
        return e->ref == FACT_LEVY_GIVEN || e->ref == FACT_REFUND_GIVEN || e->ref == FACT_INVOICE_RATE;
    case EXPR_STEP: return is_rate(t, t->pack->step[e->ref].is, depth + 1);
    case EXPR_IF: return is_rate(t, e->kid[1], depth + 1) || is_rate(t, e->kid[2], depth + 1);
    case EXPR_MIN:
    case EXPR_MAX: return is_rate(t, e->kid[0], depth + 1);
    default: return false;
    }
}

static bool is_money(const struct telling *t, uint16_t index)
{
    const struct expr *e = &t->pack->expr[index];
    int sum = 0, parts = 0;
    for (int i = 0; i < UNIT_BASES; i++) {
        sum += e->unit.exponent[i];
        parts += e->unit.exponent[i] != 0;
    }
    return e->type == TYPE_NUMBER && sum == 1 && parts == 1;
}

static void put_worth(struct telling *t, struct worth w, bool as_rate, bool as_money)
{
    char day[11];
    int64_t unit = currency_unit(t->pack->currency);
    if (!w.known) {
        buf_puts(t->out, "?");
        return;
    }
    switch (w.type) {
    case TYPE_BOOL: buf_puts(t->out, w.num ? either(t, "yes", "是") : either(t, "no", "否")); break;
    case TYPE_SYMBOL: buf_puts(t->out, names_at(&t->cache->book->names, (uint32_t)w.num)); break;
    case TYPE_DAY:
        date_write((int32_t)w.num, day);
        buf_puts(t->out, day);
        break;
    default:
        if (as_rate)
            put_percent(t->out, w.num, w.den);
        else if (as_money && w.num * unit % w.den == 0 && wide_fits(w.num * unit / w.den))
            buf_decimal(t->out, (int64_t)(w.num * unit / w.den), currency_digits(t->pack->currency));
        else
            put_decimal(t->out, w.num, w.den);
        break;
    }
}

static void put_value(struct telling *t, uint16_t e)
{
    put_worth(t, worth_of(t, e), is_rate(t, e, 0), is_money(t, e));
}

/* ---- laws ---- */

static void add_law(struct telling *t, struct law law)
{
    for (uint32_t i = 0; i < t->laws; i++)
        if (strcmp(t->law[i].title, law.title) == 0 && strcmp(t->law[i].value, law.value) == 0)
            return;
    if (t->laws < LAWS_MAX)
        t->law[t->laws++] = law;
}

static void add_basis(struct telling *t, const struct basis *b)
{
    if (b->row) {
        const char *kind = names_at(&t->cache->book->names, b->row->kind);
        const char *text = t->is_zh ? b->row->law : b->row->law_en;
        add_law(t, (struct law){word_of(t, kind), b->row->value, text, b->row->confidence,
                                !b->row->is_class && b->row->specific.num == 0, b->row->from});
    } else if (b->value) {
        const char *text = b->value->text ? b->value->text : "…";
        add_law(t, (struct law){rule_title(b->parameter->title, b->parameter->name, (int)t->lang), text,
                                t->is_zh ? b->value->law_zh : b->value->law_en, b->value->confidence,
                                strcmp(b->parameter->unit_text, "rate") == 0, b->value->from});
    }
}

static int32_t reading_day(const struct telling *t)
{
    return step_day(t->pack, t->step, t->answer->bound->sale_day, t->answer->bound->entry_day);
}

static void note_law(struct telling *t, const struct expr *e)
{
    struct basis b = {0};
    const struct bound_order *bound = t->answer->bound;
    const struct bound_line *line = t->line ? t->cache->run_line[t->line - 1] : NULL;
    if (e->op == EXPR_PARAMETER)
        b.parameter = &t->pack->parameter[e->ref];
    else if (e->op == EXPR_PICK)
        b.parameter = parameter_picked(t->cache->book, t->pack, e, &bound->key);
    else if (line)
        b.row = tariff_find(&t->cache->book->tariff, t->pack->place, t->pack->base_place, e->ref, line->key.hs,
                            line->key.origin, reading_day(t));
    if (b.parameter)
        b.value = parameter_on(b.parameter, reading_day(t));
    add_basis(t, &b);
}

/* ---- formulas ---- */

static uint16_t taken(struct telling *t, uint16_t index);

/* A step that only hands on another one: that one; else 0. */
static uint16_t alias(struct telling *t, const struct step *step)
{
    const struct step *before = t->step;
    if (step->kind != STEP_VALUE || step->round || step->when || (step->level == LEVEL_LINE && !t->line))
        return 0;
    t->step = step;
    uint16_t inner = taken(t, step->is);
    t->step = before;
    return t->pack->expr[inner].op == EXPR_STEP ? inner : 0;
}

/* Down to what was computed: the branch that was taken, and a sum without its zeros. */
static uint16_t taken(struct telling *t, uint16_t index)
{
    for (;;) {
        const struct expr *e = &t->pack->expr[index];
        uint16_t inner = e->op == EXPR_STEP ? alias(t, &t->pack->step[e->ref]) : 0;
        if (inner) {
            index = inner;
        } else if (e->op == EXPR_IF) {
            struct worth c = worth_of(t, e->kid[0]);
            if (!c.known)
                return index;
            index = e->kid[c.num ? 1 : 2];
        } else if ((e->op == EXPR_ADD || e->op == EXPR_SUBTRACT) && is_number(worth_of(t, e->kid[1]), 0)) {
            index = e->kid[0];
        } else if (e->op == EXPR_ADD && is_number(worth_of(t, e->kid[0]), 0)) {
            index = e->kid[1];
        } else if ((e->op == EXPR_MIN || e->op == EXPR_MAX) && e->kid[0] != e->kid[1] &&
                   is_rate(t, index, 0)) {
            struct worth all = worth_of(t, index), left = worth_of(t, e->kid[0]);
            if (!all.known || !left.known)
                return index;
            index = e->kid[all.num * left.den == left.num * all.den ? 0 : 1];
        } else {
            return index;
        }
    }
}

static void put_formula(struct telling *t, uint16_t index, bool in_numbers, enum precedence around);

static enum precedence level_of(uint8_t op)
{
    switch (op) {
    case EXPR_OR: return OR_LEVEL;
    case EXPR_AND: return AND_LEVEL;
    case EXPR_EQUAL:
    case EXPR_UNEQUAL:
    case EXPR_LESS:
    case EXPR_LESS_EQUAL:
    case EXPR_IN: return COMPARISON;
    case EXPR_ADD:
    case EXPR_SUBTRACT: return SUM;
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE: return PRODUCT;
    default: return TIGHT;
    }
}

static const char *sign_of(const struct telling *t, uint8_t op)
{
    switch (op) {
    case EXPR_OR: return either(t, " or ", " 或 ");
    case EXPR_AND: return either(t, " and ", " 且 ");
    case EXPR_EQUAL: return " = ";
    case EXPR_UNEQUAL: return " ≠ ";
    case EXPR_LESS: return " < ";
    case EXPR_LESS_EQUAL: return " ≤ ";
    case EXPR_IN: return either(t, " in ", " 属于 ");
    case EXPR_ADD: return " + ";
    case EXPR_SUBTRACT: return " − ";
    case EXPR_MULTIPLY: return " × ";
    default: return " ÷ ";
    }
}

/* A comparison as it is true, with what the law says on the right. */
static void put_comparison(struct telling *t, uint16_t index)
{
    const struct expr *e = &t->pack->expr[index];
    static const char *const sign[2][2][2] = {/* [or equal][turned][holds] */
        {{" ≥ ", " < "}, {" ≤ ", " > "}}, {{" > ", " ≤ "}, {" < ", " ≥ "}}};
    uint16_t left = taken(t, e->kid[0]), right = taken(t, e->kid[1]);
    uint8_t op = t->pack->expr[left].op;
    bool is_turned = op == EXPR_PARAMETER || op == EXPR_PICK || op == EXPR_MULTIPLY;
    bool holds = worth_of(t, index).num != 0;
    put_formula(t, is_turned ? right : left, true, SUM);
    buf_puts(t->out, sign[e->op == EXPR_LESS_EQUAL][is_turned][holds]);
    put_formula(t, is_turned ? left : right, true, SUM);
}

static void put_pair(struct telling *t, const struct expr *e, bool in_numbers, enum precedence around)
{
    enum precedence own = level_of(e->op);
    bool is_strict = e->op == EXPR_SUBTRACT || e->op == EXPR_DIVIDE;
    if (own < around)
        buf_putc(t->out, '(');
    put_formula(t, e->kid[0], in_numbers, own);
    buf_puts(t->out, sign_of(t, e->op));
    put_formula(t, e->kid[1], in_numbers, is_strict ? own + 1 : own);
    if (own < around)
        buf_putc(t->out, ')');
}

static void put_call(struct telling *t, const struct expr *e, bool in_numbers)
{
    static const char *const name[][2] = {
        [EXPR_MIN] = {"the lower of ", "取低："},  [EXPR_MAX] = {"the higher of ", "取高："},
        [EXPR_FLOOR] = {"rounded down ", "向下取整 "}, [EXPR_CEIL] = {"rounded up ", "向上取整 "},
        [EXPR_NOT] = {"not ", "非 "},              [EXPR_NEGATE] = {"−", "−"}};
    buf_puts(t->out, either(t, name[e->op][0], name[e->op][1]));
    bool is_two = e->op == EXPR_MIN || e->op == EXPR_MAX;
    buf_puts(t->out, is_two ? "(" : "");
    put_formula(t, e->kid[0], in_numbers, is_two ? LOOSE : TIGHT);
    if (is_two) {
        buf_puts(t->out, "; ");
        put_formula(t, e->kid[1], in_numbers, LOOSE);
        buf_putc(t->out, ')');
    }
}

static void put_name(struct telling *t, const struct expr *e)
{
    const struct pack *pack = t->pack;
    const struct names *names = &t->cache->book->names;
    const struct step *step;
    switch (e->op) {
    case EXPR_PARAMETER:
        put_title(t, pack->parameter[e->ref].title, pack->parameter[e->ref].name);
        note_law(t, e);
        break;
    case EXPR_STEP:
        step = &pack->step[e->ref];
        put_title(t, step->title, step->name);
        if (t->pendings < TOLD_MAX)
            t->pending[t->pendings++] = (uint16_t)e->ref;
        break;
    case EXPR_ORDER_FACT:
    case EXPR_LINE_FACT: buf_puts(t->out, word_of(t, fact_name(e))); break;
    case EXPR_AD_VALOREM:
    case EXPR_SPECIFIC:
    case EXPR_CLASS:
        buf_puts(t->out, word_of(t, names_at(names, e->ref)));
        note_law(t, e);
        break;
    case EXPR_PICK:
        buf_puts(t->out, names_at(names, e->ref));
        note_law(t, e);
        break;
    default: break;
    }
}

static void put_formula(struct telling *t, uint16_t index, bool in_numbers, enum precedence around)
{
    index = taken(t, index);
    const struct expr *e = &t->pack->expr[index];
    switch (e->op) {
    case EXPR_EQUAL: case EXPR_UNEQUAL: case EXPR_LESS: case EXPR_LESS_EQUAL: case EXPR_IN: case EXPR_AND:
    case EXPR_OR: case EXPR_ADD: case EXPR_SUBTRACT: case EXPR_MULTIPLY: case EXPR_DIVIDE:
        put_pair(t, e, in_numbers, around);
        break;
    case EXPR_MIN: case EXPR_MAX: case EXPR_FLOOR: case EXPR_CEIL: case EXPR_NOT: case EXPR_NEGATE:
        put_call(t, e, in_numbers);
        break;
    case EXPR_SPREAD:
        put_formula(t, e->kid[0], false, TIGHT);
        buf_putc(t->out, ' ');
        put_value(t, e->kid[0]);
        buf_puts(t->out, either(t, ", spread by value", "，按价值分摊"));
        break;
    case EXPR_SUM: case EXPR_COUNT:
        buf_puts(t->out, in_numbers ? "" : either(t, "sum over the lines of ", "各行合计："));
        if (in_numbers)
            put_value(t, index);
        else
            put_name(t, &t->pack->expr[e->kid[0]]);
        break;
    case EXPR_PARAMETER: case EXPR_STEP: case EXPR_ORDER_FACT: case EXPR_LINE_FACT: case EXPR_AD_VALOREM:
    case EXPR_SPECIFIC: case EXPR_PICK:
        if (in_numbers)
            put_value(t, index);
        else
            put_name(t, e);
        break;
    default: put_value(t, index); break;
    }
}

/* ---- steps ---- */

static bool is_leaf(const struct expr *e)
{
    return e->op == EXPR_STEP || e->op == EXPR_PARAMETER || e->op == EXPR_ORDER_FACT || e->op == EXPR_LINE_FACT ||
           e->op == EXPR_AD_VALOREM || e->op == EXPR_PICK || e->op == EXPR_NUMBER;
}

static void put_rounding(struct telling *t, const struct step *step)
{
    static const char *const mode[][2] = {
        [ROUND_HALF_UP] = {"half up", "四舍五入"},     [ROUND_HALF_EVEN] = {"half to even", "四舍六入五成双"},
        [ROUND_DOWN] = {"toward zero", "舍去尾数"},    [ROUND_UP] = {"away from zero", "进位"},
        [ROUND_FLOOR] = {"down", "向下取整"},          [ROUND_CEIL] = {"up", "向上取整"}};
    buf_printf(t->out, t->is_zh ? "，%s至 " : ", rounded %s to ", mode[step->round][t->is_zh]);
    put_decimal(t->out, step->to.num, step->to.den);
}

/* " = words = numbers = value", as far as each says more than the one before; the step's own value is last. */
static void put_derivation(struct telling *t, const struct step *step, const struct step *rounding,
                           const char *indent)
{
    uint16_t e = taken(t, step->is);
    bool is_spread = t->pack->expr[e].op == EXPR_SPREAD;
    struct worth exact = is_spread ? worth_of_step(t, step) : worth_of(t, e);
    buf_puts(t->out, " = ");
    put_formula(t, e, false, LOOSE);
    if (!is_spread && !is_leaf(&t->pack->expr[e])) {
        buf_printf(t->out, "\n%s  = ", indent);
        put_formula(t, e, true, LOOSE);
    }
    buf_puts(t->out, " = ");
    put_worth(t, exact, is_rate(t, e, 0), is_money(t, e));
    if (rounding->round && exact.known && exact.num * rounding->to.den % (exact.den * rounding->to.num) != 0)
        put_rounding(t, rounding);
}

/* A rate is told by the law that it was read from. */
static void tell_rate(struct telling *t, const struct step *step)
{
    const struct step *before = t->step;
    t->step = step;
    uint16_t e = taken(t, step->is);
    if (t->pack->expr[e].op == EXPR_STEP)
        tell_rate(t, &t->pack->step[t->pack->expr[e].ref]);
    else if (is_leaf(&t->pack->expr[e]) && t->pack->expr[e].op != EXPR_ORDER_FACT)
        note_law(t, &t->pack->expr[e]);
    t->step = before;
}

static void tell_named(struct telling *t, const char *indent);

static void tell_step(struct telling *t, uint16_t index, const char *indent)
{
    const struct step *step = &t->pack->step[index], *before = t->step;
    bool is_line = step->level == LEVEL_LINE;
    if (index >= TOLD_MAX || t->told[index] || step->kind != STEP_VALUE || step->charge || (is_line && !t->line) ||
        t->pack->expr[step->is].type != TYPE_NUMBER)
        return;
    t->told[index] = true;
    if (is_rate(t, step->is, 0)) {
        tell_rate(t, step);
        return;
    }
    t->step = step;
    buf_puts(t->out, indent);
    put_title(t, step->title, step->name);
    put_derivation(t, step, step, indent);
    buf_putc(t->out, '\n');
    t->step = before;
}

/* What the formulas named so far rests on, and what that rests on. */
static void tell_named(struct telling *t, const char *indent)
{
    for (uint32_t i = 0; i < t->pendings; i++)
        tell_step(t, t->pending[i], indent);
    t->pendings = 0;
}

static void tell_laws(struct telling *t, const char *indent)
{
    for (uint32_t i = 0; i < t->laws; i++) {
        const struct law *law = &t->law[i];
        struct rational number;
        char day[11];
        date_write(law->since, day);
        buf_printf(t->out, "%s§ ", indent);
        const char *const title[3] = {0};
        put_title(t, title, law->title);
        buf_putc(t->out, ' ');
        if (law->is_rate && rational_parse(law->value, strlen(law->value), &number))
            put_percent(t->out, number.num, number.den);
        else
            buf_puts(t->out, law->value);
        buf_printf(t->out, t->is_zh ? "：%s，自 %s 起" : ": %s, since %s", *law->text ? law->text : "-", day);
        if (strcmp(law->confidence, "high") != 0)
            buf_printf(t->out, t->is_zh ? "（可信度：%s）" : " (confidence: %s)", word_of(t, law->confidence));
        buf_putc(t->out, '\n');
    }
    t->laws = 0;
}

/* ---- tests ---- */

/* A condition with its outcome, and the comparison in numbers. */
static void tell_test(struct telling *t, uint16_t index, const char *indent)
{
    const struct step *step = &t->pack->step[index];
    t->step = step;
    uint16_t e = taken(t, step->is);
    uint8_t op = t->pack->expr[e].op;
    buf_puts(t->out, indent);
    put_title(t, step->title, step->name);
    buf_puts(t->out, t->is_zh ? "：" : ": ");
    put_worth(t, worth_of(t, e), false, false);
    if ((op == EXPR_LESS || op == EXPR_LESS_EQUAL) && t->pack->expr[t->pack->expr[e].kid[0]].type == TYPE_NUMBER) {
        struct buf words_dropped = {0}, *out = t->out;
        t->out = &words_dropped;
        put_formula(t, e, false, LOOSE); /* for the laws it names */
        t->out = out;
        buf_finish(&words_dropped);
        buf_puts(t->out, t->is_zh ? "（" : " (");
        put_comparison(t, e);
        buf_puts(t->out, t->is_zh ? "）" : ")");
    }
    buf_putc(t->out, '\n');
    t->pendings = 0;
}

/* Conditions with a title: those of the order all, those of a line where they hold. */
static void tell_tests(struct telling *t, uint8_t level, uint32_t end, const char *indent)
{
    for (uint32_t i = 0; i < end && i < TOLD_MAX; i++) {
        const struct step *step = &t->pack->step[i];
        if (step->kind != STEP_VALUE || step->level != level || step->charge || !step->title[LANG_EN] ||
            t->pack->expr[step->is].type != TYPE_BOOL)
            continue;
        t->step = step;
        struct worth w = worth_of(t, step->when ? step->when : step->is);
        if (step->when && w.known && w.num)
            w = worth_of(t, step->is);
        if (w.known && (w.num || (level == LEVEL_ORDER && !step->when)))
            tell_test(t, (uint16_t)i, indent);
    }
    tell_laws(t, indent);
}

/* ---- charges ---- */

/* A number, or yes or no. */
static void put_term(struct telling *t, const struct rule_charge *charge)
{
    if (t->pack->expr[t->pack->step[charge->step].is].type == TYPE_BOOL)
        buf_puts(t->out, charge->amount ? either(t, "yes", "是") : either(t, "no", "否"));
    else
        put_decimal(t->out, charge->amount, 1000000);
}

static void put_amount(struct telling *t, const struct rule_charge *charge)
{
    if (charge->kind == CHARGE_REFUND_RATE) {
        put_percent(t->out, charge->amount, 1000000);
        return;
    }
    if (charge->kind == CHARGE_TERM) {
        put_term(t, charge);
        return;
    }
    buf_decimal(t->out, charge->amount, currency_digits(t->pack->currency));
    buf_printf(t->out, " %s", currency_code(t->pack->currency));
}

/* "PnD" in words. */
static void put_due(struct telling *t, const char *due)
{
    unsigned days;
    char end;
    if (sscanf(due, "P%u%c", &days, &end) == 2 && end == 'D')
        buf_printf(t->out, t->is_zh ? "%u日内" : "within %u days", days);
    else
        buf_puts(t->out, word_of(t, due));
}

static void tell_people(struct telling *t, const struct step *step, const char *indent)
{
    const char *debtor = rule_person(t->answer->bound, step->debtor);
    const char *collector = rule_person(t->answer->bound, step->collector);
    if (!debtor || step->charge >= CHARGE_DRAWBACK)
        return;
    buf_printf(t->out, t->is_zh ? "%s由%s负担" : "%sowed by %s", indent, word_of(t, debtor));
    if (collector)
        buf_printf(t->out, t->is_zh ? "，%s代收" : ", collected by %s", word_of(t, collector));
    if (step->due) {
        buf_puts(t->out, t->is_zh ? "，" : ", due ");
        put_due(t, step->due);
    }
    buf_putc(t->out, '\n');
}

/* Where a charge is just another step of its own level: that one. */
static const struct step *behind(struct telling *t, const struct step *step)
{
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        t->step = step;
        const struct expr *e = &t->pack->expr[taken(t, step->is)];
        const struct step *next = e->op == EXPR_STEP ? &t->pack->step[e->ref] : NULL;
        if (!next || next->level != step->level || next->charge || is_rate(t, next->is, 0))
            break;
        t->told[e->ref] = true;
        step = next;
    }
    return step;
}

static void tell_charge(struct telling *t, const struct rule_charge *charge)
{
    static const char indent[] = "      ";
    const struct step *step = &t->pack->step[charge->step];
    struct basis basis[2];
    t->step = step;
    buf_puts(t->out, "  » ");
    put_title(t, step->title, step->name);
    buf_putc(t->out, ' ');
    put_amount(t, charge);
    if (charge->amount != 0) {
        t->step = behind(t, step);
        put_derivation(t, t->step, step, "    ");
        buf_putc(t->out, '\n');
        tell_named(t, indent);
    } else {
        uint32_t count = rule_basis(t->cache, t->answer, charge, basis, 1);
        const char *reason = rule_reason(t->cache, t->answer, charge, (int)t->lang);
        if (reason)
            buf_printf(t->out, t->is_zh ? "：%s" : ": %s", reason);
        buf_putc(t->out, '\n');
        for (uint32_t i = 0; i < count; i++)
            add_basis(t, &basis[i]);
    }
    tell_laws(t, indent);
    if (charge->amount != 0)
        tell_people(t, step, indent);
}

static void tell_charges(struct telling *t)
{
    for (uint32_t i = 0; i < t->answer->charges; i++)
        if (t->answer->charge[i].line == t->line)
            tell_charge(t, &t->answer->charge[i]);
}

static bool has_charge(const struct telling *t, uint32_t line)
{
    for (uint32_t i = 0; i < t->answer->charges; i++)
        if (t->answer->charge[i].line == line)
            return true;
    return false;
}

static void tell_line(struct telling *t, uint32_t line)
{
    t->line = line;
    buf_printf(t->out, t->is_zh ? "第 %u 行 · %s\n" : "Line %u · %s\n", line, t->cache->run_line[line - 1]->key.hs);
    for (uint32_t i = 0; i < t->pack->steps && i < TOLD_MAX; i++)
        if (t->pack->step[i].level == LEVEL_LINE)
            t->told[i] = false;
    tell_tests(t, LEVEL_LINE, t->pack->steps, "  ");
    tell_charges(t);
}

static void tell_total(struct telling *t)
{
    int64_t total = 0;
    unsigned digits = currency_digits(t->pack->currency);
    const char *join = "";
    if (!(t->answer->stated & ((1u << CHARGE_REFUND_RATE) - 1)))
        return; /* no amount is asked about */
    buf_puts(t->out, either(t, "Total: ", "合计："));
    for (enum charge_kind kind = CHARGE_UNSET + 1; kind < CHARGE_COUNT; kind++) {
        bool is_levy = kind < CHARGE_DRAWBACK;
        if (!(t->answer->stated & 1u << kind) || !charge_is_amount(kind))
            continue;
        buf_printf(t->out, "%s%s ", join, word_of(t, kind == CHARGE_VAT ? "vat_total" : charge_id(kind)));
        buf_decimal(t->out, t->answer->total_of[kind], digits);
        total += is_levy ? t->answer->total_of[kind] : 0;
        join = is_levy ? " + " : ", ";
    }
    if (!*join || strcmp(join, " + ") == 0) {
        buf_puts(t->out, " = ");
        buf_decimal(t->out, total, digits);
    }
    buf_printf(t->out, " %s\n", currency_code(t->pack->currency));
}

void rule_explain(const struct rule_cache *cache, const struct rule_answer *answer, int lang, struct buf *out)
{
    const struct pack *pack = answer->bound ? answer->bound->pack : NULL;
    if (!pack || answer->status == RULE_ERROR) {
        buf_printf(out, "%s: %s\n", err_name(answer->error), answer->message);
        return;
    }
    bool is_refused = answer->status == RULE_REFUSED;
    char day[11];
    rule_unfold(cache);
    struct telling *t = memory_take(sizeof *t);
    *t = (struct telling){.cache = cache, .answer = answer, .pack = pack, .out = out, .lang = (enum lang)lang,
                          .is_zh = lang == LANG_ZH};
    date_write(step_day(pack, NULL, answer->sale_day, answer->entry_day), day);
    buf_printf(out, t->is_zh ? "%s（%s），适用 %s 的法规\n" : "%s (%s), law of %s\n",
               rule_title(pack->title, pack->id, (int)t->lang), answer->regime, day);
    tell_tests(t, LEVEL_ORDER, is_refused ? (uint32_t)answer->step : pack->steps, "  ");
    for (uint32_t line = 1; line <= answer->lines && !is_refused; line++)
        if (has_charge(t, line))
            tell_line(t, line);
    t->line = 0;
    if (!is_refused) {
        if (has_charge(t, 0))
            buf_puts(out, either(t, "The order\n", "整票\n"));
        tell_charges(t);
        tell_total(t);
    }
    memory_release(t);
}
