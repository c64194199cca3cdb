/* volley: worlds that are asked for as many questions as can be sent, a clock that says which are due, a courier. */
#include "sim/volley.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/courier.h"
#include "sim/outpost_wire.h"
#include "sim/progress.h"
#include "sim/scenario.h"
#include "sim/world.h"

/* Events between two looks for a question; worlds in a row that ask nothing, after which nothing is expected. */
enum { SLICE = 256, ANSWER_MOST = 1 << 20, SILENT_MOST = 1000 };

/* A request. */
struct shot {
    struct shot *next;        /* that waits behind it */
    struct range *range;
    uint64_t due_us, sent_us; /* since the beginning */
    unsigned place;           /* among those under way */
    size_t length;            /* of the body, which follows */
};

struct range {
    struct volley *volley;
    struct errs *errs;
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t interrupt, terminate;
    struct courier *courier;
    struct progress progress;
    struct progress_part part;
    struct world *world;
    uint32_t replication, cell;
    unsigned silent;          /* worlds in a row that asked nothing */
    uint64_t asked;           /* by this world */
    struct shot *first, *last; /* questions that are not yet sent */
    struct shot **under_way;  /* [connections] */
    unsigned open;            /* of them */
    uint64_t begun_us;
    bool is_over;
};

/* ---- questions ---- */

static void take_question(void *self, struct world *world, const struct world_question *question)
{
    struct range *range = self;
    struct shot *shot = memory_take(sizeof *shot + question->length);
    memcpy(shot + 1, question->body, question->length);
    shot->length = question->length;
    shot->range = range;
    if (range->first)
        range->last->next = shot;
    else
        range->first = shot;
    range->last = shot;
    range->asked++;
    world_answer(world, question, true, question->asked_at + 1); /* its own world need not wait */
}

/* The next cell, then the next replication: demand enough for any limit. */
static void next_world(struct range *range)
{
    const struct volley *volley = range->volley;
    bool is_first = !range->world;
    if (!is_first)
        range->silent = range->asked ? 0 : range->silent + 1;
    range->asked = 0;
    world_destroy(range->world);
    range->cell = is_first ? 0 : (range->cell + 1) % volley->scenario->cells;
    range->replication += range->cell == 0;
    range->world = world_create(volley->scenario, volley->book, volley->seed, range->replication, range->cell, NULL);
    world_ask(range->world, take_question, range);
}

/* Lets worlds go on until one asks; false when none does. */
static bool find_question(struct range *range)
{
    while (!range->first) {
        enum world_status status = range->world ? world_advance(range->world, INT64_MAX, SLICE) : WORLD_DONE;
        if (status == WORLD_FAILED) {
            errs_copy(range->errs, world_error(range->world));
            return false;
        }
        if (status != WORLD_MORE && !range->first)
            next_world(range);
        if (range->silent == SILENT_MOST) {
            errs_add(range->errs, ERR_BAD_REQUEST, "no order of the scenario comes to the step \"%s\"",
                     scenario_outside_id((enum outside_step)range->volley->scenario->outside.step));
            return false;
        }
    }
    return true;
}

static struct shot *take_shot(struct range *range)
{
    struct shot *shot = range->first;
    range->first = shot->next;
    return shot;
}

/* ---- shots ---- */

static uint64_t passed_us(const struct range *range)
{
    return uv_hrtime() / 1000 - range->begun_us;
}

static void stop(struct range *range)
{
    range->is_over = true;
    uv_timer_stop(&range->timer);
    uv_stop(&range->loop);
}

static void count_failure(struct volley *volley, const char *name)
{
    unsigned at = 0;
    while (at + 1 < VOLLEY_KINDS && volley->kind[at].count && strcmp(volley->kind[at].name, name) != 0)
        at++;
    if (!volley->kind[at].count)
        snprintf(volley->kind[at].name, sizeof volley->kind[at].name, "%s", at + 1 < VOLLEY_KINDS ? name : "others");
    volley->kind[at].count++;
    volley->failed++;
}

static void count_answer(struct volley *volley, long status, int64_t due_us, int64_t own_us)
{
    volley->status[status > 0 && status < VOLLEY_STATUSES ? status : 0]++;
    volley->answered++;
    hours_add(&volley->due, due_us, 0);
    hours_add(&volley->own, own_us, 0);
    volley->longest_due_us = due_us > volley->longest_due_us ? due_us : volley->longest_due_us;
    volley->longest_own_us = own_us > volley->longest_own_us ? own_us : volley->longest_own_us;
}

static void fire(struct range *range);

static void came(void *self, const struct courier_answer *answer)
{
    struct shot *shot = self;
    struct range *range = shot->range;
    uint64_t now_us = passed_us(range);
    if (answer->status)
        count_answer(range->volley, answer->status, (int64_t)(now_us - shot->due_us),
                     (int64_t)(now_us - shot->sent_us));
    else
        count_failure(range->volley, answer->kind);
    range->under_way[shot->place] = range->under_way[--range->open];
    range->under_way[shot->place]->place = shot->place;
    range->part.placed++;
    memory_release(shot);
    fire(range);
}

static void send_shot(struct range *range, struct shot *shot)
{
    char token[OUTPOST_WIRE_TOKEN];
    const char *const headers[] = {"Content-Type: application/json", "Accept: application/json",
                                   outpost_wire_token(token), NULL};
    struct volley *volley = range->volley;
    const struct scenario_outside *outside = &volley->scenario->outside;
    const struct courier_request request = {
        .method = "POST", .url = outside->url, .headers = headers, .body = (const char *)(shot + 1),
        .length = shot->length, .most = ANSWER_MOST, .timeout_ms = outside->timeout_ms};
    volley->sent++;
    shot->place = range->open;
    range->under_way[range->open++] = shot;
    volley->most = range->open > volley->most ? range->open : volley->most;
    shot->sent_us = passed_us(range);
    courier_send(range->courier, &request, came, shot);
}

/* When the n-th request, from 0, is due. */
static uint64_t due_us(const struct volley *volley, uint64_t n)
{
    return n * 1000000 / volley->rate * volley->per_s + n * 1000000 % volley->rate * volley->per_s / volley->rate;
}

static void timer_fired(uv_timer_t *timer) { fire(timer->data); }

/* Sends what is due and finds a connection; then sleeps until the next is due, or somebody comes back. */
static void fire(struct range *range)
{
    struct volley *volley = range->volley;
    while (!range->is_over && volley->sent < volley->limit && range->open < volley->connections &&
           due_us(volley, volley->sent) <= passed_us(range)) {
        if (!find_question(range)) {
            stop(range);
            return;
        }
        struct shot *shot = take_shot(range);
        shot->due_us = due_us(volley, volley->sent);
        send_shot(range, shot);
    }
    if (range->is_over)
        return;
    if (volley->sent == volley->limit && range->open == 0) {
        stop(range);
    } else if (volley->sent < volley->limit && range->open < volley->connections) {
        uint64_t now = passed_us(range), due = due_us(volley, volley->sent);
        uv_update_time(&range->loop);
        uv_timer_start(&range->timer, timer_fired, due > now ? (due - now + 999) / 1000 : 0, 0);
    }
}

/* ---- the loop ---- */

static void signalled(uv_signal_t *handle, int number)
{
    struct range *range = handle->data;
    if (range->volley->signal)
        _exit(128 + number); /* asked twice: at once */
    range->volley->signal = number;
    stop(range);
}

static void watch(struct range *range, uv_signal_t *handle, int number)
{
    handle->data = range;
    check(uv_signal_init(&range->loop, handle) == 0);
    check(uv_signal_start(handle, signalled, number) == 0);
    uv_unref((uv_handle_t *)handle);
}

static const struct progress_part *part_at(const void *self, unsigned index)
{
    const struct range *range = self;
    return index == 0 ? &range->part : NULL;
}

static void set_up_range(struct range *range)
{
    struct volley *volley = range->volley;
    const struct courier_options options = {.connections = volley->connections};
    check(uv_loop_init(&range->loop) == 0);
    check(uv_timer_init(&range->loop, &range->timer) == 0);
    range->timer.data = range;
    watch(range, &range->interrupt, SIGINT);
    watch(range, &range->terminate, SIGTERM);
    range->courier = courier_create(&range->loop, &options);
    range->under_way = memory_take(volley->connections * sizeof *range->under_way);
    range->progress = (struct progress){.unit = volley->lang == LANG_ZH ? "次答复" : "answers", .planned = volley->limit,
                                        .lang = volley->lang};
    if (volley->has_bar)
        progress_start(&range->progress, &range->loop, part_at, range);
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void clear_range(struct range *range)
{
    progress_stop(&range->progress);
    courier_close(range->courier);
    uv_walk(&range->loop, close_handle, NULL);
    uv_run(&range->loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&range->loop) == 0);
    while (range->first)
        memory_release(take_shot(range));
    while (range->open) /* nobody hears of them any more */
        memory_release(range->under_way[--range->open]);
    memory_release(range->under_way);
    world_destroy(range->world);
}

int volley_run(struct volley *volley, struct errs *errs)
{
    struct range range = {.volley = volley, .errs = errs};
    check(volley->rate > 0 && volley->per_s > 0 && volley->limit > 0 && volley->connections > 0);
    set_up_range(&range);
    if (find_question(&range)) { /* a world takes its time to begin: not that of the endpoint */
        range.begun_us = uv_hrtime() / 1000;
        fire(&range);
        uv_run(&range.loop, UV_RUN_DEFAULT);
        volley->wall_us = passed_us(&range);
    }
    clear_range(&range);
    return errs->count ? -1 : 0;
}
