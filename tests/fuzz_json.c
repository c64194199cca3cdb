/* fuzz_json: the strict reader agrees with itself: what it takes has a place for every node and merges over itself. */
#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/scenario.h"
#include "tests/fuzz.h"

static void look_at_places(const struct json *json, const cJSON *node)
{
    struct text written = json_written(json, node);
    check(written.len > 0 && written.ptr >= json->bytes && written.ptr + written.len <= json->bytes + json->length);
    for (const cJSON *child = node->child; child; child = child->next)
        look_at_places(json, child);
}

static void look_at_tree(struct json *json)
{
    struct errs errs = {0};
    look_at_places(json, json->root);
    size_t found = json_check(json, json->root, scenario_fields, "the input", &errs);
    fuzz_look_at(&errs, found > 0);
    cJSON *copy = cJSON_Duplicate(json->root, true);
    if (cJSON_IsObject(json->root)) {
        cJSON *merged = json_merge(copy, json->root);
        check(merged == copy);
    }
    cJSON_Delete(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *text = (const char *)bytes;
    struct errs errs = {0};
    struct json json;
    int failed = json_read(&json, "input", text, length, &errs);
    fuzz_look_at(&errs, failed);
    if (!failed)
        look_at_tree(&json);
    json_finish(&json);
    for (size_t at = 0, last = 0, got = 1; got; last = at) {
        struct errs line = {0};
        int read = json_read_next(&json, "input", text, length, &at, &line);
        check(read == 0 || at > last);
        fuzz_look_at(&line, read < 0);
        json_finish(&json);
        got = read != 0;
    }
    return 0;
}
