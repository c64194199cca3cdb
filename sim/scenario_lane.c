/* scenario_lane: reads the departures of carriers. */
#include <string.h>

#include "core/err.h"
#include "sim/scenario_int.h"

const struct json_field scenario_lane_fields[] = {
    {"first_h", JSON_INTEGER, false, false, NULL, NULL, "hour of the first departure, UTC, of any day; 0 when missing"},
    {"every_h", JSON_INTEGER, true, false, NULL, NULL, "hours from one departure to the next"},
    {"capacity_kg", JSON_DECIMAL, true, false, NULL, NULL, "gross weight that one departure takes"},
    {"surcharge", JSON_DECIMAL, false, false, NULL, NULL,
     "on freight, a share of it for each capacity that had to wait at the last departure"},
    {"surcharge_most", JSON_DECIMAL, false, false, NULL, NULL, "the highest surcharge; 1 when missing"},
    {0}};

static void read_lane(const struct scenario_reader *r, const cJSON *node, struct scenario_lane *lane)
{
    lane->id = node->string;
    lane->first_s = scenario_integer(r, node, "first_h", 0, 0, 8760) * 3600;
    lane->every_s = scenario_integer(r, node, "every_h", 24, 1, 8760) * 3600;
    lane->capacity_g = scenario_decimal(r, node, "capacity_kg", 3, 1, 1, INT64_C(1000000000000));
    lane->surcharge_ppm = scenario_decimal(r, node, "surcharge", 6, 0, 0, 100000000);
    lane->surcharge_most_ppm = scenario_decimal(r, node, "surcharge_most", 6, 1000000, 0, 100000000);
}

void scenario_lanes_read(const struct scenario_reader *r, const cJSON *root)
{
    struct scenario *s = r->scenario;
    const cJSON *lanes = json_get(root, "lanes"), *item;
    int count = cJSON_GetArraySize(lanes);
    if (count > LANE_MAX) {
        json_fail(r->json, lanes, r->errs, ERR_RANGE, "%d lanes, at most %d expected", count, LANE_MAX);
        return;
    }
    s->lane = arena_array(&s->arena, struct scenario_lane, (uint32_t)count + 1);
    cJSON_ArrayForEach(item, lanes) read_lane(r, item, &s->lane[s->lanes++]);
}

uint16_t scenario_lane_find(const struct scenario_reader *r, const cJSON *object, const char *name)
{
    const char *id = json_text(object, name, NULL), *names[LANE_MAX];
    for (uint32_t i = 0; id && i < r->scenario->lanes; i++) {
        if (strcmp(r->scenario->lane[i].id, id) == 0)
            return (uint16_t)(i + 1);
        names[i] = r->scenario->lane[i].id;
    }
    if (id)
        err_suggest(json_fail(r->json, json_get(object, name), r->errs, ERR_UNKNOWN_VALUE, "no lane \"%s\"", id),
                         id, names, r->scenario->lanes);
    return 0;
}
