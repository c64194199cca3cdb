/* data: finds a compiled-in file by its path. */
#include "sim/data.h"

#include <string.h>

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
