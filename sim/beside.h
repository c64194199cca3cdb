/* beside: files that stand beside the program: parts of it that only some verbs need, and that take long to start. */
#ifndef BESIDE_H
#define BESIDE_H

#include <stdbool.h>
#include <stddef.h>

/* Where a part is: in the folder of the program, or where it was installed. False: it is in neither. */
bool beside_find(const char *name, char *path, size_t room);

#endif
