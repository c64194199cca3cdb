/* fuzz_orders: a shop's own orders, read with the scenario for replays: every line is accounted for. */
#include "core/check.h"
#include "core/err.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/replay.h"
#include "sim/scenario.h"
#include "tests/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct errs none = {0}, errs = {0};
    const struct data_span *span = data_find("scenarios/replay.json");
    struct scenario *scenario = scenario_load(fuzz_book(), "scenarios/replay.json", span->start,
                                              (size_t)(span->end - span->start), NULL, 0, &none);
    check(scenario != NULL);
    struct replay *replay =
        replay_load(fuzz_book(), scenario, NULL, "orders.csv", (const char *)bytes, length, &errs);
    fuzz_look_at(&errs, replay == NULL);
    if (replay) {
        uint64_t lines = replay->sold + replay->returned;
        for (size_t i = 0; i < REPLAY_REASON_COUNT; i++)
            lines += replay->set_aside[i];
        check(lines == replay->lines);
    }
    replay_free(replay);
    scenario_free(scenario);
    return 0;
}
