/* sandbox_h7: EU declarations of parcels of low value: taken by their fields, decided by the law of the member state.
 */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/json.h"
#include "core/text.h"
#include "sim/h7.h"
#include "sim/out_json.h"
#include "sim/sandbox_int.h"

/* What becomes of a declaration: released, or refused and why. */
struct verdict {
    const char *code, *message; /* NULL: released */
    struct buf answer;          /* of the law, JSON; empty: it was not asked */
};

static const char *key_of(struct sandbox *s, const struct h7 *h7)
{
    return sandbox_say(s, "H7|%s|%s", h7->declarant, h7->lrn);
}

/* ---- its number ---- */

static unsigned worth(char c)
{
    unsigned value = c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
    return c <= '9' ? value : value + (value > 10) + (value > 20) + (value > 30); /* ISO 6346 leaves out 11, 22, 33 */
}

/* Two digits of the year, the member state, thirteen digits, a check digit as in ISO 6346. */
static const char *mrn_of(struct sandbox *s, const char *key, const char *office)
{
    unsigned long long number = text_hash(key, strlen(key)) % 10000000000000ull;
    int32_t year = date_civil((int32_t)(s->now_ms / 1000 / DAY_SECONDS)).year;
    const char *start = sandbox_say(s, "%02d%.2s%013llu", (int)(year % 100), office, number);
    unsigned sum = 0;
    for (unsigned i = 0; i < 17; i++)
        sum += worth(start[i]) << i;
    return sandbox_say(s, "%s%u", start, sum % 11 % 10);
}

/* ---- deciding ---- */

/* Asks the law of the member state; the document of its answer is the caller's to finish. */
static void ask(struct sandbox *s, const struct json *declaration, const struct h7 *h7, const char *scheme,
                struct buf *out, struct json *answer)
{
    struct buf request = {0};
    struct json question;
    struct errs errs = {0};
    int64_t at_ms = h7->time_ms >= 0 ? h7->time_ms : s->now_ms;
    int32_t day = time_local_day(at_ms / 1000, date_offset_s(text_country(h7->office, 2)));
    h7_ask(declaration, h7, day, scheme, &request);
    check(json_read_only(&question, "H7", request.data, request.length, &errs) == 0);
    buf_clear(out);
    quote_answer(&s->quote, &question, &errs, out);
    json_finish(&question);
    buf_finish(&request);
    errs = (struct errs){0};
    check(json_read_only(answer, "answer", out->data, out->length, &errs) == 0);
}

/* The regime by which the law takes it; "": it does not. */
static const char *regime_of(const struct json *answer)
{
    bool is_assessed = strcmp(json_text(answer->root, "status", ""), "assessed") == 0;
    return is_assessed ? json_text(answer->root, "regime", "") : "";
}

static void refuse(struct verdict *verdict, const char *code, const char *message)
{
    verdict->code = code;
    verdict->message = message;
}

/* Is it of low value? Where no scheme is used, the law is asked whether the special arrangements would take it. */
static void judge_value(struct sandbox *s, const struct json *declaration, const struct h7 *h7, const char *regime,
                        struct verdict *verdict)
{
    struct buf other = {0};
    struct json answer;
    if (strcmp(regime, "eu.import.standard") != 0)
        return;
    if (*h7->scheme) {
        refuse(verdict, "procedure_differs", "the goods are not open to the procedure that is declared");
        return;
    }
    ask(s, declaration, h7, "special_arrangements", &other, &answer);
    if (strcmp(regime_of(&answer), "eu.import.special") != 0)
        refuse(verdict, "not_low_value", "an H7 is for goods of low value; declare them by an H1");
    json_finish(&answer);
    buf_finish(&other);
}

static void judge(struct sandbox *s, const struct json *declaration, const struct h7 *h7, const char *key,
                  struct verdict *verdict)
{
    struct json answer;
    if (sandbox_happens(s, key, CHANCE_REJECT, s->script.reject_ppm)) {
        refuse(verdict, "rejected", "sent back without a reason, as the sandbox was told to");
        return;
    }
    ask(s, declaration, h7, h7->scheme, &verdict->answer, &answer);
    const char *regime = regime_of(&answer);
    const cJSON *why = json_get(answer.root, "refusal");
    why = why ? why : json_get(answer.root, "error");
    if (!*regime)
        refuse(verdict, sandbox_say(s, "%s", json_text(why, "code", "not_assessed")),
               sandbox_say(s, "%.500s", json_text(why, "message", "the law does not take it")));
    else if (strncmp(regime, "eu.", 3) != 0)
        refuse(verdict, "no_member_state", "the office is in no member state of the EU");
    else
        judge_value(s, declaration, h7, regime, verdict);
    json_finish(&answer);
}

/* ---- receipts ---- */

static void begin_receipt(struct out_json *json, const struct h7 *h7, const char *mrn, const char *status)
{
    out_json_begin_flat(json, NULL, '{');
    out_json_text(json, "lrn", h7->lrn);
    out_json_text(json, "mrn", mrn);
    out_json_text(json, "status", status);
}

static void put_step(struct sandbox *s, const struct h7 *h7, const char *mrn, const char *status, int64_t due_ms,
                     const struct verdict *verdict, const struct sandbox_effect *effect)
{
    struct buf body = {0};
    struct out_json json = {.out = &body};
    begin_receipt(&json, h7, mrn, status);
    if (verdict && verdict->code) {
        out_json_text(&json, "code", verdict->code);
        out_json_text(&json, "message", verdict->message);
    }
    if (verdict && verdict->answer.length) /* one line, without its end */
        out_json_raw(&json, "assessment", verdict->answer.data, verdict->answer.length - 1);
    out_json_end(&json, '}');
    while (body.length && body.data[body.length - 1] == '\n')
        body.length--;
    sandbox_put(s, SANDBOX_H7, h7->lrn, status, buf_text(&body), due_ms, effect->key, effect);
    buf_finish(&body);
}

static void take_declaration(struct sandbox *s, const struct json *declaration, const struct h7 *h7,
                             struct out_json *json)
{
    const char *key = key_of(s, h7), *mrn = mrn_of(s, key, h7->office);
    struct verdict verdict = {0};
    int64_t due_ms = s->now_ms + s->script.delay_ms;
    struct sandbox_effect effect = {key, "", "", 0, 0};
    struct text bytes = json_written(declaration, declaration->root);
    RUN(s, PUT_DOCUMENT,
        "itttt"
        "t",
        (int64_t)SANDBOX_H7, key, h7->lrn, h7->declarant, h7->document, arena_copy(&s->arena, bytes.ptr, bytes.len));
    RUN(s, PUT_LIST,
        "tit"
        "ttt",
        key, (int64_t)SANDBOX_H7, h7->lrn, h7->declarant, h7->document, "");
    judge(s, declaration, h7, key, &verdict);
    if (sandbox_happens(s, key, CHANCE_MANUAL, s->script.manual_ppm)) {
        put_step(s, h7, mrn, "control", due_ms, NULL, &effect);
        due_ms += 5 * s->script.delay_ms;
        sandbox_count(s, "manual_review");
    }
    const char *status = verdict.code ? "refused" : "released";
    effect.state = status;
    RUN(s, RELEASE, "tttiit", status, mrn, "", (int64_t)0, (int64_t)0, key);
    put_step(s, h7, mrn, status, due_ms, &verdict, &effect);
    sandbox_count(s, verdict.code ? "h7_refused" : "h7_released");
    buf_finish(&verdict.answer);
    begin_receipt(json, h7, mrn, "accepted");
    out_json_end(json, '}');
}

/* ---- taking ---- */

/* It may come that is not there, or whose refusal was told. */
static bool may_come(struct sandbox *s, const char *key)
{
    return !RUN(s, LIST, "t", key) ||
           (strcmp(TEXT(s, LIST, 0), "refused") == 0 && strcmp(TEXT(s, LIST, 1), "refused") == 0);
}

/* Reads one declaration after the other; `json` NULL: only looks whether they can be taken. */
static size_t read_all(struct sandbox *s, const char *bytes, size_t length, struct out_json *json, struct errs *errs)
{
    struct names seen;
    struct json declaration;
    struct h7 h7;
    size_t at = 0, count = 0;
    names_init(&seen, &s->arena);
    for (int got; (got = json_read_next(&declaration, "body", bytes, length, &at, errs)) != 0; count++) {
        if (got > 0 && h7_read(&declaration, &h7, errs) == 0) {
            const char *key = key_of(s, &h7);
            if (json)
                take_declaration(s, &declaration, &h7, json);
            else if (!may_come(s, key) || names_find(&seen, key, strlen(key)))
                json_fail(&declaration, json_get(json_get(declaration.root, "H"), "12 09"), errs, ERR_DUPLICATE,
                          "the declarant has used this LRN already");
            else
                names_add(&seen, key, strlen(key));
        }
        json_finish(&declaration);
    }
    return count;
}

static void tell_errors(const struct errs *errs, struct buf *out)
{
    buf_puts(out, "{\"status\": \"error\", \"errors\": [");
    for (size_t i = 0; i < errs->count; i++) {
        buf_puts(out, i ? ",\n" : "\n");
        err_render_json(&errs->item[i], out);
    }
    buf_puts(out, "\n]}\n");
}

enum sandbox_verdict sandbox_take_h7(struct sandbox *s, const char *bytes, size_t length, int64_t now_ms,
                                     struct buf *out)
{
    struct errs errs = {0};
    struct out_json json = {.out = out};
    sandbox_tell(s, now_ms);
    arena_reset(&s->arena);
    size_t sound = err_utf8(bytes, length);
    if (sound < length)
        errs_add(&errs, ERR_UTF8, "only UTF-8 is taken; byte %zu is none", sound);
    else if (read_all(s, bytes, length, NULL, &errs) == 0 && errs.count == 0)
        errs_add(&errs, ERR_BAD_REQUEST, "there is no declaration in it");
    sandbox_begin(s);
    if (errs.count) {
        tell_errors(&errs, out);
        sandbox_count(s, "messages_refused");
        sandbox_count(s, sandbox_say(s, "refused_%s", err_name(errs.item[0].code)));
        return SANDBOX_REFUSED;
    }
    out_json_begin(&json, NULL, '{');
    out_json_begin(&json, "receipts", '[');
    read_all(s, bytes, length, &json, &errs);
    check(errs.count == 0);
    out_json_end(&json, ']');
    out_json_end(&json, '}');
    sandbox_count(s, "messages_taken");
    return SANDBOX_TAKEN;
}

bool sandbox_declaration(struct sandbox *s, const char *lrn, struct buf *out)
{
    struct out_json json = {.out = out};
    arena_reset(&s->arena);
    if (!RUN(s, LIST_OF_ORDER, "ti", lrn, (int64_t)1)) {
        sandbox_db_rest(s->db);
        return false;
    }
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "lrn", lrn);
    out_json_text(&json, "mrn", TEXT(s, LIST_OF_ORDER, 4));
    out_json_text(&json, "state", TEXT(s, LIST_OF_ORDER, 2));
    sandbox_add_receipts(s, lrn, true, &json);
    out_json_end(&json, '}');
    sandbox_db_rest(s->db);
    return true;
}
