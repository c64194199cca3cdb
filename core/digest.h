/* digest: a fast 128-bit fingerprint of a stream of 64-bit words (not cryptographic), and SHA-256 for
 * files and signatures. Same bytes on every machine. */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest {
    uint64_t a, b;
};

void digest_init(struct digest *digest);
static inline void digest_word(struct digest *d, uint64_t word)
{
    d->a = (d->a ^ word) * 0x9E3779B97F4A7C15u;
    d->a ^= d->a >> 32;
    d->b = (d->b + word) * 0xD6E8FEB86659FD93u;
    d->b ^= d->b >> 29;
}
void digest_write(const struct digest *digest, char out[33]); /* hex */

void sha256(const void *bytes, size_t length, char out[65]); /* hex */
/* HMAC (RFC 2104) with SHA-256, of `first` and then `second` as if they were one text. */
struct text;
void sha256_hmac(struct text key, struct text first, struct text second, char out[65]);

#endif
