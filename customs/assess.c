#include "customs/assess.h"
