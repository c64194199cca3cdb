/* dataset_tables: the one list of tables and columns of a data set: their types, units, keys and meanings. Header
 * rows, JSON keys, DDL, the package description, the dictionary and the code that fills a row are made from it.
 *
 * A list is X(token, name, type, unit, refers, en, zh): type is a DATASET_ kind; unit a unit, or the column that holds
 * the currency; refers names the table whose (first) key it is. The first `keys` columns of a table are its key. */
#ifndef DATASET_TABLES_H
#define DATASET_TABLES_H

/* X(token, keys, en, zh) */
#define DATASET_TABLES(X) \
    X(orders, 1, "One row per order that reached payment", \
      "每笔到达支付环节的订单一行") \
    X(order_lines, 2, "Goods of an order", \
      "订单商品行") \
    X(buyers, 1, "People who buy, or in whose name something was declared; invented", \
      "买家及被借用身份的人（均为虚构）") \
    X(sellers, 1, "Invented sellers, several behind each selling party of the scenario", \
      "虚构卖家，场景中每个卖方角色背后有若干家") \
    X(firms, 1, "Invented marketplaces, payment firms, carriers, brokers, warehouses", \
      "虚构平台、支付、物流、报关与仓储企业") \
    X(products, 1, "Goods of the scenario", \
      "场景中的商品") \
    X(payments, 1, "Payment message of an order", \
      "支付单") \
    X(waybills, 1, "Waybill of an order", \
      "运单") \
    X(parcels, 1, "The parcel of an order and its way", \
      "包裹及其行程") \
    X(declarations, 1, "Declaration list of an order", \
      "申报清单") \
    X(declaration_lines, 2, "Lines of a declaration list, as declared, with what the law asked", \
      "清单商品行（按申报）及应征税额") \
    X(tax_bills, 1, "What was levied on an order", \
      "税单") \
    X(inspections, 1, "Orders that customs looked at", \
      "被查验的订单") \
    X(irregularities, 1, "The truth about orders that hid something: labels, kept apart", \
      "隐瞒事实的订单真相（标签，单独存放）") \
    X(postings, 1, "Every payment between two parties", \
      "每一笔收付") \
    X(events, 1, "Every step of an order or a shipment", \
      "订单与批次的每一步") \
    X(stock, 1, "Goods bought ahead, as at the end", \
      "备货批次（期末状态）") \
    X(departures, 1, "Departures of lanes with room by tonnage", \
      "有舱位限制的航线班次") \
    X(allowances, 1, "Use of yearly allowances", \
      "年度额度使用") \
    X(returns, 1, "Orders that came back, in whole or in part", \
      "退货订单") \
    X(orders_flat, 1, "One wide row per order, for a spreadsheet", \
      "每笔订单一行的宽表") \
    X(customs_fraud, 0, "Declarations in the shape of the public customs-fraud data: 20 attributes, 2 labels", \
      "与公开海关欺诈数据同构的申报表：20 个属性与 2 个标签") \
    X(trist, 0, "Transactions as the World Bank's TRIST asks for them", \
      "世界银行 TRIST 交易表")

#define DATASET_ORDERS(X) \
    X(order_id, "order_id", KEY, "", "", "Number of the order", "订单编号") \
    X(order_no, "order_no", WORD, "", "", "Order number on the documents", "单证上的订单号") \
    X(block, "block", INTEGER, "", "", "Block of the data set: a world of its own", "数据块（独立的一个世界）") \
    X(placed_at, "placed_at", TIME, "", "", "When the order was placed", "下单时间") \
    X(paid_at, "paid_at", TIME, "", "", "When it was paid", "支付时间") \
    X(ended_at, "ended_at", TIME, "", "", \
      "When the last step was taken, empty while open", "结束时间，在途为空") \
    X(state, "state", WORD, "", "", "What became of it", "最终状态") \
    X(column, "column", WORD, "", "", "Column of the matrix", "三纵之一") \
    X(channel, "channel", WORD, "", "", "How it was delivered", "渠道") \
    X(flow, "flow", WORD, "", "", "Flow of the scenario", "场景中的流程") \
    X(buyer_id, "buyer_id", KEY, "", "buyers", "Who bought", "买家") \
    X(seller_id, "seller_id", KEY, "", "sellers", "Who sold", "卖家") \
    X(platform_id, "platform_id", KEY, "", "firms", "Marketplace", "电商平台") \
    X(from_country, "from_country", WORD, "", "", "Country of dispatch, ISO 3166", "发货国") \
    X(to_country, "to_country", WORD, "", "", "Country of the buyer, ISO 3166", "买家所在国") \
    X(units, "units", INTEGER, "", "", "Sales units", "件数") \
    X(lines, "lines", INTEGER, "", "", "Kinds of goods", "商品项数") \
    X(currency, "currency", WORD, "", "", "Of the four amounts, ISO 4217", "以下四项金额的币种") \
    X(goods_amount, "goods_amount", MONEY, "currency", "", "Goods without tax", "不含税货款") \
    X(freight, "freight", MONEY, "currency", "", "Freight charged", "运费") \
    X(tax, "tax", MONEY, "currency", "", "Tax on the bill", "账单上的税") \
    X(paid, "paid", MONEY, "currency", "", "Paid in all, 0 when nobody paid", "实付") \
    X(regime, "regime", WORD, "", "", "Regime of the law that decided", "适用的法规制度") \
    X(refusal, "refusal", WORD, "", "", "Why the law refused it", "法规拒绝原因") \
    X(base_currency, "base_currency", WORD, "", "", "Of costs, ISO 4217", "成本币种") \
    X(goods_cost, "goods_cost", MONEY, "base_currency", "", "Goods at cost", "货物成本") \
    X(law_cost, "law_cost", MONEY, "base_currency", "", "Cost of the law layer", "法规层成本") \
    X(trade_cost, "trade_cost", MONEY, "base_currency", "", "Cost of the trade layer", "贸易层成本") \
    X(logistics_cost, "logistics_cost", MONEY, "base_currency", "", \
      "Cost of the logistics layer", "物流层成本") \
    X(margin, "margin", MONEY, "base_currency", "", "Margin of who held title", "货权人毛利")

#define DATASET_ORDER_LINES(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(line_no, "line_no", INTEGER, "", "", "From 1", "行号") \
    X(product_id, "product_id", KEY, "", "products", \
      "Product, empty for replayed goods", "商品，回放订单为空") \
    X(hs_code, "hs_code", WORD, "", "", "Commodity code at the destination", "目的国商品编码") \
    X(origin, "origin", WORD, "", "", "Country of origin", "原产国") \
    X(quantity, "quantity", INTEGER, "", "", "Sales units", "数量") \
    X(currency, "currency", WORD, "", "", "Of price and amount", "币种") \
    X(unit_price, "unit_price", MONEY, "currency", "", "Price of one", "单价") \
    X(amount, "amount", MONEY, "currency", "", "Price of the line", "金额") \
    X(net_weight_g, "net_weight_g", INTEGER, "g", "", "Net weight", "净重") \
    X(gross_weight_g, "gross_weight_g", INTEGER, "g", "", "Gross weight", "毛重")

#define DATASET_BUYERS(X) \
    X(buyer_id, "buyer_id", KEY, "", "", "Number of the person", "编号") \
    X(name, "name", TEXT, "", "", "Invented name", "虚构姓名") \
    X(name_en, "name_en", TEXT, "", "", "In Latin letters", "拉丁字母姓名") \
    X(id_type, "id_type", WORD, "", "", "1 identity card, 2 other", "1 身份证，2 其他") \
    X(id_number, "id_number", WORD, "", "", \
      "Well formed, of an area that does not exist", "格式正确但地区不存在的证件号") \
    X(phone, "phone", TEXT, "", "", "Of a range that is assigned to nobody", "未分配号段") \
    X(email, "email", TEXT, "", "", "At example.com", "邮箱") \
    X(country, "country", WORD, "", "", "Country", "国家") \
    X(city, "city", TEXT, "", "", "Invented town", "虚构城市") \
    X(address, "address", TEXT, "", "", "Invented address, as written at home", "虚构地址") \
    X(address_en, "address_en", TEXT, "", "", "In English", "英文地址") \
    X(postcode, "postcode", WORD, "", "", "Invented", "虚构邮编") \
    X(birth_year, "birth_year", INTEGER, "a", "", "Year of birth", "出生年")

#define DATASET_SELLERS(X) \
    X(seller_id, "seller_id", KEY, "", "", "Number of the seller", "编号") \
    X(name, "name", TEXT, "", "", "Invented name", "虚构名称") \
    X(name_en, "name_en", TEXT, "", "", "In English", "英文名称") \
    X(country, "country", WORD, "", "", "Country", "国家") \
    X(city, "city", TEXT, "", "", "Invented town", "虚构城市") \
    X(credit_code, "credit_code", WORD, "", "", \
      "Well formed, of an area that does not exist", "格式正确但地区不存在的信用代码") \
    X(customs_code, "customs_code", WORD, "", "", \
      "Registration with customs, of no district", "海关注册编码（关区不存在）") \
    X(party, "party", WORD, "", "", "Party of the scenario that it is one of", "场景中的角色")

#define DATASET_FIRMS(X) \
    X(firm_id, "firm_id", KEY, "", "", "Number of the firm", "编号") \
    X(name, "name", TEXT, "", "", "Invented name", "虚构名称") \
    X(name_en, "name_en", TEXT, "", "", "In English", "英文名称") \
    X(trade, "trade", WORD, "", "", "What it does", "行业") \
    X(country, "country", WORD, "", "", "Country", "国家") \
    X(city, "city", TEXT, "", "", "Invented town", "虚构城市") \
    X(phone, "phone", TEXT, "", "", "Of a range that is assigned to nobody", "未分配号段") \
    X(credit_code, "credit_code", WORD, "", "", \
      "Well formed, of an area that does not exist", "格式正确但地区不存在的信用代码") \
    X(customs_code, "customs_code", WORD, "", "", \
      "Registration with customs, of no district", "海关注册编码（关区不存在）") \
    X(party, "party", WORD, "", "", "Party of the scenario that it is one of", "场景中的角色")

#define DATASET_PRODUCTS(X) \
    X(product_id, "product_id", KEY, "", "", "Number in the catalogue", "目录编号") \
    X(sku, "sku", WORD, "", "", "Article", "货号") \
    X(name_en, "name_en", TEXT, "", "", "Name in English", "英文名") \
    X(name_zh, "name_zh", TEXT, "", "", "Name in Chinese", "中文名") \
    X(category, "category", WORD, "", "", "Category", "类别") \
    X(origin, "origin", WORD, "", "", "Country of origin", "原产国") \
    X(net_weight_g, "net_weight_g", INTEGER, "g", "", "Net weight of one", "单件净重") \
    X(gross_weight_g, "gross_weight_g", INTEGER, "g", "", "Gross weight of one", "单件毛重") \
    X(volume_cm3, "volume_cm3", INTEGER, "cm3", "", "Volume of one, packed", "单件体积") \
    X(pieces, "pieces", INTEGER, "", "", "Pieces in one", "内含件数")

#define DATASET_PAYMENTS(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(payment_no, "payment_no", WORD, "", "", "Number of the payment", "支付流水号") \
    X(payment_firm_id, "payment_firm_id", KEY, "", "firms", "Payment firm", "支付企业") \
    X(payer_id, "payer_id", KEY, "", "buyers", "Who paid", "支付人") \
    X(paid_at, "paid_at", TIME, "", "", "When", "支付时间") \
    X(sent_at, "sent_at", TIME, "", "", \
      "When the message reached customs, empty: none is due", "支付单到达海关时间") \
    X(currency, "currency", WORD, "", "", "Of the amount", "币种") \
    X(amount, "amount", MONEY, "currency", "", "Goods, freight and tax", "金额")

#define DATASET_WAYBILLS(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(waybill_no, "waybill_no", WORD, "", "", "Number of the waybill", "运单号") \
    X(master_no, "master_no", WORD, "", "", "Master bill of the departure", "总运单号") \
    X(carrier_id, "carrier_id", KEY, "", "firms", "Line haul", "干线承运人") \
    X(courier_id, "courier_id", KEY, "", "firms", "Last mile", "末端配送企业") \
    X(handed_over_at, "handed_over_at", TIME, "", "", "When the goods were handed over", "揽收时间") \
    X(sent_at, "sent_at", TIME, "", "", \
      "When the message reached customs, empty: none is due", "运单到达海关时间") \
    X(gross_weight_g, "gross_weight_g", INTEGER, "g", "", "Gross weight as declared", "申报毛重") \
    X(packages, "packages", INTEGER, "", "", "Parcels", "件数")

#define DATASET_PARCELS(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(gross_weight_g, "gross_weight_g", INTEGER, "g", "", "True gross weight", "实际毛重") \
    X(volume_cm3, "volume_cm3", INTEGER, "cm3", "", "Volume", "体积") \
    X(dispatched_at, "dispatched_at", TIME, "", "", "When it left", "发运时间") \
    X(released_at, "released_at", TIME, "", "", "When customs let it go", "放行时间") \
    X(delivered_at, "delivered_at", TIME, "", "", "When it was delivered", "签收时间") \
    X(lead_seconds, "lead_seconds", INTEGER, "s", "", "Placed to delivered", "下单到签收秒数") \
    X(law_seconds, "law_seconds", INTEGER, "s", "", "Spent with the law", "法规层耗时") \
    X(trade_seconds, "trade_seconds", INTEGER, "s", "", "Spent with the trade", "贸易层耗时") \
    X(logistics_seconds, "logistics_seconds", INTEGER, "s", "", "Spent with logistics", "物流层耗时") \
    X(waiting_seconds, "waiting_seconds", INTEGER, "s", "", "Of all that, waiting", "其中等待")

#define DATASET_DECLARATIONS(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(list_no, "list_no", WORD, "", "", "Number of the list", "清单编号") \
    X(preentry_no, "preentry_no", WORD, "", "", "Number given by the electronic port", "预录入编号") \
    X(office, "office", WORD, "", "", "Customs office; no such office exists", "海关关区（不存在）") \
    X(port, "port", WORD, "", "", "Port of the scenario", "口岸") \
    X(broker_id, "broker_id", KEY, "", "firms", "Who declared", "申报企业") \
    X(declared_buyer_id, "declared_buyer_id", KEY, "", "buyers", "In whose name", "申报的订购人") \
    X(order_sent_at, "order_sent_at", TIME, "", "", \
      "When the order message reached customs", "订单到达海关时间") \
    X(declared_at, "declared_at", TIME, "", "", "When the list was sent", "清单申报时间") \
    X(matched_at, "matched_at", TIME, "", "", "When the documents agreed", "单证比对通过时间") \
    X(released_at, "released_at", TIME, "", "", "When customs let it go", "放行时间") \
    X(mode, "mode", WORD, "", "", "Mode of supervision or procedure", "监管方式") \
    X(transport, "transport", WORD, "", "", "Mode of transport", "运输方式") \
    X(fault, "fault", WORD, "", "", "Why the documents came back once", "退单原因") \
    X(fault_code, "fault_code", INTEGER, "", "", "Code of customs for it", "退单代码") \
    X(currency, "currency", WORD, "", "", "Of the customs value", "完税价格币种") \
    X(customs_value, "customs_value", MONEY, "currency", "", "As assessed", "完税价格")

#define DATASET_DECLARATION_LINES(X) \
    X(order_id, "order_id", KEY, "", "declarations", "Declaration", "清单") \
    X(line_no, "line_no", INTEGER, "", "", "From 1", "行号") \
    X(hs_code, "hs_code", WORD, "", "", "Commodity code as declared", "申报商品编码") \
    X(origin, "origin", WORD, "", "", "Country of origin", "原产国") \
    X(quantity, "quantity", INTEGER, "", "", "Sales units", "数量") \
    X(net_weight_g, "net_weight_g", INTEGER, "g", "", "Net weight as declared", "申报净重") \
    X(value_currency, "value_currency", WORD, "", "", "Of the value", "币种") \
    X(declared_value, "declared_value", MONEY, "value_currency", "", "Value as declared", "申报价值") \
    X(currency, "currency", WORD, "", "", "Of the charges", "税费币种") \
    X(duty_rate, "duty_rate", RATE, "1", "", "Rate of duty, empty: no single one", "关税率") \
    X(duty, "duty", MONEY, "currency", "", "Duty and additional duties", "关税及加征") \
    X(consumption_tax_rate, "consumption_tax_rate", RATE, "1", "", "Rate of excise", "消费税率") \
    X(consumption_tax, "consumption_tax", MONEY, "currency", "", "Excise", "消费税") \
    X(vat_rate, "vat_rate", RATE, "1", "", "Rate of VAT", "增值税率") \
    X(vat, "vat", MONEY, "currency", "", "VAT or sales tax", "增值税或销售税") \
    X(other, "other", MONEY, "currency", "", "Other charges", "其他税费")

#define DATASET_TAX_BILLS(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(bill_no, "bill_no", WORD, "", "", "Number of the bill, empty: not by list", "税单编号") \
    X(paid_at, "paid_at", TIME, "", "", "When it was paid", "缴税时间") \
    X(currency, "currency", WORD, "", "", "Of the amounts", "币种") \
    X(duty, "duty", MONEY, "currency", "", "Duty and additional duties", "关税及加征") \
    X(consumption_tax, "consumption_tax", MONEY, "currency", "", "Excise", "消费税") \
    X(vat, "vat", MONEY, "currency", "", "VAT", "增值税") \
    X(sales_tax, "sales_tax", MONEY, "currency", "", "Sales tax", "销售税") \
    X(parcel_tax, "parcel_tax", MONEY, "currency", "", "Parcel tax", "行邮税") \
    X(fee, "fee", MONEY, "currency", "", "Fees and surcharges", "规费与附加") \
    X(total, "total", MONEY, "currency", "", "All of it", "合计")

#define DATASET_INSPECTIONS(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(office, "office", WORD, "", "", "Customs office", "关区") \
    X(port, "port", WORD, "", "", "Port of the scenario", "口岸") \
    X(inspected_at, "inspected_at", TIME, "", "", "When", "查验时间") \
    X(result, "result", WORD, "", "", "clean, or what was found", "查验结果") \
    X(outcome, "outcome", WORD, "", "", "released or refused", "处理结果") \
    X(currency, "currency", WORD, "", "", "Of the fine", "币种") \
    X(fine, "fine", MONEY, "currency", "", "Fine", "罚款")

#define DATASET_IRREGULARITIES(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(kind, "kind", WORD, "", "", "What it hid", "种类") \
    X(party_role, "party_role", WORD, "", "", "Who did it: seller or buyer", "责任方角色") \
    X(seller_id, "seller_id", KEY, "", "sellers", "Seller", "卖家") \
    X(lender_id, "lender_id", KEY, "", "buyers", "Whose name was borrowed, else empty", "被借用身份的人") \
    X(declared_share, "declared_share", RATE, "1", "", \
      "Declared share of the true price or weight", "申报占真实的比例") \
    X(currency, "currency", WORD, "", "", "Of the amounts", "币种") \
    X(evaded, "evaded", MONEY, "currency", "", \
      "What it would have owed beyond what was asked", "少缴税额") \
    X(inspected, "inspected", FLAG, "", "", "Did customs look at it?", "是否查验") \
    X(found, "found", FLAG, "", "", "Did customs find it?", "是否查获") \
    X(fine, "fine", MONEY, "currency", "", "Fine", "罚款")

#define DATASET_POSTINGS(X) \
    X(posting_id, "posting_id", KEY, "", "", "Number", "编号") \
    X(order_id, "order_id", KEY, "", "orders", "Order, empty for a shipment's", "订单，批次收付为空") \
    X(shipment_id, "shipment_id", KEY, "", "stock", "Shipment, empty for an order's", "批次") \
    X(posted_at, "posted_at", TIME, "", "", "When", "时间") \
    X(from_party, "from_party", WORD, "", "", "Who paid", "付款方") \
    X(to_party, "to_party", WORD, "", "", "Who was paid", "收款方") \
    X(kind, "kind", WORD, "", "", "What for", "种类") \
    X(class, "class", WORD, "", "", "Class of the kind", "类别") \
    X(layer, "layer", WORD, "", "", "Layer that the payment buys", "层") \
    X(currency, "currency", WORD, "", "", "Of the amount", "币种") \
    X(amount, "amount", MONEY, "currency", "", "Amount", "金额") \
    X(base_amount, "base_amount", MONEY, "base currency", "", "In the base currency", "本位币金额") \
    X(reason, "reason", WORD, "", "", "Row of the price list or step of the law", "依据")

#define DATASET_EVENTS(X) \
    X(event_id, "event_id", KEY, "", "", "Number", "编号") \
    X(order_id, "order_id", KEY, "", "orders", "Order, empty for a shipment's", "订单") \
    X(shipment_id, "shipment_id", KEY, "", "stock", "Shipment, empty for an order's", "批次") \
    X(happened_at, "happened_at", TIME, "", "", "When it began", "开始时间") \
    X(step, "step", WORD, "", "", "Step", "步骤") \
    X(layer, "layer", WORD, "", "", "Layer where it is taken", "层")

#define DATASET_STOCK(X) \
    X(shipment_id, "shipment_id", KEY, "", "", "Number", "编号") \
    X(flow, "flow", WORD, "", "", "Flow of the scenario", "流程") \
    X(product_id, "product_id", KEY, "", "products", "Product", "商品") \
    X(units, "units", INTEGER, "", "", "Bought", "购入件数") \
    X(left, "left", INTEGER, "", "", "Not sold in the end", "期末剩余") \
    X(state, "state", WORD, "", "", "moving, stocked, emptied, lost", "状态") \
    X(bought_at, "bought_at", TIME, "", "", "When", "购入时间") \
    X(stocked_at, "stocked_at", TIME, "", "", "When it was put away", "入库时间") \
    X(ended_at, "ended_at", TIME, "", "", "When the last unit went, or it was lost", "售罄或灭失时间") \
    X(gross_weight_g, "gross_weight_g", INTEGER, "g", "", "Gross weight", "毛重") \
    X(currency, "currency", WORD, "", "", "Of the amounts", "币种") \
    X(goods_cost, "goods_cost", MONEY, "currency", "", "Goods", "货款") \
    X(law_cost, "law_cost", MONEY, "currency", "", "Law", "法规层成本") \
    X(trade_cost, "trade_cost", MONEY, "currency", "", "Trade", "贸易层成本") \
    X(logistics_cost, "logistics_cost", MONEY, "currency", "", "Logistics", "物流层成本")

#define DATASET_DEPARTURES(X) \
    X(departure_id, "departure_id", KEY, "", "", "Number", "编号") \
    X(lane, "lane", WORD, "", "", "Lane of the scenario", "航线") \
    X(departed_at, "departed_at", TIME, "", "", "When", "开航时间") \
    X(room_g, "room_g", INTEGER, "g", "", "Room on that day", "当日舱位") \
    X(loaded_g, "loaded_g", INTEGER, "g", "", "Loaded", "装载") \
    X(waiting_g, "waiting_g", INTEGER, "g", "", "Left behind", "滞留") \
    X(surcharge, "surcharge", RATE, "1", "", "On freight from then on", "此后附加费率")

#define DATASET_ALLOWANCES(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(buyer_id, "buyer_id", KEY, "", "buyers", "Whose allowance", "额度所属人") \
    X(country, "country", WORD, "", "", "Whose law counts", "国家") \
    X(year, "year", INTEGER, "a", "", "Year", "年度") \
    X(currency, "currency", WORD, "", "", "Of the amounts", "币种") \
    X(used_before, "used_before", MONEY, "currency", "", "Used before", "此前已用") \
    X(taken, "taken", MONEY, "currency", "", "Taken by this order", "本单占用") \
    X(limit, "limit", MONEY, "currency", "", "Of a year", "年度限额")

#define DATASET_RETURNS(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(returned_at, "returned_at", TIME, "", "", "When the money went back", "退款时间") \
    X(reason, "reason", WORD, "", "", "withdrawal, door, fake, part", "原因") \
    X(currency, "currency", WORD, "", "", "Of the amount", "币种") \
    X(refunded, "refunded", MONEY, "currency", "", "Goods and freight given back", "退款")

#define DATASET_ORDERS_FLAT(X) \
    X(order_id, "order_id", KEY, "", "orders", "Order", "订单") \
    X(order_no, "order_no", WORD, "", "", "Order number", "订单号") \
    X(placed_at, "placed_at", TIME, "", "", "Placed", "下单") \
    X(paid_at, "paid_at", TIME, "", "", "Paid", "支付") \
    X(declared_at, "declared_at", TIME, "", "", "Declared", "申报") \
    X(released_at, "released_at", TIME, "", "", "Released", "放行") \
    X(dispatched_at, "dispatched_at", TIME, "", "", "Dispatched", "发运") \
    X(delivered_at, "delivered_at", TIME, "", "", "Delivered", "签收") \
    X(ended_at, "ended_at", TIME, "", "", "Ended", "结束") \
    X(state, "state", WORD, "", "", "State", "状态") \
    X(column, "column", WORD, "", "", "Column", "三纵") \
    X(channel, "channel", WORD, "", "", "Channel", "渠道") \
    X(buyer_id, "buyer_id", KEY, "", "buyers", "Buyer", "买家") \
    X(buyer_name, "buyer_name", TEXT, "", "", "Name", "姓名") \
    X(buyer_city, "buyer_city", TEXT, "", "", "Town", "城市") \
    X(buyer_country, "buyer_country", WORD, "", "", "Country", "国家") \
    X(seller_id, "seller_id", KEY, "", "sellers", "Seller", "卖家") \
    X(seller_party, "seller_party", WORD, "", "", "Kind of seller", "卖家角色") \
    X(sku, "sku", WORD, "", "", "Article of the first line", "首行货号") \
    X(product, "product", TEXT, "", "", "Name of the first line", "首行品名") \
    X(category, "category", WORD, "", "", "Category", "类别") \
    X(hs_code, "hs_code", WORD, "", "", "Commodity code", "商品编码") \
    X(origin, "origin", WORD, "", "", "Origin", "原产国") \
    X(units, "units", INTEGER, "", "", "Units", "件数") \
    X(gross_weight_g, "gross_weight_g", INTEGER, "g", "", "Gross weight", "毛重") \
    X(currency, "currency", WORD, "", "", "Of what the buyer saw", "币种") \
    X(goods_amount, "goods_amount", MONEY, "currency", "", "Goods", "货款") \
    X(freight, "freight", MONEY, "currency", "", "Freight", "运费") \
    X(tax, "tax", MONEY, "currency", "", "Tax", "税") \
    X(paid, "paid", MONEY, "currency", "", "Paid", "实付") \
    X(regime, "regime", WORD, "", "", "Regime", "制度") \
    X(charge_currency, "charge_currency", WORD, "", "", "Of the charges", "税费币种") \
    X(duty, "duty", MONEY, "charge_currency", "", "Duty", "关税") \
    X(consumption_tax, "consumption_tax", MONEY, "charge_currency", "", "Excise", "消费税") \
    X(vat, "vat", MONEY, "charge_currency", "", "VAT and sales tax", "增值税") \
    X(other_charges, "other_charges", MONEY, "charge_currency", "", "Others", "其他") \
    X(base_currency, "base_currency", WORD, "", "", "Of costs", "成本币种") \
    X(landed_cost, "landed_cost", MONEY, "base_currency", "", "Goods and all nodes", "到岸总成本") \
    X(margin, "margin", MONEY, "base_currency", "", "Margin", "毛利") \
    X(fault, "fault", WORD, "", "", "Why documents came back", "退单原因") \
    X(inspected, "inspected", FLAG, "", "", "Inspected", "是否查验") \
    X(returned, "returned", FLAG, "", "", "Returned", "是否退货") \
    X(lead_hours, "lead_hours", RATE, "h", "", "Placed to delivered", "下单到签收小时数")

#define DATASET_CUSTOMS_FRAUD(X) \
    X(declaration_id, "Declaration ID", KEY, "", "declarations", \
      "Order of the declaration", "清单对应订单") \
    X(date, "Date", DAY, "", "", "Of declaration", "申报日期") \
    X(office_id, "Office ID", WORD, "", "", "Customs office", "关区") \
    X(process_type, "Process Type", WORD, "", "", "B by list, C as a parcel", "处理方式") \
    X(import_type, "Import Type", WORD, "", "", "15 electronic commerce, 11 other", "进口类型") \
    X(import_use, "Import Use", WORD, "", "", "21 for sale, 11 for use", "用途") \
    X(payment_type, "Payment Type", WORD, "", "", "11 on the seller's bill, 13 on arrival", "缴税方式") \
    X(mode_of_transport, "Mode of Transport", WORD, "", "", \
      "40 air, 10 sea, 20 rail, 30 road, 50 post", "运输方式") \
    X(declarant_id, "Declarant ID", WORD, "", "", "Broker", "申报企业") \
    X(importer_id, "Importer ID", WORD, "", "", "In whose name", "订购人") \
    X(seller_id, "Seller ID", WORD, "", "", "Seller", "卖家") \
    X(courier_id, "Courier ID", WORD, "", "", "Courier", "快递企业") \
    X(hs6_code, "HS6 Code", WORD, "", "", "Declared, six digits", "申报编码前六位") \
    X(country_of_departure, "Country of Departure", WORD, "", "", "Departure", "启运国") \
    X(country_of_origin, "Country of Origin", WORD, "", "", "Origin", "原产国") \
    X(tax_rate, "Tax Rate", RATE, "%", "", "Charges in per cent of the customs value", "税费占完税价格百分比") \
    X(tax_type, "Tax Type", WORD, "", "", "A general, C retail import, P parcel, F free", "税种") \
    X(country_of_origin_indicator, "Country of Origin Indicator", WORD, "", "", \
      "G on the goods, B on the package", "原产地标识") \
    X(net_mass, "Net Mass", RATE, "kg", "", "Declared", "申报净重") \
    X(item_price, "Item Price", MONEY, "base currency", "", \
      "Declared value; with noise: times a trader's habit", "申报价格") \
    X(fraud, "Fraud", INTEGER, "", "", "1: the order hides something", "是否欺诈") \
    X(critical_fraud, "Critical Fraud", INTEGER, "", "", \
      "2: a fake order, a borrowed name, or not a third declared", "重大欺诈")

#define DATASET_TRIST(X) \
    X(transaction_id, "Transaction_ID", KEY, "", "declarations", \
      "Order of the declaration", "清单对应订单") \
    X(line, "Line", INTEGER, "", "", "From 1", "行号") \
    X(year, "Year", INTEGER, "a", "", "Of declaration", "年") \
    X(month, "Month", INTEGER, "", "", "Of declaration", "月") \
    X(hs_code, "HS_Code", WORD, "", "", "Declared", "商品编码") \
    X(cpc, "CPC", WORD, "", "", "Customs procedure", "监管方式") \
    X(origin, "Country_of_Origin", WORD, "", "", "Origin", "原产国") \
    X(currency, "Currency", WORD, "", "", "Of the amounts", "币种") \
    X(value, "CIF_Value", MONEY, "currency", "", "Customs value, by lines as declared", "完税价格") \
    X(net_weight, "Net_Weight_kg", RATE, "kg", "", "Declared", "净重") \
    X(statutory_rate, "Statutory_Duty_Rate", RATE, "1", "", \
      "Of the tariff, empty: no single one", "法定关税率") \
    X(statutory_duty, "Statutory_Duty", MONEY, "currency", "", "What the law asks", "法定关税") \
    X(collected_duty, "Collected_Duty", MONEY, "currency", "", "What was levied", "实征关税") \
    X(excise, "Excise", MONEY, "currency", "", "Levied", "消费税") \
    X(vat, "VAT", MONEY, "currency", "", "Levied", "增值税") \
    X(other, "Other", MONEY, "currency", "", "Levied", "其他")

#endif
