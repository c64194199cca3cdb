/* collect: getting the buyer's money: authorise, try again, give up. */
#ifndef COLLECT_H
#define COLLECT_H

#include <stdbool.h>
#include <stdint.h>

enum { COLLECT_TRIES = 3 };

/* True when the attempt is declined. */
bool collect_declines(uint32_t decline_ppm, uint64_t bits);
/* Seconds until attempt number `tries` + 1, after `tries` (from 1) that failed; -1: no further attempt. */
int64_t collect_retry_s(unsigned tries);

#endif
