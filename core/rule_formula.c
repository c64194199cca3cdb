/* rule_formula: parses a formula of a pack into a tree and checks names, types, units and levels. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/rule_int.h"

struct parser {
    struct rulebook *book;
    struct pack *pack;
    const char *text;
    size_t at, length;
    uint32_t steps;
    struct formula_error *error;
    bool failed;
    int depth;
};

static uint16_t parse_or(struct parser *p);

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}

static void __attribute__((format(printf, 4, 5)))
fail(struct parser *p, size_t at, enum err_code code, const char *format, ...)
{
    if (p->failed)
        return;
    p->failed = true;
    p->error->at = at;
    p->error->code = code;
    for (size_t i = at; i < p->length && is_word(p->text[i]); i++) /* a caret under the whole word */
        p->error->width++;
    va_list list;
    va_start(list, format);
    vsnprintf(p->error->message, sizeof p->error->message, format, list);
    va_end(list);
}

static bool unit_same(struct rule_unit a, struct rule_unit b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* ---- building ---- */

static uint16_t add(struct parser *p, struct expr e)
{
    struct pack *pack = p->pack;
    if (p->failed)
        return 0;
    if (pack->exprs == pack->expr_room) {
        uint32_t room = pack->expr_room ? pack->expr_room * 2 : 128;
        pack->expr = memory_resize(pack->expr, pack->expr_room * sizeof *pack->expr,
                                   room * sizeof *pack->expr);
        pack->expr_room = room;
        if (pack->exprs == 0)
            pack->exprs = 1;
    }
    if (pack->exprs >= 65535) {
        fail(p, p->at, ERR_FORMULA, "the pack's formulas are too long");
        return 0;
    }
    bool is_row = e.op == EXPR_AD_VALOREM || e.op == EXPR_SPECIFIC || e.op == EXPR_CLASS;
    if (e.type == TYPE_BOOL || e.op == EXPR_MIN || e.op == EXPR_MAX || is_row)
        e.note = (uint16_t)++pack->notes;
    pack->expr[pack->exprs] = e;
    return (uint16_t)pack->exprs++;
}

static struct expr *at(struct parser *p, uint16_t i) { return &p->pack->expr[i]; }

static uint8_t level_of(struct parser *p, uint16_t a, uint16_t b, uint16_t c)
{
    uint8_t level = LEVEL_ORDER;
    const uint16_t kid[3] = {a, b, c};
    for (int i = 0; i < 3; i++)
        if (kid[i] && at(p, kid[i])->level == LEVEL_LINE)
            level = LEVEL_LINE;
    return level;
}

static const char *type_name(uint8_t type)
{
    static const char *const name[] = {"nothing", "a number", "a truth value", "a word", "a list", "a day"};
    return name[type];
}

static bool want(struct parser *p, uint16_t e, uint8_t type, size_t where)
{
    if (p->failed)
        return false;
    if (at(p, e)->type == type)
        return true;
    fail(p, where, ERR_WRONG_TYPE, "%s where %s is needed", type_name(at(p, e)->type),
         type_name(type));
    return false;
}

/* Both numbers of one unit; a literal 0 takes the other's. */
static bool want_same_unit(struct parser *p, uint16_t a, uint16_t b, size_t where,
                           const char *what)
{
    if (!want(p, a, TYPE_NUMBER, where) || !want(p, b, TYPE_NUMBER, where))
        return false;
    if (at(p, a)->zero || at(p, b)->zero || unit_same(at(p, a)->unit, at(p, b)->unit))
        return true;
    char left[64], right[64];
    unit_write(p->book, at(p, a)->unit, left, sizeof left);
    unit_write(p->book, at(p, b)->unit, right, sizeof right);
    bool is_plain = strcmp(left, right) != 0 && (strstr(left, "plain") || strstr(right, "plain"));
    fail(p, where, ERR_UNIT, "%s: %s and %s do not go together", what, left, right);
    if (is_plain)
        snprintf(p->error->help, sizeof p->error->help, "a number with a unit is a parameter of that unit");
    return false;
}

static struct rule_unit unit_of_pair(struct parser *p, uint16_t a, uint16_t b)
{
    return at(p, a)->zero ? at(p, b)->unit : at(p, a)->unit;
}

/* ---- scanning ---- */

static void skip(struct parser *p)
{
    while (p->at < p->length && (p->text[p->at] == ' ' || p->text[p->at] == '\n'))
        p->at++;
}

static size_t word_length(struct parser *p)
{
    size_t n = 0;
    while (p->at + n < p->length && is_word(p->text[p->at + n]))
        n++;
    return n;
}

static bool take(struct parser *p, const char *token)
{
    skip(p);
    size_t n = strlen(token);
    if (p->length - p->at < n || memcmp(p->text + p->at, token, n) != 0)
        return false;
    if (is_word(token[0]) && p->at + n < p->length && is_word(p->text[p->at + n]))
        return false;
    p->at += n;
    return true;
}

static bool expect(struct parser *p, const char *token)
{
    if (p->failed || take(p, token))
        return !p->failed;
    fail(p, p->at, ERR_FORMULA, "expected %s", token);
    return false;
}

/* 'word' in single quotes; its symbol, 0 on failure */
static uint32_t quoted(struct parser *p, struct text *out)
{
    skip(p);
    size_t start = p->at;
    if (p->at >= p->length || p->text[p->at] != '\'') {
        fail(p, start, ERR_FORMULA, "expected a word in single quotes");
        return 0;
    }
    const char *from = p->text + p->at + 1;
    const char *end = memchr(from, '\'', p->length - p->at - 1);
    if (!end) {
        fail(p, start, ERR_FORMULA, "the single quote is not closed");
        return 0;
    }
    out->ptr = from;
    out->len = (size_t)(end - from);
    p->at = (size_t)(end + 1 - p->text);
    return names_add(&p->book->names, from, out->len);
}

/* ---- names ---- */

#define X(id, name, unit) {#name, unit},
static const struct {
    const char *name, *unit;
} order_facts[] = {ORDER_FACTS(X)}, line_facts[] = {LINE_FACTS(X)};
#undef X
#define X(id, name) #name,
static const char *const order_flags[] = {ORDER_FLAGS(X)}, *const line_flags[] = {LINE_FLAGS(X)};
#undef X
static const struct {
    const char *name;
    uint8_t key, type, level;
} keys[] = {
    {"from", KEY_FROM, TYPE_SYMBOL, LEVEL_ORDER},
    {"to", KEY_TO, TYPE_SYMBOL, LEVEL_ORDER},
    {"sub", KEY_SUB, TYPE_SYMBOL, LEVEL_ORDER},
    {"form", KEY_FORM, TYPE_SYMBOL, LEVEL_ORDER},
    {"transport", KEY_TRANSPORT, TYPE_SYMBOL, LEVEL_ORDER},
    {"incoterm", KEY_INCOTERM, TYPE_SYMBOL, LEVEL_ORDER},
    {"sale_day", KEY_SALE_DAY, TYPE_DAY, LEVEL_ORDER},
    {"entry_day", KEY_ENTRY_DAY, TYPE_DAY, LEVEL_ORDER},
    {"hs", KEY_HS, TYPE_SYMBOL, LEVEL_LINE},
    {"origin", KEY_ORIGIN, TYPE_SYMBOL, LEVEL_LINE},
};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool same(const char *name, const char *word, size_t length)
{
    return strlen(name) == length && memcmp(name, word, length) == 0;
}

static struct expr name_parameter(const struct pack *pack, uint32_t i)
{
    return (struct expr){.op = EXPR_PARAMETER, .type = pack->parameter[i].type,
                         .level = LEVEL_ORDER, .ref = i, .unit = pack->parameter[i].unit};
}

static bool name_of_pack(struct parser *p, const char *word, size_t length, struct expr *e)
{
    const struct pack *pack = p->pack;
    for (uint32_t i = 0; i < pack->parameters; i++) {
        if (same(pack->parameter[i].name, word, length)) {
            *e = name_parameter(pack, i);
            return true;
        }
    }
    for (uint32_t i = p->steps; i-- > 0;) {
        const struct step *step = &pack->step[i];
        if (step->kind == STEP_VALUE && same(step->name, word, length)) {
            *e = (struct expr){0};
            p->failed = p->failed || step->is == 0; /* that its own formula failed was said there */
            if (p->failed)
                return true;
            const struct expr *is = &pack->expr[step->is];
            *e = (struct expr){.op = EXPR_STEP, .type = is->type, .level = step->level, .ref = i,
                               .unit = is->unit};
            return true;
        }
    }
    return false;
}

static bool name_of_fact(struct parser *p, const char *word, size_t length, struct expr *e)
{
    uint8_t type;
    for (uint32_t i = 0; i < COUNT(order_facts); i++) {
        if (same(order_facts[i].name, word, length)) {
            *e = (struct expr){.op = EXPR_ORDER_FACT, .type = TYPE_NUMBER, .level = LEVEL_ORDER, .ref = i};
            return unit_parse(p->book, p->pack, order_facts[i].unit, &type, &e->unit);
        }
    }
    for (uint32_t i = 0; i < COUNT(line_facts); i++) {
        if (same(line_facts[i].name, word, length)) {
            *e = (struct expr){.op = EXPR_LINE_FACT, .type = TYPE_NUMBER, .level = LEVEL_LINE, .ref = i};
            return unit_parse(p->book, p->pack, line_facts[i].unit, &type, &e->unit);
        }
    }
    for (uint32_t i = 0; i < COUNT(order_flags); i++) {
        if (same(order_flags[i], word, length)) {
            *e = (struct expr){.op = EXPR_ORDER_FLAG, .type = TYPE_BOOL, .level = LEVEL_ORDER, .ref = i};
            return true;
        }
    }
    for (uint32_t i = 0; i < COUNT(line_flags); i++) {
        if (same(line_flags[i], word, length)) {
            *e = (struct expr){.op = EXPR_LINE_FLAG, .type = TYPE_BOOL, .level = LEVEL_LINE, .ref = i};
            return true;
        }
    }
    for (uint32_t i = 0; i < COUNT(keys); i++) {
        if (same(keys[i].name, word, length)) {
            *e = (struct expr){.op = EXPR_KEY, .type = keys[i].type, .level = keys[i].level,
                               .ref = keys[i].key};
            return true;
        }
    }
    return false;
}

static void suggest(struct parser *p, const char *word, const char *const *known, size_t count)
{
    const char *nearest = err_nearest(word, known, count);
    if (nearest)
        snprintf(p->error->help, sizeof p->error->help, "did you mean \"%s\"?", nearest);
}

static void fail_name(struct parser *p, size_t where, const char *word, size_t length)
{
    if (p->failed)
        return;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), word);
    fail(p, where, ERR_UNKNOWN_NAME, "unknown name \"%s\"", name);
    const char *known[512];
    size_t n = 0;
    for (uint32_t i = 0; i < p->pack->parameters && n < 256; i++)
        known[n++] = p->pack->parameter[i].name;
    for (uint32_t i = 0; i < p->steps && n < 400; i++)
        known[n++] = p->pack->step[i].name;
    for (uint32_t i = 0; i < COUNT(order_facts); i++)
        known[n++] = order_facts[i].name;
    for (uint32_t i = 0; i < COUNT(line_facts); i++)
        known[n++] = line_facts[i].name;
    for (uint32_t i = 0; i < COUNT(order_flags); i++)
        known[n++] = order_flags[i];
    for (uint32_t i = 0; i < COUNT(line_flags); i++)
        known[n++] = line_flags[i];
    for (uint32_t i = 0; i < COUNT(keys); i++)
        known[n++] = keys[i].name;
    suggest(p, name, known, n);
}

/* ---- functions ---- */

static uint16_t call_if(struct parser *p, size_t where)
{
    uint16_t c = parse_or(p);
    expect(p, ",");
    uint16_t a = parse_or(p);
    expect(p, ",");
    uint16_t b = parse_or(p);
    if (p->failed || !want(p, c, TYPE_BOOL, where))
        return 0;
    struct expr e = {.op = EXPR_IF, .type = at(p, a)->type, .level = level_of(p, c, a, b),
                     .kid = {c, a, b}};
    if (e.type == TYPE_NUMBER) {
        if (!want_same_unit(p, a, b, where, "if"))
            return 0;
        e.unit = unit_of_pair(p, a, b);
    } else if (!want(p, b, e.type, where)) {
        return 0;
    }
    return add(p, e);
}

static uint16_t call_least(struct parser *p, size_t where, uint8_t op)
{
    uint16_t a = parse_or(p);
    while (!p->failed && take(p, ",")) {
        uint16_t b = parse_or(p);
        if (p->failed || !want_same_unit(p, a, b, where, op == EXPR_MIN ? "min" : "max"))
            return 0;
        a = add(p, (struct expr){.op = op, .type = TYPE_NUMBER, .level = level_of(p, a, b, 0),
                                 .kid = {a, b, 0}, .unit = unit_of_pair(p, a, b)});
    }
    return p->failed || !want(p, a, TYPE_NUMBER, where) ? 0 : a;
}

static uint16_t call_over_lines(struct parser *p, size_t where, uint8_t op)
{
    uint16_t a = parse_or(p);
    if (p->failed || !want(p, a, op == EXPR_SUM ? TYPE_NUMBER : TYPE_BOOL, where))
        return 0;
    const struct expr *kid = at(p, a);
    if ((kid->op != EXPR_STEP && kid->op != EXPR_LINE_FACT) || kid->level != LEVEL_LINE) {
        fail(p, where, ERR_FORMULA, "this needs the name of a step or fact of the line");
        return 0;
    }
    struct expr e = {.op = op, .type = op == EXPR_SUM || op == EXPR_COUNT ? TYPE_NUMBER : TYPE_BOOL,
                     .level = LEVEL_ORDER, .kid = {a, 0, 0}};
    if (op == EXPR_SUM)
        e.unit = kid->unit;
    return add(p, e);
}

static uint16_t call_spread(struct parser *p, size_t where)
{
    uint16_t a = parse_or(p);
    expect(p, ",");
    uint16_t b = parse_or(p);
    if (p->failed || !want(p, a, TYPE_NUMBER, where) || !want(p, b, TYPE_NUMBER, where))
        return 0;
    if (at(p, a)->level != LEVEL_ORDER || at(p, b)->level != LEVEL_LINE ||
        (at(p, a)->op != EXPR_STEP && at(p, a)->op != EXPR_ORDER_FACT) ||
        (at(p, b)->op != EXPR_STEP && at(p, b)->op != EXPR_LINE_FACT)) {
        fail(p, where, ERR_FORMULA, "spread(a, b) takes the name of an order amount and of a line amount");
        return 0;
    }
    return add(p, (struct expr){.op = EXPR_SPREAD, .type = TYPE_NUMBER, .level = LEVEL_LINE,
                                .kid = {a, b, 0}, .unit = at(p, a)->unit});
}

static uint16_t call_tariff(struct parser *p, uint8_t op)
{
    struct text word;
    uint32_t kind = quoted(p, &word);
    if (p->failed)
        return 0;
    struct expr e = {.op = op, .type = TYPE_NUMBER, .level = LEVEL_LINE, .ref = kind};
    uint8_t type;
    if (op == EXPR_SPECIFIC)
        unit_parse(p->book, p->pack, "money", &type, &e.unit);
    else if (op == EXPR_HAS)
        e.type = TYPE_BOOL;
    else if (op == EXPR_CLASS)
        e.type = TYPE_SYMBOL;
    return add(p, e);
}

static uint16_t call_day(struct parser *p, size_t where)
{
    struct text word;
    struct expr e = {.op = EXPR_DAY, .type = TYPE_DAY, .level = LEVEL_ORDER};
    quoted(p, &word);
    if (p->failed)
        return 0;
    if (!date_parse(word.ptr, word.len, &e.day)) {
        fail(p, where, ERR_FORMULA, "day() needs 'YYYY-MM-DD'");
        return 0;
    }
    return add(p, e);
}

static uint16_t call_in_force(struct parser *p, size_t where)
{
    skip(p);
    size_t n = word_length(p);
    for (uint32_t i = 0; i < p->pack->parameters; i++) {
        if (same(p->pack->parameter[i].name, p->text + p->at, n)) {
            p->at += n;
            return add(p, (struct expr){.op = EXPR_IN_FORCE, .type = TYPE_BOOL,
                                        .level = LEVEL_ORDER, .ref = i});
        }
    }
    fail(p, where, ERR_UNKNOWN_NAME, "in_force() needs the name of a parameter");
    return 0;
}

/* pick(family, key): the parameter "family.KEY", key being a word that the order says of itself. */
static uint16_t call_pick(struct parser *p, size_t where)
{
    skip(p);
    size_t n = word_length(p);
    const char *family = p->text + p->at;
    const struct parameter *first = NULL;
    for (uint32_t i = 0; i < p->pack->parameters; i++) {
        const struct parameter *member = &p->pack->parameter[i];
        if (n == 0 || strncmp(member->name, family, n) != 0 || member->name[n] != '.')
            continue;
        if (first && (first->type != member->type || !unit_same(first->unit, member->unit)))
            fail(p, where, ERR_UNIT, "\"%s\" and \"%s\" differ in their unit", first->name, member->name);
        first = first ? first : member;
    }
    if (!first)
        fail(p, where, ERR_UNKNOWN_NAME, "pick() needs parameters \"%.*s.…\"", (int)n, family);
    p->at += n;
    expect(p, ",");
    uint16_t key = parse_or(p);
    if (p->failed)
        return 0;
    if (at(p, key)->op != EXPR_KEY || at(p, key)->level != LEVEL_ORDER || at(p, key)->type != TYPE_SYMBOL) {
        fail(p, where, ERR_FORMULA, "pick() chooses by sub, from, to, form, transport or incoterm");
        return 0;
    }
    return add(p, (struct expr){.op = EXPR_PICK, .type = first->type, .level = LEVEL_ORDER, .unit = first->unit,
                                .kid = {key, 0, 0}, .ref = names_add(&p->book->names, family, n)});
}

static const struct {
    const char *name;
    uint8_t op;
} functions[] = {
    {"if", EXPR_IF}, {"min", EXPR_MIN}, {"max", EXPR_MAX}, {"floor", EXPR_FLOOR},
    {"ceil", EXPR_CEIL}, {"sum", EXPR_SUM}, {"any", EXPR_ANY}, {"all", EXPR_ALL},
    {"count", EXPR_COUNT}, {"lines", EXPR_LINES}, {"spread", EXPR_SPREAD},
    {"ad_valorem", EXPR_AD_VALOREM}, {"specific", EXPR_SPECIFIC}, {"has", EXPR_HAS},
    {"class", EXPR_CLASS}, {"in_force", EXPR_IN_FORCE}, {"day", EXPR_DAY}, {"pick", EXPR_PICK},
};

static void fail_function(struct parser *p, size_t where, const char *word, size_t length)
{
    const char *known[COUNT(functions)];
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(length < 60 ? length : 60), word);
    for (size_t i = 0; i < COUNT(functions); i++)
        known[i] = functions[i].name;
    fail(p, where, ERR_UNKNOWN_NAME, "unknown function \"%s\"", name);
    suggest(p, name, known, COUNT(functions));
}

static uint16_t call(struct parser *p, const char *word, size_t length, size_t where, bool *known)
{
    uint8_t op = EXPR_UNSET;
    for (size_t i = 0; i < COUNT(functions); i++)
        if (same(functions[i].name, word, length))
            op = functions[i].op;
    *known = op != EXPR_UNSET;
    uint16_t e = 0;
    switch (op) {
    case EXPR_IF: e = call_if(p, where); break;
    case EXPR_MIN:
    case EXPR_MAX: e = call_least(p, where, op); break;
    case EXPR_FLOOR:
    case EXPR_CEIL:
        e = parse_or(p);
        if (!p->failed && want(p, e, TYPE_NUMBER, where))
            e = add(p, (struct expr){.op = op, .type = TYPE_NUMBER, .level = at(p, e)->level,
                                     .kid = {e, 0, 0}, .unit = at(p, e)->unit});
        break;
    case EXPR_SUM:
    case EXPR_ANY:
    case EXPR_ALL:
    case EXPR_COUNT: e = call_over_lines(p, where, op); break;
    case EXPR_LINES:
        e = add(p, (struct expr){.op = op, .type = TYPE_NUMBER, .level = LEVEL_ORDER});
        break;
    case EXPR_SPREAD: e = call_spread(p, where); break;
    case EXPR_IN_FORCE: e = call_in_force(p, where); break;
    case EXPR_DAY: e = call_day(p, where); break;
    case EXPR_PICK: e = call_pick(p, where); break;
    case EXPR_UNSET: return 0;
    default: e = call_tariff(p, op); break;
    }
    expect(p, ")");
    return p->failed ? 0 : e;
}

/* ---- the grammar ---- */

static uint16_t parse_word(struct parser *p)
{
    size_t where = p->at, length = word_length(p);
    const char *word = p->text + p->at;
    struct expr e;
    if (length == 0) {
        fail(p, where, ERR_FORMULA, p->at < p->length ? "unexpected character" : "the formula ends too early");
        return 0;
    }
    p->at += length;
    skip(p);
    if (p->at < p->length && p->text[p->at] == '(') {
        p->at++;
        bool known;
        uint16_t result = call(p, word, length, where, &known);
        if (!known)
            fail_function(p, where, word, length);
        return result;
    }
    if (same("true", word, length) || same("false", word, length)) {
        e = (struct expr){.op = EXPR_TRUTH, .type = TYPE_BOOL, .level = LEVEL_ORDER,
                          .number = {word[0] == 't', 1}};
        return add(p, e);
    }
    if (name_of_pack(p, word, length, &e) || name_of_fact(p, word, length, &e))
        return add(p, e);
    fail_name(p, where, word, length);
    return 0;
}

static uint16_t parse_primary(struct parser *p)
{
    skip(p);
    if (p->failed || ++p->depth > 60) {
        fail(p, p->at, ERR_FORMULA, "too many parentheses");
        return 0;
    }
    uint16_t e = 0;
    char c = p->at < p->length ? p->text[p->at] : 0;
    if (take(p, "(")) {
        e = parse_or(p);
        expect(p, ")");
    } else if (take(p, "-")) {
        size_t where = p->at;
        e = parse_primary(p);
        if (!p->failed && want(p, e, TYPE_NUMBER, where))
            e = add(p, (struct expr){.op = EXPR_NEGATE, .type = TYPE_NUMBER, .level = at(p, e)->level,
                                     .kid = {e, 0, 0}, .unit = at(p, e)->unit});
    } else if (c >= '0' && c <= '9') {
        size_t n = word_length(p);
        struct rational number;
        if (!rational_parse(p->text + p->at, n, &number))
            fail(p, p->at, ERR_FORMULA, "not a decimal number");
        else
            e = add(p, (struct expr){.op = EXPR_NUMBER, .type = TYPE_NUMBER, .level = LEVEL_ORDER,
                                     .number = number, .zero = number.num == 0});
        p->at += n;
    } else if (c == '\'') {
        struct text word;
        uint32_t symbol = quoted(p, &word);
        e = add(p, (struct expr){.op = EXPR_SYMBOL, .type = TYPE_SYMBOL, .level = LEVEL_ORDER, .ref = symbol});
    } else {
        e = parse_word(p);
    }
    p->depth--;
    return p->failed ? 0 : e;
}

static uint16_t parse_product(struct parser *p)
{
    uint16_t a = parse_primary(p);
    for (;;) {
        skip(p);
        size_t where = p->at;
        uint8_t op = take(p, "*") ? EXPR_MULTIPLY : take(p, "/") ? EXPR_DIVIDE : EXPR_UNSET;
        if (p->failed || op == EXPR_UNSET)
            return p->failed ? 0 : a;
        uint16_t b = parse_primary(p);
        if (p->failed || !want(p, a, TYPE_NUMBER, where) || !want(p, b, TYPE_NUMBER, where))
            return 0;
        struct expr e = {.op = op, .type = TYPE_NUMBER, .level = level_of(p, a, b, 0), .kid = {a, b, 0}};
        for (int i = 0; i < UNIT_BASES; i++)
            e.unit.exponent[i] = (int8_t)(at(p, a)->unit.exponent[i] +
                                          (op == EXPR_MULTIPLY ? 1 : -1) * at(p, b)->unit.exponent[i]);
        a = add(p, e);
    }
}

static uint16_t parse_sum(struct parser *p)
{
    uint16_t a = parse_product(p);
    for (;;) {
        skip(p);
        size_t where = p->at;
        uint8_t op = take(p, "+") ? EXPR_ADD : take(p, "-") ? EXPR_SUBTRACT : EXPR_UNSET;
        if (p->failed || op == EXPR_UNSET)
            return p->failed ? 0 : a;
        uint16_t b = parse_product(p);
        if (p->failed || !want_same_unit(p, a, b, where, op == EXPR_ADD ? "+" : "-"))
            return 0;
        a = add(p, (struct expr){.op = op, .type = TYPE_NUMBER, .level = level_of(p, a, b, 0),
                                 .kid = {a, b, 0}, .unit = unit_of_pair(p, a, b)});
    }
}

static uint16_t compare(struct parser *p, uint16_t a, uint16_t b, uint8_t op, bool swap, size_t where)
{
    uint8_t type = p->failed ? 0 : at(p, a)->type;
    bool ordered = op == EXPR_LESS || op == EXPR_LESS_EQUAL;
    if (p->failed)
        return 0;
    if (type == TYPE_NUMBER) {
        if (!want_same_unit(p, a, b, where, "the comparison"))
            return 0;
    } else if (!want(p, b, type, where)) {
        return 0;
    } else if (type == TYPE_LIST || (ordered && type != TYPE_DAY)) {
        fail(p, where, ERR_WRONG_TYPE, "%s cannot be compared like this", type_name(type));
        return 0;
    }
    return add(p, (struct expr){.op = op, .type = TYPE_BOOL, .level = level_of(p, a, b, 0),
                                .kid = {swap ? b : a, swap ? a : b, 0}});
}

static uint16_t parse_comparison(struct parser *p)
{
    static const struct {
        const char *token;
        uint8_t op;
        bool swap;
    } operators[] = {
        {"!=", EXPR_UNEQUAL, false},   {"<=", EXPR_LESS_EQUAL, false}, {">=", EXPR_LESS_EQUAL, true},
        {"<", EXPR_LESS, false},       {">", EXPR_LESS, true},         {"=", EXPR_EQUAL, false},
        {"in", EXPR_IN, false},
    };
    uint16_t a = parse_sum(p);
    skip(p);
    size_t where = p->at;
    for (size_t i = 0; !p->failed && i < COUNT(operators); i++) {
        if (!take(p, operators[i].token))
            continue;
        uint16_t b = parse_sum(p);
        if (operators[i].op != EXPR_IN)
            return compare(p, a, b, operators[i].op, operators[i].swap, where);
        if (p->failed || !want(p, a, TYPE_SYMBOL, where) || !want(p, b, TYPE_LIST, where))
            return 0;
        return add(p, (struct expr){.op = EXPR_IN, .type = TYPE_BOOL, .level = level_of(p, a, b, 0),
                                    .kid = {a, b, 0}});
    }
    return p->failed ? 0 : a;
}

static uint16_t parse_not(struct parser *p)
{
    skip(p);
    size_t where = p->at;
    if (!take(p, "not"))
        return parse_comparison(p);
    uint16_t a = parse_not(p);
    if (p->failed || !want(p, a, TYPE_BOOL, where))
        return 0;
    return add(p, (struct expr){.op = EXPR_NOT, .type = TYPE_BOOL, .level = at(p, a)->level, .kid = {a, 0, 0}});
}

static uint16_t parse_logic(struct parser *p, const char *token, uint8_t op)
{
    uint16_t a = op == EXPR_OR ? parse_logic(p, "and", EXPR_AND) : parse_not(p);
    for (;;) {
        skip(p);
        size_t where = p->at;
        if (p->failed || !take(p, token))
            return p->failed ? 0 : a;
        uint16_t b = op == EXPR_OR ? parse_logic(p, "and", EXPR_AND) : parse_not(p);
        if (p->failed || !want(p, a, TYPE_BOOL, where) || !want(p, b, TYPE_BOOL, where))
            return 0;
        a = add(p, (struct expr){.op = op, .type = TYPE_BOOL, .level = level_of(p, a, b, 0), .kid = {a, b, 0}});
    }
}

static uint16_t parse_or(struct parser *p)
{
    if (p->failed || ++p->depth > 60) {
        fail(p, p->at, ERR_FORMULA, "too many parentheses");
        return 0;
    }
    uint16_t e = parse_logic(p, "or", EXPR_OR);
    p->depth--;
    return e;
}

uint16_t formula_parse(struct rulebook *book, struct pack *pack, const char *text,
                       enum rule_level level, uint32_t steps, struct formula_error *error)
{
    struct parser p = {.book = book, .pack = pack, .text = text, .length = strlen(text),
                       .steps = steps, .error = error};
    *error = (struct formula_error){0};
    uint16_t e = parse_or(&p);
    skip(&p);
    if (!p.failed && p.at < p.length)
        fail(&p, p.at, ERR_FORMULA, "unexpected text behind the formula");
    if (!p.failed && level == LEVEL_ORDER && pack->expr[e].level == LEVEL_LINE)
        fail(&p, 0, ERR_FORMULA, "this is a value of a line; say \"per\": \"line\", or sum() it");
    return p.failed ? 0 : e;
}
