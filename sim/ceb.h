/* ceb: China's unified messages of cross-border e-commerce (schema of 2022-05) as data: one table of fields a message,
 * which serves the writer, the reader, and the comparison of documents.
 *
 * An element has the same name in every message where it means the same, so an order is one set of values by name, and
 * each of its messages is what the message's table picks out of it. */
#ifndef CEB_H
#define CEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Elements that hold text, in order of first sight. Spellings are the schema's: acturalPaid. */
#define CEB_NAMES(X)                                                                               \
    X(guid) X(appType) X(appTime) X(appStatus) X(orderType) X(orderNo) X(ebpCode) X(ebpName) X(ebcCode) X(ebcName) \
    X(goodsValue) X(freight) X(discount) X(taxTotal) X(acturalPaid) X(currency) X(buyerRegNo) X(buyerName) \
    X(buyerTelephone) X(buyerIdType) X(buyerIdNumber) X(payCode) X(payName) X(payTransactionId) X(batchNumbers) \
    X(consignee) X(consigneeTelephone) X(consigneeAddress) X(consigneeDistrict) X(note) X(gnum) X(itemNo) X(itemName) \
    X(gmodel) X(itemDescribe) X(barCode) X(unit) X(qty) X(price) X(totalPrice) X(country) X(returnStatus) \
    X(returnTime) X(returnInfo) X(payerIdType) X(payerIdNumber) X(payerName) X(telephone) X(amountPaid) X(payTime) \
    X(logisticsCode) X(logisticsName) X(logisticsNo) X(billNo) X(insuredFee) X(weight) X(packNo) X(goodsInfo) X(copNo) \
    X(preNo) X(assureCode) X(emsNo) X(invtNo) X(ieFlag) X(declTime) X(customsCode) X(portCode) X(ieDate) X(agentCode) \
    X(agentName) X(areaCode) X(areaName) X(tradeMode) X(trafMode) X(trafNo) X(voyageNo) X(loctNo) X(licenseNo) \
    X(wrapType) X(grossWeight) X(netWeight) X(itemRecordNo) X(gcode) X(gname) X(tradeCountry) X(qty1) X(unit1) X(qty2) \
    X(unit2) X(reason) X(rkdNo) X(operatorCode) X(operatorName) X(unloadLocation) X(taxNo) X(customsTax) \
    X(valueAddedTax) X(consumptionTax) X(status) X(entDutyNo) X(taxPrice) X(payNo) X(charge) X(accountingDate) \
    X(ebcTelephone) X(statisticsFlag) X(ownerCode) X(ownerName) X(iacCode) X(iacName) X(trafName) X(totalPackageNo) \
    X(POD) X(fCurrency) X(fFlag) X(iCurrency) X(iFlag) X(copCode) X(copName) X(dxpMode) X(dxpId) X(dxpAddress) \
    X(oriCopMsgId) X(oriMessageType) X(oriBizMessage)

enum ceb_name {
    CEB_NONE,
#define X(name) CEB_##name,
    CEB_NAMES(X)
#undef X
    CEB_NAME_COUNT
};
const char *ceb_name(enum ceb_name name);

enum ceb_type {
    CEB_UNSET,
    CEB_TEXT,
    CEB_GUID,    /* 36 letters, digits and dashes; capitals by rule, not by the schema */
    CEB_TIME,    /* YYYYMMDDhhmmss of Beijing, with 17 digits to the millisecond */
    CEB_DAY,     /* YYYYMMDD */
    CEB_DECIMAL, /* at most 19 digits, 5 of them behind the point */
    CEB_INTEGER, /* at most `most` digits */
};

struct ceb_field {
    uint8_t name, type;
    bool is_optional;
    uint32_t least, most; /* characters, not bytes */
    const char *only;     /* the values that it may have, by blanks; NULL: any */
};

/* `element` NULL: there is none, and the fields of a head stand in the record itself. Fields end with CEB_NONE. */
struct ceb_part {
    const char *element;
    const struct ceb_field *fields;
};

struct ceb_message {
    uint16_t number;      /* of CEBnnnMessage; 0 ends a table */
    const char *record;   /* the element that repeats */
    struct ceb_part head, list;
    uint32_t records_most, lines_most; /* 0: no bound */
    bool is_export, is_receipt, needs_signature;
    const char *en, *zh;
};

extern const struct ceb_message ceb_messages[];
extern const struct ceb_field ceb_transfer_fields[], ceb_subscribe_fields[];
#define CEB_NAMESPACE "http://www.chinaport.gov.cn/ceb"

const struct ceb_message *ceb_find(unsigned number); /* NULL: not one of ours */

/* Why a field does not admit a text, as words behind its name; NULL when it does. Blanks around numbers are allowed. */
const char *ceb_fault(const struct ceb_field *field, const char *text);

/* Text of each element, NUL-terminated, borrowed; NULL: not there. */
struct ceb_values {
    const char *at[CEB_NAME_COUNT];
};
struct ceb_record {
    const struct ceb_values *head;
    const struct ceb_values *const *line;
    uint32_t lines;
};
/* A message with all that it holds. Transfer: who sends it (copCode …); a receipt has none. */
struct ceb_document {
    const struct ceb_message *message;
    const char *guid;
    const struct ceb_record *record;
    uint32_t records;
    const struct ceb_values *transfer;
    bool is_signed; /* as read; whether the signature is good is not known here */
};

#endif
