/* changes: see changes.h. */
#include "sim/changes.h"

#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/setting.h"

bool changes_fit(const struct changes *changes, size_t more)
{
    size_t most = changes->patches > changes->overlays ? changes->patches : changes->overlays;
    return most + more <= CHANGES_MAX;
}

void changes_patch(struct changes *changes, const char *id, const char *source, const char *bytes, size_t length)
{
    check(changes->patches < CHANGES_MAX);
    changes->patch_of[changes->patches] = id;
    changes->patch[changes->patches++] = (struct scenario_patch){source, bytes, length};
}

static void add_overlay(struct changes *changes, enum book_part part, const char *id, const char *source,
                        const char *bytes, size_t length)
{
    check(changes->overlays < CHANGES_MAX);
    changes->overlay_of[changes->overlays] = id;
    changes->overlay[changes->overlays++] = (struct book_overlay){part, source, bytes, length, NULL};
}

int changes_set(struct changes *changes, const char *words, const char *source, struct arena *arena,
                struct errs *errs)
{
    struct buf patch = {0};
    int result = setting_write(words, &patch, errs);
    if (result == 0) {
        const char *name = arena_copy(arena, source, strlen(source));
        const char *bytes = arena_copy(arena, patch.data, patch.length);
        if (setting_is_rule(words))
            add_overlay(changes, BOOK_REFORM, "", name, bytes, patch.length);
        else
            changes_patch(changes, "", name, bytes, patch.length);
    }
    buf_finish(&patch);
    return result;
}

int changes_reform(struct changes *changes, const struct reform *reform, enum reform_side side, struct errs *errs)
{
    const char *id = reform->id, *source = reform->source, *bytes = reform->bytes;
    if (!reform->is_law && side == REFORM_UNDONE) {
        err_help(errs_add(errs, ERR_USAGE, "\"%.80s\" is no law: there is nothing to undo", id),
                 "undo it after --reform %.80s, or undo a reform that the packs hold", id);
        return -1;
    }
    if (side == REFORM_AFTER || (side == REFORM_BEFORE && reform->is_law))
        changes_patch(changes, id, source, bytes, reform->length);
    if (side == REFORM_AFTER)
        add_overlay(changes, BOOK_REFORM, id, source, bytes, reform->length);
    if (side != REFORM_AFTER && reform->is_law)
        add_overlay(changes, BOOK_UNDONE, id, source, bytes, reform->length);
    return 0;
}

bool changes_take_back(struct changes *changes, const char *id)
{
    size_t patches = 0, overlays = 0, before = changes->patches + changes->overlays;
    for (size_t i = 0; i < changes->patches; i++)
        if (strcmp(changes->patch_of[i], id) != 0) {
            changes->patch_of[patches] = changes->patch_of[i];
            changes->patch[patches++] = changes->patch[i];
        }
    for (size_t i = 0; i < changes->overlays; i++)
        if (strcmp(changes->overlay_of[i], id) != 0) {
            changes->overlay_of[overlays] = changes->overlay_of[i];
            changes->overlay[overlays++] = changes->overlay[i];
        }
    changes->patches = patches;
    changes->overlays = overlays;
    return patches + overlays < before;
}
