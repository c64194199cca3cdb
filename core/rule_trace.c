/* rule_trace: explains a run from its register file: every charge with base, rate, formula and law. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/node.h"
#include "core/rule_int.h"

enum { SOURCES_MAX = 12, DEPTH_MAX = 16 };

struct trace {
    const struct rule_cache *cache;
    const struct bound_order *bound;
    const struct bound_line *line; /* NULL at order level */
    const wide *line_register;
    const struct step *reading;    /* whose days are read */
    struct basis basis[SOURCES_MAX];
    uint32_t count, room;          /* found, and how many are looked for */
};

/* ---- values ---- */

static void write_number(struct buf *out, wide num, int64_t den)
{
    wide magnitude = num < 0 ? -num : num, whole = magnitude / den, rest = magnitude % den;
    if (num < 0)
        buf_putc(out, '-');
    buf_int(out, (int64_t)whole);
    if (rest == 0)
        return;
    char digits[10];
    int n = 0;
    while (rest != 0 && n < 8) { /* what does not end in eight digits is cut: the exact value is the rational */
        rest *= 10;
        digits[n++] = (char)('0' + (int)(rest / den));
        rest %= den;
    }
    while (n > 0 && digits[n - 1] == '0')
        n--;
    if (n > 0) {
        buf_putc(out, '.');
        buf_add(out, digits, (size_t)n);
    }
}

static const wide *registers_of(const struct trace *t, uint8_t level)
{
    return level == LEVEL_LINE ? t->line_register : t->cache->order_register;
}

static void write_term(struct buf *out, const struct trace *t, const struct term *term, uint8_t level)
{
    if (term->state == TERM_TRAP || term->state == TERM_UNSET) {
        buf_puts(out, term->state == TERM_TRAP ? err_name((enum err_code)term->trap) : "-");
        return;
    }
    wide v = term->state == TERM_CONST ? term->num : registers_of(t, level)[term->reg];
    char day[11];
    switch (term->type) {
    case TYPE_BOOL: buf_puts(out, v ? "true" : "false"); break;
    case TYPE_SYMBOL: buf_puts(out, v == WORD_FOREIGN ? "-" : names_at(&t->cache->book->names, (uint32_t)v)); break;
    case TYPE_DAY:
        date_write((int32_t)v, day);
        buf_puts(out, day);
        break;
    default: write_number(out, v, term->den); break;
    }
}

static const struct term *step_term(const struct trace *t, uint32_t step)
{
    return t->bound->pack->step[step].level == LEVEL_LINE ? &t->line->code.term[step]
                                                          : &t->bound->code.term[step];
}

/* Money with the currency's digits where it is a whole number of minor units. */
static void write_money(struct buf *out, const struct trace *t, const struct term *term, uint8_t level)
{
    int64_t unit = currency_unit(t->bound->pack->currency);
    wide v = term->state == TERM_CONST ? term->num : registers_of(t, level)[term->reg];
    wide minor;
    bool is_number = term->type == TYPE_NUMBER && (term->state == TERM_CONST || term->state == TERM_REGISTER);
    if (is_number && wide_multiply(v, unit, &minor) &&
        minor % term->den == 0 && wide_fits(minor / term->den))
        buf_decimal(out, (int64_t)(minor / term->den), currency_digits(t->bound->pack->currency));
    else
        write_term(out, t, term, level);
}

/* ---- what a step rests on ---- */

static void add_basis(struct trace *t, struct basis basis)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->basis[i].value == basis.value && t->basis[i].row == basis.row)
            return;
    if (t->count < t->room)
        t->basis[t->count++] = basis;
}

static int32_t reading_day(const struct trace *t)
{
    return step_day(t->bound->pack, t->reading, t->bound->sale_day, t->bound->entry_day);
}

/* The row of the tariff that an expression took. */
static const struct tariff_row *row_of(const struct trace *t, const struct expr *e)
{
    return t->line ? t->line->code.outcome[e->note].row : NULL;
}

static const struct parameter_value *value_of(const struct trace *t, const struct parameter *p)
{
    const struct parameter_value *v = p ? parameter_on(p, reading_day(t)) : NULL;
    return v && v->in_force ? v : NULL;
}

/* What came of a condition of the step that is read, or of a choice between two. */
static unsigned truth_of(const struct trace *t, const struct expr *e)
{
    bool is_line = t->reading->level == LEVEL_LINE;
    const struct bound_code *code = is_line ? &t->line->code : &t->bound->code;
    unsigned truth = code->outcome[e->note].truth;
    if (truth < TRUTH_REGISTER)
        return truth;
    return registers_of(t, t->reading->level)[truth - TRUTH_REGISTER] ? TRUTH_YES : TRUTH_NO;
}

static void visit(struct trace *t, uint16_t index, int depth);

/* The branch that was taken, then what led into it. */
static void visit_if(struct trace *t, const struct expr *e, int depth)
{
    unsigned taken = truth_of(t, &t->bound->pack->expr[e->kid[0]]);
    if (taken != TRUTH_NO)
        visit(t, e->kid[1], depth);
    if (taken != TRUTH_YES)
        visit(t, e->kid[2], depth);
    visit(t, e->kid[0], depth);
}

/* The side that decided alone (`no` of an `and`, `yes` of an `or`); else both. */
static void visit_logic(struct trace *t, const struct expr *e, int depth)
{
    const struct expr *expr = t->bound->pack->expr;
    unsigned x = truth_of(t, &expr[e->kid[0]]), y = truth_of(t, &expr[e->kid[1]]);
    unsigned deciding = e->op == EXPR_AND ? TRUTH_NO : TRUTH_YES;
    if (x == deciding || y == deciding) {
        visit(t, e->kid[x == deciding ? 0 : 1], depth);
        return;
    }
    bool is_second_first = x != TRUTH_UNKNOWN && y == TRUTH_UNKNOWN;
    visit(t, e->kid[is_second_first], depth);
    visit(t, e->kid[!is_second_first], depth);
}

/* Of two, the one that was taken; both where that is not kept. */
static void visit_least(struct trace *t, const struct expr *e, int depth)
{
    unsigned left = truth_of(t, e);
    if (left != TRUTH_NO)
        visit(t, e->kid[0], depth);
    if (left != TRUTH_YES)
        visit(t, e->kid[1], depth);
}

static void visit_step(struct trace *t, const struct step *step, int depth)
{
    const struct step *before = t->reading;
    if (step->charge != CHARGE_UNSET || (step->level == LEVEL_LINE && !t->line))
        return;
    t->reading = step;
    bool is_off = step->when && truth_of(t, &t->bound->pack->expr[step->when]) == TRUTH_NO;
    visit(t, is_off ? step->when : step->is, depth);
    t->reading = before;
}

static void visit(struct trace *t, uint16_t index, int depth)
{
    const struct pack *pack = t->bound->pack;
    const struct expr *e = &pack->expr[index];
    struct basis found = {0};
    if (index == 0 || depth++ > DEPTH_MAX || t->count == t->room)
        return;
    switch (e->op) {
    case EXPR_PARAMETER: found.parameter = &pack->parameter[e->ref]; break;
    case EXPR_PICK: found.parameter = parameter_picked(t->cache->book, pack, e, &t->bound->key); break;
    case EXPR_AD_VALOREM:
    case EXPR_SPECIFIC:
    case EXPR_CLASS: found.row = row_of(t, e); break;
    case EXPR_STEP: visit_step(t, &pack->step[e->ref], depth); return;
    case EXPR_IF: visit_if(t, e, depth); return;
    case EXPR_AND:
    case EXPR_OR: visit_logic(t, e, depth); return;
    case EXPR_MIN:
    case EXPR_MAX: visit_least(t, e, depth); return;
    default: break;
    }
    found.value = value_of(t, found.parameter);
    if (found.value || found.row)
        add_basis(t, found);
    for (int i = 0; i < 3; i++)
        visit(t, e->kid[i], depth);
}

static bool is_nothing(const struct trace *t, uint32_t index)
{
    const struct term *term = step_term(t, index);
    wide v = term->state == TERM_REGISTER ? registers_of(t, t->bound->pack->step[index].level)[term->reg] : term->num;
    return (term->state == TERM_CONST || term->state == TERM_REGISTER) && v == 0;
}

/* What a charge of nothing rests on is what made it nothing, and not its rate unless that is nothing. */
static void find_basis(struct trace *t, const struct step *step, bool is_zero)
{
    const struct expr *rate = &t->bound->pack->expr[step->rate];
    t->count = 0;
    t->reading = step;
    if (!is_zero || (step->rate && rate->op == EXPR_STEP && is_nothing(t, rate->ref)))
        visit(t, step->rate, 0);
    if (is_zero && step->when && truth_of(t, &t->bound->pack->expr[step->when]) == TRUTH_NO)
        visit(t, step->when, 0);
    visit(t, step->is, 0);
    visit(t, step->when, 0);
}

/* ---- JSON ---- */

static void member(struct buf *out, const char *name, const char *text)
{
    buf_puts(out, ",\"");
    buf_puts(out, name);
    buf_puts(out, "\":");
    if (text)
        buf_json_string(out, text, strlen(text));
    else
        buf_puts(out, "null");
}

static void write_law(struct buf *out, const struct trace *t)
{
    char day[11] = "";
    const char *law = NULL;
    if (t->count && t->basis[0].row) {
        law = t->basis[0].row->law;
        date_write(t->basis[0].row->from, day);
    } else if (t->count) {
        law = t->basis[0].value->law_zh;
        date_write(t->basis[0].value->from, day);
    }
    member(out, "law", law);
    member(out, "since", *day ? day : NULL);
}

static const char *basis_text(const struct trace *t)
{
    return t->count == 0 ? NULL : t->basis[0].row ? t->basis[0].row->value : t->basis[0].value->text;
}

/* Who stands behind a word: an importer is who owes import charges, a supplier who sells in the law's eyes. */
const char *rule_person(const struct bound_order *bound, const char *word)
{
    if (word && strcmp(word, "importer") == 0)
        return bound->key.incoterm == INCOTERM_DDP ? "seller" : "buyer";
    if (word && strcmp(word, "supplier") == 0)
        return bound->key.flags & 1u << FLAG_MARKETPLACE ? "marketplace" : "seller";
    return word;
}

/* The rate as the law writes it: of the step's own formula for it, else what a charge that is due rests on. */
static const char *rate_of(struct trace *t, const struct step *step, bool is_zero)
{
    const struct expr *rate = &t->bound->pack->expr[step->rate];
    bool is_read = rate->op == EXPR_PARAMETER || rate->op == EXPR_PICK || rate->op == EXPR_AD_VALOREM;
    find_basis(t, step, is_zero && !step->rate);
    return is_read || (!step->rate && !is_zero) ? basis_text(t) : NULL;
}

static void write_base_and_rate(struct buf *out, const struct trace *t, const struct step *step,
                                const char *rate_text)
{
    const struct pack *pack = t->bound->pack;
    const struct expr *base = &pack->expr[step->base], *rate = &pack->expr[step->rate];
    if (step->base && base->op == EXPR_STEP) {
        buf_putc(out, '"');
        write_money(out, t, step_term(t, base->ref), pack->step[base->ref].level);
        buf_putc(out, '"');
    } else {
        buf_puts(out, "null");
    }
    if (!step->rate || rate->op != EXPR_STEP) {
        member(out, "rate", rate_text);
    } else {
        buf_puts(out, ",\"rate\":\"");
        write_term(out, t, step_term(t, rate->ref), pack->step[rate->ref].level);
        buf_putc(out, '"');
    }
}

static struct trace trace_of(const struct rule_cache *cache, const struct rule_answer *answer, uint32_t line,
                             uint32_t room)
{
    check(room <= SOURCES_MAX);
    rule_unfold(cache);
    struct trace t = {.cache = cache, .bound = answer->bound, .room = room};
    if (line) {
        t.line = cache->run_line[line - 1];
        t.line_register = cache->line_register + (size_t)(line - 1) * REGISTERS_MAX;
    }
    return t;
}

static const char *reason_of(struct trace *t, const struct step *step, int lang)
{
    t->reading = step;
    for (uint32_t i = 0; i < step->reasons; i++) {
        const struct reason *reason = &step->reason[i];
        if (!reason->when || truth_of(t, &t->bound->pack->expr[reason->when]) == TRUTH_YES)
            return reason->text[lang];
    }
    return NULL;
}

static struct text kept(struct arena *arena, struct buf *made)
{
    struct text text = {arena_copy(arena, made->data, made->length), made->length};
    buf_clear(made);
    return text;
}

/* Writes once what every charge of a step says alike. */
static const struct charge_text *charge_text_of(const struct rule_answer *answer, uint16_t index)
{
    struct charge_text *text = &answer->bound->text[index];
    const struct pack *pack = answer->bound->pack;
    const struct step *step = &pack->step[index];
    struct buf made = {0};
    if (text->kind.len)
        return text;
    buf_printf(&made, "{\"kind\":\"%s\",\"line\":", charge_id((enum charge_kind)step->charge));
    text->kind = kept(answer->bound->arena, &made);
    member(&made, "jurisdiction", pack->place_text);
    member(&made, "treasury", rule_step_treasury(answer, index));
    member(&made, "debtor", rule_person(answer->bound, step->debtor));
    member(&made, "collector", rule_person(answer->bound, step->collector));
    member(&made, "due", step->due);
    buf_puts(&made, ",\"base\":");
    text->people = kept(answer->bound->arena, &made);
    member(&made, "formula", step->is_text);
    buf_puts(&made, ",\"amount\":\"");
    text->formula = kept(answer->bound->arena, &made);
    buf_putc(&made, '"');
    member(&made, "rounding", step->round ? round_mode_ids[step->round] : NULL);
    buf_printf(&made, ",\"rule\":\"%s/%s\"", pack->id, step->name);
    text->rule = kept(answer->bound->arena, &made);
    buf_finish(&made);
    return text;
}

static void add_part(struct buf *out, struct text part) { buf_add(out, part.ptr, part.len); }

static void write_charge(struct buf *out, const struct rule_cache *cache, const struct rule_answer *answer,
                         const struct rule_charge *charge)
{
    const struct pack *pack = answer->bound->pack;
    const struct step *step = &pack->step[charge->step];
    const struct charge_text *text = charge_text_of(answer, charge->step);
    struct trace t = trace_of(cache, answer, charge->line, 1);
    bool is_zero = charge->amount == 0;
    const char *rate = rate_of(&t, step, is_zero);
    if (is_zero && step->rate) /* else the rate and the law have the same root */
        find_basis(&t, step, true);
    add_part(out, text->kind);
    if (charge->line)
        buf_int(out, charge->line);
    else
        buf_puts(out, "null");
    add_part(out, text->people);
    write_base_and_rate(out, &t, step, rate);
    add_part(out, text->formula);
    if (!charge_is_amount(step->charge))
        write_number(out, charge->amount, 1000000);
    else
        buf_decimal(out, charge->amount, currency_digits(pack->currency));
    add_part(out, text->rule);
    write_law(out, &t);
    member(out, "reason", is_zero ? reason_of(&t, step, LANG_EN) : NULL);
    buf_putc(out, '}');
}

bool rule_term_next(const struct rule_answer *answer, uint32_t *at, struct rule_term *term)
{
    while (answer->status == RULE_ASSESSED && *at < answer->charges) {
        const struct rule_charge *charge = &answer->charge[(*at)++];
        if (charge->kind != CHARGE_TERM)
            continue;
        const struct pack *pack = answer->bound->pack;
        const struct step *step = &pack->step[charge->step];
        *term = (struct rule_term){step->name, {step->title[0], step->title[LANG_EN], step->title[LANG_ZH]},
                                   pack->expr[step->is].type == TYPE_BOOL, charge->amount};
        return true;
    }
    return false;
}

bool rule_term(const struct rule_answer *answer, const char *name, int64_t *value)
{
    struct rule_term term;
    for (uint32_t at = 0; rule_term_next(answer, &at, &term);) {
        *value = term.value;
        if (strcmp(term.name, name) == 0)
            return true;
    }
    return false;
}

const char *rule_pack_title(const struct rule_answer *answer, int lang)
{
    const struct pack *pack = answer->bound->pack;
    return rule_title(pack->title, pack->id, lang);
}

void rule_trace_charges(const struct rule_cache *cache, const struct rule_answer *answer, struct buf *out)
{
    buf_putc(out, '[');
    for (uint32_t i = 0; i < answer->charges; i++) {
        if (i)
            buf_putc(out, ',');
        write_charge(out, cache, answer, &answer->charge[i]);
    }
    buf_putc(out, ']');
}

/* A term that is a number, times `unit`; false when it is none, or beyond 64 bits. */
static bool scaled(const struct trace *t, uint32_t step, int64_t unit, enum round_mode mode, int64_t *out)
{
    const struct term *term = step_term(t, step);
    if (term->type != TYPE_NUMBER || (term->state != TERM_CONST && term->state != TERM_REGISTER))
        return false;
    wide v = term->state == TERM_CONST ? term->num : registers_of(t, t->bound->pack->step[step].level)[term->reg];
    return wide_fits(v) && money_scale_try((int64_t)v, unit, term->den, mode, out);
}

struct rule_figure rule_trace_figure(const struct rule_cache *cache, const struct rule_answer *answer,
                                     const struct rule_charge *charge)
{
    struct rule_figure figure = {0};
    const struct pack *pack = answer->bound->pack;
    const struct step *step = &pack->step[charge->step];
    struct trace t = trace_of(cache, answer, charge->line, 1);
    const struct expr *base = &pack->expr[step->base], *rate = &pack->expr[step->rate];
    if (step->base && base->op == EXPR_STEP)
        figure.has_base = scaled(&t, base->ref, currency_unit(pack->currency), ROUND_HALF_UP, &figure.base);
    if (step->rate && rate->op == EXPR_STEP) {
        figure.has_rate = scaled(&t, rate->ref, 1000000, ROUND_DOWN, &figure.rate_ppm);
        return figure;
    }
    const char *text = rate_of(&t, step, charge->amount == 0);
    struct rational value;
    if (text && rational_parse(text, strlen(text), &value))
        figure.has_rate = money_scale_try(value.num, 1000000, value.den, ROUND_DOWN, &figure.rate_ppm);
    return figure;
}

uint32_t rule_basis(const struct rule_cache *cache, const struct rule_answer *answer,
                    const struct rule_charge *charge, struct basis *out, uint32_t room)
{
    struct trace t = trace_of(cache, answer, charge->line, room);
    find_basis(&t, &answer->bound->pack->step[charge->step], charge->amount == 0);
    memcpy(out, t.basis, t.count * sizeof *out);
    return t.count;
}

const char *rule_reason(const struct rule_cache *cache, const struct rule_answer *answer,
                        const struct rule_charge *charge, int lang)
{
    struct trace t = trace_of(cache, answer, charge->line, 0);
    return reason_of(&t, &answer->bound->pack->step[charge->step], lang);
}

void rule_refusal(const struct rule_answer *answer, const char **code, const char **en, const char **zh,
                  const char **instead)
{
    const struct step *step = &answer->bound->pack->step[answer->step];
    *code = step->refuse;
    *en = step->message[LANG_EN];
    *zh = step->message[LANG_ZH];
    *instead = step->instead;
}

const char *rule_step_treasury(const struct rule_answer *answer, unsigned step)
{
    const struct pack *pack = answer->bound->pack;
    const char *treasury = pack->step[step].treasury;
    return !treasury ? pack->place_text : strcmp(treasury, "sub") == 0 ? answer->bound->place : treasury;
}

int32_t rule_kept_until(const struct rule_answer *answer)
{
    return answer->bound ? answer->bound->pack->kept_until : DAY_UNSET;
}

bool rule_step_at_border(const struct rule_answer *answer, unsigned step)
{
    const struct step *s = &answer->bound->pack->step[step];
    bool at_sale = s->due && strcmp(s->due, "sale") == 0;
    const char *debtor = rule_person(answer->bound, s->debtor), *collector = rule_person(answer->bound, s->collector);
    bool by_seller = debtor && (strcmp(debtor, "seller") == 0 || strcmp(debtor, "marketplace") == 0);
    bool for_seller = collector && (strcmp(collector, "seller") == 0 || strcmp(collector, "marketplace") == 0 ||
                                    strcmp(collector, "intermediary") == 0);
    return !at_sale && !by_seller && !for_seller;
}

/* ---- numbers of steps: (pack + 1) << REF_BITS | step; the last step number stands for the pack ---- */

enum { REF_BITS = 12, REF_PACK = (1 << REF_BITS) - 1 };

uint32_t rule_ref(const struct rulebook *book, const struct rule_answer *answer, int step)
{
    const struct pack *pack = answer->bound->pack;
    uint32_t at = step >= 0 ? (uint32_t)step : REF_PACK;
    check(pack >= book->pack && pack < book->pack + book->packs && pack->steps < REF_PACK);
    for (uint32_t i = 0; step < 0 && i < pack->steps; i++)
        if (pack->step[i].kind == STEP_REGIME && pack->step[i].regime == answer->regime)
            at = i;
    return (uint32_t)(pack - book->pack + 1) << REF_BITS | at;
}

static const struct pack *ref_pack(const struct rulebook *book, uint32_t ref)
{
    check(ref >> REF_BITS >= 1 && ref >> REF_BITS <= book->packs);
    return &book->pack[(ref >> REF_BITS) - 1];
}

void rule_ref_write(const struct rulebook *book, uint32_t ref, char *out, size_t room)
{
    const struct pack *pack = ref_pack(book, ref);
    uint32_t step = ref & REF_PACK;
    bool is_pack = step == REF_PACK;
    snprintf(out, room, "%s%s%s", pack->id, is_pack ? "" : "/", is_pack ? "" : pack->step[step].name);
}

const char *rule_ref_regime(const struct rulebook *book, uint32_t ref)
{
    const struct pack *pack = ref_pack(book, ref);
    uint32_t step = ref & REF_PACK;
    return step != REF_PACK && pack->step[step].kind == STEP_REGIME ? pack->step[step].regime : pack->regime;
}

const char *rule_ref_refusal(const struct rulebook *book, uint32_t ref)
{
    const struct pack *pack = ref_pack(book, ref);
    return (ref & REF_PACK) != REF_PACK ? pack->step[ref & REF_PACK].refuse : NULL;
}
