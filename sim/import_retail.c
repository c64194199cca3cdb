/* import_retail: consumers buy from abroad: out of a bonded warehouse (stock first), by direct mail with a list,
 * or as a personal parcel that customs looks at now and then. */
#include "sim/flow.h"
#include "sim/lane.h"
#include "sim/levy.h"
#include "sim/port.h"
#include "sim/sale.h"
#include "sim/stock.h"

enum { BONDED = FLOW_CHANNEL(BONDED), DIRECT = FLOW_CHANNEL(DIRECT_MAIL), PARCEL = FLOW_CHANNEL(PERSONAL_PARCEL) };
enum { LISTED = BONDED | DIRECT, MAILED = DIRECT | PARCEL, ALL = BONDED | DIRECT | PARCEL };
enum { ORDER = SUBJECT_ORDER, SHIPMENT = SUBJECT_SHIPMENT };
enum { LAW = LAYER_LAW, TRADE = LAYER_TRADE, LOGISTICS = LAYER_LOGISTICS };

const struct flow_step import_retail_steps[] = {
    /* stock */
    {"buy", "Buy abroad", "境外采购", SHIPMENT, TRADE, BONDED, stock_buy,
     .price = {ROLE_TRANSFER, ROLE_SPREAD}},
    {"supply", "Supplier makes ready", "供应商备货", SHIPMENT, LOGISTICS, BONDED, NULL,
     .price = {ROLE_SUPPLY, ROLE_PICKUP}, .time = ROLE_SUPPLY},
    {"board", "Wait for a departure", "候船候机", SHIPMENT, LOGISTICS, BONDED, lane_board},
    {"line_haul", "Sea or air in bulk", "国际干线运输", SHIPMENT, LOGISTICS, BONDED, NULL,
     .price = {ROLE_LINE_HAUL, ROLE_INSURANCE}, .time = ROLE_LINE_HAUL},
    {"arrive", "Arrive, terminal", "到港操作", SHIPMENT, LOGISTICS, BONDED, stock_arrive,
     .price = {ROLE_HANDLING}, .time = ROLE_HANDLING},
    {"zone_entry", "Enter the bonded zone", "进区申报", SHIPMENT, LAW, BONDED, NULL,
     .price = {ROLE_ENTRY}, .time = ROLE_ENTRY},
    {"inland", "Haul to the warehouse", "内陆运输", SHIPMENT, LOGISTICS, BONDED, NULL,
     .price = {ROLE_INLAND}, .time = ROLE_INLAND},
    {"put_away", "Put away", "上架入库", SHIPMENT, LOGISTICS, BONDED, stock_put_away},

    /* orders */
    {"place", "Place the order", "下单", ORDER, TRADE, ALL, sale_place},
    {"pay", "Pay", "支付", ORDER, TRADE, ALL, sale_pay,
     .price = {ROLE_PAYMENT, ROLE_COMMISSION}, .stamp = FLOW_STAMP(PAID)},
    {"buy_one", "Buy abroad", "境外采购", ORDER, TRADE, MAILED, sale_purchase,
     .price = {ROLE_TRANSFER, ROLE_SPREAD}},
    {"pick_abroad", "Pick and pack abroad", "境外拣货打包", ORDER, LOGISTICS, MAILED, NULL,
     .price = {ROLE_SUPPLY, ROLE_PICKUP}, .time = ROLE_SUPPLY, .stamp = FLOW_STAMP(WAYBILL)},
    {"board_one", "Wait for a departure", "候机", ORDER, LOGISTICS, MAILED, lane_board},
    {"air", "Line haul by air", "国际干线运输", ORDER, LOGISTICS, MAILED, NULL,
     .price = {ROLE_LINE_HAUL, ROLE_INSURANCE}, .time = ROLE_LINE_HAUL, .stamp = FLOW_STAMP(DISPATCHED)},
    {"hand_over", "Arrive, terminal", "到港操作", ORDER, LOGISTICS, MAILED, sale_hand_over,
     .price = {ROLE_HANDLING}, .time = ROLE_HANDLING},
    {"waybill", "Waybill sent", "运单申报", ORDER, LOGISTICS, BONDED, NULL, .stamp = FLOW_STAMP(WAYBILL)},
    {"declare", "Order, payment, waybill, list sent", "三单与清单申报", ORDER, LAW, LISTED, port_declare,
     .price = {ROLE_LIST}, .time = ROLE_LIST, .stamp = FLOW_STAMP(DECLARED)},
    {"match", "Match the documents", "单证比对", ORDER, LAW, LISTED, port_match, .stamp = FLOW_STAMP(MATCHED)},
    {"admit", "Assess", "审单计税", ORDER, LAW, LISTED, levy_admit},
    {"reserve", "Reserve the goods", "库存锁定", ORDER, LOGISTICS, BONDED, stock_reserve},
    {"pick", "Pick and pack", "拣货打包", ORDER, LOGISTICS, BONDED, NULL,
     .price = {ROLE_PICK}, .time = ROLE_PICK, .queue = FLOW_PICKERS},
    {"sample", "Sampled at the hub", "口岸抽查", ORDER, LAW, PARCEL, port_select,
     .price = {ROLE_INSPECT}, .time = ROLE_INSPECT, .queue = FLOW_OFFICERS},
    {"tax_parcel", "Taxed as a parcel, or sent back", "按行邮物品征税或退运", ORDER, LAW, PARCEL, levy_sampled},
    {"inspect", "Inspection", "查验", ORDER, LAW, LISTED, port_select,
     .price = {ROLE_INSPECT}, .time = ROLE_INSPECT, .queue = FLOW_OFFICERS},
    {"release", "Release", "放行", ORDER, LAW, ALL, port_release, .stamp = FLOW_STAMP(RELEASED)},
    {"last_mile", "Last mile", "末端配送", ORDER, LOGISTICS, BONDED, NULL,
     .price = {ROLE_LAST_MILE}, .time = ROLE_LAST_MILE, .stamp = FLOW_STAMP(DISPATCHED)},
    {"courier", "Last mile", "末端配送", ORDER, LOGISTICS, MAILED, NULL,
     .price = {ROLE_LAST_MILE}, .time = ROLE_LAST_MILE},
    {"deliver", "Deliver", "签收", ORDER, LOGISTICS, ALL, sale_deliver, .stamp = FLOW_STAMP(DELIVERED)},
    {"return", "Return window", "退货期", ORDER, TRADE, ALL, sale_return},
    {"confirm", "Payment is held", "货款待结算", ORDER, TRADE, ALL, NULL, .time = ROLE_PAYMENT},
    {"settle", "Settle", "结算", ORDER, TRADE, ALL, sale_settle, .stamp = FLOW_STAMP(SETTLED)},
    {"tax", "Tax is paid", "缴纳税款", ORDER, LAW, LISTED, levy_tax, .stamp = FLOW_STAMP(TAX_BILL)},
    {"end", "End", "结束", ORDER, TRADE, ALL, sale_end},
    {0}};
