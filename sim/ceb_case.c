/* ceb_case: fills one set of values by element name, and lists which message goes when. */
#include "sim/ceb_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/fact.h"
#include "core/money.h"
#include "core/rule.h"
#include "customs/declare.h"
#include "sim/ceb_code.h"
#include "sim/ceb_match.h"
#include "sim/scenario.h"

/* How long the electronic port and customs take: nobody publishes it, assumed. */
enum { AT_PORT_S = 3, AT_CUSTOMS_S = 8, STORED_S = 40, BEIJING_S = 8 * 3600 };

void ceb_case_stamp(int64_t time, char out[15])
{
    char text[21];
    time_write(time + BEIJING_S, text); /* "YYYY-MM-DDTHH:MM:SSZ" */
    snprintf(out, 15, "%.4s%.2s%.2s%.2s%.2s%.2s", text, text + 5, text + 8, text + 11, text + 14, text + 17);
}

/* ---- texts ---- */

static const char *say(struct ceb_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *say(struct ceb_case *c, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    check(length >= 0);
    return arena_copy(&c->arena, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

static const char *decimal(struct ceb_case *c, int64_t value, unsigned digits)
{
    struct buf text = {0};
    buf_decimal(&text, value, digits);
    const char *copy = arena_copy(&c->arena, text.data, text.length);
    buf_finish(&text);
    return copy;
}

static const char *amount(struct ceb_case *c, int64_t minor, unsigned currency)
{
    return decimal(c, minor, currency_digits(currency));
}

static const char *stamp(struct ceb_case *c, int64_t time)
{
    char text[15];
    ceb_case_stamp(time, text);
    return arena_copy(&c->arena, text, 14);
}

static const char *day(struct ceb_case *c, int64_t time)
{
    char text[15];
    ceb_case_stamp(time, text);
    return arena_copy(&c->arena, text, 8);
}

/* The first characters of a text, so that fields of different lengths hold the same. */
static const char *cut(struct ceb_case *c, const char *text, size_t most)
{
    size_t at = 0;
    for (size_t count = 0; text[at] && count < most; count++)
        for (at++; (text[at] & 0xC0) == 0x80; at++)
            ;
    return arena_copy(&c->arena, text, at);
}

static const char *number_of(struct ceb_case *c, enum dossier_document document)
{
    char text[DOSSIER_NUMBER_ROOM];
    dossier_number(c->dossier, document, text);
    return *text ? arena_copy(&c->arena, text, strlen(text)) : NULL;
}

/* A tariff number of ten digits: what is known of it, filled up with zeros. */
static const char *tariff_number(struct ceb_case *c, const char *hs)
{
    char text[10];
    size_t length = strnlen(hs, sizeof text);
    memset(text, '0', sizeof text);
    memcpy(text, hs, length);
    return arena_copy(&c->arena, text, sizeof text);
}

/* ---- what is the same in every message ---- */

#define SET(values, name, text) ((values)->at[CEB_##name] = (text))

static void name_firm(struct ceb_case *c, enum dossier_role role, enum ceb_name code, enum ceb_name name)
{
    const struct dossier_firm *firm = &c->dossier->firm[role];
    struct persona_firm who;
    if (!firm->number) /* nobody is paid for it: the seller does it */
        firm = &c->dossier->firm[DOSSIER_SELLER];
    persona_firm(&who, c->seed, firm->number, firm->country, (enum persona_trade)firm->trade);
    c->all.at[code] = arena_copy(&c->arena, who.customs_code, strlen(who.customs_code));
    c->all.at[name] = arena_copy(&c->arena, who.name, strlen(who.name));
    struct ceb_values *sender = arena_array(&c->arena, struct ceb_values, 1);
    SET(sender, copCode, c->all.at[code]);
    SET(sender, copName, c->all.at[name]);
    SET(sender, dxpMode, "DXP");
    SET(sender, dxpId, say(c, "DXPENT%s", who.customs_code));
    c->sender[role] = sender;
    if (role == DOSSIER_SELLER)
        SET(&c->all, ebcTelephone, say(c, "%s", who.phone));
}

static void name_firms(struct ceb_case *c)
{
    name_firm(c, DOSSIER_SELLER, CEB_ebcCode, CEB_ebcName);
    name_firm(c, DOSSIER_PLATFORM, CEB_ebpCode, CEB_ebpName);
    name_firm(c, DOSSIER_PAYMENT_FIRM, CEB_payCode, CEB_payName);
    name_firm(c, DOSSIER_CARRIER, CEB_logisticsCode, CEB_logisticsName);
    name_firm(c, DOSSIER_BROKER, CEB_agentCode, CEB_agentName);
}

static void name_persons(struct ceb_case *c)
{
    const struct dossier *d = c->dossier;
    struct persona buyer, receiver;
    persona_person(&buyer, c->seed, d->declared_buyer, d->buyer_country);
    persona_person(&receiver, c->seed, d->buyer, d->buyer_country);
    SET(&c->all, buyerRegNo, say(c, "U%llu", (unsigned long long)d->buyer));
    SET(&c->all, buyerName, say(c, "%s", buyer.name));
    SET(&c->all, buyerTelephone, say(c, "%s", buyer.phone));
    SET(&c->all, buyerIdType, "1");
    SET(&c->all, buyerIdNumber, say(c, "%s", buyer.id_number));
    SET(&c->all, payerIdType, "1");
    SET(&c->all, payerIdNumber, c->all.at[CEB_buyerIdNumber]);
    SET(&c->all, payerName, c->all.at[CEB_buyerName]);
    SET(&c->all, telephone, c->all.at[CEB_buyerTelephone]);
    SET(&c->all, consignee, say(c, "%s", receiver.name));
    SET(&c->all, consigneeTelephone, say(c, "%s", receiver.phone));
    SET(&c->all, consigneeAddress, say(c, "%s", receiver.address));
    if (strlen(receiver.district) == 6)
        SET(&c->all, consigneeDistrict, say(c, "%s", receiver.district));
}

static const char *country_of(const struct dossier *d)
{
    bool is_bonded = d->record.channel == CHANNEL_BONDED; /* it sets out from a zone at home */
    bool is_import = d->record.column == COLUMN_IMPORT_RETAIL;
    return is_bonded ? "142" : ceb_code_country(is_import ? d->record.from : d->record.to);
}

static void state_terms(struct ceb_case *c)
{
    const struct dossier *d = c->dossier;
    const struct order_record *r = &d->record;
    const char *currency = ceb_code_currency(currency_code(r->currency));
    bool is_import = r->column == COLUMN_IMPORT_RETAIL;
    int64_t goods = 0, gross = 0, net = 0;
    for (uint32_t i = 0; i < d->lines; i++) {
        goods += d->line[i].declared_value;
        gross += d->line[i].declared_gross_g;
        net += d->line[i].declared_net_g;
    }
    SET(&c->all, goodsValue, amount(c, goods, r->currency));
    SET(&c->all, freight, amount(c, r->freight, r->currency));
    SET(&c->all, discount, "0"); /* the world's buyers have no coupons */
    SET(&c->all, taxTotal, amount(c, r->tax, r->currency));
    SET(&c->all, acturalPaid, amount(c, goods + r->freight + r->tax, r->currency));
    SET(&c->all, amountPaid, c->all.at[CEB_acturalPaid]);
    SET(&c->all, charge, amount(c, goods + r->freight, r->currency));
    SET(&c->all, currency, currency);
    SET(&c->all, fCurrency, currency);
    SET(&c->all, fFlag, "3");
    SET(&c->all, insuredFee, "0");
    SET(&c->all, iCurrency, currency);
    SET(&c->all, iFlag, "3");
    SET(&c->all, weight, decimal(c, gross, 3));
    SET(&c->all, grossWeight, c->all.at[CEB_weight]);
    SET(&c->all, netWeight, decimal(c, net < gross ? net : gross, 3));
    SET(&c->all, packNo, "1");
    SET(&c->all, wrapType, "2");
    SET(&c->all, orderType, is_import ? "I" : "E");
    SET(&c->all, ieFlag, is_import ? "I" : "E");
    SET(&c->all, country, country_of(d));
    SET(&c->all, POD, ceb_code_country(r->to));
    SET(&c->all, trafMode, ceb_code_transport(d->terms->transport));
    SET(&c->all, tradeMode, r->channel == CHANNEL_BONDED ? "1210" : "9610");
    SET(&c->all, statisticsFlag, d->is_listed_only ? "A" : "B");
}

static void state_numbers(struct ceb_case *c)
{
    const struct dossier *d = c->dossier;
    SET(&c->all, orderNo, number_of(c, DOSSIER_DOC_ORDER));
    SET(&c->all, payTransactionId, number_of(c, DOSSIER_DOC_PAYMENT));
    SET(&c->all, payNo, c->all.at[CEB_payTransactionId]);
    SET(&c->all, logisticsNo, number_of(c, DOSSIER_DOC_WAYBILL));
    SET(&c->all, billNo, number_of(c, DOSSIER_DOC_MASTER));
    SET(&c->all, copNo, say(c, "TL%012llu", (unsigned long long)d->order));
    SET(&c->all, customsCode, say(c, "%s", d->office));
    SET(&c->all, portCode, c->all.at[CEB_customsCode]);
    SET(&c->all, payTime, stamp(c, d->record.time[TIME_PAID]));
    SET(&c->all, accountingDate, c->all.at[CEB_payTime]);
    SET(&c->all, assureCode, c->all.at[CEB_agentCode]);
    SET(&c->all, ownerCode, c->all.at[CEB_ebcCode]);
    SET(&c->all, ownerName, c->all.at[CEB_ebcName]);
}

/* What only a bonded warehouse has, or only goods that have just arrived or are about to leave. */
static void state_way(struct ceb_case *c)
{
    const struct dossier *d = c->dossier;
    if (d->record.channel == CHANNEL_BONDED) {
        name_firm(c, DOSSIER_WAREHOUSE, CEB_areaCode, CEB_areaName);
        SET(&c->all, emsNo, say(c, "T%sW%06u", d->office, (unsigned)(d->firm[DOSSIER_WAREHOUSE].number % 1000000)));
        SET(&c->all, billNo, NULL);
        return;
    }
    int64_t leaves_at = d->record.time[TIME_DISPATCHED];
    if (leaves_at == INT64_MIN)
        leaves_at = d->record.time[TIME_DECLARED];
    if (!c->all.at[CEB_billNo]) /* not loaded yet, or under no other bill than its own */
        SET(&c->all, billNo, c->all.at[CEB_logisticsNo]);
    SET(&c->all, trafNo, "TRADELOOM");
    SET(&c->all, trafName, c->all.at[CEB_trafNo]);
    SET(&c->all, voyageNo, say(c, "TL%s", day(c, leaves_at)));
    if (d->record.column == COLUMN_EXPORT_RETAIL)
        SET(&c->all, ieDate, day(c, leaves_at));
}

static struct ceb_values *state_line(struct ceb_case *c, const struct dossier_line *line)
{
    const struct dossier *d = c->dossier;
    struct ceb_values *v = arena_array(&c->arena, struct ceb_values, 1);
    bool is_import = d->record.column == COLUMN_IMPORT_RETAIL, is_whole = line->declared_value % line->quantity == 0;
    int64_t units = is_whole ? line->quantity : 1; /* a price that is no whole number of fen is told of the lot */
    SET(v, gnum, say(c, "%u", line->number));
    SET(v, itemNo, cut(c, line->sku, 20));
    SET(v, itemRecordNo, d->record.channel == CHANNEL_BONDED ? say(c, "%u", line->product) : NULL);
    SET(v, itemName, cut(c, *line->name_zh ? line->name_zh : line->sku, 250));
    SET(v, gname, v->at[CEB_itemName]);
    SET(v, gmodel, say(c, "%.40s|%s", line->sku, is_whole ? "1件" : "1批"));
    SET(v, barCode, is_import ? NULL : "无");
    SET(v, unit, is_whole ? "011" : "121");
    SET(v, qty, say(c, "%lld", (long long)units));
    SET(v, unit1, "035");
    SET(v, qty1, decimal(c, line->declared_net_g, 3));
    SET(v, price, amount(c, line->declared_value / units, d->record.currency));
    SET(v, totalPrice, amount(c, line->declared_value, d->record.currency));
    SET(v, currency, c->all.at[CEB_currency]);
    SET(v, country, is_import ? ceb_code_country(line->origin) : ceb_code_country(d->record.to));
    SET(v, gcode, tariff_number(c, is_import ? line->declared_hs : line->hs_from));
    return v;
}

static void state_lines(struct ceb_case *c)
{
    const struct dossier *d = c->dossier;
    c->line = arena_array(&c->arena, const struct ceb_values *, d->lines);
    for (uint32_t i = 0; i < d->lines; i++)
        c->line[i] = state_line(c, &d->line[i]);
    SET(&c->all, goodsInfo, c->line[0]->at[CEB_itemName]);
}

/* ---- what goes when ---- */

static struct ceb_values *add(struct ceb_case *c, unsigned number, int64_t time)
{
    check(c->items < CEB_CASE_ITEMS);
    struct ceb_item *item = &c->item[c->items];
    struct ceb_values *v = arena_array(&c->arena, struct ceb_values, 1);
    char guid[37];
    *v = c->all;
    dossier_uuid(c->dossier, 100 + c->items++, guid);
    SET(v, guid, arena_copy(&c->arena, guid, 36));
    *item =
        (struct ceb_item){.time = time, .message = ceb_find(number), .guid = v->at[CEB_guid], .record = {.head = v}};
    check(item->message);
    if (item->message->list.element) {
        item->record.line = c->line;
        item->record.lines = c->dossier->lines;
    }
    return v;
}

static struct ceb_values *send(struct ceb_case *c, unsigned number, int64_t time, enum dossier_role role,
                               const char *type)
{
    struct ceb_values *v = add(c, number, time);
    SET(v, appType, type);
    SET(v, appTime, stamp(c, time));
    SET(v, appStatus, "2");
    SET(v, declTime, day(c, time));
    c->item[c->items - 1].transfer = c->sender[role];
    c->item[c->items - 1].status = type;
    return v;
}

/* The milliseconds are of the record's own number: they only look alive. */
static void answer(struct ceb_case *c, unsigned number, int64_t time, const char *status, const char *info)
{
    struct ceb_values *v = add(c, number, time);
    unsigned thousandth = 0;
    for (unsigned i = 0; i < 8; i++)
        thousandth = (thousandth * 16 + (unsigned char)v->at[CEB_guid][i]) % 1000;
    SET(v, returnStatus, status);
    SET(v, returnTime, say(c, "%s%03u", stamp(c, time), thousandth));
    SET(v, returnInfo, info);
    SET(v, preNo, number_of(c, DOSSIER_DOC_PREENTRY));
    if (c->item[c->items - 1].message->is_export || strlen(status) > 1) /* customs gives it when it has the list */
        SET(v, invtNo, number_of(c, DOSSIER_DOC_LIST));
    c->item[c->items - 1].status = status;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Taken by the port, handed to customs, stored there; not later than `end`, when customs looks at it. */
static void store(struct ceb_case *c, unsigned receipt, int64_t time, int64_t end)
{
    end = end < time ? time : end;
    answer(c, receipt, least(time + AT_PORT_S, end), "2", "电子口岸申报中");
    answer(c, receipt, least(time + AT_CUSTOMS_S, end), "3", "发送海关成功");
    answer(c, receipt, least(time + STORED_S, end), "120", "[Code:1800;Desc:逻辑校验通过]");
}

static void send_documents(struct ceb_case *c, bool is_import)
{
    static const struct {
        uint16_t import, export;
        uint8_t role;
    } documents[DECLARE_LIST] = {[DECLARE_ORDER] = {311, 303, DOSSIER_PLATFORM},
                                 [DECLARE_PAYMENT] = {411, 403, DOSSIER_PAYMENT_FIRM},
                                 [DECLARE_WAYBILL] = {511, 505, DOSSIER_CARRIER}};
    for (enum declare_document i = DECLARE_ORDER; i < DECLARE_LIST; i++) {
        unsigned number = is_import ? documents[i].import : documents[i].export;
        int64_t at = c->dossier->record.sent_at[i];
        check(at != INT64_MIN);
        send(c, number, at, (enum dossier_role)documents[i].role, "1");
        store(c, number + 1, at, INT64_MAX);
    }
}

static int64_t event_at(const struct dossier *d, const char *id, bool is_last)
{
    int64_t at = INT64_MIN;
    for (uint32_t i = 0; i < d->events; i++)
        if (strcmp(world_step_id((enum column)d->event[i].column, d->event[i].step), id) == 0 &&
            (at == INT64_MIN || is_last))
            at = d->event[i].time;
    return at;
}

/* The list; once more, as a change, where the documents did not agree at first. Returns when customs took it. */
static int64_t send_list(struct ceb_case *c, unsigned number)
{
    const struct order_record *r = &c->dossier->record;
    int64_t at = r->time[TIME_DECLARED], first = event_at(c->dossier, "match", false);
    for (enum declare_document i = DECLARE_ORDER; i < DECLARE_LIST; i++)
        at = r->sent_at[i] > at ? r->sent_at[i] : at;
    send(c, number, at, DOSSIER_BROKER, "1");
    store(c, number + 1, at, first == INT64_MIN ? INT64_MAX : first);
    if (first == INT64_MIN || !r->fault)
        return first;
    answer(c, number + 1, first, "100",
           say(c, "[Code:%d;Desc:%s]", (int)r->fault_code, declare_fault_name((enum declare_fault)r->fault, LANG_ZH)));
    int64_t again = event_at(c->dossier, "match", true);
    if (again == first)
        return INT64_MIN;
    struct ceb_values *v = send(c, number, again, DOSSIER_BROKER, "2");
    SET(v, preNo, number_of(c, DOSSIER_DOC_PREENTRY));
    SET(v, invtNo, number_of(c, DOSSIER_DOC_LIST));
    store(c, number + 1, again, again);
    return again;
}

static bool is_seized(const struct dossier *d)
{
    for (uint32_t i = 0; i < d->postings; i++)
        if (d->posting[i].posting.kind == KIND_SEIZED)
            return true;
    return false;
}

static const char *refusal_text(struct ceb_case *c, const char *refusal)
{
    static const struct {
        const char *id, *text;
    } known[] = {{"over_order_limit", "[Code:-621005;Desc:超过单次交易限值]"},
                 {"over_year_limit", "[Code:-621018;Desc:超过年度交易限值]"},
                 {"not_on_list", "[Code:100;Desc:商品不在正面清单]"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].id, refusal) == 0)
            return known[i].text;
    return say(c, "[Code:100;Desc:%s]", refusal);
}

/* What customs does with a list that it has taken. */
static void decide(struct ceb_case *c, unsigned receipt, int64_t taken_at, int64_t released_at)
{
    const struct dossier *d = c->dossier;
    const struct order_record *r = &d->record;
    bool is_export = r->column == COLUMN_EXPORT_RETAIL;
    if (r->refusal && !is_export) {
        answer(c, receipt, r->time[TIME_ENDED], "100", refusal_text(c, r->refusal));
        return;
    }
    if (d->inspected_at != INT64_MIN) {
        answer(c, receipt, taken_at, "300", "[Code:1200;Desc:待人工审核]");
        if (!is_export)
            answer(c, receipt, d->inspected_at, "500", "查验");
    }
    if (released_at != INT64_MIN)
        answer(c, receipt, released_at, "800", "[Code:2600;Desc:放行]");
    else if (r->state == ORDER_REFUSED && !is_export)
        answer(c, receipt, r->time[TIME_ENDED], is_seized(d) ? "599" : "700", is_seized(d) ? "扣留" : "退运");
    else if (r->state == ORDER_REFUSED)
        answer(c, receipt, r->time[TIME_ENDED], "100", "海关退单");
}

/* ---- the tax bill ---- */

static const char *tax(struct ceb_case *c, enum ceb_name name, uint32_t line)
{
    const struct dossier *d = c->dossier;
    int64_t sum = 0;
    for (uint32_t i = 0; i < d->charges; i++) {
        const struct dossier_charge *charge = &d->charge[i];
        bool is_asked = name == CEB_valueAddedTax    ? charge->kind == CHARGE_VAT
                        : name == CEB_consumptionTax ? charge->kind == CHARGE_CONSUMPTION_TAX
                                                     : charge->kind < CHARGE_CONSUMPTION_TAX;
        if (is_asked && (!line || charge->line == line))
            sum += charge->amount;
    }
    return amount(c, sum, d->record.charge_currency);
}

static bool has_parcel_tax(const struct dossier *d)
{
    for (uint32_t i = 0; i < d->charges; i++)
        if (d->charge[i].kind == CHARGE_PARCEL_TAX)
            return true;
    return false;
}

/* What the law laid its rates on; a line that it asks nothing of, as declared. */
static int64_t base_of(const struct dossier *d, const struct dossier_line *line)
{
    if (d->lines == 1 && d->has_value)
        return d->customs_value;
    for (uint32_t i = 0; i < d->charges; i++)
        if (d->charge[i].line == line->number && d->charge[i].kind == CHARGE_DUTY && d->charge[i].base != INT64_MIN)
            return d->charge[i].base;
    return line->declared_value;
}

/* Where it is never paid, a number of the same shape. */
static const char *tax_number(struct ceb_case *c)
{
    const char *number = number_of(c, DOSSIER_DOC_TAX_BILL), *list = number_of(c, DOSSIER_DOC_LIST);
    return number ? number : say(c, "%.8sT%s", list, list + 9);
}

static void bill(struct ceb_case *c, int64_t time)
{
    const struct dossier *d = c->dossier;
    if (has_parcel_tax(d) || !d->record.charge_currency) /* the pilot's parcel tax has no place in a bill */
        return;
    struct ceb_values *v = add(c, 816, time);
    const struct ceb_values **line = arena_array(&c->arena, const struct ceb_values *, d->lines);
    SET(v, returnTime, say(c, "%s000", stamp(c, time)));
    SET(v, invtNo, number_of(c, DOSSIER_DOC_LIST));
    SET(v, taxNo, tax_number(c));
    SET(v, status, "1");
    for (enum ceb_name name = CEB_customsTax; name <= CEB_consumptionTax; name++)
        v->at[name] = tax(c, name, 0);
    for (uint32_t i = 0; i < d->lines; i++) {
        struct ceb_values *copy = arena_array(&c->arena, struct ceb_values, 1);
        *copy = *c->line[i];
        SET(copy, taxPrice, amount(c, base_of(d, &d->line[i]), d->record.charge_currency));
        for (enum ceb_name name = CEB_customsTax; name <= CEB_consumptionTax; name++)
            copy->at[name] = tax(c, name, d->line[i].number);
        line[i] = copy;
    }
    c->item[c->items - 1].record.line = line;
    c->item[c->items - 1].status = "1";
}

/* ---- goods that come back, lists that are called off ---- */

static void change(struct ceb_case *c, unsigned number, int64_t time, const char *reason)
{
    struct ceb_values *v = send(c, number, time, DOSSIER_BROKER, "1");
    SET(v, preNo, number_of(c, DOSSIER_DOC_PREENTRY));
    SET(v, invtNo, number_of(c, DOSSIER_DOC_LIST));
    SET(v, reason, reason);
    store(c, number + 1, time, INT64_MAX);
    answer(c, number + 1, time + 2 * STORED_S, "399", "海关审结");
}

static void tell_import(struct ceb_case *c)
{
    const struct order_record *r = &c->dossier->record;
    send_documents(c, true);
    int64_t taken_at = send_list(c, 621), released_at = r->time[TIME_RELEASED], ended_at = r->time[TIME_ENDED];
    if (taken_at != INT64_MIN)
        decide(c, 622, taken_at, released_at);
    if (released_at != INT64_MIN)
        bill(c, released_at);
    if (r->state == ORDER_CANCELLED && ended_at != INT64_MIN)
        change(c, 623, ended_at, "订单取消");
    if (r->state == ORDER_RETURNED && released_at != INT64_MIN)
        change(c, 625, ended_at, "买家退货");
}

static void tell_export(struct ceb_case *c)
{
    const struct dossier *d = c->dossier;
    send_documents(c, false);
    int64_t taken_at = send_list(c, 603), left_at = d->record.time[TIME_DISPATCHED];
    if (taken_at == INT64_MIN)
        return;
    decide(c, 604, taken_at, event_at(d, "export_release", false));
    if (left_at != INT64_MIN)
        answer(c, 604, left_at, "899", "结关");
}

/* ---- the whole ---- */

static bool is_told(const struct dossier *d)
{
    const struct order_record *r = &d->record;
    uint16_t china = text_country("CN", 2);
    bool is_list = r->channel == CHANNEL_BONDED || r->channel == CHANNEL_DIRECT_MAIL || r->channel == CHANNEL_POST ||
                   r->channel == CHANNEL_EXPRESS || r->channel == CHANNEL_LINE;
    bool is_import = r->column == COLUMN_IMPORT_RETAIL;
    bool is_here = is_import ? r->to == china && strcmp(currency_code(r->currency), "CNY") == 0 : r->from == china;
    return is_list && is_here && d->lines < 100 && r->time[TIME_DECLARED] != INT64_MIN &&
           r->sent_at[DECLARE_ORDER] != INT64_MIN;
}

static void sort(struct ceb_item *item, unsigned count)
{
    for (unsigned i = 1; i < count; i++)
        for (unsigned k = i; k > 0 && item[k].time < item[k - 1].time; k--) {
            struct ceb_item later = item[k - 1];
            item[k - 1] = item[k];
            item[k] = later;
        }
}

/* What was written agrees, as customs compares it. */
static void prove(const struct ceb_case *c)
{
    const struct ceb_record *document[DECLARE_DOCUMENTS] = {NULL};
    bool is_export = c->dossier->record.column == COLUMN_EXPORT_RETAIL;
    static const uint16_t number[2][DECLARE_DOCUMENTS] = {{311, 411, 511, 621}, {303, 403, 505, 603}};
    for (unsigned i = 0; i < c->items; i++)
        for (unsigned k = 0; k < DECLARE_DOCUMENTS; k++)
            if (c->item[i].message->number == number[is_export][k])
                document[k] = &c->item[i].record;
    check(ceb_match(document, is_export, 0).fault == DECLARE_AGREES);
}

void ceb_case_fill(struct ceb_case *c, uint64_t seed, const struct dossier *dossier)
{
    arena_reset(&c->arena);
    *c = (struct ceb_case){.arena = c->arena, .seed = seed, .dossier = dossier, .arrived_at = INT64_MIN};
    if (!is_told(dossier))
        return;
    name_firms(c);
    name_persons(c);
    state_terms(c);
    state_numbers(c);
    state_way(c);
    state_lines(c);
    if (dossier->record.channel == CHANNEL_DIRECT_MAIL)
        c->arrived_at = event_at(dossier, "hand_over", false);
    if (c->arrived_at != INT64_MIN)
        SET(&c->all, ieDate, day(c, c->arrived_at));
    if (dossier->record.column == COLUMN_EXPORT_RETAIL)
        tell_export(c);
    else
        tell_import(c);
    sort(c->item, c->items);
    prove(c);
}

void ceb_case_finish(struct ceb_case *c) { arena_finish(&c->arena); }
