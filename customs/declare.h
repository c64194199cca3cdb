/* declare: the documents of one declaration as plain data (order, payment, waybill, list), sent by four parties at
 * their own times, and their match field by field. Amounts are minor units of one currency, times seconds. */
#ifndef DECLARE_H
#define DECLARE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/node.h"

/* How documents may disagree. X(id, name, code on an import list, code on an export list, en, zh)
 * Codes as receipts of the unified version give them in practice: 1322, 1327, 13035, 13127 are texts of returned
 * import lists, -10102 is an error of the firm's code; where no number is known, 100: returned by customs. */
#define DECLARE_FAULTS(X)                                                                          \
    X(PAYER, payer, 1327, 100, "Buyer is not the payer", "订购人与支付人不一致")                   \
    X(BUYER, buyer, 13127, 100, "Buyer of the list is not the order's", "清单与订单订购人不一致")  \
    X(AMOUNT, amount, 100, 100, "Amount paid is not the order's", "支付金额与订单金额不一致")      \
    X(RECEIVER, receiver, 100, 100, "Receiver of the waybill is not the order's", "运单与订单收货人不一致") \
    X(LINES, lines, 1322, 100, "Lines of the list are not the order's", "清单与订单商品项不一致")  \
    X(FIRM, firm, -10102, -10102, "Enterprise code is not the order's", "企业代码不一致")          \
    X(PAYMENT_FIRM, payment_firm, 13035, 100, "Payment firm is not the order's", "支付企业不一致") \
    X(WEIGHT, weight, 100, 100, "Weight of the list is not the waybill's", "清单与运单重量不一致") \
    X(TIME, time, 100, 100, "Order, payment and waybill are not in the order of time", "订单、支付单、运单时间顺序不符")

enum declare_fault {
    DECLARE_AGREES,
#define X(id, name, import_code, export_code, en, zh) DECLARE_##id,
    DECLARE_FAULTS(X)
#undef X
    DECLARE_FAULT_COUNT
};
const char *declare_fault_id(enum declare_fault fault); /* "" when they agree */
const char *declare_fault_name(enum declare_fault fault, enum lang lang);
int32_t declare_fault_code(enum declare_fault fault, bool is_export); /* 0 when they agree */

enum declare_document { DECLARE_ORDER, DECLARE_PAYMENT, DECLARE_WAYBILL, DECLARE_LIST, DECLARE_DOCUMENTS };
const char *declare_document_id(enum declare_document document);

/* Persons and firms are numbers of the caller. */
struct declaration {
    struct {
        int64_t placed_at, goods, freight, tax, paid;
        uint32_t buyer, receiver, firm, payment_firm, lines, units;
    } order;   /* by the marketplace */
    struct {
        int64_t paid_at, paid;
        uint32_t payer, firm;
    } payment; /* by the payment platform */
    struct {
        int64_t shipped_at, gross_g;
        uint32_t receiver;
    } waybill; /* by the carrier */
    struct {
        int64_t goods, gross_g;
        uint32_t buyer, firm, lines, units;
    } list;    /* by the broker */
};

/* The first fault that customs finds; amounts may differ by `tolerance`. */
enum declare_fault declare_match(const struct declaration *declaration, int64_t tolerance);
/* Puts a mistake into documents that agree: each kind is as likely, bits is a uniform draw. An amount is off by up to
 * a quarter of what was paid, so that a tolerance lets some pass. */
void declare_spoil(struct declaration *declaration, uint64_t bits);

#endif
