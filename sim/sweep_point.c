/* sweep_point: makes a point ready to run: the changes of its axes laid over the scenario and the law. */
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "sim/changes.h"
#include "sim/scenario.h"
#include "sim/setting.h"
#include "sim/sweep.h"

static int add_setting(const struct sweep_axis *axis, const char *value, struct arena *arena,
                       struct changes *changes, struct errs *errs)
{
    struct buf words = {0}, source = {0};
    setting_words(axis->path, value, strlen(value), &words);
    buf_printf(&source, "--set %s", buf_text(&words));
    int result = changes_set(changes, buf_text(&words), buf_text(&source), arena, errs);
    buf_finish(&words);
    buf_finish(&source);
    return result;
}

static int add_level(const struct sweep *sweep, unsigned axis, uint64_t level, struct arena *arena,
                     struct changes *changes, struct errs *errs)
{
    const struct sweep_axis *at = &sweep->axis[axis];
    struct buf value = {0};
    int result = 0;
    sweep_level_value(at, level, &value);
    if (!at->side)
        result = add_setting(at, buf_text(&value), arena, changes, errs);
    else if (at->reform[level].id)
        result = changes_reform(changes, &at->reform[level], at->side, errs);
    buf_finish(&value);
    return result;
}

/* The law of the changes: the sweep's own, that of the point before when it is the same, or a new one. */
static int take_law(struct sweep_point *ready, const struct sweep *sweep, const struct changes *changes,
                    struct errs *errs)
{
    struct buf law = {0};
    for (size_t i = 0; i < changes->overlays; i++) {
        buf_printf(&law, "%d ", (int)changes->overlay[i].part);
        buf_add(&law, changes->overlay[i].bytes, changes->overlay[i].length);
    }
    bool is_same = law.length == ready->law.length && memcmp(buf_text(&law), buf_text(&ready->law), law.length) == 0;
    if (is_same && ready->book) {
        buf_finish(&law);
        return 0;
    }
    book_finish(&ready->own);
    arena_reset(&ready->law_texts);
    buf_finish(&ready->law);
    ready->law = law;
    ready->book = sweep->book;
    if (changes->overlays == 0)
        return 0;
    struct book_overlay overlay[CHANGES_MAX];
    for (size_t i = 0; i < changes->overlays; i++) {
        overlay[i] = changes->overlay[i];
        overlay[i].source = arena_copy(&ready->law_texts, overlay[i].source, strlen(overlay[i].source));
        overlay[i].bytes = arena_copy(&ready->law_texts, overlay[i].bytes, overlay[i].length);
    }
    ready->book = NULL;
    if (book_extend(&ready->own, sweep->book, overlay, changes->overlays, errs) != 0)
        return -1;
    ready->book = &ready->own;
    return 0;
}

static int load(struct sweep_point *ready, const struct sweep *sweep, const struct changes *changes, struct errs *errs)
{
    if (take_law(ready, sweep, changes, errs) != 0)
        return -1;
    ready->scenario = scenario_load(ready->book, sweep->scenario_source, sweep->scenario_bytes,
                                    sweep->scenario_length, changes->patch, changes->patches, errs);
    if (!ready->scenario)
        return -1;
    if (sweep->limit)
        scenario_limit(ready->scenario, sweep->limit);
    return 0;
}

static void begin(struct sweep_point *ready)
{
    scenario_free(ready->scenario);
    ready->scenario = NULL;
    arena_reset(&ready->texts);
}

int sweep_point_load(struct sweep_point *ready, const struct sweep *sweep, uint64_t point, struct errs *errs)
{
    struct changes changes = {0};
    uint64_t level;
    int result = 0;
    begin(ready);
    for (unsigned axis = 0; axis < sweep->design.axes; axis++)
        if (design_level(&sweep->design, point, axis, &level) &&
            add_level(sweep, axis, level, &ready->texts, &changes, errs) != 0)
            result = -1;
    return result ? result : load(ready, sweep, &changes, errs);
}

void sweep_point_finish(struct sweep_point *ready)
{
    begin(ready);
    book_finish(&ready->own);
    arena_finish(&ready->texts);
    arena_finish(&ready->law_texts);
    buf_finish(&ready->law);
    *ready = (struct sweep_point){0};
}

/* Says in which plan a value stands. */
static void name_plan(const struct sweep *sweep, struct errs *errs, size_t from)
{
    for (size_t i = from; i < errs->count; i++) {
        struct err *err = &errs->item[i];
        char source[sizeof err->source];
        snprintf(source, sizeof source, "%.60s: %.95s", sweep->source, err->source);
        memcpy(err->source, source, sizeof source);
    }
}

int sweep_check(const struct sweep *sweep, struct errs *errs)
{
    struct sweep_point ready = {0};
    size_t before = errs->count;
    for (unsigned axis = 0; axis < sweep->design.axes; axis++) {
        const struct design_axis *at = &sweep->design.axis[axis];
        uint64_t stride = sweep->axis[axis].value ? 1 : at->levels - 1;
        for (uint64_t level = 0; level < at->levels && errs->count < ERRS_MAX; level += stride) {
            struct changes changes = {0};
            begin(&ready);
            if (add_level(sweep, axis, level, &ready.texts, &changes, errs) == 0)
                load(&ready, sweep, &changes, errs);
        }
    }
    sweep_point_finish(&ready);
    name_plan(sweep, errs, before);
    return errs->count == before ? 0 : -1;
}
