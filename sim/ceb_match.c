/* ceb_match: what must be equal, as a table; and the sums. */
#include "sim/ceb_match.h"

#include <stdlib.h>
#include <string.h>

#include "core/money.h"

enum { DIGITS = 5 };

/* Of one document, and of the earlier one that it must agree with. */
struct pair {
    uint8_t document, name, other, other_name, fault;
    bool is_number;
};

static const struct pair import_pairs[] = {
    {DECLARE_PAYMENT, CEB_payerIdNumber, DECLARE_ORDER, CEB_buyerIdNumber, DECLARE_PAYER, false},
    {DECLARE_PAYMENT, CEB_payerName, DECLARE_ORDER, CEB_buyerName, DECLARE_PAYER, false},
    {DECLARE_PAYMENT, CEB_payerIdType, DECLARE_ORDER, CEB_buyerIdType, DECLARE_PAYER, false},
    {DECLARE_LIST, CEB_buyerIdNumber, DECLARE_ORDER, CEB_buyerIdNumber, DECLARE_BUYER, false},
    {DECLARE_LIST, CEB_buyerName, DECLARE_ORDER, CEB_buyerName, DECLARE_BUYER, false},
    {DECLARE_LIST, CEB_buyerIdType, DECLARE_ORDER, CEB_buyerIdType, DECLARE_BUYER, false},
    {DECLARE_PAYMENT, CEB_amountPaid, DECLARE_ORDER, CEB_acturalPaid, DECLARE_AMOUNT, true},
    {DECLARE_LIST, CEB_freight, DECLARE_ORDER, CEB_freight, DECLARE_AMOUNT, true},
    {DECLARE_WAYBILL, CEB_consignee, DECLARE_ORDER, CEB_consignee, DECLARE_RECEIVER, false},
    {DECLARE_WAYBILL, CEB_consigneeTelephone, DECLARE_ORDER, CEB_consigneeTelephone, DECLARE_RECEIVER, false},
    {DECLARE_WAYBILL, CEB_consigneeAddress, DECLARE_ORDER, CEB_consigneeAddress, DECLARE_RECEIVER, false},
    {DECLARE_PAYMENT, CEB_ebpCode, DECLARE_ORDER, CEB_ebpCode, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_ebpCode, DECLARE_ORDER, CEB_ebpCode, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_ebcCode, DECLARE_ORDER, CEB_ebcCode, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_logisticsCode, DECLARE_WAYBILL, CEB_logisticsCode, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_logisticsNo, DECLARE_WAYBILL, CEB_logisticsNo, DECLARE_FIRM, false},
    {DECLARE_PAYMENT, CEB_payCode, DECLARE_ORDER, CEB_payCode, DECLARE_PAYMENT_FIRM, false},
    {DECLARE_PAYMENT, CEB_payTransactionId, DECLARE_ORDER, CEB_payTransactionId, DECLARE_PAYMENT_FIRM, false},
    {DECLARE_LIST, CEB_grossWeight, DECLARE_WAYBILL, CEB_weight, DECLARE_WEIGHT, true},
    {0}};
static const struct pair export_pairs[] = {
    {DECLARE_PAYMENT, CEB_ebpCode, DECLARE_ORDER, CEB_ebpCode, DECLARE_FIRM, false},
    {DECLARE_PAYMENT, CEB_ebcCode, DECLARE_ORDER, CEB_ebcCode, DECLARE_FIRM, false},
    {DECLARE_PAYMENT, CEB_currency, DECLARE_ORDER, CEB_currency, DECLARE_AMOUNT, false},
    {DECLARE_WAYBILL, CEB_ebcCode, DECLARE_ORDER, CEB_ebcCode, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_ebpCode, DECLARE_ORDER, CEB_ebpCode, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_ebcCode, DECLARE_ORDER, CEB_ebcCode, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_logisticsCode, DECLARE_WAYBILL, CEB_logisticsCode, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_logisticsNo, DECLARE_WAYBILL, CEB_logisticsNo, DECLARE_FIRM, false},
    {DECLARE_LIST, CEB_freight, DECLARE_WAYBILL, CEB_freight, DECLARE_AMOUNT, true},
    {DECLARE_LIST, CEB_grossWeight, DECLARE_WAYBILL, CEB_grossWeight, DECLARE_WEIGHT, true},
    {0}};
/* Line by line. */
static const struct pair line_pairs[] = {
    {DECLARE_LIST, CEB_gnum, DECLARE_ORDER, CEB_gnum, DECLARE_LINES, true},
    {DECLARE_LIST, CEB_gname, DECLARE_ORDER, CEB_itemName, DECLARE_LINES, false},
    {DECLARE_LIST, CEB_itemNo, DECLARE_ORDER, CEB_itemNo, DECLARE_LINES, false},
    {DECLARE_LIST, CEB_unit, DECLARE_ORDER, CEB_unit, DECLARE_LINES, false},
    {DECLARE_LIST, CEB_qty, DECLARE_ORDER, CEB_qty, DECLARE_LINES, true},
    {DECLARE_LIST, CEB_price, DECLARE_ORDER, CEB_price, DECLARE_LINES, true},
    {DECLARE_LIST, CEB_totalPrice, DECLARE_ORDER, CEB_totalPrice, DECLARE_LINES, true},
    {DECLARE_LIST, CEB_currency, DECLARE_ORDER, CEB_currency, DECLARE_LINES, false},
    {0}};

static bool number(const struct ceb_values *values, enum ceb_name name, int64_t *out)
{
    const char *text = values->at[name];
    *out = 0;
    return text && decimal_parse(text, strlen(text), DIGITS, out);
}

static bool is_near(int64_t a, int64_t b, int64_t tolerance)
{
    int64_t difference;
    return !__builtin_sub_overflow(a, b, &difference) && difference >= -tolerance && difference <= tolerance;
}

/* What is left out on one side is not compared. */
static bool agrees(const struct pair *pair, const struct ceb_values *values, const struct ceb_values *others,
                   int64_t tolerance)
{
    const char *text = values->at[pair->name], *other = others->at[pair->other_name];
    int64_t a, b;
    if (!text || !other || !*other)
        return true;
    if (!pair->is_number)
        return strcmp(text, other) == 0;
    return number(values, pair->name, &a) && number(others, pair->other_name, &b) &&
           is_near(a, b, pair->fault == DECLARE_AMOUNT ? tolerance : 0);
}

static struct ceb_match fault(enum declare_fault kind, enum declare_document document, enum ceb_name where,
                              uint32_t line)
{
    return (struct ceb_match){kind, document, where, line};
}

/* Each line is price × quantity, and they add up to `sum`, if one is stated. */
static struct ceb_match add_up(const struct ceb_record *record, enum declare_document document, const int64_t *sum,
                               int64_t tolerance)
{
    int64_t found = 0;
    for (uint32_t i = 0; i < record->lines; i++) {
        const struct ceb_values *line = record->line[i];
        int64_t price, quantity, total, product;
        bool is_read =
            number(line, CEB_price, &price) && number(line, CEB_qty, &quantity) && number(line, CEB_totalPrice, &total);
        if (!is_read || !money_scale_try(price, quantity, 100000, ROUND_HALF_UP, &product) ||
            !is_near(product, total, tolerance) || __builtin_add_overflow(found, total, &found))
            return fault(DECLARE_AMOUNT, document, CEB_totalPrice, i + 1);
    }
    if (sum && !is_near(found, *sum, tolerance))
        return fault(DECLARE_AMOUNT, document, CEB_goodsValue, 0);
    return (struct ceb_match){0};
}

/* paid = goods + freight + tax - discount; an export's order names no more than the first two. */
static struct ceb_match sum_order(const struct ceb_record *order, bool is_export, int64_t tolerance)
{
    const struct ceb_values *head = order->head;
    int64_t goods, freight, tax, discount, paid, sum;
    if (!number(head, CEB_goodsValue, &goods))
        return fault(DECLARE_AMOUNT, DECLARE_ORDER, CEB_goodsValue, 0);
    struct ceb_match match = add_up(order, DECLARE_ORDER, &goods, tolerance);
    if (match.fault || is_export)
        return match;
    bool is_read = number(head, CEB_freight, &freight) && number(head, CEB_taxTotal, &tax) &&
                   number(head, CEB_discount, &discount) && number(head, CEB_acturalPaid, &paid);
    bool is_summed = is_read && !__builtin_add_overflow(goods, freight, &sum) &&
                     !__builtin_add_overflow(sum, tax, &sum) && !__builtin_sub_overflow(sum, discount, &sum);
    return is_summed && is_near(sum, paid, tolerance) ? match
                                                      : fault(DECLARE_AMOUNT, DECLARE_ORDER, CEB_acturalPaid, 0);
}

/* An export's receipt of money holds goods and freight. */
static struct ceb_match sum_receipt(const struct ceb_record *order, const struct ceb_record *payment, int64_t tolerance)
{
    int64_t goods, freight, charge;
    bool is_read = number(order->head, CEB_goodsValue, &goods) && number(order->head, CEB_freight, &freight) &&
                   number(payment->head, CEB_charge, &charge);
    bool is_summed = is_read && !__builtin_add_overflow(goods, freight, &goods) && is_near(goods, charge, tolerance);
    return is_summed ? (struct ceb_match){0} : fault(DECLARE_AMOUNT, DECLARE_PAYMENT, CEB_charge, 0);
}

static struct ceb_match compare_lines(const struct ceb_record *list, const struct ceb_record *order)
{
    if (list->lines != order->lines)
        return fault(DECLARE_LINES, DECLARE_LIST, CEB_gnum, 0);
    for (uint32_t i = 0; i < list->lines; i++)
        for (const struct pair *pair = line_pairs; pair->name; pair++)
            if (!agrees(pair, list->line[i], order->line[i], 0))
                return fault(DECLARE_LINES, DECLARE_LIST, pair->name, i + 1);
    return (struct ceb_match){0};
}

static struct ceb_match weigh(const struct ceb_record *list)
{
    int64_t gross, net;
    bool is_right =
        number(list->head, CEB_grossWeight, &gross) && number(list->head, CEB_netWeight, &net) && net <= gross;
    return is_right ? (struct ceb_match){0} : fault(DECLARE_WEIGHT, DECLARE_LIST, CEB_netWeight, 0);
}

/* Paid before that is told, and the list comes last. Times are digits from the year down, so texts compare. */
static struct ceb_match compare_times(const struct ceb_record *const document[DECLARE_DOCUMENTS], bool is_export)
{
    const struct ceb_record *payment = document[DECLARE_PAYMENT], *list = document[DECLARE_LIST];
    enum ceb_name paid = is_export ? CEB_accountingDate : CEB_payTime;
    if (payment && strcmp(payment->head->at[paid], payment->head->at[CEB_appTime]) > 0)
        return fault(DECLARE_TIME, DECLARE_PAYMENT, paid, 0);
    for (enum declare_document i = DECLARE_ORDER; list && i < DECLARE_LIST; i++)
        if (document[i] && strcmp(document[i]->head->at[CEB_appTime], list->head->at[CEB_appTime]) > 0)
            return fault(DECLARE_TIME, DECLARE_LIST, CEB_appTime, 0);
    return (struct ceb_match){0};
}

static struct ceb_match add_documents(const struct ceb_record *const document[DECLARE_DOCUMENTS], bool is_export,
                                      int64_t tolerance)
{
    const struct ceb_record *order = document[DECLARE_ORDER], *list = document[DECLARE_LIST];
    struct ceb_match match = order ? sum_order(order, is_export, tolerance) : (struct ceb_match){0};
    if (!match.fault && list)
        match = add_up(list, DECLARE_LIST, NULL, tolerance);
    if (!match.fault && is_export && order && document[DECLARE_PAYMENT])
        match = sum_receipt(order, document[DECLARE_PAYMENT], tolerance);
    if (!match.fault && order && list)
        match = compare_lines(list, order);
    if (!match.fault && list)
        match = weigh(list);
    return match;
}

struct ceb_match ceb_match(const struct ceb_record *const document[DECLARE_DOCUMENTS], bool is_export,
                           int64_t tolerance)
{
    for (const struct pair *pair = is_export ? export_pairs : import_pairs; pair->name; pair++) {
        const struct ceb_record *record = document[pair->document], *other = document[pair->other];
        if (record && other && !agrees(pair, record->head, other->head, tolerance))
            return fault(pair->fault, pair->document, pair->name, 0);
    }
    struct ceb_match match = add_documents(document, is_export, tolerance);
    return match.fault ? match : compare_times(document, is_export);
}
