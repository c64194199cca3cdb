/* rule_words: names of facts, tariff kinds, persons, charges and confidences in two languages. */
#include <string.h>

#include "core/named.h"
#include "core/rule_int.h"

static const struct {
    const char *name, *en, *zh;
} words[] = {
    {"freight", "freight", "运费"},
    {"insurance", "insurance", "保险费"},
    {"discount", "discount", "折扣"},
    {"coupon", "coupon", "优惠券"},
    {"credit", "input tax", "可抵扣进项税额"},
    {"annual_used", "used this year", "本年已用额度"},
    {"fx_usd", "rate of the US dollar", "美元汇率"},
    {"fx_eur", "rate of the euro", "欧元汇率"},
    {"goods_usd", "goods in US dollars", "货价（美元）"},
    {"goods_eur", "goods in euro", "货价（欧元）"},
    {"landed_usd", "goods and freight in US dollars", "货价加运费（美元）"},
    {"landed_eur", "goods and freight in euro", "货价加运费（欧元）"},
    {"purchase_gross", "price with VAT", "含税购进价"},
    {"fob", "FOB value", "离岸价"},
    {"input_vat", "input VAT", "进项税额"},
    {"output_vat", "output VAT", "销项税额"},
    {"brought_forward", "credit brought forward", "上期留抵税额"},
    {"taxfree_materials", "materials free of tax", "免税购进原材料"},
    {"levy_given", "levy rate stated", "申报的征税率"},
    {"refund_given", "refund rate stated", "申报的退税率"},
    {"invoice_rate", "rate of the invoice", "发票税率"},
    {"refund_class", "class of the exporter", "出口企业管理类别"},
    {"unsold", "not sold yet", "尚未销售"},
    {"to_warehouse", "into a warehouse abroad", "出口至海外仓"},
    {"from_zone", "out of a customs zone", "自海关特殊监管区域出口"},
    {"from_market", "bought in a listed market without an invoice of VAT", "市场采购且无增值税发票"},
    {"pilot_zone", "in a comprehensive pilot zone", "在综合试验区"},
    {"claims_refund", "a refund is claimed", "申请退税"},
    {"restricted", "licence, inspection or export duty", "涉证、涉检或涉税"},
    {"goods", "price of the goods", "货价"},
    {"quantity", "quantity", "数量"},
    {"net_weight", "net weight in kg", "净重（千克）"},
    {"volume", "volume in litres", "容量（升）"},
    {"pieces", "pieces", "件数"},
    {"strength", "strength", "酒精度"},
    {"mfn", "most-favoured rate", "最惠国税率"},
    {"provisional", "provisional rate", "暂定税率"},
    {"fta", "rate of the agreement", "协定税率"},
    {"general", "general rate", "普通税率"},
    {"ad", "anti-dumping rate", "反倾销税率"},
    {"cvd", "countervailing rate", "反补贴税率"},
    {"additional", "additional rate", "加征税率"},
    {"simplified", "simplified rate", "简易税率"},
    {"gst", "GST rate", "GST 税率"},
    {"s301", "rate of the section 301 list", "301 清单税率"},
    {"s301_country", "rate of the section 301 action", "301 国别行动税率"},
    {"fentanyl", "rate of the fentanyl duty", "芬太尼关税税率"},
    {"reciprocal", "reciprocal rate", "对等关税税率"},
    {"floor", "all-in rate", "含第一栏的总税率"},
    {"labour", "rate of the forced-labour action", "强迫劳动行动税率"},
    {"labour_cap", "all-in rate of the forced-labour action", "强迫劳动行动总税率"},
    {"refund", "refund rate", "退税率"},
    {"refund_transition", "refund rate of the transition", "过渡期退税率"},
    {"list_price", "list price", "规定价格"},
    {"ct", "consumption tax item", "消费税税目"},
    {"vat", "VAT class", "增值税类别"},
    {"cbec", "positive list", "正面清单"},
    {"high", "high", "高"},
    {"medium", "medium", "中"},
    {"low", "low", "低"},
    {"assumed", "assumed", "假定"},
    {"conflict", "sources disagree", "来源不一"},
    {"unverified", "unverified", "未核实"},
    {"seller", "the seller", "卖方"},
    {"buyer", "the buyer", "买方"},
    {"marketplace", "the marketplace", "电商平台"},
    {"carrier", "the carrier", "承运人"},
    {"customs", "customs", "海关"},
    {"tax_office", "the tax office", "税务机关"},
    {"supplier", "the supplier", "供应商"},
    {"intermediary", "the intermediary", "申报代理人"},
    {"duty", "duty", "关税"},
    {"additional_duty", "additional duty", "加征关税"},
    {"trade_remedy", "trade remedy", "贸易救济税"},
    {"surcharge", "surcharge", "附加费"},
    {"consumption_tax", "consumption tax", "消费税"},
    {"vat_total", "VAT", "增值税"},
    {"sales_tax", "sales tax", "销售税"},
    {"parcel_tax", "parcel tax", "行邮税"},
    {"term", "a term of the law, no amount", "法定事项（非金额）"},
    {"fee", "fee", "规费"},
    {"drawback", "refund", "应退税额"},
    {"vat_cost", "VAT as cost", "计入成本的税额"},
    {"offset", "offset", "免抵税额"},
    {"carry_forward", "carried forward", "结转下期留抵"},
    {"payable", "payable", "应纳税额"},
    {"income_tax", "income tax", "企业所得税"},
    {"sale", "at the sale", "销售时"},
    {"entry", "at entry", "进境时"},
    {"claim", "with the claim", "申报退税时"},
    {"purchase", "with the purchase", "购进时"},
};

const char *rule_word(bool is_zh, const char *name)
{
    for (size_t i = 0; name && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, name) == 0)
            return is_zh ? words[i].zh : words[i].en;
    return name ? name : "";
}

const char *rule_title(const char *const title[3], const char *name, int lang)
{
    return title[lang] ? title[lang] : title[LANG_EN] ? title[LANG_EN] : name;
}
