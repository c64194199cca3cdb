/* rule_trace: explains a run from its register file: every charge with base, rate, formula and law. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/node.h"
#include "core/rule_int.h"

enum { SOURCES_MAX = 12, DEPTH_MAX = 8 };

/* A parameter value or tariff row that a step rests on. */
struct basis {
    const struct parameter *parameter;
    const struct parameter_value *value;
    const struct tariff_row *row;
};

struct trace {
    const struct rule_cache *cache;
    const struct bound_order *bound;
    const struct bound_line *line; /* NULL at order level */
    const wide *line_register;
    const struct step *reading;    /* whose days are read */
    struct basis basis[SOURCES_MAX];
    uint32_t count;
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
    if ((term->state == TERM_CONST || term->state == TERM_REGISTER) && wide_multiply(v, unit, &minor) &&
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
    if (t->count < SOURCES_MAX)
        t->basis[t->count++] = basis;
}

static int32_t reading_day(const struct trace *t)
{
    return step_day(t->bound->pack, t->reading, t->bound->sale_day, t->bound->entry_day);
}

static void visit(struct trace *t, uint16_t index, int depth)
{
    const struct pack *pack = t->bound->pack;
    const struct expr *e = &pack->expr[index];
    if (index == 0 || depth > DEPTH_MAX)
        return;
    if (e->op == EXPR_PARAMETER) {
        const struct parameter *p = &pack->parameter[e->ref];
        const struct parameter_value *v = parameter_on(p, reading_day(t));
        if (v && v->in_force)
            add_basis(t, (struct basis){.parameter = p, .value = v});
    } else if (e->op == EXPR_PICK) {
        const struct parameter *p = parameter_picked(t->cache->book, pack, e, &t->bound->key);
        const struct parameter_value *v = p ? parameter_on(p, reading_day(t)) : NULL;
        if (v && v->in_force)
            add_basis(t, (struct basis){.parameter = p, .value = v});
    } else if (e->op == EXPR_AD_VALOREM || e->op == EXPR_SPECIFIC || e->op == EXPR_CLASS) {
        const struct tariff_row *row = !t->line ? NULL
            : tariff_find(&t->cache->book->tariff, pack->place, pack->base_place, e->ref,
                          t->line->key.hs, t->line->key.origin, reading_day(t));
        if (row)
            add_basis(t, (struct basis){.row = row});
    } else if (e->op == EXPR_STEP) {
        const struct step *step = &pack->step[e->ref], *before = t->reading;
        if (step->charge == CHARGE_UNSET && (step->level == LEVEL_ORDER || t->line)) {
            t->reading = step;
            visit(t, step->is, depth + 1);
            t->reading = before;
        }
    }
    for (int i = 0; i < 3; i++)
        visit(t, e->kid[i], depth + 1);
}

static void find_basis(struct trace *t, const struct step *step)
{
    t->count = 0;
    t->reading = step;
    visit(t, step->rate, 0);
    visit(t, step->is, 0);
    visit(t, step->when, 0);
}

/* ---- JSON ---- */

static void member(struct buf *out, const char *name, const char *text)
{
    buf_printf(out, ",\"%s\":", name);
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

static void write_base_and_rate(struct buf *out, const struct trace *t, const struct step *step)
{
    const struct pack *pack = t->bound->pack;
    const struct expr *base = &pack->expr[step->base], *rate = &pack->expr[step->rate];
    buf_puts(out, ",\"base\":");
    if (step->base && base->op == EXPR_STEP) {
        buf_putc(out, '"');
        write_money(out, t, step_term(t, base->ref), pack->step[base->ref].level);
        buf_putc(out, '"');
    } else {
        buf_puts(out, "null");
    }
    const char *text = NULL;
    bool is_read = rate->op == EXPR_PARAMETER || rate->op == EXPR_PICK || rate->op == EXPR_AD_VALOREM;
    if (step->rate && t->count && is_read)
        text = t->basis[0].row ? t->basis[0].row->value : t->basis[0].value->text;
    if (text || !step->rate || rate->op != EXPR_STEP) {
        member(out, "rate", text);
    } else {
        buf_puts(out, ",\"rate\":\"");
        write_term(out, t, step_term(t, rate->ref), pack->step[rate->ref].level);
        buf_putc(out, '"');
    }
}

static struct trace trace_of(const struct rule_cache *cache, const struct rule_answer *answer, uint32_t line)
{
    struct trace t = {.cache = cache, .bound = answer->bound};
    if (line) {
        t.line = cache->run_line[line - 1];
        t.line_register = cache->line_register + (size_t)(line - 1) * REGISTERS_MAX;
    }
    return t;
}

static void write_rounding(struct buf *out, const struct step *step)
{
    static const char *const mode[] = {"", "half_up", "half_even", "down", "up", "floor", "ceil"};
    char to[24];
    snprintf(to, sizeof to, "%s", mode[step->round]);
    member(out, "rounding", step->round ? to : NULL);
}

static void write_charge(struct buf *out, const struct rule_cache *cache,
                         const struct rule_answer *answer, const struct rule_charge *charge)
{
    const struct pack *pack = answer->bound->pack;
    const struct step *step = &pack->step[charge->step];
    struct trace t = trace_of(cache, answer, charge->line);
    find_basis(&t, step);
    buf_printf(out, "{\"kind\":\"%s\",\"line\":", charge_id((enum charge_kind)charge->kind));
    if (charge->line)
        buf_int(out, charge->line);
    else
        buf_puts(out, "null");
    member(out, "jurisdiction", pack->place_text);
    member(out, "treasury", rule_step_treasury(answer, charge->step));
    member(out, "debtor", step->debtor);
    member(out, "collector", step->collector);
    member(out, "due", step->due);
    write_base_and_rate(out, &t, step);
    member(out, "formula", step->is_text);
    buf_puts(out, ",\"amount\":\"");
    if (step->charge == CHARGE_REFUND_RATE)
        write_number(out, charge->amount, 1000000);
    else
        buf_decimal(out, charge->amount, currency_digits(pack->currency));
    buf_putc(out, '"');
    write_rounding(out, step);
    buf_printf(out, ",\"rule\":\"%s/%s\"", pack->id, step->name);
    write_law(out, &t);
    member(out, "reason", charge->amount == 0 && step->zero[LANG_EN] ? step->zero[LANG_EN] : NULL);
    buf_putc(out, '}');
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

/* ---- text ---- */

static void write_bases(struct buf *out, const struct trace *t, int lang)
{
    char day[11];
    for (uint32_t i = 0; i < t->count; i++) {
        const struct basis *b = &t->basis[i];
        date_write(b->row ? b->row->from : b->value->from, day);
        const char *law = b->row ? b->row->law : lang == LANG_ZH ? b->value->law_zh : b->value->law_en;
        const char *text = b->row ? b->row->value : b->value->text ? b->value->text : "…";
        buf_printf(out, lang == LANG_ZH ? "        %s = %s，自 %s 起，%s（%s）\n"
                                        : "        %s = %s since %s, %s (%s)\n",
                   b->row ? names_at(&t->cache->book->names, b->row->kind) : b->parameter->name, text, day,
                   *law ? law : "-", b->row ? b->row->confidence : b->value->confidence);
    }
}

static void write_step_text(struct buf *out, struct trace *t, uint16_t index, int lang)
{
    const struct pack *pack = t->bound->pack;
    const struct step *step = &pack->step[index];
    const struct term *term = step_term(t, index);
    const char *title = step->title[lang] ? step->title[lang] : step->name;
    find_basis(t, step);
    buf_printf(out, "    %s%s = ", step->charge ? "» " : "", title);
    write_money(out, t, term, step->level);
    buf_printf(out, "\n        %s = %s\n", step->name, step->is_text);
    if (step->charge)
        write_bases(out, t, lang);
    bool zero = step->charge && (term->state == TERM_CONST ? term->num == 0
                                                           : registers_of(t, step->level)[term->reg] == 0);
    if (zero && step->zero[lang])
        buf_printf(out, "        %s\n", step->zero[lang]);
}

void rule_trace_text(const struct rule_cache *cache, const struct rule_answer *answer, int lang,
                     struct buf *out)
{
    const struct pack *pack = answer->bound ? answer->bound->pack : NULL;
    if (!pack || answer->status == RULE_ERROR) {
        buf_printf(out, "%s: %s\n", err_name(answer->error), answer->message);
        return;
    }
    buf_printf(out, "%s (%s)\n", pack->title[lang] ? pack->title[lang] : pack->id, answer->regime);
    for (uint32_t s = 0; s < pack->segments; s++) {
        const struct segment *segment = &pack->segment[s];
        uint32_t lines = segment->level == LEVEL_LINE ? answer->lines : 1;
        for (uint32_t line = 1; line <= lines; line++) {
            struct trace t = trace_of(cache, answer, segment->level == LEVEL_LINE ? line : 0);
            if (segment->level == LEVEL_LINE)
                buf_printf(out, lang == LANG_ZH ? "  第 %u 行 %s\n" : "  line %u, %s\n", line, t.line->key.hs);
            for (uint16_t i = segment->first; i < segment->end; i++)
                if (pack->step[i].kind == STEP_VALUE)
                    write_step_text(out, &t, i, lang);
        }
    }
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

const char *rule_step_name(const struct rule_answer *answer, unsigned step)
{
    return answer->bound->pack->step[step].name;
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
    bool by_seller = s->debtor && (strcmp(s->debtor, "seller") == 0 || strcmp(s->debtor, "marketplace") == 0);
    bool for_seller = s->collector && (strcmp(s->collector, "seller") == 0 ||
                                       strcmp(s->collector, "marketplace") == 0 ||
                                       strcmp(s->collector, "intermediary") == 0);
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
