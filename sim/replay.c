/* replay: a user's own orders, line by line: sold, returned, or set aside for a reason. */
#include "sim/replay.h"

#include "core/check.h"

static const char *const reason_ids[REPLAY_REASON_COUNT] = {
    "",
#define X(id, name) #name,
    REPLAY_REASONS(X)
#undef X
};

const char *replay_reason_id(enum replay_reason reason)
{
    check(reason < REPLAY_REASON_COUNT);
    return reason_ids[reason];
}

const struct json_field replay_columns[] = {
#define X(id, name) {#name, JSON_STRING, true, false, NULL, NULL, "name of the column"},
    REPLAY_COLUMNS(X)
#undef X
    {0}};
