/* quick_test: an order of one line costs the same whether it runs folded in 64 bits (rule_fold.c, rule_quick.c) or
 * step by step: random packs, random orders of small amounts, amounts at the limits, and some beyond 64 bits. */
#include "tests/unit.h"

#include "core/arena.h"
#include "core/rule_int.h"

enum { PACKS = 2000, ORDERS = 40, STEPS = 9, DEPTH = 4 };

/* ---- random packs ---- */

struct author {
    struct buf text;
    uint64_t state;
    int steps; /* s0 … so far, of the line; of the order are t0 … */
    bool of_order;
};

static uint32_t draw(struct author *a, uint32_t n)
{
    a->state = a->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(a->state >> 33) % n;
}

static void put_money(struct author *a, int depth);

/* A condition. */
static void put_truth(struct author *a, int depth)
{
    static const char *const relation[] = {"<", "<=", ">", ">=", "=", "!="};
    static const char *const join[] = {"and", "or"};
    uint32_t which = depth == 0 ? 0 : draw(a, 5);
    buf_putc(&a->text, '(');
    if (which == 1) {
        buf_puts(&a->text, "not ");
        put_truth(a, depth - 1);
    } else if (which == 2 || which == 3) {
        put_truth(a, depth - 1);
        buf_printf(&a->text, " %s ", join[draw(a, 2)]);
        put_truth(a, depth - 1);
    } else if (which == 4 && !a->of_order) {
        buf_printf(&a->text, "quantity %s %u", relation[draw(a, 6)], draw(a, 3));
    } else {
        put_money(a, depth ? depth - 1 : 0);
        buf_printf(&a->text, " %s ", relation[draw(a, 6)]);
        put_money(a, depth ? depth - 1 : 0);
    }
    buf_putc(&a->text, ')');
}

static void put_leaf(struct author *a)
{
    static const char *const leaf[] = {"freight", "insurance", "discount", "limit", "more", "soft_limit", "goods"};
    uint32_t n = draw(a, 11);
    if (n >= 7 && a->steps > 0)
        buf_printf(&a->text, a->of_order ? "sum(s%u)" : "s%u", draw(a, (uint32_t)a->steps));
    else if (n % 7 == 6 && a->of_order)
        buf_puts(&a->text, "sum(goods)");
    else
        buf_puts(&a->text, leaf[n % 7]);
}

static void put_money(struct author *a, int depth)
{
    static const char *const number[] = {"0.13", "0.7", "3", "-2", "0.0375", "1.5", "rate", "soft"};
    static const char *const call[] = {"min", "max"};
    uint32_t which = depth == 0 ? 0 : draw(a, 7);
    if (which == 0) {
        put_leaf(a);
    } else if (which <= 2) {
        buf_putc(&a->text, '(');
        put_money(a, depth - 1);
        buf_puts(&a->text, which == 1 ? " + " : " - ");
        put_money(a, depth - 1);
        buf_putc(&a->text, ')');
    } else if (which == 3) {
        put_money(a, depth - 1);
        buf_printf(&a->text, " * %s", number[draw(a, COUNT_OF(number))]);
    } else if (which == 4) {
        buf_printf(&a->text, "%s(", call[draw(a, 2)]);
        put_money(a, depth - 1);
        buf_puts(&a->text, ", ");
        put_money(a, depth - 1);
        buf_putc(&a->text, ')');
    } else {
        buf_puts(&a->text, "if(");
        put_truth(a, depth - 1);
        buf_puts(&a->text, ", ");
        put_money(a, depth - 1);
        buf_puts(&a->text, ", ");
        put_money(a, depth - 1);
        buf_putc(&a->text, ')');
    }
}

static void put_rounding(struct author *a)
{
    static const char *const mode[] = {"half_up", "half_even", "down", "up", "floor", "ceil"};
    static const char *const to[] = {"0.01", "1", "0.05"};
    buf_printf(&a->text, ", \"round\": \"%s\", \"to\": \"%s\"", mode[draw(a, 6)], to[draw(a, 3)]);
}

static void put_line_step(struct author *a)
{
    buf_printf(&a->text, "\"s%d\": {\"is\": \"", a->steps);
    put_money(a, DEPTH);
    buf_puts(&a->text, "\", \"per\": \"line\"");
    if (draw(a, 3) == 0) {
        buf_puts(&a->text, ", \"when\": \"");
        put_truth(a, 1);
        buf_putc(&a->text, '"');
    }
    put_rounding(a); /* a sum is over what is rounded */
    if (draw(a, 2))
        buf_puts(&a->text, ", \"charge\": \"duty\", \"title\": {\"en\": \"C\", \"zh\": \"税\"}");
    buf_puts(&a->text, "},");
    a->steps++;
}

static void put_order_step(struct author *a, int number)
{
    uint32_t kind = draw(a, 4);
    a->of_order = true;
    buf_printf(&a->text, "\"t%d\": {", number);
    if (kind >= 2) {
        buf_puts(&a->text, kind == 2 ? "\"regime\": \"xx.other\"" :
                                       "\"refuse\": \"no\", \"message\": {\"en\": \"no\", \"zh\": \"不\"}");
        buf_puts(&a->text, ", \"when\": \"");
        put_truth(a, kind == 2 ? 2 : 1);
        buf_puts(&a->text, kind == 2 ? "\"}," : " and sum(goods) > 3 * soft_limit\"},");
    } else {
        buf_puts(&a->text, "\"is\": \"");
        put_money(a, DEPTH);
        buf_putc(&a->text, '"');
        put_rounding(a);
        buf_puts(&a->text, ", \"charge\": \"vat\", \"title\": {\"en\": \"V\", \"zh\": \"税\"}},");
    }
    a->of_order = false;
}

#define VALUE(name, value, unit, confidence)                                                                       \
    "\"" name "\": {\"2016-01-01\": {\"value\": \"" value "\", \"unit\": \"" unit "\", \"law\": \"L\", "             \
    "\"source\": \"S\", \"confidence\": \"" confidence "\"}}"

static void put_pack(struct author *a)
{
    buf_clear(&a->text);
    a->steps = 0;
    buf_puts(&a->text, "{\"schema_version\": 1, \"id\": \"xx.quick\", \"place\": \"XX\", \"currency\": \"CNY\", "
                       "\"title\": {\"en\": \"T\", \"zh\": \"测\"}, \"form\": [\"retail\"], \"parameters\": {"
                       VALUE("limit", "100", "CNY", "high") "," VALUE("more", "100.01", "CNY", "high") ","
                       VALUE("soft_limit", "33.33", "CNY", "assumed") ","
                       VALUE("rate", "0.0973", "rate", "high") "," VALUE("soft", "0.3", "rate", "conflict")
                       "}, \"steps\": {");
    for (int i = 0; i < STEPS; i++) {
        if (draw(a, 3))
            put_line_step(a);
        else
            put_order_step(a, i);
    }
    buf_puts(&a->text, "\"value\": {\"is\": \"sum(goods) + freight\"}}}");
}

/* ---- random orders, both ways ---- */

static int64_t amount(struct author *a)
{
    static const int64_t edge[] = {0, 1, 9999, 10000, 10001, 3333, 3334};
    int64_t bits = (int64_t)(draw(a, 1u << 30) | (uint64_t)draw(a, 1u << 30) << 30);
    switch (draw(a, 8)) {
    case 0: return bits >> 6;
    case 1: return bits >> 20;
    case 2:
    case 3: return edge[draw(a, COUNT_OF(edge))];
    default: return bits >> 46;
    }
}

static void assert_same(const struct rule_answer *x, const struct rule_answer *y)
{
    assert_int_equal(x->status, y->status);
    assert_int_equal(x->step, y->step);
    assert_int_equal(x->error, y->error);
    assert_string_equal(x->message, y->message);
    assert_string_equal(x->regime, y->regime);
    assert_int_equal(x->warnings, y->warnings);
    assert_int_equal(x->has_value, y->has_value);
    assert_true(x->value == y->value);
    assert_int_equal(x->stated, y->stated);
    assert_memory_equal(x->total_of, y->total_of, sizeof x->total_of);
    assert_int_equal(x->charges, y->charges);
    for (uint32_t i = 0; i < x->charges; i++) {
        assert_int_equal(x->charge[i].kind, y->charge[i].kind);
        assert_int_equal(x->charge[i].line, y->charge[i].line);
        assert_int_equal(x->charge[i].step, y->charge[i].step);
        assert_true(x->charge[i].amount == y->charge[i].amount);
    }
}

struct both {
    struct rule_cache *cache;
    struct rule_answer quick, wide;
    wide order[REGISTERS_MAX], line[REGISTERS_MAX];
    uint32_t quick_runs;
};

/* Registers of steps, which the trace reads. */
static void assert_same_trace(const struct both *b, const struct bound_code *code, const wide *x, const wide *y)
{
    for (uint32_t i = 0; i < b->quick.bound->pack->steps; i++)
        if (code->term[i].state == TERM_REGISTER)
            assert_true(x[code->term[i].reg] == y[code->term[i].reg]);
}

static void run_both(struct both *b, const struct fact_order *order)
{
    const size_t file = REGISTERS_MAX * sizeof(wide);
    rule_run(b->cache, order, &b->quick);
    struct bound_line *line = (struct bound_line *)(uintptr_t)b->cache->run_line[0];
    struct quick *quick = line->quick;
    b->quick_runs += b->cache->quick_run->quick != NULL;
    rule_unfold(b->cache);
    memcpy(b->order, b->cache->order_register, file);
    memcpy(b->line, b->cache->line_register, file);
    line->quick = NULL;
    rule_run(b->cache, order, &b->wide);
    line->quick = quick;
    assert_same(&b->quick, &b->wide);
    if (b->quick.status == RULE_ASSESSED) {
        assert_same_trace(b, &b->quick.bound->code, b->order, b->cache->order_register);
        assert_same_trace(b, &line->code, b->line, b->cache->line_register);
    }
}

static void run_pack(struct author *a, struct both *b)
{
    struct errs errs = {0};
    struct rule_file pack = {"pack.json", a->text.data, a->text.length};
    struct rulebook *book = rulebook_load(&pack, 1, NULL, 0, NULL, 0, &errs);
    if (!book)
        unit_fail_with(&errs);
    b->cache = rule_cache_create(book);
    for (int i = 0; i < ORDERS; i++) {
        struct fact_line line = {.origin = text_country("CN", 2), .hs = "1"};
        struct fact_order order = {.from = text_country("CN", 2), .to = text_country("XX", 2), .form = FORM_RETAIL,
                                   .transport = TRANSPORT_POST, .incoterm = INCOTERM_DAP, .line = &line, .lines = 1,
                                   .sale_day = 18000, .entry_day = 18000};
        line.value[FACT_GOODS] = amount(a);
        line.value[FACT_QUANTITY] = 1000000 * draw(a, 4);
        order.value[FACT_FREIGHT] = amount(a);
        order.value[FACT_INSURANCE] = amount(a);
        order.value[FACT_DISCOUNT] = amount(a);
        run_both(b, &order);
    }
    rule_cache_free(b->cache);
    rulebook_free(book);
}

static void both_ways_agree(void **state)
{
    (void)state;
    struct author a = {.state = 20240601};
    struct both *b = memory_take(sizeof *b);
    for (int i = 0; i < PACKS; i++) {
        put_pack(&a);
        run_pack(&a, b);
    }
    assert_in_range(b->quick_runs, PACKS * ORDERS / 2, PACKS * ORDERS - 1); /* some of both */
    memory_release(b);
    buf_finish(&a.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_ways_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
