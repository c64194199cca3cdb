/* scenario_port: reads the ports: who works for customs there, and when. */
#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "sim/scenario_int.h"

static const struct json_field shift_fields[] = {
    {"from_h", JSON_INTEGER, true, false, NULL, NULL, "hour of the local day at which work begins, 0 to 23"},
    {"to_h", JSON_INTEGER, true, false, NULL, NULL, "hour at which it ends, up to 24"},
    {0}};

const struct json_field scenario_port_fields[] = {
    {"officers", JSON_INTEGER, true, false, NULL, NULL, "who inspect for all flows of the port together"},
    {"place", JSON_STRING, false, false, NULL, NULL, "country whose local time it keeps; home when missing"},
    {"shift", JSON_OBJECT, false, false, NULL, shift_fields, "hours of work; day and night when missing"},
    {"weekend", JSON_BOOL, false, false, NULL, NULL, "is there work on Saturday and Sunday? true when missing"},
    {"holidays", JSON_ARRAY, false, false, NULL, NULL, "days without work, YYYY-MM-DD"},
    {0}};

static uint32_t find_port(const struct scenario_reader *r, const cJSON *node)
{
    const struct scenario *s = r->scenario;
    for (uint32_t i = 1; i <= s->ports; i++)
        if (strcmp(s->port[i], node->string) == 0)
            return i;
    err_suggest(json_fail_name(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "no flow goes through the port \"%s\"",
                                    node->string),
                     node->string, s->port + 1, s->ports);
    return 0;
}

static void read_holidays(const struct scenario_reader *r, const cJSON *node, struct shift *shift)
{
    const cJSON *days = json_get(node, "holidays"), *item;
    int32_t *day = arena_array(&r->scenario->arena, int32_t, (uint32_t)cJSON_GetArraySize(days) + 1);
    shift->holiday = day;
    cJSON_ArrayForEach(item, days) {
        if (!cJSON_IsString(item) || !date_parse(item->valuestring, strlen(item->valuestring), day++))
            json_fail(r->json, item, r->errs, ERR_WRONG_TYPE, "a holiday is a day like \"2025-10-01\"");
        shift->holidays++;
    }
}

static void read_port(const struct scenario_reader *r, const cJSON *node)
{
    struct scenario *s = r->scenario;
    const cJSON *hours = json_get(node, "shift");
    uint32_t at = find_port(r, node);
    struct scenario_port *port = &s->staff[at];
    uint16_t place = scenario_country(r, node, "place");
    port->officers = (uint32_t)scenario_integer(r, node, "officers", 1, 1, 1000000);
    port->shift = (struct shift){
        .from_s = (int32_t)scenario_integer(r, hours, "from_h", 0, 0, 23) * 3600,
        .to_s = (int32_t)scenario_integer(r, hours, "to_h", 24, 1, 24) * 3600,
        .offset_s = date_offset_s(place ? place : s->home),
        .weekend = json_bool(node, "weekend", true)};
    if (port->shift.from_s >= port->shift.to_s)
        json_fail(r->json, json_get(hours, "to_h"), r->errs, ERR_RANGE, "\"to_h\" is not after \"from_h\"");
    read_holidays(r, node, &port->shift);
    port->has_shift = hours || !port->shift.weekend || port->shift.holidays;
}

void scenario_ports_read(const struct scenario_reader *r, const cJSON *root)
{
    const cJSON *ports = json_get(root, "ports"), *item;
    cJSON_ArrayForEach(item, ports) read_port(r, item);
}
