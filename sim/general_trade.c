/* general_trade: goods come in containers on contract, duty and VAT paid, and are sold at home out of stock. */
#include "sim/flow.h"
#include "sim/lane.h"
#include "sim/levy.h"
#include "sim/sale.h"
#include "sim/stock.h"

enum { BULK = FLOW_CHANNEL(CONTAINER) | FLOW_CHANNEL(BULK_AIR) };
enum { ORDER = SUBJECT_ORDER, SHIPMENT = SUBJECT_SHIPMENT };
enum { LAW = LAYER_LAW, TRADE = LAYER_TRADE, LOGISTICS = LAYER_LOGISTICS };

const struct flow_step general_trade_steps[] = {
    /* the contract */
    {"contract", "Contract, letter of credit or T/T", "签约与信用证或电汇", SHIPMENT, TRADE, BULK, stock_buy,
     .price = {ROLE_TRANSFER, ROLE_SPREAD}, .time = ROLE_TRANSFER},
    {"supply", "Supplier makes ready", "供应商备货", SHIPMENT, LOGISTICS, BULK, NULL,
     .price = {ROLE_SUPPLY, ROLE_PICKUP}, .time = ROLE_SUPPLY},
    {"board", "Wait for a departure", "候船候机", SHIPMENT, LOGISTICS, BULK, lane_board},
    {"line_haul", "Sea or air in bulk", "国际干线运输", SHIPMENT, LOGISTICS, BULK, NULL,
     .price = {ROLE_LINE_HAUL, ROLE_INSURANCE}, .time = ROLE_LINE_HAUL},
    {"arrive", "Arrive, terminal", "到港操作", SHIPMENT, LOGISTICS, BULK, stock_arrive,
     .price = {ROLE_HANDLING}, .time = ROLE_HANDLING},
    {"declare_import", "Declare", "进口报关", SHIPMENT, LAW, BULK, NULL,
     .price = {ROLE_ENTRY}, .time = ROLE_ENTRY},
    {"duty", "Duty, excise, VAT", "缴纳关税、消费税与增值税", SHIPMENT, LAW, BULK, levy_import},
    {"inland", "Haul to the warehouse", "内陆运输", SHIPMENT, LOGISTICS, BULK, NULL,
     .price = {ROLE_INLAND}, .time = ROLE_INLAND},
    {"put_away", "Put away", "上架入库", SHIPMENT, LOGISTICS, BULK, stock_put_away},

    /* sales at home */
    {"place", "Place the order", "下单", ORDER, TRADE, BULK, sale_place},
    {"pay", "Pay", "支付", ORDER, TRADE, BULK, sale_pay,
     .price = {ROLE_PAYMENT, ROLE_COMMISSION}, .stamp = FLOW_STAMP(PAID)},
    {"reserve", "Reserve the goods", "库存锁定", ORDER, LOGISTICS, BULK, stock_reserve,
     .stamp = FLOW_STAMP(WAYBILL)},
    {"pick", "Pick and pack", "拣货打包", ORDER, LOGISTICS, BULK, NULL,
     .price = {ROLE_PICK}, .time = ROLE_PICK, .queue = FLOW_PICKERS},
    {"last_mile", "Last mile", "末端配送", ORDER, LOGISTICS, BULK, NULL,
     .price = {ROLE_LAST_MILE}, .time = ROLE_LAST_MILE, .stamp = FLOW_STAMP(DISPATCHED)},
    {"deliver", "Deliver", "签收", ORDER, LOGISTICS, BULK, sale_deliver, .stamp = FLOW_STAMP(DELIVERED)},
    {"return", "Return window", "退货期", ORDER, TRADE, BULK, sale_return},
    {"confirm", "Payment is held", "货款待结算", ORDER, TRADE, BULK, NULL, .time = ROLE_PAYMENT},
    {"settle", "Settle", "结算", ORDER, TRADE, BULK, sale_settle, .stamp = FLOW_STAMP(SETTLED)},
    {"tax", "Output VAT less import VAT", "销项税减进项税", ORDER, LAW, BULK, levy_tax,
     .stamp = FLOW_STAMP(TAX_BILL)},
    {"end", "End", "结束", ORDER, TRADE, BULK, sale_end},
    {0}};
