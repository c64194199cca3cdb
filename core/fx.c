#include "core/fx.h"
