/* batch: seats on worker threads, each with one world that advances in slices; the loop in between. */
#include "sim/batch.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/book.h"
#include "sim/out_folder.h"
#include "sim/outpost.h"
#include "sim/progress.h"
#include "sim/replay.h"
#include "sim/scenario.h"
#include "sim/stats.h"
#include "sim/world.h"

/* Events between two looks at the loop: some milliseconds. A seat may be so many parts ahead of the first
 * that is not done: it bounds the tallies that wait. */
enum { SLICE = 1 << 15, AHEAD_MAX = 64, POOL_DEFAULT = 4 };

/* One cell of a replication at work. Only its thread touches it during a slice, only the loop between slices. */
struct seat {
    struct loop *loop;
    uv_work_t work;
    uv_timer_t timer;
    uint32_t part_number; /* 0: free */
    struct world *world;
    struct out_tables tables;
    struct world_sink sink;
    void *watched;        /* what the batch's watch keeps of its part, NULL: none */
    const struct checkpoint_item *saved;
    struct tally *tally;  /* when done */
    enum world_status status;
    struct errs errs;
    int64_t first, next, target; /* simulated: first event, next event (INT64_MAX: none), bound of this slice */
    int64_t until;
    bool is_waiting;      /* for the time of its next event, or for answers */
    uint64_t begun_ms;
    struct progress_part reached, part; /* the thread's; the loop's copy of it */
};

/* A part that is done and not yet in the sum. */
struct done {
    struct tally *tally; /* NULL: not done */
    void *watched;
    uint64_t length[OUT_TABLES_COUNT]; /* of its parts */
};

struct loop {
    struct batch *batch;
    uv_loop_t uv;
    uv_signal_t interrupt, terminate;
    struct progress progress;
    struct seat *seat;
    unsigned seats;
    uint32_t next;            /* part to begin */
    struct done *done;        /* [1 … parts] */
    const struct checkpoint *from;
    struct errs *errs;
    bool is_stopping, has_failed, is_precise;
};

/* The run in pieces that share nothing: the cells of each replication. */
static uint32_t parts_of(const struct batch *batch)
{
    return batch->replications * batch->scenario->cells;
}

/* ---- on a worker thread ---- */

static bool begin_world(struct seat *seat)
{
    const struct batch *batch = seat->loop->batch;
    const uint64_t none[OUT_TABLES_COUNT] = {0};
    const struct world_sink *sink = NULL;
    uint32_t replication = (seat->part_number - 1) / batch->scenario->cells + 1;
    uint32_t cell = (seat->part_number - 1) % batch->scenario->cells;
    if (batch->folder) {
        out_tables_open(&seat->tables, batch->folder, batch->book, batch->scenario->base_currency,
                        seat->part_number, replication, cell, seat->saved ? seat->saved->length : none);
        sink = &seat->tables.sink;
    } else if (batch->watch) {
        seat->watched = batch->watch->open(batch->watch->self, replication, cell, &seat->sink);
        sink = &seat->sink;
    }
    seat->world = world_create(batch->scenario, batch->book, batch->seed, replication, cell, sink);
    seat->tables.postings.world = seat->world;
    if (batch->outpost)
        outpost_join(batch->outpost, seat->part_number, seat->world);
    if (!seat->saved)
        return true;
    if (world_restore(seat->world, seat->saved->world.data, seat->saved->world.length))
        return true;
    errs_add(&seat->errs, ERR_SYNTAX, "the checkpoint does not fit this program");
    return false;
}

/* Writes the last rows, counts, and gives the world up. */
static void end_world(struct seat *seat)
{
    seat->tally = tally_create();
    world_result(seat->world, seat->tally, &seat->errs);
    out_tables_end(&seat->tables, seat->tally);
    if (seat->loop->batch->folder)
        out_tables_close(&seat->tables, &seat->errs);
    world_destroy(seat->world);
    seat->world = NULL;
}

static bool is_done(const struct seat *seat)
{
    return seat->status == WORLD_DONE ||
           (seat->status == WORLD_REACHED && seat->target == seat->until);
}

static void run_slice(uv_work_t *work)
{
    struct seat *seat = work->data;
    if (!seat->world && !begin_world(seat))
        return;
    if (seat->first == INT64_MIN) { /* a pace needs to know where it starts */
        seat->first = seat->next = world_next_time(seat->world);
        seat->status = WORLD_MORE;
        return;
    }
    seat->status = world_advance(seat->world, seat->target, SLICE);
    seat->reached.placed = world_placed(seat->world);
    seat->reached.now = world_now(seat->world);
    if (seat->status == WORLD_DONE && seat->target < seat->until)
        world_advance(seat->world, seat->until, 0); /* nothing comes any more, whatever the pace: stocks are kept on */
    if (seat->status == WORLD_FAILED)
        errs_copy(&seat->errs, world_error(seat->world));
    else if (is_done(seat))
        end_world(seat);
    else if (seat->status == WORLD_REACHED)
        seat->next = world_next_time(seat->world);
}

/* ---- between slices ---- */

static void take_up(struct seat *seat);

/* Nobody waits for answers any more. */
static void stop_asking(const struct loop *loop)
{
    for (unsigned i = 0; i < loop->seats && loop->batch->outpost; i++)
        outpost_leave(loop->batch->outpost, loop->seat[i].part_number);
}

static void take_errors(struct loop *loop, const struct errs *errs)
{
    errs_append(loop->errs, errs);
    loop->has_failed = loop->has_failed || errs->count > 0;
}

static bool is_over(const struct loop *loop)
{
    return loop->is_stopping || loop->has_failed || loop->is_precise;
}

static void watch_ended(const struct batch *batch, void **watched, const struct tally *tally)
{
    if (*watched)
        batch->watch->close(batch->watch->self, *watched, tally);
    *watched = NULL;
}

/* Takes into the sum what is next in the order of replications and cells. */
static void merge_done(struct loop *loop)
{
    struct batch *batch = loop->batch;
    uint32_t next = batch->tally->worlds + 1;
    for (; next <= parts_of(batch) && loop->done[next].tally && !loop->has_failed && !loop->is_precise; next++) {
        if (batch->folder && out_tables_collect(batch->folder, next, loop->errs) != 0)
            loop->has_failed = true;
        tally_merge(batch->tally, loop->done[next].tally);
        watch_ended(batch, &loop->done[next].watched, loop->done[next].tally);
        tally_free(loop->done[next].tally);
        loop->done[next].tally = NULL;
        loop->is_precise = batch->precision_ppm && next % batch->scenario->cells == 0 &&
                           tally_is_precise(batch->tally, batch->precision_ppm);
    }
}

static void harvest(struct seat *seat)
{
    struct loop *loop = seat->loop;
    loop->progress.placed_before += seat->part.placed;
    seat->part = seat->reached = (struct progress_part){0};
    struct done *done = &loop->done[seat->part_number];
    *done = (struct done){seat->tally, seat->watched, {0}};
    for (unsigned i = 0; i < OUT_TABLES_COUNT; i++)
        done->length[i] = seat->tables.part[i].written;
    seat->tally = NULL;
    seat->watched = NULL;
    if (loop->batch->outpost) {
        outpost_leave(loop->batch->outpost, seat->part_number);
        outpost_stand(loop->batch->outpost, seat->part_number, INT64_MAX);
    }
    seat->part_number = 0;
    merge_done(loop);
    for (unsigned i = 0; i < loop->seats; i++)
        if (!loop->seat[i].part_number)
            take_up(&loop->seat[i]);
}

static void slice_ended(uv_work_t *work, int status);

static void queue_slice(struct seat *seat)
{
    check(uv_queue_work(&seat->loop->uv, &seat->work, run_slice, slice_ended) == 0);
}

/* Goes on to a time; answers that have come count from then on. */
static void go_on(struct seat *seat, int64_t target)
{
    struct loop *loop = seat->loop;
    struct outpost *outpost = loop->batch->outpost;
    seat->is_waiting = false;
    if (outpost && target > seat->target &&
        outpost_tell(outpost, seat->part_number, seat->world, target, loop->errs) != 0) {
        loop->has_failed = true;
        stop_asking(loop);
        return;
    }
    seat->target = target;
    queue_slice(seat);
}

static void wait_ended(uv_timer_t *timer)
{
    struct seat *seat = timer->data;
    struct loop *loop = seat->loop;
    int64_t passed_ms = (int64_t)(uv_hrtime() / 1000000 - seat->begun_ms);
    if (is_over(loop))
        return;
    int64_t target = seat->first + passed_ms * (int64_t)loop->batch->speed / 1000;
    go_on(seat, target < seat->until ? target : seat->until);
}

/* When there is something to do, INT64_MAX: not before somebody answers. An answer that has come is due at once, but in
 * a second that has not yet begun. */
static int64_t next_time(const struct seat *seat)
{
    struct outpost *outpost = seat->loop->batch->outpost;
    int64_t next = seat->next < seat->until ? seat->next : seat->until;
    bool is_news = outpost && outpost_has_news(outpost, seat->part_number);
    return is_news && seat->target < next ? seat->target + 1 : next;
}

/* Paced: sleeps until the next event is due. A timer may fire a millisecond early; then it is set again. */
static void wait_for_next(struct seat *seat)
{
    int64_t speed = (int64_t)seat->loop->batch->speed;
    int64_t next = next_time(seat);
    seat->is_waiting = true;
    if (seat->begun_ms == 0)
        seat->begun_ms = uv_hrtime() / 1000000;
    if (next == INT64_MAX)
        return;
    int64_t due_ms = (next - seat->first) / speed * 1000 + (next - seat->first) % speed * 1000 / speed;
    int64_t passed_ms = (int64_t)(uv_hrtime() / 1000000 - seat->begun_ms);
    uint64_t wait_ms = due_ms > passed_ms ? (uint64_t)(due_ms - passed_ms) : 1;
    uv_update_time(&seat->loop->uv);
    uv_timer_start(&seat->timer, wait_ended, wait_ms, 0);
}

/* An answer has come. */
static void news_came(void *self, uint32_t part)
{
    struct loop *loop = self;
    for (unsigned i = 0; i < loop->seats; i++)
        if (loop->seat[i].part_number == part && loop->seat[i].is_waiting && !is_over(loop))
            wait_for_next(&loop->seat[i]);
}

/* A world that is stopped may stand anywhere, but where somebody was asked its log must say where. */
static bool may_stop(const struct seat *seat)
{
    return !seat->loop->batch->outpost || seat->status != WORLD_MORE || seat->begun_ms == 0;
}

static void slice_ended(uv_work_t *work, int status)
{
    struct seat *seat = work->data;
    struct loop *loop = seat->loop;
    check(status == 0);
    seat->part = seat->reached;
    if (out_tables_failed(&seat->tables) && loop->batch->folder)
        out_tables_close(&seat->tables, &seat->errs);
    take_errors(loop, &seat->errs);
    if (loop->has_failed || loop->is_precise) {
        stop_asking(loop);
        return;
    }
    if (!loop->is_stopping && loop->batch->outpost)
        outpost_send(loop->batch->outpost, seat->part_number);
    if (seat->tally)
        harvest(seat);
    else if (loop->is_stopping && may_stop(seat))
        return;
    else if (loop->batch->speed && seat->status != WORLD_UNSET &&
             (seat->status == WORLD_REACHED || seat->begun_ms == 0))
        wait_for_next(seat);
    else
        queue_slice(seat);
}

/* Are the rows still there that an item of a checkpoint counts on? Not when the program went on from it once
 * before and was killed; then the part is run again from its start, which gives the same rows. */
static bool is_usable(const struct loop *loop, const struct checkpoint_item *item)
{
    const struct out_folder *folder = loop->batch->folder;
    return !folder || out_tables_hold(folder, item->part, item->length);
}

/* The checkpoint's item of a part that was running, NULL: none. */
static const struct checkpoint_item *saved_item(const struct loop *loop, uint32_t part)
{
    for (uint32_t i = 0; loop->from && i < loop->from->items; i++) {
        const struct checkpoint_item *item = &loop->from->item[i];
        if (item->part == part && !item->tally)
            return is_usable(loop, item) ? item : NULL;
    }
    return NULL;
}

/* Gives a free seat the next part, when there is one. */
static void take_up(struct seat *seat)
{
    struct loop *loop = seat->loop;
    const struct batch *batch = loop->batch;
    while (loop->next <= parts_of(batch) && loop->done[loop->next].tally)
        loop->next++;
    bool is_far_ahead = loop->next > batch->tally->worlds + AHEAD_MAX;
    if (loop->next > parts_of(batch) || is_over(loop) || is_far_ahead)
        return;
    seat->part_number = loop->next++;
    seat->saved = saved_item(loop, seat->part_number);
    seat->first = batch->speed ? INT64_MIN : 0;
    int64_t known = batch->outpost ? outpost_until(batch->outpost, seat->part_number) : INT64_MAX;
    known = known < 0 ? 0 : known;
    seat->target = seat->until = known < batch->until ? known : batch->until;
    seat->is_waiting = false;
    seat->begun_ms = 0;
    seat->status = WORLD_UNSET;
    memset(&seat->tables, 0, sizeof seat->tables);
    queue_slice(seat);
}

/* ---- signals, progress ---- */

static void signalled(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;
    if (loop->is_stopping)
        _exit(128 + number); /* asked twice: at once */
    loop->is_stopping = true;
    loop->batch->signal = number;
    for (unsigned i = 0; i < loop->seats; i++)
        uv_timer_stop(&loop->seat[i].timer);
    stop_asking(loop);
}

static void watch(struct loop *loop, uv_signal_t *handle, int number)
{
    handle->data = loop;
    check(uv_signal_init(&loop->uv, handle) == 0);
    check(uv_signal_start(handle, signalled, number) == 0);
    uv_unref((uv_handle_t *)handle);
}

/* ---- when it was stopped ---- */

/* The seat at which a part runs, NULL: at none. */
static struct seat *seat_of(const struct loop *loop, uint32_t part)
{
    for (unsigned i = 0; i < loop->seats; i++)
        if (loop->seat[i].part_number == part && loop->seat[i].world)
            return &loop->seat[i];
    return NULL;
}

/* Notes where a running part stands, then counts it as it is. Its last rows are not written: they would
 * be written again. */
static void save_seat(struct seat *seat, struct checkpoint_item *item, struct errs *errs)
{
    item->part = seat->part_number;
    world_save(seat->world, &item->world);
    for (unsigned i = 0; seat->loop->batch->folder && i < OUT_TABLES_COUNT; i++) {
        out_file_sync(&seat->tables.part[i]);
        item->length[i] = seat->tables.part[i].written;
    }
    seat->tables.is_muted = true;
    if (seat->loop->batch->outpost)
        outpost_stand(seat->loop->batch->outpost, seat->part_number, seat->begun_ms ? seat->target : 0);
    end_world(seat);
    errs_append(errs, &seat->errs);
}

static int save_all(struct loop *loop)
{
    struct batch *batch = loop->batch;
    struct checkpoint checkpoint = {.key = batch_key(batch), .tally = tally_create(), .wall_ms = batch->wall_ms};
    uint32_t first = batch->tally->worlds + 1;
    checkpoint.item = memory_take((parts_of(batch) + 1) * sizeof *checkpoint.item);
    if (batch->folder)
        out_tables_seal(batch->folder, checkpoint.length, loop->errs);
    tally_merge(checkpoint.tally, batch->tally);
    for (uint32_t r = first; r <= parts_of(batch); r++) {
        struct checkpoint_item *item = &checkpoint.item[checkpoint.items];
        struct seat *seat = seat_of(loop, r);
        struct done *done = &loop->done[r];
        if (!done->tally && !seat)
            continue;
        if (seat)
            save_seat(seat, item, loop->errs);
        else
            *item = (struct checkpoint_item){r, {0}, done->tally, {0}};
        if (!seat)
            memcpy(item->length, done->length, sizeof item->length);
        tally_merge(batch->tally, seat ? seat->tally : done->tally);
        done->tally = NULL; /* the item owns it */
        checkpoint.items++;
    }
    if (!batch->outpost)
        checkpoint_write(&checkpoint, &batch->checkpoint);
    checkpoint_finish(&checkpoint);
    return loop->errs->count ? -1 : 0;
}

/* ---- the whole ---- */

static int take_from(struct loop *loop)
{
    const struct checkpoint *from = loop->from;
    struct batch *batch = loop->batch;
    if (!from)
        return 0;
    tally_merge(batch->tally, from->tally);
    loop->progress.placed_before = tally_placed(from->tally);
    loop->next = from->tally->worlds + 1;
    for (uint32_t i = 0; i < from->items; i++) {
        const struct checkpoint_item *item = &from->item[i];
        if (!item->tally || !is_usable(loop, item))
            continue;
        struct tally *copy = tally_create();
        tally_merge(copy, item->tally);
        loop->done[item->part] = (struct done){copy, NULL, {0}};
        memcpy(loop->done[item->part].length, item->length, sizeof item->length);
    }
    return batch->folder ? out_tables_cut(batch->folder, from->length, loop->errs) : 0;
}

static void open_loop(struct loop *loop)
{
    struct batch *batch = loop->batch;
    char pool[16];
    snprintf(pool, sizeof pool, "%u", batch->jobs);
    if (batch->jobs > POOL_DEFAULT)
        uv_os_setenv("UV_THREADPOOL_SIZE", pool);
    check(uv_loop_init(&loop->uv) == 0);
    watch(loop, &loop->interrupt, SIGINT);
    watch(loop, &loop->terminate, SIGTERM);
    loop->seats = batch->jobs < parts_of(batch) ? batch->jobs : parts_of(batch);
    loop->seat = memory_take(loop->seats * sizeof *loop->seat);
    loop->done = memory_take((parts_of(batch) + 2) * sizeof *loop->done);
    for (unsigned i = 0; i < loop->seats; i++) {
        struct seat *seat = &loop->seat[i];
        seat->loop = loop;
        seat->work.data = seat->timer.data = seat;
        check(uv_timer_init(&loop->uv, &seat->timer) == 0);
    }
    if (batch->outpost)
        outpost_open(batch->outpost, &loop->uv, news_came, loop);
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void close_loop(struct loop *loop)
{
    struct errs ignored = {0};
    progress_stop(&loop->progress);
    if (loop->batch->outpost)
        outpost_close(loop->batch->outpost);
    uv_walk(&loop->uv, close_handle, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    check(uv_loop_close(&loop->uv) == 0);
    for (unsigned i = 0; i < loop->seats; i++) {
        struct seat *seat = &loop->seat[i];
        out_tables_close(&seat->tables, &ignored);
        if (seat->world)
            world_destroy(seat->world);
        tally_free(seat->tally);
        watch_ended(loop->batch, &seat->watched, NULL);
    }
    for (uint32_t r = 0; r <= parts_of(loop->batch); r++) {
        tally_free(loop->done[r].tally);
        watch_ended(loop->batch, &loop->done[r].watched, NULL);
    }
    memory_release(loop->seat);
    memory_release(loop->done);
}

static const struct progress_part *part_at(const void *self, unsigned index)
{
    const struct loop *loop = self;
    return index < loop->seats ? &loop->seat[index].part : NULL;
}

int batch_run(struct batch *batch, const struct checkpoint *from, struct errs *errs)
{
    struct loop loop = {.batch = batch, .from = from, .errs = errs, .next = 1};
    uint64_t begun_ms = uv_hrtime() / 1000000;
    check(parts_of(batch) > 0 && batch->jobs > 0);
    batch->tally = tally_create();
    batch->tally->base_currency = batch->scenario->base_currency;
    open_loop(&loop);
    int result = take_from(&loop);
    loop.progress.planned = scenario_planned(batch->scenario) * batch->replications;
    loop.progress.lang = batch->lang;
    if (batch->has_bar)
        progress_start(&loop.progress, &loop.uv, part_at, &loop);
    if (result == 0) {
        merge_done(&loop);
        for (unsigned i = 0; i < loop.seats; i++)
            take_up(&loop.seat[i]);
        uv_run(&loop.uv, UV_RUN_DEFAULT);
    }
    batch->wall_ms = (from ? from->wall_ms : 0) + (int64_t)(uv_hrtime() / 1000000 - begun_ms);
    if (loop.has_failed)
        result = -1;
    if (result == 0 && (batch->tally->worlds == parts_of(batch) || loop.is_precise))
        batch->signal = 0; /* it came too late to stop anything */
    if (result == 0 && batch->signal)
        result = save_all(&loop);
    close_loop(&loop);
    return result;
}

unsigned batch_jobs(void)
{
    return uv_available_parallelism();
}

static void copy_hash(char out[65], const char *hash)
{
    snprintf(out, 65, "%.64s", hash);
}

struct checkpoint_key batch_key(const struct batch *batch)
{
    const struct replay *replay = batch->scenario->replay;
    struct checkpoint_key key = {.seed = batch->seed, .limit = batch->scenario->limit,
                                 .until = batch->until, .law_day = batch->scenario->law_day,
                                 .precision_ppm = batch->precision_ppm,
                                 .parts = parts_of(batch), .tables = batch->folder ? batch->folder->tables : 0};
    copy_hash(key.scenario, batch->scenario->hash);
    copy_hash(key.book, batch->book->hash);
    copy_hash(key.orders, replay ? replay->hash : "");
    return key;
}
