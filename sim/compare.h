/* compare: a scenario under the law as it is and under another, on the same random numbers: the same buyers come at
 * the same moments, the same parcels are lost. Two answers, because analysts want both:
 *   static: the orders, their channels and their times as they were; only the law is asked anew of what it was asked.
 *   dynamic: the scenario runs again under the other law; buyers and sellers respond. */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "sim/effect.h"
#include "sim/reads.h"

struct batch;
struct book;
struct scenario;

enum compare_mode { COMPARE_UNSET, COMPARE_STATIC, COMPARE_DYNAMIC, COMPARE_MODES };
const char *compare_mode_id(enum compare_mode mode);
const char *compare_mode_name(enum compare_mode mode, enum lang lang);

/* A figure before and after: means over the replications that have it; the interval is of the mean of the paired
 * differences, 95 %, there from two replications on. Values as effect_value gives them. */
struct compare_line {
    struct effect_figure figure;
    bool has_before, has_after, has_difference, has_interval;
    int64_t before, after, difference, low, high;
};

/* Order by order, over all replications. An order is the same when the same buyer came at the same moment. */
struct compare_sides {
    int64_t more, less, same;        /* orders delivered under both laws, by what they cost: goods and all nodes */
    int64_t more_minor, less_minor;  /* what they cost more, and less, in all: base, both positive */
    int64_t most_more, most_less;    /* of one order */
    int64_t gone, come;              /* delivered only before, only after */
    int64_t moved;                   /* of those delivered under both: by another channel; dynamic only */
    int64_t unanswered;              /* static: the other law does not know an answer; left out of both */
};

enum { COMPARE_SENTENCES = 5 };

/* One of the two answers about one reform. */
struct compare_answer {
    enum compare_mode mode;
    struct compare_line *line;       /* owned */
    size_t lines;
    struct compare_sides sides;
    uint16_t largest[COMPARE_SENTENCES]; /* lines with the largest effects in money, the largest first */
    size_t largests;
    char why[240];                   /* of the first that was unanswered */
};

struct compare_law {
    const char *id, *title_en, *title_zh; /* titles NULL: it has none */
    const struct book *book;         /* as the baseline's, with the reform's law */
    const struct scenario *scenario; /* as the baseline's, with the rest of the reform */
    const struct book *base_book;    /* a baseline of its own, NULL: the common one */
    const struct scenario *base_scenario;
    struct reads reads;              /* by its orders, in either answer */
    struct compare_answer answer[COMPARE_MODES];
};

struct compare {
    /* what is asked; borrowed */
    const struct scenario *scenario;
    const struct book *book;
    struct compare_law *law;         /* the reforms */
    size_t laws;
    bool wants[COMPARE_MODES];
    bool is_paired;                  /* else the other law gets draws of its own: only to show what pairing is worth */
    uint64_t seed;
    uint32_t replications;
    int64_t precision_ppm, until;    /* as in sim/batch.h; precision of the baseline */
    int32_t warm_up_days;            /* orders of the first days, and what is paid then, do not count */
    unsigned jobs;
    bool has_bar;
    enum lang lang;
    /* Runs a batch (batch_run, batch_run_here); `self` is the caller's. */
    int (*run)(void *self, struct batch *batch, struct errs *errs);
    void *self;
    /* what came out */
    int signal;                      /* that stopped it, 0: none; then nothing is compared */
};

/* Memory: some bytes an order and replication, where the dynamic answer is asked. 0, or -1 with errors;
 * compare_finish either way. */
int compare_run(struct compare *compare, struct errs *errs);
/* The static answers alone, of orders that a run has recorded (sim/record.h): `rows` of its record, which has whole
 * parts. The scenario, the law and the seed are the run's. 0, or -1 with errors; compare_finish either way. */
struct record_row;
int compare_recorded(struct compare *compare, const struct record_row *row, size_t rows, struct errs *errs);
void compare_finish(struct compare *compare);

/* Does it tell of more than one product? */
bool compare_has_goods(const struct compare_answer *answer);
/* A value as a person reads it. */
struct buf;
void compare_value(const struct compare *compare, const struct compare_line *line, int64_t value, enum lang lang,
                   struct buf *out);
/* "Bonded stock: the landed cost per order rises by ¥12.34 (+5.6 %), from ¥220.10 to ¥232.44." */
void compare_sentence(const struct compare *compare, const struct compare_line *line, enum lang lang, struct buf *out);

#endif
