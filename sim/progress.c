/* progress: a bar, orders, orders a second, the time that is left. */
#include "sim/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "sim/run.h"

enum { FIRST_MS = 300, EVERY_MS = 100, BAR_CELLS = 24 };

struct sum {
    uint64_t placed, planned;
    int64_t now;
};

static struct sum sum_of(const struct progress *progress)
{
    struct sum sum = {progress->placed_before, 0, 0};
    const struct progress_part *part;
    for (unsigned i = 0; (part = progress->part(progress->self, i)) != NULL; i++) {
        sum.placed += part->placed;
        sum.now = part->now ? part->now : sum.now;
    }
    sum.planned = progress->planned;
    return sum;
}

static void add_bar(struct buf *out, uint64_t part, uint64_t whole)
{
    uint64_t cells = part * BAR_CELLS / whole;
    buf_puts(out, "[");
    for (uint64_t i = 0; i < BAR_CELLS; i++)
        buf_puts(out, i < cells ? "█" : "░");
    buf_printf(out, "] %3llu %%  ", (unsigned long long)(part * 100 / whole));
}

static void draw(uv_timer_t *timer)
{
    struct progress *progress = timer->data;
    struct sum sum = sum_of(progress);
    struct buf out = {0};
    char time[21];
    uint64_t passed_ms = uv_hrtime() / 1000000 - progress->begun_ms;
    uint64_t fresh = sum.placed - progress->placed_at_start;
    bool is_zh = progress->lang == LANG_ZH;
    uint64_t rate = passed_ms ? fresh * 1000 / passed_ms : 0;
    buf_puts(&out, "\r\033[2K");
    if (sum.planned && sum.placed <= sum.planned)
        add_bar(&out, sum.placed, sum.planned);
    run_count(&out, sum.placed);
    buf_printf(&out, is_zh ? " %s  每秒 " : " %s  ", progress->unit ? progress->unit : is_zh ? "单" : "orders");
    run_count(&out, rate);
    buf_puts(&out, is_zh ? "" : "/s");
    if (rate && sum.planned > sum.placed)
        buf_printf(&out, is_zh ? "  剩余 %llu 秒" : "  %llu s left",
                   (unsigned long long)((sum.planned - sum.placed) / rate + 1));
    if (sum.now) {
        time_write(sum.now, time);
        buf_printf(&out, "  %.10s", time);
    }
    fwrite(out.data, 1, out.length, stderr);
    fflush(stderr);
    buf_finish(&out);
    progress->is_drawn = 1;
}

void progress_start(struct progress *progress, uv_loop_t *loop, progress_part_at *part, const void *self)
{
    progress->part = part;
    progress->self = self;
    progress->begun_ms = uv_hrtime() / 1000000;
    progress->placed_at_start = sum_of(progress).placed;
    progress->timer.data = progress;
    check(uv_timer_init(loop, &progress->timer) == 0);
    check(uv_timer_start(&progress->timer, draw, FIRST_MS, EVERY_MS) == 0);
    uv_unref((uv_handle_t *)&progress->timer);
    progress->is_running = 1;
}

void progress_stop(struct progress *progress)
{
    if (progress->is_running && progress->is_drawn)
        fputs("\r\033[2K", stderr);
    progress->is_running = 0;
}
