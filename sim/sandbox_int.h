/* sandbox_int: the sandbox's own data, for sim/sandbox*.c only. */
#ifndef SANDBOX_INT_H
#define SANDBOX_INT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/rule.h"
#include "customs/assess.h"
#include "sim/ceb.h"
#include "sim/quote.h"
#include "sim/sandbox.h"
#include "sim/sandbox_db.h"

struct out_json;

struct sandbox {
    struct sandbox_db *db;
    struct sandbox_script script;
    struct assess assess;
    struct rule_answer answer;
    struct quote quote;       /* asked for H7 */
    struct arena arena;       /* of one message */
    int64_t now_ms;
    int64_t released;         /* lists that have a number of customs */
    int64_t kept_released;    /* as of the last commit */
    int64_t told, kept_told;  /* the last number that a receipt got; as of the last commit */
    int64_t next_ms;          /* no receipt is due before */
    bool is_open;             /* there is something to commit */
    bool has_hook;            /* receipts are sent out */
};

#define RUN(s, statement, ...) sandbox_db_run((s)->db, SANDBOX_DB_##statement, __VA_ARGS__)
#define TEXT(s, statement, column) sandbox_db_text((s)->db, SANDBOX_DB_##statement, column, &(s)->arena)
#define INTEGER(s, statement, column) sandbox_db_integer((s)->db, SANDBOX_DB_##statement, column)
#define SET(values, name, text) ((values)->at[CEB_##name] = (text))

/* A declaration's number among documents, lists and receipts, beside those of the messages. */
enum { SANDBOX_H7 = 7 };
/* What becomes of a receipt that is sent out. */
enum { SANDBOX_HOOK_WAITS, SANDBOX_HOOK_ARRIVED, SANDBOX_HOOK_GIVEN_UP, SANDBOX_HOOK_NONE };

/* What a receipt changes when it is due. */
struct sandbox_effect {
    const char *key;   /* of the list; "": nothing is changed */
    const char *state; /* of the list from then on; "": as it is */
    const char *buyer; /* whose allowance */
    int64_t year, taken;
};

/* ---- sandbox.c ---- */

const char *sandbox_say(struct sandbox *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *sandbox_value(const struct ceb_values *values, enum ceb_name name); /* "" where there is none */
void sandbox_count(struct sandbox *s, const char *name);
const char *sandbox_stamp(struct sandbox *s, int64_t ms); /* as messages write a time */
/* A record's number, the same for the same cause. */
const char *sandbox_guid(struct sandbox *s, const char *cause, unsigned number, const char *status);
/* Begins what sandbox_commit ends, unless it has begun. */
void sandbox_begin(struct sandbox *s);

/* One of the things that chance decides about an order. */
enum sandbox_chance { CHANCE_REJECT = 1, CHANCE_MANUAL, CHANCE_DUPLICATE };
bool sandbox_happens(const struct sandbox *s, const char *what, enum sandbox_chance chance, uint32_t ppm);

/* ---- sandbox_told.c: receipts ---- */

/* Keeps a receipt, whose effect is that of a list or nothing (NULL); twice, when chance says so of `cause`. */
void sandbox_put(struct sandbox *s, unsigned number, const char *order_no, const char *status, const char *body,
                 int64_t due_ms, const char *cause, const struct sandbox_effect *effect);
/* Takes back the receipts of a list that are not due yet. */
void sandbox_withdraw(struct sandbox *s, const char *key);
/* A receipt as a member of a list, or as the document: of a row of RECEIPTS or HOOK. */
void sandbox_receipt(struct sandbox *s, enum sandbox_db_statement statement, struct out_json *json);

/* The receipts of an order or a declaration, as a member "receipts". */
void sandbox_add_receipts(struct sandbox *s, const char *order_no, bool is_h7, struct out_json *json);

/* ---- sandbox_list.c: lists ---- */

const struct ceb_record *sandbox_document(struct sandbox *s, unsigned number, const char *key); /* NULL: not there */
const char *sandbox_written(struct sandbox *s, const struct ceb_message *message, const struct ceb_record *record,
                            const struct ceb_values *transfer);
/* Of what was sent: the message's table picks what it needs. */
struct ceb_values sandbox_answer_values(struct sandbox *s, unsigned receipt, const struct ceb_values *sent,
                                        const char *status, const char *info, int64_t due_ms);
void sandbox_answer(struct sandbox *s, unsigned receipt, const struct ceb_values *sent, const char *status,
                    const char *info, int64_t due_ms, const struct sandbox_effect *effect);
/* Sent to customs, taken there; returns when. */
int64_t sandbox_store(struct sandbox *s, unsigned receipt, const struct ceb_values *sent);
/* Looks whether what an order's list waits for has come. */
void sandbox_consider(struct sandbox *s, const char *order_no, bool is_export);
/* 623 and 625: a list is called off, or its goods come back. */
void sandbox_change(struct sandbox *s, unsigned number, const struct ceb_record *record);

#endif
