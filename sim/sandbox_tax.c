/* sandbox_tax: codes and decimals of a message into the facts of an order. */
#include "sim/sandbox_tax.h"

#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/date.h"
#include "core/fact.h"
#include "core/money.h"
#include "core/text.h"
#include "sim/ceb_code.h"

enum { FINE = 3 }; /* amounts of messages have five digits: three beyond the fen */

static bool decimal(const struct ceb_values *values, enum ceb_name name, unsigned digits, int64_t *out)
{
    const char *text = values->at[name];
    *out = 0;
    return text && decimal_parse(text, strlen(text), digits, out);
}

static int32_t day(const char *text)
{
    char written[11] = {text[0], text[1], text[2], text[3], '-', text[4], text[5], '-', text[6], text[7]};
    int32_t found = DAY_UNSET;
    return date_parse(written, 10, &found) ? found : DAY_UNSET;
}

int32_t sandbox_tax_year(const struct ceb_record *list) { return date_civil(day(list->head->at[CEB_declTime])).year; }

static bool read_line(const struct ceb_values *values, struct assess_line *line)
{
    int64_t weight, unit;
    const char *measure = values->at[CEB_unit1];
    *line = (struct assess_line){.price_digits = 5, .weight = -1, .volume = -1, .pieces = -1, .strength = -1};
    memcpy(line->hs, values->at[CEB_gcode], 10);
    line->origin = ceb_code_origin(values->at[CEB_country]);
    if (!line->origin || !decimal(values, CEB_price, 5, &line->price) || line->price < 0 ||
        !decimal(values, CEB_qty, 6, &line->quantity) || line->quantity <= 0)
        return false;
    if (!decimal(values, CEB_qty1, 6, &weight) ||
        !money_scale_try(weight, 1000000, line->quantity, ROUND_HALF_UP, &unit) || unit < 0)
        return false;
    if (strcmp(measure, "035") == 0)
        line->weight = unit;
    else if (strcmp(measure, "095") == 0)
        line->volume = unit;
    return true;
}

bool sandbox_tax(struct assess *assess, const struct ceb_record *order, const struct ceb_record *payment,
                 const struct ceb_record *list, int64_t used_minor, struct rule_answer *answer)
{
    struct assess_line line[99];
    bool is_bonded = strcmp(list->head->at[CEB_tradeMode], "9610") != 0;
    int64_t freight, insurance, coupon;
    check(list->lines > 0 && list->lines <= 99);
    for (uint32_t i = 0; i < list->lines; i++)
        if (!read_line(list->line[i], &line[i]))
            return false;
    if (!decimal(list->head, CEB_freight, 5, &freight) || !decimal(list->head, CEB_insuredFee, 5, &insurance) ||
        !decimal(order->head, CEB_discount, 5, &coupon))
        return false;
    struct assess_order facts = {.from = is_bonded ? line[0].origin : ceb_code_origin(list->head->at[CEB_country]),
                                 .to = text_country("CN", 2),
                                 .form = FORM_RETAIL,
                                 .transport = is_bonded ? TRANSPORT_BONDED : TRANSPORT_EXPRESS,
                                 .incoterm = INCOTERM_DAP,
                                 .sale_day = day(payment->head->at[CEB_payTime]),
                                 .entry_day = day(list->head->at[CEB_declTime]),
                                 .fx_sale_day = DAY_UNSET,
                                 .fx_entry_day = DAY_UNSET,
                                 .currency = (uint8_t)currency_index("CNY"),
                                 .freight = freight ? freight : -1,
                                 .insurance = insurance ? insurance : -1,
                                 .coupon = coupon,
                                 .fine = FINE,
                                 .annual_used = used_minor,
                                 .line = line,
                                 .lines = list->lines};
    if (!facts.from || facts.sale_day == DAY_UNSET || facts.entry_day == DAY_UNSET)
        return false;
    assess_order(assess, &facts, answer);
    return true;
}

int64_t sandbox_tax_of(const struct rule_answer *answer, enum ceb_name name, uint32_t line)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < answer->charges; i++) {
        const struct rule_charge *charge = &answer->charge[i];
        bool is_asked = name == CEB_valueAddedTax    ? charge->kind == CHARGE_VAT
                        : name == CEB_consumptionTax ? charge->kind == CHARGE_CONSUMPTION_TAX
                                                     : charge->kind < CHARGE_CONSUMPTION_TAX;
        if (is_asked && (!line || charge->line == line))
            sum += charge->amount;
    }
    return sum;
}
