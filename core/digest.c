/* digest: the fingerprint of an event stream, and SHA-256 (FIPS 180-4) with its keyed form. */
#include "core/digest.h"

#include <string.h>

#include "core/text.h"

void digest_init(struct digest *digest)
{
    digest->a = 0x243F6A8885A308D3u; /* digits of pi */
    digest->b = 0x13198A2E03707344u;
}

static const char hex[] = "0123456789abcdef";

static void write_hex(char *out, uint64_t value, unsigned digits)
{
    for (unsigned i = 0; i < digits; i++)
        out[i] = hex[value >> (4 * (digits - 1 - i)) & 15];
}

void digest_write(const struct digest *digest, char out[33])
{
    write_hex(out, digest->a, 16);
    write_hex(out + 16, digest->b, 16);
    out[32] = '\0';
}

static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, unsigned by) { return x >> by | x << (32 - by); }

/* One round on eight words that trade places: only d and h are written. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                                                             \
    do {                                                                                                             \
        uint32_t t = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + round_constant[i] + w[i]; \
        d += t;                                                                                                      \
        h = t + (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));                            \
    } while (0)

static void compress(uint32_t state[8], const unsigned char block[64])
{
    uint32_t w[64];
    for (unsigned i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
               block[4 * i + 3];
    for (unsigned i = 16; i < 64; i++) {
        uint32_t s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (unsigned i = 0; i < 64; i += 8) {
        ROUND(a, b, c, d, e, f, g, h, i);
        ROUND(h, a, b, c, d, e, f, g, i + 1);
        ROUND(g, h, a, b, c, d, e, f, i + 2);
        ROUND(f, g, h, a, b, c, d, e, i + 3);
        ROUND(e, f, g, h, a, b, c, d, i + 4);
        ROUND(d, e, f, g, h, a, b, c, i + 5);
        ROUND(c, d, e, f, g, h, a, b, i + 6);
        ROUND(b, c, d, e, f, g, h, a, i + 7);
    }
    uint32_t added[8] = {a, b, c, d, e, f, g, h};
    for (unsigned i = 0; i < 8; i++)
        state[i] += added[i];
}
#undef ROUND

/* A text that comes in parts. */
struct stream {
    uint32_t state[8];
    unsigned char block[64];
    size_t filled;
    uint64_t length;
};

static void begin(struct stream *s)
{
    *s = (struct stream){
        .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

static void add(struct stream *s, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    s->length += length;
    if (s->filled) {
        size_t part = length < 64 - s->filled ? length : 64 - s->filled;
        memcpy(s->block + s->filled, at, part);
        s->filled += part;
        at += part;
        length -= part;
        if (s->filled < 64)
            return;
        compress(s->state, s->block);
        s->filled = 0;
    }
    for (; length >= 64; length -= 64, at += 64)
        compress(s->state, at);
    if (length)
        memcpy(s->block, at, length);
    s->filled = length;
}

static void end(struct stream *s, unsigned char out[32])
{
    static const unsigned char padding[64] = {0x80};
    uint64_t bits = s->length * 8;
    unsigned char length[8];
    for (unsigned i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    add(s, padding, s->filled < 56 ? 56 - s->filled : 120 - s->filled);
    add(s, length, 8);
    for (unsigned i = 0; i < 32; i++)
        out[i] = (unsigned char)(s->state[i / 4] >> (24 - 8 * (i % 4)));
}

static void end_hex(struct stream *s, char out[65])
{
    unsigned char bytes[32];
    end(s, bytes);
    for (unsigned i = 0; i < 32; i++)
        write_hex(out + 2 * i, bytes[i], 2);
    out[64] = '\0';
}

void sha256(const void *bytes, size_t length, char out[65])
{
    struct stream s;
    begin(&s);
    add(&s, bytes, length);
    end_hex(&s, out);
}

/* The key, laid over a block of one byte. */
static void begin_keyed(struct stream *s, const unsigned char key[64], unsigned char mask)
{
    unsigned char block[64];
    for (unsigned i = 0; i < 64; i++)
        block[i] = key[i] ^ mask;
    begin(s);
    add(s, block, 64);
}

void sha256_hmac(struct text key, struct text first, struct text second, char out[65])
{
    struct stream s;
    unsigned char block[64] = {0}, inner[32];
    if (key.len > sizeof block) {
        begin(&s);
        add(&s, key.ptr, key.len);
        end(&s, block);
    } else if (key.len) {
        memcpy(block, key.ptr, key.len);
    }
    begin_keyed(&s, block, 0x36);
    add(&s, first.ptr, first.len);
    add(&s, second.ptr, second.len);
    end(&s, inner);
    begin_keyed(&s, block, 0x5C);
    add(&s, inner, sizeof inner);
    end_hex(&s, out);
}
