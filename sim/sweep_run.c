/* sweep_run: seats on worker threads, each with one point at a time; the loop in between hands out tasks. */
#include "sim/sweep_run.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include <uv.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/out_summary.h"
#include "sim/progress.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"
#include "sim/sweep.h"
#include "sim/sweep_store.h"
#include "sim/world.h"

/* Events between two looks at whether to stop; after how long a part is written, and after which part of the time that
 * its seat has worked: so that a kill costs little, and a long sweep does not end in a million files. */
enum { SLICE = 1 << 15, PART_MS = 500, PART_SHARE = 100, POOL_DEFAULT = 4 };
#define NO_POINT UINT64_MAX

/* Its thread's during a unit of work, the loop's between them. */
struct seat {
    struct loop *loop;
    uv_work_t work;
    uint64_t from, to;        /* tasks of the list, of one point */
    uint64_t point;           /* that is loaded */
    struct sweep_point ready;
    struct buf rows;          /* not yet written */
    uint64_t waiting;         /* how many */
    uint64_t begun_ms, written_ms;
    struct errs errs;
    struct progress_part part;
};

struct loop {
    struct sweep_run *run;
    uv_loop_t uv;
    uv_signal_t interrupt, terminate;
    struct progress progress;
    struct seat *seat;
    uint64_t next;            /* of the list */
    atomic_bool is_stopping;
    bool has_failed;          /* the folder cannot be written */
    struct errs *errs;
};

static uint64_t now_ms(void)
{
    return uv_hrtime() / 1000000;
}

/* ---- on a worker thread ---- */

/* Says which point an error is of. */
static void take_errors(struct seat *seat, uint64_t point, const struct errs *found)
{
    for (size_t i = 0; i < found->count; i++) {
        struct err named = found->item[i];
        snprintf(named.message, sizeof named.message, "point %llu: %.200s", (unsigned long long)point + 1,
                 found->item[i].message);
        errs_copy(&seat->errs, &named);
    }
}

/* One cell of a replication; false: stopped, or failed with errors. */
static bool simulate_cell(struct seat *seat, uint32_t replication, uint32_t cell, struct tally *sum, struct errs *errs)
{
    const struct sweep *sweep = seat->loop->run->sweep;
    struct world *world =
        world_create(seat->ready.scenario, seat->ready.book, sweep->seed, replication, cell, NULL);
    enum world_status status = WORLD_MORE;
    while (status == WORLD_MORE && !atomic_load(&seat->loop->is_stopping))
        status = world_advance(world, sweep->until, SLICE);
    bool is_done = status == WORLD_DONE || status == WORLD_REACHED;
    if (status == WORLD_FAILED)
        errs_copy(errs, world_error(world));
    if (is_done) {
        struct tally *tally = tally_create();
        is_done = world_result(world, tally, errs) == 0;
        tally_merge(sum, tally);
        tally_free(tally);
    }
    world_destroy(world);
    return is_done;
}

/* The figures of a replication, behind each other. */
static void add_row(struct seat *seat, uint64_t task, const struct tally *tally)
{
    const struct sweep *sweep = seat->loop->run->sweep;
    struct run run = {.scenario = seat->ready.scenario, .book = seat->ready.book, .tally = tally,
                      .seed = sweep->seed, .replications = 1, .complete = true};
    struct buf bytes = {0};
    struct json summary;
    struct errs errs = {0};
    char room[SWEEP_OUTPUT_ROOM];
    out_summary(&run, &bytes);
    check(json_read_only(&summary, "summary.json", bytes.data, bytes.length, &errs) == 0);
    buf_printf(&seat->rows, "%llu", (unsigned long long)task);
    for (unsigned i = 0; i < sweep->outputs; i++) {
        const char *text = sweep_output_text(&sweep->output[i], summary.root, room);
        buf_printf(&seat->rows, ",%s", text ? text : "");
    }
    buf_putc(&seat->rows, '\n');
    json_finish(&summary);
    buf_finish(&bytes);
    seat->waiting++;
}

static bool simulate(struct seat *seat, uint64_t task, struct errs *errs)
{
    const struct sweep *sweep = seat->loop->run->sweep;
    struct tally *sum = tally_create();
    bool is_done = true;
    sum->base_currency = seat->ready.scenario->base_currency;
    for (uint32_t cell = 0; is_done && cell < seat->ready.scenario->cells; cell++)
        is_done = simulate_cell(seat, sweep_replication_of(sweep, task), cell, sum, errs);
    if (is_done)
        add_row(seat, task, sum);
    tally_free(sum);
    return is_done;
}

/* Brings the rows to the disk. */
static void write_rows(struct seat *seat)
{
    seat->written_ms = now_ms();
    if (seat->waiting == 0)
        return;
    if (sweep_store_write(seat->loop->run->store, seat->rows.data, seat->rows.length, &seat->errs) != 0)
        return;
    buf_clear(&seat->rows);
    seat->part.placed += seat->waiting;
    seat->waiting = 0;
}

static bool is_time(const struct seat *seat)
{
    uint64_t now = now_ms();
    return now - seat->written_ms >= PART_MS + (now - seat->begun_ms) / PART_SHARE;
}

static bool load_point(struct seat *seat, uint64_t point, struct errs *errs)
{
    if (seat->point == point)
        return true;
    seat->point = NO_POINT;
    if (sweep_point_load(&seat->ready, seat->loop->run->sweep, point, errs) != 0)
        return false;
    seat->point = point;
    return true;
}

static void run_unit(uv_work_t *work)
{
    struct seat *seat = work->data;
    const struct sweep_run *run = seat->loop->run;
    uint64_t point = sweep_point_of(run->sweep, run->task[seat->from]);
    struct errs found = {0};
    bool is_sound = load_point(seat, point, &found);
    for (uint64_t i = seat->from; i < seat->to && is_sound && !atomic_load(&seat->loop->is_stopping); i++) {
        is_sound = simulate(seat, run->task[i], &found);
        if (is_time(seat))
            write_rows(seat);
    }
    take_errors(seat, point, &found);
}

/* ---- between units ---- */

static bool is_of_folder(const struct errs *errs)
{
    for (size_t i = 0; i < errs->count; i++)
        if (errs->item[i].code == ERR_IO)
            return true;
    return false;
}

static void take_up(struct seat *seat);

static void unit_ended(uv_work_t *work, int status)
{
    struct seat *seat = work->data;
    struct loop *loop = seat->loop;
    check(status == 0);
    if (is_of_folder(&seat->errs)) {
        loop->has_failed = true;
        atomic_store(&loop->is_stopping, true);
    }
    take_up(seat);
}

/* Gives a seat tasks of the next point: the fewer are left, the fewer at a time, so that all seats end together. */
static void take_up(struct seat *seat)
{
    struct loop *loop = seat->loop;
    const struct sweep_run *run = loop->run;
    uint64_t left = run->tasks - loop->next, most = left / (2 * run->jobs) + 1;
    if (left == 0 || atomic_load(&loop->is_stopping))
        return;
    uint64_t point = sweep_point_of(run->sweep, run->task[loop->next]);
    seat->from = loop->next;
    while (loop->next < run->tasks && loop->next - seat->from < most &&
           sweep_point_of(run->sweep, run->task[loop->next]) == point)
        loop->next++;
    seat->to = loop->next;
    check(uv_queue_work(&loop->uv, &seat->work, run_unit, unit_ended) == 0);
}

static void signalled(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;
    if (loop->run->signal)
        _exit(128 + number); /* asked twice: at once */
    loop->run->signal = number;
    atomic_store(&loop->is_stopping, true);
}

static void watch(struct loop *loop, uv_signal_t *handle, int number)
{
    handle->data = loop;
    check(uv_signal_init(&loop->uv, handle) == 0);
    check(uv_signal_start(handle, signalled, number) == 0);
    uv_unref((uv_handle_t *)handle);
}

/* ---- the whole ---- */

static const struct progress_part *part_at(const void *self, unsigned index)
{
    const struct loop *loop = self;
    return index < loop->run->jobs ? &loop->seat[index].part : NULL;
}

static void open_loop(struct loop *loop)
{
    struct sweep_run *run = loop->run;
    char pool[16];
    snprintf(pool, sizeof pool, "%u", run->jobs);
    if (run->jobs > POOL_DEFAULT)
        uv_os_setenv("UV_THREADPOOL_SIZE", pool);
    check(uv_loop_init(&loop->uv) == 0);
    watch(loop, &loop->interrupt, SIGINT);
    watch(loop, &loop->terminate, SIGTERM);
    loop->seat = memory_take(run->jobs * sizeof *loop->seat);
    for (unsigned i = 0; i < run->jobs; i++) {
        struct seat *seat = &loop->seat[i];
        seat->loop = loop;
        seat->work.data = seat;
        seat->point = NO_POINT;
        seat->begun_ms = seat->written_ms = now_ms();
    }
    loop->progress.planned = run->tasks;
    loop->progress.lang = run->lang;
    loop->progress.unit = run->lang == LANG_ZH ? "次重复" : "replications";
    if (run->has_bar)
        progress_start(&loop->progress, &loop->uv, part_at, loop);
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void close_loop(struct loop *loop)
{
    progress_stop(&loop->progress);
    uv_walk(&loop->uv, close_handle, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    check(uv_loop_close(&loop->uv) == 0);
    for (unsigned i = 0; i < loop->run->jobs; i++) {
        struct seat *seat = &loop->seat[i];
        loop->run->done += seat->part.placed;
        errs_append(loop->errs, &seat->errs);
        sweep_point_finish(&seat->ready);
        buf_finish(&seat->rows);
    }
    memory_release(loop->seat);
}

int sweep_run(struct sweep_run *run, struct errs *errs)
{
    struct loop loop = {.run = run, .errs = errs};
    size_t before = errs->count;
    check(run->jobs > 0);
    open_loop(&loop);
    for (unsigned i = 0; i < run->jobs; i++)
        take_up(&loop.seat[i]);
    uv_run(&loop.uv, UV_RUN_DEFAULT);
    for (unsigned i = 0; i < run->jobs && !loop.has_failed; i++)
        write_rows(&loop.seat[i]);
    close_loop(&loop);
    if (run->done == run->tasks)
        run->signal = 0; /* it came too late to stop anything */
    return errs->count == before ? 0 : -1;
}
