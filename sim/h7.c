/* h7: tables of what each group holds, and what the tables cannot say: numbers, sums, what goes together. */
#include "sim/h7.h"

#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "core/money.h"
#include "core/text.h"
#include "sim/clock.h"

enum { GRAM_DIGITS = 6, LRN_MOST = 22, ITEMS_MOST = 9999 };

/* ---- the tables ---- */

#define TEXT_FIELD(name_, note_)                            \
    {                                                       \
        name_, JSON_STRING, .required = true, .note = note_ \
    }
#define OPTIONAL_TEXT(name_, note_)       \
    {                                     \
        name_, JSON_STRING, .note = note_ \
    }
#define GROUP(name_, fields_, note_)                                           \
    {                                                                          \
        name_, JSON_OBJECT, .required = true, .fields = fields_, .note = note_ \
    }
#define OPTIONAL_GROUP(name_, fields_, note_)                \
    {                                                        \
        name_, JSON_OBJECT, .fields = fields_, .note = note_ \
    }
#define AMOUNT(name_, note_)                                 \
    {                                                        \
        name_, JSON_DECIMAL, .required = true, .note = note_ \
    }

static const char *const declaration_types[] = {"IM", "CO", NULL};
static const char *const additional_types[] = {"A", "D", NULL};
static const char *const statuses[] = {"2", "3", NULL};
static const char *const vat_roles[] = {"FR5", NULL};

static const struct json_field address[] = {TEXT_FIELD("019", "street and number"),
                                            TEXT_FIELD("020", "country"),
                                            OPTIONAL_TEXT("021", "postcode"),
                                            TEXT_FIELD("022", "city"),
                                            {0}};
static const struct json_field contact[] = {
    TEXT_FIELD("016", "name"), OPTIONAL_TEXT("075", "telephone"), OPTIONAL_TEXT("076", "e-mail"), {0}};
static const struct json_field importer[] = {
    TEXT_FIELD("016", "name"), OPTIONAL_TEXT("017", "EORI"), GROUP("018", address, "address"), {0}};
static const struct json_field declarant[] = {TEXT_FIELD("016", "name"),
                                              TEXT_FIELD("017", "EORI"),
                                              GROUP("018", address, "address"),
                                              OPTIONAL_GROUP("074", contact, "contact person"),
                                              {0}};
static const struct json_field representative[] = {
    TEXT_FIELD("017", "EORI"),
    {"030", JSON_STRING, .required = true, .choices = statuses, .note = "2 direct, 3 indirect"},
    {0}};
static const struct json_field office[] = {TEXT_FIELD("001", "reference number: member state and six characters"), {0}};
static const struct json_field exporter[] = {
    TEXT_FIELD("016", "name"), OPTIONAL_TEXT("017", "identification"), GROUP("018", address, "address"), {0}};
static const struct json_field document[] = {TEXT_FIELD("001", "number"), TEXT_FIELD("002", "type: N750, N740 …"), {0}};
static const struct json_field vat_number[] = {
    {"031", JSON_STRING, .required = true, .choices = vat_roles, .note = "role: FR5 is the seller under IOSS"},
    TEXT_FIELD("034", "IOSS number: IM and ten digits"),
    {0}};
static const struct json_field money[] = {TEXT_FIELD("012", "currency"), AMOUNT("014", "amount"), {0}};
static const struct json_field location[] = {
    TEXT_FIELD("045", "type"), TEXT_FIELD("046", "qualifier"), OPTIONAL_TEXT("047", "customs office"), {0}};
static const struct json_field packages[] = {TEXT_FIELD("004", "number of packages"), {0}};
static const struct json_field commodity[] = {TEXT_FIELD("056", "six digits of the Harmonised System"), {0}};

static const struct json_field header[] = {
    {"11 01", JSON_STRING, .required = true, .choices = declaration_types, .note = "declaration type"},
    {"11 02", JSON_STRING, .required = true, .choices = additional_types, .note = "additional declaration type"},
    TEXT_FIELD("12 09", "LRN"),
    GROUP("13 04", importer, "importer"),
    GROUP("13 05", declarant, "declarant"),
    OPTIONAL_GROUP("13 06", representative, "representative"),
    GROUP("17 02", office, "customs office"),
    {0}};
static const struct json_field shipment[] = {
    GROUP("12 05", document, "transport document"),
    OPTIONAL_TEXT("12 08", "reference"),
    GROUP("13 01", exporter, "exporter"),
    OPTIONAL_GROUP("13 16", vat_number, "VAT identification"),
    OPTIONAL_GROUP("14 15", money, "transport and insurance costs to the destination"),
    GROUP("16 15", location, "location of goods"),
    AMOUNT("18 04", "gross mass, kg"),
    {0}};
static const struct json_field item[] = {
    TEXT_FIELD("11 03", "number, from 1"),
    {"11 10", JSON_ARRAY, .required = true, .note = "additional procedures: C07, with F48 or F49"},
    GROUP("14 08", money, "intrinsic value"),
    AMOUNT("18 04", "gross mass, kg"),
    TEXT_FIELD("18 05", "description"),
    GROUP("18 06", packages, "packages"),
    GROUP("18 09", commodity, "commodity code"),
    {0}};
static const struct json_field whole[] = {{"order", JSON_INTEGER, .note = "of a data set; not looked at"},
                                          OPTIONAL_TEXT("time", "when it is declared: 2025-03-08T12:00:00Z"),
                                          GROUP("H", header, "declaration"),
                                          GROUP("GS", shipment, "goods shipment"),
                                          {"I", JSON_ARRAY, .required = true, .fields = item, .note = "items"},
                                          {0}};

/* ---- what the tables cannot say ---- */

/* A reader at its work: the document, and what is wrong with it. */
struct reader {
    const struct json *json;
    struct errs *errs;
};

static const cJSON *within(const cJSON *object, const char *one, const char *two)
{
    const cJSON *group = json_get(object, one);
    return group && two ? json_get(group, two) : group;
}

static const char *text_at(const cJSON *object, const char *one, const char *two)
{
    const cJSON *node = within(object, one, two);
    return cJSON_IsString(node) ? node->valuestring : "";
}

static void want(const struct reader *r, bool holds, const cJSON *object, const char *one, const char *two,
                 const char *what)
{
    if (!holds)
        json_fail(r->json, within(object, one, two), r->errs, ERR_BAD_REQUEST, "%s", what);
}

static bool is_made_of(const char *text, const char *letters, size_t least, size_t most)
{
    size_t length = strlen(text);
    return length >= least && length <= most && strspn(text, letters) == length;
}

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_country(const char *text) { return strlen(text) == 2 && text_is_country(text_country(text, 2)); }

/* A country's letters, and then so many characters. */
static bool is_number_of(const char *text, const char *letters, size_t least, size_t most)
{
    return strlen(text) > 2 && text_is_country(text_country(text, 2)) && is_made_of(text + 2, letters, least, most);
}

static bool read_amount(const cJSON *object, const char *one, const char *two, unsigned digits, int64_t *out)
{
    const char *text = text_at(object, one, two);
    *out = 0;
    return decimal_parse(text, strlen(text), digits, out) && *out >= 0;
}

static void check_header(const struct reader *r, const cJSON *h)
{
    want(r, is_made_of(text_at(h, "12 09", NULL), DIGITS CAPITALS "abcdefghijklmnopqrstuvwxyz-_/.", 1, LRN_MOST), h,
         "12 09", NULL, "an LRN has 1 to 22 letters and digits");
    want(r, is_number_of(text_at(h, "13 05", "017"), DIGITS CAPITALS, 1, 15), h, "13 05", "017",
         "an EORI is a country's two letters and at most 15 characters");
    want(r, is_number_of(text_at(h, "17 02", "001"), DIGITS CAPITALS, 6, 6), h, "17 02", "001",
         "an office is a member state's two letters and six characters");
    const cJSON *to = within(h, "13 04", "018");
    want(r, is_country(text_at(to, "020", NULL)), to, "020", NULL, "this is no country");
}

static void check_shipment(const struct reader *r, const cJSON *gs)
{
    const cJSON *from = within(gs, "13 01", "018");
    const char *ioss = text_at(gs, "13 16", "034");
    int64_t amount;
    want(r, is_country(text_at(from, "020", NULL)), from, "020", NULL, "this is no country");
    if (json_get(gs, "13 16"))
        want(r, strncmp(ioss, "IM", 2) == 0 && is_made_of(ioss + 2, DIGITS, 10, 10), gs, "13 16", "034",
             "an IOSS number is IM and ten digits");
    if (json_get(gs, "14 15"))
        want(r, read_amount(gs, "14 15", "014", 6, &amount), gs, "14 15", "014", "costs are not below zero");
}

/* "ioss", "special_arrangements", "": as the procedures say; NULL: they say something else. */
static const char *scheme_of(const cJSON *procedures)
{
    bool has_relief = false;
    const char *scheme = "";
    const cJSON *node;
    cJSON_ArrayForEach(node, procedures)
    {
        const char *code = cJSON_IsString(node) ? node->valuestring : "";
        bool is_relief = strcmp(code, "C07") == 0;
        if (is_relief ? has_relief : *scheme || (strcmp(code, "F48") != 0 && strcmp(code, "F49") != 0))
            return NULL;
        has_relief = has_relief || is_relief;
        if (!is_relief)
            scheme = strcmp(code, "F48") == 0 ? "ioss" : "special_arrangements";
    }
    return has_relief ? scheme : NULL;
}

static void check_item(const struct reader *r, const cJSON *node, unsigned number, const cJSON *first,
                       const char *currency)
{
    int64_t amount;
    const char *own = text_at(node, "14 08", "012"), *scheme = scheme_of(json_get(node, "11 10")),
               *wanted = scheme_of(json_get(first, "11 10"));
    struct buf written = {0};
    buf_int(&written, number);
    want(r, strcmp(text_at(node, "11 03", NULL), buf_text(&written)) == 0, node, "11 03", NULL,
         "items are numbered from 1");
    buf_finish(&written);
    want(r, scheme != NULL, node, "11 10", NULL,
         "C07 (relief), with at most one of F48 (IOSS) and F49 (special arrangements)");
    if (scheme && wanted)
        want(r, strcmp(scheme, wanted) == 0, node, "11 10", NULL, "all items go by the same procedure");
    want(r, currency_index(own) != 0, node, "14 08", "012", "this currency is not known");
    want(r, strcmp(own, currency) == 0, node, "14 08", "012", "all amounts are in one currency");
    want(r, read_amount(node, "14 08", "014", 2, &amount) && amount > 0, node, "14 08", "014",
         "a value is above zero, with at most two decimals");
    want(r, is_made_of(text_at(node, "18 06", "004"), DIGITS, 1, 8), node, "18 06", "004", "this is no number");
    want(r, is_made_of(text_at(node, "18 09", "056"), DIGITS, 6, 6), node, "18 09", "056", "a code has six digits");
}

static void check_items(const struct reader *r, const cJSON *gs, const cJSON *items, const char **scheme)
{
    int64_t mass, sum = 0, whole_mass;
    unsigned number = 0;
    const cJSON *node;
    const char *currency = text_at(items->child, "14 08", "012");
    cJSON_ArrayForEach(node, items)
    {
        check_item(r, node, ++number, items->child, currency);
        want(r, read_amount(node, "18 04", NULL, GRAM_DIGITS, &mass) && mass < INT64_MAX / ITEMS_MOST, node, "18 04",
             NULL, "this is no mass");
        sum += mass;
    }
    want(r, read_amount(gs, "18 04", NULL, GRAM_DIGITS, &whole_mass) && whole_mass == sum, gs, "18 04", NULL,
         "the gross mass is that of all items");
    if (json_get(gs, "14 15"))
        want(r, strcmp(text_at(gs, "14 15", "012"), currency) == 0, gs, "14 15", "012",
             "all amounts are in one currency");
    *scheme = scheme_of(json_get(items->child, "11 10"));
    if (*scheme)
        want(r, (strcmp(*scheme, "ioss") == 0) == (json_get(gs, "13 16") != NULL), items->child, "11 10", NULL,
             "F48 goes with an IOSS number (GS 13 16), and only F48 does");
}

int h7_read(const struct json *json, struct h7 *h7, struct errs *errs)
{
    const struct reader r = {json, errs};
    const cJSON *root = json->root, *h = json_get(root, "H"), *gs = json_get(root, "GS"), *items = json_get(root, "I");
    const char *time = json_text(root, "time", NULL);
    size_t before = errs->count;
    *h7 = (struct h7){.time_ms = -1};
    if (json_check(json, root, whole, "an H7", errs) != 0)
        return -1;
    if (cJSON_GetArraySize(items) < 1 || cJSON_GetArraySize(items) > ITEMS_MOST) {
        json_fail(json, items, errs, ERR_RANGE, "a declaration has 1 to %d items", ITEMS_MOST);
        return -1;
    }
    want(&r, !time || (clock_parse_time(time, &h7->time_ms) && h7->time_ms >= 0), root, "time", NULL,
         "this is no time");
    check_header(&r, h);
    check_shipment(&r, gs);
    check_items(&r, gs, items, &h7->scheme);
    h7->lrn = text_at(h, "12 09", NULL);
    h7->declarant = text_at(h, "13 05", "017");
    h7->office = text_at(h, "17 02", "001");
    h7->document = text_at(gs, "12 05", "001");
    h7->from = text_at(within(gs, "13 01", "018"), "020", NULL);
    return errs->count > before || errs->dropped ? -1 : 0;
}

/* ---- the question ---- */

static void add_text(struct buf *out, const char *before, const char *text)
{
    buf_puts(out, before);
    buf_json_string(out, text, strlen(text));
}

static const char *transport_of(const char *type)
{
    static const struct {
        const char *type, *transport;
    } rows[] = {{"N750", "post"}, {"N740", "express"}, {"N720", "rail"}, {"N730", "road"}, {"N705", "sea"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].type, type) == 0)
            return rows[i].transport;
    return "air";
}

void h7_ask(const struct json *json, const struct h7 *h7, int32_t day, const char *scheme, struct buf *request)
{
    const cJSON *gs = json_get(json->root, "GS"), *items = json_get(json->root, "I"), *node;
    char date[11], to[3] = {h7->office[0], h7->office[1], '\0'};
    date_write(day, date);
    add_text(request, "{\"form\":\"retail\",\"date\":", date);
    add_text(request, ",\"entry_date\":", date);
    add_text(request, ",\"from\":", h7->from);
    add_text(request, ",\"to\":", to);
    add_text(request, ",\"transport\":", transport_of(text_at(gs, "12 05", "002")));
    add_text(request, ",\"currency\":", text_at(items->child, "14 08", "012"));
    if (*scheme)
        add_text(request, ",\"schemes\":[", scheme);
    buf_puts(request, *scheme ? "]" : "");
    if (json_get(gs, "14 15"))
        add_text(request, ",\"freight\":", text_at(gs, "14 15", "014"));
    buf_puts(request, ",\"lines\":[");
    cJSON_ArrayForEach(node, items)
    {
        add_text(request, node == items->child ? "{\"hs\":" : ",{\"hs\":", text_at(node, "18 09", "056"));
        add_text(request, ",\"description\":", text_at(node, "18 05", NULL));
        add_text(request, ",\"unit_price\":", text_at(node, "14 08", "014"));
        buf_putc(request, '}');
    }
    buf_puts(request, "]}");
}
