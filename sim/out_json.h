/* out_json: writes a JSON document with its commas and its indentation; one line per object of plain values. */
#ifndef OUT_JSON_H
#define OUT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum { OUT_JSON_DEPTH = 16 };

struct out_json {
    struct buf *out;
    unsigned depth;
    bool is_flat[OUT_JSON_DEPTH];  /* its members stand on one line */
    bool has_some[OUT_JSON_DEPTH]; /* a comma is due */
};

/* `name` NULL: a member of a list, or the document. bracket: '{' or '['; closed by out_json_end. */
void out_json_begin(struct out_json *json, const char *name, char bracket);
void out_json_begin_flat(struct out_json *json, const char *name, char bracket);
void out_json_end(struct out_json *json, char bracket);

void out_json_text(struct out_json *json, const char *name, const char *text); /* NULL: null */
void out_json_count(struct out_json *json, const char *name, uint64_t count);
void out_json_int(struct out_json *json, const char *name, int64_t value);
void out_json_bool(struct out_json *json, const char *name, bool value);
/* A decimal string: value 12345, digits 2: "123.45". */
void out_json_decimal(struct out_json *json, const char *name, int64_t value, unsigned digits);
/* Bytes that are JSON already. */
void out_json_raw(struct out_json *json, const char *name, const char *bytes, size_t length);
/* Hours with two digits, of seconds; a share of `whole` with six digits, zero of nothing. */
void out_json_hours(struct out_json *json, const char *name, int64_t seconds);
void out_json_share(struct out_json *json, const char *name, int64_t part, int64_t whole);

#endif
