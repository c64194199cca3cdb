/* out_names: the names that pages show, from the one place where each is kept. */
#include "sim/out_names.h"

#include <stdio.h>

#include "core/ledger.h"
#include "core/node.h"
#include "sim/book.h"
#include "sim/compare.h"
#include "sim/out_json.h"
#include "sim/stats.h"

static void add_pair(struct out_json *json, const char *id, const char *en, const char *zh)
{
    out_json_begin_flat(json, id, '[');
    out_json_text(json, NULL, en);
    out_json_text(json, NULL, zh);
    out_json_end(json, ']');
}

static void add_matrix(struct out_json *json)
{
    out_json_begin(json, "layer", '{');
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        add_pair(json, layer_id(layer), layer_name(layer, LANG_EN), layer_name(layer, LANG_ZH));
    out_json_end(json, '}');
    out_json_begin(json, "column", '{');
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
        add_pair(json, column_id(column), column_name(column, LANG_EN), column_name(column, LANG_ZH));
    out_json_end(json, '}');
    out_json_begin(json, "node", '{');
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
            char id[64];
            snprintf(id, sizeof id, "%s.%s", layer_id(layer), column_id(column));
            add_pair(json, id, node_name(layer, column, LANG_EN), node_name(layer, column, LANG_ZH));
        }
    out_json_end(json, '}');
}

static void add_lists(struct out_json *json)
{
    out_json_begin(json, "channel", '{');
    for (enum channel channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++)
        add_pair(json, channel_id(channel), channel_name(channel, LANG_EN), channel_name(channel, LANG_ZH));
    out_json_end(json, '}');
    out_json_begin(json, "kind", '{');
    for (enum posting_kind kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++)
        add_pair(json, kind_id(kind), kind_name(kind, LANG_EN), kind_name(kind, LANG_ZH));
    out_json_end(json, '}');
    out_json_begin(json, "figure", '{');
    for (enum effect_name figure = EFFECT_NAME_UNSET + 1; figure < EFFECT_NAME_COUNT; figure++)
        add_pair(json, effect_name_id(figure), effect_name_words(figure, LANG_EN), effect_name_words(figure, LANG_ZH));
    out_json_end(json, '}');
    out_json_begin(json, "group", '{');
    for (enum effect_group group = EFFECT_UNSET + 1; group < EFFECT_GROUP_COUNT; group++)
        add_pair(json, effect_group_id(group), effect_group_name(group, LANG_EN), effect_group_name(group, LANG_ZH));
    out_json_end(json, '}');
    out_json_begin(json, "answer", '{');
    for (enum compare_mode mode = COMPARE_UNSET + 1; mode < COMPARE_MODES; mode++)
        add_pair(json, compare_mode_id(mode), compare_mode_name(mode, LANG_EN), compare_mode_name(mode, LANG_ZH));
    out_json_end(json, '}');
    out_json_begin(json, "state", '{');
    for (size_t i = 0; i < ORDER_STATES_TOLD; i++) {
        enum order_state state = order_state_told[i];
        add_pair(json, order_state_id(state), order_state_name(state, LANG_EN), order_state_name(state, LANG_ZH));
    }
    out_json_end(json, '}');
}

void out_names(struct out_json *json, const char *name, const struct book *book)
{
    out_json_begin(json, name, '{');
    add_matrix(json);
    add_lists(json);
    if (book) {
        out_json_begin(json, "party", '{');
        for (unsigned i = 1; i <= book->parties.count; i++) {
            const struct party *party = &book->parties.party[i];
            add_pair(json, party->id, party->name_en, party->name_zh);
        }
        out_json_end(json, '}');
    }
    out_json_end(json, '}');
}
