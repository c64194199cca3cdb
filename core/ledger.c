#include "core/ledger.h"
