/* ledger: every cost is a posting with two ends. Append-only; corrections are new postings.
 *
 * A posting moves `amount` (minor units of `currency`) from a party to a party, for a kind. The kind says
 * the class and the layer (layer = what the payment buys); with the column of its order or shipment it
 * lands in one of nine nodes. `base` is the amount at the mid rate of its day in the base currency. Each
 * currency sums to zero because each posting adds and takes the same amount. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/money.h"
#include "core/node.h"

/* Classes: service, tax, capital, loss count as node cost when they cross from the chain to the outside;
 * goods stands beside the matrix; price and transfer never count. */
enum posting_class {
    CLASS_UNSET,
    CLASS_SERVICE,
    CLASS_TAX,
    CLASS_CAPITAL,
    CLASS_LOSS,
    CLASS_GOODS,
    CLASS_PRICE,
    CLASS_TRANSFER,
    CLASS_COUNT
};
const char *class_id(enum posting_class class_);

/* X(id, name, class, layer, en, zh) */
#define LEDGER_KINDS(X)                                                                            \
    X(DUTY, duty, TAX, LAW, "Duty", "关税")                                                        \
    X(ADDITIONAL_DUTY, additional_duty, TAX, LAW, "Additional duty", "加征关税")                   \
    X(TRADE_REMEDY, trade_remedy, TAX, LAW, "Trade remedy", "贸易救济税")                          \
    X(SURCHARGE, surcharge, TAX, LAW, "Surcharge", "附加税")                                       \
    X(CONSUMPTION_TAX, consumption_tax, TAX, LAW, "Excise", "消费税")                              \
    X(VAT, vat, TAX, LAW, "VAT", "增值税")                                                         \
    X(SALES_TAX, sales_tax, TAX, LAW, "Sales tax", "销售税")                                       \
    X(PARCEL_TAX, parcel_tax, TAX, LAW, "Parcel tax", "行邮税")                                    \
    X(FEE, fee, TAX, LAW, "Fee", "规费")                                                           \
    X(INPUT_VAT, input_vat, TAX, LAW, "VAT on the purchase", "进项增值税")                         \
    X(VAT_CREDIT, vat_credit, TAX, LAW, "VAT credited", "抵扣增值税")                              \
    X(DRAWBACK, drawback, TAX, LAW, "Export VAT refund (drawback)", "出口退税")                    \
    X(INCOME_TAX, income_tax, TAX, LAW, "Income tax", "所得税")                                    \
    X(BROKERAGE, brokerage, SERVICE, LAW, "Brokerage", "报关代理费")                               \
    X(LIST_FEE, list_fee, SERVICE, LAW, "Declaration list fee", "申报清单费")                      \
    X(ZONE_ENTRY, zone_entry, SERVICE, LAW, "Zone entry", "进区申报费")                            \
    X(GUARANTEE, guarantee, SERVICE, LAW, "Guarantee fee", "担保费")                               \
    X(INSPECTION, inspection, SERVICE, LAW, "Inspection", "查验费")                                \
    X(PRESENTATION, presentation, SERVICE, LAW, "Presenting to customs", "代理申报手续费")         \
    X(FINE, fine, TAX, LAW, "Fine", "罚款")                                                        \
    X(COMMISSION, commission, SERVICE, TRADE, "Marketplace commission", "平台佣金")                \
    X(PAYMENT_FEE, payment_fee, SERVICE, TRADE, "Payment fee", "支付手续费")                       \
    X(TRANSFER_FEE, transfer_fee, SERVICE, TRADE, "Bank transfer, letter of credit", "汇款与信用证费") \
    X(FX_SPREAD, fx_spread, SERVICE, TRADE, "Exchange spread", "汇兑点差")                         \
    X(CHARGEBACK, chargeback, SERVICE, TRADE, "Chargeback", "拒付费")                              \
    X(INTEREST, interest, CAPITAL, TRADE, "Interest on what waits", "资金占用利息")                \
    X(REVALUATION, revaluation, CAPITAL, TRADE, "Revaluation", "汇兑损益")                         \
    X(PICKUP, pickup, SERVICE, LOGISTICS, "Pick-up and site handling", "揽收与场站操作")           \
    X(FREIGHT, freight, SERVICE, LOGISTICS, "Line haul", "干线运输")                               \
    X(HANDLING, handling, SERVICE, LOGISTICS, "Terminal handling", "码头与货站操作")               \
    X(CARGO_INSURANCE, cargo_insurance, SERVICE, LOGISTICS, "Cargo insurance", "货运保险")         \
    X(INLAND, inland, SERVICE, LOGISTICS, "Inland haul", "内陆运输")                               \
    X(STORAGE, storage, SERVICE, LOGISTICS, "Storage", "仓储")                                     \
    X(PICK_PACK, pick_pack, SERVICE, LOGISTICS, "Pick and pack", "拣货打包")                       \
    X(LAST_MILE, last_mile, SERVICE, LOGISTICS, "Last mile", "末端配送")                           \
    X(RETURN_FREIGHT, return_freight, SERVICE, LOGISTICS, "Return freight", "退货运费")            \
    X(LOSS, loss, LOSS, LOGISTICS, "Loss in transit", "在途损失")                                  \
    X(SEIZED, seized, LOSS, LAW, "Goods seized or destroyed by customs", "海关没收销毁")           \
    X(GOODS, goods, GOODS, TRADE, "Goods", "货款（不含税）")                                       \
    X(GOODS_LOST, goods_lost, GOODS, TRADE, "Goods written off", "货物核销")                       \
    X(PRICE, price, PRICE, TRADE, "Price paid by the buyer", "买家货款")                           \
    X(REFUND, refund, PRICE, TRADE, "Refund to the buyer", "退款")                                 \
    X(TAX_COLLECTED, tax_collected, PRICE, TRADE, "Tax handed to the seller", "代收税款")          \
    X(REMITTANCE, remittance, TRANSFER, TRADE, "Remittance", "代缴与结算划转")

enum posting_kind {
    KIND_UNSET,
#define X(id, name, class_, layer, en, zh) KIND_##id,
    LEDGER_KINDS(X)
#undef X
    KIND_COUNT
};
const char *kind_id(enum posting_kind kind);
const char *kind_name(enum posting_kind kind, enum lang lang);
enum posting_class kind_class(enum posting_kind kind);
enum layer kind_layer(enum posting_kind kind);
enum posting_kind kind_find(const char *id);

/* Side of a party. Buyers and title holders are the chain; all others are outside. */
enum side { SIDE_UNSET, SIDE_BUYER, SIDE_HOLDER, SIDE_OUTSIDE };

enum subject_kind { SUBJECT_UNSET, SUBJECT_ORDER, SUBJECT_SHIPMENT };

struct posting {
    int64_t time;
    uint64_t subject;          /* number of the order or shipment, from 1 */
    uint64_t order;            /* order it belongs to, 0: none (a shipment) */
    uint8_t subject_kind;      /* enum subject_kind */
    uint8_t column;            /* enum column */
    uint8_t kind;              /* enum posting_kind */
    uint8_t currency;          /* index of core/money */
    uint16_t from, to;         /* parties */
    uint32_t reason;           /* caller's: rule step or price-list row, a name id */
    int64_t amount, base;      /* > 0; minor units of currency and of the base currency */
};

/* What the postings of one subject, or of a whole run, add up to, in base minor units. For every set of
 * postings: paid == goods + law + trade + logistics + margin (all of the set). */
struct account_sums {
    int64_t paid;   /* net from buyers to anyone */
    int64_t goods;  /* net from the chain to the outside, class goods */
    int64_t layer[LAYER_COUNT]; /* net from the chain to the outside, counted classes, by layer */
    int64_t margin; /* net into title holders' accounts */
};
void account_sums_add(struct account_sums *sums, const struct posting *posting, enum side from,
                      enum side to);
void account_sums_merge(struct account_sums *sums, const struct account_sums *more);

enum { PARTY_MAX = 256 };

struct ledger {
    uint64_t postings;
    uint16_t parties;
    uint8_t side[PARTY_MAX];                         /* enum side */
    int64_t balance[PARTY_MAX][CURRENCY_MAX];        /* by currency, minor units */
    int64_t base_balance[PARTY_MAX];                 /* in base minor units */
    int64_t node_kind[COLUMN_COUNT][KIND_COUNT];     /* net chain -> outside, base */
    struct account_sums total;
};

void ledger_init(struct ledger *ledger);
uint16_t ledger_party(struct ledger *ledger, enum side side); /* adds one, returns its id from 1 */
/* Books one posting: from, to, kind, column, currency set, amount and base >= 0 (checked). An amount of
 * zero is not booked. */
void ledger_post(struct ledger *ledger, const struct posting *posting);
/* The same, and adds it to the sums of its subject. */
void ledger_post_to(struct ledger *ledger, const struct posting *posting, struct account_sums *subject);
/* Sum over parties of one currency: zero unless we have a bug. */
int64_t ledger_sum(const struct ledger *ledger, unsigned currency);

#endif
