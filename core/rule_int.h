/* rule_int: what the rule_*.c files share: packs as parsed, formulas as trees, bound programs. */
#ifndef RULE_INT_H
#define RULE_INT_H

#include "core/arena.h"
#include "core/check.h"
#include "core/json.h"
#include "core/rule.h"
#include "core/tariff.h"
#include "core/text.h"
#include "core/wide.h"

/* ---- formulas ---- */

enum rule_type { TYPE_UNSET, TYPE_NUMBER, TYPE_BOOL, TYPE_SYMBOL, TYPE_LIST, TYPE_DAY };
enum rule_level { LEVEL_UNSET, LEVEL_ORDER, LEVEL_LINE };

/* Exponents over the base units of the book (currencies, kg, l, piece, …), by id - 1. */
enum { UNIT_BASES = 48 };
struct rule_unit {
    int8_t exponent[UNIT_BASES];
};

enum expr_op {
    EXPR_UNSET,
    EXPR_NUMBER, EXPR_SYMBOL, EXPR_DAY, EXPR_TRUTH,
    EXPR_PARAMETER, EXPR_STEP,
    EXPR_ORDER_FACT, EXPR_LINE_FACT, EXPR_ORDER_FLAG, EXPR_LINE_FLAG, EXPR_KEY,
    EXPR_ADD, EXPR_SUBTRACT, EXPR_MULTIPLY, EXPR_DIVIDE, EXPR_NEGATE,
    EXPR_EQUAL, EXPR_UNEQUAL, EXPR_LESS, EXPR_LESS_EQUAL,
    EXPR_AND, EXPR_OR, EXPR_NOT, EXPR_IN, EXPR_IF,
    EXPR_MIN, EXPR_MAX, EXPR_FLOOR, EXPR_CEIL,
    EXPR_SUM, EXPR_ANY, EXPR_ALL, EXPR_COUNT, EXPR_LINES, EXPR_SPREAD,
    EXPR_AD_VALOREM, EXPR_SPECIFIC, EXPR_HAS, EXPR_CLASS, EXPR_IN_FORCE, EXPR_PICK,
};

enum rule_key {
    KEY_UNSET, KEY_FROM, KEY_TO, KEY_SUB, KEY_FORM, KEY_TRANSPORT, KEY_INCOTERM,
    KEY_SALE_DAY, KEY_ENTRY_DAY, KEY_HS, KEY_ORIGIN,
};

struct expr {
    uint8_t op;    /* enum expr_op */
    uint8_t type;  /* enum rule_type */
    uint8_t level; /* enum rule_level: the level at which its value is known */
    bool zero;     /* a literal 0, which has every unit */
    uint16_t kid[3];
    uint16_t note; /* from 1: where a bound program keeps what came of it, 0: nothing is kept */
    uint32_t ref;  /* parameter, step, fact, flag, key or symbol */
    int32_t day;
    struct rational number;
    struct rule_unit unit;
};

/* ---- packs ---- */

struct parameter_value {
    int32_t from;
    bool in_force;
    struct rational number; /* numbers, bools (0, 1) */
    uint32_t symbol;
    int32_t day;
    const uint32_t *list;   /* symbols */
    uint32_t list_count;
    const char *text;       /* as the file writes it */
    struct rule_watch watch;
    const char *law_zh, *law_en, *confidence;
};

struct parameter {
    const char *name;
    uint8_t type;
    struct rule_unit unit;
    const char *unit_text, *title[3]; /* by enum lang */
    struct parameter_value *value;
    uint32_t values;
};

enum step_kind { STEP_UNSET, STEP_VALUE, STEP_REFUSE, STEP_REGIME, STEP_ALLOWANCE, STEP_ERROR };

struct reason {
    uint16_t when; /* expr, 0: always */
    const char *text[3];
};

struct step {
    const char *name;
    uint8_t kind, level, round, charge; /* step_kind, rule_level, round_mode, charge_kind */
    bool reads_other;
    uint16_t is, when, base, rate, used; /* exprs, 0: none */
    struct rational to;
    uint16_t missing;                    /* enum err_code for a missing tariff row, 0: default; of an error step */
    const char *is_text, *when_text, *rate_text, *base_text;
    const char *regime, *refuse, *instead;
    const char *treasury, *debtor, *collector, *due;
    const char *title[3], *message[3]; /* by enum lang: [1] en, [2] zh */
    struct reason *reason;               /* why a charge is zero: the first whose condition holds */
    uint32_t reasons;
    struct rule_watch watch;
};

struct segment {
    uint8_t level;
    bool spread;
    uint16_t first, end; /* steps */
};

struct pack {
    const char *id, *place_text, *regime;
    const char *title[3];
    uint16_t place;        /* packed country; "EU" packs into one too */
    uint16_t base_place;   /* of the pack it extends, 0: none */
    uint8_t currency;
    int64_t unit;          /* minor units of one of it */
    bool reads_sale, abstract_;
    bool is_sharing;       /* its formulas belong to another pack */
    const char *borrowed;  /* while loading: the pack whose steps it takes as they are, NULL: it has its own */
    uint32_t forms;        /* 1 << enum form */
    int32_t from, until;   /* inclusive */
    int32_t kept_until;    /* law followed up to this day; DAY_UNSET: not said */
    struct parameter *parameter;
    uint32_t parameters;
    struct step *step;
    uint32_t steps;
    struct segment *segment;
    uint32_t segments;
    uint8_t *fact;         /* facts of the order that its formulas may read, enum order_fact */
    uint32_t facts;
    uint16_t *charge_step; /* steps that charge, in order */
    uint32_t charge_steps;
    int value_step, allowance_step; /* -1: none */
    struct expr *expr; /* [0] unused */
    uint32_t exprs, expr_room, notes;
};

struct place_law {
    uint16_t place, base;  /* base: whose tariff stands behind its own, 0: none */
    uint8_t currency;
    const struct pack **pack; /* without the abstract ones, by id */
    uint32_t packs;
    int32_t *day;          /* sorted first days of stretches in which nothing of the law changes */
    uint32_t days;
    uint64_t facts;        /* 1 << enum order_fact: what some formula or rate of the place reads */
};
enum { PLACES = 26 * 26 };

struct rulebook {
    struct arena arena;
    struct names names; /* symbols */
    struct names bases; /* base units */
    struct pack *pack;  /* sorted by id */
    uint32_t packs;
    struct tariff tariff;
    struct place_law *place;
    uint32_t places;
    uint16_t *place_at; /* number of a place in place[], from 1, by its two letters */
    const char *watched[RULE_WATCHED_MAX + 1]; /* names, from 1 */
    uint32_t watches;
};

/* rule_watch.c: the number of an entry of a reform, by its name, new or known; and that a program depends on what is
 * read on a day. */
struct rule_watch rule_watch_on(struct rulebook *book, int32_t from, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct rule_cache;
void rule_see(struct rule_cache *cache, struct rule_watch watch, int32_t day);

/* Adds what is wrong with the shape of a pack, or of a reform's part of one. */
void rule_check_pack(const struct json *json, const cJSON *pack, bool is_reform, struct errs *errs);

/* Adds the parameters that a reform (NULL: none) gives to a pack and no formula reads. */
void rule_check_reform(const struct json *json, const cJSON *reform, const struct pack *pack, struct errs *errs);

/* rule_undo.c: a reform that is law ("law_of"): takes it back (core/rule.h), or only watches what it brought. */
void rule_law(struct rulebook *book, const struct json *reform, bool is_undone, struct errs *errs);

/* rule_formula.c: parses and checks one formula of a pack. Returns the expr index, 0 with an error whose
 * place is relative to the text. `steps` are those that stand before. */
struct formula_error {
    size_t at, width; /* bytes of the formula; width 0: one character */
    enum err_code code;
    char message[200], help[120];
};
uint16_t formula_parse(struct rulebook *book, struct pack *pack, const char *text,
                       enum rule_level level, uint32_t steps, struct formula_error *error);
bool unit_parse(struct rulebook *book, const struct pack *pack, const char *text, uint8_t *type,
                struct rule_unit *unit);
void unit_write(const struct rulebook *book, struct rule_unit unit, char *out, size_t room);

/* rule_place.c: fills book->place from the packs and the tariff. */
void rule_make_places(struct rulebook *book);
/* Where the number of a place's law stands: a table of two letters; the last entry is of what is no place. */
static inline unsigned rule_place_slot(uint16_t place)
{
    unsigned first = (unsigned)(place >> 8) - 'A', second = (unsigned)(place & 255) - 'A';
    return first < 26 && second < 26 ? first * 26 + second : PLACES;
}
/* The law of a place, NULL: it has none. */
static inline const struct place_law *rule_place(const struct rulebook *book, uint16_t place)
{
    uint16_t at = book->place_at[rule_place_slot(place)];
    return at ? &book->place[at - 1] : NULL;
}

/* rule_list.c: the pack with this id, NULL: there is none; is it law on a day (DAY_UNSET: on any)? */
const struct pack *rule_pack(const struct rulebook *book, const char *id);
bool rule_in_force(const struct pack *pack, int32_t day);

/* rule_words.c: a title in the language, else in English, else the name; lang as enum lang. */
const char *rule_title(const char *const title[3], const char *name, int lang);

/* ---- bound programs ---- */

enum code_op { /* the first of them run in 64 bits where that is enough */
    CODE_SET, CODE_LIN, CODE_LINK, CODE_MUL, CODE_LTK, CODE_LEK, CODE_EQK, CODE_GTK, CODE_GEK, CODE_NOT,
    CODE_ROUND, CODE_LOAD, CODE_MIN, CODE_MAX, CODE_MINK, CODE_MAXK, CODE_LT, CODE_LE, CODE_EQ,
    CODE_FAST_LAST = CODE_EQ, CODE_JZ, CODE_JMP, CODE_WARN, CODE_FLOOR, CODE_CEIL, CODE_DIVIDE,
    CODE_SUM, CODE_ANY, CODE_ALL, CODE_COUNT, CODE_LINES, CODE_TRAP, CODE_REFUSE, CODE_REGIME,
};

/* dst = a*k1 + b*k2 (LIN), a*k1 + k2 (LINK), round(a*k1/k2) by `mode` (ROUND), … see rule_run.c */
struct code {
    uint8_t op, mode;
    uint16_t dst, a, b;
    int64_t k1, k2;
};

enum term_state { TERM_UNSET, TERM_CONST, TERM_REGISTER, TERM_TRAP };

/* What a formula became: a constant num/den, or a register whose value is register/den. */
struct term {
    uint8_t state;
    uint8_t type;
    uint16_t reg;
    uint16_t trap;   /* enum err_code */
    uint32_t symbol; /* constants of type symbol; traps: symbol of what is missing */
    const struct parameter_value *list;
    int64_t num, den;
};

/* A word of the order that no pack names: unlike every other, and unlike the empty one. */
enum { WORD_FOREIGN = INT32_MAX };

enum { REGISTERS_MAX = 400 };

/* What came of a condition, a choice or a look into the tariff, for the trace. Of min and max: is the left one
 * taken? */
enum { TRUTH_UNKNOWN, TRUTH_NO, TRUTH_YES, TRUTH_REGISTER };
struct outcome {
    uint16_t truth; /* TRUTH_REGISTER + n: register n tells */
    const struct tariff_row *row;
};

struct bound_code {
    struct code *code;
    uint32_t *segment_at; /* code index per segment of the pack, [segments] = end */
    struct term *term;    /* per step of the pack; those of the other level are UNSET */
    struct term *used;    /* allowance steps only, else NULL */
    struct outcome *outcome; /* [notes + 1] of the pack; those of the other level are unknown */
    struct term *when;    /* per step, of charges that are not stated when it does not hold; else NULL */
    uint32_t registers;
    uint32_t warnings;
};

/* A key in whole words, passed in registers: what is written in small parts and read in large ones waits. */
struct words {
    uint64_t a, b, c;
};

/* What of an order decides which pack governs it and what its program is. */
struct order_key {
    uint16_t from, to;
    char sub[4];
    uint8_t form, transport, incoterm;
    uint32_t flags;
};

/* What an answer says of a charge whatever its amount, as JSON. */
struct charge_text {
    struct text kind, people, formula, rule;
};

struct bound_order {
    struct words words; /* first: it stands in slots. Its key, and the stretches of the place's law */
    struct order_key key;
    struct charge_text *text; /* [steps], filled in `arena` by the trace when it is first asked for */
    struct arena *arena;
    const struct pack *pack;
    struct bound_code code;
    int32_t sale_day, entry_day; /* of the order that it was bound for: any day of the epochs serves */
    char place[8];               /* of the destination, with its subdivision: "US-NY" */
};

struct line_key {
    char hs[12];
    uint16_t origin, flags;
};

/* The program of an order of one line in one piece, over the order's registers with the line's behind them. */
struct fused {
    const struct bound_order *order;
    const struct bound_line *line;
    const struct code *code; /* scratch of the cache, until the next one is joined */
    uint32_t codes;
};

struct bound_line {
    struct words words; /* first: it stands in slots. Its order, and its key */
    struct line_key key;
    struct bound_code code;
    struct quick *quick; /* for when it is the only line; NULL: it has none */
};

/* ---- quick programs: an order of one line in 64 bits, without errors ---- */

enum quick_op {
    QUICK_SET,                                                              /* k */
    QUICK_ADDK, QUICK_MULK, QUICK_LTK, QUICK_GEK, QUICK_EQK, QUICK_MINK, QUICK_MAXK, /* a and k */
    QUICK_NOT, QUICK_ROUND, QUICK_ROUND_BY,                                 /* a / k, half up; by mode */
    QUICK_CHOOSE_OF,                                                        /* a ? upper : lower half of k */
    QUICK_ADD, QUICK_SUB, QUICK_MUL, QUICK_LT, QUICK_LE, QUICK_EQ, QUICK_AND, QUICK_OR, QUICK_MIN, QUICK_MAX,
    QUICK_MADD, QUICK_MSUB,                                                 /* a * k + b, a * k - b */
    QUICK_WHEN, QUICK_UNLESS, QUICK_CHOOSE,                                 /* b ? a : 0, b ? 0 : a, r[k] ? a : b */
    QUICK_QUOTIENT,                                                         /* a / b by mode, b above zero */
    QUICK_JZ, QUICK_JMP, QUICK_WARN, QUICK_STOP, QUICK_STOP_IF,             /* STOP: not this way */
    QUICK_REFUSE, QUICK_REGIME, QUICK_END,                                  /* step dst, if a */
    QUICK_FIRST_PAIR = QUICK_ADD, QUICK_FIRST_ACT = QUICK_JZ,
};

struct quick_code {
    uint8_t op, mode;
    uint16_t dst, a, b;
    int64_t k;
};

enum { QUICK_REGISTERS_MAX = 1024, QUICK_NOWHERE = UINT16_MAX };

/* r[at] * up / down, cut; from nowhere: `up` itself. */
struct quick_amount {
    uint16_t at;
    bool is_whole; /* of a constant: it was not cut */
    int64_t up, down;
};

struct quick_charge {
    uint16_t step, when; /* register that tells whether it is stated, QUICK_NOWHERE: it is */
    uint8_t kind;
    bool line;
    struct quick_amount amount;
};

/* Where the trace finds a register of the fused program: r[at] * factor; from nowhere: `factor` itself. */
struct quick_home {
    uint16_t reg, at;
    int32_t factor;
};

struct quick {
    struct quick_code *code; /* to QUICK_END */
    struct quick_charge *charge;
    uint32_t charges, warnings;
    uint32_t order_facts, facts; /* of fact[]: the order's, then the line's; they are the first registers */
    uint8_t fact[ORDER_FACT_COUNT + LINE_FACT_COUNT];
    int32_t value_step, allowance_step; /* INT32_MAX: none */
    struct quick_amount value, limit, used;
    struct quick_home *home;
    uint32_t homes, registers;
};

/* The registers of the last run, while they stand as its quick program left them. */
struct quick_run {
    const struct quick *quick; /* NULL: they stand in the cache's registers */
    int64_t r[QUICK_REGISTERS_MAX];
};

/* An open hash table of what begins with its words, a power of two, at most half full. */
struct slots {
    struct words **at;
    uint32_t room, used;
};

/* What was found for an order, and for its line when it had one: orders of one day are like each other, and each is
 * asked about twice, for its law and for its charges. */
struct order_memo {
    struct words words; /* its key and its days */
    const struct bound_order *bound; /* NULL: none */
    const struct bound_line *line;   /* NULL: none */
    struct rule_law law;
};
enum { ORDER_MEMOS = 64 };

struct rule_cache {
    const struct rulebook *book;
    struct arena arena;
    struct slots order, line; /* of bound_order, of bound_line */
    /* the last run, for the trace */
    wide *order_register, *line_register; /* [REGISTERS_MAX]; behind it in one block [lines][REGISTERS_MAX] */
    const struct bound_line **run_line;
    struct quick_run *quick_run;
    struct fuser *fuser;   /* scratch of rule_fuse.c and rule_fold.c, NULL: not needed yet */
    struct folder *folder;
    uint32_t line_room;
    uint32_t places;
    uint16_t **stretch; /* [places], each by day from STRETCH_FROM on; filled when a place is first asked for */
    struct order_memo *memo, *last; /* [ORDER_MEMOS]; that of the order asked about last */
    uint64_t seen[RULE_WATCH_WORDS]; /* entries of reforms that programs depend on */
};

/* NULL: there is none. */
const struct parameter *parameter_named(const struct pack *pack, const char *name);
/* The parameter "family.WORD" of pick(family, key), WORD being what the order's key says; NULL: none. */
const struct parameter *parameter_picked(const struct rulebook *book, const struct pack *pack,
                                         const struct expr *pick, const struct order_key *key);
/* Is a charge left out? Its condition does not hold, and it gives no reason for its zero or the order's keys
 * alone rule it out. `r`: the registers of its level. */
bool rule_charge_absent(const struct bound_code *code, const wide *r, uint16_t step);
/* A parameter value or tariff row that a charge rests on. */
struct basis {
    const struct parameter *parameter;
    const struct parameter_value *value;
    const struct tariff_row *row;
};
/* What a charge of the last run rests on, the deciding one first; at most `room`. */
uint32_t rule_basis(const struct rule_cache *cache, const struct rule_answer *answer,
                    const struct rule_charge *charge, struct basis *out, uint32_t room);
/* Why a charge of the last run is zero, by its pack; NULL: the pack does not say. */
const char *rule_reason(const struct rule_cache *cache, const struct rule_answer *answer,
                        const struct rule_charge *charge, int lang);
/* Who stands behind a word of a pack: `importer`, `supplier`; others are what they say. */
const char *rule_person(const struct bound_order *bound, const char *word);

/* What any formula of a step came to in the last run: num/den, a symbol, a day. Not known: it failed, or was not
 * reached. `line` from 1, 0: the order. */
struct worth {
    bool known;
    uint8_t type;
    wide num;
    int64_t den;
};
struct worth rule_worth(const struct rule_cache *cache, const struct rule_answer *answer, uint32_t line,
                        const struct step *step, uint16_t expr);
/* Code of one formula over the registers of a bound program, at most `room` of it. */
struct term rule_bind_expr(const struct rule_cache *cache, const struct bound_order *bound,
                           const struct bound_line *line, const struct step *step, uint16_t expr,
                           struct code *code, uint32_t room, uint32_t *codes);
/* The value of a parameter on a day; NULL before the first. */
const struct parameter_value *parameter_on(const struct parameter *parameter, int32_t day);
/* The day on which a step (NULL: the pack) reads. */
int32_t step_day(const struct pack *pack, const struct step *step, int32_t sale_day, int32_t entry_day);

/* rule_cache.c: programs bound on first sight, of the pack that governs an order; NULL: there is none, and the answer
 * says why. The cache is emptied when it is full, here only: what it gave out stays until the next run. */
const struct bound_order *rule_cached_order(struct rule_cache *cache, const struct fact_order *order,
                                            struct rule_answer *answer);
const struct bound_line *rule_cached_line(struct rule_cache *cache, const struct bound_order *order,
                                          const struct fact_line *line);

/* rule_fuse.c: joins the program of an order of one line; false: it runs in segments. */
bool rule_fuse(struct rule_cache *cache, const struct bound_order *order, const struct bound_line *line,
               struct fused *out);
/* rule_fold.c: its quick program; NULL: there is none. */
struct quick *rule_fold(struct rule_cache *cache, const struct fused *from);
/* rule_quick.c: runs it; false, and only what an answer says of its program is filled: it must run the other way. */
bool rule_quick(struct rule_cache *cache, const struct quick *quick, const struct fact_order *order,
                struct rule_answer *answer);
/* Puts the registers of the last run where the trace reads them. */
void rule_unfold(const struct rule_cache *cache);

struct bound_order *rule_bind_order(struct rule_cache *cache, const struct pack *pack, const struct fact_order *order);
struct bound_line *rule_bind_line(struct rule_cache *cache, const struct bound_order *bound,
                                  const struct fact_line *line);

#endif
