/* data: finds a compiled-in file by its path, or by its name in a folder. */
#include "sim/data.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"

enum { NAMES_MAX = 64, NAME_ROOM = 64 };

const struct data_span *data_find(const char *path)
{
    size_t low = 0, high = data_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(data_spans[middle].path, path);
        if (order == 0)
            return &data_spans[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct data_span *data_named(const char *folder, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%.100s.json", folder, name);
    return data_find(path);
}

/* The names of the JSON files of a folder, without those of folders in it. */
static size_t names_in(const char *folder, char text[NAMES_MAX][NAME_ROOM], const char *names[NAMES_MAX])
{
    size_t count = 0, head = strlen(folder);
    for (size_t i = 0; i < data_count && count < NAMES_MAX; i++) {
        const char *path = data_spans[i].path, *end = strrchr(path, '.');
        if (strncmp(path, folder, head) != 0 || path[head] != '/')
            continue;
        const char *name = path + head + 1;
        if (strchr(name, '/') || strcmp(end, ".json") != 0)
            continue;
        snprintf(text[count], NAME_ROOM, "%.*s", (int)(end - name), name);
        names[count] = text[count];
        count++;
    }
    return count;
}

void data_help(struct err *err, const char *folder, const char *name)
{
    const char *names[NAMES_MAX];
    char text[NAMES_MAX][NAME_ROOM], list[160] = "";
    size_t count = names_in(folder, text, names), used = 0;
    for (size_t i = 0; i < count && used + NAME_ROOM < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", names[i]);
    if (!err_suggest(err, name, names, count))
        err_help(err, "built-in ones: %s", list);
}
