/* batch_here: a batch without threads: part after part, in the order in which they are told. */
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/batch.h"
#include "sim/scenario.h"
#include "sim/stats.h"
#include "sim/world.h"

enum { SLICE = 1 << 15 }; /* events between two looks at the wish to stop: some milliseconds */

void batch_finish(struct batch *batch)
{
    tally_free(batch->tally);
    buf_finish(&batch->checkpoint);
    batch->tally = NULL;
}

/* To the end of the part, or an error. */
static void advance(struct batch *batch, struct world *world, const atomic_bool *is_stopped, struct errs *errs)
{
    enum world_status status = WORLD_MORE;
    while (status == WORLD_MORE && errs->count == 0) {
        if (atomic_load(is_stopped))
            errs_add(errs, ERR_BUSY, "the run was stopped");
        else
            status = world_advance(world, batch->until, SLICE);
    }
    if (status == WORLD_FAILED)
        errs_copy(errs, world_error(world));
}

static void run_part(struct batch *batch, uint32_t replication, uint32_t cell, const atomic_bool *is_stopped,
                     struct errs *errs)
{
    const struct batch_watch *watch = batch->watch;
    struct world_sink sink = {0};
    struct tally *tally = tally_create();
    void *part = watch ? watch->open(watch->self, replication, cell, &sink) : NULL;
    struct world *world = world_create(batch->scenario, batch->book, batch->seed, replication, cell,
                                       watch ? &sink : NULL);
    advance(batch, world, is_stopped, errs);
    if (errs->count == 0)
        world_result(world, tally, errs);
    if (part)
        watch->close(watch->self, part, errs->count ? NULL : tally);
    if (errs->count == 0)
        tally_merge(batch->tally, tally);
    world_destroy(world);
    tally_free(tally);
}

int batch_run_here(struct batch *batch, const atomic_bool *is_stopped, struct errs *errs)
{
    bool is_enough = false;
    check(!batch->folder && errs->count == 0);
    batch->tally = tally_create();
    batch->tally->base_currency = batch->scenario->base_currency;
    for (uint32_t replication = 1; replication <= batch->replications && !is_enough; replication++) {
        for (uint32_t cell = 0; cell < batch->scenario->cells && errs->count == 0; cell++)
            run_part(batch, replication, cell, is_stopped, errs);
        is_enough = errs->count || (batch->precision_ppm && tally_is_precise(batch->tally, batch->precision_ppm));
    }
    return errs->count ? -1 : 0;
}
