/* sweep_table: rows of tasks added up to points. */
#include "sim/sweep_table.h"

#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/money.h"
#include "sim/interval.h"
#include "sim/sweep.h"
#include "sim/sweep_store.h"

#define VALUE_MAX ((int64_t)1 << 55) /* what an interval adds up without fear */

/* ---- figures ---- */

/* The next cell of a row, which *at then stands behind. */
static struct text take_cell(const char **at)
{
    struct text cell = {*at, strcspn(*at, ",\n")};
    *at += cell.len + (cell.ptr[cell.len] == ',');
    return cell;
}

static int add_row(const struct sweep_table *table, const char *row, struct interval *interval, struct errs *errs)
{
    const struct sweep *sweep = table->sweep;
    for (unsigned i = 0; i < sweep->outputs; i++) {
        struct text cell = take_cell(&row);
        int64_t value;
        if (cell.len == 0)
            continue;
        if (!decimal_parse(cell.ptr, cell.len, sweep->output[i].digits + SWEEP_SUM_DIGITS, &value) ||
            value > VALUE_MAX || value < -VALUE_MAX) {
            errs_add(errs, ERR_OVERFLOW, "the output \"%s\" is too large to be added up: %.*s", sweep->output[i].name,
                     (int)(cell.len < 40 ? cell.len : 40), cell.ptr);
            return -1;
        }
        interval_add(&interval[i], value);
    }
    return 0;
}

static struct sweep_sum sum_of(const struct interval *interval)
{
    struct sweep_sum sum = {.count = interval->count, .mean = interval_mean(interval)};
    int64_t half;
    sum.has_interval = interval_half(interval, &half);
    if (sum.has_interval) {
        sum.low = sum.mean - half;
        sum.high = sum.mean + half;
    }
    return sum;
}

int sweep_table_open(struct sweep_table *table, const struct sweep *sweep, const struct sweep_found *found,
                     struct errs *errs)
{
    *table = (struct sweep_table){.sweep = sweep, .found = found};
    check(found->done == sweep->tasks);
    table->sum = memory_take(sweep->points * sweep->outputs * sizeof *table->sum + 1);
    for (uint64_t point = 0; point < sweep->points; point++) {
        struct interval interval[SWEEP_OUTPUTS_MAX] = {0};
        for (uint32_t r = 0; r < sweep->replications; r++)
            if (add_row(table, found->row[point * sweep->replications + r], interval, errs) != 0)
                return -1;
        for (unsigned i = 0; i < sweep->outputs; i++)
            table->sum[point * sweep->outputs + i] = sum_of(&interval[i]);
    }
    return 0;
}

void sweep_table_close(struct sweep_table *table)
{
    memory_release(table->sum);
    *table = (struct sweep_table){0};
}

const struct sweep_sum *sweep_table_sum(const struct sweep_table *table, uint64_t point, unsigned output)
{
    check(point < table->sweep->points && output < table->sweep->outputs);
    return &table->sum[point * table->sweep->outputs + output];
}

/* ---- CSV ---- */

void sweep_table_axes(const struct sweep *sweep, struct buf *out)
{
    for (unsigned axis = 0; axis < sweep->design.axes; axis++) {
        buf_putc(out, ',');
        buf_csv_cell(out, sweep->axis[axis].path, strlen(sweep->axis[axis].path));
    }
}

void sweep_table_values(const struct sweep *sweep, uint64_t point, struct buf *out)
{
    struct buf value = {0};
    for (unsigned axis = 0; axis < sweep->design.axes; axis++) {
        buf_clear(&value);
        sweep_value(sweep, point, axis, &value);
        buf_putc(out, ',');
        buf_csv_cell(out, buf_text(&value), value.length);
    }
    buf_finish(&value);
}

static void add_cell(struct buf *out, bool is_there, int64_t value, unsigned digits)
{
    buf_putc(out, ',');
    if (is_there)
        buf_decimal(out, value, digits);
}

static void add_sum(struct buf *out, const struct sweep_sum *sum, unsigned digits)
{
    add_cell(out, sum->count > 0, sum->mean, digits + SWEEP_SUM_DIGITS);
    add_cell(out, sum->has_interval, sum->low, digits + SWEEP_SUM_DIGITS);
    add_cell(out, sum->has_interval, sum->high, digits + SWEEP_SUM_DIGITS);
}

void sweep_table_points(const struct sweep_table *table, struct buf *out)
{
    const struct sweep *sweep = table->sweep;
    buf_puts(out, "point");
    sweep_table_axes(sweep, out);
    buf_puts(out, ",replications");
    for (unsigned i = 0; i < sweep->outputs; i++)
        buf_printf(out, ",%s,%s_low,%s_high", sweep->output[i].name, sweep->output[i].name, sweep->output[i].name);
    buf_putc(out, '\n');
    for (uint64_t point = 0; point < sweep->points; point++) {
        buf_printf(out, "%llu", (unsigned long long)point + 1);
        sweep_table_values(sweep, point, out);
        buf_printf(out, ",%u", sweep->replications);
        for (unsigned i = 0; i < sweep->outputs; i++)
            add_sum(out, sweep_table_sum(table, point, i), sweep->output[i].digits);
        buf_putc(out, '\n');
    }
}

void sweep_table_replications(const struct sweep_table *table, struct buf *out)
{
    const struct sweep *sweep = table->sweep;
    buf_puts(out, "point,replication");
    sweep_table_axes(sweep, out);
    for (unsigned i = 0; i < sweep->outputs; i++)
        buf_printf(out, ",%s", sweep->output[i].name);
    buf_putc(out, '\n');
    for (uint64_t task = 0; task < sweep->tasks; task++) {
        const char *row = table->found->row[task];
        uint64_t point = sweep_point_of(sweep, task);
        buf_printf(out, "%llu,%u", (unsigned long long)point + 1, sweep_replication_of(sweep, task));
        sweep_table_values(sweep, point, out);
        buf_putc(out, ',');
        buf_add(out, row, strcspn(row, "\n") + 1);
    }
}
