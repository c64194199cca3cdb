/* err: what went wrong outside the program, as a code and a sentence, with its place.
 *
 * Functions that read the outside take `struct errs *` last, add what they find and return 0, or
 * -1 when something was added. Refusals of the simulated world are data, never errs. */
#ifndef ERR_H
#define ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* code, name as printed, exit status */
#define ERR_CODES(X)                                                                               \
    X(USAGE, "usage", 2)                                                                           \
    X(SYNTAX, "syntax", 65)                                                                        \
    X(UTF8, "bad_utf8", 65)                                                                        \
    X(TRAILING, "trailing_text", 65)                                                               \
    X(DUPLICATE, "duplicate_name", 65)                                                             \
    X(UNKNOWN_NAME, "unknown_name", 65)                                                            \
    X(MISSING_NAME, "missing_name", 65)                                                            \
    X(WRONG_TYPE, "wrong_type", 65)                                                                \
    X(RANGE, "out_of_range", 65)                                                                   \
    X(DEPTH, "too_deep", 65)                                                                       \
    X(UNIT, "unit_mismatch", 65)                                                                   \
    X(FORMULA, "bad_formula", 65)                                                                  \
    X(INTERVAL, "bad_interval", 65)                                                                \
    X(UNKNOWN_VALUE, "unknown_value", 65)                                                          \
    X(CSV, "bad_csv", 65)                                                                          \
    X(BAD_REQUEST, "bad_request", 65)                                                              \
    X(UNKNOWN_CODE, "unknown_code", 65)                                                            \
    X(NO_RATE, "no_rate_on_day", 65)                                                               \
    X(LIST_UNKNOWN, "list_unknown", 65)                                                            \
    X(NO_PACK, "no_rule_pack", 65)                                                                 \
    X(BEFORE_FIRST, "before_first_interval", 65)                                                   \
    X(NOT_IN_FORCE, "not_in_force", 65)                                                            \
    X(UNKNOWN_SCHEME, "unknown_scheme", 65)                                                        \
    X(NO_FX, "no_fx_rate", 65)                                                                     \
    X(NEEDS_QUANTITY, "needs_quantity", 65)                                                        \
    X(OVERFLOW, "amount_overflow", 65)                                                             \
    X(NO_INPUT, "no_input", 66)                                                                    \
    X(UNAVAILABLE, "unavailable", 69)                                                              \
    X(INTERNAL, "internal", 70)                                                                    \
    X(IO, "io", 74)                                                                                \
    X(BUSY, "busy", 75)

enum err_code {
    ERR_NONE,
#define X(id, name, status) ERR_##id,
    ERR_CODES(X)
#undef X
    ERR_COUNT
};

struct err {
    enum err_code code;
    uint32_t line, column, width; /* from 1; width of the caret in code points; 0: unknown */
    char source[160];             /* file name, or "" */
    char pointer[160];            /* RFC 6901 pointer or CSV column, or "" */
    char message[240];            /* what was found and what was expected */
    char help[200];               /* one concrete suggestion, or "" */
    char excerpt[240];            /* the line as written, or "" */
    uint32_t excerpt_column;      /* column of the caret inside the excerpt, from 1 */
};

enum { ERRS_MAX = 10 };

struct errs {
    struct err item[ERRS_MAX + 1]; /* the last takes what is dropped */
    size_t count;   /* kept */
    size_t dropped; /* found beyond ERRS_MAX */
};

const char *err_name(enum err_code code);
int err_status(enum err_code code);

/* Adds one; returns it for further filling, or a scratch record when the list is full. */
struct err *errs_add(struct errs *errs, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Is what is added now only counted? Then nothing is worth working out for it. */
bool errs_are_full(const struct errs *errs);
/* Adds that a file cannot be written, and why; returns it. */
struct err *errs_unwritten(struct errs *errs, const char *path, const char *why);

/* Adds an error as it is. */
void errs_copy(struct errs *errs, const struct err *err);
/* Adds all of `more` behind those that are there. */
void errs_append(struct errs *errs, const struct errs *more);

/* Says in `help` what to do about it. */
void err_help(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Helps with the nearest of `count` names; false, and no help, when none is near. */
bool err_suggest(struct err *err, const char *name, const char *const *names, size_t count);

/* Exit status of the list: that of its first entry, 0 when empty. */
int errs_status(const struct errs *errs);

/* Writes a caret report ("error[code]: … --> file:line:col …") to `out`; `color` uses ANSI. */
struct buf;
void err_render(const struct err *err, int color, struct buf *out);
void err_render_json(const struct err *err, struct buf *out);

/* The line of input that holds the mistake (without its break), cut to a window around byte `at` of it. */
void err_excerpt(struct err *err, const char *line, size_t length, size_t at);
/* Code points from the start of the line that holds byte `at`, from 1. */
uint32_t err_column(const char *bytes, size_t at);
/* Code points of a text, at least 1: the width of a caret under it. */
uint32_t err_width(const char *bytes, size_t length);
/* Columns that a text takes in a terminal: East Asian wide code points take two. */
uint32_t err_cells(const char *bytes, size_t length);
/* Blanks behind what stands from byte `from` on, until it takes `cells` columns. */
void err_pad(struct buf *out, size_t from, size_t cells);
/* Offset of the first byte that is not UTF-8 (RFC 3629), `length` when all are. */
size_t err_utf8(const char *bytes, size_t length);
/* Makes a text fit to be shown: a character that was cut at its end goes, what a terminal would obey becomes "?". Those
 * of errs_add and err_help are; whoever prints another into an entry does it. */
void err_tame(char *text);

/* The nearest of `count` names within edit distance 3 (or a third of the length), else NULL. */
const char *err_nearest(const char *name, const char *const *names, size_t count);

#endif
