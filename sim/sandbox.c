/* sandbox: from a message to documents, from documents to a list that customs decides on. */
#include "sim/sandbox.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/money.h"
#include "core/rng.h"
#include "customs/declare.h"
#include "sim/book.h"
#include "sim/ceb_case.h"
#include "sim/ceb_match.h"
#include "sim/ceb_read.h"
#include "sim/ceb_write.h"
#include "sim/out_json.h"
#include "sim/sandbox_db.h"
#include "sim/sandbox_tax.h"

struct sandbox {
    struct sandbox_db *db;
    struct sandbox_script script;
    struct assess assess;
    struct rule_answer answer;
    struct arena arena;       /* of one message */
    int64_t now_ms, released; /* lists that have a number of customs */
};

#define RUN(s, statement, ...) sandbox_db_run((s)->db, SANDBOX_DB_##statement, __VA_ARGS__)
#define TEXT(s, statement, column) sandbox_db_text((s)->db, SANDBOX_DB_##statement, column, &(s)->arena)
#define SET(values, name, text) ((values)->at[CEB_##name] = (text))

/* ---- texts ---- */

static const char *say(struct sandbox *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *say(struct sandbox *s, const char *format, ...)
{
    char line[600];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    return arena_copy(&s->arena, line, strlen(line));
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static const char *value(const struct ceb_values *values, enum ceb_name name) { return or_empty(values->at[name]); }

static const char *amount(struct sandbox *s, int64_t fen)
{
    return say(s, "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
}

static void count(struct sandbox *s, const char *name) { RUN(s, ADD_COUNT, "t", name); }

static const char *stamp(struct sandbox *s, int64_t ms)
{
    char text[15];
    ceb_case_stamp(ms / 1000, text);
    return say(s, "%s%03d", text, (int)(ms % 1000));
}

/* A record's number, the same for the same cause. */
static const char *guid(struct sandbox *s, const char *cause, unsigned number, const char *status)
{
    uint64_t bits[2];
    rng_pair(rng_key(s->script.seed, 1), text_hash(cause, strlen(cause)), number,
             (uint32_t)text_hash(status, strlen(status)), bits);
    return say(s, "%08X-%04X-4%03X-%04X-%012llX", (unsigned)(bits[0] >> 32), (unsigned)(bits[0] >> 16 & 0xFFFF),
               (unsigned)(bits[0] & 0xFFF), (unsigned)(0x8000 | (bits[1] >> 48 & 0x3FFF)),
               (unsigned long long)(bits[1] & UINT64_C(0xFFFFFFFFFFFF)));
}

/* One of the things that chance decides about an order. */
enum chance { CHANCE_REJECT = 1, CHANCE_MANUAL, CHANCE_DUPLICATE };

static bool happens(const struct sandbox *s, const char *what, enum chance chance, uint32_t ppm)
{
    return rng_chance_ppm(rng_bits(rng_key(s->script.seed, 2), text_hash(what, strlen(what)), chance, 0), ppm);
}

/* ---- documents ---- */

/* What tells a document from others of its kind, and what it belongs to. */
struct place {
    unsigned number;
    const char *key, *order_no, *ebp, *waybill;
};

static struct place place_of(struct sandbox *s, unsigned number, const struct ceb_values *head)
{
    struct place place = {number, "", value(head, CEB_orderNo), value(head, CEB_ebpCode), value(head, CEB_logisticsNo)};
    switch (number) {
    case 311:
    case 303:
    case 403:
        place.key = say(s, "%s|%s", place.ebp, place.order_no);
        place.waybill = "";
        break;
    case 411:
        place.key = say(s, "%s|%s", value(head, CEB_payCode), value(head, CEB_payTransactionId));
        break;
    case 511:
    case 505:
        place.key = say(s, "%s|%s", value(head, CEB_logisticsCode), place.waybill);
        place.ebp = "";
        break;
    case 711: /* a master bill may be told in parts, each a document of its own */
        place.key = say(s, "%s|%s", value(head, CEB_operatorCode),
                        *value(head, CEB_copNo) ? value(head, CEB_copNo) : value(head, CEB_billNo));
        break;
    default:
        place.key = say(s, "%s|%s", value(head, CEB_agentCode), value(head, CEB_copNo));
    }
    return place;
}

static bool is_list(unsigned number) { return number == 621 || number == 603; }

/* A document as it was taken; NULL: not there. */
static const struct ceb_record *parse(struct sandbox *s, const char *xml)
{
    struct errs errs = {0};
    struct ceb_document document;
    int got = ceb_read("document", xml, strlen(xml), &s->arena, &document, &errs);
    check(got == 0 && document.records == 1);
    return document.record;
}

static const struct ceb_record *document_of(struct sandbox *s, unsigned number, const char *order_no, const char *ebp)
{
    return RUN(s, DOCUMENT_OF_ORDER, "tit", order_no, (int64_t)number, ebp) ? parse(s, TEXT(s, DOCUMENT_OF_ORDER, 0))
                                                                            : NULL;
}

static const struct ceb_record *list_by_key(struct sandbox *s, unsigned number, const char *key)
{
    return RUN(s, DOCUMENT, "it", (int64_t)number, key) ? parse(s, TEXT(s, DOCUMENT, 0)) : NULL;
}

static const char *written(struct sandbox *s, const struct ceb_message *message, const struct ceb_record *record,
                           const struct ceb_values *transfer)
{
    struct buf xml = {0};
    const struct ceb_document document = {
        .message = message, .guid = record->head->at[CEB_guid], .record = record, .records = 1, .transfer = transfer};
    ceb_write(&document, &xml);
    const char *copy = arena_copy(&s->arena, xml.data, xml.length);
    buf_finish(&xml);
    return copy;
}

/* ---- receipts ---- */

static void put_receipt(struct sandbox *s, const struct ceb_message *message, const struct ceb_record *record,
                        const char *order_no, const char *status, int64_t due_ms)
{
    const char *xml = written(s, message, record, NULL);
    unsigned times = 1 + happens(s, record->head->at[CEB_guid], CHANCE_DUPLICATE, s->script.duplicate_ppm);
    for (unsigned i = 0; i < times; i++)
        RUN(s, PUT_RECEIPT, "iittt", due_ms, (int64_t)message->number, order_no, status, xml);
}

/* Of what was sent: the message's table picks what it needs. */
static struct ceb_values answer_values(struct sandbox *s, unsigned receipt, const struct ceb_values *sent,
                                       const char *status, const char *info, int64_t due_ms)
{
    struct ceb_values v = *sent;
    SET(&v, guid, guid(s, value(sent, CEB_guid), receipt, status));
    SET(&v, returnStatus, status);
    SET(&v, returnTime, stamp(s, due_ms));
    SET(&v, returnInfo, info);
    if (!v.at[CEB_preNo] || strlen(v.at[CEB_preNo]) != 18) {
        const char *key = say(s, "%s|%s", value(sent, CEB_agentCode), value(sent, CEB_copNo));
        SET(&v, preNo,
            say(s, "B%.8s%09llu", stamp(s, s->now_ms), (unsigned long long)(text_hash(key, strlen(key)) % 1000000000)));
    }
    if (v.at[CEB_invtNo] && strlen(v.at[CEB_invtNo]) != 18)
        SET(&v, invtNo, NULL);
    return v;
}

static void answer(struct sandbox *s, unsigned receipt, const struct ceb_values *sent, const char *status,
                   const char *info, int64_t due_ms)
{
    struct ceb_values v = answer_values(s, receipt, sent, status, info, due_ms);
    if (!v.at[CEB_invtNo])
        SET(&v, invtNo, receipt == 604 ? "0" : NULL); /* an export's receipt must have one */
    const struct ceb_record record = {&v, NULL, 0};
    put_receipt(s, ceb_find(receipt), &record, value(sent, CEB_orderNo), status, due_ms);
}

/* Sent to customs, taken there; returns when. */
static int64_t store(struct sandbox *s, unsigned receipt, const struct ceb_values *sent)
{
    answer(s, receipt, sent, "3", "发送海关成功", s->now_ms + s->script.delay_ms);
    answer(s, receipt, sent, "120", "[Code:1800;Desc:逻辑校验通过]", s->now_ms + 2 * s->script.delay_ms);
    return s->now_ms + 2 * s->script.delay_ms;
}

/* ---- the tax bill ---- */

static int64_t base_of(struct sandbox *s, uint32_t line)
{
    const struct rule_answer *a = &s->answer;
    for (uint32_t i = 0; i < a->charges; i++) {
        struct rule_figure figure = rule_trace_figure(s->assess.cache, a, &a->charge[i]);
        if (a->charge[i].line == line && a->charge[i].kind == CHARGE_DUTY && figure.has_base)
            return figure.base;
    }
    return a->lines == 1 && a->has_value ? a->value : 0;
}

static void bill(struct sandbox *s, const struct ceb_record *list, const char *invt_no, int64_t due_ms)
{
    struct ceb_values v = answer_values(s, 816, list->head, "1", "", due_ms);
    const struct ceb_values **line = arena_array(&s->arena, const struct ceb_values *, list->lines);
    SET(&v, invtNo, invt_no);
    SET(&v, taxNo, say(s, "%.8sT%s", invt_no, invt_no + 9));
    SET(&v, status, "1");
    SET(&v, note, NULL);
    for (enum ceb_name name = CEB_customsTax; name <= CEB_consumptionTax; name++)
        v.at[name] = amount(s, sandbox_tax_of(&s->answer, name, 0));
    for (uint32_t i = 0; i < list->lines; i++) {
        struct ceb_values *copy = arena_array(&s->arena, struct ceb_values, 1);
        SET(copy, gnum, list->line[i]->at[CEB_gnum]);
        SET(copy, gcode, list->line[i]->at[CEB_gcode]);
        SET(copy, taxPrice, amount(s, base_of(s, i + 1)));
        for (enum ceb_name name = CEB_customsTax; name <= CEB_consumptionTax; name++)
            copy->at[name] = amount(s, sandbox_tax_of(&s->answer, name, i + 1));
        line[i] = copy;
    }
    const struct ceb_record record = {&v, line, list->lines};
    put_receipt(s, ceb_find(816), &record, value(list->head, CEB_orderNo), "1", due_ms);
}

/* ---- deciding ---- */

static void send_back(struct sandbox *s, unsigned receipt, const char *key, const struct ceb_values *list,
                      const char *info, const char *why, int64_t due_ms)
{
    answer(s, receipt, list, "100", info, due_ms);
    RUN(s, SET_STATE, "tt", "returned", key);
    count(s, why);
}

static const char *refusal_info(struct sandbox *s, const char *code, const char *zh)
{
    const char *number = strcmp(code, "over_order_limit") == 0  ? "-621005"
                         : strcmp(code, "over_year_limit") == 0 ? "-621018"
                                                                : "100";
    return say(s, "[Code:%s;Desc:%s]", number, zh);
}

/* The law admits the list, with taxes in s->answer; or it goes back. */
static bool assess(struct sandbox *s, const char *key, const struct ceb_record *const document[DECLARE_DOCUMENTS],
                   int64_t due_ms)
{
    const struct ceb_record *list = document[DECLARE_LIST];
    const char *buyer = value(list->head, CEB_buyerIdNumber), *code, *en, *zh, *instead;
    int64_t used = 0;
    if (RUN(s, USED, "ti", buyer, (int64_t)sandbox_tax_year(list)))
        used = sandbox_db_integer(s->db, SANDBOX_DB_USED, 0);
    bool is_read = sandbox_tax(&s->assess, document[DECLARE_ORDER], document[DECLARE_PAYMENT], list, used, &s->answer);
    if (is_read && s->answer.status == RULE_ASSESSED)
        return true;
    if (is_read && s->answer.status == RULE_REFUSED) {
        rule_refusal(&s->answer, &code, &en, &zh, &instead);
        send_back(s, 622, key, list->head, refusal_info(s, code, zh), code, due_ms);
    } else {
        const char *why = is_read ? s->answer.message : "a country or an amount is not known";
        send_back(s, 622, key, list->head, say(s, "[Code:100;Desc:%.300s]", why), "not_assessed", due_ms);
    }
    return false;
}

/* A person looks first, sometimes; returns when it is decided. */
static int64_t wait(struct sandbox *s, unsigned receipt, const struct ceb_values *list, int64_t taken_ms)
{
    if (!happens(s, value(list, CEB_guid), CHANCE_MANUAL, s->script.manual_ppm))
        return taken_ms + s->script.delay_ms;
    answer(s, receipt, list, "300", "[Code:1200;Desc:待人工审核]", taken_ms + s->script.delay_ms);
    count(s, "manual_review");
    return taken_ms + 6 * s->script.delay_ms;
}

static void release(struct sandbox *s, const char *key, const struct ceb_record *list, bool is_export, int64_t due_ms)
{
    unsigned receipt = is_export ? 604 : 622;
    struct ceb_values head = *list->head;
    char year[15];
    int64_t taken = is_export || !s->answer.has_allowance ? 0 : s->answer.value;
    ceb_case_stamp(s->now_ms / 1000, year);
    const char *invt_no = say(s, "%.4s%.4s%c%09lld", value(&head, CEB_customsCode), year, is_export ? 'E' : 'I',
                              (long long)++s->released);
    const char *buyer = value(&head, CEB_buyerIdNumber);
    int64_t in = is_export ? 0 : sandbox_tax_year(list);
    SET(&head, invtNo, invt_no);
    answer(s, receipt, &head, "800", "[Code:2600;Desc:放行]", due_ms);
    if (is_export)
        answer(s, receipt, &head, "899", "结关", due_ms + s->script.delay_ms);
    else
        bill(s, list, invt_no, due_ms);
    RUN(s, RELEASE, "tttiit", "released", invt_no, buyer, in, taken, key);
    if (taken)
        RUN(s, ADD_USED, "tii", buyer, in, taken);
    count(s, "released");
}

/* All four are there: do they agree, does the law admit them? */
static void decide(struct sandbox *s, const char *key, const struct ceb_record *const document[DECLARE_DOCUMENTS],
                   bool is_export)
{
    const struct ceb_values *list = document[DECLARE_LIST]->head;
    unsigned receipt = is_export ? 604 : 622;
    int64_t taken_ms = s->now_ms + 2 * s->script.delay_ms;
    struct ceb_match match = ceb_match(document, is_export, 0);
    if (match.fault != DECLARE_AGREES) {
        const char *info = say(s, "[Code:%d;Desc:%s %s]", (int)declare_fault_code(match.fault, is_export),
                               declare_fault_name(match.fault, LANG_ZH), ceb_name(match.where));
        send_back(s, receipt, key, list, info, say(s, "fault_%s", declare_fault_id(match.fault)),
                  taken_ms + s->script.delay_ms);
        return;
    }
    if (happens(s, value(list, CEB_guid), CHANCE_REJECT, s->script.reject_ppm)) {
        send_back(s, receipt, key, list, "[Code:100;Desc:退单（沙箱设定）]", "rejected", taken_ms + s->script.delay_ms);
        return;
    }
    if (!is_export && !assess(s, key, document, taken_ms + s->script.delay_ms))
        return;
    release(s, key, document[DECLARE_LIST], is_export, wait(s, receipt, list, taken_ms));
}

/* Looks whether what an order's list waits for has come. */
static void consider(struct sandbox *s, const char *order_no, bool is_export)
{
    static const uint16_t numbers[2][DECLARE_DOCUMENTS] = {{311, 411, 511, 621}, {303, 403, 505, 603}};
    const struct ceb_record *document[DECLARE_DOCUMENTS];
    const char *key = NULL, *ebp = "";
    for (bool more = RUN(s, LIST_OF_ORDER, "t", order_no); more;
         more = sandbox_db_next(s->db, SANDBOX_DB_LIST_OF_ORDER))
        if (strcmp(TEXT(s, LIST_OF_ORDER, 1), "waiting") == 0) {
            key = TEXT(s, LIST_OF_ORDER, 0);
            ebp = TEXT(s, LIST_OF_ORDER, 2);
        }
    if (!key)
        return;
    document[DECLARE_LIST] = list_by_key(s, numbers[is_export][DECLARE_LIST], key);
    check(document[DECLARE_LIST]);
    for (enum declare_document i = DECLARE_ORDER; i < DECLARE_LIST; i++) {
        if (is_export && i == DECLARE_WAYBILL) {
            const char *waybill = value(document[DECLARE_LIST]->head, CEB_logisticsNo);
            document[i] = RUN(s, DOCUMENT_OF_WAYBILL, "ti", waybill, (int64_t)505)
                              ? parse(s, TEXT(s, DOCUMENT_OF_WAYBILL, 0))
                              : NULL;
        } else {
            document[i] = document_of(s, numbers[is_export][i], order_no, ebp);
        }
        if (!document[i])
            return;
    }
    decide(s, key, document, is_export);
}

/* ---- what is asked of a list that is there ---- */

static const struct ceb_values *line_of(const struct ceb_record *list, const char *number)
{
    for (uint32_t i = 0; i < list->lines; i++)
        if (strcmp(list->line[i]->at[CEB_gnum], number) == 0)
            return list->line[i];
    return NULL;
}

/* Goods may come back that the list has, and no more of them. */
static bool may_return(const struct ceb_record *list, const struct ceb_record *refund)
{
    for (uint32_t i = 0; i < refund->lines; i++) {
        const struct ceb_values *line = line_of(list, refund->line[i]->at[CEB_gnum]);
        const char *asked = refund->line[i]->at[CEB_qty], *had = line ? line->at[CEB_qty] : "0";
        int64_t more, least;
        if (!line || strcmp(line->at[CEB_gcode], refund->line[i]->at[CEB_gcode]) != 0 ||
            !decimal_parse(asked, strlen(asked), 5, &more) || !decimal_parse(had, strlen(had), 5, &least) ||
            more > least)
            return false;
    }
    return true;
}

static void change_list(struct sandbox *s, unsigned number, const struct ceb_record *record)
{
    const struct ceb_values *head = record->head;
    const char *key = NULL, *state = "", *order_no = value(head, CEB_orderNo);
    int64_t taken_ms = store(s, number + 1, head), due_ms = taken_ms + s->script.delay_ms;
    for (bool more = RUN(s, LIST_OF_ORDER, "t", order_no); more;
         more = sandbox_db_next(s->db, SANDBOX_DB_LIST_OF_ORDER)) {
        key = TEXT(s, LIST_OF_ORDER, 0);
        state = TEXT(s, LIST_OF_ORDER, 1);
    }
    bool is_refund = number == 625, is_released = strcmp(state, "released") == 0;
    const char *info = !key                        ? "[Code:-623003;Desc:清单不存在]"
                       : is_refund && !is_released ? "[Code:-625005;Desc:清单未放行]"
                       : !is_refund && is_released ? "[Code:-623005;Desc:清单状态不允许撤销]"
                       : is_refund && !may_return(list_by_key(s, 621, key), record)
                           ? "[Code:-625209;Desc:退货商品不在原清单内]"
                           : NULL;
    if (info) {
        answer(s, number + 1, head, "100", info, due_ms);
        count(s, is_refund ? "refund_refused" : "cancel_refused");
        return;
    }
    answer(s, number + 1, head, "399", "[Code:2300;Desc:审核通过]", due_ms);
    RUN(s, SET_STATE, "tt", is_refund ? "refunded" : "cancelled", key);
    count(s, is_refund ? "refunded" : "cancelled");
    if (!is_refund || !RUN(s, LIST, "t", key))
        return;
    const char *buyer = TEXT(s, LIST, 3);
    int64_t year = sandbox_db_integer(s->db, SANDBOX_DB_LIST, 4), taken = sandbox_db_integer(s->db, SANDBOX_DB_LIST, 5);
    if (taken) /* the whole allowance of the list is given back, also for a part of it */
        RUN(s, ADD_USED, "tii", buyer, year, -taken);
}

/* ---- taking ---- */

/* Is it there already, or decided? The error of the official list, NULL when it may come. */
static const char *objection(struct sandbox *s, const struct place *place, const struct ceb_values *head,
                             const char **text)
{
    static const struct {
        uint16_t number;
        const char *exists, *decided;
    } codes[] = {{311, "-301010", "-301011"}, {303, "-301010", "-301011"}, {411, "-401007", "-401008"},
                 {403, "-401007", "-401008"}, {511, "-504012", "-504012"}, {505, "-504012", "-504012"},
                 {621, "-621004", "-621004"}, {603, "-621004", "-621004"}, {711, "-800003", "-800003"}};
    bool exists = RUN(s, DOCUMENT, "it", (int64_t)place->number, place->key),
         is_new = value(head, CEB_appType)[0] == '1';
    const char *state = is_list(place->number) && RUN(s, LIST, "t", place->key) ? TEXT(s, LIST, 0) : "";
    bool is_returned = strcmp(state, "returned") == 0, is_waiting = strcmp(state, "waiting") == 0;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i].number != place->number)
            continue;
        *text = "重复申报";
        if (exists && is_new && !is_returned)
            return codes[i].exists;
        *text = "清单已申报，不能变更";
        if (exists && is_list(place->number) && !is_returned && !is_waiting)
            return codes[i].decided;
    }
    return NULL;
}

/* A change that changes nothing is no mistake: customs says again where the list stands. */
static bool says_the_same(const struct ceb_record *a, const struct ceb_record *b)
{
    for (unsigned name = 1; name < CEB_NAME_COUNT; name++) {
        bool may_differ = name == CEB_guid || name == CEB_appType || name == CEB_appTime || name == CEB_preNo ||
                          name == CEB_invtNo || name == CEB_declTime || name == CEB_ieDate;
        if (!may_differ && strcmp(or_empty(a->head->at[name]), or_empty(b->head->at[name])) != 0)
            return false;
    }
    for (uint32_t i = 0; i < a->lines; i++)
        for (unsigned name = 1; i < b->lines && name < CEB_NAME_COUNT; name++)
            if (strcmp(or_empty(a->line[i]->at[name]), or_empty(b->line[i]->at[name])) != 0)
                return false;
    return a->lines == b->lines;
}

static bool is_repeated(struct sandbox *s, const struct place *place, const struct ceb_record *record)
{
    if (!is_list(place->number) || value(record->head, CEB_appType)[0] != '2' || !RUN(s, LIST, "t", place->key) ||
        strcmp(TEXT(s, LIST, 0), "released") != 0)
        return false;
    struct ceb_values head = *record->head;
    const char *invt_no = TEXT(s, LIST, 2);
    if (!says_the_same(list_by_key(s, place->number, place->key), record))
        return false;
    SET(&head, invtNo, invt_no);
    answer(s, place->number + 1, &head, "800", "[Code:2600;Desc:放行]", store(s, place->number + 1, &head));
    count(s, "repeated");
    return true;
}

static void keep(struct sandbox *s, const struct ceb_document *document, const struct ceb_record *record,
                 const struct place *place)
{
    RUN(s, PUT_DOCUMENT,
        "itttt"
        "t",
        (int64_t)place->number, place->key, place->order_no, place->ebp, place->waybill,
        written(s, document->message, record, document->transfer));
    if (is_list(place->number))
        RUN(s, PUT_LIST,
            "tit"
            "ttt",
            place->key, (int64_t)place->number, place->order_no, place->ebp, place->waybill,
            answer_values(s, place->number + 1, record->head, "1", "", s->now_ms).at[CEB_preNo]);
}

static void take_record(struct sandbox *s, const struct ceb_document *document, const struct ceb_record *record)
{
    const struct ceb_values *head = record->head;
    unsigned number = document->message->number;
    struct place place = place_of(s, number, head);
    const char *text = "", *code = objection(s, &place, head, &text);
    if (is_repeated(s, &place, record))
        return;
    if (code) {
        answer(s, number + 1, head, code, text, s->now_ms + s->script.delay_ms);
        count(s, "objected");
        return;
    }
    if (strcmp(value(head, CEB_appStatus), "1") == 0) /* the port stores it, customs never sees it */
        return;
    if (number == 623 || number == 625) {
        change_list(s, number, record);
        return;
    }
    if (value(head, CEB_appType)[0] == '3')
        RUN(s, DROP_DOCUMENT, "it", (int64_t)number, place.key);
    else
        keep(s, document, record, &place);
    int64_t taken_ms = store(s, number + 1, head);
    if (number == 711)
        answer(s, 712, head, "399", "海关审结", taken_ms + s->script.delay_ms);
    const char *order_no = place.order_no;
    if (number == 505)
        order_no = RUN(s, LIST_OF_WAYBILL, "t", place.waybill) ? TEXT(s, LIST_OF_WAYBILL, 0) : "";
    if (*order_no)
        consider(s, order_no, document->message->is_export);
}

/* The port's own receipts, at once: stored (1) or being declared (2). */
static void confirm(struct sandbox *s, const struct ceb_document *document, struct buf *out)
{
    const struct ceb_message *receipt = ceb_find(document->message->number + 1u);
    for (uint32_t i = 0; i < document->records; i++) {
        bool is_stored = strcmp(value(document->record[i].head, CEB_appStatus), "1") == 0;
        struct ceb_values v = answer_values(s, receipt->number, document->record[i].head, is_stored ? "1" : "2",
                                            is_stored ? "电子口岸已暂存" : "电子口岸申报中", s->now_ms);
        if (receipt->number == 604 && !v.at[CEB_invtNo])
            SET(&v, invtNo, "0");
        if (i == 0)
            ceb_write_begin(receipt, v.at[CEB_guid], out);
        ceb_write_record(receipt, &(struct ceb_record){&v, NULL, 0}, out);
    }
    ceb_write_end(receipt, NULL, out);
}

/* A receipt of the format: what is wrong, at most ten places of it. */
static void refuse(struct sandbox *s, const struct ceb_document *document, const struct errs *wrong, struct buf *out)
{
    struct buf info = {0};
    char type[24] = "Unknown";
    if (document->message)
        snprintf(type, sizeof type, "CEB%uMessage", document->message->number);
    for (size_t i = 0; i < wrong->count; i++)
        buf_printf(&info, "%s[Code:0002;Desc:%s %s]", i ? "\n" : "", wrong->item[i].pointer, wrong->item[i].message);
    struct ceb_values v = {{NULL}};
    SET(&v, guid, guid(s, buf_text(&info), 900, type));
    SET(&v, returnStatus, "-2");
    SET(&v, returnInfo, buf_text(&info));
    SET(&v, returnTime, stamp(s, s->now_ms));
    SET(&v, oriCopMsgId, or_empty(document->guid));
    SET(&v, oriMessageType, type);
    SET(&v, oriBizMessage, "");
    ceb_write(&(struct ceb_document){.message = ceb_find(900),
                                     .guid = v.at[CEB_guid],
                                     .records = 1,
                                     .record = &(struct ceb_record){&v, NULL, 0}},
              out);
    buf_finish(&info);
}

/* Beyond the schema: it must be a message to customs, and a list must have the number by which it is answered. */
static void look_further(const struct ceb_document *document, struct errs *errs)
{
    unsigned number = document->message->number;
    if (document->message->is_receipt)
        errs_add(errs, ERR_BAD_REQUEST, "CEB%u comes from customs", number);
    for (uint32_t i = 0; number / 10 == 62 && i < document->records; i++)
        if (!*value(document->record[i].head, CEB_copNo))
            errs_add(errs, ERR_MISSING_NAME, "copNo is missing in record %u", i + 1);
}

enum sandbox_verdict sandbox_take(struct sandbox *s, const char *bytes, size_t length, int64_t now_ms, struct buf *out,
                                  struct errs *errs)
{
    struct ceb_document document;
    struct errs wrong = {0};
    arena_reset(&s->arena);
    s->now_ms = now_ms > s->now_ms ? now_ms : s->now_ms;
    if (ceb_read("message", bytes, length, &s->arena, &document, &wrong) == 0)
        look_further(&document, &wrong);
    int64_t released = s->released;
    RUN(s, BEGIN, "");
    if (wrong.count) {
        refuse(s, &document, &wrong, out);
        count(s, "messages_refused");
        count(s, say(s, "refused_%s", err_name(wrong.item[0].code)));
        return sandbox_db_commit(s->db, errs) == 0 ? SANDBOX_REFUSED : SANDBOX_FAILED;
    }
    confirm(s, &document, out);
    for (uint32_t i = 0; i < document.records; i++)
        take_record(s, &document, &document.record[i]);
    count(s, "messages_taken");
    if (sandbox_db_commit(s->db, errs) == 0)
        return SANDBOX_TAKEN;
    s->released = released;
    return SANDBOX_FAILED;
}

/* ---- what is known ---- */

static void add_time(struct out_json *json, const char *name, int64_t ms)
{
    char text[21];
    time_write(ms / 1000, text);
    out_json_text(json, name, text);
}

bool sandbox_receipts(struct sandbox *s, int64_t now_ms, const char *cursor, unsigned most, struct buf *out)
{
    struct out_json json = {.out = out};
    long long due = 0, seq = 0;
    int end = 0;
    if (*cursor && (sscanf(cursor, "%lld.%lld%n", &due, &seq, &end) != 2 || cursor[end]))
        return false;
    arena_reset(&s->arena);
    out_json_begin(&json, NULL, '{');
    out_json_begin(&json, "receipts", '[');
    bool more = RUN(s, RECEIPTS, "iiii", now_ms, (int64_t)due, (int64_t)seq, (int64_t)most);
    for (; more; more = sandbox_db_next(s->db, SANDBOX_DB_RECEIPTS)) {
        seq = sandbox_db_integer(s->db, SANDBOX_DB_RECEIPTS, 0);
        due = sandbox_db_integer(s->db, SANDBOX_DB_RECEIPTS, 1);
        out_json_begin_flat(&json, NULL, '{');
        out_json_count(&json, "message", (uint64_t)sandbox_db_integer(s->db, SANDBOX_DB_RECEIPTS, 2));
        out_json_text(&json, "order_no", TEXT(s, RECEIPTS, 3));
        out_json_text(&json, "status", TEXT(s, RECEIPTS, 4));
        add_time(&json, "due", due);
        out_json_text(&json, "xml", TEXT(s, RECEIPTS, 5));
        out_json_end(&json, '}');
    }
    out_json_end(&json, ']');
    sandbox_db_rest(s->db);
    out_json_text(&json, "next", due || seq ? say(s, "%lld.%lld", due, seq) : "");
    out_json_end(&json, '}');
    return true;
}

bool sandbox_order(struct sandbox *s, int64_t now_ms, const char *order_no, struct buf *out)
{
    struct out_json json = {.out = out};
    bool is_known = false;
    arena_reset(&s->arena);
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "order_no", order_no);
    if (RUN(s, LIST_OF_ORDER, "t", order_no)) {
        out_json_text(&json, "state", TEXT(s, LIST_OF_ORDER, 1));
        out_json_text(&json, "invt_no", TEXT(s, LIST_OF_ORDER, 3));
    }
    out_json_begin_flat(&json, "documents", '[');
    for (bool more = RUN(s, NUMBERS_OF_ORDER, "t", order_no); more;
         more = sandbox_db_next(s->db, SANDBOX_DB_NUMBERS_OF_ORDER)) {
        out_json_count(&json, NULL, (uint64_t)sandbox_db_integer(s->db, SANDBOX_DB_NUMBERS_OF_ORDER, 0));
        is_known = true;
    }
    out_json_end(&json, ']');
    out_json_begin(&json, "receipts", '[');
    bool more = RUN(s, RECEIPTS_OF_ORDER, "ti", order_no, now_ms);
    for (; more; more = sandbox_db_next(s->db, SANDBOX_DB_RECEIPTS_OF_ORDER)) {
        out_json_begin_flat(&json, NULL, '{');
        out_json_count(&json, "message", (uint64_t)sandbox_db_integer(s->db, SANDBOX_DB_RECEIPTS_OF_ORDER, 0));
        out_json_text(&json, "status", TEXT(s, RECEIPTS_OF_ORDER, 1));
        add_time(&json, "due", sandbox_db_integer(s->db, SANDBOX_DB_RECEIPTS_OF_ORDER, 2));
        out_json_end(&json, '}');
    }
    out_json_end(&json, ']');
    out_json_end(&json, '}');
    sandbox_db_rest(s->db);
    return is_known;
}

void sandbox_allowance(struct sandbox *s, const char *buyer, int32_t year, struct buf *out)
{
    struct out_json json = {.out = out};
    int64_t used = RUN(s, USED, "ti", buyer, (int64_t)year) ? sandbox_db_integer(s->db, SANDBOX_DB_USED, 0) : 0;
    sandbox_db_rest(s->db);
    out_json_begin_flat(&json, NULL, '{');
    out_json_text(&json, "buyer", buyer);
    out_json_count(&json, "year", (uint64_t)year);
    out_json_text(&json, "currency", "CNY");
    out_json_decimal(&json, "used", used, 2);
    out_json_end(&json, '}');
}

void sandbox_counts(struct sandbox *s, struct buf *out)
{
    struct out_json json = {.out = out};
    arena_reset(&s->arena);
    out_json_begin(&json, NULL, '{');
    for (bool more = RUN(s, COUNTS, ""); more; more = sandbox_db_next(s->db, SANDBOX_DB_COUNTS))
        out_json_count(&json, TEXT(s, COUNTS, 0), (uint64_t)sandbox_db_integer(s->db, SANDBOX_DB_COUNTS, 1));
    out_json_end(&json, '}');
}

/* ---- opening and closing ---- */

struct sandbox *sandbox_open(const char *path, const struct book *book, const struct sandbox_script *script,
                             struct errs *errs)
{
    struct sandbox_db *db = sandbox_db_open(path, errs);
    if (!db)
        return NULL;
    struct sandbox *s = memory_take(sizeof *s);
    s->db = db;
    s->script = *script;
    assess_init(&s->assess, book->rules, &book->fx);
    if (RUN(s, COUNT_RELEASED, ""))
        s->released = sandbox_db_integer(db, SANDBOX_DB_COUNT_RELEASED, 0);
    return s;
}

void sandbox_close(struct sandbox *s)
{
    if (!s)
        return;
    sandbox_db_close(s->db);
    assess_finish(&s->assess);
    arena_finish(&s->arena);
    memory_release(s);
}
