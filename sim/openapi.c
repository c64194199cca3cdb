/* openapi: writes OpenAPI 3.1. */
#include "sim/openapi.h"

#include <string.h>

#include "core/buf.h"
#include "core/json.h"

void openapi_begin(struct openapi *file, struct buf *out)
{
    *file = (struct openapi){.out = out};
    buf_puts(out, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"tradeloom\",\"version\":\"" TRADELOOM_VERSION
                  "\",\"description\":\"Amounts, rates and quantities are decimal strings.\"},\"paths\":{");
}

static void add_parameter(struct buf *out, bool *is_first, const char *name, size_t length, const char *place)
{
    buf_printf(out, "%s{\"name\":\"%.*s\",\"in\":\"%s\"%s,\"schema\":{\"type\":\"string\"}}",
               *is_first ? ",\"parameters\":[" : ",", (int)length, name, place,
               *place == 'p' ? ",\"required\":true" : "");
    *is_first = false;
}

/* What stands in braces in the path, and the arguments behind it. */
static void add_parameters(struct buf *out, const struct openapi_path *path)
{
    bool is_first = true;
    for (const char *at = path->path; (at = strchr(at, '{')); at++)
        add_parameter(out, &is_first, at + 1, strcspn(at + 1, "}"), "path");
    for (const char *const *name = path->arguments; *name; name++)
        add_parameter(out, &is_first, *name, strlen(*name), "query");
    if (!is_first)
        buf_putc(out, ']');
}

void openapi_add(struct openapi *file, const struct openapi_path *path)
{
    struct buf *out = file->out;
    if (file->path && strcmp(file->path, path->path) == 0)
        buf_putc(out, ',');
    else
        buf_printf(out, "%s\"%s\":{", file->path ? "},\n" : "", path->path);
    file->path = path->path;
    buf_printf(out, "\"%s\":{\"summary\":\"%s\",\"operationId\":\"%s\"",
               strcmp(path->method, "GET") == 0 ? "get" : "post", path->note, path->id);
    add_parameters(out, path);
    if (path->fields) {
        buf_puts(out, ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":");
        json_schema(path->fields, path->note, out);
        buf_puts(out, "}}}");
    }
    buf_puts(out, ",\"responses\":{\"200\":{\"description\":\"the answer\"},"
                  "\"default\":{\"description\":\"{status: error, error: {code, message, pointer, help}}\","
                  "\"content\":{\"application/json\":{}}}}}");
}

void openapi_end(struct openapi *file)
{
    buf_puts(file->out, file->path ? "}}}\n" : "}}\n");
}
