/* sandbox_told: receipts from when they are written until they are told, and all that may be asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "sim/out_json.h"
#include "sim/sandbox_int.h"

/* ---- when a receipt is due ---- */

/* What a receipt changes, is changed. What was taken of an allowance counts since it was decided; what is given back,
 * from now on. */
static void come_true(struct sandbox *s, const struct sandbox_effect *effect)
{
    if (*effect->state)
        RUN(s, SET_TOLD, "tt", effect->state, effect->key);
    if (effect->taken < 0)
        RUN(s, ADD_USED, "tii", effect->buyer, effect->year, effect->taken);
    if (effect->taken)
        RUN(s, ADD_TOLD, "iti", effect->taken, effect->buyer, effect->year);
}

static void tell(struct sandbox *s, int64_t seq)
{
    RUN(s, PUT_TOLD, "ii", seq, (int64_t)(s->has_hook ? SANDBOX_HOOK_WAITS : SANDBOX_HOOK_NONE));
    s->told = sandbox_db_last(s->db);
}

static void put_due(struct sandbox *s, int64_t seq, int64_t due_ms, const struct sandbox_effect *effect)
{
    RUN(s, PUT_DUE, "ii", due_ms, seq);
    if (effect)
        RUN(s, PUT_EFFECT, "itttii", seq, effect->key, effect->state, effect->buyer, effect->year, effect->taken);
    if (due_ms < s->next_ms)
        s->next_ms = due_ms;
}

void sandbox_put(struct sandbox *s, unsigned number, const char *order_no, const char *status, const char *body,
                 int64_t due_ms, const char *cause, const struct sandbox_effect *effect)
{
    unsigned times = 1 + sandbox_happens(s, cause, CHANCE_DUPLICATE, s->script.duplicate_ppm);
    for (unsigned i = 0; i < times; i++, effect = NULL) {
        RUN(s, PUT_RECEIPT, "iittt", due_ms, (int64_t)number, order_no, status, body);
        int64_t seq = sandbox_db_last(s->db);
        if (due_ms > s->now_ms) {
            put_due(s, seq, due_ms, effect);
            continue;
        }
        tell(s, seq);
        if (effect)
            come_true(s, effect);
    }
}

void sandbox_tell(struct sandbox *s, int64_t now_ms)
{
    s->now_ms = now_ms > s->now_ms ? now_ms : s->now_ms;
    while (s->next_ms <= s->now_ms) {
        s->next_ms = RUN(s, DUE, "") ? INTEGER(s, DUE, 0) : INT64_MAX;
        if (s->next_ms > s->now_ms)
            break;
        sandbox_begin(s);
        int64_t seq = INTEGER(s, DUE, 1);
        RUN(s, DROP_DUE, "ii", s->next_ms, seq);
        tell(s, seq);
        if (!RUN(s, EFFECT, "i", seq))
            continue;
        const struct sandbox_effect effect = {TEXT(s, EFFECT, 0), TEXT(s, EFFECT, 1), TEXT(s, EFFECT, 2),
                                              INTEGER(s, EFFECT, 3), INTEGER(s, EFFECT, 4)};
        come_true(s, &effect);
        RUN(s, DROP_EFFECT, "i", seq);
    }
}

void sandbox_withdraw(struct sandbox *s, const char *key)
{
    while (RUN(s, WAITING_OF_LIST, "t", key)) {
        int64_t seq = INTEGER(s, WAITING_OF_LIST, 0), due_ms = INTEGER(s, WAITING_OF_LIST, 1);
        RUN(s, DROP_DUE, "ii", due_ms, seq);
        RUN(s, DROP_EFFECT, "i", seq);
        RUN(s, DROP_RECEIPT, "i", seq);
    }
}

int64_t sandbox_next(const struct sandbox *s) { return s->next_ms; }

/* ---- what is known ---- */

static void add_time(struct out_json *json, const char *name, int64_t ms)
{
    char text[21];
    time_write(ms / 1000, text);
    out_json_text(json, name, text);
}

void sandbox_receipt(struct sandbox *s, enum sandbox_db_statement statement, struct out_json *json)
{
    struct sandbox_db *db = s->db;
    int64_t number = sandbox_db_integer(db, statement, 1);
    const char *body = sandbox_db_text(db, statement, 5, &s->arena);
    out_json_begin_flat(json, NULL, '{');
    out_json_int(json, "seq", sandbox_db_integer(db, statement, 0));
    out_json_int(json, "message", number);
    out_json_text(json, "order_no", sandbox_db_text(db, statement, 2, &s->arena));
    out_json_text(json, "status", sandbox_db_text(db, statement, 3, &s->arena));
    add_time(json, "due", sandbox_db_integer(db, statement, 4));
    if (number == SANDBOX_H7)
        out_json_raw(json, "json", body, strlen(body));
    else
        out_json_text(json, "xml", body);
    out_json_end(json, '}');
}

/* A number, whole; "" is 0. */
static bool read_cursor(const char *text, int64_t *number)
{
    *number = strtoll(text, NULL, 10);
    return strspn(text, "0123456789") == strlen(text) && strlen(text) < 19;
}

bool sandbox_receipts(struct sandbox *s, const char *cursor, unsigned most, struct buf *out)
{
    struct out_json json = {.out = out};
    int64_t last;
    if (!read_cursor(cursor, &last))
        return false;
    arena_reset(&s->arena);
    out_json_begin(&json, NULL, '{');
    out_json_begin(&json, "receipts", '[');
    bool more = RUN(s, RECEIPTS, "ii", last, (int64_t)most);
    for (; more; more = sandbox_db_next(s->db, SANDBOX_DB_RECEIPTS)) {
        last = INTEGER(s, RECEIPTS, 0);
        sandbox_receipt(s, SANDBOX_DB_RECEIPTS, &json);
    }
    out_json_end(&json, ']');
    sandbox_db_rest(s->db);
    out_json_text(&json, "next", last ? sandbox_say(s, "%lld", (long long)last) : "");
    out_json_end(&json, '}');
    return true;
}

/* Has it been decided, and said? A list that is waiting or came back has no number of customs. */
static bool is_decided(const char *told) { return strcmp(told, "waiting") != 0 && strcmp(told, "returned") != 0; }

void sandbox_add_receipts(struct sandbox *s, const char *order_no, bool is_h7, struct out_json *json)
{
    out_json_begin(json, "receipts", '[');
    bool more = RUN(s, RECEIPTS_OF_ORDER, "ti", order_no, (int64_t)is_h7);
    for (; more; more = sandbox_db_next(s->db, SANDBOX_DB_RECEIPTS_OF_ORDER)) {
        out_json_begin_flat(json, NULL, '{');
        out_json_int(json, "message", INTEGER(s, RECEIPTS_OF_ORDER, 0));
        out_json_text(json, "status", TEXT(s, RECEIPTS_OF_ORDER, 1));
        add_time(json, "due", INTEGER(s, RECEIPTS_OF_ORDER, 2));
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

bool sandbox_order(struct sandbox *s, const char *order_no, struct buf *out)
{
    struct out_json json = {.out = out};
    bool is_known = false;
    arena_reset(&s->arena);
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "order_no", order_no);
    if (RUN(s, LIST_OF_ORDER, "ti", order_no, (int64_t)0)) {
        const char *told = TEXT(s, LIST_OF_ORDER, 2);
        out_json_text(&json, "state", told);
        out_json_text(&json, "invt_no", is_decided(told) ? TEXT(s, LIST_OF_ORDER, 4) : "");
    }
    out_json_begin_flat(&json, "documents", '[');
    for (bool more = RUN(s, NUMBERS_OF_ORDER, "t", order_no); more;
         more = sandbox_db_next(s->db, SANDBOX_DB_NUMBERS_OF_ORDER)) {
        out_json_count(&json, NULL, (uint64_t)sandbox_db_integer(s->db, SANDBOX_DB_NUMBERS_OF_ORDER, 0));
        is_known = true;
    }
    out_json_end(&json, ']');
    sandbox_add_receipts(s, order_no, false, &json);
    out_json_end(&json, '}');
    sandbox_db_rest(s->db);
    return is_known;
}

void sandbox_allowance(struct sandbox *s, const char *buyer, int32_t year, struct buf *out)
{
    struct out_json json = {.out = out};
    int64_t used = RUN(s, USED, "ti", buyer, (int64_t)year) ? INTEGER(s, USED, 1) : 0;
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
