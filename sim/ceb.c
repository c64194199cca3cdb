/* ceb: the tables, field by field as in the customs' schemas ceb-import.xsd and ceb-export.xsd. */
#include "sim/ceb.h"

#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/text.h"

static const char *const names[CEB_NAME_COUNT] = {
    "",
#define X(name) #name,
    CEB_NAMES(X)
#undef X
};

const char *ceb_name(enum ceb_name name)
{
    check(name < CEB_NAME_COUNT);
    return names[name];
}

/* clang-format off */
/* C text, V text of some values only, G guid, T time, D day, N decimal, I integer; o: may be left out. */
#define C(name, least, most) {CEB_##name, CEB_TEXT, false, least, most, NULL}
#define Co(name, least, most) {CEB_##name, CEB_TEXT, true, least, most, NULL}
#define V(name, least, most, only) {CEB_##name, CEB_TEXT, false, least, most, only}
#define G(name) {CEB_##name, CEB_GUID, false, 36, 36, NULL}
#define T(name, length) {CEB_##name, CEB_TIME, false, length, length, NULL}
#define D(name) {CEB_##name, CEB_DAY, false, 8, 8, NULL}
#define Do(name) {CEB_##name, CEB_DAY, true, 8, 8, NULL}
#define N(name) {CEB_##name, CEB_DECIMAL, false, 1, 21, NULL}
#define No(name) {CEB_##name, CEB_DECIMAL, true, 1, 21, NULL}
#define I(name, most) {CEB_##name, CEB_INTEGER, false, 1, most, NULL}
#define SENT(status_most) G(guid), V(appType, 1, 1, "1 2 3"), T(appTime, 14), V(appStatus, 1, status_most, "1 2")
#define RETURNED(info_least) C(returnStatus, 1, 10), T(returnTime, 17), C(returnInfo, info_least, 1000)
#define NOTE Co(note, 0, 1000)

const struct ceb_field ceb_transfer_fields[] = {
    C(copCode, 1, 18), C(copName, 0, 100), V(dxpMode, 3, 3, "DXP"), C(dxpId, 0, 30), NOTE, {0}};
const struct ceb_field ceb_subscribe_fields[] = {
    V(status, 0, 100, "ALL DATA RET"), V(dxpMode, 3, 3, "DXP"), C(dxpAddress, 0, 100), NOTE, {0}};

/* ---- import ---- */

static const struct ceb_field order_311[] = {
    SENT(3), V(orderType, 1, 1, "I"), C(orderNo, 1, 60), C(ebpCode, 1, 18), C(ebpName, 1, 100), C(ebcCode, 1, 18),
    C(ebcName, 1, 100), N(goodsValue), N(freight), N(discount), N(taxTotal), N(acturalPaid), V(currency, 3, 3, "142"),
    C(buyerRegNo, 1, 60), C(buyerName, 1, 60), C(buyerTelephone, 1, 30), V(buyerIdType, 1, 1, "1 2"),
    C(buyerIdNumber, 1, 60), Co(payCode, 0, 18), Co(payName, 0, 100), Co(payTransactionId, 0, 60),
    Co(batchNumbers, 0, 100), C(consignee, 1, 100), C(consigneeTelephone, 1, 50), C(consigneeAddress, 1, 200),
    Co(consigneeDistrict, 6, 6), NOTE, {0}};
static const struct ceb_field order_line_311[] = {
    I(gnum, 10), Co(itemNo, 0, 30), C(itemName, 1, 250), C(gmodel, 1, 510), Co(itemDescribe, 0, 1000),
    Co(barCode, 0, 50), C(unit, 3, 3), N(qty), N(price), N(totalPrice), V(currency, 3, 3, "142"), C(country, 3, 3),
    NOTE, {0}};
static const struct ceb_field return_312[] = {
    G(guid), C(ebpCode, 1, 18), C(ebcCode, 1, 18), C(orderNo, 1, 60), RETURNED(1), {0}};

static const struct ceb_field payment_411[] = {
    SENT(3), C(payCode, 1, 18), C(payName, 1, 100), C(payTransactionId, 1, 60), C(orderNo, 1, 60), C(ebpCode, 1, 18),
    C(ebpName, 1, 100), V(payerIdType, 1, 1, "1 2"), C(payerIdNumber, 1, 60), C(payerName, 1, 60), Co(telephone, 0, 60),
    N(amountPaid), V(currency, 3, 3, "142"), T(payTime, 14), NOTE, {0}};
static const struct ceb_field return_412[] = {
    G(guid), C(payCode, 1, 18), C(payTransactionId, 1, 60), RETURNED(1), {0}};

static const struct ceb_field waybill_511[] = {
    SENT(3), C(logisticsCode, 1, 18), C(logisticsName, 1, 100), C(logisticsNo, 1, 60), Co(billNo, 0, 37),
    C(orderNo, 1, 60), No(freight), No(insuredFee), V(currency, 3, 3, "142"), N(weight), I(packNo, 9),
    Co(goodsInfo, 0, 200), C(consignee, 1, 100), C(consigneeAddress, 1, 200), C(consigneeTelephone, 1, 50), NOTE, {0}};
static const struct ceb_field return_512[] = {
    G(guid), C(logisticsCode, 1, 18), C(logisticsNo, 1, 60), RETURNED(1), {0}};

static const struct ceb_field list_621[] = {
    SENT(3), C(orderNo, 1, 60), C(ebpCode, 1, 18), C(ebpName, 1, 100), C(ebcCode, 1, 18), C(ebcName, 1, 100),
    C(logisticsNo, 1, 60), C(logisticsCode, 1, 18), C(logisticsName, 1, 100), Co(copNo, 0, 20), Co(preNo, 0, 18),
    C(assureCode, 1, 30), Co(emsNo, 0, 30), Co(invtNo, 0, 18), V(ieFlag, 1, 1, "I"), D(declTime), C(customsCode, 4, 4),
    C(portCode, 4, 4), Do(ieDate), V(buyerIdType, 1, 1, "1 2"), C(buyerIdNumber, 1, 60), C(buyerName, 1, 60),
    C(buyerTelephone, 1, 30), C(consigneeAddress, 1, 200), C(agentCode, 1, 18), C(agentName, 1, 100),
    Co(areaCode, 0, 18), Co(areaName, 0, 100), V(tradeMode, 4, 4, "9610 1210 1239"), C(trafMode, 1, 1),
    Co(trafNo, 0, 100), Co(voyageNo, 0, 32), Co(billNo, 0, 37), Co(loctNo, 0, 10), Co(licenseNo, 0, 19),
    C(country, 3, 3), N(freight), N(insuredFee), V(currency, 3, 3, "142"), Co(wrapType, 1, 1), I(packNo, 9),
    N(grossWeight), N(netWeight), NOTE, {0}};
static const struct ceb_field list_line_621[] = {
    I(gnum, 10), Co(itemRecordNo, 0, 30), Co(itemNo, 0, 20), Co(itemName, 0, 250), C(gcode, 10, 10), C(gname, 1, 250),
    C(gmodel, 1, 510), Co(barCode, 0, 50), C(country, 3, 3), Co(tradeCountry, 1, 3), V(currency, 3, 3, "142"), N(qty),
    C(unit, 3, 3), N(qty1), C(unit1, 3, 3), No(qty2), Co(unit2, 3, 3), N(price), N(totalPrice), NOTE, {0}};
static const struct ceb_field return_622[] = {
    G(guid), Co(customsCode, 4, 4), Co(ebpCode, 1, 18), Co(ebcCode, 1, 18), Co(agentCode, 1, 18), C(copNo, 1, 20),
    C(preNo, 18, 18), Co(invtNo, 18, 18), RETURNED(1), {0}};

/* 623 and 625: what is wanted of a list that customs has. */
static const struct ceb_field change_623[] = {
    SENT(3), C(customsCode, 4, 4), C(orderNo, 1, 60), C(ebpCode, 1, 18), C(ebpName, 1, 100), C(ebcCode, 1, 18),
    C(ebcName, 1, 100), C(logisticsNo, 1, 60), C(logisticsCode, 1, 18), C(logisticsName, 1, 100), Co(copNo, 0, 20),
    Co(preNo, 0, 18), C(invtNo, 1, 18), V(buyerIdType, 1, 1, "1 2"), C(buyerIdNumber, 1, 60), C(buyerName, 1, 60),
    C(buyerTelephone, 1, 30), C(agentCode, 1, 18), C(agentName, 1, 100), C(reason, 1, 1000), NOTE, {0}};
static const struct ceb_field change_line_625[] = {
    I(gnum, 10), C(gcode, 10, 10), C(gname, 1, 250), N(qty), C(unit, 3, 3), NOTE, {0}};
static const struct ceb_field return_624[] = {
    G(guid), Co(customsCode, 4, 4), Co(agentCode, 1, 18), Co(ebpCode, 1, 18), Co(ebcCode, 1, 18), C(copNo, 1, 20),
    C(preNo, 18, 18), Co(invtNo, 18, 18), RETURNED(1), {0}};

static const struct ceb_field stock_711[] = {
    SENT(3), C(customsCode, 4, 4), Co(copNo, 0, 20), Co(preNo, 0, 18), Co(rkdNo, 0, 18), C(operatorCode, 1, 18),
    C(operatorName, 1, 100), V(ieFlag, 1, 1, "I"), C(trafMode, 1, 1), C(trafNo, 1, 100), C(voyageNo, 1, 32),
    C(billNo, 1, 37), C(logisticsCode, 1, 18), C(logisticsName, 1, 100), Co(unloadLocation, 0, 100), NOTE, {0}};
static const struct ceb_field stock_line_711[] = {I(gnum, 10), C(logisticsNo, 1, 60), NOTE, {0}};
static const struct ceb_field return_712[] = {
    G(guid), Co(customsCode, 4, 4), Co(operatorCode, 1, 18), Co(copNo, 0, 20), Co(preNo, 0, 18), Co(rkdNo, 0, 18),
    RETURNED(1), {0}};

static const struct ceb_field tax_816[] = {
    G(guid), T(returnTime, 17), C(invtNo, 1, 18), C(taxNo, 1, 50), N(customsTax), N(valueAddedTax), N(consumptionTax),
    V(status, 1, 1, "1 2 3"), Co(entDutyNo, 0, 50), NOTE, Co(assureCode, 0, 64), Co(ebcCode, 0, 64),
    Co(logisticsCode, 0, 64), Co(agentCode, 1, 18), Co(customsCode, 4, 4), {0}};
static const struct ceb_field tax_line_816[] = {
    I(gnum, 10), C(gcode, 10, 10), N(taxPrice), N(customsTax), N(valueAddedTax), N(consumptionTax), {0}};

/* What the port says of a message that it cannot take. */
static const struct ceb_field format_900[] = {
    G(guid), C(returnStatus, 1, 10), C(returnInfo, 0, 5000), T(returnTime, 17), C(oriCopMsgId, 0, 255),
    C(oriMessageType, 0, 15), C(oriBizMessage, 0, UINT32_MAX), {0}};

/* ---- export ---- */

static const struct ceb_field order_303[] = {
    SENT(1), V(orderType, 1, 1, "I E B W"), C(orderNo, 0, 60), C(ebpCode, 0, 18), C(ebpName, 0, 100), C(ebcCode, 0, 18),
    C(ebcName, 0, 100), N(goodsValue), N(freight), C(currency, 3, 3), NOTE, {0}};
static const struct ceb_field order_line_303[] = {
    I(gnum, 5), C(itemNo, 0, 30), C(itemName, 0, 250), Co(itemDescribe, 0, 1000), Co(barCode, 0, 50), C(unit, 3, 3),
    C(currency, 3, 3), N(qty), N(price), N(totalPrice), NOTE, {0}};
static const struct ceb_field return_304[] = {
    G(guid), C(ebpCode, 0, 18), C(ebcCode, 0, 18), C(orderNo, 0, 60), RETURNED(0), {0}};

static const struct ceb_field receipt_403[] = {
    SENT(1), C(ebpCode, 0, 18), C(ebpName, 0, 100), C(ebcCode, 0, 18), C(ebcName, 0, 100), C(orderNo, 0, 60),
    Co(payCode, 0, 18), C(payName, 0, 100), Co(payNo, 0, 60), N(charge), C(currency, 3, 3), T(accountingDate, 14), NOTE,
    {0}};
static const struct ceb_field return_404[] = {
    G(guid), C(ebcCode, 0, 18), C(orderNo, 0, 60), Co(payNo, 0, 60), RETURNED(0), {0}};

static const struct ceb_field waybill_505[] = {
    SENT(1), C(logisticsCode, 0, 18), C(logisticsName, 0, 100), C(logisticsNo, 0, 32), N(freight), N(insuredFee),
    C(currency, 3, 3), N(grossWeight), I(packNo, 9), C(goodsInfo, 0, 200), Co(ebcCode, 0, 18), Co(ebcName, 0, 100),
    Co(ebcTelephone, 0, 50), NOTE, {0}};
static const struct ceb_field return_506[] = {
    G(guid), C(logisticsCode, 0, 18), C(logisticsNo, 0, 32), RETURNED(0), {0}};

static const struct ceb_field list_603[] = {
    SENT(1), C(customsCode, 4, 4), C(ebpCode, 0, 18), C(ebpName, 0, 100), C(orderNo, 0, 60), C(logisticsCode, 0, 18),
    C(logisticsName, 0, 100), C(logisticsNo, 0, 32), C(copNo, 0, 30), Co(preNo, 18, 18), Co(invtNo, 0, 20),
    V(ieFlag, 1, 1, "I E"), C(portCode, 4, 4), D(ieDate), V(statisticsFlag, 1, 1, "A B"), C(agentCode, 0, 18),
    C(agentName, 0, 100), C(ebcCode, 0, 18), C(ebcName, 0, 100), C(ownerCode, 0, 18), C(ownerName, 0, 100),
    Co(iacCode, 0, 18), Co(iacName, 0, 100), Co(emsNo, 0, 30), V(tradeMode, 4, 4, "9610 1210 1239 9710 9810"),
    C(trafMode, 1, 1), Co(trafName, 0, 100), Co(voyageNo, 0, 32), Co(billNo, 0, 37), Co(totalPackageNo, 0, 37),
    Co(loctNo, 0, 10), Co(licenseNo, 0, 19), C(country, 3, 3), C(POD, 3, 4), N(freight), C(fCurrency, 3, 3),
    V(fFlag, 1, 1, "1 2 3"), N(insuredFee), C(iCurrency, 3, 3), V(iFlag, 1, 1, "1 2 3"), C(wrapType, 1, 1),
    I(packNo, 9), N(grossWeight), N(netWeight), NOTE, {0}};
static const struct ceb_field list_line_603[] = {
    I(gnum, 5), C(itemNo, 0, 20), Co(itemRecordNo, 0, 30), Co(itemName, 0, 250), C(gcode, 10, 10), C(gname, 0, 250),
    C(gmodel, 0, 250), C(barCode, 0, 50), C(country, 3, 3), C(currency, 3, 3), N(qty), N(qty1), No(qty2), C(unit, 3, 3),
    C(unit1, 3, 3), Co(unit2, 0, 3), N(price), N(totalPrice), NOTE, {0}};
static const struct ceb_field return_604[] = {
    G(guid), C(agentCode, 0, 18), C(copNo, 0, 30), C(preNo, 18, 18), C(invtNo, 0, 20), C(ebcCode, 0, 18),
    C(ebpCode, 0, 18), C(orderNo, 0, 60), V(statisticsFlag, 1, 1, "A B"), RETURNED(0), {0}};

/* clang-format on */

#undef C
#undef Co
#undef V
#undef G
#undef T
#undef D
#undef Do
#undef N
#undef No
#undef I
#undef SENT
#undef RETURNED
#undef NOTE

enum { EXPORT = true, RECEIPT = true, SIGNED = true };

/* number, record, head, list, records, lines, export, receipt, signature required, what it is */
const struct ceb_message ceb_messages[] = {
    {311, "Order", {"OrderHead", order_311}, {"OrderList", order_line_311}, 100, 99, !EXPORT, !RECEIPT, !SIGNED,
     "Order", "电子订单"},
    {312, "OrderReturn", {NULL, return_312}, {0}, 100, 0, !EXPORT, RECEIPT, !SIGNED, "Receipt of an order", "订单回执"},
    {411, "Payment", {"PaymentHead", payment_411}, {0}, 100, 0, !EXPORT, !RECEIPT, !SIGNED, "Payment", "支付凭证"},
    {412, "PaymentReturn", {NULL, return_412}, {0}, 100, 0, !EXPORT, RECEIPT, !SIGNED, "Receipt of a payment",
     "支付凭证回执"},
    {511, "Logistics", {"LogisticsHead", waybill_511}, {0}, 100, 0, !EXPORT, !RECEIPT, !SIGNED, "Waybill", "物流运单"},
    {512, "LogisticsReturn", {NULL, return_512}, {0}, 100, 0, !EXPORT, RECEIPT, !SIGNED, "Receipt of a waybill",
     "物流运单回执"},
    {621, "Inventory", {"InventoryHead", list_621}, {"InventoryList", list_line_621}, 100, 99, !EXPORT, !RECEIPT,
     SIGNED, "Import list", "进口清单"},
    {622, "InventoryReturn", {NULL, return_622}, {0}, 100, 0, !EXPORT, RECEIPT, !SIGNED, "Receipt of an import list",
     "进口清单回执"},
    {623, "InvtCancel", {NULL, change_623}, {0}, 100, 0, !EXPORT, !RECEIPT, SIGNED, "Cancelling a list", "撤销申请单"},
    {624, "InvtCancelReturn", {NULL, return_624}, {0}, 100, 0, !EXPORT, RECEIPT, !SIGNED,
     "Receipt of a cancelling", "撤销申请单回执"},
    {625, "InvtRefund", {"InvtRefundHead", change_623}, {"InvtRefundList", change_line_625}, 100, 99, !EXPORT, !RECEIPT,
     SIGNED, "Returned goods", "退货申请单"},
    {626, "InvtRefundReturn", {NULL, return_624}, {0}, 100, 0, !EXPORT, RECEIPT, !SIGNED,
     "Receipt of returned goods", "退货申请单回执"},
    {711, "Delivery", {"DeliveryHead", stock_711}, {"DeliveryList", stock_line_711}, 1, 0, !EXPORT, !RECEIPT, SIGNED,
     "Arrival at the site", "入库明细单"},
    {712, "DeliveryReturn", {NULL, return_712}, {0}, 100, 0, !EXPORT, RECEIPT, !SIGNED,
     "Receipt of an arrival at the site", "入库明细单回执"},
    {816, "Tax", {"TaxHeadRd", tax_816}, {"TaxListRd", tax_line_816}, 0, 99, !EXPORT, RECEIPT, !SIGNED, "Tax bill",
     "电子税单"},
    {900, "MessageReturn", {NULL, format_900}, {0}, 1, 0, !EXPORT, RECEIPT, !SIGNED, "Receipt of the format",
     "报文格式校验回执"},
    {303, "Order", {"OrderHead", order_303}, {"OrderList", order_line_303}, 100, 100, EXPORT, !RECEIPT, !SIGNED,
     "Order of an export", "出口电子订单"},
    {304, "OrderReturn", {NULL, return_304}, {0}, 100, 0, EXPORT, RECEIPT, !SIGNED, "Receipt of an export's order",
     "出口订单回执"},
    {403, "Receipts", {NULL, receipt_403}, {0}, 100, 0, EXPORT, !RECEIPT, !SIGNED, "Money received", "收款单"},
    {404, "ReceiptsReturn", {NULL, return_404}, {0}, 100, 0, EXPORT, RECEIPT, !SIGNED, "Receipt of money received",
     "收款单回执"},
    {505, "Logistics", {NULL, waybill_505}, {0}, 100, 0, EXPORT, !RECEIPT, !SIGNED, "Waybill of an export",
     "出口物流运单"},
    {506, "LogisticsReturn", {NULL, return_506}, {0}, 100, 0, EXPORT, RECEIPT, !SIGNED,
     "Receipt of an export's waybill", "出口物流运单回执"},
    {603, "Inventory", {"InventoryHead", list_603}, {"InventoryList", list_line_603}, 100, 100, EXPORT, !RECEIPT,
     !SIGNED, "Export list", "出口清单"},
    {604, "InventoryReturn", {NULL, return_604}, {0}, 100, 0, EXPORT, RECEIPT, !SIGNED, "Receipt of an export list",
     "出口清单回执"},
    {0}};

const struct ceb_message *ceb_find(unsigned number)
{
    for (const struct ceb_message *message = ceb_messages; message->number; message++)
        if (message->number == number)
            return message;
    return NULL;
}

/* ---- values ---- */

static bool is_listed(const char *list, const char *text)
{
    size_t length = strlen(text);
    for (const char *at = list; at && *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == length && memcmp(at, text, word) == 0)
            return true;
        at += word;
    }
    return false;
}

static struct text trimmed(const char *text)
{
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length && strchr(" \t\r\n", text[length - 1]))
        length--;
    return (struct text){text, length};
}

static size_t digits_at(struct text text, size_t at)
{
    size_t count = 0;
    while (at + count < text.len && text.ptr[at + count] >= '0' && text.ptr[at + count] <= '9')
        count++;
    return count;
}

static bool is_decimal(struct text text)
{
    size_t at = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+');
    size_t whole = digits_at(text, at), rest = 0;
    at += whole;
    if (at < text.len && text.ptr[at] == '.')
        rest = digits_at(text, ++at);
    return whole + rest > 0 && at + rest == text.len && rest <= 5 && whole + rest <= 19;
}

static bool is_integer(struct text text, size_t most)
{
    size_t at = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'), count = digits_at(text, at);
    return count > 0 && count <= most && at + count == text.len;
}

static int number_at(const char *text, size_t count)
{
    int number = 0;
    while (count--)
        number = number * 10 + *text++ - '0';
    return number;
}

static bool is_day(struct text text)
{
    if (digits_at(text, 0) < 8)
        return false;
    int32_t year = number_at(text.ptr, 4), month = number_at(text.ptr + 4, 2), day = number_at(text.ptr + 6, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    struct civil civil = date_civil(date_day(year, month, day));
    return civil.month == month && civil.day == day;
}

static bool is_time(struct text text)
{
    return digits_at(text, 0) == text.len && is_day(text) && number_at(text.ptr + 8, 2) < 24 &&
           number_at(text.ptr + 10, 2) < 60 && number_at(text.ptr + 12, 2) < 60;
}

static bool is_guid(struct text text)
{
    return strspn(text.ptr, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == text.len;
}

static const char *fault_of_type(const struct ceb_field *field, struct text text)
{
    switch ((enum ceb_type)field->type) {
    case CEB_GUID:
        return is_guid(text) ? NULL : "takes letters, digits and dashes";
    case CEB_TIME:
        return is_time(text) ? NULL : "takes a time as YYYYMMDDhhmmss";
    case CEB_DAY:
        return is_day(text) ? NULL : "takes a day as YYYYMMDD";
    case CEB_DECIMAL:
        return is_decimal(text) ? NULL : "takes a decimal number of at most 19 digits, 5 of them behind the point";
    case CEB_INTEGER:
        return is_integer(text, field->most) ? NULL : "takes a whole number";
    case CEB_TEXT:
        return !field->only || is_listed(field->only, text.ptr) ? NULL : "takes one of a few values";
    case CEB_UNSET:
        break;
    }
    check(field->type != CEB_UNSET);
    return NULL;
}

const char *ceb_fault(const struct ceb_field *field, const char *text)
{
    bool is_number = field->type == CEB_DECIMAL || field->type == CEB_INTEGER;
    if (is_number)
        return fault_of_type(field, trimmed(text));
    size_t length = strlen(text), characters = length ? err_width(text, length) : 0;
    if (characters < field->least || characters > field->most)
        return characters < field->least ? "is too short" : "is too long";
    if (characters == 0)
        return field->is_optional ? NULL : "must not be empty";
    return fault_of_type(field, (struct text){text, length});
}
