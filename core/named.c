/* named: a name in the language asked for, an enumerator by its id. */
#include "core/named.h"

#include <string.h>

#include "core/check.h"

const char *named_in(const struct named *named, enum lang lang)
{
    check(lang == LANG_EN || lang == LANG_ZH);
    return lang == LANG_ZH ? named->zh : named->en;
}

unsigned named_find(const struct named *named, unsigned count, const char *id)
{
    for (unsigned i = 1; i < count; i++)
        if (strcmp(named[i].id, id) == 0)
            return i;
    return 0;
}
