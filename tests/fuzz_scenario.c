/* fuzz_scenario: scenarios over the built-in data; what loads is simulated for a while. */
#include "core/check.h"
#include "core/err.h"
#include "sim/book.h"
#include "sim/scenario.h"
#include "sim/world.h"
#include "tests/fuzz.h"

static void simulate(const struct scenario *scenario)
{
    enum { EVENTS = 300 };
    struct world *world = world_create(scenario, fuzz_book(), 1, 1, 0, NULL);
    check(world_advance(world, INT64_MAX, EVENTS) != WORLD_UNSET);
    world_destroy(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct errs errs = {0};
    struct scenario *scenario =
        scenario_load(fuzz_book(), "scenario.json", (const char *)bytes, length, NULL, 0, &errs);
    fuzz_look_at(&errs, scenario == NULL);
    if (scenario && !scenario_replays(scenario))
        simulate(scenario);
    scenario_free(scenario);
    return 0;
}
