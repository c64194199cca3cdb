/* scenario_like: a flow or market that says "like" is another one with some members laid over. */
#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/err.h"
#include "sim/scenario_int.h"

static const char *const maps[] = {"flows", "markets", NULL};

static const char *like_of(const cJSON *member)
{
    const cJSON *like = cJSON_IsObject(member) ? cJSON_GetObjectItemCaseSensitive(member, "like") : NULL;
    return cJSON_IsString(like) ? like->valuestring : NULL;
}

bool scenario_like_used(const cJSON *root)
{
    for (int i = 0; maps[i]; i++) {
        const cJSON *map = cJSON_GetObjectItemCaseSensitive(root, maps[i]), *member;
        cJSON_ArrayForEach(member, map) if (like_of(member)) return true;
    }
    return false;
}

static int refuse(const char *map, const cJSON *member, const char *like, const char *why, struct errs *errs)
{
    struct err *err = errs_add(errs, ERR_UNKNOWN_VALUE, "\"%s\" %s", like, why);
    snprintf(err->pointer, sizeof err->pointer, "/%s/%s/like", map, member->string);
    err_tame(err->pointer);
    return -1;
}

/* The member as a whole: a copy of the other, its own members laid over. */
static int expand(cJSON *map, const char *name, cJSON *member, struct errs *errs)
{
    const char *like = like_of(member);
    const cJSON *other = cJSON_GetObjectItemCaseSensitive(map, like);
    if (!cJSON_IsObject(other))
        return refuse(name, member, like, "is none of them", errs);
    if (like_of(other))
        return refuse(name, member, like, "is itself like another: name that one", errs);
    cJSON *whole = cJSON_Duplicate(other, true);
    check(whole);
    check(json_merge(whole, member) == whole);
    cJSON_DeleteItemFromObjectCaseSensitive(whole, "like");
    cJSON_ReplaceItemInObjectCaseSensitive(map, member->string, whole);
    return 0;
}

int scenario_like_expand(cJSON *root, struct errs *errs)
{
    int result = 0;
    for (int i = 0; maps[i]; i++) {
        cJSON *map = cJSON_GetObjectItemCaseSensitive(root, maps[i]), *next;
        for (cJSON *member = map ? map->child : NULL; member; member = next) {
            next = member->next;
            if (like_of(member) && expand(map, maps[i], member, errs) != 0)
                result = -1;
        }
    }
    return result;
}

bool scenario_like_pointer(const cJSON *root, const char *pointer, char *out, size_t room)
{
    for (int i = 0; maps[i]; i++) {
        size_t length = strlen(maps[i]);
        if (strncmp(pointer + 1, maps[i], length) != 0 || pointer[length + 1] != '/')
            continue;
        const char *name = pointer + length + 2, *rest = strchr(name, '/');
        const cJSON *map = cJSON_GetObjectItemCaseSensitive(root, maps[i]), *member;
        cJSON_ArrayForEach(member, map) {
            const char *like = like_of(member);
            size_t own = rest ? (size_t)(rest - name) : strlen(name);
            if (!like || strlen(member->string) != own || memcmp(member->string, name, own) != 0)
                continue;
            snprintf(out, room, "/%s/%s%s", maps[i], like, rest ? rest : "");
            return true;
        }
    }
    return false;
}
