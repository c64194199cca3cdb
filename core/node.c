#include "core/node.h"
