/* json: strict reading over cJSON. A pre-scan of RFC 8259 (duplicate names, leading zeros, raw control
 * characters, broken UTF-8, BOM, trailing text, depth > 64, integers beyond 2^53 are errors) records the
 * place of every value; cJSON builds the tree; both are walked in step, so every node knows its line
 * and column. Amounts are decimal strings, never JSON numbers. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "core/text.h"

struct errs;

struct json_place {
    uint32_t key_start, start, end; /* byte offsets; key_start == start when there is no key */
};

struct json {
    const char *source; /* name for messages */
    const char *bytes;  /* borrowed; must outlive the document for messages */
    size_t length;
    cJSON *root;
    struct json_place *place; /* by document order */
    size_t count;
    uint32_t *slot; /* node -> place, hashed by address (lookups only, never iterated) */
    const cJSON **slot_node;
    size_t slots;
    bool only_read; /* the tree is never changed: places are found by walking it */
};

/* 0, or -1 with up to ten errors. `bytes` need not be NUL-terminated. Owner calls json_finish. */
int json_read(struct json *json, const char *source, const char *bytes, size_t length,
              struct errs *errs);
/* The same for a document whose tree nobody changes: quicker, and a place is looked for only when it is asked for. */
int json_read_only(struct json *json, const char *source, const char *bytes, size_t length, struct errs *errs);
/* Reads one value that starts at *at in a stream of values (NDJSON or one object over several lines);
 * moves *at behind it and the blanks that follow. 1: read, 0: end of input, -1: error (at moves to the
 * next line). */
int json_read_next(struct json *json, const char *source, const char *bytes, size_t length,
                   size_t *at, struct errs *errs);
void json_finish(struct json *json);

/* Adds an error at a node (its value, or its name with json_fail_name), with line, column, caret,
 * pointer. A node that is not of this document gives an error without place. Returns the entry. */
struct err *json_fail(const struct json *json, const cJSON *node, struct errs *errs, int code,
                      const char *format, ...) __attribute__((format(printf, 5, 6)));
struct err *json_fail_name(const struct json *json, const cJSON *node, struct errs *errs, int code,
                           const char *format, ...) __attribute__((format(printf, 5, 6)));

/* At `width` bytes of a text value, `at` bytes into it (as read: escapes undone). */
struct err *json_fail_inside(const struct json *json, const cJSON *node, size_t at, size_t width, struct errs *errs,
                             int code, const char *format, ...) __attribute__((format(printf, 7, 8)));

/* The bytes of a value as written; empty when the node is not of this document. */
struct text json_written(const struct json *json, const cJSON *node);

/* A table of what an object may hold: the validator, and the JSON Schema that `tradeloom schema`
 * prints, come from the same rows. */
enum json_type {
    JSON_UNSET,
    JSON_STRING,
    JSON_DECIMAL, /* a decimal string */
    JSON_DATE,    /* "YYYY-MM-DD" */
    JSON_INTEGER, /* a JSON number without fraction, |n| <= 2^53 */
    JSON_BOOL,
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_TEXTS, /* {"en": …, "zh": …} */
    JSON_MAP,   /* an object whose members are named by the user; each holds `fields` */
    JSON_ANY,
};
struct json_field {
    const char *name;
    enum json_type type;
    bool required, nullable;
    const char *const *choices;      /* NULL-ended list for strings, or NULL */
    const struct json_field *fields; /* of an object, of the objects of an array or of a map, or NULL */
    const char *note;                /* one line for the schema */
};
/* Checks names (suggesting the nearest), types, choices, required ones, and sub-tables. A table ends
 * with a NULL name. Returns the number of errors added. */
size_t json_check(const struct json *json, const cJSON *object, const struct json_field *fields,
                  const char *what, struct errs *errs);
/* The same for the value of one member. */
void json_check_value(const struct json *json, const cJSON *node, const struct json_field *field, struct errs *errs);
/* Draft-07 schema of a table. */
struct buf;
void json_schema(const struct json_field *fields, const char *title, struct buf *out);

/* RFC 7396: lays `patch` over `target` (both kept by the caller; null deletes); member order of the target is
 * kept, new members go to the end. Returns the target, or a copy of the patch when it is no object. */
cJSON *json_merge(cJSON *target, const cJSON *patch);

/* After json_check: plain access. Missing gives the fallback. */
const cJSON *json_get(const cJSON *object, const char *name);
const char *json_text(const cJSON *object, const char *name, const char *fallback);
int64_t json_integer(const cJSON *object, const char *name, int64_t fallback); /* beyond ±2^53: 2^53 + 1 of its sign */
bool json_bool(const cJSON *object, const char *name, bool fallback);

#endif
