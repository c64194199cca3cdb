/* sandbox_list: documents set beside each other: whether they agree, whether the law admits the list, and what comes
 * back. */
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/money.h"
#include "core/text.h"
#include "customs/declare.h"
#include "sim/ceb_case.h"
#include "sim/ceb_match.h"
#include "sim/ceb_read.h"
#include "sim/ceb_write.h"
#include "sim/sandbox_int.h"
#include "sim/sandbox_tax.h"

static const char *amount(struct sandbox *s, int64_t fen)
{
    return sandbox_say(s, "%lld.%02d", (long long)(fen / 100), (int)(fen % 100));
}

/* ---- documents ---- */

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

const struct ceb_record *sandbox_document(struct sandbox *s, unsigned number, const char *key)
{
    return RUN(s, DOCUMENT, "it", (int64_t)number, key) ? parse(s, TEXT(s, DOCUMENT, 0)) : NULL;
}

const char *sandbox_written(struct sandbox *s, const struct ceb_message *message, const struct ceb_record *record,
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

struct ceb_values sandbox_answer_values(struct sandbox *s, unsigned receipt, const struct ceb_values *sent,
                                        const char *status, const char *info, int64_t due_ms)
{
    struct ceb_values v = *sent;
    SET(&v, guid, sandbox_guid(s, sandbox_value(sent, CEB_guid), receipt, status));
    SET(&v, returnStatus, status);
    SET(&v, returnTime, sandbox_stamp(s, due_ms));
    SET(&v, returnInfo, info);
    if (!v.at[CEB_preNo] || strlen(v.at[CEB_preNo]) != 18) {
        const char *key = sandbox_say(s, "%s|%s", sandbox_value(sent, CEB_agentCode), sandbox_value(sent, CEB_copNo));
        SET(&v, preNo,
            sandbox_say(s, "B%.8s%09llu", sandbox_stamp(s, s->now_ms),
                        (unsigned long long)(text_hash(key, strlen(key)) % 1000000000)));
    }
    if (v.at[CEB_invtNo] && strlen(v.at[CEB_invtNo]) != 18)
        SET(&v, invtNo, NULL);
    return v;
}

void sandbox_answer(struct sandbox *s, unsigned receipt, const struct ceb_values *sent, const char *status,
                    const char *info, int64_t due_ms, const struct sandbox_effect *effect)
{
    struct ceb_values v = sandbox_answer_values(s, receipt, sent, status, info, due_ms);
    if (!v.at[CEB_invtNo])
        SET(&v, invtNo, receipt == 604 ? "0" : NULL); /* an export's receipt must have one */
    const struct ceb_record record = {&v, NULL, 0};
    sandbox_put(s, receipt, sandbox_value(sent, CEB_orderNo), status,
                sandbox_written(s, ceb_find(receipt), &record, NULL), due_ms, v.at[CEB_guid], effect);
}

/* A receipt of a list, which changes nothing yet but is taken back with it. */
static struct sandbox_effect of_list(const char *key) { return (struct sandbox_effect){key, "", "", 0, 0}; }

static struct sandbox_effect becomes(const char *key, const char *state)
{
    return (struct sandbox_effect){key, state, "", 0, 0};
}

int64_t sandbox_store(struct sandbox *s, unsigned receipt, const struct ceb_values *sent)
{
    sandbox_answer(s, receipt, sent, "3", "发送海关成功", s->now_ms + s->script.delay_ms, NULL);
    int64_t taken_ms = s->now_ms + 2 * s->script.delay_ms;
    sandbox_answer(s, receipt, sent, "120", "[Code:1800;Desc:逻辑校验通过]", taken_ms, NULL);
    return taken_ms;
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

static void bill(struct sandbox *s, const char *key, const struct ceb_record *list, const char *invt_no, int64_t due_ms)
{
    const struct sandbox_effect effect = of_list(key);
    struct ceb_values v = sandbox_answer_values(s, 816, list->head, "1", "", due_ms);
    const struct ceb_values **line = arena_array(&s->arena, const struct ceb_values *, list->lines);
    SET(&v, invtNo, invt_no);
    SET(&v, taxNo, sandbox_say(s, "%.8sT%s", invt_no, invt_no + 9));
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
    sandbox_put(s, 816, sandbox_value(list->head, CEB_orderNo), "1", sandbox_written(s, ceb_find(816), &record, NULL),
                due_ms, v.at[CEB_guid], &effect);
}

/* ---- deciding ---- */

static void send_back(struct sandbox *s, unsigned receipt, const char *key, const struct ceb_values *list,
                      const char *info, const char *why, int64_t due_ms)
{
    struct sandbox_effect effect = becomes(key, "returned");
    sandbox_answer(s, receipt, list, "100", info, due_ms, &effect);
    RUN(s, SET_STATE, "tt", "returned", key);
    sandbox_count(s, why);
}

static const char *refusal_info(struct sandbox *s, const char *code, const char *zh)
{
    const char *number = strcmp(code, "over_order_limit") == 0  ? "-621005"
                         : strcmp(code, "over_year_limit") == 0 ? "-621018"
                                                                : "100";
    return sandbox_say(s, "[Code:%s;Desc:%s]", number, zh);
}

/* The law admits the list, with taxes in s->answer; or it goes back. */
static bool assess(struct sandbox *s, const char *key, const struct ceb_record *const document[DECLARE_DOCUMENTS],
                   int64_t due_ms)
{
    const struct ceb_record *list = document[DECLARE_LIST];
    const char *buyer = sandbox_value(list->head, CEB_buyerIdNumber), *code, *en, *zh, *instead;
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
        send_back(s, 622, key, list->head, sandbox_say(s, "[Code:100;Desc:%.300s]", why), "not_assessed", due_ms);
    }
    return false;
}

/* A person looks first, sometimes; returns when it is decided. */
static int64_t wait(struct sandbox *s, unsigned receipt, const char *key, const struct ceb_values *list,
                    int64_t taken_ms)
{
    const struct sandbox_effect effect = of_list(key);
    if (!sandbox_happens(s, sandbox_value(list, CEB_guid), CHANCE_MANUAL, s->script.manual_ppm))
        return taken_ms + s->script.delay_ms;
    sandbox_answer(s, receipt, list, "300", "[Code:1200;Desc:待人工审核]", taken_ms + s->script.delay_ms, &effect);
    sandbox_count(s, "manual_review");
    return taken_ms + 6 * s->script.delay_ms;
}

static void release(struct sandbox *s, const char *key, const struct ceb_record *list, bool is_export, int64_t due_ms)
{
    unsigned receipt = is_export ? 604 : 622;
    struct ceb_values head = *list->head;
    char year[15];
    int64_t taken = is_export || !s->answer.has_allowance ? 0 : s->answer.value;
    ceb_case_stamp(s->now_ms / 1000, year);
    const char *invt_no = sandbox_say(s, "%.4s%.4s%c%09lld", sandbox_value(&head, CEB_customsCode), year,
                                      is_export ? 'E' : 'I', (long long)++s->released);
    const char *buyer = sandbox_value(&head, CEB_buyerIdNumber);
    int64_t in = is_export ? 0 : sandbox_tax_year(list);
    SET(&head, invtNo, invt_no);
    const struct sandbox_effect effect = {key, "released", buyer, in, taken}, later = of_list(key);
    RUN(s, RELEASE, "tttiit", "released", invt_no, buyer, in, taken, key);
    if (taken)
        RUN(s, ADD_USED, "tii", buyer, in, taken);
    sandbox_answer(s, receipt, &head, "800", "[Code:2600;Desc:放行]", due_ms, &effect);
    if (is_export)
        sandbox_answer(s, receipt, &head, "899", "结关", due_ms + s->script.delay_ms, &later);
    else
        bill(s, key, list, invt_no, due_ms);
    sandbox_count(s, "released");
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
        const char *info = sandbox_say(s, "[Code:%d;Desc:%s %s]", (int)declare_fault_code(match.fault, is_export),
                                       declare_fault_name(match.fault, LANG_ZH), ceb_name(match.where));
        send_back(s, receipt, key, list, info, sandbox_say(s, "fault_%s", declare_fault_id(match.fault)),
                  taken_ms + s->script.delay_ms);
        return;
    }
    if (sandbox_happens(s, sandbox_value(list, CEB_guid), CHANCE_REJECT, s->script.reject_ppm)) {
        send_back(s, receipt, key, list, "[Code:100;Desc:退单（沙箱设定）]", "rejected", taken_ms + s->script.delay_ms);
        return;
    }
    if (!is_export && !assess(s, key, document, taken_ms + s->script.delay_ms))
        return;
    release(s, key, document[DECLARE_LIST], is_export, wait(s, receipt, key, list, taken_ms));
}

void sandbox_consider(struct sandbox *s, const char *order_no, bool is_export)
{
    static const uint16_t numbers[2][DECLARE_DOCUMENTS] = {{311, 411, 511, 621}, {303, 403, 505, 603}};
    const struct ceb_record *document[DECLARE_DOCUMENTS];
    const char *key = NULL, *ebp = "";
    for (bool more = RUN(s, LIST_OF_ORDER, "ti", order_no, (int64_t)0); more;
         more = sandbox_db_next(s->db, SANDBOX_DB_LIST_OF_ORDER))
        if (strcmp(TEXT(s, LIST_OF_ORDER, 1), "waiting") == 0) {
            key = TEXT(s, LIST_OF_ORDER, 0);
            ebp = TEXT(s, LIST_OF_ORDER, 3);
        }
    if (!key)
        return;
    document[DECLARE_LIST] = sandbox_document(s, numbers[is_export][DECLARE_LIST], key);
    check(document[DECLARE_LIST]);
    for (enum declare_document i = DECLARE_ORDER; i < DECLARE_LIST; i++) {
        if (is_export && i == DECLARE_WAYBILL) {
            const char *waybill = sandbox_value(document[DECLARE_LIST]->head, CEB_logisticsNo);
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

/* A list as it was decided and as it was told. */
struct standing {
    const char *key, *state, *told; /* key NULL: there is none */
};

static struct standing standing_of(struct sandbox *s, const char *order_no)
{
    struct standing is = {NULL, "", ""};
    for (bool more = RUN(s, LIST_OF_ORDER, "ti", order_no, (int64_t)0); more;
         more = sandbox_db_next(s->db, SANDBOX_DB_LIST_OF_ORDER))
        is = (struct standing){TEXT(s, LIST_OF_ORDER, 0), TEXT(s, LIST_OF_ORDER, 1), TEXT(s, LIST_OF_ORDER, 2)};
    return is;
}

/* Why the goods of a list cannot come back, or the list cannot be called off; NULL: it can. Only what was told is
 * known to who asks; what is decided but not told may still be called off. */
static const char *refund_objection(struct sandbox *s, const struct standing *is, const struct ceb_record *refund)
{
    if (!is->key)
        return "[Code:-623003;Desc:清单不存在]";
    if (strcmp(is->state, "released") != 0 || strcmp(is->told, "released") != 0)
        return "[Code:-625005;Desc:清单未放行]";
    if (!may_return(sandbox_document(s, 621, is->key), refund))
        return "[Code:-625209;Desc:退货商品不在原清单内]";
    return NULL;
}

static const char *cancel_objection(const struct standing *is)
{
    bool is_over = strcmp(is->state, "refunded") == 0 || strcmp(is->state, "cancelled") == 0;
    if (!is->key)
        return "[Code:-623003;Desc:清单不存在]";
    return is_over || strcmp(is->told, "released") == 0 ? "[Code:-623005;Desc:清单状态不允许撤销]" : NULL;
}

/* The whole allowance of the list is given back, also for a part of it. */
static void refund_list(struct sandbox *s, const struct standing *is, struct sandbox_effect *effect)
{
    effect->state = "refunded";
    if (!RUN(s, LIST, "t", is->key))
        return;
    effect->buyer = TEXT(s, LIST, 3);
    effect->year = INTEGER(s, LIST, 4);
    effect->taken = -INTEGER(s, LIST, 5);
}

/* A decision that was not told is taken back, with what it took of the allowance. */
static void cancel_list(struct sandbox *s, const struct standing *is, struct sandbox_effect *effect)
{
    effect->state = "cancelled";
    sandbox_withdraw(s, is->key);
    if (strcmp(is->state, "released") != 0 || !RUN(s, LIST, "t", is->key))
        return;
    const char *buyer = TEXT(s, LIST, 3);
    int64_t year = INTEGER(s, LIST, 4), taken = INTEGER(s, LIST, 5);
    if (taken)
        RUN(s, ADD_USED, "tii", buyer, year, -taken);
}

void sandbox_change(struct sandbox *s, unsigned number, const struct ceb_record *record)
{
    const struct ceb_values *head = record->head;
    struct standing is = standing_of(s, sandbox_value(head, CEB_orderNo));
    bool is_refund = number == 625;
    int64_t due_ms = sandbox_store(s, number + 1, head) + s->script.delay_ms;
    const char *info = is_refund ? refund_objection(s, &is, record) : cancel_objection(&is);
    struct sandbox_effect effect = of_list(is.key);
    if (info) {
        sandbox_answer(s, number + 1, head, "100", info, due_ms, NULL);
        sandbox_count(s, is_refund ? "refund_refused" : "cancel_refused");
        return;
    }
    if (is_refund)
        refund_list(s, &is, &effect);
    else
        cancel_list(s, &is, &effect);
    RUN(s, SET_STATE, "tt", effect.state, is.key);
    sandbox_count(s, effect.state);
    sandbox_answer(s, number + 1, head, "399", "[Code:2300;Desc:审核通过]", due_ms, &effect);
}
