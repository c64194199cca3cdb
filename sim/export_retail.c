/* export_retail: small sellers sell abroad, parcel by parcel or out of a warehouse there; the destination taxes by
 * its own law, home refunds the VAT of the purchase. */
#include "sim/flow.h"
#include "sim/lane.h"
#include "sim/levy.h"
#include "sim/port.h"
#include "sim/refund.h"
#include "sim/sale.h"
#include "sim/stock.h"

enum { PARCEL = FLOW_CHANNEL(POST) | FLOW_CHANNEL(EXPRESS) | FLOW_CHANNEL(LINE) };
enum { ABROAD = FLOW_CHANNEL(OVERSEAS_WAREHOUSE), ALL = PARCEL | ABROAD };
enum { ORDER = SUBJECT_ORDER, SHIPMENT = SUBJECT_SHIPMENT };
enum { LAW = LAYER_LAW, TRADE = LAYER_TRADE, LOGISTICS = LAYER_LOGISTICS };

const struct flow_step export_retail_steps[] = {
    /* stock for the warehouse abroad */
    {"buy", "Purchase with VAT", "含税采购", SHIPMENT, TRADE, ABROAD, stock_buy,
     .price = {ROLE_TRANSFER}, .time = ROLE_TRANSFER},
    {"supply", "Make ready, haul to the port", "备货与集港", SHIPMENT, LOGISTICS, ABROAD, NULL,
     .price = {ROLE_SUPPLY, ROLE_PICKUP}, .time = ROLE_SUPPLY},
    {"export", "Declare the export", "出口报关", SHIPMENT, LAW, ABROAD, NULL,
     .price = {ROLE_LIST}, .time = ROLE_LIST},
    {"leave_stock", "Leave: refund on departure", "离境即退税", SHIPMENT, LAW, ABROAD, refund_leave_stock},
    {"board", "Wait for a departure", "候船候机", SHIPMENT, LOGISTICS, ABROAD, lane_board},
    {"sail", "Sea or air in bulk", "国际干线运输", SHIPMENT, LOGISTICS, ABROAD, NULL,
     .price = {ROLE_LINE_HAUL, ROLE_INSURANCE}, .time = ROLE_LINE_HAUL},
    {"arrive", "Arrive, terminal", "到港操作", SHIPMENT, LOGISTICS, ABROAD, stock_arrive,
     .price = {ROLE_HANDLING}, .time = ROLE_HANDLING},
    {"declare_import", "Clear in bulk at the destination", "目的国批量清关", SHIPMENT, LAW, ABROAD, NULL,
     .price = {ROLE_ENTRY}, .time = ROLE_ENTRY},
    {"duty", "Duty and import VAT", "缴纳关税与进口增值税", SHIPMENT, LAW, ABROAD, levy_import},
    {"inland", "Haul to the warehouse", "内陆运输", SHIPMENT, LOGISTICS, ABROAD, NULL,
     .price = {ROLE_INLAND}, .time = ROLE_INLAND},
    {"put_away", "Put away", "海外仓上架", SHIPMENT, LOGISTICS, ABROAD, stock_put_away},

    /* orders */
    {"place", "Place the order", "下单", ORDER, TRADE, ALL, sale_place},
    {"pay", "Pay", "支付", ORDER, TRADE, ALL, sale_pay,
     .price = {ROLE_PAYMENT, ROLE_COMMISSION}, .stamp = FLOW_STAMP(PAID)},
    {"purchase", "Purchase with VAT", "含税采购", ORDER, TRADE, PARCEL, sale_purchase,
     .price = {ROLE_TRANSFER}},
    {"pick_up", "Make ready, pick up", "备货揽收", ORDER, LOGISTICS, PARCEL, NULL,
     .price = {ROLE_SUPPLY, ROLE_PICKUP}, .time = ROLE_SUPPLY, .stamp = FLOW_STAMP(WAYBILL)},
    {"declare", "Declaration list", "清单申报", ORDER, LAW, PARCEL, port_declare,
     .price = {ROLE_LIST}, .time = ROLE_LIST, .stamp = FLOW_STAMP(DECLARED)},
    {"match", "Match the documents", "单证比对", ORDER, LAW, PARCEL, port_match, .stamp = FLOW_STAMP(MATCHED)},
    {"inspect", "Inspection", "查验", ORDER, LAW, PARCEL, port_select,
     .price = {ROLE_INSPECT}, .time = ROLE_INSPECT, .queue = FLOW_OFFICERS},
    {"export_release", "Release for export", "出口放行", ORDER, LAW, PARCEL, port_release},
    {"leave", "Leave the country", "离境", ORDER, LAW, PARCEL, refund_leave, .stamp = FLOW_STAMP(DISPATCHED)},
    {"board_one", "Wait for a departure", "候机", ORDER, LOGISTICS, PARCEL, lane_board},
    {"line_haul", "Post, express or line between countries", "国际邮路、快递或专线运输", ORDER, LOGISTICS, PARCEL,
     NULL, .price = {ROLE_LINE_HAUL, ROLE_INSURANCE, ROLE_HANDLING}, .time = ROLE_LINE_HAUL},
    {"hand_over", "Arrive abroad", "到达目的国", ORDER, LOGISTICS, PARCEL, sale_hand_over},
    {"admit", "Import clearance", "进口清关", ORDER, LAW, PARCEL, levy_admit, .time = ROLE_CLEARANCE},
    {"release", "Release, charges asked on arrival", "放行与到付税费", ORDER, LAW, PARCEL, levy_border,
     .stamp = FLOW_STAMP(RELEASED)},
    {"reserve", "Reserve the goods", "库存锁定", ORDER, LOGISTICS, ABROAD, stock_reserve,
     .stamp = FLOW_STAMP(WAYBILL)},
    {"pick", "Pick and pack", "拣货打包", ORDER, LOGISTICS, ABROAD, NULL,
     .price = {ROLE_PICK}, .time = ROLE_PICK, .queue = FLOW_PICKERS},
    {"local", "Local delivery", "当地配送", ORDER, LOGISTICS, ABROAD, NULL,
     .price = {ROLE_LAST_MILE}, .time = ROLE_LAST_MILE, .stamp = FLOW_STAMP(DISPATCHED)},
    {"last_mile", "Last mile", "末端配送", ORDER, LOGISTICS, PARCEL, NULL,
     .price = {ROLE_LAST_MILE}, .time = ROLE_LAST_MILE},
    {"deliver", "Deliver", "签收", ORDER, LOGISTICS, ALL, sale_deliver, .stamp = FLOW_STAMP(DELIVERED)},
    {"return", "Return window", "退货期", ORDER, TRADE, ALL, sale_return},
    {"confirm", "Payment is held", "货款待结算", ORDER, TRADE, ALL, NULL, .time = ROLE_PAYMENT},
    {"settle", "Settle, exchange", "结算结汇", ORDER, TRADE, ALL, sale_settle,
     .price = {ROLE_SPREAD}, .stamp = FLOW_STAMP(SETTLED)},
    {"tax", "Tax on the bill is paid", "代缴税款", ORDER, LAW, ALL, levy_tax},
    {"drawback", "Drawback arrives", "退税到账", ORDER, LAW, PARCEL | FLOW_AWAITS_REFUND, refund_arrive,
     .stamp = FLOW_STAMP(TAX_BILL)},
    {"end", "End", "结束", ORDER, TRADE, ALL, sale_end},
    {0}};
