/* check: what a failed assertion says. */
#include "core/check.h"

#include <stdio.h>

enum { EXIT_OUR_BUG = 70 };

_Noreturn void check_failed(const char *what, const char *file, int line)
{
    char message[400];
    snprintf(message, sizeof message, "our bug: %.200s does not hold (%.100s:%d); please report it", what, file, line);
    check_end(message, EXIT_OUR_BUG);
}
