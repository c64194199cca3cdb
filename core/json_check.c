/* json_check: one table per kind of object: it checks documents and prints their JSON Schema. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/json.h"
#include "core/money.h"

enum { NAMES_MAX = 96 };

static const char *const type_names[] = {
    [JSON_STRING] = "a text",
    [JSON_DECIMAL] = "a decimal number as text, like \"12.50\"",
    [JSON_DATE] = "a day as text, like \"2026-07-01\"",
    [JSON_INTEGER] = "a whole number",
    [JSON_BOOL] = "true or false",
    [JSON_OBJECT] = "an object {…}",
    [JSON_ARRAY] = "a list […]",
    [JSON_TEXTS] = "{\"en\": …, \"zh\": …}",
    [JSON_MAP] = "an object {…}",
    [JSON_ANY] = "a value",
};

static bool is_integer(const struct json *json, const cJSON *node)
{
    struct text raw = json_written(json, node);
    return cJSON_IsNumber(node) && !memchr(raw.ptr, '.', raw.len) && !memchr(raw.ptr, 'e', raw.len) &&
           !memchr(raw.ptr, 'E', raw.len);
}

static bool has_type(const struct json *json, const cJSON *node, enum json_type type)
{
    const char *text = cJSON_IsString(node) ? node->valuestring : NULL;
    struct rational number;
    int32_t day;
    switch (type) {
    case JSON_STRING:
        return text != NULL;
    case JSON_DECIMAL:
        return text && rational_parse(text, strlen(text), &number);
    case JSON_DATE:
        return text && date_parse(text, strlen(text), &day);
    case JSON_INTEGER:
        return is_integer(json, node);
    case JSON_BOOL:
        return cJSON_IsBool(node);
    case JSON_OBJECT:
    case JSON_MAP:
        return cJSON_IsObject(node);
    case JSON_ARRAY:
        return cJSON_IsArray(node);
    case JSON_TEXTS:
        return json_text(node, "en", NULL) && json_text(node, "zh", NULL) && cJSON_GetArraySize(node) == 2;
    case JSON_ANY:
        return true;
    case JSON_UNSET:
        break;
    }
    check(type != JSON_UNSET);
    return false;
}

/* Why a text is no decimal of ours, or NULL when it is nothing like a number. */
static const char *decimal_fault(const char *text)
{
    size_t digits = strspn(text, "0123456789.-+eE, _'");
    if (digits == 0 || text[digits] != '\0' || !strpbrk(text, "0123456789"))
        return NULL;
    return strpbrk(text, ", _'")             ? "write it without separators, with a point before the decimals"
           : strpbrk(text, "eE")             ? "write it without an exponent"
           : text[0] == '+'                  ? "write it without the sign"
           : text[0] == '.' || strstr(text, "-.") ? "write a digit before the point"
           : text[digits - 1] == '.'         ? "write digits behind the point, or no point"
           : text[0] == '0' && text[1] != '.' ? "write it without leading zeros"
           : strspn(text, "-0123456789.") == digits && digits > 18 ? "at most 18 digits are kept exactly"
                                             : NULL;
}

static bool is_day_shaped(const char *text)
{
    return strlen(text) == 10 && text[4] == '-' && text[7] == '-' && strspn(text, "0123456789-") == 10;
}

static void fail_type(const struct json *json, const cJSON *node, const struct json_field *field,
                      struct errs *errs)
{
    struct err *err = json_fail(json, node, errs, ERR_WRONG_TYPE, "\"%s\" must be %s", field->name,
                                type_names[field->type]);
    const char *text = cJSON_IsString(node) ? node->valuestring : NULL;
    const char *fault = text && field->type == JSON_DECIMAL ? decimal_fault(text) : NULL;
    struct text raw = json_written(json, node);
    if (fault)
        err_help(err, "%s", fault);
    else if (text && field->type == JSON_DATE && is_day_shaped(text))
        err_help(err, "the calendar has no %s", text);
    else if (!text && cJSON_IsNumber(node) && (field->type == JSON_DECIMAL || field->type == JSON_STRING))
        err_help(err, "put it between quotes: \"%.*s\"", (int)raw.len, raw.ptr);
    else if (field->type == JSON_BOOL && text && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        err_help(err, "write it without quotes: %s", text);
    else if (field->note)
        err_help(err, "\"%s\": %s", field->name, field->note);
}

static void list_choices(const char *const *choices, char *out, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; choices[i]; i++) {
        int length = snprintf(out + used, room - used, "%s%s", i ? ", " : "", choices[i]);
        if (length < 0 || (size_t)length + 4 >= room - used) {
            snprintf(out + used, room - used, "…");
            return;
        }
        used += (size_t)length;
    }
}

static void check_choice(const struct json *json, const cJSON *node, const struct json_field *field,
                         struct errs *errs)
{
    size_t count = 0;
    for (; field->choices[count]; count++)
        if (strcmp(field->choices[count], node->valuestring) == 0)
            return;
    struct err *err = json_fail(json, node, errs, ERR_UNKNOWN_VALUE, "unknown %s \"%s\"", field->name,
                                node->valuestring);
    char all[160] = "";
    list_choices(field->choices, all, sizeof all);
    if (!err_suggest(err, node->valuestring, field->choices, count))
        err_help(err, "known are: %s", all);
}

void json_check_value(const struct json *json, const cJSON *node, const struct json_field *field, struct errs *errs)
{
    if (cJSON_IsNull(node) && field->nullable)
        return;
    if (!has_type(json, node, field->type)) {
        fail_type(json, node, field, errs);
        return;
    }
    if (field->choices && cJSON_IsString(node))
        check_choice(json, node, field, errs);
    if (!field->fields)
        return;
    if (field->type == JSON_OBJECT) {
        json_check(json, node, field->fields, field->name, errs);
        return;
    }
    for (const cJSON *item = node->child; item; item = item->next) {
        if (cJSON_IsObject(item))
            json_check(json, item, field->fields, item->string ? item->string : field->name, errs);
        else
            json_fail(json, item, errs, ERR_WRONG_TYPE, "each of \"%s\" must be an object {…}", field->name);
    }
}

static const struct json_field *field_named(const struct json_field *fields, const char *name)
{
    for (; fields->name; fields++)
        if (fields->name[0] == name[0] && strcmp(fields->name, name) == 0)
            return fields;
    return NULL;
}

static void fail_unknown(const struct json *json, const cJSON *node, const struct json_field *fields,
                         const char *what, struct errs *errs)
{
    const char *names[NAMES_MAX + 1];
    size_t count = 0;
    for (; fields[count].name && count < NAMES_MAX; count++)
        names[count] = fields[count].name;
    bool is_counted = errs_are_full(errs);
    struct err *err =
        json_fail_name(json, node, errs, ERR_UNKNOWN_NAME, "unknown name \"%s\" in %s", node->string, what);
    if (is_counted)
        return;
    char all[160] = "";
    names[count] = NULL;
    list_choices(names, all, sizeof all);
    if (!err_suggest(err, node->string, names, count))
        err_help(err, "known are: %s", all);
}

/* A name that is missing because it was misspelt is told once, at the misspelling. */
static bool is_misspelt(const cJSON *object, const struct json_field *fields, const char *name)
{
    for (const cJSON *child = object->child; child; child = child->next)
        if (!field_named(fields, child->string) && err_nearest(child->string, &name, 1))
            return true;
    return false;
}

size_t json_check(const struct json *json, const cJSON *object, const struct json_field *fields,
                  const char *what, struct errs *errs)
{
    size_t before = errs->count + errs->dropped;
    if (!cJSON_IsObject(object)) {
        json_fail(json, object, errs, ERR_WRONG_TYPE, "%s must be an object {…}", what);
        return 1;
    }
    for (const cJSON *child = object->child; child; child = child->next) {
        const struct json_field *field = field_named(fields, child->string);
        if (field)
            json_check_value(json, child, field, errs);
        else if (strcmp(child->string, "$schema") != 0)
            fail_unknown(json, child, fields, what, errs);
    }
    for (const struct json_field *field = fields; field->name; field++) {
        if (!field->required || json_get(object, field->name) || is_misspelt(object, fields, field->name))
            continue;
        struct err *err = json_fail(json, object, errs, ERR_MISSING_NAME, "\"%s\" is missing in %s",
                                    field->name, what);
        if (field->note)
            err_help(err, "\"%s\": %s", field->name, field->note);
    }
    return errs->count + errs->dropped - before;
}

/* ---- JSON Schema ---- */

static void add_object(const struct json_field *fields, struct buf *out);

static void add_text(struct buf *out, const char *text)
{
    buf_json_string(out, text, strlen(text));
}

static void add_shape(const struct json_field *field, struct buf *out)
{
    switch (field->type) {
    case JSON_DECIMAL:
        buf_puts(out, "\"type\":\"string\",\"pattern\":\"^-?(0|[1-9][0-9]*)(\\\\.[0-9]+)?$\"");
        return;
    case JSON_DATE:
        buf_puts(out, "\"type\":\"string\",\"format\":\"date\"");
        return;
    case JSON_TEXTS:
        buf_puts(out, "\"type\":\"object\",\"required\":[\"en\",\"zh\"],\"additionalProperties\":false,"
                      "\"properties\":{\"en\":{\"type\":\"string\"},\"zh\":{\"type\":\"string\"}}");
        return;
    case JSON_OBJECT:
        if (field->fields)
            add_object(field->fields, out);
        else
            buf_puts(out, "\"type\":\"object\"");
        return;
    case JSON_MAP:
        buf_puts(out, "\"type\":\"object\"");
        if (field->fields) {
            buf_puts(out, ",\"additionalProperties\":{");
            add_object(field->fields, out);
            buf_putc(out, '}');
        }
        return;
    case JSON_ARRAY:
        buf_puts(out, "\"type\":\"array\"");
        if (field->fields) {
            buf_puts(out, ",\"items\":{");
            add_object(field->fields, out);
            buf_putc(out, '}');
        }
        return;
    default:
        buf_printf(out, "\"type\":\"%s\"",
                   field->type == JSON_INTEGER ? "integer" : field->type == JSON_BOOL ? "boolean" : "string");
    }
}

static void add_field(const struct json_field *field, struct buf *out)
{
    add_text(out, field->name);
    buf_puts(out, ":{");
    bool is_open = field->nullable && field->type != JSON_ANY;
    if (is_open)
        buf_puts(out, "\"anyOf\":[{\"type\":\"null\"},{");
    if (field->type != JSON_ANY)
        add_shape(field, out);
    for (size_t i = 0; field->choices && field->choices[i]; i++) {
        buf_puts(out, i ? "," : ",\"enum\":[");
        add_text(out, field->choices[i]);
    }
    if (field->choices)
        buf_putc(out, ']');
    if (is_open)
        buf_puts(out, "}]");
    if (field->note) {
        buf_puts(out, field->type == JSON_ANY ? "\"description\":" : ",\"description\":");
        add_text(out, field->note);
    }
    buf_putc(out, '}');
}

static void add_object(const struct json_field *fields, struct buf *out)
{
    buf_puts(out, "\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
    for (const struct json_field *field = fields; field->name; field++) {
        if (field != fields)
            buf_putc(out, ',');
        add_field(field, out);
    }
    buf_putc(out, '}');
    bool is_first = true;
    for (const struct json_field *field = fields; field->name; field++) {
        if (!field->required)
            continue;
        buf_puts(out, is_first ? ",\"required\":[" : ",");
        add_text(out, field->name);
        is_first = false;
    }
    if (!is_first)
        buf_putc(out, ']');
}

void json_schema(const struct json_field *fields, const char *title, struct buf *out)
{
    buf_puts(out, "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":");
    add_text(out, title);
    buf_putc(out, ',');
    add_object(fields, out);
    buf_puts(out, "}\n");
}
