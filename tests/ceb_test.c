/* ceb_test: the tables of customs' messages against the schemas; what is written is read as it was; what is broken is
 * refused with its place; documents that differ are told apart. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "core/arena.h"
#include "sim/ceb.h"
#include "sim/ceb_match.h"
#include "sim/ceb_read.h"
#include "sim/ceb_write.h"
#include "sim/file.h"

/* ---- the schemas ---- */

static const char *const schema_path[2] = {"../shared/data/ceb/xsd/ceb-import.xsd",
                                           "../shared/data/ceb/xsd/ceb-export.xsd"};

static char *property(xmlNode *node, const char *name) { return (char *)xmlGetProp(node, BAD_CAST name); }

static bool has_property(xmlNode *node, const char *name, const char *value)
{
    char *text = property(node, name);
    bool is_so = text && strcmp(text, value) == 0;
    xmlFree(text);
    return is_so;
}

static xmlNode *child(xmlNode *node, const char *name)
{
    for (xmlNode *at = node ? node->children : NULL; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && strcmp((const char *)at->name, name) == 0)
            return at;
    return NULL;
}

static xmlNode *global(xmlNode *schema, const char *name)
{
    for (xmlNode *at = schema->children; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && strcmp((const char *)at->name, "element") == 0 &&
            has_property(at, "name", name))
            return at;
    return NULL;
}

/* The elements of its sequence; a reference leads to the global one. */
static xmlNode *sequence(xmlNode *schema, xmlNode *element)
{
    char *ref = property(element, "ref");
    xmlNode *named = ref ? global(schema, strchr(ref, ':') + 1) : element;
    xmlFree(ref);
    return child(child(named, "complexType"), "sequence");
}

static xmlNode *find(xmlNode *schema, xmlNode *within, const char *name)
{
    char ref[64];
    (void)schema;
    snprintf(ref, sizeof ref, "ceb:%s", name);
    for (xmlNode *at = within ? within->children : NULL; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && (has_property(at, "name", name) || has_property(at, "ref", ref)))
            return at;
    return NULL;
}

static long facet(xmlNode *restriction, const char *name, long fallback)
{
    xmlNode *node = child(restriction, name);
    char *text = node ? property(node, "value") : NULL;
    long value = text ? strtol(text, NULL, 10) : fallback;
    xmlFree(text);
    return value;
}

static void compare_type(const struct ceb_field *field, xmlNode *element)
{
    xmlNode *restriction = child(child(element, "simpleType"), "restriction");
    bool is_int = restriction ? has_property(restriction, "base", "xs:int") : has_property(element, "type", "xs:int");
    bool is_decimal = restriction && has_property(restriction, "base", "xs:decimal");
    assert_int_equal(field->type == CEB_INTEGER, is_int);
    assert_int_equal(field->type == CEB_DECIMAL, is_decimal);
    if (is_int)
        assert_int_equal(field->most, facet(restriction, "totalDigits", 10));
    if (is_int || is_decimal)
        return;
    long length = facet(restriction, "length", -1);
    assert_int_equal(field->least, length >= 0 ? length : facet(restriction, "minLength", 0));
    assert_int_equal(field->most, length >= 0 ? length : facet(restriction, "maxLength", UINT32_MAX));
}

static void compare_fields(const struct ceb_field *field, xmlNode *within)
{
    for (xmlNode *at = within->children; at; at = at->next) {
        char *name = at->type == XML_ELEMENT_NODE ? property(at, "name") : NULL;
        if (!name || child(at, "complexType")) {
            xmlFree(name);
            continue;
        }
        assert_string_equal(ceb_name((enum ceb_name)field->name), name);
        assert_int_equal(field->is_optional, has_property(at, "minOccurs", "0"));
        compare_type(field, at);
        field++;
        xmlFree(name);
    }
    assert_int_equal(field->name, CEB_NONE);
}

static void compare_count(xmlNode *element, uint32_t most)
{
    char *text = property(element, "maxOccurs");
    uint32_t count = !text ? 1 : strcmp(text, "unbounded") == 0 ? 0 : (uint32_t)strtoul(text, NULL, 10);
    xmlFree(text);
    assert_int_equal(most, count);
}

static void compare_message(xmlNode *schema, const struct ceb_message *message)
{
    char name[32];
    snprintf(name, sizeof name, "CEB%uMessage", message->number);
    xmlNode *outer = sequence(schema, global(schema, name));
    xmlNode *record = find(schema, outer, message->record), *inner = sequence(schema, record);
    assert_non_null(inner);
    compare_count(record, message->records_most);
    assert_int_equal(message->is_receipt, find(schema, outer, "BaseTransfer") == NULL);
    xmlNode *signature = NULL;
    for (xmlNode *at = outer->children; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && has_property(at, "ref", "ds:Signature"))
            signature = at;
    assert_int_equal(message->needs_signature, signature && !has_property(signature, "minOccurs", "0"));
    if (!message->head.element) {
        compare_fields(message->head.fields, inner);
        return;
    }
    compare_fields(message->head.fields, sequence(schema, find(schema, inner, message->head.element)));
    if (!message->list.element)
        return;
    xmlNode *list = find(schema, inner, message->list.element);
    compare_fields(message->list.fields, sequence(schema, list));
    compare_count(list, message->lines_most);
}

static void tables_are_the_schemas(void **state)
{
    (void)state;
    xmlDoc *schema[2];
    if (access(schema_path[0], R_OK) != 0)
        skip();
    for (int i = 0; i < 2; i++)
        assert_non_null(schema[i] = xmlReadFile(schema_path[i], NULL, XML_PARSE_NONET));
    for (const struct ceb_message *message = ceb_messages; message->number; message++)
        compare_message(xmlDocGetRootElement(schema[message->is_export]), message);
    for (int i = 0; i < 2; i++)
        xmlFreeDoc(schema[i]);
}

/* ---- round trips ---- */

/* A value that the field takes, as long as it may be. */
static const char *filler(struct arena *arena, const struct ceb_field *field)
{
    if (field->only)
        return arena_copy(arena, field->only, strcspn(field->only, " "));
    static const char *const by_type[] = {[CEB_GUID] = "4CDE1CFD-EDED-46B1-946C-B8022E42FC94",
                                          [CEB_TIME] = "20160308112701999",
                                          [CEB_DAY] = "20160229",
                                          [CEB_DECIMAL] = "12345678912345.12345",
                                          [CEB_INTEGER] = "12345"};
    if (field->type != CEB_TEXT)
        return arena_copy(arena, by_type[field->type],
                          field->type == CEB_TIME ? field->most : strlen(by_type[field->type]));
    struct buf text = {0};
    for (uint32_t i = 0; i < field->most && i < 5000; i++)
        buf_puts(&text, i % 3 ? "奶" : i % 2 ? "<" : "&");
    const char *copy = arena_copy(arena, text.data, text.length);
    buf_finish(&text);
    return copy;
}

static struct ceb_values *filled(struct arena *arena, const struct ceb_field *field)
{
    struct ceb_values *values = arena_array(arena, struct ceb_values, 1);
    for (; field->name; field++)
        values->at[field->name] = filler(arena, field);
    return values;
}

static void assert_same(const struct ceb_field *field, const struct ceb_values *a, const struct ceb_values *b)
{
    for (; field->name; field++)
        assert_string_equal(a->at[field->name], b->at[field->name]);
}

static void round_trip(struct arena *arena, const struct ceb_message *message)
{
    const struct ceb_values *line[2];
    struct ceb_record record[2];
    uint32_t records = message->records_most == 1 ? 1 : 2;
    for (uint32_t i = 0; i < 2; i++) {
        line[i] = message->list.element ? filled(arena, message->list.fields) : NULL;
        record[i] = (struct ceb_record){filled(arena, message->head.fields), line, message->list.element ? 2 : 0};
    }
    struct ceb_document document = {message, "4CDE1CFD-EDED-46B1-946C-B8022E42FC94", record,
                                    records, filled(arena, ceb_transfer_fields),     false},
                        got;
    struct buf out = {0};
    struct errs errs = {0};
    ceb_write(&document, &out);
    if (ceb_read("message", out.data, out.length, arena, &got, &errs) != 0)
        unit_fail_with(&errs);
    assert_ptr_equal(got.message, message);
    assert_int_equal(got.records, records);
    assert_string_equal(got.guid, document.guid);
    assert_int_equal(got.is_signed, message->needs_signature);
    for (uint32_t i = 0; i < records; i++) {
        assert_same(message->head.fields, record[i].head, got.record[i].head);
        assert_int_equal(got.record[i].lines, record[i].lines);
        for (uint32_t k = 0; k < record[i].lines; k++)
            assert_same(message->list.fields, line[k], got.record[i].line[k]);
    }
    buf_finish(&out);
}

static void written_is_read_as_it_was(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (const struct ceb_message *message = ceb_messages; message->number; message++)
        round_trip(&arena, message);
    arena_finish(&arena);
}

static void what_does_not_fit_is_made_to(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct ceb_values head = {{NULL}};
    for (const struct ceb_field *field = ceb_find(512)->head.fields; field->name; field++)
        head.at[field->name] = filler(&arena, field);
    head.at[CEB_logisticsCode] = "奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶";
    head.at[CEB_logisticsNo] = "a\x01"
                               "b\xff"
                               "c\xef\xbf\xbf"
                               "d\xe5\xa5";
    struct ceb_record record = {&head, NULL, 0};
    struct ceb_document document = {ceb_find(512), head.at[CEB_guid], &record, 1, NULL, false}, got;
    struct buf out = {0};
    struct errs errs = {0};
    ceb_write(&document, &out);
    assert_int_equal(ceb_read("message", out.data, out.length, &arena, &got, &errs), 0);
    assert_string_equal(got.record[0].head->at[CEB_logisticsCode], "奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶奶");
    assert_string_equal(got.record[0].head->at[CEB_logisticsNo], "a?b?c???d??");
    buf_finish(&out);
    arena_finish(&arena);
}

/* The published samples are sound in their form, whatever they add up to; where one is not, it is a code that no list
 * knows (an export's trade mode 0101). */
static void samples_are_taken(void **state)
{
    (void)state;
    static const char *const folder[2] = {"import", "export"};
    if (access(schema_path[0], R_OK) != 0)
        skip();
    for (const struct ceb_message *message = ceb_messages; message->number; message++) {
        char path[96];
        struct arena arena = {0};
        struct buf bytes = {0};
        struct errs errs = {0};
        struct ceb_document got;
        snprintf(path, sizeof path, "../shared/data/ceb/samples-%s/CEB%uMessage.xml", folder[message->is_export],
                 message->number);
        if (access(path, R_OK) == 0) {
            assert_int_equal(file_read(path, &bytes, &errs), 0);
            ceb_read(path, bytes.data, bytes.length, &arena, &got, &errs);
            for (size_t i = 0; i < errs.count; i++)
                if (errs.item[i].code != ERR_UNKNOWN_VALUE)
                    unit_fail_with(&errs);
            assert_ptr_equal(got.message, message);
        }
        buf_finish(&bytes);
        arena_finish(&arena);
    }
}

/* ---- what is refused ---- */

#define HEAD                                                                                                  \
    "<CEB512Message xmlns=\"http://www.chinaport.gov.cn/ceb\" guid=\"4CDE1CFD-EDED-46B1-946C-B8022E42FC94\" " \
    "version=\"1.0\">"
#define FIRST "<LogisticsReturn>\n<guid>4CDE1CFD-EDED-46B1-946C-B8022E42FC94</guid>\n"
#define MIDDLE "<logisticsCode>1</logisticsCode>\n<logisticsNo>2</logisticsNo>\n<returnStatus>2</returnStatus>\n"
#define LAST "<returnTime>20160308112701000</returnTime>\n<returnInfo>x</returnInfo>\n</LogisticsReturn>"
#define TAIL "</CEB512Message>"

static const struct {
    const char *text, *found; /* a part of the first message; NULL: it is sound */
    const char *pointer;
    uint32_t line, column;
} cases[] = {
    {HEAD FIRST MIDDLE LAST TAIL, NULL, NULL, 0, 0},
    {"\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>" HEAD FIRST MIDDLE LAST TAIL, NULL, NULL, 0, 0},
    {HEAD FIRST "<logisticsCode>a&amp;b<![CDATA[<c>]]></logisticsCode>\n<logisticsNo>2</logisticsNo>\n"
                "<returnStatus>2</returnStatus>\n" LAST TAIL,
     NULL, NULL, 0, 0},
    {"", "nothing to read", "", 0, 0},
    {"no xml", "this is no XML", "", 1, 0},
    {HEAD FIRST MIDDLE LAST, "this is no XML", "/CEB512Message", 8, 0},
    {HEAD TAIL, "has no LogisticsReturn", "/CEB512Message", 1, 0},
    {HEAD FIRST LAST TAIL, "logisticsCode must stand in front", "/CEB512Message/LogisticsReturn[1]", 3, 1},
    {HEAD FIRST MIDDLE "</LogisticsReturn>" TAIL, "returnTime must stand in front", "/CEB512Message/LogisticsReturn[1]",
     6, 1},
    {HEAD FIRST "<logisticNo>2</logisticNo>" MIDDLE LAST TAIL, "\"logisticNo\" is no element",
     "/CEB512Message/LogisticsReturn[1]", 3, 1},
    {HEAD FIRST MIDDLE "<guid>x</guid>" LAST TAIL, "guid stands here too late",
     "/CEB512Message/LogisticsReturn[1]/guid", 6, 1},
    {HEAD FIRST MIDDLE LAST FIRST MIDDLE
     "<returnTime>20160230112701000</returnTime><returnInfo>x</returnInfo></LogisticsReturn>" TAIL,
     "returnTime takes a time", "/CEB512Message/LogisticsReturn[2]/returnTime", 13, 13},
    {HEAD FIRST MIDDLE
     "<returnTime>20160132112701000</returnTime><returnInfo>x</returnInfo></LogisticsReturn>" TAIL,
     "returnTime takes a time", "/CEB512Message/LogisticsReturn[1]/returnTime", 6, 13},
    {HEAD FIRST
     "<logisticsCode>1234567890123456789</logisticsCode><logisticsNo>2</logisticsNo><returnStatus>2</returnStatus>" LAST
         TAIL,
     "logisticsCode is too long", "/CEB512Message/LogisticsReturn[1]/logisticsCode", 3, 16},
    {HEAD FIRST
     "<logisticsCode><b/></logisticsCode><logisticsNo>2</logisticsNo><returnStatus>2</returnStatus>" LAST TAIL,
     "text is expected", NULL, 3, 16},
    {HEAD FIRST MIDDLE LAST "<BaseTransfer/>" TAIL, "BaseTransfer does not belong here", "/CEB512Message", 8, 0},
    {"<CEB999Message/>", "is of another namespace", "", 1, 1},
    {"<CEB999Message xmlns='http://www.chinaport.gov.cn/ceb'/>", "no message that is known", "", 1, 1},
    {"<CEB512Message xmlns='http://www.chinaport.gov.cn/ceb' version='1.0'/>", "the attribute guid is missing", NULL, 1,
     1},
    {"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>" HEAD FIRST MIDDLE LAST TAIL, "document type", "", 1, 0},
    {"<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>", "document type", "", 1, 0},
    {HEAD "&lol;" TAIL, "this is no XML", NULL, 1, 0},
    {"<?xml version='1.0' encoding='GBK'?>" HEAD FIRST MIDDLE LAST TAIL, "only UTF-8", "", 1, 1},
    {HEAD FIRST "<logisticsCode>\xC4\xCC</logisticsCode>" TAIL, "not UTF-8", "", 3, 16},
};

static void broken_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena arena = {0};
        struct errs errs = {0};
        struct ceb_document got;
        int result = ceb_read("message", cases[i].text, strlen(cases[i].text), &arena, &got, &errs);
        arena_finish(&arena);
        assert_int_equal(result, cases[i].found ? -1 : 0);
        if (!cases[i].found)
            continue;
        const struct err *err = &errs.item[0];
        if (!strstr(err->message, cases[i].found) ||
            (cases[i].pointer && strcmp(err->pointer, cases[i].pointer) != 0) ||
            (cases[i].line && err->line != cases[i].line) || (cases[i].column && err->column != cases[i].column)) {
            print_error("case %zu wants \"%s\" at %s %u:%u\n", i, cases[i].found,
                        cases[i].pointer ? cases[i].pointer : "-", cases[i].line, cases[i].column);
            unit_fail_with(&errs);
        }
    }
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf text = {0};
    struct errs errs = {0};
    struct ceb_document got;
    buf_puts(&text, HEAD FIRST "<logisticsCode>");
    for (int i = 0; i < 1000000; i++)
        buf_puts(&text, "0123456789");
    buf_puts(&text, "</logisticsCode>\n<logisticsNo>2</logisticsNo>\n<returnStatus>2</returnStatus>\n" LAST TAIL);
    assert_int_equal(ceb_read("message", text.data, text.length, &arena, &got, &errs), -1);
    assert_true(arena.used < 100000);
    while (text.length <= CEB_READ_MOST)
        buf_puts(&text, "          ");
    errs = (struct errs){0};
    assert_int_equal(ceb_read("message", text.data, text.length, &arena, &got, &errs), -1);
    assert_int_equal(errs.item[0].code, ERR_RANGE);
    text.length = 0;
    buf_puts(&text, HEAD);
    for (int i = 0; i < 101; i++)
        buf_puts(&text, FIRST MIDDLE LAST);
    buf_puts(&text, TAIL);
    errs = (struct errs){0};
    assert_int_equal(ceb_read("message", text.data, text.length, &arena, &got, &errs), -1);
    assert_non_null(strstr(errs.item[0].message, "at most 100"));
    buf_finish(&text);
    arena_finish(&arena);
}

/* ---- documents beside each other ---- */

static void set(struct ceb_values *values, const char *const pairs[][2])
{
    for (; (*pairs)[0]; pairs++)
        for (unsigned name = 1; name < CEB_NAME_COUNT; name++)
            if (strcmp(ceb_name((enum ceb_name)name), (*pairs)[0]) == 0)
                values->at[name] = (*pairs)[1];
}

struct papers {
    struct ceb_values head[DECLARE_DOCUMENTS], line[2];
    const struct ceb_values *order_line[1], *list_line[1];
    struct ceb_record record[DECLARE_DOCUMENTS];
    const struct ceb_record *all[DECLARE_DOCUMENTS];
};

static void fill_papers(struct papers *p)
{
    memset(p, 0, sizeof *p);
    set(&p->head[DECLARE_ORDER], (const char *const[][2]){{"appTime", "20250101120000"},
                                                          {"ebpCode", "P"},
                                                          {"ebcCode", "C"},
                                                          {"goodsValue", "200.00"},
                                                          {"freight", "10"},
                                                          {"discount", "5.5"},
                                                          {"taxTotal", "19.11"},
                                                          {"acturalPaid", "223.61"},
                                                          {"buyerName", "甲"},
                                                          {"buyerIdNumber", "1"},
                                                          {"buyerIdType", "1"},
                                                          {"payCode", "Z"},
                                                          {"payTransactionId", "T"},
                                                          {"consignee", "乙"},
                                                          {"consigneeTelephone", "2"},
                                                          {"consigneeAddress", "路"},
                                                          {NULL, NULL}});
    set(&p->head[DECLARE_PAYMENT], (const char *const[][2]){{"appTime", "20250101120001"},
                                                            {"payTime", "20250101115959"},
                                                            {"ebpCode", "P"},
                                                            {"payCode", "Z"},
                                                            {"payTransactionId", "T"},
                                                            {"payerName", "甲"},
                                                            {"payerIdNumber", "1"},
                                                            {"payerIdType", "1"},
                                                            {"amountPaid", "223.610"},
                                                            {NULL, NULL}});
    set(&p->head[DECLARE_WAYBILL], (const char *const[][2]){{"appTime", "20250101130000"},
                                                            {"logisticsCode", "L"},
                                                            {"logisticsNo", "N"},
                                                            {"weight", "1.8"},
                                                            {"consignee", "乙"},
                                                            {"consigneeTelephone", "2"},
                                                            {"consigneeAddress", "路"},
                                                            {NULL, NULL}});
    set(&p->head[DECLARE_LIST], (const char *const[][2]){{"appTime", "20250101130000"},
                                                         {"ebpCode", "P"},
                                                         {"ebcCode", "C"},
                                                         {"logisticsCode", "L"},
                                                         {"logisticsNo", "N"},
                                                         {"freight", "10.00"},
                                                         {"buyerName", "甲"},
                                                         {"buyerIdNumber", "1"},
                                                         {"buyerIdType", "1"},
                                                         {"grossWeight", "1.80"},
                                                         {"netWeight", "1.6"},
                                                         {NULL, NULL}});
    set(&p->line[0], (const char *const[][2]){{"gnum", "1"},
                                              {"itemName", "奶粉"},
                                              {"qty", "2"},
                                              {"unit", "122"},
                                              {"price", "100.00"},
                                              {"totalPrice", "200"},
                                              {"currency", "142"},
                                              {NULL, NULL}});
    p->line[1] = p->line[0];
    p->line[1].at[CEB_gname] = "奶粉";
    p->order_line[0] = &p->line[0];
    p->list_line[0] = &p->line[1];
    for (unsigned i = 0; i < DECLARE_DOCUMENTS; i++) {
        p->record[i] = (struct ceb_record){&p->head[i], NULL, 0};
        p->all[i] = &p->record[i];
    }
    p->record[DECLARE_ORDER] = (struct ceb_record){&p->head[DECLARE_ORDER], p->order_line, 1};
    p->record[DECLARE_LIST] = (struct ceb_record){&p->head[DECLARE_LIST], p->list_line, 1};
}

static void differences_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        enum declare_document document;
        enum ceb_name name;
        bool of_line;
        const char *value;
        enum declare_fault fault;
    } change[] = {
        {DECLARE_ORDER, CEB_acturalPaid, false, "223.62", DECLARE_AMOUNT},
        {DECLARE_ORDER, CEB_discount, false, "0", DECLARE_AMOUNT},
        {DECLARE_ORDER, CEB_goodsValue, false, "200.00001", DECLARE_AMOUNT},
        {DECLARE_PAYMENT, CEB_amountPaid, false, "223.6", DECLARE_AMOUNT},
        {DECLARE_PAYMENT, CEB_payerName, false, "丙", DECLARE_PAYER},
        {DECLARE_PAYMENT, CEB_payerIdNumber, false, "9", DECLARE_PAYER},
        {DECLARE_PAYMENT, CEB_payCode, false, "Y", DECLARE_PAYMENT_FIRM},
        {DECLARE_PAYMENT, CEB_payTime, false, "20250101120002", DECLARE_TIME},
        {DECLARE_WAYBILL, CEB_consignee, false, "丙", DECLARE_RECEIVER},
        {DECLARE_WAYBILL, CEB_weight, false, "1.9", DECLARE_WEIGHT},
        {DECLARE_WAYBILL, CEB_appTime, false, "20250101130001", DECLARE_TIME},
        {DECLARE_LIST, CEB_buyerIdNumber, false, "9", DECLARE_BUYER},
        {DECLARE_LIST, CEB_ebcCode, false, "D", DECLARE_FIRM},
        {DECLARE_LIST, CEB_netWeight, false, "1.81", DECLARE_WEIGHT},
        {DECLARE_LIST, CEB_gname, true, "奶", DECLARE_LINES},
        {DECLARE_LIST, CEB_qty, true, "3", DECLARE_AMOUNT},
        {DECLARE_LIST, CEB_unit, true, "007", DECLARE_LINES},
    };
    struct papers p;
    fill_papers(&p);
    assert_int_equal(ceb_match(p.all, false, 0).fault, DECLARE_AGREES);
    for (size_t i = 0; i < COUNT_OF(change); i++) {
        fill_papers(&p);
        struct ceb_values *values = change[i].of_line ? &p.line[1] : &p.head[change[i].document];
        values->at[change[i].name] = change[i].value;
        assert_int_equal(ceb_match(p.all, false, 0).fault, change[i].fault);
        assert_int_equal(ceb_match(p.all, false, 100000).fault,
                         change[i].fault == DECLARE_AMOUNT && i != 1 && !change[i].of_line ? DECLARE_AGREES
                                                                                           : change[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_the_schemas),           cmocka_unit_test(written_is_read_as_it_was),
        cmocka_unit_test(what_does_not_fit_is_made_to),     cmocka_unit_test(samples_are_taken),
        cmocka_unit_test(broken_is_refused_with_its_place), cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(differences_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
