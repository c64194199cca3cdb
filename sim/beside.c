/* beside: finds the parts of the program. */
#include "sim/beside.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool beside_find(const char *name, char *path, size_t room)
{
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    const char *slash = length > 0 ? memrchr(own, '/', (size_t)length) : NULL;
    if (slash && snprintf(path, room, "%.*s/%s", (int)(slash - own), own, name) < (int)room && access(path, R_OK) == 0)
        return true;
    return snprintf(path, room, "%s/%s", TRADELOOM_LIBRARIES, name) < (int)room && access(path, R_OK) == 0;
}
