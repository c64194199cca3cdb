/* export_retail: small sellers sell abroad parcel by parcel; the destination taxes by its own law, home refunds. */
#include "sim/flow.h"
#include "sim/levy.h"
#include "sim/sale.h"

enum { POST = FLOW_CHANNEL(POST) };
enum { ORDER = SUBJECT_ORDER };
enum { LAW = LAYER_LAW, TRADE = LAYER_TRADE, LOGISTICS = LAYER_LOGISTICS };

const struct flow_step export_retail_steps[] = {
    {"place", "Place the order", "下单", ORDER, TRADE, POST, NULL, .stamp = FLOW_STAMP(PLACED)},
    {"pay", "Pay", "支付", ORDER, TRADE, POST, sale_pay,
     .price = {ROLE_PAYMENT, ROLE_COMMISSION}, .stamp = FLOW_STAMP(PAID)},
    {"purchase", "Purchase with VAT", "含税采购", ORDER, TRADE, POST, sale_purchase,
     .price = {ROLE_TRANSFER}},
    {"pick_up", "Make ready, pick up", "备货揽收", ORDER, LOGISTICS, POST, NULL,
     .price = {ROLE_SUPPLY, ROLE_PICKUP}, .time = ROLE_SUPPLY, .stamp = FLOW_STAMP(WAYBILL)},
    {"declare", "Declaration list", "清单申报", ORDER, LAW, POST, levy_declare,
     .price = {ROLE_LIST}, .time = ROLE_LIST, .stamp = FLOW_STAMP(DECLARED)},
    {"match", "Match the documents", "单证比对", ORDER, LAW, POST, levy_match, .stamp = FLOW_STAMP(MATCHED)},
    {"inspect", "Inspection", "查验", ORDER, LAW, POST, levy_select,
     .price = {ROLE_INSPECT}, .time = ROLE_INSPECT, .queue = FLOW_OFFICERS},
    {"export_release", "Release for export", "出口放行", ORDER, LAW, POST, levy_release},
    {"leave", "Leave the country", "离境", ORDER, LAW, POST, levy_leave, .stamp = FLOW_STAMP(DISPATCHED)},
    {"line_haul", "Post between countries", "国际邮路运输", ORDER, LOGISTICS, POST, NULL,
     .price = {ROLE_LINE_HAUL, ROLE_INSURANCE, ROLE_HANDLING}, .time = ROLE_LINE_HAUL},
    {"hand_over", "Arrive abroad", "到达目的国", ORDER, LOGISTICS, POST, sale_hand_over},
    {"admit", "Import clearance", "进口清关", ORDER, LAW, POST, levy_admit, .time = ROLE_CLEARANCE},
    {"release", "Release, charges asked on arrival", "放行与到付税费", ORDER, LAW, POST, levy_border,
     .stamp = FLOW_STAMP(RELEASED)},
    {"last_mile", "Last mile", "末端配送", ORDER, LOGISTICS, POST, NULL,
     .price = {ROLE_LAST_MILE}, .time = ROLE_LAST_MILE},
    {"deliver", "Deliver", "签收", ORDER, LOGISTICS, POST, sale_deliver, .stamp = FLOW_STAMP(DELIVERED)},
    {"return", "Return window", "退货期", ORDER, TRADE, POST, sale_return},
    {"confirm", "Payment is held", "货款待结算", ORDER, TRADE, POST, NULL, .time = ROLE_PAYMENT},
    {"settle", "Settle, exchange", "结算结汇", ORDER, TRADE, POST, sale_settle,
     .price = {ROLE_SPREAD}, .stamp = FLOW_STAMP(SETTLED)},
    {"tax", "Tax on the bill is paid", "代缴税款", ORDER, LAW, POST, levy_tax},
    {"drawback", "Drawback arrives", "退税到账", ORDER, LAW, POST, levy_drawback, .stamp = FLOW_STAMP(TAX_BILL)},
    {"end", "End", "结束", ORDER, TRADE, POST, sale_end},
    {0}};
