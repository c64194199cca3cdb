/* sweep_effect: bars and indices of each figure. */
#include "sim/sweep_effect.h"

#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "sim/sweep.h"
#include "sim/sweep_table.h"

static int64_t *figures_of(const struct sweep_table *table, unsigned output, struct arena *arena)
{
    int64_t *figure = arena_array(arena, int64_t, table->sweep->points);
    for (uint64_t point = 0; point < table->sweep->points; point++) {
        const struct sweep_sum *sum = sweep_table_sum(table, point, output);
        figure[point] = sum->count ? sum->mean : SENSITIVITY_NONE;
    }
    return figure;
}

static void put_bar(struct sweep_effect *out, const struct sweep_bar *bar)
{
    unsigned at = out->bars++;
    for (; at > 0 && out->bar[at - 1].swing < bar->swing; at--)
        out->bar[at] = out->bar[at - 1];
    out->bar[at] = *bar;
}

void sweep_effect_of(const struct sweep_table *table, unsigned output, struct arena *arena, struct sweep_effect *out)
{
    const struct design *design = &table->sweep->design;
    const int64_t *figure = figures_of(table, output, arena);
    *out = (struct sweep_effect){0};
    out->has_base = sensitivity_base(design, figure, &out->base);
    for (unsigned axis = 0; axis < design->axes; axis++) {
        struct sweep_bar bar = {.axis = axis};
        if (!sensitivity_effect(design, figure, axis, arena, &bar.effect))
            continue;
        bar.swing = bar.effect.most - bar.effect.least;
        put_bar(out, &bar);
    }
    out->has_indices = sensitivity_indices(design, figure, out->first, out->total);
}

void sweep_effect_label(const struct sweep *sweep, unsigned axis, unsigned class, bool is_base, struct buf *out)
{
    uint64_t first, last;
    if (is_base)
        return;
    design_class_levels(&sweep->design, axis, class, &first, &last);
    sweep_level_value(&sweep->axis[axis], first, out);
    if (last == first)
        return;
    buf_puts(out, " … ");
    sweep_level_value(&sweep->axis[axis], last, out);
}

/* ---- CSV ---- */

static void add_text(struct buf *out, const char *text)
{
    buf_csv_cell(out, text, strlen(text));
}

static void add_label(const struct sweep *sweep, unsigned axis, unsigned class, bool is_base, struct buf *out)
{
    struct buf label = {0};
    sweep_effect_label(sweep, axis, class, is_base, &label);
    buf_putc(out, ',');
    add_text(out, buf_text(&label));
    buf_finish(&label);
}

static void add_bar(const struct sweep *sweep, const struct sweep_output *figure, const struct sweep_bar *bar,
                    struct buf *out)
{
    unsigned digits = figure->digits + SWEEP_SUM_DIGITS;
    buf_printf(out, "%s,", figure->name);
    add_text(out, sweep->axis[bar->axis].path);
    buf_putc(out, ',');
    buf_decimal(out, bar->swing, digits);
    buf_putc(out, ',');
    buf_decimal(out, bar->effect.least, digits);
    add_label(sweep, bar->axis, bar->effect.low, bar->effect.low_is_base, out);
    buf_putc(out, ',');
    buf_decimal(out, bar->effect.most, digits);
    add_label(sweep, bar->axis, bar->effect.high, bar->effect.high_is_base, out);
    buf_putc(out, '\n');
}

void sweep_effect_tornado(const struct sweep_table *table, struct buf *out)
{
    const struct sweep *sweep = table->sweep;
    struct arena arena = {0};
    struct sweep_effect effect;
    buf_puts(out, "output,axis,swing,low,low_at,high,high_at\n");
    for (unsigned i = 0; i < sweep->outputs; i++) {
        arena_reset(&arena);
        sweep_effect_of(table, i, &arena, &effect);
        for (unsigned bar = 0; bar < effect.bars; bar++)
            add_bar(sweep, &sweep->output[i], &effect.bar[bar], out);
    }
    arena_finish(&arena);
}

bool sweep_effect_indices(const struct sweep_table *table, struct buf *out)
{
    const struct sweep *sweep = table->sweep;
    struct arena arena = {0};
    struct sweep_effect effect;
    if (sweep->design.kind != DESIGN_SALTELLI)
        return false;
    buf_puts(out, "output,axis,first,total\n");
    for (unsigned i = 0; i < sweep->outputs; i++) {
        arena_reset(&arena);
        sweep_effect_of(table, i, &arena, &effect);
        for (unsigned axis = 0; effect.has_indices && axis < sweep->design.axes; axis++) {
            buf_printf(out, "%s,", sweep->output[i].name);
            add_text(out, sweep->axis[axis].path);
            buf_putc(out, ',');
            buf_decimal(out, effect.first[axis], 6);
            buf_putc(out, ',');
            buf_decimal(out, effect.total[axis], 6);
            buf_putc(out, '\n');
        }
    }
    arena_finish(&arena);
    return true;
}
