/* clear: what customs decides of a declaration: is it inspected, what is found.
 * Shares are millionths, bits a uniform draw. */
#ifndef CLEAR_H
#define CLEAR_H

#include <stdbool.h>
#include <stdint.h>

enum clear_finding { CLEAR_UNSET, CLEAR_SOUND, CLEAR_SENT_BACK, CLEAR_SEIZED };

bool clear_selects(uint32_t inspect_ppm, uint64_t bits);
/* seize_ppm: of the catches. */
enum clear_finding clear_finding(uint32_t catch_ppm, uint32_t seize_ppm, uint64_t catch_bits, uint64_t seize_bits);

#endif
