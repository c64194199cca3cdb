/* world_run: runs a scenario as a test asks, and keeps what came out. */
#ifndef WORLD_RUN_H
#define WORLD_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/file.h"
#include "sim/scenario.h"
#include "sim/world_int.h"
#include "tests/unit.h"

struct run {
    const struct book *book;
    struct buf bytes;
    struct scenario *scenario;
    struct world *world;
    struct tally *tally;
    struct order_record record[64]; /* the first orders that ended */
    size_t records;
    int64_t kind[KIND_COUNT];       /* base, of postings of orders, seller's side */
    int64_t amount[KIND_COUNT];     /* their own currency, last one */
};

static inline void keep_posting(void *self, uint64_t number, const struct posting *posting)
{
    struct run *run = self;
    assert_true(number > 0);
    if (posting->subject_kind != SUBJECT_ORDER)
        return;
    run->kind[posting->kind] += posting->base;
    run->amount[posting->kind] = posting->amount;
}

static inline void keep_order(void *self, const struct order_record *record)
{
    struct run *run = self;
    if (run->records < sizeof run->record / sizeof *run->record)
        run->record[run->records++] = *record;
}

static inline void load(struct run *run, const struct book *book, const char *path, const char *patch)
{
    struct errs errs = {0};
    struct scenario_patch patches = {"patch", patch, patch ? strlen(patch) : 0};
    *run = (struct run){.book = book};
    const struct data_span *span = data_find(path);
    if (span)
        buf_add(&run->bytes, span->start, (size_t)(span->end - span->start));
    else if (file_read(path, &run->bytes, &errs))
        unit_fail_with(&errs);
    run->scenario = scenario_load(book, path, run->bytes.data, run->bytes.length, &patches, patch ? 1 : 0, &errs);
    if (!run->scenario)
        unit_fail_with(&errs);
}

static inline void start(struct run *run, uint64_t seed)
{
    struct world_sink sink = {.self = run, .posting = keep_posting, .order = keep_order};
    run->world = world_create(run->scenario, run->book, seed, 1, 0, &sink);
}

static inline void end(struct run *run)
{
    struct errs errs = {0};
    run->tally = tally_create();
    if (world_result(run->world, run->tally, &errs))
        unit_fail_with(&errs);
    assert_int_equal(tally_difference(run->tally), 0);
    for (unsigned currency = 1; currency < currency_count(); currency++)
        assert_int_equal(run->tally->currency_sum[currency], 0);
}

static inline void go(struct run *run, int64_t until)
{
    enum world_status status = world_advance(run->world, until, 0);
    if (status == WORLD_FAILED)
        fail_msg("%s", world_error(run->world)->message);
}

static inline void simulate(struct run *run, const struct book *book, const char *path, const char *patch,
                            uint64_t limit)
{
    load(run, book, path, patch);
    if (limit)
        scenario_limit(run->scenario, limit);
    start(run, 7);
    go(run, INT64_MAX);
    end(run);
}

static inline void finish(struct run *run)
{
    world_destroy(run->world);
    tally_free(run->tally);
    scenario_free(run->scenario);
    buf_finish(&run->bytes);
}

static inline int open_book(void **state)
{
    struct errs errs = {0};
    struct book *book = memory_take(sizeof *book);
    if (book_load(book, NULL, 0, &errs))
        unit_fail_with(&errs);
    *state = book;
    return 0;
}

static inline int close_book(void **state)
{
    book_finish(*state);
    memory_release(*state);
    return 0;
}

#endif
