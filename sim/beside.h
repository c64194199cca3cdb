/* beside: files that stand beside the program: parts of it that only some verbs need, and that take long to start. */
#ifndef BESIDE_H
#define BESIDE_H

#include <stdbool.h>
#include <stddef.h>

/* Where a part is: in the folder of the program, or in that of its libraries, also when all of it was moved, or where
 * that was installed. False: it is nowhere. */
bool beside_find(const char *name, char *path, size_t room);

#endif
