/* beside: finds the parts of the program. */
#include "sim/beside.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_there(char *path, size_t room, size_t folder, const char *own, const char *more, const char *name)
{
    return snprintf(path, room, "%.*s%s/%s", (int)folder, own, more, name) < (int)room && access(path, R_OK) == 0;
}

bool beside_find(const char *name, char *path, size_t room)
{
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    const char *slash = length > 0 ? memrchr(own, '/', (size_t)length) : NULL;
    size_t folder = slash ? (size_t)(slash - own) : 0;
    return (slash && (is_there(path, room, folder, own, "", name) ||
                      is_there(path, room, folder, own, "/../" TRADELOOM_LIBRARIES, name))) ||
           is_there(path, room, 0, "", TRADELOOM_PREFIX "/" TRADELOOM_LIBRARIES, name);
}
