/* sandbox: from a message to documents, from documents to a list that customs decides on. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/rng.h"
#include "core/text.h"
#include "sim/book.h"
#include "sim/ceb_case.h"
#include "sim/ceb_read.h"
#include "sim/ceb_write.h"
#include "sim/sandbox_int.h"

/* ---- texts ---- */

const char *sandbox_say(struct sandbox *s, const char *format, ...)
{
    char line[600];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    return arena_copy(&s->arena, line, strlen(line));
}

static const char *or_empty(const char *text) { return text ? text : ""; }

const char *sandbox_value(const struct ceb_values *values, enum ceb_name name) { return or_empty(values->at[name]); }

void sandbox_count(struct sandbox *s, const char *name) { RUN(s, ADD_COUNT, "t", name); }

const char *sandbox_stamp(struct sandbox *s, int64_t ms)
{
    char text[15];
    ceb_case_stamp(ms / 1000, text);
    return sandbox_say(s, "%s%03d", text, (int)(ms % 1000));
}

const char *sandbox_guid(struct sandbox *s, const char *cause, unsigned number, const char *status)
{
    uint64_t bits[2];
    rng_pair(rng_key(s->script.seed, 1), text_hash(cause, strlen(cause)), number,
             (uint32_t)text_hash(status, strlen(status)), bits);
    return sandbox_say(s, "%08X-%04X-4%03X-%04X-%012llX", (unsigned)(bits[0] >> 32), (unsigned)(bits[0] >> 16 & 0xFFFF),
                       (unsigned)(bits[0] & 0xFFF), (unsigned)(0x8000 | (bits[1] >> 48 & 0x3FFF)),
                       (unsigned long long)(bits[1] & UINT64_C(0xFFFFFFFFFFFF)));
}

bool sandbox_happens(const struct sandbox *s, const char *what, enum sandbox_chance chance, uint32_t ppm)
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
    struct place place = {number, "", sandbox_value(head, CEB_orderNo), sandbox_value(head, CEB_ebpCode),
                          sandbox_value(head, CEB_logisticsNo)};
    switch (number) {
    case 311:
    case 303:
    case 403:
        place.key = sandbox_say(s, "%s|%s", place.ebp, place.order_no);
        place.waybill = "";
        break;
    case 411:
        place.key =
            sandbox_say(s, "%s|%s", sandbox_value(head, CEB_payCode), sandbox_value(head, CEB_payTransactionId));
        break;
    case 511:
    case 505:
        place.key = sandbox_say(s, "%s|%s", sandbox_value(head, CEB_logisticsCode), place.waybill);
        place.ebp = "";
        break;
    case 711: /* a master bill may be told in parts, each a document of its own */
        place.key = sandbox_say(s, "%s|%s", sandbox_value(head, CEB_operatorCode),
                                *sandbox_value(head, CEB_copNo) ? sandbox_value(head, CEB_copNo)
                                                                : sandbox_value(head, CEB_billNo));
        break;
    default:
        place.key = sandbox_say(s, "%s|%s", sandbox_value(head, CEB_agentCode), sandbox_value(head, CEB_copNo));
    }
    return place;
}

static bool is_list(unsigned number) { return number == 621 || number == 603; }

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
         is_new = sandbox_value(head, CEB_appType)[0] == '1';
    bool has_list = is_list(place->number) && RUN(s, LIST, "t", place->key);
    const char *state = has_list ? TEXT(s, LIST, 0) : "", *told = has_list ? TEXT(s, LIST, 1) : "";
    bool is_returned = strcmp(state, "returned") == 0 && strcmp(told, "returned") == 0,
         is_waiting = strcmp(state, "waiting") == 0;
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
    if (!is_list(place->number) || sandbox_value(record->head, CEB_appType)[0] != '2' ||
        !RUN(s, LIST, "t", place->key) || strcmp(TEXT(s, LIST, 0), "released") != 0 ||
        strcmp(TEXT(s, LIST, 1), "released") != 0)
        return false;
    struct ceb_values head = *record->head;
    const char *invt_no = TEXT(s, LIST, 2);
    if (!says_the_same(sandbox_document(s, place->number, place->key), record))
        return false;
    SET(&head, invtNo, invt_no);
    int64_t taken_ms = sandbox_store(s, place->number + 1u, &head);
    sandbox_answer(s, place->number + 1u, &head, "800", "[Code:2600;Desc:放行]", taken_ms, NULL);
    sandbox_count(s, "repeated");
    return true;
}

static void keep(struct sandbox *s, const struct ceb_document *document, const struct ceb_record *record,
                 const struct place *place)
{
    RUN(s, PUT_DOCUMENT,
        "itttt"
        "t",
        (int64_t)place->number, place->key, place->order_no, place->ebp, place->waybill,
        sandbox_written(s, document->message, record, document->transfer));
    if (is_list(place->number))
        RUN(s, PUT_LIST,
            "tit"
            "ttt",
            place->key, (int64_t)place->number, place->order_no, place->ebp, place->waybill,
            sandbox_answer_values(s, place->number + 1, record->head, "1", "", s->now_ms).at[CEB_preNo]);
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
        sandbox_answer(s, number + 1, head, code, text, s->now_ms + s->script.delay_ms, NULL);
        sandbox_count(s, "objected");
        return;
    }
    if (strcmp(sandbox_value(head, CEB_appStatus), "1") == 0) /* the port stores it, customs never sees it */
        return;
    if (number == 623 || number == 625) {
        sandbox_change(s, number, record);
        return;
    }
    if (sandbox_value(head, CEB_appType)[0] == '3')
        RUN(s, DROP_DOCUMENT, "it", (int64_t)number, place.key);
    else
        keep(s, document, record, &place);
    int64_t taken_ms = sandbox_store(s, number + 1, head);
    if (number == 711)
        sandbox_answer(s, 712, head, "399", "海关审结", taken_ms + s->script.delay_ms, NULL);
    const char *order_no = place.order_no;
    if (number == 505)
        order_no = RUN(s, LIST_OF_WAYBILL, "t", place.waybill) ? TEXT(s, LIST_OF_WAYBILL, 0) : "";
    if (*order_no)
        sandbox_consider(s, order_no, document->message->is_export);
}

/* The port's own receipts, at once: stored (1) or being declared (2). */
static void confirm(struct sandbox *s, const struct ceb_document *document, struct buf *out)
{
    const struct ceb_message *receipt = ceb_find(document->message->number + 1u);
    for (uint32_t i = 0; i < document->records; i++) {
        bool is_stored = strcmp(sandbox_value(document->record[i].head, CEB_appStatus), "1") == 0;
        struct ceb_values v = sandbox_answer_values(s, receipt->number, document->record[i].head, is_stored ? "1" : "2",
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
    SET(&v, guid, sandbox_guid(s, buf_text(&info), 900, type));
    SET(&v, returnStatus, "-2");
    SET(&v, returnInfo, buf_text(&info));
    SET(&v, returnTime, sandbox_stamp(s, s->now_ms));
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
        if (!*sandbox_value(document->record[i].head, CEB_copNo))
            errs_add(errs, ERR_MISSING_NAME, "copNo is missing in record %u", i + 1);
}

void sandbox_begin(struct sandbox *s)
{
    if (!s->is_open)
        RUN(s, BEGIN, "");
    s->is_open = true;
}

enum sandbox_verdict sandbox_take(struct sandbox *s, const char *bytes, size_t length, int64_t now_ms, struct buf *out)
{
    struct ceb_document document;
    struct errs wrong = {0};
    sandbox_tell(s, now_ms);
    arena_reset(&s->arena);
    if (ceb_read("message", bytes, length, &s->arena, &document, &wrong) == 0)
        look_further(&document, &wrong);
    sandbox_begin(s);
    if (wrong.count) {
        refuse(s, &document, &wrong, out);
        sandbox_count(s, "messages_refused");
        sandbox_count(s, sandbox_say(s, "refused_%s", err_name(wrong.item[0].code)));
        return SANDBOX_REFUSED;
    }
    confirm(s, &document, out);
    for (uint32_t i = 0; i < document.records; i++)
        take_record(s, &document, &document.record[i]);
    sandbox_count(s, "messages_taken");
    return SANDBOX_TAKEN;
}

int sandbox_commit(struct sandbox *s, struct errs *errs)
{
    if (!s->is_open)
        return 0;
    s->is_open = false;
    RUN(s, SET_CLOCK, "i", s->now_ms);
    int result = sandbox_db_commit(s->db, errs);
    if (result == 0)
        s->kept_released = s->released;
    if (result == 0)
        s->kept_told = s->told;
    else
        s->next_ms = INT64_MIN; /* what was told is to be told again */
    s->released = s->kept_released;
    s->told = s->kept_told;
    return result;
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
    s->next_ms = INT64_MIN;
    assess_init(&s->assess, book->rules, &book->fx);
    quote_init(&s->quote, book, REQUEST_ORDER);
    if (RUN(s, COUNT_RELEASED, ""))
        s->released = s->kept_released = INTEGER(s, COUNT_RELEASED, 0);
    if (RUN(s, LAST_TOLD, ""))
        s->told = s->kept_told = INTEGER(s, LAST_TOLD, 0);
    if (RUN(s, CLOCK, ""))
        s->now_ms = INTEGER(s, CLOCK, 0);
    sandbox_db_rest(db);
    return s;
}

void sandbox_close(struct sandbox *s)
{
    if (!s)
        return;
    sandbox_commit(s, &(struct errs){0});
    sandbox_db_close(s->db);
    assess_finish(&s->assess);
    quote_finish(&s->quote);
    arena_finish(&s->arena);
    memory_release(s);
}

int64_t sandbox_now(const struct sandbox *s) { return s->now_ms; }

void sandbox_set_clock(struct sandbox *s, int64_t now_ms)
{
    sandbox_begin(s);
    sandbox_tell(s, now_ms);
}
