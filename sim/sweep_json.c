/* sweep_json: points, tornado and indices as one document. */
#include "sim/sweep_json.h"

#include "core/arena.h"
#include "core/buf.h"
#include "sim/out_json.h"
#include "sim/scenario.h"
#include "sim/sweep.h"
#include "sim/sweep_effect.h"
#include "sim/sweep_table.h"

static void add_title(struct out_json *json, const char *en, const char *zh)
{
    out_json_begin_flat(json, "title", '{');
    out_json_text(json, "en", en);
    out_json_text(json, "zh", zh);
    out_json_end(json, '}');
}

static void add_level(struct out_json *json, const char *name, const struct sweep_axis *axis, uint64_t level)
{
    struct buf value = {0};
    sweep_level_value(axis, level, &value);
    out_json_text(json, name, buf_text(&value));
    buf_finish(&value);
}

static void add_axis(const struct sweep *sweep, unsigned number, struct out_json *json)
{
    const struct sweep_axis *axis = &sweep->axis[number];
    uint64_t levels = sweep->design.axis[number].levels;
    out_json_begin_flat(json, NULL, '{');
    out_json_text(json, "path", axis->path);
    add_title(json, axis->title_en, axis->title_zh);
    if (axis->value) {
        out_json_begin_flat(json, "values", '[');
        for (uint64_t level = 0; level < levels; level++)
            out_json_text(json, NULL, axis->value[level]);
        out_json_end(json, ']');
    } else {
        add_level(json, "from", axis, 0);
        add_level(json, "to", axis, levels - 1);
    }
    out_json_end(json, '}');
}

void sweep_json_head(const struct sweep *sweep, struct out_json *json)
{
    out_json_count(json, "schema_version", 1);
    out_json_text(json, "id", sweep->id);
    add_title(json, sweep->title_en, sweep->title_zh);
    out_json_text(json, "scenario", sweep->scenario->id);
    out_json_text(json, "base_currency", currency_code(sweep->scenario->base_currency));
    out_json_text(json, "design", design_kind_ids[sweep->design.kind - 1]);
    out_json_count(json, "seed", sweep->seed);
    out_json_count(json, "replications", sweep->replications);
    out_json_count(json, "tasks", sweep->tasks);
    out_json_begin(json, "axes", '[');
    for (unsigned axis = 0; axis < sweep->design.axes; axis++)
        add_axis(sweep, axis, json);
    out_json_end(json, ']');
    out_json_begin(json, "outputs", '[');
    for (unsigned i = 0; i < sweep->outputs; i++) {
        out_json_begin_flat(json, NULL, '{');
        out_json_text(json, "name", sweep->output[i].name);
        out_json_text(json, "path", sweep->output[i].path);
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

/* ---- points ---- */

static void add_sum(struct out_json *json, const struct sweep_output *figure, const struct sweep_sum *sum)
{
    unsigned digits = figure->digits + SWEEP_SUM_DIGITS;
    if (sum->count == 0) {
        out_json_text(json, figure->name, NULL);
        return;
    }
    out_json_begin_flat(json, figure->name, '{');
    out_json_decimal(json, "mean", sum->mean, digits);
    if (sum->has_interval) {
        out_json_begin_flat(json, "ci95", '[');
        out_json_decimal(json, NULL, sum->low, digits);
        out_json_decimal(json, NULL, sum->high, digits);
        out_json_end(json, ']');
    } else {
        out_json_text(json, "ci95", NULL);
    }
    out_json_end(json, '}');
}

static void add_point(const struct sweep_table *table, uint64_t point, struct out_json *json)
{
    const struct sweep *sweep = table->sweep;
    struct buf value = {0};
    out_json_begin(json, NULL, '{');
    out_json_count(json, "point", point + 1);
    out_json_begin_flat(json, "values", '[');
    for (unsigned axis = 0; axis < sweep->design.axes; axis++) {
        buf_clear(&value);
        bool is_set = sweep_value(sweep, point, axis, &value);
        out_json_text(json, NULL, is_set ? buf_text(&value) : NULL);
    }
    out_json_end(json, ']');
    out_json_begin(json, "outputs", '{');
    for (unsigned i = 0; i < sweep->outputs; i++)
        add_sum(json, &sweep->output[i], sweep_table_sum(table, point, i));
    out_json_end(json, '}');
    out_json_end(json, '}');
    buf_finish(&value);
}

/* ---- what the axes do ---- */

static void add_label(const struct sweep *sweep, struct out_json *json, const char *name, unsigned axis,
                      unsigned class, bool is_base)
{
    struct buf label = {0};
    sweep_effect_label(sweep, axis, class, is_base, &label);
    out_json_text(json, name, is_base ? NULL : buf_text(&label));
    buf_finish(&label);
}

static void add_levels(const struct sweep *sweep, const struct sweep_bar *bar, unsigned digits, struct out_json *json)
{
    out_json_begin(json, "levels", '[');
    for (unsigned class = 0; class < bar->effect.classes; class++) {
        if (bar->effect.points[class] == 0)
            continue;
        out_json_begin_flat(json, NULL, '{');
        add_label(sweep, json, "at", bar->axis, class, false);
        out_json_decimal(json, "mean", bar->effect.mean[class], digits);
        out_json_count(json, "points", bar->effect.points[class]);
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

static void add_bar(const struct sweep *sweep, const struct sweep_bar *bar, unsigned digits, struct out_json *json)
{
    const struct sensitivity_effect *effect = &bar->effect;
    out_json_begin(json, NULL, '{');
    out_json_text(json, "path", sweep->axis[bar->axis].path);
    out_json_decimal(json, "swing", bar->swing, digits);
    out_json_decimal(json, "low", effect->least, digits);
    add_label(sweep, json, "low_at", bar->axis, effect->low, effect->low_is_base);
    out_json_decimal(json, "high", effect->most, digits);
    add_label(sweep, json, "high_at", bar->axis, effect->high, effect->high_is_base);
    add_levels(sweep, bar, digits, json);
    out_json_end(json, '}');
}

static void add_indices(const struct sweep *sweep, const struct sweep_effect *effect, struct out_json *json)
{
    if (!effect->has_indices) {
        out_json_text(json, "indices", NULL);
        return;
    }
    out_json_begin(json, "indices", '[');
    for (unsigned axis = 0; axis < sweep->design.axes; axis++) {
        out_json_begin_flat(json, NULL, '{');
        out_json_text(json, "path", sweep->axis[axis].path);
        out_json_decimal(json, "first", effect->first[axis], 6);
        out_json_decimal(json, "total", effect->total[axis], 6);
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
}

static void add_effect(const struct sweep_table *table, unsigned output, struct arena *arena, struct out_json *json)
{
    const struct sweep_output *figure = &table->sweep->output[output];
    unsigned digits = figure->digits + SWEEP_SUM_DIGITS;
    struct sweep_effect effect;
    sweep_effect_of(table, output, arena, &effect);
    out_json_begin(json, NULL, '{');
    out_json_text(json, "output", figure->name);
    if (effect.has_base)
        out_json_decimal(json, "base", effect.base, digits);
    else
        out_json_text(json, "base", NULL);
    out_json_begin(json, "tornado", '[');
    for (unsigned bar = 0; bar < effect.bars; bar++)
        add_bar(table->sweep, &effect.bar[bar], digits, json);
    out_json_end(json, ']');
    add_indices(table->sweep, &effect, json);
    out_json_end(json, '}');
}

void sweep_json(const struct sweep_table *table, struct buf *out)
{
    const struct sweep *sweep = table->sweep;
    struct out_json json = {.out = out};
    struct arena arena = {0};
    out_json_begin(&json, NULL, '{');
    sweep_json_head(sweep, &json);
    out_json_begin(&json, "points", '[');
    for (uint64_t point = 0; point < sweep->points; point++)
        add_point(table, point, &json);
    out_json_end(&json, ']');
    out_json_begin(&json, "effects", '[');
    for (unsigned i = 0; i < sweep->outputs; i++) {
        arena_reset(&arena);
        add_effect(table, i, &arena, &json);
    }
    out_json_end(&json, ']');
    out_json_end(&json, '}');
    arena_finish(&arena);
}
