/* assess: converts an order's amounts to the destination's currency, fills the facts and runs the rules. */
#include "customs/assess.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/date.h"

void assess_init(struct assess *assess, const struct rulebook *book, const struct fx *fx)
{
    *assess = (struct assess){.book = book, .fx = fx, .cache = book ? rule_cache_create(book) : NULL,
                              .usd = currency_index("USD"), .eur = currency_index("EUR")};
}

void assess_finish(struct assess *assess)
{
    rule_cache_free(assess->cache);
    memory_release(assess->line);
    *assess = (struct assess){0};
}

/* The rate given with the order, in either direction. */
static bool given_rate(const struct assess_order *order, unsigned from, unsigned to, struct rational *rate)
{
    if (from == to) {
        *rate = (struct rational){1, 1};
        return true;
    }
    for (uint32_t i = 0; i < order->rates; i++) {
        const struct assess_rate *given = &order->rate[i];
        if (given->from == from && given->to == to) {
            *rate = given->rate;
            return true;
        }
        if (given->from == to && given->to == from && given->rate.num > 0) {
            *rate = (struct rational){given->rate.den, given->rate.num};
            return true;
        }
    }
    return false;
}

/* The table's rate; the last ones are kept. */
static bool table_rate(struct assess *assess, unsigned from, unsigned to, int32_t day, struct rational *rate,
                       bool *stale)
{
    struct assess_memo *memo = &assess->memo[(from * 5 + to * 3 + (unsigned)day) % ASSESS_MEMOS];
    if (memo->from != from || memo->to != to || memo->day != day) {
        *memo = (struct assess_memo){.from = from, .to = to, .day = day};
        memo->is_known = fx_rate(assess->fx, from, to, day, &memo->rate, &memo->stale);
    }
    *rate = memo->rate;
    *stale = *stale || memo->stale;
    return memo->is_known;
}

/* The rate given with the order, else the table's. */
static bool rate_of(struct assess *assess, const struct assess_order *order, unsigned from,
                    unsigned to, int32_t day, struct rational *rate, bool *stale)
{
    return given_rate(order, from, to, rate) || table_rate(assess, from, to, day, rate, stale);
}

/* Destination currency per 1 unit of `currency`, in 10^-6; says in *flags when there is none, or an old one. */
static int64_t fx_fact(struct assess *assess, const struct assess_order *order, unsigned currency,
                       unsigned to, int32_t day, enum order_flag missing, uint32_t *flags)
{
    struct rational rate;
    bool stale = false;
    int64_t value = 0;
    bool is_known = rate_of(assess, order, currency, to, day, &rate, &stale) &&
                    money_scale_try(1000000, rate.num, rate.den, ROUND_HALF_UP, &value);
    *flags |= (uint32_t)!is_known << missing | (uint32_t)stale << FLAG_FX_STALE;
    return is_known ? value : 0;
}

/* From the order's currency by way of the destination's, as the law converts, unless the pair is given. */
static bool rate_across(struct assess *assess, const struct assess_order *order, unsigned via,
                        unsigned to, int32_t day, struct rational *rate)
{
    struct rational in, out;
    bool stale = false;
    if (given_rate(order, order->currency, to, rate))
        return true;
    if (!rate_of(assess, order, order->currency, via, day, &in, &stale) ||
        !rate_of(assess, order, via, to, day, &out, &stale))
        return false;
    int64_t g = gcd64(in.num, out.den), h = gcd64(out.num, in.den);
    wide num = (wide)(in.num / g) * (out.num / h), den = (wide)(in.den / h) * (out.den / g);
    *rate = (struct rational){(int64_t)num, (int64_t)den};
    return wide_fits(num) && wide_fits(den);
}

/* Those that the law of the place asks for. */
static void fill_fx_facts(struct assess *assess, const struct assess_order *order, struct rule_law law, unsigned to,
                          int32_t day, struct fact_order *facts)
{
    if (law.facts >> FACT_FX_USD & 1)
        facts->value[FACT_FX_USD] = fx_fact(assess, order, assess->usd, to, day, FLAG_NO_FX_USD, &facts->flags);
    if (law.facts >> FACT_FX_EUR & 1)
        facts->value[FACT_FX_EUR] = fx_fact(assess, order, assess->eur, to, day, FLAG_NO_FX_EUR, &facts->flags);
}

static int64_t power10(unsigned n)
{
    static const int64_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
                                    10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000,
                                    1000000000000000};
    return power[n];
}

/* How an order's amounts become the destination's. */
struct exchange {
    struct rational rate;
    int64_t from, to; /* smallest amounts that are stated in one of the order's currency; minor units of the other */
    int64_t up;       /* rate.num × to */
    bool fits;        /* `up` does */
};

static struct exchange exchange_of(const struct assess_order *order, struct rational rate, unsigned to)
{
    struct exchange exchange = {.rate = rate, .to = currency_unit(to),
                                .from = currency_unit(order->currency) * power10(order->fine)};
    exchange.fits = !__builtin_mul_overflow(rate.num, exchange.to, &exchange.up);
    return exchange;
}

static uint16_t origin_of(const struct assess_order *order, uint32_t line)
{
    return order->line[line].origin ? order->line[line].origin : order->from;
}

/* Does a line of the same item stand before: same six digits and description, and, where a proof of origin is
 * presented, which is one for each origin, the same origin? */
static bool repeated(const struct assess_order *order, uint32_t line)
{
    bool is_proved = order->flags >> FLAG_PREFERENCE & 1;
    for (uint32_t i = 0; i < line; i++)
        if (order->line[i].description == order->line[line].description &&
            strncmp(order->line[i].hs, order->line[line].hs, 6) == 0 &&
            (!is_proved || origin_of(order, i) == origin_of(order, line)))
            return true;
    return false;
}

/* quantity per sales unit × sales units, both 10^-6; 0 and no flag when not stated */
static bool legal_quantity(int64_t each, int64_t quantity, int64_t *out)
{
    *out = 0;
    return each < 0 || money_scale_try(each, quantity, 1000000, ROUND_HALF_UP, out);
}

/* price × quantity in the destination's currency. Most orders are of whole pieces, and then 64 bits are enough. */
static bool goods_value(const struct assess_line *line, const struct exchange *exchange, int64_t *out)
{
    int64_t pieces = line->quantity / 1000000, digits = power10(line->price_digits), num, den, up = exchange->up;
    if (!exchange->fits)
        return false;
    if (pieces * 1000000 != line->quantity || __builtin_mul_overflow(line->price, pieces, &num) ||
        __builtin_mul_overflow(digits, exchange->rate.den, &den))
        return money_scale2(line->price, line->quantity, 1000000 * digits, up, exchange->rate.den, ROUND_HALF_UP, out);
    if (up == den) {
        *out = num;
        return true;
    }
    return money_scale_try(num, up, den, ROUND_HALF_UP, out);
}

static bool fill_line(const struct assess_order *order, uint32_t i, const struct exchange *exchange,
                      struct fact_line *out)
{
    const struct assess_line *line = &order->line[i];
    memcpy(out->hs, line->hs, sizeof out->hs);
    out->origin = origin_of(order, i);
    out->flags = (uint16_t)((line->weight >= 0) << FLAG_HAS_WEIGHT | (line->volume >= 0) << FLAG_HAS_VOLUME |
                            (line->pieces >= 0) << FLAG_HAS_PIECES |
                            (line->strength >= 0) << FLAG_HAS_STRENGTH |
                            !repeated(order, i) << FLAG_FIRST_OF_ITEM);
    out->value[FACT_QUANTITY] = line->quantity;
    out->value[FACT_STRENGTH] = line->strength >= 0 ? line->strength : 0;
    return goods_value(line, exchange, &out->value[FACT_GOODS]) &&
           legal_quantity(line->weight, line->quantity, &out->value[FACT_NET_WEIGHT]) &&
           legal_quantity(line->volume, line->quantity, &out->value[FACT_VOLUME]) &&
           legal_quantity(line->pieces >= 0 ? line->pieces : 1000000, line->quantity, &out->value[FACT_PIECES]);
}

/* Goods less discount, and freight and insurance with them when `landed`, in 10^-15 of the order's currency. */
static bool exact_sum(const struct assess_order *order, bool landed, wide *sum)
{
    wide cut = order->discount > 0 ? order->discount : 0, carriage = 0;
    int64_t scale = power10(15 - currency_digits(order->currency) - order->fine);
    if (landed)
        carriage = (wide)(order->freight > 0 ? order->freight : 0) + (order->insurance > 0 ? order->insurance : 0);
    bool fits = wide_multiply(cut, scale, &cut) && wide_multiply(carriage, scale, &carriage);
    *sum = 0;
    for (uint32_t i = 0; i < order->lines && fits; i++) {
        wide goods;
        fits = wide_multiply((wide)order->line[i].price * power10(9u - order->line[i].price_digits),
                             order->line[i].quantity, &goods);
        *sum += fits ? goods : 0;
    }
    *sum = (*sum > cut ? *sum - cut : 0) + carriage;
    return fits;
}

/* That sum in another currency: 10^-6, rounded up, so that a limit of up to six decimals is tested exactly. */
static bool exact_fact(struct assess *assess, const struct assess_order *order, unsigned via,
                       unsigned currency, bool landed, int32_t day, int64_t *out)
{
    struct rational rate;
    wide sum, den;
    int64_t scale = power10(9);
    if (!rate_across(assess, order, via, currency, day, &rate) ||
        !exact_sum(order, landed, &sum))
        return false;
    if (wide_fits(sum)) { /* the machine divides this itself */
        int64_t narrow = (int64_t)sum;
        for (; scale > 1 && narrow % 10 == 0; scale /= 10)
            narrow /= 10;
        sum = narrow;
    }
    for (; scale > 1 && sum % 10 == 0; scale /= 10)
        sum /= 10;
    if (!wide_multiply(sum, rate.num, &sum) || !wide_multiply(scale, rate.den, &den))
        return false;
    if (wide_fits(sum) && wide_fits(den)) {
        *out = (int64_t)sum / (int64_t)den + ((int64_t)sum % (int64_t)den > 0);
        return true;
    }
    wide up = sum / den + (sum % den > 0);
    *out = (int64_t)up;
    return wide_fits(up);
}

/* The facts in a currency that is not the destination's, for laws that ask for them. */
static bool fill_exact_facts(struct assess *assess, const struct assess_order *order, struct rule_law law, unsigned to,
                             int32_t day, struct fact_order *facts)
{
    static const struct {
        enum order_fact fact;
        bool is_usd, landed;
    } exact[] = {{FACT_GOODS_USD, true, false}, {FACT_GOODS_EUR, false, false},
                 {FACT_LANDED_USD, true, true}, {FACT_LANDED_EUR, false, true}};
    const uint64_t any = UINT64_C(1) << FACT_GOODS_USD | UINT64_C(1) << FACT_GOODS_EUR |
                         UINT64_C(1) << FACT_LANDED_USD | UINT64_C(1) << FACT_LANDED_EUR;
    bool fits = true;
    for (size_t i = 0; i < sizeof exact / sizeof *exact && law.facts & any; i++)
        if (law.facts >> exact[i].fact & 1)
            fits = exact_fact(assess, order, to, exact[i].is_usd ? assess->usd : assess->eur, exact[i].landed, day,
                              &facts->value[exact[i].fact]) && fits;
    return fits;
}

static bool convert(const struct exchange *exchange, int64_t amount, int64_t *out)
{
    *out = 0;
    if (amount <= 0)
        return true;
    if (exchange->up == exchange->from && exchange->rate.den == 1 && exchange->fits) {
        *out = amount;
        return true;
    }
    return money_scale2(amount, exchange->rate.num, exchange->rate.den, exchange->to, exchange->from, ROUND_HALF_UP,
                        out);
}

static void fill_keys(const struct assess_order *order, struct fact_order *facts)
{
    facts->from = order->from;
    facts->to = order->to;
    memcpy(facts->sub, order->sub, sizeof facts->sub);
    facts->form = order->form;
    facts->transport = order->transport;
    facts->incoterm = order->incoterm;
    facts->flags = order->flags & ~(1u << FLAG_HAS_FREIGHT | 1u << FLAG_HAS_INSURANCE | 1u << FLAG_NO_FX_USD |
                                    1u << FLAG_NO_FX_EUR | 1u << FLAG_FX_STALE);
    facts->flags |= (uint32_t)(order->freight >= 0) << FLAG_HAS_FREIGHT |
                    (uint32_t)(order->insurance >= 0) << FLAG_HAS_INSURANCE;
    facts->sale_day = order->sale_day;
    facts->entry_day = order->entry_day == DAY_UNSET ? order->sale_day : order->entry_day;
}

static bool fill_amounts(const struct assess_order *order, const struct exchange *exchange, struct fact_order *facts)
{
    memcpy(facts->value, order->given, sizeof facts->value);
    facts->value[FACT_ANNUAL_USED] = order->annual_used;
    return convert(exchange, order->freight, &facts->value[FACT_FREIGHT]) &&
           convert(exchange, order->insurance, &facts->value[FACT_INSURANCE]) &&
           convert(exchange, order->discount, &facts->value[FACT_DISCOUNT]) &&
           convert(exchange, order->coupon, &facts->value[FACT_COUPON]) &&
           convert(exchange, order->credit, &facts->value[FACT_CREDIT]);
}

/* A discount counts up to the price of the goods: no value is below zero. */
static void cap_discount(const struct assess *assess, struct fact_order *facts)
{
    wide goods = 0;
    for (uint32_t i = 0; i < facts->lines; i++)
        goods += assess->line[i].value[FACT_GOODS];
    if (facts->value[FACT_DISCOUNT] > goods)
        facts->value[FACT_DISCOUNT] = (int64_t)goods;
}

static void make_room(struct assess *assess, uint32_t lines)
{
    if (lines <= assess->line_room)
        return;
    uint32_t room = lines < 8 ? 8 : lines * 2;
    assess->line = memory_resize(assess->line, assess->line_room * sizeof *assess->line,
                                 room * sizeof *assess->line);
    assess->line_room = room;
}

/* The month of whose rate counts: that of the sale for charges at the sale, else that of the entry. */
static int32_t fx_day_of(const struct assess_order *order, const struct fact_order *facts, bool is_sale)
{
    if (is_sale)
        return order->fx_sale_day != DAY_UNSET ? order->fx_sale_day : facts->sale_day;
    if (order->fx_entry_day != DAY_UNSET)
        return order->fx_entry_day;
    return order->fx_sale_day != DAY_UNSET && order->entry_day == DAY_UNSET ? order->fx_sale_day
                                                                            : facts->entry_day;
}

static void say_no_rate(struct assess *assess, const struct assess_order *order, const struct fact_order *facts,
                        unsigned to, struct rule_answer *answer)
{
    char message[80];
    if (!rule_governs(assess->cache, facts, answer))
        return;
    snprintf(message, sizeof message, "no exchange rate from %s to %s on this day",
             currency_code(order->currency), currency_code(to));
    rule_answer_fail(answer, ERR_NO_FX, message);
}

void assess_order(struct assess *assess, const struct assess_order *order,
                  struct rule_answer *answer)
{
    struct fact_order facts;
    struct rational rate;
    bool stale = false, fits = true;
    uint32_t at = 0;
    check(order->lines > 0 && order->lines <= RULE_LINES_MAX);
    fill_keys(order, &facts);
    struct rule_law law = rule_law_of(assess->cache, &facts);
    unsigned to = law.currency ? law.currency : order->currency; /* without a pack rule_run says so */
    int32_t day = fx_day_of(order, &facts, law.reads_sale);
    bool is_given = given_rate(order, order->currency, to, &rate);
    if (!is_given && !table_rate(assess, order->currency, to, day, &rate, &stale)) {
        say_no_rate(assess, order, &facts, to, answer);
        return;
    }
    assess->taken_from = order->currency;
    assess->taken = rate;
    assess->taken_day = day;
    assess->taken_given = is_given;
    struct exchange exchange = exchange_of(order, rate, to);
    make_room(assess, order->lines);
    for (; at < order->lines && fits; at++)
        fits = fill_line(order, at, &exchange, &assess->line[at]);
    if (!fits || !fill_amounts(order, &exchange, &facts) || !fill_exact_facts(assess, order, law, to, day, &facts)) {
        rule_answer_fail(answer, ERR_OVERFLOW, "an amount or quantity is too large");
        answer->error_line = fits ? 0 : at;
        return;
    }
    fill_fx_facts(assess, order, law, to, day, &facts);
    facts.line = assess->line;
    facts.lines = order->lines;
    cap_discount(assess, &facts);
    rule_run(assess->cache, &facts, answer);
    if (stale)
        answer->warnings |= 1u << WARN_FX_STALE;
}
