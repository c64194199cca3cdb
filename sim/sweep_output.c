/* sweep_output: figures that a plan asks for, and those that it gets without asking. */
#include "sim/sweep_output.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/book.h"
#include "sim/figure.h"
#include "sim/out_summary.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"


/* ---- the skeleton ---- */

static void fill(const struct scenario *scenario, const struct book *book, struct tally *tally)
{
    for (uint32_t f = 0; f < scenario->flows; f++)
        tally->channel[scenario->flow[f].channel].contracts = 1;
    for (unsigned port = 0; port < PORTS_MAX; port++)
        tally->port[port].declarations = 1;
    for (unsigned node = 0; node < NODE_COUNT; node++)
        for (unsigned kind = 0; kind < KIND_COUNT; kind++)
            tally->node[node].kind[kind] = 1;
    for (unsigned kind = 0; kind < IRREGULAR_COUNT; kind++)
        tally->irregular[kind].orders = 1;
    for (unsigned party = 1; party <= book->parties.count; party++)
        for (unsigned kind = 0; kind < KIND_COUNT; kind++)
            tally->receipt[party][kind] = 1;
    tally->base_currency = scenario->base_currency;
}

void sweep_output_skeleton(const struct scenario *scenario, const struct book *book, struct buf *out)
{
    struct tally *tally = tally_create();
    struct run run = {.scenario = scenario, .book = book, .tally = tally, .replications = 1};
    fill(scenario, book, tally);
    out_summary(&run, out);
    tally_free(tally);
}

/* ---- figures ---- */

/* Digits behind the point. */
static unsigned digits_of(const cJSON *leaf)
{
    const char *point = cJSON_IsString(leaf) ? strchr(leaf->valuestring, '.') : NULL;
    return point ? (unsigned)strlen(point + 1) : 0;
}

bool sweep_output_settle(struct sweep_output *output, const cJSON *skeleton, struct err *err)
{
    const cJSON *leaf;
    bool is_timing = strncmp(output->path, "timing", 6) == 0;
    enum figure_state state = figure_leaf(skeleton, output->path, &leaf, err);
    if (state == FIGURE_FOUND && !is_timing) {
        output->digits = digits_of(leaf);
        return true;
    }
    snprintf(err->message, sizeof err->message, "\"%.120s\" leads to no figure of summary.json", output->path);
    err_tame(err->message);
    if (is_timing)
        err_help(err, "how long a run takes is none of its results");
    return false;
}

const char *sweep_output_text(const struct sweep_output *output, const cJSON *summary, char room[SWEEP_OUTPUT_ROOM])
{
    const cJSON *leaf;
    struct err ignored;
    switch (figure_leaf(summary, output->path, &leaf, &ignored)) {
    case FIGURE_FOUND:
        break;
    case FIGURE_ABSENT:
        return "0";
    default:
        return NULL;
    }
    if (cJSON_IsString(leaf))
        return leaf->valuestring;
    snprintf(room, SWEEP_OUTPUT_ROOM, "%lld", (long long)leaf->valuedouble);
    return room;
}

/* ---- what is told unless somebody asks for something else ---- */

struct list {
    struct arena *arena;
    struct sweep_output *out;
    unsigned count;
};

static const char *join(struct list *list, const char *a, const char *b, const char *c)
{
    char text[160];
    snprintf(text, sizeof text, "%s%s%s", a, b, c);
    return arena_copy(list->arena, text, strlen(text));
}

static void add(struct list *list, const char *name, const char *path)
{
    check(list->count < SWEEP_OUTPUTS_MAX);
    list->out[list->count++] = (struct sweep_output){.name = name, .path = path};
}

static bool has_column(const struct scenario *scenario, enum column column)
{
    for (uint32_t f = 0; f < scenario->flows; f++)
        if (channel_column((enum channel)scenario->flow[f].channel) == column)
            return true;
    return false;
}

static bool has_channel(const struct scenario *scenario, enum channel channel)
{
    for (uint32_t f = 0; f < scenario->flows; f++)
        if (scenario->flow[f].channel == channel)
            return true;
    return false;
}

unsigned sweep_output_defaults(const struct scenario *scenario, struct arena *arena,
                               struct sweep_output out[SWEEP_OUTPUTS_MAX])
{
    struct list list = {arena, out, 0};
    add(&list, "placed", "orders/placed");
    add(&list, "delivered", "orders/delivered");
    add(&list, "buyers_paid", "identity/buyers_paid");
    add(&list, "nodes", "identity/nodes");
    add(&list, "margin", "identity/margin");
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
        for (enum layer layer = LAYER_UNSET + 1; has_column(scenario, column) && layer < LAYER_COUNT; layer++) {
            const char *name = join(&list, layer_id(layer), "_", column_id(column));
            const char *head = join(&list, "matrix/", layer_id(layer), "/");
            add(&list, name, join(&list, head, column_id(column), "/cost/per_order"));
        }
    for (enum channel channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++)
        if (has_channel(scenario, channel)) {
            const char *id = channel_id(channel);
            add(&list, join(&list, "landed_", id, ""), join(&list, "channels/", id, "/ended/landed_per_unit"));
            add(&list, join(&list, "hours_", id, ""), join(&list, "channels/", id, "/lead_hours/mean"));
        }
    return list.count;
}
