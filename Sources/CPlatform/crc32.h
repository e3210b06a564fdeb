// CRC-32 (IEEE 802.3, as zlib has it) by carry-less multiplication, which is faster than by tables.
//
// The method is that of "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction" (Intel, 2009): what is
// congruent modulo the polynomial has the same remainder, so 64 bytes are folded onto the next 64 until few are left.
#ifndef PROFILE_CPLATFORM_CRC32_H
#define PROFILE_CPLATFORM_CRC32_H

#include <stddef.h>
#include <stdint.h>

#ifdef __x86_64__
#include <cpuid.h>
#include <emmintrin.h>
#include <smmintrin.h>
#include <wmmintrin.h>

// Whether the processor has what CPlatform_crc32 needs. Slow under a hypervisor: to be asked once.
static inline int CPlatform_hasCRC32(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_PCLMUL) != 0 && (c & bit_SSE4_1) != 0;
}

// `sum` * the factors of its halves + `next`, all of them polynomials of bits in reverse order.
__attribute__((target("pclmul,sse4.1"), always_inline))
static inline __m128i CPlatform_fold(__m128i sum, __m128i factors, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(sum, factors, 0x00);
    __m128i high = _mm_clmulepi64_si128(sum, factors, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

// The checksum of `count` bytes, at least 64 and a multiple of 16, going on from `crc`.
__attribute__((target("pclmul,sse4.1")))
static inline uint32_t CPlatform_crc32(uint32_t crc, const void *bytes, size_t count) {
    // Powers of x modulo the polynomial: what a half is worth 64 bytes, 16 bytes, and 8 bytes further on.
    const __m128i by64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i by16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    const __m128i by8 = _mm_set_epi64x(0, 0x163cd6124);
    // The polynomial, and x^64 divided by it, for Barrett's reduction.
    const __m128i reduction = _mm_set_epi64x(0x1f7011641, 0x1db710641);
    const __m128i low32s = _mm_set_epi32(0, -1, 0, -1);
    const __m128i *next = (const __m128i *)bytes;

    __m128i a = _mm_xor_si128(_mm_loadu_si128(next), _mm_cvtsi32_si128((int)~crc));
    __m128i b = _mm_loadu_si128(next + 1);
    __m128i c = _mm_loadu_si128(next + 2);
    __m128i d = _mm_loadu_si128(next + 3);
    next += 4;
    count -= 64;
    for (; count >= 64; count -= 64, next += 4) {
        a = CPlatform_fold(a, by64, _mm_loadu_si128(next));
        b = CPlatform_fold(b, by64, _mm_loadu_si128(next + 1));
        c = CPlatform_fold(c, by64, _mm_loadu_si128(next + 2));
        d = CPlatform_fold(d, by64, _mm_loadu_si128(next + 3));
    }
    a = CPlatform_fold(a, by16, b);
    a = CPlatform_fold(a, by16, c);
    a = CPlatform_fold(a, by16, d);
    for (; count >= 16; count -= 16, next += 1) a = CPlatform_fold(a, by16, _mm_loadu_si128(next));

    // 128 bits to 64, and 64 to 32.
    a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by16, 0x10));
    a = _mm_xor_si128(_mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, low32s), by8, 0x00));
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, low32s), reduction, 0x10);
    a = _mm_xor_si128(a, _mm_clmulepi64_si128(_mm_and_si128(quotient, low32s), reduction, 0x00));
    return ~(uint32_t)_mm_extract_epi32(a, 1);
}
#else
static inline int CPlatform_hasCRC32(void) { return 0; }
static inline uint32_t CPlatform_crc32(uint32_t crc, const void *bytes, size_t count) { return 0; }
#endif

#endif
